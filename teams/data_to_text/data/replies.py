"""The forms of data an answer is asked for in: how each is laid out for its user, written and read back.

The layout is a skeleton of signs and names, so that it is the same in every language; what the request says in words
its writer says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import yaml

from teams.data_to_text.data.dresses import csv_of, fenced, native, records, xml_rows
from teams.data_to_text.data.graphs import PREFIX, literal, nodes
from teams.data_to_text.data.model import Column, Table
from tools.formats import Unreadable, read_csv, read_json, read_xml, read_yaml
from tools.markup import fences, tables

Row = dict[str, str]
"""Cells as canonical text, by column; '' for what is empty."""
LONGEST = 60_000
"""Characters of an answer that are read."""


class Unread(ValueError):
    """An answer that is not in its form; the message says where, as words to whoever wrote it."""


@dataclass(frozen=True)
class Reply:
    """A form of data in answers."""

    label: str
    layout: Callable[[Table], str]
    write: Callable[[Table], str]
    read: Callable[[str, Table], list[Row]]
    is_typed: bool = True
    """Numbers are numbers in it, and what is empty is told from an empty text."""


def _kind(column: Column) -> str:
    kind = {"number": "number", "yes_no": "true | false", "date": '"YYYY-MM-DD"', "moment": '"YYYY-MM-DD HH:MM"'}
    return kind.get(column.type, '"…"')


def _nullable(table: Table, column: Column) -> str:
    n = table.at(column.name)
    return f"{_kind(column)} | null" if any(not row[n] for row in table.rows) else _kind(column)


def _bare_kind(column: Column, table: Table) -> str:
    n = table.at(column.name)
    if column.type == "number" and not any("." in row[n] for row in table.rows):
        return "123"
    said = {"number": "123.4", "yes_no": "true/false", "date": "YYYY-MM-DD", "moment": "YYYY-MM-DD HH:MM"}
    return said.get(column.type, "…")


def _json_layout(table: Table) -> str:
    inner = ", ".join(f'"{c.name}": {_nullable(table, c)}' for c in table.columns)
    return f"[\n  {{{inner}}},\n  …\n]"


def _lines_layout(table: Table) -> str:
    return "{" + ", ".join(f'"{c.name}": {_nullable(table, c)}' for c in table.columns) + "}\n…"


def _yaml_layout(table: Table) -> str:
    first, *rest = [f"{c.name}: {_nullable(table, c).replace(chr(34), '')}" for c in table.columns]
    return "\n".join([f"- {first}", *(f"  {line}" for line in rest), "- …"])


def _csv_layout(delimiter: str) -> Callable[[Table], str]:
    def layout(table: Table) -> str:
        head, kinds = [c.name for c in table.columns], [_bare_kind(c, table) for c in table.columns]
        return f"{delimiter.join(head)}\n{delimiter.join(kinds)}\n…"

    return layout


def _table_layout(table: Table) -> str:
    kinds = [_bare_kind(c, table) for c in table.columns]
    rows = ([c.name for c in table.columns], ["---"] * len(table.columns), kinds)
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _xml_layout(attributes: bool) -> Callable[[Table], str]:
    def layout(table: Table) -> str:
        if attributes:
            inner = " ".join(f'{c.name}="{_bare_kind(c, table)}"' for c in table.columns)
            return f"<{table.name}>\n  <row {inner}/>\n  …\n</{table.name}>"
        lines = [f"    <{c.name}>{_bare_kind(c, table)}</{c.name}>" for c in table.columns]
        return "\n".join([f"<{table.name}>", "  <row>", *lines, "  </row>", "  …", f"</{table.name}>"])

    return layout


def _turtle_layout(table: Table) -> str:
    kinds = [(c, _bare_kind(c, table)) for c in table.columns]
    lines = [f"    ex:{c.name} " + (kind if c.type in ("number", "yes_no") else f'"{kind}"') for c, kind in kinds]
    return f"@prefix ex: <{PREFIX}> .\n\n[] a ex:{table.name} ;\n" + " ;\n".join(lines) + " .\n…"


# Written


def _write_json(table: Table) -> str:
    return "[\n" + ",\n".join(f"  {json.dumps(r, ensure_ascii=False)}" for r in records(table)) + "\n]"


def _write_lines(table: Table) -> str:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records(table))


def _write_yaml(table: Table) -> str:
    return str(yaml.safe_dump(records(table), allow_unicode=True, sort_keys=False, width=10_000)).rstrip("\n")


def _write_table(table: Table) -> str:
    rows = [[c.name for c in table.columns], ["---"] * len(table.columns), *table.rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)


def _write_xml(attributes: bool) -> Callable[[Table], str]:
    def write(table: Table) -> str:
        return "\n".join([f"<{table.name}>", *xml_rows(table, table.name, attributes=attributes), f"</{table.name}>"])

    return write


def _write_turtle(table: Table) -> str:
    blocks = [f"@prefix ex: <{PREFIX}> ."]
    for name, row in zip(nodes(table), table.rows, strict=True):
        held = [(c, cell) for c, cell in zip(table.columns, row, strict=True) if cell]
        lines = [f"    ex:{c.name} {literal(c, cell).partition('^^')[0]}" for c, cell in held]
        blocks.append(f"ex:{name} a ex:{table.name} ;\n" + " ;\n".join(lines) + " .")
    return "\n\n".join(blocks)


# Read back


def _object_rows(found: Any, table: Table) -> list[Row]:
    if isinstance(found, Mapping) and len(found) == 1:
        found = next(iter(found.values()))
    if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
        raise Unread("it has to be a list of objects, one for each row")
    return [_row(one, table) for one in found]


def _row(record: Mapping[str, Any], table: Table) -> Row:
    names = [c.name for c in table.columns]
    missing, strange = [n for n in names if n not in record], [str(n) for n in record if n not in names]
    if missing or strange:
        why = f"lacks {', '.join(missing)}" if missing else f"has {', '.join(strange)}, which was not asked for"
        raise Unread(f"a row {why}")
    return {c.name: _cell(c, record[c.name]) for c in table.columns}


def _cell(column: Column, given: Any) -> str:
    if given is None:
        return ""
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, datetime):
        return given.strftime("%Y-%m-%d %H:%M")
    if isinstance(given, date):
        return given.isoformat()
    if isinstance(given, list | dict):
        raise Unread(f"{column.name}: one value, not {json.dumps(given, ensure_ascii=False, default=str)[:60]}")
    if column.type in ("number", "yes_no") and isinstance(given, str) and given:
        raise Unread(f"{column.name}: {given!r} is a text, and a {_kind(column)} is wanted")
    return str(given)


def _read_json(body: str, table: Table) -> list[Row]:
    return _object_rows(read_json(body), table)


def _read_lines(body: str, table: Table) -> list[Row]:
    return _object_rows([read_json(line) for line in body.splitlines() if line.strip()], table)


def _read_yaml(body: str, table: Table) -> list[Row]:
    return _object_rows(read_yaml(body), table)


def _listed(rows: Sequence[Sequence[str]], table: Table) -> list[Row]:
    names = [c.name for c in table.columns]
    if not rows or [cell.strip() for cell in rows[0]] != names:
        raise Unread(f"the heading has to be {', '.join(names)}, and is {', '.join(rows[0]) if rows else 'missing'}")
    for number, row in enumerate(rows[1:], 1):
        if len(row) != len(names):
            raise Unread(f"row {number} has {len(row)} cells, not {len(names)}")
    return [dict(zip(names, (cell.strip() for cell in row), strict=True)) for row in rows[1:]]


def _read_csv(delimiter: str) -> Callable[[str, Table], list[Row]]:
    return lambda body, table: _listed(read_csv(body, delimiter), table)


def _read_table(body: str, table: Table) -> list[Row]:
    found = tables(body)
    if len(found) != 1:
        raise Unread(f"one Markdown table is wanted, and there are {len(found)}")
    return _listed([found[0].columns, *found[0].rows], table)


def _read_xml(attributes: bool) -> Callable[[str, Table], list[Row]]:
    def read(body: str, table: Table) -> list[Row]:
        root = read_xml(body)
        if root.tag != table.name:
            raise Unread(f"the outer element is {root.tag}, not {table.name}")
        rows = []
        for one in root:
            if one.tag != "row":
                raise Unread(f"a row is the element row, not {one.tag}")
            if not attributes and (twice := len(one) - len({inner.tag for inner in one})):
                raise Unread(f"{twice} elements of a row are there twice")
            held = (
                dict(one.attrib) if attributes else {inner.tag: " ".join((inner.text or "").split()) for inner in one}
            )
            # An attribute that is not there is an empty cell.
            rows.append(_row({**{c.name: "" for c in table.columns if attributes}, **held}, _untyped(table)))
        return rows

    return read


def _untyped(table: Table) -> Table:
    return Table(table.name, tuple(Column(c.name) for c in table.columns), table.rows)


def _read_turtle(body: str, table: Table) -> list[Row]:
    from rdflib import RDF, Graph, Literal, Namespace  # lazy: heavy

    graph, ex = Graph(), Namespace(PREFIX)
    try:
        graph.parse(data=body, format="turtle")
    except Exception as error:  # its parser raises whatever it likes
        raise Unread(f"it is no Turtle: {str(error).splitlines()[0][:160]}") from None
    rows: list[Row] = []
    known: dict[Any, Column] = {ex[c.name]: c for c in table.columns}
    for subject in sorted(set(graph.subjects()), key=str):
        if (subject, RDF.type, ex[table.name]) not in graph:
            raise Unread(f"{str(subject).removeprefix(PREFIX)} is not said to be an ex:{table.name}")
        row = dict.fromkeys((c.name for c in table.columns), "")
        for predicate, value in graph.predicate_objects(subject):
            if predicate == RDF.type:
                continue
            if predicate not in known or row[known[predicate].name]:
                raise Unread(f"{str(predicate).removeprefix(PREFIX)} was not asked for, or is there twice")
            said = str(value) if isinstance(value, Literal) else str(value).removeprefix(PREFIX).replace("_", " ")
            column = known[predicate]
            row[column.name] = said.replace("T", " ")[:16] if column.type == "moment" else said
        rows.append(row)
    return rows


REPLIES: Mapping[str, Reply] = {
    "json": Reply("json", _json_layout, _write_json, _read_json),
    "jsonl": Reply("jsonl", _lines_layout, _write_lines, _read_lines),
    "yaml": Reply("yaml", _yaml_layout, _write_yaml, _read_yaml),
    "csv": Reply("csv", _csv_layout(","), lambda t: csv_of(t, units=False), _read_csv(","), False),
    "csv_semicolon": Reply("csv", _csv_layout(";"), lambda t: csv_of(t, ";", units=False), _read_csv(";"), False),
    "csv_tab": Reply("tsv", _csv_layout("\t"), lambda t: csv_of(t, "\t", units=False), _read_csv("\t"), False),
    "markdown": Reply("", _table_layout, _write_table, _read_table, False),
    "xml": Reply("xml", _xml_layout(False), _write_xml(False), _read_xml(False), False),
    "xml_attributes": Reply("xml", _xml_layout(True), _write_xml(True), _read_xml(True), False),
    "turtle": Reply("turtle", _turtle_layout, _write_turtle, _read_turtle, False),
}


def layout(name: str, table: Table) -> str:
    """Return how an answer in a form is laid out, as its user shows it."""
    return fenced(REPLIES[name].layout(table), REPLIES[name].label)


def written(name: str, table: Table) -> str:
    """Return a table in a form, as a good answer has it."""
    text = REPLIES[name].write(table)
    return text if name == "markdown" else fenced(text, REPLIES[name].label)


def read(name: str, answer: str, table: Table) -> list[Row]:
    """Return the rows of an answer. Raises `Unread`.

    The data may stand in one block with words around it, or be the whole answer.
    """
    if len(answer) > LONGEST:
        raise Unread(f"longer than {LONGEST} characters")
    blocks = [block for block in fences(answer) if block.body.strip()]
    if len(blocks) > 1:
        raise Unread(f"one block with the data is wanted, and there are {len(blocks)}")
    body = blocks[0].body if blocks else answer
    try:
        return REPLIES[name].read(body.strip("\n"), table)
    except Unreadable as error:
        raise Unread(f"it can't be read as {name.partition('_')[0]}: {error}") from None


def native_rows(table: Table) -> list[list[Any]]:
    """Return the rows as plain values."""
    return [[native(c, cell) for c, cell in zip(table.columns, row, strict=True)] for row in table.rows]
