"""The sheet: data as writers read and edit them, with types in the headings; written and read back without loss."""

from __future__ import annotations

import re

from teams.data_to_text.data.model import NAME, TYPES, Column, Data, Table, Unsound, faults
from tools.markup import cells

_HEAD = re.compile(
    r"(?P<name>[^\W\d]\w{0,39}) \((?P<type>\w+)(?: in (?P<unit>[^(),]{1,30}))?(?P<key>, key)?"
    r"(?:, of (?P<refers>\w+))?\)"
)


def sheet(data: Data) -> str:
    """Return data as a sheet."""
    parts = [f"# {data.title}", *([data.note] if data.note else [])]
    for table in data.tables:
        lines = [f"## {table.name}", _row([_head(column) for column in table.columns])]
        lines += ["|" + "---|" * len(table.columns), *(_row(row) for row in table.rows)]
        parts.append("\n".join(lines))
    return "\n\n".join(parts)


def _head(column: Column) -> str:
    unit = f" in {column.unit}" if column.unit else ""
    refers = f", of {column.refers}" if column.refers else ""
    return f"{column.name} ({column.type}{unit}{', key' * column.is_key}{refers})"


def _row(row: list[str] | tuple[str, ...]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


def read_sheet(text: str) -> Data:
    """Return the data of a sheet. Raises `Unsound`, saying where it is none or does not hold together."""
    blocks = re.split(r"^## ", text.strip(), flags=re.MULTILINE)
    head = blocks[0].strip().split("\n", 1)
    if not head[0].startswith("# "):
        raise Unsound("it begins with `# ` and a title")
    data = Data(head[0][2:].strip(), " ".join(head[1].split()) if len(head) > 1 else "", tuple(map(_table, blocks[1:])))
    if found := list(faults(data)):
        raise Unsound("; ".join(found[:4]))
    return data


def _table(block: str) -> Table:
    name, *lines = [line.strip() for line in block.strip().split("\n") if line.strip()]
    if len(lines) < 3 or not NAME.fullmatch(name.strip()):
        raise Unsound(f"{name!r}: a table has a name, a heading, a ruler and rows")
    return Table(name.strip(), tuple(map(_column, cells(lines[0]))), tuple(tuple(cells(line)) for line in lines[2:]))


def _column(head: str) -> Column:
    match = _HEAD.fullmatch(head)
    if not match or match["type"] not in TYPES:
        raise Unsound(f"{head!r} is no heading: a name and its type, as in `load (number in kg)`")
    return Column(match["name"], match["type"], match["unit"] or "", bool(match["key"]), match["refers"] or "")
