"""Shards of a model put together: read and written some tensors at a time.

A model needs a disk for it, and not a machine that holds it whole.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from training.errors import UsageError

Tell = Callable[[str], None]
SHARDS: Final = "pytorch_model_fsdp_0"
"""What accelerate calls the folder of a sharded model."""
PRECISIONS: Final = {"bf16": "bfloat16", "fp16": "float16", "fp32": "float32"}
PART: Final = 4_000_000_000
"""Bytes of a file, about."""


def consolidate(path: Path, folder: Path, precision: str, tell: Tell) -> None:
    """Write the shards of a checkpoint as safetensors, with the configuration beside them; `out` is there.

    Their index is a pickle: only what was trained here is to be read so, nobody else's. UsageError: not of a model.
    """
    import torch
    from torch.distributed.checkpoint.filesystem import FileSystemReader
    from torch.distributed.checkpoint.metadata import TensorStorageMetadata

    if not (path / "config.json").is_file():
        raise UsageError(f"{path} holds shards without the config.json that says of what: copy the model's beside them")
    reader = FileSystemReader(path / SHARDS)
    found = reader.read_metadata().state_dict_metadata
    about = {name: value for name, value in found.items() if isinstance(value, TensorStorageMetadata)}
    if any("lora_" in name for name in about):
        raise UsageError(f"the shards in {path} are adapters: train to the end, and take the `model` beside them")
    config = read_json(path / "config.json")
    if config.get("tie_word_embeddings") and any("embed_tokens" in name for name in about):
        about = {name: value for name, value in about.items() if not name.endswith("lm_head.weight")}
    target = precision_of(precision, config)
    tell(f"putting together {len(about)} tensors of {path / SHARDS}")
    sizes = {name: value.size.numel() * (target or value.properties.dtype).itemsize for name, value in about.items()}
    parts = _parts(sizes)
    for number, names in enumerate(parts):
        tensors = {name: torch.empty(about[name].size, dtype=about[name].properties.dtype) for name in names}
        _load(tensors, reader)
        save(tensors, folder / _part(number, len(parts)), target)
    if target is not None:
        config["dtype"] = str(target).removeprefix("torch.")
        config.pop("torch_dtype", None)
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
    if len(parts) > 1:
        _index(folder, parts, sum(sizes.values()))


@contextmanager
def readable(path: Path) -> Iterator[None]:
    """Turn what libraries say of files that were cut short or overwritten into one line. UsageError: one was."""
    from pickle import UnpicklingError

    from safetensors import SafetensorError
    from torch.distributed.checkpoint.api import CheckpointException

    try:
        yield
    except (SafetensorError, ValueError, EOFError, UnpicklingError) as error:
        said = str(error)
    except CheckpointException as error:  # no Exception, and a traceback is its text
        said = "; ".join(dict.fromkeys(str(failure[0]) for failure in error.failures.values()))
    else:
        return
    first = " ".join(said.split())[:200]
    raise UsageError(f"{path} is damaged ({first}): take another checkpoint, or train on from the last whole one")


def _load(tensors: dict[str, Any], reader: Any) -> None:
    from torch.distributed.checkpoint.state_dict_loader import load

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="torch.distributed is disabled")  # we are one process on purpose
        load(tensors, storage_reader=reader, no_dist=True)


def save(tensors: Mapping[str, Any], file: Path, target: Any) -> None:
    """Write tensors that are named as accelerate does; floating ones in the type `target`, or as they are."""
    from safetensors.torch import save_file

    cast = {
        _plain(name): tensor.to(target) if target is not None and tensor.is_floating_point() else tensor
        for name, tensor in tensors.items()
    }
    save_file(cast, file, metadata={"format": "pt"})


def _plain(name: str) -> str:
    """Accelerate keeps the model under `model`; a compiled one and FSDP's checkpointing add names of their own."""
    return name.removeprefix("model.").replace("_orig_mod.", "").replace("_checkpoint_wrapped_module.", "")


def _parts(sizes: Mapping[str, int]) -> list[list[str]]:
    parts: list[list[str]] = []
    room = 0
    for name, size in sizes.items():
        if not parts or size > room:
            parts.append([])
            room = PART
        parts[-1].append(name)
        room -= size
    return parts


def _part(number: int, count: int) -> str:
    return "model.safetensors" if count == 1 else f"model-{number + 1:05}-of-{count:05}.safetensors"


def _index(folder: Path, parts: list[list[str]], size: int) -> None:
    where = {_plain(name): _part(number, len(parts)) for number, names in enumerate(parts) for name in names}
    text = json.dumps({"metadata": {"total_size": size}, "weight_map": where}, indent=1)
    (folder / "model.safetensors.index.json").write_text(text + "\n", encoding="utf-8")


def precision_of(precision: str, config: Mapping[str, Any]) -> Any:
    """Return the torch type to write; None: as it is."""
    import torch

    name = PRECISIONS.get(precision) or config.get("dtype") or config.get("torch_dtype")
    return getattr(torch, str(name), None) if name else None


def read_json(path: Path) -> dict[str, Any]:
    """Return a file's object; UsageError where there is none."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageError(f"{path} can't be read: {error}") from None
    return dict(found)
