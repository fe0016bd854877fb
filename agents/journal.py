"""The journal of a run: one SQLite file that holds everything said, called, made and decided, and can be replayed.

One thread writes; what is handed in during one turn of the event loop goes to it in one piece, and all that waits
becomes one transaction. A caller that awaits `commit` goes on only when its rows are in the file, so that a process
killed at any moment has lost nothing it had acted upon. Readers open the same file beside it (WAL).

Resume is replay: a model call or tool result is stored under its chat, the hash of the whole request and how many
equal requests that chat made before. A run started again asks the journal first and only then the model.
"""

from __future__ import annotations

import asyncio
import fcntl
import itertools
import json
import queue
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import IO, Any

from agents.change import Change
from agents.errors import UsageError
from agents.journal_tables import ADDED, FOLLOWED, SCHEMA, VERSION

Statement = tuple[str, Sequence[Any]]


class JournalError(Exception):
    """The journal can't be written (disk full, file gone); the run must end, what is in the file stays."""


@dataclass
class _Batch:
    """Statements to be written together, and who waits for them."""

    statements: list[Statement] = field(default_factory=list)
    waiting: list[asyncio.Future[None]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.statements or self.waiting)


class Journal:
    """The one writer of a run's journal. Open it inside a running event loop."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "run.db"
        self._lock = hold_folder(folder)
        try:
            self.resumed = self.path.exists() and self.path.stat().st_size > 0
            self._prepare()
        except BaseException:
            self._lock.close()
            raise
        self.is_closed = False
        """Nothing is asked that is not in it already: chats are only held again."""
        self.change: Change | None = None
        """What is to be otherwise in a chat held again."""
        self._loop = asyncio.get_running_loop()
        self._turn = _Batch()
        """What was handed in since the event loop last turned."""
        self._queue: queue.SimpleQueue[_Batch | None] = queue.SimpleQueue()
        self._failure: JournalError | None = None
        self._once: set[tuple[str, tuple[str, ...]]] = set()
        self._reader = sqlite3.connect(self.path, check_same_thread=False)
        self._thread = threading.Thread(target=self._write_on, name="journal", daemon=True)
        self._thread.start()

    def _prepare(self) -> None:
        """Make the tables, or see that they are ours."""
        try:
            with closing(sqlite3.connect(self.path)) as db:
                if not self.resumed or not db.execute("SELECT 1 FROM sqlite_master").fetchone():
                    # WITHOUT ROWID tables hold long texts: larger pages keep them off overflow chains.
                    db.execute("PRAGMA page_size=8192")
                    db.execute("PRAGMA journal_mode=WAL")
                    db.executescript(f"BEGIN; {SCHEMA} {FOLLOWED} PRAGMA user_version={VERSION}; COMMIT;")
                    self.resumed = False
                check_version(db, self.path)
                _check_whole(db, self.path)
                _follow(db)
        except sqlite3.DatabaseError as error:
            raise UsageError(f"{self.path} can't be used as a journal: {error}; choose another --run folder") from None

    # -- writing

    def post(self, *statements: Statement) -> None:
        """Write soon. Rows reach the file in the order they were posted."""
        if self._failure:
            raise self._failure
        # Waking the writer for every row would cost more than the row: it is woken once a turn of the event loop.
        if not self._turn:
            self._loop.call_soon(self._hand_over)
        self._turn.statements += statements

    def post_once(self, sql: str, values: tuple[str, ...]) -> None:
        """Write soon what may be said again and again: the same is written once by each process."""
        if (sql, values) not in self._once:
            self._once.add((sql, values))
            self.post((sql, values))

    async def commit(self, *statements: Statement) -> None:
        """Write, and return when it (and all that was posted before) is in the file."""
        done: asyncio.Future[None] = self._loop.create_future()
        self.post(*statements)
        self._turn.waiting.append(done)
        await done

    def _hand_over(self) -> None:
        if self._turn:
            self._queue.put(self._turn)
            self._turn = _Batch()

    def _write_on(self) -> None:
        """The writer thread: take all that waits, write it in one transaction, tell those who wait."""
        db = sqlite3.connect(self.path, isolation_level=None)
        db.execute("PRAGMA synchronous=NORMAL")  # a killed process loses nothing; fsync only guards against power cuts
        open_ = True
        while open_:
            batches = [self._queue.get()]
            while not self._queue.empty():
                batches.append(self._queue.get())
            open_ = None not in batches
            full = [batch for batch in batches if batch]
            try:
                if self._failure is None and full:
                    _write(db, [statement for batch in full for statement in batch.statements])
            except Exception as error:
                self._failure = JournalError(
                    f"{self.path} can't be written: {error}; what was written stays: "
                    f"free some space, then go on with --run {self.folder}"
                )
            waiting = [future for batch in full for future in batch.waiting]
            if waiting:
                self._loop.call_soon_threadsafe(_tell, waiting, self._failure)
        # Where somebody looks on, ours is not the last connection and nobody would do this: a copy of the file would
        # lack what is beside it.
        with suppress(sqlite3.Error):
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()

    async def close(self) -> None:
        """Write what waits and let go of the file. Harmless twice."""
        if self._thread.is_alive():
            self._hand_over()
            self._queue.put(None)
            await asyncio.to_thread(self._thread.join)
            self._reader.close()
            self._lock.close()
        if self._failure:
            raise self._failure

    # -- reading

    def rows(self, sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return what a query finds among committed rows."""
        return list(self.stream(sql, values))

    def stream(self, sql: str, values: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yield what a query finds, in bounded memory."""
        try:
            yield from self._reader.execute(sql, values)
        except sqlite3.DatabaseError as error:
            raise JournalError(f"{self.path} can't be read: {error}; choose a new --run folder") from None

    def meta(self) -> dict[str, Any]:
        """Return what the run was started with."""
        return {key: json.loads(value) for key, value in self.rows("SELECT key, value FROM meta")}


def _write(db: sqlite3.Connection, statements: Iterable[Statement]) -> None:
    """Write statements in one transaction; runs of equal ones in one go."""
    db.execute("BEGIN")
    for sql, same in itertools.groupby(statements, key=itemgetter(0)):
        db.executemany(sql, [values for _, values in same])
    db.execute("COMMIT")


def _follow(db: sqlite3.Connection) -> None:
    """Add what readers follow to a journal that is older than that; what is in it already counts."""
    is_followed = db.execute("SELECT 1 FROM sqlite_master WHERE name='events'").fetchone()
    db.executescript(f"BEGIN; {ADDED if is_followed else FOLLOWED} COMMIT;")


def check_version(db: sqlite3.Connection, path: Path) -> None:
    """Refuse a journal whose tables are of another version."""
    (version,) = db.execute("PRAGMA user_version").fetchone()
    if version != VERSION:
        raise UsageError(
            f"{path} was written by another version (journal {version}, this one writes {VERSION}); "
            "go on with the version that wrote it, or choose a new --run folder"
        )


def _check_whole(db: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that was cut off. We hold the folder's lock: all there is can be moved out of the WAL first."""
    db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    (pages,), (size,) = db.execute("PRAGMA page_count").fetchone(), db.execute("PRAGMA page_size").fetchone()
    if path.stat().st_size < pages * size:
        raise sqlite3.DatabaseError(f"the file is cut off ({path.stat().st_size} of {pages * size} bytes)")


def open_reader(folder: Path) -> sqlite3.Connection:
    """Open a run's journal for reading only; the run may go on meanwhile."""
    path = folder / "run.db"
    if not path.exists():
        raise UsageError(f"no run in {folder}/: there is no run.db; name the folder a run printed at its end")
    db = sqlite3.connect(path.absolute().as_uri() + "?mode=ro", uri=True)
    check_version(db, path)
    return db


def hold_folder(folder: Path, lock: str = "run.lock", what: str = "run folder", flag: str = "--run") -> IO[str]:
    """Hold a folder by a lock in it: two processes writing one journal or store would each spoil the other's."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / lock).open("w")
    except OSError as error:
        raise UsageError(f"can't write to the {what} {folder}/: {error.strerror}") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        line = f"the {what} {folder}/ is in use by another process; wait for it or choose another {flag}"
        raise UsageError(line) from None
    return file


def _tell(waiting: Iterable[asyncio.Future[None]], failure: JournalError | None) -> None:
    for future in waiting:
        if not future.done():
            if failure:
                future.set_exception(failure)
            else:
                future.set_result(None)
