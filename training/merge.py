"""From what training leaves to a model that stands alone: adapters laid into their base, shards put together.

The new folder appears whole under its name, or not at all.
"""

from __future__ import annotations

import errno
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from training.card import gather, run_of
from training.config import Config
from training.engine.checkpoints import NAME, whole
from training.errors import UsageError
from training.shards import PART, PRECISIONS, SHARDS, Tell, consolidate, precision_of, read_json, readable, save

Kind = Literal["whole", "adapters", "shards"]


@dataclass(frozen=True)
class Trained:
    """What there is to take."""

    kind: Kind
    path: Path
    """The folder with the weights, the adapters, or above the shards."""

    @property
    def step(self) -> int | None:
        """Of the checkpoint it is; None: the finished model, or nobody's checkpoint."""
        named = NAME.fullmatch(self.path.name)
        return int(named[1]) if named else None


def find(source: Path) -> Trained:
    """Return what a folder holds: a run's, its `model`, or one of its checkpoints.

    Of a run's folder it is the finished model, or where there is none the newest whole checkpoint. UsageError: nothing.
    """
    if not source.is_dir():
        raise UsageError(f"there is no folder {source}: give the one a run trained into (`out`), or a checkpoint in it")
    if (source / ".metadata").is_file() and source.name == SHARDS:
        source = source.parent
    if (source / SHARDS / ".metadata").is_file():
        return Trained("shards", source)
    if (source / "adapter_config.json").is_file():
        return Trained("adapters", source)
    if (source / "config.json").is_file() and _weights(source):
        return Trained("whole", source)
    if (source / "model").is_dir():
        return find(source / "model")
    if checkpoints := whole(source):
        return find(checkpoints[-1].path)
    raise UsageError(f"{source} holds no model, no adapters and no whole checkpoint: was anything trained into it?")


def merge(source: Path, out: Path, *, base: str = "", precision: str = "auto", tell: Tell) -> Path:
    """Write a model that stands alone to the new folder `out`, with its tokenizer; return it.

    base: what the adapters were trained on, where their own word isn't right any more. precision: `auto` is the base's
    own, or what the run computed in; else bf16, fp16, fp32. UsageError: nothing to merge, no base, no room.
    """
    found = find(source)
    with new_folder(out) as folder, readable(found.path):
        write_whole(found, folder, base=base, precision=precision, tell=tell)
    tell(f"{found.kind} of {found.path} are in {out}" if found.kind != "whole" else f"{found.path} is in {out}")
    return out


def write_whole(found: Trained, folder: Path, *, base: str = "", precision: str = "auto", tell: Tell) -> None:
    """Write what was found as a whole model into a folder that is there."""
    if precision != "auto" and precision not in PRECISIONS:
        raise UsageError(f"there is no precision {precision}: auto, {', '.join(PRECISIONS)}")
    facts = gather(run_of(found.path), found.step)
    if facts.unfinished:
        tell(f"{found.path} is not the end of its run: {facts.unfinished}")
    config = facts.config
    if found.kind == "adapters":
        if config is not None and config.lora is not None and config.lora.bits == 4:
            tell("the base was in four bits while it was trained: laid into its 16, answers may differ a little")
        _merge_adapters(found.path, folder, base, precision, _revision(config, base), tell)
        _tokenizer(found.path, folder)
        return
    if precision == "auto" and config is not None and config.memory.precision == "bf16":
        precision = "bf16"  # checkpoints keep 32 bits, to go on from
    if found.kind == "shards":
        consolidate(found.path, folder, precision, tell)
    else:
        _copy(found.path, folder, precision)
    _tokenizer(found.path, folder)


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Yield a folder beside `out` that takes its name at the end, and is removed where something goes wrong.

    UsageError: `out` is not empty, the disk is full, or nothing may be written there.
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise UsageError(f"{out} is there already: say --to and a folder that is new or empty")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
    except OSError as error:
        raise UsageError(f"nothing can be written to {out.parent}: {error.strerror}") from None
    try:
        yield beside
        beside.chmod(0o755)
        if out.is_dir():
            out.rmdir()
        beside.rename(out)
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise UsageError(f"no room left for {out.resolve()}: free some, or give a folder on another disk") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)


# -- adapters


def _revision(config: Config | None, base: str) -> str:
    """Adapters keep their base's name, and forget which version of it they were trained on."""
    return config.model.revision if config is not None and not base else "main"


def _merge_adapters(path: Path, folder: Path, base: str, precision: str, revision: str, tell: Tell) -> None:
    import torch
    from peft import PeftModel
    from transformers import AutoConfig

    from training.engine.weights import from_weights

    about = read_json(path / "adapter_config.json")
    name = base or str(about.get("base_model_name_or_path") or "")
    if not name:
        raise UsageError(f"{path} does not say what it was trained on: say it with --base")
    try:
        config = AutoConfig.from_pretrained(name, revision=revision)
    except (OSError, ValueError) as error:
        raise UsageError(_no_base(name, error)) from None
    kept = getattr(torch, PRECISIONS.get(precision, ""), None) or config.dtype or torch.float32
    try:
        model = from_weights(name, config, tell=tell, revision=revision, dtype=torch.float32)
    except UsageError as error:
        raise UsageError(_no_base(name, error)) from None
    rows = _rows(path)
    if rows > model.get_input_embeddings().weight.shape[0]:
        model.resize_token_embeddings(rows)
    tell(f"laying {path} into {name}")
    try:
        adapted = PeftModel.from_pretrained(model, str(path))
        _check_fit(adapted, path, name)
        merged = adapted.merge_and_unload(safe_merge=True)
    except (ValueError, RuntimeError, KeyError) as error:
        first = " ".join(str(error).split())[:200]
        raise UsageError(f"{path} doesn't fit {name} ({first}): say the right base with --base") from None
    merged.to(kept).save_pretrained(folder, max_shard_size=PART)


def _no_base(name: str, error: Exception) -> str:
    first = str(error).strip().splitlines()[0][:300]
    return f"the base {name} can't be loaded ({first}): say where it is with --base"


def _check_fit(adapted: Any, path: Path, name: str) -> None:
    """Look whether each adapter of the file has found its place, and each place its adapter: peft lays in what fits,
    and only warns of the rest. UsageError: not so."""
    from peft import get_peft_model_state_dict
    from safetensors import safe_open

    with safe_open(path / "adapter_model.safetensors", framework="np") as tensors:
        there = {key for key in tensors.keys() if "lora_" in key}  # noqa: SIM118
    taken = {key for key in get_peft_model_state_dict(adapted, save_embedding_layers=False) if "lora_" in key}
    if differing := sorted(there ^ taken):
        raise UsageError(
            f"{path} doesn't fit {name}: it has {len(there)} adapter matrices and the base takes {len(taken)} "
            f"({differing[0]}, …): say the right base with --base"
        )


def _rows(path: Path) -> int:
    """Return how many rows the embedding has that was trained with the adapters; 0 where none was."""
    from safetensors import safe_open

    file = path / "adapter_model.safetensors"
    if not file.is_file():
        return 0
    with safe_open(file, framework="np") as tensors:
        sizes = [tensors.get_slice(name).get_shape()[0] for name in tensors.keys() if "embed_tokens" in name]  # noqa: SIM118
    return max(sizes, default=0)


# -- whole ones, and what goes with them


def _copy(path: Path, folder: Path, precision: str) -> None:
    from safetensors import safe_open
    from safetensors.torch import load_file

    config = read_json(path / "config.json")
    target = precision_of(precision, config) if precision != "auto" else None
    for file in _weights(path):
        if file.suffix == ".safetensors":
            with safe_open(file, framework="pt"):  # what was cut short says so here
                pass
        if file.suffix == ".safetensors" and target is not None:
            save({f"model.{name}": tensor for name, tensor in load_file(file).items()}, folder / file.name, target)
        else:
            shutil.copyfile(file, folder / file.name)
    if target is not None:
        config["dtype"] = str(target).removeprefix("torch.")
        config.pop("torch_dtype", None)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    if (path / "generation_config.json").is_file():
        shutil.copyfile(path / "generation_config.json", folder / "generation_config.json")


def _weights(path: Path) -> list[Path]:
    return sorted([*path.glob("model*.safetensors"), *path.glob("model*.safetensors.index.json")])


def _tokenizer(path: Path, folder: Path) -> None:
    """Copy the tokenizer, which a checkpoint may leave to the folders above it."""
    from transformers import AutoTokenizer

    for place in (path, path.parent / "model", path.parent):
        if (place / "tokenizer_config.json").is_file():
            try:
                AutoTokenizer.from_pretrained(place).save_pretrained(folder)
            except Exception as error:  # each kind of tokenizer fails in its own way
                first = " ".join(str(error).split())[:200]
                raise UsageError(f"the tokenizer in {place} can't be read ({first}): train wrote one to copy") from None
            return
