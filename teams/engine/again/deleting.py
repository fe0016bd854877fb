"""Delete from a journal what is to be forgotten, inside one transaction."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from teams.engine.again.traces import Gone

_BY_SEED = {"records": "seed", "chats": "seed", "drops": "seed", "draws": "seed", "settled": "seed", "seeds": "id"}
_BY_ID = {"records": "id", "verdicts": "id", "drops": "id", "chats": "id", "draws": "record", "messages": "chat",
          "calls": "chat", "tools": "chat"}  # fmt: skip
_OF_CHAT = {"messages": "chat", "calls": "chat", "tools": "chat", "drops": "id", "chats": "id"}


def delete(db: sqlite3.Connection, gone: Gone) -> None:
    """Delete what is to go, and the words of prompts that nothing else was told."""
    # Seeds of which something goes are to be gone through again, should the run go on.
    for table, ids in (("records", (*gone.roots, *gone.pairs, *gone.twins)), ("chats", gone.chats)):
        sql = f"DELETE FROM settled WHERE (seed, round) IN (SELECT seed, round FROM {table} WHERE id=?)"
        db.executemany(sql, [(id,) for id in ids])
    for root in (*gone.seeds, *gone.roots):
        _under(db, _BY_ID, root)
    for pair in (*gone.pairs, *gone.twins):
        _pair(db, pair)
    for chat in gone.chats:
        _under(db, _OF_CHAT, chat)
    _seeds(db, gone.seeds)
    db.execute("DELETE FROM prompts WHERE hash NOT IN (SELECT prompt FROM calls)")


def _under(db: sqlite3.Connection, tables: dict[str, str], root: str) -> None:
    """Delete what has the id `root`, or came of it; an index can serve the condition."""
    for table, column in tables.items():
        where = f"{column}=? OR ({column}>=? AND {column}<?)"
        db.execute(f"DELETE FROM {table} WHERE {where}", (root, f"{root}/", f"{root}0"))


def _pair(db: sqlite3.Connection, id: str) -> None:
    """Delete a pair, and not the instruction whose id it has."""
    judged = "SELECT id FROM chats WHERE id>? AND id<? AND record=? AND stage='check'"
    for (chat,) in db.execute(judged, (f"{id}/", f"{id}0", id)).fetchall():
        _under(db, _OF_CHAT, chat)
    db.execute("DELETE FROM records WHERE id=? AND type='pair'", (id,))
    for table in ("verdicts", "drops"):
        db.execute(f"DELETE FROM {table} WHERE id=?", (id,))


def _seeds(db: sqlite3.Connection, seeds: Sequence[str]) -> None:
    there = {name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")}
    values: list[tuple[Any, ...]] = [(seed,) for seed in seeds]
    for table, column in _BY_SEED.items():
        if table in there:
            db.executemany(f"DELETE FROM {table} WHERE {column}=?", values)
    if "events" in there:  # last: that rows are deleted is an event too
        for seed in seeds:
            _under(db, {"events": "id"}, seed)
