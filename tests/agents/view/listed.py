"""The list of pairs as tests see it, and a journal that gets one more."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.agents.view.shown import Shown


def rows(at: Shown) -> list[Any]:
    at.page.wait_for_selector("a.row, .count:has-text('Nothing')")
    return at.page.query_selector_all("a.row")


def one_more(folder: Path) -> str:
    """Write one more pair into a run's journal, a copy of one that is there; return its id."""
    with closing(sqlite3.connect(folder / "run.db")) as db:
        ((id, accepted, verdict, row, plan),) = db.execute(
            "SELECT id, accepted, verdict, row, plan FROM verdicts LIMIT 1"
        )
        new = f"{id}/more-1"
        text = json.dumps({**json.loads(row), "id": new})
        db.execute("INSERT INTO verdicts VALUES (?,?,?,?,?)", (new, accepted, verdict, text, plan))
        db.commit()
    return new


def whole(at: Shown, number: int) -> None:
    """Wait till as many rows are listed: a viewer that has just started has not read them all."""
    at.page.wait_for_function("(n) => document.querySelectorAll('a.row').length === n", arg=number)


def listed(folder: Path) -> int:
    """Return how many rows the list of a run has."""
    with closing(sqlite3.connect(folder / "run.db")) as db:
        (judged,) = db.execute("SELECT count(*) FROM verdicts").fetchone()
        (dropped,) = db.execute("SELECT count(*) FROM drops").fetchone()
    return int(judged + dropped)
