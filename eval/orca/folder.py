"""The folder of one model's answers to one bench: `orca run` makes it, `orca score` marks what lies in it.

bench.jsonl             the items, as they were asked
orca.json               the model, the most new tokens, the hash of the bench
eval.db                 every reply of the model and of judges
orca_bench.json         figures with intervals, the judge, what was left out (`score`)
orca_bench.items.jsonl  every item with its answers, marks and the judge's words
orca_bench.md, .svg     the table, and the radar of Figure 4
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents.errors import CallError, UsageError
from eval.records import Message, Reply
from eval.results import Figure, Result, Scored

NAME = "orca_bench"


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
        before = asked_in(folder)
        for key, old in asdict(before).items():
            new = getattr(asked, key)
            if old != new:
                raise UsageError(
                    f"{folder}/ holds answers of another {key} ({_short(old)}, not {_short(new)}); "
                    "choose another --out, or ask the same to go on"
                )
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "bench.jsonl").write_bytes(bench.read_bytes())
        whole(folder / "orca.json", json.dumps(asdict(asked), indent=1))
    except OSError as error:
        raise UsageError(f"can't write to the folder {folder}/: {error.strerror}; choose another --out") from None


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


def write_results(folder: Path, result: Result, scored: Sequence[Scored]) -> None:
    """Write figures and items, each file whole or not at all. Raise `UsageError` where that can't be done."""
    try:
        whole(folder / f"{NAME}.json", json.dumps(asdict(result), ensure_ascii=False, indent=1))
        rows = (json.dumps(one.row(), ensure_ascii=False) for one in scored)
        whole(folder / f"{NAME}.items.jsonl", "".join(f"{row}\n" for row in rows))
    except OSError as error:
        raise UsageError(f"can't write to the folder {folder}/: {error.strerror}") from None


def write_words(folder: Path, texts: Mapping[str, str]) -> None:
    """Write texts by the ending of their file. Raise `UsageError` where that can't be done."""
    try:
        for ending, text in texts.items():
            whole(folder / f"{NAME}.{ending}", text)
    except OSError as error:
        raise UsageError(f"can't write to the folder {folder}/: {error.strerror}") from None


def read_result(folder: Path) -> Result:
    """Return the figures in a folder that was scored. Raise `UsageError` where there are none."""
    path = folder / f"{NAME}.json"
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        found["figures"] = {name: Figure(**one) for name, one in found["figures"].items()}
        found["groups"] = {
            name: {metric: Figure(**one) for metric, one in figures.items()}
            for name, figures in found["groups"].items()
        }
        return Result(**found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise UsageError(
            f"{path} is missing or damaged; python -m eval orca score {folder} --judge J writes it"
        ) from None


def whole(path: Path, text: str) -> None:
    """Write a file so that nobody ever sees a part of it. Raise `OSError`."""
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)


def _short(value: object) -> str:
    return f"{str(value)[:12]}…" if len(str(value)) > 60 else str(value)
