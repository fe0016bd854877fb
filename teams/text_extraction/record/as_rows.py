"""A record asked for in rows and lines: a table, CSV, `name: value`, one a line; read back and written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any

from teams.engine.checks.structure import table_in
from teams.text_extraction.record.as_json import Unread, path_of
from teams.text_extraction.record.fields import Field, Shape
from teams.text_extraction.record.schema import described
from tools.formats import Unreadable, read_csv
from tools.markup import fences

NOTHING = "-"
"""What stands in a line of `name: value` where the text is silent."""
BETWEEN = "; "
"""What parts the values of a list in a cell."""


def header(shape: Shape, tag: str) -> str:
    names = [field.name for field in shape.fields]
    return f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n\n{_in_cells(shape)}"


def csv_header(shape: Shape, tag: str) -> str:
    return f"```\n{','.join(field.name for field in shape.fields)}\n```\n\n{_in_cells(shape)}"


def _in_cells(shape: Shape) -> str:
    """Fields with what may stand in their cells."""
    return "\n".join(f"- {path_of(field)}: {_cell_of(field)}" for field in shape.fields)


def _cell_of(field: Field) -> str:
    allowed = {"label": " | ".join(field.labels), "yes_no": "true | false"}.get(field.type)
    return f"{described(field).rstrip('.')} ({allowed})" if allowed else described(field)


def read_table(answer: str, shape: Shape) -> Any:
    table = table_in(answer)
    if table is None:
        raise Unread("it has to be a Markdown table with the header asked for")
    outside = [line for line in answer.splitlines() if line.strip() and "|" not in line]
    if outside:
        raise Unread(f"nothing but the table was asked for: {outside[0][:80]!r}")
    return _from_rows([list(table.header), *map(list, table.rows)], shape)


def read_csv_answer(answer: str, shape: Shape) -> Any:
    if fences(answer):
        raise Unread("it has to be CSV and nothing around it, no fence either: it is loaded as it is")
    try:
        return _from_rows(read_csv(answer), shape)
    except Unreadable as error:
        raise Unread(f"it has to be CSV: {error}") from None


def _from_rows(rows: Sequence[Sequence[str]], shape: Shape) -> Any:
    header = [cell.strip().strip("*`") for cell in rows[0]] if rows else []
    names = [field.name for field in shape.fields]
    if header != names:
        raise Unread(f"the header has to be {', '.join(names)}; it is {', '.join(header) or 'not there'}")
    uneven = [row for row in rows[1:] if len(row) != len(names)]
    if uneven:
        raise Unread(f"a row has {len(uneven[0])} cells in place of {len(names)}: {' | '.join(uneven[0])[:80]!r}")
    return [{f.name: _cell(cell, f) for cell, f in zip(row, shape.fields, strict=True)} for row in rows[1:]]


def _cell(said: str, field: Field) -> Any:
    told = said.strip()
    if field.several:
        return [_typed_cell(part.strip(), field) for part in told.split(BETWEEN.strip()) if part.strip()]
    return _typed_cell(told, field) if told else None


def _typed_cell(told: str, field: Field) -> Any:
    if field.type == "yes_no":
        return {"true": True, "false": False}.get(told.casefold(), told)
    if field.type == "number":
        try:
            number = float(told)
        except ValueError:
            return told
        return int(number) if number.is_integer() else number
    return told


def pairs_form(shape: Shape, tag: str) -> str:
    return "\n".join(f"{field.name}: <{_cell_of(field).rstrip('.')}>" for field in shape.fields)


def read_pairs(answer: str, shape: Shape) -> Any:
    told: dict[str, str] = {}
    for line in answer.splitlines():
        if not line.strip():
            continue
        name, colon, value = line.partition(":")
        name = name.strip().strip("*`- ")
        if not colon or name not in {field.name for field in shape.fields} or name in told:
            raise Unread(f"no line `name: value` of the form, once each: {line[:80]!r}")
        told[name] = "" if value.strip() == NOTHING else value.strip()
    missing = [field.name for field in shape.fields if field.name not in told]
    if missing:
        raise Unread(f"there is no line for {', '.join(missing)}")
    return {field.name: _cell(told[field.name], field) for field in shape.fields}


def lines_form(shape: Shape, tag: str) -> str:
    return ""


def read_lines(answer: str, shape: Shape) -> Any:
    told = [line.strip() for line in answer.splitlines() if line.strip()]
    if told == [NOTHING]:
        return []
    return [_typed_cell(line, shape.fields[0]) for line in told]


def written_rows(name: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if name == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([header, *rows])
        return out.getvalue().rstrip("\n")
    escaped = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in (header, *escaped)]
    return "\n".join([lines[0], "|" + "---|" * len(header), *lines[1:]])


def as_cell(value: Any) -> str:
    if isinstance(value, list):
        return BETWEEN.join(map(as_cell, value))
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, bool) else str(value)
