"""Where rows come from: a run's folder, whatever state the run is in, or a bare exported file. One row at a time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from agents.view.run import Run
from eval.data.rows import Item, Row, item_of

LOST_AFTER = 15.0
"""Seconds without a pulse after which a run that did not say it ended was killed."""
NAMED = 5
"""Broken lines named; the others are counted."""
_AT_ONCE = 1000


@dataclass
class Faults:
    """Rows that could not be read."""

    count: int = 0
    named: list[str] = field(default_factory=list)

    def add(self, place: str, why: str) -> None:
        """Count one, and name it if it is among the first."""
        self.count += 1
        if len(self.named) < NAMED:
            self.named.append(f"{place}: {why}")


class Source:
    """A run's folder or an exported file."""

    def __init__(self, path: Path) -> None:
        """Look at what is there. Raises `UsageError` in one line for what holds no rows."""
        self.path = path
        self.faults = Faults()
        self.state = ""
        """What of a run is worth a word: that it goes on, or was cut off."""
        self.meta: dict[str, Any] = {}
        self.is_run = path.is_dir()
        if not path.exists():
            raise UsageError(f"no such run or file: {path}; name a run's folder, or a .jsonl or .parquet file of rows")
        if self.is_run:
            self._look_at_run()
        elif path.suffix not in (".jsonl", ".ndjson", ".parquet"):
            raise UsageError(f"{path}: rows are read from .jsonl and .parquet files, and from the folders of runs")

    def _look_at_run(self) -> None:
        pairs, journal = self.path / "pairs.jsonl", self.path / "run.db"
        self.has_journal = journal.exists()
        if self.has_journal:
            with Run(self.path) as run:
                self.meta = {key: _json(value) for key, value in run.rows("SELECT key, value FROM meta")}
                self.state = _state(run)
        if not self.has_journal and not pairs.exists():
            raise UsageError(f"no run in {self.path}/: there is neither pairs.jsonl nor run.db; name a run's folder")
        # What a run that goes on, or was killed, has committed stands in its journal; its pairs.jsonl is of the last
        # time it ended.
        self.from_journal = self.has_journal and (not pairs.exists() or bool(self.state))
        if self.from_journal and not self.state:
            self.state = "there is no pairs.jsonl yet: what the journal holds was read"

    def items(self, number: int) -> Iterator[Item]:
        """Yield the pairs; rows that can't be read are counted in `faults`."""
        for line, row in self._rows():
            try:
                yield item_of(row, number, line)
            except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
                self.faults.add(f"{self.path}, row {line}", str(error))

    def rejected(self) -> Iterator[Row]:
        """Yield what fell out, in the form of `rejected.jsonl`; nothing of a bare file."""
        if not self.is_run:
            return
        if self.from_journal:
            yield from self._fallen()
        elif (path := self.path / "rejected.jsonl").exists():
            yield from (row for _, row in _lines(path, self.faults))

    def _rows(self) -> Iterator[tuple[int, Row]]:
        if self.is_run and self.from_journal:
            sql = "SELECT row FROM verdicts WHERE accepted=1 ORDER BY id"
            yield from self._parsed(row for (row,) in self._query(sql))
        elif self.is_run:
            yield from _lines(self.path / "pairs.jsonl", self.faults)
        elif self.path.suffix == ".parquet":
            yield from _parquet(self.path)
        else:
            yield from _lines(self.path, self.faults)

    def _fallen(self) -> Iterator[Row]:
        for id, stage, kind, reasons in self._query("SELECT id, stage, kind, reasons FROM drops ORDER BY id"):
            yield {"id": id, "stage": stage, "kind": kind, "reasons": _json(reasons) or []}
        for _, row in self._parsed(row for (row,) in self._query("SELECT row FROM verdicts WHERE accepted=0")):
            failed = [
                f"{check.get('check')}: {check.get('evidence')}"
                for check in (row.get("verdict") or {}).get("checks", ())
                if not check.get("passed")
            ]
            yield {"id": row.get("id"), "stage": "check", "reasons": failed, "pair": row}

    def _parsed(self, texts: Iterator[Any]) -> Iterator[tuple[int, Row]]:
        for number, text in enumerate(texts, 1):
            row = _json(text)
            if isinstance(row, dict):
                yield number, row
            else:
                self.faults.add(f"{self.path / 'run.db'}, verdict {number}", "its row is no JSON")

    def _query(self, sql: str) -> Iterator[Sequence[Any]]:
        # One connection and one moment of the journal for the whole of it: pairs that come meanwhile are not half in.
        with Run(self.path) as run, run.reading() as db, closing(db.execute(sql)) as cursor:
            while some := cursor.fetchmany(_AT_ONCE):
                yield from some


def _lines(path: Path, faults: Faults) -> Iterator[tuple[int, Row]]:
    """Yield the rows of a file of JSON lines with their numbers."""
    import orjson

    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if not line.strip():
                    continue
                try:
                    row = orjson.loads(line)
                except orjson.JSONDecodeError:
                    row = _json(line.decode("utf-8", "replace"))
                if isinstance(row, dict):
                    yield number, row
                else:
                    faults.add(f"{path}, line {number}", "no JSON object")
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror or error}") from None


def _parquet(path: Path) -> Iterator[tuple[int, Row]]:
    try:
        import pyarrow.parquet as parquet
    except ImportError:
        raise UsageError("Parquet needs pyarrow: pip install 'agentinstruct[parquet]'") from None
    number = 0
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(_AT_ONCE):
                for row in batch.to_pylist():
                    number += 1
                    yield number, row
    except (OSError, ValueError) as error:  # pyarrow's own errors are of these
        raise UsageError(f"{path} can't be read as Parquet after row {number}: {str(error)[:200]}") from None


def _state(run: Run) -> str:
    if not run.has("pulse"):
        return ""
    beats = run.rows("SELECT at, figures FROM pulse ORDER BY at DESC LIMIT 1")
    figures = _json(beats[0][1]) if beats else None
    if not isinstance(figures, Mapping) or figures.get("ended"):
        return ""
    if time.time() - beats[0][0] <= LOST_AFTER:
        return "it is still being written: this is what was committed when it was read"
    return "it did not end by itself: it was stopped or killed"


def _json(text: Any) -> Any:
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return None


def open_sources(paths: Sequence[Path], make: Callable[[Path], Source] = Source) -> list[Source]:
    """Open each source once, in the order they were named. Raises `UsageError`."""
    return [make(path) for path in dict.fromkeys(paths)]
