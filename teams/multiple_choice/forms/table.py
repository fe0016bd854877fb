"""A small table inside a question: its schema, its lines, what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from teams.engine.stages.forms import closed, several, text

_CELL = text(1, 80, "")
TABLE = closed(
    {
        "columns": several(_CELL, 2, 7, "headings, with units"),
        "rows": several(several(_CELL, 2, 7), 3, 9, "a cell for each column"),
    }
)


def table_faults(table: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with a table, as words to its writer."""
    columns, rows = table["columns"], table["rows"]
    if len({column.strip().casefold() for column in columns}) < len(columns):
        yield "two columns of the table have the same heading"
    uneven = [row[0] for row in rows if len(row) != len(columns)]
    if uneven:
        yield f"the table has {len(columns)} columns, and the row {uneven[0]!r} has another number of cells"
    if len({tuple(row) for row in rows}) < len(rows):
        yield "two rows of the table are the same"


def table_lines(table: Mapping[str, Any]) -> str:
    """Return a table as Markdown."""
    lines = [table["columns"], ["---"] * len(table["columns"]), *table["rows"]]
    return "\n".join(f"| {' | '.join(cell.replace('|', '/').strip() for cell in line)} |" for line in lines)
