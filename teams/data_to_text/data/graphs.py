"""Data as a graph (Turtle, triples) and as a database (SQL): a row is a thing, a column what is said of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from teams.data_to_text.data.dresses import Dress
from teams.data_to_text.data.model import Column, Data, Table

PREFIX = "http://example.org/"


def local_name(cell: str) -> str:
    """Return the name of a thing in a graph, of letters, digits and _ only."""
    flat = unicodedata.normalize("NFKD", cell).encode("ascii", "ignore").decode() or "thing"
    made = re.sub(r"\W+", "_", flat).strip("_") or "thing"
    return made if made[0].isalpha() else f"n{made}"


def nodes(table: Table) -> list[str]:
    """Return the names of a table's rows: by its key, else by numbers."""
    if table.key is None:
        return [f"{local_name(table.name)}_{n}" for n in range(1, len(table.rows) + 1)]
    at, found = table.at(table.key.name), []
    for row in table.rows:
        name, n = local_name(row[at]), 2
        while name in found:
            name, n = f"{local_name(row[at])}_{n}", n + 1
        found.append(name)
    return found


def statements(data: Data) -> Iterator[tuple[str, Column | None, str, str]]:
    """Yield what is said of each thing: (its name, the column or None for its class, the cell, the thing it names)."""
    named = {}
    for table in data.tables:
        if table.key:
            at = table.at(table.key.name)
            named[table.name] = dict(zip([row[at] for row in table.rows], nodes(table), strict=True))
    for table in data.tables:
        for name, row in zip(nodes(table), table.rows, strict=True):
            yield name, None, table.name, ""
            for column, cell in zip(table.columns, row, strict=True):
                if cell:
                    yield name, column, cell, named.get(column.refers, {}).get(cell, "")


def literal(column: Column, cell: str) -> str:
    if column.type == "number":
        return cell if "." in cell else str(int(cell))
    if column.type == "yes_no":
        return cell
    quoted = '"' + cell.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if column.type == "moment":
        return f'"{cell.replace(" ", "T")}:00"^^xsd:dateTime'
    if column.type == "date":
        kind = {10: "date", 7: "gYearMonth", 4: "gYear"}[len(cell)]
        return f"{quoted}^^xsd:{kind}"
    return quoted


def _turtle(data: Data) -> str:
    lines = [f"@prefix ex: <{PREFIX}> .", "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> ."]
    subject = ""
    for name, column, cell, thing in statements(data):
        if column is None:
            lines[-1] = lines[-1].removesuffix(" ;") + (" ." if subject else "")
            lines += ["", f"ex:{name} a ex:{cell} ;"]
            subject = name
        else:
            lines.append(f"    ex:{column.name} {f'ex:{thing}' if thing else literal(column, cell)} ;")
    lines[-1] = lines[-1].removesuffix(" ;") + " ."
    return "\n".join(lines)


def _triples(data: Data) -> str:
    """Triples as WebNLG has them."""
    lines = []
    for table in data.tables:
        for label, row in zip(_labels(table), table.rows, strict=True):
            for column, cell in zip(table.columns, row, strict=True):
                if cell and not (column is table.key and len(table.columns) > 1):
                    unit = f" {column.unit}" if column.unit else ""
                    lines.append(f"{label} | {column.name} | {cell}{unit}")
    return "\n".join(lines)


def _labels(table: Table) -> list[str]:
    if table.key:
        at = table.at(table.key.name)
        return [row[at] for row in table.rows]
    return [f"{table.name} {n}" for n in range(1, len(table.rows) + 1)]


SQL_TYPES: Mapping[str, str] = {
    "text": "TEXT",
    "number": "NUMERIC",
    "date": "TEXT",
    "moment": "TEXT",
    "yes_no": "INTEGER",
}


def quoted(name: str) -> str:
    """A name as it can't clash with a word of SQL."""
    return f'"{name}"'


def sql_cell(column: Column, cell: str) -> str:
    if cell == "":
        return "NULL"
    if column.type == "number":
        return cell
    if column.type == "yes_no":
        return str(int(cell == "true"))
    return "'" + cell.replace("'", "''") + "'"


def sql(data: Data, *, most_rows: int | None = None) -> str:
    """Return the statements that make and fill the tables, those pointed at first."""
    parts = []
    for table in in_order(data):
        key = table.key
        lines = [
            f"  {quoted(c.name)} {'INTEGER' if _whole(table, c) else SQL_TYPES[c.type]}"
            + (" PRIMARY KEY" if c is key else "")
            + (f" REFERENCES {quoted(c.refers)}" if c.refers else "")
            for c in table.columns
        ]
        rows = table.rows[:most_rows]
        filled = ",\n".join(
            f"  ({', '.join(sql_cell(c, cell) for c, cell in zip(table.columns, row, strict=True))})" for row in rows
        )
        made = f"CREATE TABLE {quoted(table.name)} (\n" + ",\n".join(lines) + "\n);"
        more = "" if most_rows is None or len(table.rows) <= most_rows else f"\n-- … ({len(table.rows)})"
        parts.append(f"{made}\n\nINSERT INTO {quoted(table.name)} VALUES\n{filled};{more}" if rows else made)
    return "\n\n".join(parts)


def _whole(table: Table, column: Column) -> bool:
    at = table.at(column.name)
    return column.type == "number" and all("." not in row[at] for row in table.rows)


def in_order(data: Data) -> list[Table]:
    done: list[Table] = []
    left = list(data.tables)
    while left:
        known = {t.name for t in done}
        free = [t for t in left if all(not c.refers or c.refers in known | {t.name} for c in t.columns)] or left[:1]
        done += free
        left = [t for t in left if t not in free]
    return done


GRAPHS: Mapping[str, Dress] = {
    "turtle": Dress("turtle", _turtle),
    "triples": Dress("", _triples),
    "sql": Dress("sql", sql),
}
