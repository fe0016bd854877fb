"""A plan of rows as SQL, for SQLite."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from teams.data_to_text.data.graphs import quoted, sql_cell
from teams.data_to_text.data.model import Column, Data, Table, Unsound

_HOW = {"count": "COUNT({})", "sum": "SUM({})", "mean": "AVG({})", "min": "MIN({})", "max": "MAX({})",
        "range": "MAX({0}) - MIN({0})", "distinct": "COUNT(DISTINCT {})"}  # fmt: skip


def query_of(data: Data, plan: Mapping[str, Any]) -> str:
    """Return a plan of rows as a query. Raises `Unsound` for what SQLite has no function for."""
    table = data.table(plan["table"])
    places = _places(data, table, plan["joined"])
    made = {m["name"]: _measure(m, places) for m in plan["measures"]}
    names = plan["columns"] or ([*plan["by"], *made] if plan["by"] else list(places))
    chosen = [f"{made[n]} AS {quoted(n)}" if n in made else _as(n, places) for n in names]
    lines = [f"SELECT {', '.join(chosen)}", f"FROM {quoted(table.name)}"]
    if plan["joined"]:
        link = next(c for c in table.columns if c.refers == plan["joined"])
        key = data.table(plan["joined"]).key
        assert key
        lines.append(
            f"LEFT JOIN {quoted(plan['joined'])} ON {_full(table.name, link.name)} = {_full(plan['joined'], key.name)}"
        )
    if plan["where"]:
        lines.append("WHERE " + " AND ".join(_condition(one, places) for one in plan["where"]))
    if plan["by"]:
        lines.append("GROUP BY " + ", ".join(_place(n, places) for n in plan["by"]))
    if plan["sort"]:
        # Empty cells stand last in a plan, whichever way it sorts.
        names = [one["column"] for one in plan["sort"]]
        at = [quoted(name) if name in made else _place(name, places) for name in names]
        sort = [_sorted(one, place) for one, place in zip(plan["sort"], at, strict=True)]
        lines.append("ORDER BY " + ", ".join(sort))
    if plan["take"]:
        lines.append(f"LIMIT {plan['take']}")
    return "\n".join(lines) + ";"


Places = dict[str, tuple[str, Column]]


def _places(data: Data, table: Table, joined: str) -> Places:
    found = {c.name: (_full(table.name, c.name) if joined else quoted(c.name), c) for c in table.columns}
    if joined:
        for column in data.table(joined).columns:
            if not column.is_key:
                name = column.name if column.name not in found else f"{joined}_{column.name}"
                found[name] = _full(joined, column.name), column
    return found


def _full(table: str, column: str) -> str:
    return f"{quoted(table)}.{quoted(column)}"


def _place(name: str, places: Places) -> str:
    if name not in places:
        raise Unsound(f"there is no column {name!r}")
    return places[name][0]


def _as(name: str, places: Places) -> str:
    place = _place(name, places)
    return place if place.endswith(quoted(name)) else f"{place} AS {quoted(name)}"


def _measure(one: Mapping[str, Any], places: Places) -> str:
    if one["how"] not in _HOW:
        raise Unsound(f"SQLite has no {one['how']}: take another measure")
    return _HOW[one["how"]].format(_place(one["column"], places) if one["column"] else "*")


def _condition(one: Mapping[str, Any], places: Places) -> str:
    place = _place(one["column"], places)
    column = places[one["column"]][1]
    if one["is"] in ("empty", "filled"):
        return f"{place} IS {'NOT ' * (one['is'] == 'filled')}NULL"
    if one["is"] == "contains":
        inner = one["value"].strip().replace("'", "''")
        return f"{place} LIKE '%{inner}%'"
    said = sql_cell(column, one["value"].strip().replace(",", "") if column.type == "number" else one["value"].strip())
    sign = "<>" if one["is"] == "not" else one["is"]
    return f"{place} {sign} {said}" + (" COLLATE NOCASE" if column.type == "text" else "")


def _sorted(one: Mapping[str, str], place: str) -> str:
    return f"{place} DESC NULLS LAST" if one["direction"] == "descending" else f"{place} NULLS LAST"
