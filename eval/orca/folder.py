"""The folder of one model's answers to one bench: `orca run` makes it, `orca score` marks what lies in it.

bench.jsonl             the items, as they were asked
orca.json               the model, the most new tokens, the hash of the bench
eval.db                 every reply of the model and of judges
results.json            figures with intervals, the judge, what was left out (`score`), as every evaluation leaves them
items/orca_bench.jsonl  every item with its answers, marks and the judge's words
orca_bench.md, .svg     the table, and the radar of Figure 4
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents.errors import CallError, UsageError
from eval.folder import read_results, write_whole
from eval.orca.task import task
from eval.records import Message, Reply
from eval.results import Result


@dataclass(frozen=True)
class Asked:
    """What a folder says of its answers."""

    bench: str
    """SHA-256 of the file of items."""
    model: str
    """As the store's keys name it."""
    max_tokens: int
    held_out: bool
    """False: the bench may have been trained on."""


class Recorded:
    """The model as it was: its replies are in the store, and nothing else is ever asked of it."""

    def __init__(self, name: str, at_once: int) -> None:
        self.name, self.at_once = name, at_once

    async def say(self, messages: Sequence[Message], **sampling: Any) -> Reply:
        """Raise `CallError`: what was not answered yet is not marked."""
        raise CallError("not answered yet")

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """Return 0: nobody is asked."""
        return 0.0

    async def close(self) -> None:
        """Nothing is held."""


def begin(folder: Path, bench: Path, asked: Asked) -> None:
    """Write down what is asked in a folder. Raise `UsageError` where it holds answers of something else."""
    if (folder / "orca.json").is_file():
        before = asdict(asked_in(folder))
        for key, new in asdict(asked).items():
            if before[key] != new:
                raise UsageError(
                    f"{folder}/ holds answers of another {key} ({_short(before[key])}, not {_short(new)}); "
                    "choose another --out, or ask the same to go on"
                )
        return
    try:
        items = bench.read_bytes().decode()  # to the byte: its hash stands in the record
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{bench} can't be read: {error}") from None
    write_whole(folder / "bench.jsonl", items)
    write_whole(folder / "orca.json", json.dumps(asdict(asked), indent=1))


def asked_in(folder: Path) -> Asked:
    """Return what was asked in a folder. Raise `UsageError` where it is none of `orca run`, or its items changed."""
    try:
        asked = Asked(**json.loads((folder / "orca.json").read_text(encoding="utf-8")))
        bench = hash_of(folder / "bench.jsonl")
    except (OSError, ValueError, TypeError):
        raise UsageError(
            f"{folder}/ holds no answers; python -m eval orca run FILE --model M --out FOLDER makes it"
        ) from None
    if bench != asked.bench:
        raise UsageError(f"{folder}/bench.jsonl was changed after it was asked; run it again in another --out folder")
    return asked


def hash_of(file: Path) -> str:
    """Return the SHA-256 of a file. Raise `OSError`."""
    return hashlib.sha256(file.read_bytes()).hexdigest()


def scored_in(folder: Path, bench: str) -> Result:
    """Return another model's figures on the same bench. Raise `UsageError` where it has none."""
    found = read_results(folder).results.get(task.name)
    if found is None:
        raise UsageError(f"{folder}/ has no Orca-Bench; python -m eval orca score {folder} --judge J marks it")
    if found.about.get("bench") != bench:
        raise UsageError(f"{folder}/ was asked another bench; scores are beside each other on the same items only")
    return found


def _short(value: object) -> str:
    return f"{str(value)[:12]}…" if len(str(value)) > 60 else str(value)
