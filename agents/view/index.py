"""The index of a run while somebody looks on: `RUN/view.db`, kept up to date by a thread, read through a small pool.

The first page need not wait for it: what is listed so far is shown, with how far it is. The file may be deleted,
damaged, of another form or another journal's: then it is made anew. Where the run folder can't be written it stands in
a temporary folder; where no place has room for the words, lists and filters go on without full-text search.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from agents.errors import UsageError
from agents.view.index_readers import Damaged, Readers
from agents.view.index_tables import Unusable, connect, remove
from agents.view.indexing import Follower
from agents.view.overview import LOST_AFTER
from agents.view.run import open_run

LOOK, REST, LONGEST_REST = 1.0, 20.0, 10.0
"""Seconds between two looks at a run that goes on; so many times as long as a look took is rested after it; at most."""
WATCHED = 60.0
"""Seconds for which a question keeps the index following: without anybody looking on nothing is done."""
ORDERED, ORDERED_AT_ONCE = 20_000, 400
"""Events after which the full-text table is put in order, and pages of it in one go."""
QUARREL, OFTEN = 4, 60.0
"""So often in so many seconds it is made anew; then it goes elsewhere."""
RESERVE = 256 * 2**20
"""Bytes that are left to the run where it writes."""
NICE = 10
NO_WORDS = "there was no room for the full-text index: lists and filters work, searches don't; make room and start anew"
NO_ROOM = "there is no room for the index, neither in the run folder nor in the temporary one: not all pairs are listed"


class Crowded(Exception):
    """The run needs what room is left beside it."""


class Index:
    """The index of one run. `start` it, ask it, `close` it. Safe to use from several threads."""

    def __init__(self, folder: Path, on_change: Callable[[], None] = lambda: None) -> None:
        """`on_change` is called, from a thread of the index, whenever there may be something new to be seen."""
        self._folder, self._on_change = folder, on_change
        self.path = folder / "view.db"
        self._temporary: str | None = None
        self.full_text = True
        self.note = ""
        """What a person should know of the index; "" where all is well."""
        self.done, self.all = 0, 0
        """How far it is and how far it has to go."""
        self.is_built = False
        """Everything that was in the journal at the start is listed."""
        self.is_ordered = False
        """Nothing is left to do that would make searches quicker."""
        self._readers = Readers()
        self._inode: int | None = None
        self._made: list[float] = []
        """When it was made anew of late."""
        self._ending, self._poked = threading.Event(), threading.Event()
        self._watched_until = 0.0
        self._thread = threading.Thread(target=self._work, name="index", daemon=True)

    # -- for those who ask

    def start(self) -> None:
        """Begin to follow the run."""
        self.asked()
        self._thread.start()

    def asked(self) -> None:
        """Say that somebody looks on."""
        now = time.monotonic()
        slept, self._watched_until = now > self._watched_until, now + WATCHED
        if slept:
            self._poked.set()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to the index as it is at one moment.

        Raises `NotYet` while there is none, `sqlite3.OperationalError` for a question that was interrupted.
        """
        try:
            with self._readers.lend() as db:
                yield db
        except Damaged:
            with suppress(OSError):
                remove(self.path)
            self.poke()
            raise

    def poke(self) -> None:
        """Look for news at once."""
        self._poked.set()

    def close(self) -> None:
        """Stop following, and delete what was temporary. Harmless twice."""
        self._ending.set()
        self._poked.set()
        if self._thread.ident:
            self._thread.join(timeout=30)
        self._readers.close()
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)

    # -- the thread

    def _work(self) -> None:
        with suppress(OSError, AttributeError):  # of this thread alone, on Linux
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        while not self._ending.is_set():
            try:
                self._follow()
            except Unusable:
                self._start_anew()
            except Crowded:
                self._give_way()
            except UsageError as error:  # the journal, or the hand, can't be read (any more)
                self.note = str(error)
                self._on_change()
                self._ending.wait(5)
            except sqlite3.DatabaseError as error:
                self._mend(error)
            except Exception as error:  # else lists would stand still, and nobody be told
                told, self.note = (
                    self.note,
                    f"the index can't go on ({type(error).__name__}): lists and counts are not up to date",
                )
                if told != self.note:
                    traceback.print_exc(file=sys.stderr)
                self._on_change()
                self._ending.wait(5)

    def _follow(self) -> None:
        """Keep the index up to date until it has to be made anew."""
        before = _inode(self.path)
        with open_run(self._folder) as run, closing(connect(self.path, make=True)) as view:
            self._inode, journal = _inode(self.path), _inode(run.path)
            if self._inode is None or before not in (None, self._inode):
                raise Unusable("the index was deleted while it was opened")
            self._readers.open(self.path)
            follower = Follower(run, view, full_text=self.full_text)
            pulse: tuple[float | None, bool] | None = None
            while not self._ending.is_set():
                began = time.monotonic()
                changed = self._steps(follower)
                self._order(view)
                self.is_built, self.note = True, "" if self.full_text else NO_WORDS
                if changed or pulse != _state(follower.pulse()):
                    pulse = _state(follower.pulse())
                    self._on_change()
                self._rest(time.monotonic() - began)
                if _inode(self.path) != self._inode:
                    raise Unusable("the index was deleted")
                if _inode(run.path) != journal or follower.is_outdated():
                    return  # opened again

    def _steps(self, follower: Follower) -> bool:
        """Take steps till nothing is new; return whether anything was."""
        changed, told = False, time.monotonic()
        while not self._ending.is_set():
            if self._temporary is None and shutil.disk_usage(self._folder).free < RESERVE:
                raise Crowded
            if not follower.step():
                break
            changed = True
            self.done, self.all = follower.done, follower.all
            if time.monotonic() - told > LOOK:
                told = time.monotonic()
                self._on_change()
        if not self._ending.is_set():
            self.done = self.all = follower.all
        return changed

    def _order(self, view: sqlite3.Connection) -> None:
        """Put the full-text table's parts together, a little at a time: what came in many steps is found slowly."""
        found = view.execute("SELECT value FROM state WHERE key='ordered'").fetchone()
        self.is_ordered = self.done - (found[0] if found else 0) <= ORDERED
        if self.is_ordered:
            return
        before = -2
        while not self._ending.is_set() and view.total_changes - before > 1:
            before = view.total_changes
            view.execute("INSERT INTO words (words, rank) VALUES ('merge', ?)", (-ORDERED_AT_ONCE,))
        if not self._ending.is_set():
            view.execute("INSERT OR REPLACE INTO state VALUES ('ordered', ?)", (self.done,))
            self.is_ordered = True

    def _rest(self, took: float) -> None:
        self._poked.wait(min(max(LOOK, REST * took), LONGEST_REST))
        while not self._ending.is_set() and time.monotonic() > self._watched_until:
            self._poked.wait()
            self._poked.clear()
        self._poked.clear()

    # -- when it can't go on

    def _start_anew(self) -> None:
        self._readers.close()
        now = time.monotonic()
        self._made = [at for at in self._made if now - at < OFTEN] + [now]
        try:
            if len(self._made) > QUARREL:  # with a viewer of another version, say: each would undo the other's work
                self._made.clear()
                self._move()
            elif self._inode is None or _inode(self.path) == self._inode:  # else somebody else did already
                remove(self.path)
        except OSError:
            self._move()
        self._inode, self.is_built = None, False
        self._ending.wait(0.2)

    def _mend(self, error: sqlite3.DatabaseError) -> None:
        name = getattr(error, "sqlite_errorname", "")
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):  # another viewer is at it
            self._ending.wait(LOOK)
        elif not isinstance(error, sqlite3.OperationalError) or name == "SQLITE_READONLY_DBMOVED":
            self._start_anew()
        elif name == "SQLITE_FULL":
            self._give_way()
        else:
            self._move()

    def _give_way(self) -> None:
        """Leave what room there is to the run."""
        with suppress(OSError):
            remove(self.path)
        self._move()

    def _move(self) -> None:
        """Go where there may be room: first a temporary folder, then one without full text, then nowhere."""
        self._readers.close()
        self._inode, self.is_built = None, False
        if self._temporary is None:
            with suppress(OSError):
                self._temporary = tempfile.mkdtemp(prefix="agentinstruct-view-")
        elif self.full_text:
            self.full_text = False
            with suppress(OSError):
                remove(self.path)
        else:
            self._ending.set()
        if self._temporary is None or self._ending.is_set():
            self._ending.set()
            self.note = self._readers.why = NO_ROOM
        else:
            self.path = Path(self._temporary) / "view.db"
        self._on_change()


def _state(beat: float | None) -> tuple[float | None, bool]:
    """The newest beat of a run, and whether it is so old that the run is lost: that it stopped is news too."""
    return beat, isinstance(beat, float) and time.time() - beat > LOST_AFTER


def _inode(path: Path) -> int | None:
    try:
        return path.stat().st_ino
    except OSError:
        return None
