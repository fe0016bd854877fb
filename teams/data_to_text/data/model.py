"""Data as the programs of this skill know it: typed tables that may point at one another.

Everything else is a dress of it: the sheet that writers read and edit, and the CSV, XML, Turtle or chart that a user
shows. Cells are kept as canonical text (`1234.5`, `2024-03-01`, `true`), so that nothing is lost on the way; `value`
makes of them what can be reckoned with.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from fractions import Fraction
from typing import Any

Value = str | Fraction | date | bool | None
TYPES = ("text", "number", "date", "moment", "yes_no")
NAME = re.compile(r"[^\W\d]\w{0,39}")
"""What can be a column in SQL, a key in JSON, an element in XML and a name in Turtle as it stands."""
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,8})?")
MOST_TABLES, MOST_COLUMNS, MOST_ROWS, LONGEST_CELL = 4, 10, 40, 160
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")


class Unsound(ValueError):
    """Data that don't hold together; the message says where, as words to whoever wrote them."""


@dataclass(frozen=True)
class Column:
    """What stands under one heading."""

    name: str
    type: str = "text"
    unit: str = ""
    is_key: bool = False
    refers: str = ""
    """The table whose key its cells name."""


@dataclass(frozen=True)
class Table:
    """Rows of cells under columns."""

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]

    def at(self, name: str) -> int:
        """Return the place of a column. Raises `Unsound` where there is none."""
        for n, column in enumerate(self.columns):
            if column.name == name:
                return n
        raise Unsound(f"{self.name} has no column {name!r}; it has {', '.join(c.name for c in self.columns)}")

    def column(self, name: str) -> Column:
        return self.columns[self.at(name)]

    @property
    def key(self) -> Column | None:
        return next((column for column in self.columns if column.is_key), None)

    def of_type(self, *types: str) -> list[Column]:
        return [column for column in self.columns if column.type in types]

    def values(self, name: str) -> list[Value]:
        n = self.at(name)
        return [value(self.columns[n], row[n]) for row in self.rows]


@dataclass(frozen=True)
class Data:
    """One set of data: what it is, what has to be known of it, and its tables."""

    title: str
    note: str
    tables: tuple[Table, ...] = field(default_factory=tuple)

    def table(self, name: str) -> Table:
        """Return a table by its name. Raises `Unsound` where there is none."""
        for table in self.tables:
            if table.name == name:
                return table
        raise Unsound(f"there is no table {name!r}; there are {', '.join(t.name for t in self.tables)}")

    def with_table(self, table: Table) -> Data:
        """Return the same data with a table in place of the one of its name."""
        return replace(self, tables=tuple(table if t.name == table.name else t for t in self.tables))

    def only(self, *names: str) -> Data:
        """Return the data without its other tables; what pointed at those is plain then."""
        kept = [t for t in self.tables if t.name in names]
        known = {t.name for t in kept}
        loose = [
            replace(t, columns=tuple(replace(c, refers=c.refers if c.refers in known else "") for c in t.columns))
            for t in kept
        ]
        return replace(self, tables=tuple(loose))


def value(column: Column, cell: str) -> Value:
    """Return what a cell of canonical text is; None for an empty one."""
    if cell == "":
        return None
    if column.type == "number":
        return Fraction(cell)
    if column.type == "yes_no":
        return cell == "true"
    if column.type == "date" and len(cell) == 10:
        return date.fromisoformat(cell)
    return cell


def plain_number(number: Fraction | float | int) -> str:
    """Return a number as canonical text: whole where it is, else with up to six decimals, none idle."""
    exact = Fraction(number)
    if exact.denominator == 1:
        return str(exact.numerator)
    said = f"{float(exact):.6f}".rstrip("0").rstrip(".")
    return "0" if said in ("-0", "") else said


def cell_fault(column: Column, cell: str) -> str:
    """Say why a cell is not what its column holds; '' if it is."""
    if cell == "":
        return "a key can't be empty" if column.is_key else ""
    if any(ord(char) < 32 for char in cell) or len(cell) > LONGEST_CELL:
        return f"a cell is one line of at most {LONGEST_CELL} characters"
    if column.type == "number" and not _NUMBER.fullmatch(cell):
        return f"{cell!r} is no number: digits, with a point, without thousands signs or unit"
    if column.type == "yes_no" and cell not in ("true", "false"):
        return f"{cell!r}: true or false"
    if column.type in ("date", "moment") and not _is_date(cell, column.type):
        form = "YYYY-MM-DD, YYYY-MM or YYYY" if column.type == "date" else "YYYY-MM-DD HH:MM"
        return f"{cell!r} is no {column.type}: {form}"
    return ""


def _is_date(cell: str, type: str) -> bool:
    try:
        if type == "moment":
            return datetime.strptime(cell, "%Y-%m-%d %H:%M").strftime("%Y-%m-%d %H:%M") == cell
        if not _DATE.fullmatch(cell):
            return False
        date.fromisoformat(f"{cell}-01-01"[:10] if len(cell) == 4 else f"{cell}-01"[:10])
    except ValueError:
        return False
    return True


def faults(data: Data) -> Iterator[str]:
    """Yield where data don't hold together, as words to whoever wrote them."""
    if not 1 <= len(data.tables) <= MOST_TABLES:
        yield f"there are {len(data.tables)} tables; one to {MOST_TABLES} can be handled"
    yield from _named(["a table", *(t.name for t in data.tables)])
    for table in data.tables:
        yield from (f"{table.name}: {fault}" for fault in _table_faults(table))
    for table in data.tables:
        yield from (f"{table.name}: {fault}" for fault in _loose_ends(data, table))


def _named(said: Sequence[str]) -> Iterator[str]:
    what, *names = said
    for name in dict.fromkeys(names):
        if not NAME.fullmatch(name):
            yield f"{name!r} is no name of {what}: letters, digits and _, no blank, 40 at most"
        if sum(name.casefold() == other.casefold() for other in names) > 1:
            yield f"{what} {name!r} is there twice"


def _table_faults(table: Table) -> Iterator[str]:
    if not 1 <= len(table.columns) <= MOST_COLUMNS:
        yield f"{len(table.columns)} columns; one to {MOST_COLUMNS} can be handled"
    if not 1 <= len(table.rows) <= MOST_ROWS:
        yield f"{len(table.rows)} rows; one to {MOST_ROWS} can be handled"
    yield from _named(["a column", *(c.name for c in table.columns)])
    if sum(column.is_key for column in table.columns) > 1:
        yield "one key at most"
    for number, row in enumerate(table.rows, 1):
        if len(row) != len(table.columns):
            yield f"row {number} has {len(row)} cells and there are {len(table.columns)} columns"
            continue
        for column, cell in zip(table.columns, row, strict=True):
            if fault := cell_fault(column, cell):
                yield f"row {number}, {column.name}: {fault}"
    yield from _key_faults(table)


def _key_faults(table: Table) -> Iterator[str]:
    if table.key and all(len(row) == len(table.columns) for row in table.rows):
        n = table.at(table.key.name)
        cells = [row[n] for row in table.rows]
        yield from (f"the key {cell!r} is there twice" for cell in dict.fromkeys(cells) if cells.count(cell) > 1)


def _loose_ends(data: Data, table: Table) -> Iterator[str]:
    names = {t.name: t for t in data.tables}
    for n, column in enumerate(table.columns):
        if not column.refers:
            continue
        other = names.get(column.refers)
        if other is None or other.key is None:
            yield f"{column.name} points at {column.refers!r}, which is no table with a key"
            continue
        at = other.at(other.key.name)
        known = {row[at] for row in other.rows if len(row) > at} | {""}
        strange = [row[n] for row in table.rows if len(row) > n and row[n] not in known]
        yield from (f"{cell!r} ({column.name}) is no key of {other.name}" for cell in dict.fromkeys(strange))


def from_draft(draft: Mapping[str, Any]) -> Data:
    """Return the data of a writer's form: title, note, and tables with columns and rows of cells."""
    tables = []
    for given in draft["tables"]:
        columns = tuple(
            Column(c["name"].strip(), c["type"], c.get("unit", "").strip(), c.get("role") == "key",
                   c.get("points_at", "").strip()) for c in given["columns"]
        )  # fmt: skip
        rows = tuple(tuple(" ".join(str(cell).split()) for cell in row) for row in given["rows"])
        tables.append(Table(given["name"].strip(), columns, rows))
    return Data(" ".join(draft["title"].split()), " ".join(draft["note"].split()), tuple(tables))
