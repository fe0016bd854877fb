"""Indexes followed step by step, and all that one says."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from agents.view import lists
from agents.view.finding import asked
from agents.view.index_tables import connect
from agents.view.indexing import Follower
from agents.view.run import open_run
from tests.agents.view.journals import WORDS


@contextmanager
def following(folder: Path, place: Path) -> Iterator[tuple[Follower, sqlite3.Connection]]:
    """Follow a journal with the index at `place`."""
    with open_run(folder) as run, closing(connect(place, make=True)) as view:
        yield Follower(run, view), view


def all_of(follower: Follower) -> None:
    while follower.step():
        pass


def told(view: sqlite3.Connection) -> dict[str, Any]:
    """All that an index says, in the order in which it says it."""
    counts = {
        table: sorted(view.execute(f"SELECT * FROM {table} WHERE count <> 0").fetchall())
        for table in ("cube", "reasons", "moments")
    }
    counts["facets"] = sorted(view.execute("SELECT what, value, count FROM facets WHERE count <> 0").fetchall())
    entries = [json.loads(entry) for (entry,) in view.execute("SELECT entry FROM listed ORDER BY place")]
    found = {
        word: [one["id"] for one in lists.pairs(view, asked({"q": [word]}))["rows"]] for word in (*WORDS, "edited")
    }
    return {"entries": entries, "found": found, **counts}
