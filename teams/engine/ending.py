"""What a run leaves beside its journal: `pairs.jsonl`, `rejected.jsonl` and the dataset card; made anew at every end.

Everything is read from the journal in the state of one moment, so that a run that still goes on can be read too.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from agents.journal import open_reader
from teams.engine.card import Counts, write_card
from teams.engine.export import Options, Written, as_line, atomic, export

FELL_OUT = """
SELECT d.id, d.stage, d.kind, d.reasons FROM drops d LEFT JOIN chats c ON c.id = d.id
WHERE c.state IS NOT 'done' AND d.id NOT IN (SELECT id FROM verdicts) ORDER BY d.id
"""
"""What fell out before there was a pair. A chat that failed and, in a run gone on with, came to its end, did not."""


class OutputError(Exception):
    """What a run made can't be written beside its journal (the disk is full): nothing is lost, it is in the journal."""


def accepted(db: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """The accepted pairs as rows, in the order of their ids."""
    for (row,) in db.execute("SELECT row FROM verdicts WHERE accepted=1 ORDER BY id"):
        yield json.loads(row)


def rejected(db: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    """Everything that fell out at any stage: `{"id", "stage", "kind", "reasons"}`; pairs with their whole row."""
    for id_, stage, kind, reasons in db.execute(FELL_OUT):
        yield {"id": id_, "stage": stage, "kind": kind, "reasons": json.loads(reasons)}
    for id_, row in db.execute("SELECT id, row FROM verdicts WHERE accepted=0 ORDER BY id"):
        whole = json.loads(row)
        failed = [check for check in whole["verdict"]["checks"] if not check["passed"]]
        reasons = [f"{check['check']}: {check['evidence']}" for check in failed]
        yield {"id": id_, "stage": "check", "kind": whole["kinds"]["instruct"], "reasons": reasons, "pair": whole}


def write_outputs(folder: Path, *, title: str, command: str = "", language: str = "en") -> Counts:
    """Write the three files from what is committed, each whole or not at all; return what was counted.

    Raises `OutputError` if one can't be written.
    """
    with closing(_at_one_moment(folder)) as db:
        try:
            write_lines(folder / "pairs.jsonl", accepted(db))
            write_lines(folder / "rejected.jsonl", rejected(db))
            about: dict[str, Any] = {"title": title, "command": command, "language": language}
            return write_card(folder / "README.md", accepted(db), rejected(db), **about)
        except UsageError as error:
            raise OutputError(f"{error}; the journal holds everything: make room and start again with --run") from None


def write_lines(path: Path, rows: Iterable[Any]) -> None:
    """Write JSON Lines, appearing under their name when complete. Memory: one row."""
    with atomic(path) as file:
        for row in rows:
            file.write(as_line(row))


def export_run(folder: Path, form: str, out: Path | None = None, *, reasoning: bool = True) -> Written:
    """Write a run's accepted pairs in another form, by default into its folder. The run may go on meanwhile.

    Raises `UsageError`: there is no such run, form or place, or something the form needs is not installed.
    """
    suffix = "parquet" if form == "parquet" else "jsonl"
    with closing(_at_one_moment(folder)) as db:

        def fallen(instruction: str) -> Iterator[dict[str, Any]]:
            for (row,) in db.execute("SELECT row FROM verdicts WHERE accepted=0 AND id=?", (instruction,)):
                yield json.loads(row)

        path = out or folder / f"{form}.{suffix}"
        if path.is_dir():
            raise UsageError(f"--out {path} is a folder; name a file in it")
        return export(accepted(db), path, form, Options(reasoning=reasoning, rejected=fallen))


def _at_one_moment(folder: Path) -> sqlite3.Connection:
    """Open a run's journal for reading, as it is now and however it goes on. Raises `UsageError`."""
    try:
        db = open_reader(folder)
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM meta").fetchone()  # a transaction sees what was there when it first looked
    except sqlite3.Error as error:
        raise UsageError(f"{folder / 'run.db'} can't be read as a run's journal: {error}") from None
    return db
