"""Checkpoints that say when they are whole and what they belong to.

The Trainer writes a folder file by file and drops old ones before all processes are done with the new one. Here a mark
is written last, when every process is done, with the set-up that made it: a folder without it is half a checkpoint and
never gone on from, and one of another set-up is refused with the difference named.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.config import Config
from training.engine.figures import Totals
from training.errors import UsageError

MARK = "training.json"
BEGUN = ".training.partial"
"""In a checkpoint that is being written: half of ours, and not somebody else's, may be removed."""
GONE = ".removed-"
MODEL = "model"
"""Where under `out` the trained model is put."""
NAME = re.compile(r"checkpoint-(\d+)")
FREE = (
    "out", "store", "keep", "save", "evaluate", "log_every", "report_to", "device", "assumed", "estimate",
    "model.attention", "batch.per_device", "memory.checkpointing", "memory.loss", "memory.compile", "memory.shard",
    "data.paths",
)  # fmt: skip
"""What may change between a checkpoint and going on: it decides how, not what is learned. The data's own hash stands
for its paths, and what the shards come to for how they were asked for."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A whole one."""

    path: Path
    step: int
    made: Mapping[str, Any]
    """Its set-up; see `set_up`."""
    totals: Totals


def set_up(config: Config, *, data: str, steps: int, shards: str, drawn: str) -> dict[str, Any]:
    """Return what must stay the same for a run to go on, flat: `optimizer.rate` and so on.

    data: hash of the tokens and what made them. steps: all there will be. shards: how the model lies in the files.
    drawn: hash of the windows in their order, which another version may pack or draw otherwise.
    """
    flat = _flat(config.model_dump(mode="json"))
    kept = {
        key: value for key, value in flat.items() if not any(key == free or key.startswith(f"{free}.") for free in FREE)
    }
    return {**kept, "data": data, "steps": steps, "files": shards, "windows": drawn}


def begin(folder: Path) -> None:
    """Say in a checkpoint's folder that it is being written; `save_mark` says that it is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / BEGUN).touch()


def save_mark(folder: Path, made: Mapping[str, Any], *, step: int, totals: Totals) -> None:
    """Mark a checkpoint as whole, with the sizes of its files: a machine that falls may lose what it has not synced."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name not in (MARK, f".{MARK}", BEGUN)]
    sizes = {str(path.relative_to(folder)): path.stat().st_size for path in files}
    text = json.dumps({"step": step, "totals": totals.to_json(), "made": dict(made), "sizes": sizes}, indent=1)
    beside = folder / f".{MARK}"
    with beside.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(folder / MARK)
    (folder / BEGUN).unlink(missing_ok=True)


def whole(out: Path) -> list[Checkpoint]:
    """Return the whole checkpoints of a folder, oldest first."""
    found = []
    for path in _folders(out):
        try:
            said = json.loads((path / MARK).read_text(encoding="utf-8"))
            if any((path / name).stat().st_size != size for name, size in said["sizes"].items()):
                continue
            found.append(Checkpoint(path, said["step"], said["made"], Totals.of(said["totals"])))
        except (OSError, ValueError, KeyError, TypeError):
            continue
    return sorted(found, key=lambda one: one.step)


def newest(out: Path, made: Mapping[str, Any]) -> Checkpoint | None:
    """Return the checkpoint to go on from, None where there is none.

    UsageError: it is of another set-up, or something lies there that is not ours and would be overwritten.
    """
    found = whole(out)
    others = [path for path in _folders(out) if not _ours(path)]
    if not found and (out / MODEL).exists():
        others.append(out / MODEL)
    if others:
        raise UsageError(f"{others[0]} is there already, and not from a run that could go on: give another `out`")
    if not found:
        return None
    last = found[-1]
    now = json.loads(json.dumps(dict(made)))  # as the mark has it: tuples are lists
    differing = sorted(key for key in last.made.keys() | now.keys() if last.made.get(key) != now.get(key))
    if differing:
        shown = "; ".join(f"{key} was {_say(last.made.get(key))}, now {_say(now.get(key))}" for key in differing[:5])
        more = f"; and {len(differing) - 5} more" if len(differing) > 5 else ""
        raise UsageError(
            f"{last.path} was made with another set-up: {shown}{more}. Give the old values to go on, or another `out` "
            "to start anew"
        )
    return last


def remove_old(out: Path, keep: int) -> None:
    """Keep the newest `keep` whole checkpoints, and nothing that is half of one; others' are left alone."""
    kept = {one.path for one in whole(out)[-keep:]}
    for path in _folders(out):
        if path not in kept and _ours(path):
            path.rename(path.with_name(f"{GONE}{path.name}"))  # at once: we may be killed while it is removed
    for path in out.glob(f"{GONE}checkpoint-*"):
        shutil.rmtree(path, ignore_errors=True)


def _folders(out: Path) -> list[Path]:
    return [path for path in sorted(out.glob("checkpoint-*")) if NAME.fullmatch(path.name)]


def _ours(path: Path) -> bool:
    return (path / MARK).exists() or (path / BEGUN).exists()


def _flat(value: Any, name: str = "") -> dict[str, Any]:
    if not isinstance(value, dict) or not value:
        return {name: value}
    return {key: one for part, inner in value.items() for key, one in _flat(inner, f"{name}.{part}".strip(".")).items()}


def _say(value: Any) -> str:
    text = "not set" if value is None else json.dumps(value) if not isinstance(value, str) else value
    return text if len(text) <= 60 else f"{text[:57]}…"
