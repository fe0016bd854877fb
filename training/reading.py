"""Read exported pairs: JSON lines, Parquet, or the folder of a run that has ended; one row at a time.

What can't be read is refused with the place where it stands: half a training set is worse than none.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from training.config import Data
from training.errors import UsageError
from training.flatten import split_of
from training.repeats import Seeds, Twins
from training.rows import Row, row_of

__all__ = ["Row", "files", "read_rows", "sources"]

_REJECTED = "rejected.jsonl"
_OF_A_RUN = {"pairs.jsonl", "train.jsonl", "test.jsonl", _REJECTED}
"""Files that a run writes at its end, and anew if it is gone on with."""
_BATCH = 256
"""Rows of a Parquet file held at once."""


def read_rows(data: Data) -> Iterator[Row]:
    """Yield the rows that `data` asks for, file by file.

    Raise `UsageError` for what can't be read, and after the last row if none was asked for, none has an assistant, or
    a seed is both trained on and held out.
    """
    seen, seeds, twins = _Seen(), Seeds(), Twins()
    for path, rejected in files(data):
        for row in _rows(path, rejected):
            seen.note(row)
            if _wanted(row, data):
                seeds.note(row, split_of(row, data))
                seen.chosen += 1
                seen.answered += any(m["role"] == "assistant" for m in row.messages)
                yield replace(row, again=True) if twins.is_one(row) else row
    seen.refuse(data)
    seeds.refuse()


def sources(data: Data) -> dict[str, str]:
    """Return the files that `read_rows` reads, each with the SHA-256 of its bytes."""
    found = {}
    for path, _ in files(data):
        try:
            with path.open("rb") as file:
                found[str(path)] = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError as error:
            raise UsageError(f"{path} can't be read: {error.strerror or error}") from None
    return found


@dataclass
class _Seen:
    """What was read, to say at the end why nothing of it fits."""

    rows: int = 0
    accepted: int = 0
    chosen: int = 0
    answered: int = 0
    skills: Counter[str] = field(default_factory=Counter)
    stages: Counter[str] = field(default_factory=Counter)

    def note(self, row: Row) -> None:
        self.rows += 1
        self.accepted += row.accepted
        self.skills[row.skill] += 1
        self.stages[row.stage] += 1

    def refuse(self, data: Data) -> None:
        where = ", ".join(map(str, data.paths))
        if not self.rows:
            raise UsageError(f"{where}: no pairs in it; data.paths names exported pairs or a run that has some")
        for name, asked, there in (
            ("skills", data.skills, self.skills),
            ("stages", data.stages, self.stages),
            ("mix", data.mix, self.skills),
        ):
            if unknown := [one for one in asked if one not in there]:
                raise UsageError(f"data.{name}: no pair of {unknown[0]!r}; there are: {_listed(there)}")
        if data.verdict == "accepted" and not self.accepted:
            raise UsageError(
                f"{where}: none of {self.rows} pairs is accepted; data.verdict=any takes them all the same"
            )
        if not self.chosen:
            raise UsageError(f"{where}: none of {self.rows} pairs is of these skills, stages and verdict at once")
        if not self.answered:
            raise UsageError(f"{where}: no pair has a message of the role 'assistant', so there is nothing to train")


def _listed(there: Mapping[str, int]) -> str:
    return ", ".join(repr(name) for name in sorted(there))


def _wanted(row: Row, data: Data) -> bool:
    return (
        (row.accepted or data.verdict == "any")
        and (not data.skills or row.skill in data.skills)
        and (not data.stages or row.stage in data.stages)
    )


def files(data: Data) -> list[tuple[Path, bool]]:
    """Return the files to read, each with whether its rows are a run's rejected ones.

    UsageError: there is none, one isn't there, one is named twice, or it is of a run that is still being written.
    """
    if not data.paths:
        raise UsageError("no data: data.paths names exported pairs (pairs.jsonl, Parquet) or run folders")
    found: list[tuple[Path, bool]] = []
    for path in data.paths:
        found += _files_of(path, data)
    known: set[Path] = set()
    for path, _ in found:
        if (real := path.resolve()) in known:
            raise UsageError(
                f"{path} is named twice in data.paths; once is enough (data.mix says how often it is seen)"
            )
        known.add(real)
    return found


def _files_of(path: Path, data: Data) -> Iterator[tuple[Path, bool]]:
    if not path.exists():
        raise UsageError(f"{path} is not there; data.paths names exported pairs or run folders")
    real = path.resolve()  # links lead to runs, too
    if (path.is_dir() or real.name in _OF_A_RUN) and _being_written(real if path.is_dir() else real.parent):
        raise UsageError(f"{path} is of a run that is still being written; wait for its end, or stop it and go on")
    if path.is_file():
        yield path, path.name == _REJECTED
        return
    if not (path / "pairs.jsonl").is_file():
        raise UsageError(f"{path} holds no pairs.jsonl; name the folder of a run that has ended, or an exported file")
    yield path / "pairs.jsonl", False
    if data.verdict == "any" and (path / _REJECTED).is_file():
        yield path / _REJECTED, True


def _being_written(folder: Path) -> bool:
    """Return whether a process holds the run's lock. Where there are no such locks, no run was made either."""
    try:
        import fcntl

        with (folder / "run.lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except (OSError, ImportError):
        return False
    return False


def _rows(path: Path, rejected: bool) -> Iterator[Row]:
    parquet = path.suffix == ".parquet"
    for place, raw in _parquet(path) if parquet else _lines(path):
        try:
            if not rejected:
                yield row_of(raw, place)
            elif raw.get("pair"):  # stages before the answer reject what is no pair yet
                yield row_of({**raw["pair"], "verdict": {"accepted": False}}, place)
        except RecursionError:
            raise UsageError(f"{place}: lists and objects nested deeper than any template could write") from None


def _lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    number = 0
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path}:{number}", _object(line, f"{path}:{number}")
    except UnicodeDecodeError:
        raise UsageError(
            f"{path}:{number + 1}: not UTF-8; exported pairs are UTF-8 text, one JSON object a line"
        ) from None
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror or error}") from None


def _object(line: str, place: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{place}: no JSON ({error}); each line is one object with 'messages'") from None
    if not isinstance(found, dict):
        raise UsageError(f"{place}: not a JSON object; each line is one object with 'messages'")
    return found


def _parquet(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        import pyarrow.parquet
    except ImportError:
        raise UsageError("Parquet needs pyarrow: pip install 'agentinstruct[parquet]'") from None
    try:
        file = pyarrow.parquet.ParquetFile(path)
        number = 0
        for batch in file.iter_batches(_BATCH):
            for row in batch.to_pylist():
                number += 1
                yield f"{path}:{number}", _without_nulls(row)
    except (pyarrow.ArrowException, OSError) as error:
        raise UsageError(f"{path} can't be read as Parquet: {str(error).splitlines()[0][:200]}") from None


def _without_nulls(value: Any) -> Any:
    """Leave out the fields a Parquet struct has only because another row's has them."""
    if isinstance(value, Mapping):
        return {key: _without_nulls(inner) for key, inner in value.items() if inner is not None}
    return [_without_nulls(inner) for inner in value] if isinstance(value, list) else value
