"""Take out of everything beside the journal what is to be forgotten: acts, branches, outputs, exports, indexes."""

from __future__ import annotations

import fcntl
import json
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path

from agents.errors import UsageError
from teams.engine.again.branches import folder_of, numbers
from teams.engine.again.keeping import replaced_by
from teams.engine.again.kept import BRANCHED
from teams.engine.again.traces import Gone, mentions, place_of
from teams.engine.ending import SPLITS, OutputError, about_of, export_run, write_outputs
from teams.engine.export import Written
from teams.engine.exports import Exported, noted

_SCRATCH = re.compile(r"\..+\.[0-9a-f]{8}")
"""Files that were about to become another when their writer was killed."""
_OF_BRANCH = re.compile(rf"{BRANCHED}(\d+)")
_CHUNK = 1 << 22


def acts(run: Path, gone: Gone, branches: Sequence[int]) -> None:
    """Delete what people decided about what goes, and that an original made place for a branch which goes."""

    def goes(id: str) -> bool:
        return gone.has(id) or any(int(n) in branches for n in _OF_BRANCH.findall(id))

    if not (path := run / "hand.db").exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=10, isolation_level=None)) as db:
            db.execute("PRAGMA secure_delete=ON")
            db.execute("BEGIN IMMEDIATE")
            for n, record, value in db.execute("SELECT n, record, value FROM acts").fetchall():
                said, words = str(json.loads(value).get("reason", "")), replaced_by("")
                if goes(record) or (said.startswith(words) and goes(said.removeprefix(words))):
                    db.execute("DELETE FROM acts WHERE n=?", (n,))
            db.execute("COMMIT")
    except sqlite3.Error as error:
        raise UsageError(f"{path} can't be rewritten: {error}; do this again when that is mended") from None


def branches_of(run: Path, gone: Gone) -> list[int]:
    """Return the branches of what goes, those whose chats were shown some of it, and those that never began."""
    pattern = mentions(gone.seeds)

    def goes(folder: Path) -> bool:
        ids = _ids(folder)
        return not ids or any(map(gone.has, ids)) or any(map(pattern.search, _texts(folder)))

    return [n for n in numbers(run) if goes(folder_of(run, n))]


def branches(run: Path, going: Sequence[int], tell: Callable[[str], None]) -> None:
    """Remove branches. We hold their folders."""
    for n in going:
        tell(f"Branch {n} goes: it was made of it.")
        shutil.rmtree(folder_of(run, n))


def _ids(folder: Path) -> list[str]:
    """Return the ids in a branch's journal: of one that was stopped early only of what was copied from the run."""
    tables = ("records", "chats", "seeds")
    said = "UNION ".join(f"SELECT id FROM {table} " for table in tables) + "UNION SELECT chat FROM calls"
    return [id for (id,) in _rows(folder, said)]


def _texts(folder: Path) -> Iterator[str]:
    places = {"tools": "answer", "messages": "text", "calls": "reply", "records": "record", "verdicts": "verdict"}
    for table, column in places.items():
        for (text,) in _rows(folder, f"SELECT {column} FROM {table}"):
            yield text or ""


def _rows(folder: Path, sql: str) -> Iterator[tuple[str]]:
    """Read a branch's journal; one that was cut before it began has no rows."""
    if (folder / "run.db").exists():
        with suppress(sqlite3.Error), closing(sqlite3.connect(folder / "run.db")) as db:
            yield from db.execute(sql)


def view(run: Path) -> None:
    """Remove the viewer's index, which is made anew of what is left."""
    for path in run.glob("view.db*"):
        path.unlink(missing_ok=True)


def outputs(run: Path, gone: Gone, tell: Callable[[str], None]) -> list[str]:
    """Write the run's files and its exports anew; return a line for each that has to be seen to by hand."""
    for path in run.iterdir():
        if _SCRATCH.fullmatch(path.name):
            path.unlink()
    for name in SPLITS.values():
        (run / name).unlink(missing_ok=True)  # written again if there are still two of them
    write_outputs(run, **about_of(run))
    left = []
    for exported in noted(run):
        if not exported.place(run).exists():
            continue
        if exported.is_unchanged(run):
            tell(f"Written anew: {_again(run, exported)}")
        elif problem := _still_there(run, exported, gone):
            left.append(problem)
    return left


def _again(run: Path, exported: Exported) -> Written:
    try:
        return export_run(run, exported.format, exported.place(run), reasoning=exported.reasoning)
    except UsageError as error:
        raise OutputError(f"{error}; do this again when that is mended") from None


def _still_there(run: Path, exported: Exported, gone: Gone) -> str:
    """Say that a file that somebody changed since holds what goes, or may; '' if it does not."""
    path = exported.place(run)
    if exported.format == "parquet":
        return f"{path} has changed since it was exported: see that nothing of it is left there, or export it again"
    if holds(path, [place_of(seed) for seed in gone.seeds]):
        return f"{path} has changed since it was exported, and still holds some of it: take it out there yourself"
    return ""


def holds(path: Path, places: Sequence[str]) -> bool:
    """Say whether a file's bytes hold the place of one of some seeds. Memory: a few MB."""
    needles = [place.encode() for place in places]
    most = max(map(len, needles), default=0)
    with suppress(OSError), path.open("rb") as file:
        before = b""
        while chunk := file.read(_CHUNK):
            if any(needle in before + chunk for needle in needles):
                return True
            before = (before + chunk)[-most:]
    return False


def indexes(run: Path, gone: Gone, tell: Callable[[str], None]) -> None:
    """Remove from the user's cache the indexes that hold it: they are made anew of what is left."""
    from tools.embeddings import cache_folder

    folder = cache_folder() / "index"
    places = [place_of(seed) for seed in gone.seeds]
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        file = path / "chroma.sqlite3" if path.is_dir() else path
        if file.suffix not in (".sqlite", ".sqlite3") or not holds(file, places):
            continue
        if path.is_dir():
            with (folder / f"{path.name.lstrip('.').removesuffix('.building')}.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)  # somebody may be about to build it
                shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        tell(f"Removed the index {path}, which held it; it is made anew when it is searched.")
