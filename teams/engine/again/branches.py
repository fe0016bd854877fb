"""The branches of a run: small run folders of their own, counted from 1, in `RUN/branches/`."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from agents.journal import Statement, open_reader

FOLDER = "branches"
GOING, DONE, FAILED = "going", "done", "failed"
"""States: begun (or killed), come to a pair and its verdict, or fallen out, refused or stopped on the way."""


@dataclass(frozen=True)
class Branch:
    """What is branched and how, as `meta` of the branch's journal keeps it under `branch`."""

    of: str
    """Id of the chat."""
    turn: int
    """Turn of the call from which it differs."""
    record: str
    """Id of the record whose way is gone."""
    role: str
    changes: Mapping[str, Any]
    """`prompt`, `model`, `answer`: text, or None."""
    who: str
    at: float
    """Seconds since 1970."""
    state: str = GOING
    error: str = ""
    pair: str | None = None
    """Id of the pair it came to."""

    def as_row(self) -> Statement:
        """Return the statement that writes it down."""
        return "INSERT OR REPLACE INTO meta VALUES ('branch', ?)", (json.dumps(asdict(self), ensure_ascii=False),)


def folder_of(run: Path, n: int) -> Path:
    """Return where a branch lies."""
    return run / FOLDER / str(n)


def new_folder(run: Path) -> tuple[int, Path]:
    """Make the folder of a new branch. Its number is nobody else's, however many begin at once. Raises `UsageError`."""
    try:
        (run / FOLDER).mkdir(exist_ok=True)
        n = max(numbers(run), default=0)
        while True:
            n += 1
            try:
                folder_of(run, n).mkdir()
            except FileExistsError:
                continue
            except FileNotFoundError:  # the only one there was has been removed just now
                (run / FOLDER).mkdir(exist_ok=True)
                n -= 1
                continue
            return n, folder_of(run, n)
    except OSError as error:
        raise UsageError(f"no branch can be made in {run / FOLDER}/: {error.strerror or error}") from None


def remove(run: Path, n: int) -> None:
    """Remove a branch that never began; nothing is left of it, nor of the folder of branches if it was the only one."""
    shutil.rmtree(folder_of(run, n), ignore_errors=True)
    with suppress(OSError):
        (run / FOLDER).rmdir()


def numbers(run: Path) -> list[int]:
    """Return the numbers of a run's branches."""
    try:
        names = [path.name for path in (run / FOLDER).iterdir()]
    except FileNotFoundError:
        return []
    return sorted(int(name) for name in names if name.isascii() and name.isdigit() and name[0] != "0")


def read(run: Path, n: int) -> Branch:
    """Return what is known of a branch. Raises `UsageError`: there is none of that number."""
    if n not in numbers(run):
        there = ", ".join(map(str, numbers(run))) or "none"
        raise UsageError(f"{run}/ has no branch {n}; its branches: {there}")
    try:
        with closing(open_reader(folder_of(run, n))) as db:
            found = db.execute("SELECT value FROM meta WHERE key='branch'").fetchone()
    except (UsageError, sqlite3.DatabaseError):
        found = None
    if not found:
        raise UsageError(f"branch {n} was stopped before it began; branch anew")
    return Branch(**json.loads(found[0]))


def verdict_of(run: Path, n: int) -> tuple[dict[str, Any], bool] | None:
    """Return the row of a branch's pair and whether it was accepted; None where it came to none."""
    pair = read(run, n).pair
    with closing(open_reader(folder_of(run, n))) as db:
        found = db.execute("SELECT row, accepted FROM verdicts WHERE id=?", (pair,)).fetchone()
    return (json.loads(found[0]), bool(found[1])) if found else None
