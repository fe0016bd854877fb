"""Puts lines into the index and takes them away, some hundred at a time, and keeps all counts true as it does."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from agents.view.entries import Counts, Listed, facets_of, split_unspaced
from agents.view.index_tables import VERSIONS, Unusable

Facet = tuple[str, str]


class Shelf:
    """What is listed of some ids, and what is to be. Nothing is written before `write`."""

    def __init__(self, db: sqlite3.Connection, ids: Sequence[str], *, full_text: bool = True) -> None:
        self._db, self._full_text = db, full_text
        self._there: dict[str, tuple[int, str, Mapping[str, Any]]] = {}
        """By id: place, mark of the text, entry."""
        self._gone: dict[str, tuple[int, float | None]] = {}
        """Of ids that were listed before, or never: the last place and time."""
        self._added: list[tuple[int, str, Listed]] = []
        self._removed: list[int] = []
        self._left: list[tuple[str, int, float | None]] = []
        self._counts = Counts()
        marks = ",".join("?" * len(ids))
        for id, place, mark, entry in db.execute(
            f"SELECT id, place, mark, entry FROM listed WHERE id IN ({marks})", ids
        ):
            self._there[id] = place, mark, orjson.loads(entry)
        for id, place, at in db.execute(f"SELECT id, place, at FROM gone WHERE id IN ({marks})", ids):
            self._gone[id] = place, at

    def rank(self, id: str) -> tuple[int, float | None] | None:
        """Return the rank in time an id has or had, and when that was."""
        if old := self._there.get(id):
            return old[0] // VERSIONS, old[2]["at"]
        if gone := self._gone.get(id):
            return gone[0] // VERSIONS, gone[1]
        return None

    def put(self, listed: Listed, rank: int, at: float | None) -> None:
        """List this of its id, in the place of what was listed before."""
        id = listed.entry["id"]
        listed = Listed({**listed.entry, "at": at}, listed.text)
        mark = hashlib.blake2b(listed.text.encode("utf-8", "replace"), digest_size=8).hexdigest()
        old, place = self._there.get(id), self._place(id, rank)
        if old and old[0] == place and old[1:] == (mark, listed.entry):
            return
        if place in (old and old[0], self._gone.get(id, (None,))[0]):
            place += 1  # the words found under a place can't be taken back
        if place // VERSIONS != rank:
            raise Unusable(f"{id} was listed too often")
        self._remove(id)
        self._counts.count(listed.entry, 1)
        self._added.append((place, mark, listed))

    def take(self, id: str, rank: int, at: float | None) -> None:
        """List nothing of an id any more."""
        self._left.append((id, self._place(id, rank), at))
        self._remove(id)

    def _place(self, id: str, rank: int) -> int:
        """The last place an id had in this rank, or the first it can have."""
        known = (found[0] for found in (self._there.get(id), self._gone.get(id)) if found)
        return max((place for place in known if place // VERSIONS == rank), default=rank * VERSIONS)

    def _remove(self, id: str) -> None:
        if old := self._there.get(id):
            self._removed.append(old[0])
            self._counts.count(old[2], -1)

    def write(self) -> None:
        """Write all of it. The caller holds the transaction."""
        gone = [(place,) for place in self._removed]
        self._db.executemany("DELETE FROM pairs WHERE place=?", gone)
        self._db.executemany("DELETE FROM listed WHERE place=?", gone)
        self._db.executemany("INSERT OR REPLACE INTO gone VALUES (?,?,?)", self._left)
        codes = self._count()
        for place, mark, listed in sorted(self._added, key=lambda one: one[0]):
            entry = listed.entry
            self._db.execute("INSERT INTO pairs VALUES (?,?)", (place, entry["characters"]))
            self._db.execute(
                "INSERT INTO listed VALUES (?,?,?,?)", (place, entry["id"], mark, orjson.dumps(entry).decode())
            )
            tokens = " ".join(f"f{codes[facet]}" for facet in facets_of(entry))
            text = split_unspaced(listed.text) if self._full_text else ""
            self._db.execute("INSERT INTO words (rowid, facets, text) VALUES (?,?,?)", (place, tokens, text))

    def _count(self) -> dict[Facet, int]:
        """Write what changed in the counts; return the code of each facet concerned."""
        db, counts = self._db, self._counts
        codes = {}
        for facet, number in sorted(counts.facets.items()):
            ((codes[facet],),) = db.execute(
                "INSERT INTO facets (what, value, count) VALUES (?,?,?) ON CONFLICT (what, value) "
                "DO UPDATE SET count = count + excluded.count RETURNING code",
                (*facet, number),
            ).fetchall()
        for table, changes in (("cube", counts.cube), ("reasons", counts.reasons), ("moments", counts.moments)):
            rows = [(*key, number) for key, number in sorted(changes.items()) if number]
            if rows:
                marks = ",".join("?" * len(rows[0]))
                sql = f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT DO UPDATE SET count = count + excluded.count"
                db.executemany(sql, rows)
        return codes
