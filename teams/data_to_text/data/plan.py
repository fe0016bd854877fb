"""Plans: what is to be worked out from data, in a form that a program carries out exactly.

A writer hands in the plan beside the question, and the key is computed; nobody's mental arithmetic is trusted. What a
plan leaves open (a tie for the first place, the third of three equal rows) is refused, for the question would be open
too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from statistics import median
from typing import Any

from teams.data_to_text.data.model import Column, Data, Table, Unsound, plain_number, value
from teams.engine.schemas import closed, several, text

IS = ("=", "not", "<", "<=", ">", ">=", "contains", "empty", "filled")
HOW = ("count", "sum", "mean", "median", "min", "max", "range", "distinct")
NAMED = ("name_of_max", "name_of_min")
BETWEEN = ("alone", "difference", "sum", "ratio", "percent_change", "percent_of")
_WHERE = several(
    closed({"column": text(1, 60, ""), "is": {"enum": list(IS)}, "value": text(0, 120, "as a cell has it")}), 0, 4,
    "all have to hold; none: all rows",
)  # fmt: skip
_TABLE = {
    "table": text(1, 40, ""),
    "joined": text(0, 40, "a table this one points at, whose columns are wanted too; else empty"),
    "where": _WHERE,
}
VALUE = closed(
    {
        **_TABLE,
        "how": {"enum": [*HOW, *NAMED]},
        "column": text(0, 60, "what is reckoned with; empty for count"),
        "label": text(0, 60, "for name_of_max and name_of_min: the column whose cell is the answer; else empty"),
    }
)
_SECOND = {**VALUE, "description": "as the first, with alone"}
_BETWEEN = {
    "enum": list(BETWEEN),
    "description": "difference: the first less the second; ratio: the first by the second; percent_change: from the "
    "second to the first; percent_of: the first as a share of the second; alone: the second does not count",
}
COMPARED = closed({"first": VALUE, "between": _BETWEEN, "second": _SECOND})
ROWS = closed(
    {
        **_TABLE,
        "by": several(text(1, 60, ""), 0, 2, "columns to group by; none: rows stay rows"),
        "measures": several(
            closed({"how": {"enum": list(HOW)}, "column": text(0, 60, ""), "name": text(1, 40, "of the new column")}),
            0, 4, "of each group",
        ),
        "sort": several(closed({"column": text(1, 60, ""), "direction": {"enum": ["ascending", "descending"]}}), 0, 2),
        "take": {"type": "integer", "minimum": 0, "maximum": 40, "description": "so many of the first rows; 0 for all"},
        "columns": several(text(1, 60, ""), 0, 8, "of the result, in order; none for all"),
    }
)  # fmt: skip


def joined(data: Data, table: Table, other: str) -> Table:
    """Return a table with the columns of one it points at. Raises `Unsound`."""
    if not other:
        return table
    side = data.table(other)
    link = next((c for c in table.columns if c.refers == other), None)
    if link is None or side.key is None:
        raise Unsound(f"{table.name} does not point at {other}")
    at, key = table.at(link.name), side.at(side.key.name)
    taken = {c.name for c in table.columns}
    extra = [n for n in range(len(side.columns)) if n != key]
    named = [replace(side.columns[n], is_key=False, refers="") for n in extra]
    named = [replace(c, name=f"{other}_{c.name}") if c.name in taken else c for c in named]
    found = {row[key]: row for row in side.rows}
    rows = [(*row, *(found[row[at]][n] if row[at] in found else "" for n in extra)) for row in table.rows]
    return Table(table.name, (*table.columns, *named), tuple(rows))


def chosen(data: Data, plan: Mapping[str, Any]) -> Table:
    """Return the table of a plan with the rows that fit its conditions."""
    table = joined(data, data.table(plan["table"]), plan.get("joined", ""))
    rows = table.rows
    for one in plan["where"]:
        n = table.at(one["column"])
        column = table.columns[n]
        wanted = _wanted(column, one)
        rows = tuple(row for row in rows if _fits(value(column, row[n]), one["is"], wanted))
    return replace(table, rows=rows)


def _wanted(column: Column, one: Mapping[str, Any]) -> Any:
    if one["is"] in ("empty", "filled"):
        return None
    given = one["value"].strip()
    if one["is"] == "contains":
        return given.casefold()
    if column.type == "number":
        try:
            return Fraction(given.replace(",", ""))
        except (ValueError, ZeroDivisionError):
            raise Unsound(f"{given!r} is no number, and {column.name} holds numbers") from None
    if column.type == "yes_no" and given not in ("true", "false"):
        raise Unsound(f"{column.name} is true or false, not {given!r}")
    return given == "true" if column.type == "yes_no" else given.casefold()


def _fits(held: Any, how: str, wanted: Any) -> bool:
    if how in ("empty", "filled"):
        return (held is None) == (how == "empty")
    if held is None:
        return False
    said = held if isinstance(held, Fraction | bool) else str(held).casefold()
    tests: dict[str, Callable[[], bool]] = {
        "=": lambda: said == wanted,
        "not": lambda: said != wanted,
        "<": lambda: said < wanted,
        "<=": lambda: said <= wanted,
        ">": lambda: said > wanted,
        ">=": lambda: said >= wanted,
        "contains": lambda: str(wanted) in str(said),
    }
    return tests[how]()


def reckoned(table: Table, how: str, name: str) -> Fraction:
    """Return one figure of a column. Raises `Unsound` where there is none."""
    if how == "count":
        return Fraction(len(table.rows) if not name else sum(v is not None for v in table.values(name)))
    held = [v for v in table.values(name) if v is not None]
    if how == "distinct":
        return Fraction(len({str(v).casefold() for v in held}))
    numbers = [v for v in held if isinstance(v, Fraction)]
    if table.column(name).type != "number" or not numbers:
        raise Unsound(f"{how} of {name}: there are no numbers")
    return {
        "sum": lambda: sum(numbers, Fraction(0)),
        "mean": lambda: sum(numbers, Fraction(0)) / len(numbers),
        "median": lambda: Fraction(median(numbers)),
        "min": lambda: min(numbers),
        "max": lambda: max(numbers),
        "range": lambda: max(numbers) - min(numbers),
    }[how]()


def worked_out(data: Data, plan: Mapping[str, Any]) -> Fraction | str:
    """Return what a plan of one value comes to. Raises `Unsound` where it comes to nothing or is open."""
    table = chosen(data, plan)
    if plan["how"] not in NAMED:
        return reckoned(table, plan["how"], plan["column"])
    best = reckoned(table, "max" if plan["how"] == "name_of_max" else "min", plan["column"])
    n, at = table.at(plan["column"]), table.at(plan["label"])
    names = {row[at] for row in table.rows if row[n] and Fraction(row[n]) == best}
    if len(names) != 1 or "" in names:
        raise Unsound(f"{plan['how']} of {plan['column']} is open: {', '.join(sorted(names))}")
    return names.pop()


def compared(data: Data, plan: Mapping[str, Any]) -> Fraction | str:
    """Return what two values come to, held against one another. Raises `Unsound`."""
    first = worked_out(data, plan["first"])
    between = plan["between"]
    if between == "alone":
        return first
    second = worked_out(data, plan["second"])
    if isinstance(first, str) or isinstance(second, str):
        raise Unsound(f"a {between} needs two numbers")
    if between in ("ratio", "percent_change", "percent_of") and not second:
        raise Unsound(f"a {between} with 0 as the second comes to nothing")
    return {
        "difference": lambda: first - second,
        "sum": lambda: first + second,
        "ratio": lambda: first / second,
        "percent_change": lambda: (first - second) / second * 100,
        "percent_of": lambda: first / second * 100,
    }[between]()


def unit_of(data: Data, plan: Mapping[str, Any]) -> str:
    """Return the unit of what a compared plan comes to."""
    between, first = plan["between"], plan["first"]
    if between in ("percent_change", "percent_of"):
        return "%"
    if between == "ratio" or first["how"] in ("count", "distinct", *NAMED):
        return ""
    return joined(data, data.table(first["table"]), first.get("joined", "")).column(first["column"]).unit


def rows_of(data: Data, plan: Mapping[str, Any]) -> Table:
    """Return the rows a plan comes to. Raises `Unsound` where it is open which they are."""
    table = chosen(data, plan)
    if plan["by"]:
        table = _grouped(table, plan["by"], plan["measures"])
    elif plan["measures"]:
        raise Unsound("measures belong to groups: say by what")
    if plan["sort"]:
        table = replace(table, rows=tuple(_sorted(table, plan["sort"])))
    if plan["take"]:
        if not plan["sort"]:
            raise Unsound("the first rows of no order: sort them")
        _not_tied(table, plan["sort"], plan["take"])
        table = replace(table, rows=table.rows[: plan["take"]])
    return _only(table, plan["columns"])


def _grouped(table: Table, by: Sequence[str], measures: Sequence[Mapping[str, Any]]) -> Table:
    if not measures:
        raise Unsound("groups without a measure: say what of each is wanted")
    places = [table.at(name) for name in by]
    groups: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for row in table.rows:
        groups.setdefault(tuple(row[n] for n in places), []).append(row)
    kept = [replace(table.columns[n], is_key=False, refers="") for n in places]
    made = [Column(m["name"], "number", _unit(table, m)) for m in measures]
    rows = []
    for names, members in groups.items():
        group = replace(table, rows=tuple(members))
        rows.append((*names, *(plain_number(reckoned(group, m["how"], m["column"])) for m in measures)))
    return Table(table.name, (*kept, *made), tuple(rows))


def _unit(table: Table, measure: Mapping[str, Any]) -> str:
    is_counted = not measure["column"] or measure["how"] in ("count", "distinct")
    return "" if is_counted else table.column(measure["column"]).unit


def _sort_key(table: Table, name: str) -> Callable[[tuple[str, ...]], tuple[bool, Any]]:
    n = table.at(name)
    column = table.columns[n]

    def key(row: tuple[str, ...]) -> tuple[bool, Any]:
        held = value(column, row[n])
        if held is None:
            return True, 0
        return False, held if isinstance(held, Fraction | bool) else str(held).casefold()

    return key


def _sorted(table: Table, sort: Sequence[Mapping[str, str]]) -> list[tuple[str, ...]]:
    rows = list(table.rows)
    for one in reversed(sort):
        key = _sort_key(table, one["column"])
        full = [row for row in rows if not key(row)[0]]
        full.sort(key=key, reverse=one["direction"] == "descending")
        rows = full + [row for row in rows if key(row)[0]]
    return rows


def _not_tied(table: Table, sort: Sequence[Mapping[str, str]], take: int) -> None:
    if take < len(table.rows):
        last, after = table.rows[take - 1], table.rows[take]
        keys = [_sort_key(table, one["column"]) for one in sort]
        if all(key(last) == key(after) for key in keys):
            raise Unsound(f"rows {take} and {take + 1} are equal in what is sorted by: it is open which is taken")


def _only(table: Table, names: Sequence[str]) -> Table:
    if not names:
        return table
    places = [table.at(name) for name in names]
    rows = tuple(tuple(row[n] for n in places) for row in table.rows)
    return Table(table.name, tuple(table.columns[n] for n in places), rows)
