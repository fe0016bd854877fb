"""What a run leaves beside its journal: `pairs.jsonl`, `rejected.jsonl` and the dataset card; made anew at every end.

Everything is read from the journal in the state of one moment, so that a run that still goes on can be read too; what
people decided since (`agents.hand`) is laid over it.
"""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from operator import itemgetter
from pathlib import Path
from shlex import quote
from types import MappingProxyType
from typing import Any

from agents.errors import UsageError
from agents.hand import Act, Hand, overlay
from agents.journal import hold_folder, open_reader
from teams.engine import exports
from teams.engine.card import Counts, write_card
from teams.engine.export import Options, Written, as_line, atomic, export

SPLITS = {"train": "train.jsonl", "test": "test.jsonl"}
"""Files of a run that holds seeds out: `pairs.jsonl` has all rows, and loaders know splits by their files alone."""
FELL_OUT = """
SELECT d.id, d.stage, d.kind, d.reasons FROM drops d LEFT JOIN chats c ON c.id = d.id
WHERE c.state IS NOT 'done' AND d.id NOT IN (SELECT id FROM verdicts) ORDER BY d.id
"""
"""What fell out before there was a pair. A chat that failed and, in a run gone on with, came to its end, did not."""

OWN = (
    *("run.db", "run.db-wal", "run.db-shm", "run.lock"),
    *("pairs.jsonl", "rejected.jsonl", "README.md", *SPLITS.values()),
    *("hand.db", exports.NAME, "view.db"),
)
"""What a run folder holds and nobody else may write."""


Touched = Mapping[str, Sequence[Act]]
NOBODY: Touched = MappingProxyType({})


class OutputError(Exception):
    """What a run made can't be written beside its journal (the disk is full): nothing is lost, it is in the journal."""


def accepted(db: sqlite3.Connection, split: str | None = None, touched: Touched = NOBODY) -> Iterator[dict[str, Any]]:
    """The accepted pairs as rows, in the order of their ids; those of one split, or all.

    `touched`: the acts of people, by record (`Hand.touched`); what they accepted, edited or kept is in, what they
    rejected is not.
    """
    for row in by_hand(db, "accepted=1", touched):
        if row["verdict"]["accepted"] and (split is None or row["split"] == split):
            yield row


def rejected(db: sqlite3.Connection, touched: Touched = NOBODY) -> Iterator[dict[str, Any]]:
    """Everything that fell out at any stage: `{"id", "stage", "kind", "reasons"}`; pairs with their whole row."""
    for id_, stage, kind, reasons in db.execute(FELL_OUT):
        yield {"id": id_, "stage": stage, "kind": kind, "reasons": json.loads(reasons)}
    for row in by_hand(db, "accepted=0", touched):
        if not row["verdict"]["accepted"]:
            yield {
                "id": row["id"],
                "stage": "check",
                "kind": row["kinds"]["instruct"],
                "reasons": reasons_of(row["verdict"]),
                "pair": row,
            }


def reasons_of(verdict: Mapping[str, Any]) -> list[str]:
    """Say why a pair was rejected, one line a failed check; a person's reason comes first."""
    failed = [f"{check['check']}: {check['evidence']}" for check in verdict["checks"] if not check["passed"]]
    said = verdict.get("by_hand")
    return [f"by_hand: {said['reason']}", *failed] if said and not said["accepted"] else failed


def by_hand(db: sqlite3.Connection, where: str, touched: Touched = NOBODY) -> Iterator[dict[str, Any]]:
    """Yield rows of the journal of which `where` is true, and all that people touched, as they left them, by id."""
    ids = json.dumps(list(touched))
    sql = f"SELECT id, row FROM verdicts WHERE {where} OR id IN (SELECT value FROM json_each(?)) ORDER BY id"
    added = iter(
        sorted(id_ for id_ in touched if not db.execute("SELECT 1 FROM verdicts WHERE id=?", (id_,)).fetchone())
    )
    machine = ((id_, json.loads(row)) for id_, row in db.execute(sql, (ids,)))
    for id_, row in heapq.merge(machine, ((id_, None) for id_ in added), key=itemgetter(0)):
        left = overlay(row, touched.get(id_, ()))
        if left is not None:
            yield dict(left)


def write_outputs(folder: Path, *, title: str, command: str = "", language: str = "en", **asked: Any) -> Counts:
    """Write the three files from what is committed, each whole or not at all; return what was counted.

    `asked` are the `quotas` of skills and what was `asked` of their cells, as `write_card` takes them.

    Where some pairs are held out, each split is written to a file of its own too.
    Raises `OutputError` if one can't be written.
    """
    with closing(_at_one_moment(folder)) as db:
        try:
            touched = Hand(folder).touched()
            write_lines(folder / "pairs.jsonl", accepted(db, None, touched))
            write_lines(folder / "rejected.jsonl", rejected(db, touched))
            files = _write_splits(folder, db, touched)
            about: dict[str, Any] = {"title": title, "command": command, "language": language, "data_files": files}
            return write_card(
                folder / "README.md", accepted(db, None, touched), rejected(db, touched), **about, **asked
            )
        except UsageError as error:
            raise OutputError(f"{error}; the journal holds everything: make room and start again with --run") from None


def about_as_meta(about: Mapping[str, Any]) -> dict[str, Any]:
    """Return what `write_outputs` is told of a run in JSON, for its journal."""
    asked = about.get("asked", {})
    cells = {skill: [[*cell, count] for cell, count in of.items()] for skill, of in asked.items()}
    return {**about, "asked": cells}


def about_of(folder: Path) -> dict[str, Any]:
    """Return what `write_outputs` was told of a run, so that its files can be written anew."""
    with closing(_at_one_moment(folder)) as db:
        meta = {key: json.loads(value) for key, value in db.execute("SELECT key, value FROM meta")}
    about = meta.get("about") or {"title": f"{meta.get('skill', 'training')} pairs", "language": meta.get("language")}
    asked = about.get("asked", {})
    cells = {skill: {(kind, stage): count for kind, stage, count in of} for skill, of in asked.items()}
    return {**about, "language": about.get("language") or "en", "asked": cells}


def refresh(folder: Path) -> str:
    """Write the run's own files anew where people acted; return in a line what was done, '' if nobody acted.

    Always where there are acts: the times of files that were copied don't tell what was written when. A run that goes
    on writes them itself. What people decided stands in either case, so that nothing here fails.
    """
    if not Hand(folder).version():
        return ""
    files = "pairs.jsonl, rejected.jsonl and README.md"
    try:
        with closing(hold_folder(folder)):
            write_outputs(folder, **about_of(folder))
    except UsageError as error:
        why = str(error).partition(";")[0]
        return f"{files} stay as they were ({why}); a run that goes on writes them at its end."
    except OutputError as error:
        again = f"python -m teams export {quote(str(folder))}"
        return f"{files} stay as they were: {str(error).partition('; ')[0]}; make room, then: {again}"
    return f"{files} hold what people decided, too."


def _write_splits(folder: Path, db: sqlite3.Connection, touched: Touched) -> dict[str, str]:
    """Write a file for each split if there is more than one; return the split's files, by its name."""
    named = "SELECT DISTINCT json_extract(row, '$.split') FROM verdicts WHERE accepted=1"
    there = {split for (split,) in db.execute(named)}
    there |= {row["split"] for row in by_hand(db, "0", touched) if row["verdict"]["accepted"]}
    if len(there) < 2:
        return {next(iter(there), "train"): "pairs.jsonl"}
    for split, name in SPLITS.items():
        write_lines(folder / name, accepted(db, split, touched))
    return dict(SPLITS)


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
    path = out or folder / f"{form}.{suffix}"
    with closing(_at_one_moment(folder)) as db:
        _check_place(path, folder)
        touched = Hand(folder).touched()

        def fallen(instruction: str) -> Iterator[dict[str, Any]]:
            for (text,) in db.execute("SELECT row FROM verdicts WHERE id=?", (instruction,)):
                row = overlay(json.loads(text), touched.get(instruction, ()))
                if row is not None and not row["verdict"]["accepted"]:
                    yield dict(row)

        written = export(accepted(db, None, touched), path, form, Options(reasoning=reasoning, rejected=fallen))
    exports.note(folder, path, form, reasoning)
    return written


def _check_place(path: Path, folder: Path) -> None:
    """Refuse to put an export in the place of something else. Raises `UsageError`."""
    if path.is_dir():
        raise UsageError(f"--out {path} is a folder; name a file in it")
    if path.exists() and not path.is_file():
        raise UsageError(f"--out {path} is no regular file; name a new file, or one to overwrite")
    if path.resolve() in {(folder / name).resolve() for name in OWN}:
        raise UsageError(f"--out {path} is one of the run's own files; name another")
    if exports.edited(folder, path):
        raise UsageError(
            f"{path} was changed since it was exported, and would be overwritten: move it away, or name another: "
            "--out FILE"
        )


def _at_one_moment(folder: Path) -> sqlite3.Connection:
    """Open a run's journal for reading, as it is now and however it goes on. Raises `UsageError`."""
    try:
        db = open_reader(folder)
        db.execute("BEGIN")
        db.execute("SELECT count(*) FROM meta").fetchone()  # a transaction sees what was there when it first looked
    except sqlite3.Error as error:
        raise UsageError(f"{folder / 'run.db'} can't be read as a run's journal: {error}") from None
    return db
