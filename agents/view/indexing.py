"""Follows a journal and keeps its index: what came, went or was decided anew since the last step is listed anew.

A step looks up what stands in the journal now of each id that something happened to, and lists that: it does not
matter how often, in which order or by which of two viewers steps are taken. Each is one small transaction that begins
with reading how far the index is, so that a kill costs one step and two viewers share the work.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from agents.hand import Act, Hand
from agents.view.entries import Listed
from agents.view.gathering import Found, Gathering
from agents.view.index_tables import Unusable
from agents.view.listing import Shelf
from agents.view.run import Run

EVENTS, IDS = 6000, 400
"""Events looked at in one step, and ids listed anew."""
BEFORE_EVENTS, AFTER_EVENTS = -(2**40), 2**40
"""Ranks in time of what a journal without events holds, and of what a person's hand brought in."""
LATEST = 1e11
"""Seconds since 1970 that a clock may say; what is none is no time."""
DECISIVE = "('verdict', 'unverdict', 'drop', 'undrop')"
_HAS_EVENTS = "SELECT 1 FROM sqlite_master WHERE name='events'"
Rank = tuple[int, float | None]
"""Rank in time, and seconds since 1970 if known."""
_News = tuple[dict[str, Rank | None], dict[str, Any]]
"""Ids to be looked at, each with the newest event that decided on it if that is new, and what to remember then."""


class Follower:
    """Takes an index from where it is to where its journal and the hand are."""

    def __init__(self, run: Run, view: sqlite3.Connection, *, full_text: bool = True) -> None:
        self._run, self._view, self._full_text = run, view, full_text
        self._hand = Hand(run.folder)
        self._acts: dict[str, list[Act]] = {}
        self._acts_version = 0
        self.done, self.all = 0, 0
        """How far the index is and has to go, in events (in a journal without events: pairs)."""

    def step(self) -> bool:
        """List some of what is new; return whether more may be waiting.

        Raises `Unusable` where the index is not of this journal, `UsageError` where the journal can't be read.
        """
        version = self._hand.version()
        if version != self._acts_version:
            self._acts, self._acts_version = self._hand.touched(), version
        if not self._is_behind():
            return False
        with self._writing():
            state = dict(self._view.execute("SELECT key, value FROM state"))
            with self._run.reading() as journal:
                self._check_journal(journal, state)
                events = self._run.has("events")
                news = self._happened(journal, state) if events else self._scanned(journal, state)
                ranks, changed = news or self._by_hand(state)
                found = Gathering(journal, list(ranks), self._acts).listed()
            self._list(ranks, found)
            self._view.executemany("INSERT OR REPLACE INTO state VALUES (?,?)", changed.items())
        return bool(changed)

    def pulse(self) -> float | None:
        """Return when the run last wrote its figures down, or None."""
        found = self._run.rows("SELECT max(at) FROM pulse") if self._run.has("pulse") else []
        return found[0][0] if found else None

    def is_outdated(self) -> bool:
        """Say whether the journal, older than that, got events since: the run goes on."""
        return not self._run.has("events") and bool(self._run.rows(_HAS_EVENTS))

    def _is_behind(self) -> bool:
        """Say whether there may be news: quick, and no bother to anybody."""
        state = dict(self._view.execute("SELECT key, value FROM state WHERE key IN ('last', 'hand')"))
        if not self._run.has("events") or "last" not in state or state.get("hand", 0) != self._acts_version:
            return True
        return self._run.rows("SELECT max(n) FROM events") != [(state["last"],)]

    @contextmanager
    def _writing(self) -> Iterator[None]:
        self._view.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._view.execute("COMMIT")
        except BaseException:
            if self._view.in_transaction:
                self._view.execute("ROLLBACK")
            raise

    # -- what happened

    def _check_journal(self, db: sqlite3.Connection, state: Mapping[str, Any]) -> None:
        """See that the index is of this journal: the last event it knows must be there, and the first."""
        if self._run.has("events"):
            known = {number: state.get(f"{number}_event") for number in ("first", "last") if number in state}
            same = all(_event(db, state[number]) == event for number, event in known.items())
        else:
            same = "last" not in state and state.get("journal") in (None, _mark(db))
        if not same:
            raise Unusable("another journal was indexed")

    def _happened(self, db: sqlite3.Connection, state: Mapping[str, Any]) -> _News | None:
        """Gather what happened since the index was here last."""
        since = state.get("last", 0)
        ((newest,),) = db.execute("SELECT coalesce(max(n), 0) FROM events").fetchall()
        new = db.execute(
            "SELECT n, at, what, id FROM events WHERE n > ? ORDER BY n LIMIT ?", (since, EVENTS)
        ).fetchall()
        self.all, self.done = newest, since
        if not new:
            return None
        ranks: dict[str, Rank | None] = {}
        for n, when, what, id in new:
            self.done = n
            at = when if isinstance(when, float) and 0 <= when < LATEST else None
            if what in ("verdict", "drop"):
                ranks[id] = (n, at)
            elif what in ("unverdict", "undrop"):
                ranks.setdefault(id, None)
            if len(ranks) >= IDS:
                break
        # A chat that comes to its end after all takes back that it fell out.
        chats = f"SELECT DISTINCT id FROM events WHERE n > ? AND n <= ? AND what NOT IN {DECISIVE}"
        for (id,) in db.execute(f"SELECT id FROM drops WHERE id IN ({chats})", (since, self.done)):
            ranks.setdefault(id, None)
        first = state.get("first", new[0][0])
        marks = {"first": first, "first_event": _event(db, first), "last_event": _event(db, self.done)}
        return ranks, {"last": self.done, **marks}

    def _scanned(self, db: sqlite3.Connection, state: Mapping[str, Any]) -> _News | None:
        """Gather some rows of a journal that has no events."""
        if not self.all:
            ((self.all,),) = db.execute("SELECT (SELECT count(*) FROM verdicts) + (SELECT count(*) FROM drops)")
        self.done = state.get("scanned", 0)
        for table, odd in (("verdicts", 0), ("drops", 1)):
            sql = f"SELECT rowid, id FROM {table} WHERE rowid > ? ORDER BY rowid LIMIT ?"
            if rows := db.execute(sql, (state.get(table, 0), IDS)).fetchall():
                self.done += len(rows)
                ranks: dict[str, Rank | None] = {id: (BEFORE_EVENTS + 2 * number + odd, None) for number, id in rows}
                return ranks, {table: rows[-1][0], "scanned": self.done, "journal": _mark(db)}
        self.all = self.done
        return None

    def _by_hand(self, state: Mapping[str, Any]) -> _News:
        """Gather what people did since."""
        known = state.get("hand", 0)
        if self._acts_version == known:
            return {}, {}
        ids = {id for id, acts in self._acts.items() if acts[-1].n > known or self._acts_version < known}
        if self._acts_version < known:  # another hand than was indexed, or none: what that one touched is looked at
            ids |= {id for (id,) in self._view.execute("SELECT id FROM listed WHERE json_extract(entry, '$.hand')")}
        return dict.fromkeys(sorted(ids)), {"hand": self._acts_version}

    # -- what stands

    def _list(self, ranks: Mapping[str, Rank | None], found: Mapping[str, Found]) -> None:
        """List what stands of each id now, and nothing of those of which nothing stands."""
        shelf = Shelf(self._view, list(ranks), full_text=self._full_text)
        for id, rank in ranks.items():
            known = shelf.rank(id)
            if id not in found:
                if newest := rank or known:
                    shelf.take(id, *newest)
                continue
            number, listed = found[id]
            shelf.put(listed, *(_by_person(number, listed) or rank or known or (BEFORE_EVENTS + number, None)))
        shelf.write()


def _by_person(number: int, listed: Listed) -> Rank | None:
    """The rank of a pair that no event tells of: somebody took it into the data, and that stands before all else."""
    return (AFTER_EVENTS - number, listed.entry["at"]) if number < 0 else None


def _event(db: sqlite3.Connection, n: int) -> str | None:
    found = db.execute("SELECT at, what, id FROM events WHERE n=?", (n,)).fetchone()
    return repr(found) if found else None


def _mark(db: sqlite3.Connection) -> str:
    """Tell one journal without events from another."""
    rows = db.execute("SELECT key, value FROM meta ORDER BY key").fetchall()
    rows += db.execute("SELECT (SELECT max(rowid) FROM verdicts), (SELECT max(rowid) FROM drops)").fetchall()
    return hashlib.blake2b(repr(rows).encode("utf-8", "replace"), digest_size=16).hexdigest()
