"""From what somebody typed and chose to the expression that finds it in the index.

Words are looked for as they are: a typed quote, bracket or operator is no syntax. "In quotes" is a phrase, and a `*`
after three letters or more stands for any ending.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agents.errors import UsageError
from agents.view.entries import CUBE, FACETS, cell_of, split_unspaced, step_of

SORTS = ("new", "old", "long", "short")
MOST, USUAL = 200, 50
"""Rows of one page."""
WORDS, VALUES, LONGEST = 32, 100, 1000
"""Words of a search that are looked for, values of one filter, and characters of a search."""
PREFIX = 3
"""Letters of a word from which on others that begin with it are found: with fewer there would be too many."""
CELLS = 100
"""Cells that are looked for one by one."""
_TERM = re.compile(r'"([^"]*)"|(\S+)')
_CURSOR = re.compile(r"-?\d{1,19}(\.-?\d{1,19})?")


@dataclass(frozen=True)
class Asked:
    """What a list is to hold."""

    q: str = ""
    filters: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """By facet the values of which one must be there."""
    low: int | None = None
    high: int | None = None
    """Characters, both inclusive."""
    sort: str = "new"
    after: str = ""
    """Where the page before ended."""
    limit: int = USUAL


def asked(query: Mapping[str, Sequence[str]]) -> Asked:
    """Read a query string's parameters. Raises `UsageError`."""
    strange = sorted(set(query) - {*FACETS, "q", "min", "max", "sort", "after", "limit", "token"})
    if strange:
        raise UsageError(
            f"lists know no {strange[0]!r}; there are: q, {', '.join(FACETS)}, min, max, sort, after, limit"
        )
    last = {name: values[-1] for name, values in query.items() if values}
    if last.get("sort", "new") not in SORTS:
        raise UsageError(f"sort={last['sort']} is none of {', '.join(SORTS)}")
    if last.get("after") and not _CURSOR.fullmatch(last["after"]):
        raise UsageError("after= is what a page before gave as its `next`")
    filters = {name: [value for value in query[name][:VALUES] if value] for name in FACETS if name in query}
    return Asked(
        q=last.get("q", "")[:LONGEST],
        filters={name: values for name, values in filters.items() if values},
        low=_number(last, "min"),
        high=_number(last, "max"),
        sort=last.get("sort") or "new",
        after=last.get("after", ""),
        limit=max(1, min(_number(last, "limit") or USUAL, MOST)),
    )


def _number(query: Mapping[str, str], name: str) -> int | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise UsageError(f"{name}={text[:20]} is no whole number; write it in digits")
    return int(text)


def terms(q: str) -> list[tuple[str, bool]]:
    """Return the words and phrases of a search, each with whether any ending will do."""
    found = []
    for phrase, word in _TERM.findall(q.replace("\0", " ")):
        text = (phrase or word).replace('"', " ").strip()
        bare = text.rstrip("*")
        if any(character.isalnum() for character in bare):
            found.append((bare, bool(word) and text.endswith("*") and len(bare) >= PREFIX))
    return found[:WORDS]


def words(q: str) -> str:
    """Return the full-text expression of a search, "" for one without any word."""
    quoted = (f'"{split_unspaced(text)}"' + ("*" if open_ended else "") for text, open_ended in terms(q))
    return " AND ".join(quoted)


def expression(db: sqlite3.Connection, wanted: Asked) -> str | None:
    """Return the expression that finds what is asked for, "" for everything, None for what can't be there."""
    parts = _filters(db, wanted.filters)
    if wanted.low is not None or wanted.high is not None:
        steps = range(step_of(wanted.low or 0), step_of(2**60 if wanted.high is None else wanted.high) + 1)
        parts.append(_codes(db, "length", list(map(str, steps))))
    if not all(parts):
        return None
    if wanted.q.strip():
        found = words(wanted.q)
        if not found:
            return None
        parts.append(f"text : ({found})")
    return " AND ".join(f"({part})" for part in parts if part)


def in_cube(filters: Mapping[str, Sequence[str]]) -> tuple[str, list[str]]:
    """Return the condition that chooses cells of the cube, with its values."""
    where = (f"{name} IN ({','.join('?' * len(values))})" for name, values in filters.items())
    return " AND ".join(where) or "1", [value for values in filters.values() for value in values]


def _filters(db: sqlite3.Connection, filters: Mapping[str, Sequence[str]]) -> list[str]:
    """One expression for each filter; several of those that are counted together become one of their cells."""
    together = {what: values for what, values in filters.items() if what in CUBE}
    apart = dict(filters)
    parts = []
    if len(together) > 1:
        where, values = in_cube(together)
        sql = f"SELECT {', '.join(CUBE)} FROM cube WHERE count > 0 AND {where} LIMIT {CELLS + 1}"
        cells = [cell_of(*row) for row in db.execute(sql, values)]
        if len(cells) <= CELLS:
            apart = {what: values for what, values in filters.items() if what not in CUBE}
            parts.append(_codes(db, "cell", cells))
    return parts + [_codes(db, what, values) for what, values in apart.items()]


def _codes(db: sqlite3.Connection, what: str, values: Sequence[str]) -> str:
    marks = ",".join("?" * len(values))
    sql = f"SELECT code FROM facets WHERE what=? AND value IN ({marks}) AND count > 0"
    found = [f"f{code}" for (code,) in db.execute(sql, (what, *values))]
    return f"facets : ({' OR '.join(found)})" if found else ""
