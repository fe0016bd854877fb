"""Open a run for looking at: its journal, read only, whatever state the run is in, and its branches.

Every question is asked in a read transaction of its own, which ends with the answer: a run that goes on is never kept
from moving its write-ahead log into the journal for longer than that.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from agents.journal import check_version

BRANCH = re.compile(r"!(\d+)")
"""What tells a branch's records from those they were branched off."""
_TEXT = partial(str, encoding="utf-8", errors="replace")
"""Half a character that somebody hid in JSON comes out of SQLite as bytes that are no text; it must not stop us."""
BUSY_SECONDS = 5.0
"""How long a question waits where the writer holds the whole file, as it does only while a journal is made."""
OPEN_BRANCHES = 24
"""Branches of which files are held open: each takes three, and a process has a thousand or so."""
_TABLES = {"meta", "records", "verdicts", "drops", "chats", "messages", "prompts", "calls", "tools"}


class Missing(UsageError):
    """What was asked for is not in this run."""


class Run:
    """A run folder's journal, and the journals of its branches. Safe to use from several threads."""

    def __init__(self, folder: Path, trunk: Run | None = None) -> None:
        """Open the journal in `folder`. Raises `UsageError` where there is none that can be read."""
        self.folder = folder
        self.path = folder / "run.db"
        self.trunk = trunk
        """The run that this one is a branch of."""
        self.opened_trunk = False
        """It was opened for this branch, and is closed with it."""
        self._copy: tempfile.TemporaryDirectory[str] | None = None
        self._options = "?mode=ro"
        self._opened = self.path
        self._lock, self._idle = threading.Lock(), list[sqlite3.Connection]()
        self._branches: dict[int, Run] = {}
        self.inode = _inode(self.path)
        if not self.path.exists():
            raise UsageError(f"no run in {folder}/: there is no run.db; name the folder a run printed at its end")
        try:
            self._find_a_way_in()
            with self.reading() as db:
                self.tables = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")}
        except BaseException:
            self.close()
            raise
        if lacking := sorted(_TABLES - self.tables):
            self.close()
            raise UsageError(f"{self.path} is no run's journal: it has no table {lacking[0]}; name a run folder")

    # -- reading

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that sees the journal as it is at one moment. Keep it no longer than an answer takes.

        Raises `UsageError` where the journal can't be read.
        """
        db = self._borrow()
        try:
            db.execute("BEGIN")
            try:
                yield db
            finally:
                with suppress(sqlite3.Error):
                    db.execute("ROLLBACK")
        except sqlite3.Error as error:
            with suppress(sqlite3.Error):
                db.close()
            raise UsageError(f"{self.path} can't be read as a run's journal: {error}") from None
        except UnicodeEncodeError:
            self._give_back(db)
            raise Missing(f"no such id in {self.folder}/: it holds half a character") from None
        except BaseException:
            self._give_back(db)
            raise
        self._give_back(db)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all that a query finds: for answers that are known to be small."""
        with self.reading() as db:
            return db.execute(sql, values).fetchall()

    def has(self, table: str) -> bool:
        """Say whether the journal has a table; older ones lack some, and get them when the run goes on."""
        if table not in self.tables:
            self.tables = {name for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type='table'")}
        return table in self.tables

    def meta(self, key: str, default: Any = None) -> Any:
        """Return one thing the run was started with, as it is now."""
        found = self.rows("SELECT value FROM meta WHERE key=?", (key,))
        try:
            return json.loads(found[0][0]) if found else default
        except ValueError:
            return default

    # -- branches

    def branch(self, number: int) -> Run:
        """Open one branch. Raises `Missing`."""
        root = self.trunk or self
        folder = root.folder / "branches" / str(number)
        known = root._branches.pop(number, None)
        inode = _inode(folder / "run.db")
        if known and known.inode != inode:  # forgotten: what we hold open must not be shown any more
            known.close()
            known = None
        if inode is None:
            raise Missing(f"no branch {number} in {root.folder}/; there are: {root.numbers() or 'none'}")
        found = root._branches.setdefault(number, known or Run(folder, root))
        while len(root._branches) > OPEN_BRANCHES:  # those asked for last are kept
            with suppress(StopIteration, KeyError, RuntimeError):  # another thread does the same
                root._branches.pop(next(iter(root._branches))).close()
        return found

    def numbers(self) -> list[int]:
        """The branches there are, oldest first."""
        root = self.trunk or self
        try:
            names = [entry.name for entry in os.scandir(root.folder / "branches")]
        except OSError:
            return []
        found = sorted(int(name) for name in names if name.isdecimal() and len(name) < 10)
        return [n for n in found if (root.folder / "branches" / str(n) / "run.db").exists()]

    def of(self, id: str) -> Run:
        """Return the run that an id belongs to: a branch's own ids carry its number. Raises `Missing`."""
        marks = BRANCH.findall(id)
        return self.branch(int(marks[-1])) if marks else self.trunk or self

    # -- opening

    def _find_a_way_in(self) -> None:
        """Settle how the file is opened, by opening it."""
        try:
            self._try()
            return
        except sqlite3.DatabaseError as error:
            if not _may_be_for_want_of_writing(error, self.folder):
                raise UsageError(f"{self.path} can't be read as a run's journal: {error}") from None
        # A write-ahead log needs a file of its own beside it, which can't be made here. Without a log there is nothing
        # that could change; with one, it is put together again in a place where we may write.
        log = Path(f"{self.path}-wal")
        try:
            if not log.exists() or not log.stat().st_size:
                self._options = "?mode=ro&immutable=1"
            else:
                self._copy = tempfile.TemporaryDirectory(prefix="agentinstruct-view-")
                self._opened = Path(self._copy.name) / "run.db"
                shutil.copyfile(self.path, self._opened)
                shutil.copyfile(log, f"{self._opened}-wal")
            self._try()
        except (OSError, sqlite3.DatabaseError) as error:
            raise UsageError(f"{self.path} can't be read as a run's journal: {error}") from None

    def _try(self) -> None:
        with closing(self._connect()) as db:
            if not db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise UsageError(f"{self.path} is still empty: the run has only just begun; look again in a moment")
            check_version(db, self.path)

    def _connect(self) -> sqlite3.Connection:
        address = self._opened.absolute().as_uri() + self._options
        db = sqlite3.connect(address, uri=True, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None)
        db.execute("PRAGMA query_only=1")
        db.text_factory = _TEXT
        return db

    def _borrow(self) -> sqlite3.Connection:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        try:
            return self._connect()
        except sqlite3.Error as error:
            raise UsageError(f"{self.path} can't be read as a run's journal: {error}") from None

    def _give_back(self, db: sqlite3.Connection) -> None:
        with self._lock:
            self._idle.append(db)

    def close(self) -> None:
        """Let go of the files. Harmless twice."""
        for branch in list(self._branches.values()):
            branch.close()
        with self._lock:
            idle, self._idle = self._idle, []
        for db in idle:
            db.close()
        if self._copy:
            self._copy.cleanup()
        if self.opened_trunk and self.trunk:
            self.trunk.close()

    def __enter__(self) -> Run:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def open_run(folder: Path) -> Run:
    """Open a run, or one branch of it by its own folder. Raises `UsageError` in one line for what is no run."""
    trunk = folder.parent.parent
    if folder.parent.name != "branches" or not (trunk / "run.db").exists():
        return Run(folder)
    run = Run(folder, Run(trunk))
    run.opened_trunk = True
    return run


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None


def _may_be_for_want_of_writing(error: sqlite3.DatabaseError, folder: Path) -> bool:
    return isinstance(error, sqlite3.OperationalError) and not os.access(folder, os.W_OK)
