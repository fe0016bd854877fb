"""Connections to an index, lent to one question at a time, as long as it is still the same file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from agents.errors import UsageError
from agents.view.index_tables import Unusable, connect

BEGUN_WITHIN = 5.0
"""Seconds a question waits for an index that is just being begun."""


class NotYet(UsageError):
    """The index is just being made; a moment later it is there."""


class Damaged(NotYet):
    """The index was found damaged; it has to be made anew."""


class Readers:
    """The connections of one viewer. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock, self._there = threading.Lock(), threading.Event()
        self._idle: list[sqlite3.Connection] = []
        self._path: Path | None = None
        self._age = 0
        """Counts how often the file was made anew: connections to an older one are of no use."""
        self.why = ""
        """Why there is none, if none will come."""

    def open(self, path: Path) -> None:
        """Lend connections to this file: it is there, with its tables."""
        with self._lock:
            self._path = path
        self._there.set()

    def close(self) -> None:
        """Let go of the file; who asks waits for another."""
        self._there.clear()
        with self._lock:
            idle, self._idle, self._age, self._path = self._idle, [], self._age + 1, None
        for db in idle:
            db.close()

    @contextmanager
    def lend(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection that sees the index as it is at one moment.

        Raises `NotYet` while there is none, `Damaged`, and `sqlite3.OperationalError` for what was interrupted.
        """
        age, db = self._borrow()
        try:
            db.execute("BEGIN")
            yield db
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            raise Damaged(f"the index is damaged and made anew ({error}); ask again in a moment") from None
        finally:
            with suppress(sqlite3.Error):
                if db.in_transaction:
                    db.execute("ROLLBACK")
            self._give_back(age, db)

    def _borrow(self) -> tuple[int, sqlite3.Connection]:
        if not self.why:
            self._there.wait(BEGUN_WITHIN)
        with self._lock:
            age, path = self._age, self._path
            if self._idle:
                return age, self._idle.pop()
        try:
            if path:
                return age, connect(path)
        except (sqlite3.Error, Unusable):
            pass
        raise NotYet(self.why or "the index is just being made; ask again in a moment")

    def _give_back(self, age: int, db: sqlite3.Connection) -> None:
        with self._lock:
            if age == self._age:
                self._idle.append(db)
                return
        db.close()
