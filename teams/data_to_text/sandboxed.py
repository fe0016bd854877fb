"""Queries that a model wrote, carried out in the sandbox: SQL by SQLite, SPARQL by rdflib, over several sets of data.

A query may read and nothing else: what would drop, write, attach or open a connection is refused before it runs; what
runs on without end or gives back without end is stopped. The sandbox itself has no network.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from math import isclose
from typing import Any

from sandbox import Sandbox

SECONDS = 15.0
MOST_ROWS = 200
LONGEST = 4_000
"""Characters of a query."""

_SQL = """
import json, sqlite3
READS = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
FORBIDDEN = {"load_extension", "writefile", "readfile", "edit", "fts3_tokenizer"}
def allowed(action, one, two, *rest):
    if action in READS and str(two).lower() not in FORBIDDEN:
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY
def ran(setup, query):
    base = sqlite3.connect(":memory:")
    base.executescript(setup)
    base.set_authorizer(allowed)
    base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 1_000_000)
    steps = [0]
    def step():
        steps[0] += 1
        return steps[0] > 400
    base.set_progress_handler(step, 10_000)
    try:
        rows = base.execute(query).fetchmany(MOST + 1)
    except sqlite3.Error as error:
        said = str(error)
        if said == "interrupted":
            said = "it does not come to an end"
        elif "not authorized" in said or "prohibited" in said:
            said = "it does more than read: only SELECT is allowed"
        return {"error": said}
    except sqlite3.Warning as error:
        return {"error": str(error)}
    if len(rows) > MOST:
        return {"error": f"it gives back more than {MOST} rows"}
    return {"rows": [[v if not isinstance(v, bytes) else v.hex() for v in row] for row in rows]}
given = json.load(open("given.json"))
MOST = given["most"]
print(json.dumps([ran(setup, given["query"]) for setup in given["sets"]]))
"""

_SPARQL = """
import json, sys
try:
    import rdflib
    from rdflib.plugins.sparql import prepareQuery
    import rdflib.plugins.sparql as sparql
except ImportError:
    print(json.dumps({"missing": True}))
    sys.exit()
sparql.SPARQL_LOAD_GRAPHS = False
given = json.load(open("given.json"))
MOST = given["most"]
def plain(term):
    if term is None:
        return None
    if isinstance(term, rdflib.Literal):
        value = term.toPython()
        if isinstance(value, bool) or isinstance(value, (int, str)):
            return value
        try:
            return float(value)
        except (TypeError, ValueError):
            return str(term)
    return str(term).rsplit("/", 1)[-1].rsplit("#", 1)[-1]
def ran(text, query):
    graph = rdflib.Graph()
    graph.parse(data=text, format="turtle")
    try:
        prepared = prepareQuery(query, initNs={"ex": "http://example.org/"})
        if "ServiceGraphPattern" in repr(prepared.algebra):
            return {"error": "it calls another server (SERVICE): only the data given may be read"}
        found = graph.query(prepared)
        if found.type == "ASK":
            return {"rows": [[bool(found.askAnswer)]]}
        if found.type != "SELECT":
            return {"error": f"a {found.type} makes a graph: a SELECT or ASK is wanted"}
        rows = []
        for row in found:
            rows.append([plain(term) for term in row])
            if len(rows) > MOST:
                return {"error": f"it gives back more than {MOST} rows"}
        return {"rows": rows}
    except Exception as error:
        return {"error": (str(error).strip().splitlines() or [type(error).__name__])[0][:200]}
print(json.dumps([ran(text, given["query"]) for text in given["sets"]], default=str))
"""

_TABLES = """
import json, sqlite3
given = json.load(open("given.json"))
base = sqlite3.connect(":memory:")
base.execute("PRAGMA foreign_keys = ON")
FORBIDDEN = {sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_DROP_TABLE, sqlite3.SQLITE_DELETE}
def tried(statement, values=()):
    try:
        base.execute(statement, values)
        return ""
    except (sqlite3.Error, sqlite3.Warning) as error:
        return str(error)
def script():
    try:
        base.executescript(given["script"])
        return ""
    except (sqlite3.Error, sqlite3.Warning) as error:
        return str(error)
made = script()
base.commit()
tables = {row[0]: [(c[1], c[2], c[5]) for c in base.execute(f'PRAGMA table_info("{row[0]}")')]
          for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")} if not made else {}
filled = [tried(s, v) for s, v in given["fills"]] if not made else []
refused = [tried(s, v) for s, v in given["wrong"]] if not made else []
print(json.dumps({"made": made, "tables": tables, "filled": filled, "refused": refused}))
"""


class QueryFailed(Exception):
    """A query that was refused, failed or did not end; says why in a line."""


class NoLibrary(Exception):
    """The sandbox's image lacks what the query's language needs."""


@dataclass(frozen=True)
class Ran:
    """What a query gave on one set of data."""

    rows: tuple[tuple[Any, ...], ...] = ()
    error: str = ""


_OUTSIDE = re.compile(r"\b(?:SERVICE|LOAD)\b\s*(?:SILENT\s*)?[<?\w]|\bFROM\s+(?:NAMED\s+)?<", re.IGNORECASE)
_STRINGS = re.compile(r"\"\"\".*?\"\"\"|\"[^\"\n]*\"|'[^'\n]*'|#[^\n]*", re.DOTALL)


def refused(language: str, query: str) -> str:
    """Say why a query is not even tried; '' if it is."""
    if len(query) > LONGEST:
        return f"it has more than {LONGEST} characters"
    if language == "sparql" and _OUTSIDE.search(_STRINGS.sub(" ", query)):
        return "it opens a connection (SERVICE, LOAD or FROM): only the data given may be read"
    return ""


async def ran(box: Sandbox, language: str, query: str, sets: Sequence[str]) -> list[Ran]:
    """Return what a query gives on each set: SQL statements that make it, or Turtle.

    Raises `QueryFailed` where it did not end, `NoLibrary`, and `SandboxError` if the sandbox itself fails.
    """
    if why := refused(language, query):
        return [Ran(error=why)] * len(sets)
    found = await _run(
        box, _SQL if language == "sql" else _SPARQL, {"query": query, "sets": list(sets), "most": MOST_ROWS}
    )
    if isinstance(found, dict):
        raise NoLibrary("rdflib is not in the sandbox's image")
    return [Ran(tuple(map(tuple, one.get("rows", ()))), one.get("error", "")) for one in found]


async def tables_made(box: Sandbox, script: str, fills: Sequence[Any], wrong: Sequence[Any]) -> dict[str, Any]:
    """Run statements that make tables, fill them, and try what they should refuse."""
    found = await _run(box, _TABLES, {"script": script[:LONGEST], "fills": list(fills), "wrong": list(wrong)})
    return dict(found)


async def _run(box: Sandbox, program: str, given: dict[str, Any]) -> Any:
    result = await box.run_python(program, files={"given.json": json.dumps(given)}, timeout=SECONDS)
    if result.timed_out:
        raise QueryFailed(f"it does not end within {SECONDS:g} seconds")
    if result.exit_code:
        last = [line for line in result.stderr.strip().splitlines() if line.strip()][-1:]
        raise QueryFailed(
            "it takes too much memory" if result.exit_code == 137 else f"it fails: {(last or ['?'])[0][:200]}"
        )
    try:
        return json.loads(result.stdout.strip().splitlines()[-1])
    except (ValueError, IndexError):
        raise QueryFailed("it prints what can't be read") from None


def same_rows(one: Ran, other: Ran, *, ordered: bool) -> bool:
    """Say whether two queries gave the same rows; the order of columns is free, for a request seldom names it."""
    if one.error or other.error or len(one.rows) != len(other.rows):
        return False
    if not one.rows:
        return True
    width = len(one.rows[0])
    if width != len(other.rows[0]):
        return False
    orders = permutations(range(width)) if width <= 5 else [tuple(range(width))]
    return any(_same(one.rows, [[row[n] for n in order] for row in other.rows], ordered) for order in orders)


def _same(mine: Sequence[Sequence[Any]], theirs: Sequence[Sequence[Any]], ordered: bool) -> bool:
    if not ordered:
        mine, theirs = sorted(mine, key=_key), sorted(theirs, key=_key)
    return all(len(a) == len(b) and all(map(_alike, a, b)) for a, b in zip(mine, theirs, strict=True))


def _key(row: Sequence[Any]) -> list[str]:
    return [f"{_number(v):.4f}" if _number(v) is not None else str(v) for v in row]


def _alike(one: Any, other: Any) -> bool:
    a, b = _number(one), _number(other)
    if a is None or b is None:
        return str(one).strip() == str(other).strip()
    # A mean may be rounded in the query.
    decimals = max(_decimals(one), _decimals(other))
    return isclose(a, b, rel_tol=1e-6, abs_tol=1e-9) or (abs(a - b) <= 0.0051 and decimals > 1)


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return float(value)
    return float(value) if isinstance(value, int | float) else None


def _decimals(value: Any) -> int:
    return len(str(value).partition(".")[2])
