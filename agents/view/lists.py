"""Pages of pairs as they are filtered, searched and sorted, and how many there are of what. Quick at any size.

The full-text table finds words and filters alike: each listed pair has a token for everything it can be narrowed by,
so that the rarest of all that is asked for decides how long it takes. Counts come from what is kept counted, or go no
further than `COUNTED`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from agents.view.entries import CUBE, FACETS, step_of
from agents.view.finding import Asked, expression, in_cube

COUNTED = 1000
"""Hits of a search are counted so far; beyond, the count is a lower bound."""
SEEDS, VALUES = 200, 500
"""Seeds listed with their counts, and values of anything else."""
_FAR = 2**62
Page = tuple[list[tuple[int, int]], str | None]
"""Places, each with its pair's characters; where the next page begins."""


def facets(db: sqlite3.Connection) -> dict[str, list[list[Any]]]:
    """Return what lists can be narrowed by: values with their counts, the commonest first."""
    sql = "SELECT value, count FROM facets WHERE what=? AND count > 0 ORDER BY count DESC, value LIMIT ?"
    return {
        what: [list(row) for row in db.execute(sql, (what, SEEDS if what == "seed" else VALUES))] for what in FACETS
    }


def pairs(db: sqlite3.Connection, asked: Asked) -> dict[str, Any]:
    """Return one page: `{"rows", "next", "count", "exact"}`; rows without snippets."""
    match = expression(db, asked)
    if match is None:
        return {"rows": [], "next": None, "count": 0, "exact": True}
    count, exact = _count(db, asked, match)
    by_length = asked.sort in ("long", "short")
    found = _by_length(db, asked, match, few=count < COUNTED) if by_length else _by_time(db, asked, match)
    page = [row for _, row in zip(range(asked.limit + 1), found, strict=False)]
    more, page = len(page) > asked.limit, page[: asked.limit]
    return {"rows": _rows(db, [place for place, _ in page]), "next": _cursor(asked, page) if more else None} | {
        "count": count,
        "exact": exact,
    }


def _rows(db: sqlite3.Connection, places: Sequence[int]) -> list[dict[str, Any]]:
    sql = f"SELECT place, entry FROM listed WHERE place IN ({','.join('?' * len(places))})"
    entries = dict(db.execute(sql, places))
    return [orjson.loads(entries[place]) for place in places]


def _cursor(asked: Asked, page: Sequence[tuple[int, int]]) -> str:
    place, characters = page[-1]
    return str(place) if asked.sort in ("new", "old") else f"{characters}.{place}"


def _bounds(asked: Asked) -> tuple[int, int]:
    return asked.low or 0, _FAR if asked.high is None else asked.high


def _by_time(db: sqlite3.Connection, asked: Asked, match: str) -> Iterator[tuple[int, int]]:
    new = asked.sort == "new"
    after = int(asked.after.split(".")[0]) if asked.after else (_FAR if new else -_FAR)
    side, way = ("<", "DESC") if new else (">", "ASC")
    if not match:
        sql = f"SELECT place, characters FROM pairs WHERE place {side} ? ORDER BY place {way} LIMIT ?"
        yield from db.execute(sql, (after, asked.limit + 1))
        return
    sql = (
        "SELECT place, characters FROM words CROSS JOIN pairs ON place = words.rowid WHERE words MATCH ? "
        f"AND words.rowid {side} ? AND characters BETWEEN ? AND ? ORDER BY words.rowid {way} LIMIT ?"
    )
    yield from db.execute(sql, (match, after, *_bounds(asked), asked.limit + 1))


def _by_length(db: sqlite3.Connection, asked: Asked, match: str, *, few: bool) -> Iterator[tuple[int, int]]:
    """Yield places by length; `few` of them are sorted at once."""
    long = asked.sort == "long"
    side, way = ("<", "DESC") if long else (">", "ASC")
    edge = _FAR if long else -_FAR
    characters, place = map(int, asked.after.split(".")) if "." in asked.after else (edge, edge)
    order = f"(characters, place) {side} (?, ?) ORDER BY characters {way}, place {way} LIMIT ?"
    if not match:
        sql = f"SELECT place, characters FROM pairs WHERE {order}"
        yield from db.execute(sql, (characters, place, asked.limit + 1))
        return
    sql = (
        "SELECT place, characters FROM words CROSS JOIN pairs ON place = words.rowid WHERE words MATCH ? "
        f"AND characters BETWEEN ? AND ? AND {order}"
    )
    left = asked.limit + 1
    if few:
        yield from db.execute(sql, (match, *_bounds(asked), characters, place, left))
        return
    # Step by step along the lengths: all hits need never be sorted at once.
    for code in _steps(db, asked, characters if asked.after else None):
        rows = db.execute(sql, (f"{match} AND (facets : f{code})", *_bounds(asked), characters, place, left)).fetchall()
        yield from rows
        left -= len(rows)
        if left <= 0:
            return


def _steps(db: sqlite3.Connection, asked: Asked, characters: int | None) -> Iterator[int]:
    """The codes of the steps of length, from the page before on."""
    found = db.execute("SELECT CAST(value AS INTEGER), code FROM facets WHERE what='length' AND count > 0").fetchall()
    long = asked.sort == "long"
    start = None if characters is None else step_of(max(characters, 0))
    for step, code in sorted(found, reverse=long):
        if start is None or (step <= start if long else step >= start):
            yield code


def _count(db: sqlite3.Connection, asked: Asked, match: str) -> tuple[int, bool]:
    """Return how many there are, and whether that is all."""
    bounded = asked.low is not None or asked.high is not None
    if not asked.q.strip() and not bounded and set(asked.filters) <= set(CUBE):
        where, values = in_cube(asked.filters)
        ((count,),) = db.execute(f"SELECT coalesce(sum(count), 0) FROM cube WHERE {where}", values)
        return count, True
    sql = (
        "SELECT count(*) FROM (SELECT 1 FROM words CROSS JOIN pairs ON place = words.rowid WHERE words MATCH ? "
        f"AND characters BETWEEN ? AND ? LIMIT {COUNTED + 1})"
    )
    ((count,),) = db.execute(sql, (match, *_bounds(asked)))
    return min(count, COUNTED), count <= COUNTED
