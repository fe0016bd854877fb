"""The dresses in which a user shows data: tables, CSV of every sort, JSON, XML, YAML, graphs, logs, charts, sheets.

One program a dress, all of them from the same model, so that a set of data can be shown in any that fits it and the
truth about it stays known.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from random import Random
from typing import Any

import yaml

from teams.data_to_text.data.model import Column, Data, Table, plain_number, value


@dataclass(frozen=True)
class Dress:
    """A way to show data."""

    label: str
    """Of its fenced block; '' for none."""
    show: Callable[[Data], str]
    fits: Callable[[Data], bool] = lambda data: True
    is_fenced: bool = True


def native(column: Column, cell: str) -> Any:
    """Return a cell as JSON has it."""
    found = value(column, cell)
    if isinstance(found, Fraction):
        return int(found) if found.denominator == 1 else float(plain_number(found))
    return found if isinstance(found, bool) or found is None else cell


def records(table: Table) -> list[dict[str, Any]]:
    return [{c.name: native(c, cell) for c, cell in zip(table.columns, row, strict=True)} for row in table.rows]


def heading(column: Column) -> str:
    """A column's heading with its unit, as tables for people have it."""
    return f"{column.name} ({column.unit})" if column.unit else column.name


def _titled(data: Data, shown: Sequence[str]) -> str:
    if len(shown) == 1:
        return shown[0]
    return "\n\n".join(f"{table.name}\n\n{text}" for table, text in zip(data.tables, shown, strict=True))


def _markdown(data: Data) -> str:
    return _titled(data, [_markdown_table(t) for t in data.tables])


def _markdown_table(table: Table) -> str:
    rows = [[heading(c) for c in table.columns], ["---"] * len(table.columns), *table.rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows)


def csv_of(table: Table, delimiter: str = ",", comma: bool = False, units: bool = True) -> str:
    """Return a table as CSV; with `comma`, decimals are written with one."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerow([heading(c) if units else c.name for c in table.columns])
    for row in table.rows:
        cells = zip(table.columns, row, strict=True)
        writer.writerow([cell.replace(".", ",") if comma and c.type == "number" else cell for c, cell in cells])
    return out.getvalue().rstrip("\n")


def _csv(delimiter: str, comma: bool = False) -> Callable[[Data], str]:
    return lambda data: _titled(data, [csv_of(t, delimiter, comma) for t in data.tables])


def _fixed(data: Data) -> str:
    return _titled(data, [_fixed_table(t) for t in data.tables])


def _fixed_table(table: Table) -> str:
    rows = [[heading(c) for c in table.columns], *table.rows]
    widths = [max(len(row[n]) for row in rows) for n in range(len(table.columns))]
    right = [c.type == "number" for c in table.columns]
    lines = [
        "  ".join(cell.rjust(w) if r else cell.ljust(w) for cell, w, r in zip(row, widths, right, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join([lines[0], "  ".join("-" * w for w in widths), *lines[1:]])


def _described(data: Data) -> dict[str, str]:
    """Units, where there are any: JSON and XML have no place for them in their cells."""
    return {c.name: c.unit for t in data.tables for c in t.columns if c.unit}


def _json(data: Data) -> str:
    body: dict[str, Any] = {"title": data.title}
    body |= {"units": units} if (units := _described(data)) else {}
    return json.dumps({**body, **{t.name: records(t) for t in data.tables}}, ensure_ascii=False, indent=2)


def _json_columns(data: Data) -> str:
    body: dict[str, Any] = {"title": data.title}
    body |= {"units": units} if (units := _described(data)) else {}
    body |= {
        t.name: {c.name: [native(c, row[n]) for row in t.rows] for n, c in enumerate(t.columns)} for t in data.tables
    }
    lines = [f"  {json.dumps(k)}: {_laid(v)}" for k, v in body.items()]
    return "{\n" + ",\n".join(lines) + "\n}"


def _laid(held: Any) -> str:
    if isinstance(held, Mapping) and any(isinstance(inner, list) for inner in held.values()):
        inner = [
            f"    {json.dumps(k, ensure_ascii=False)}: {json.dumps(v, ensure_ascii=False)}" for k, v in held.items()
        ]
        return "{\n" + ",\n".join(inner) + "\n  }"
    return json.dumps(held, ensure_ascii=False)


def _jsonl(data: Data) -> str:
    return "\n".join(json.dumps(record, ensure_ascii=False) for record in records(data.tables[0]))


def xml_rows(table: Table, root: str, row: str = "row", *, attributes: bool = False, indent: str = "  ") -> list[str]:
    lines = []
    for cells in table.rows:
        held = [(c.name, escape(cell, quote=True)) for c, cell in zip(table.columns, cells, strict=True)]
        if attributes:
            lines.append(
                f"{indent}<{row} {' '.join(f'{name}={chr(34)}{cell}{chr(34)}' for name, cell in held if cell)}/>"
            )
            continue
        inner = [f"{indent}  <{name}>{cell}</{name}>" if cell else f"{indent}  <{name}/>" for name, cell in held]
        lines += [f"{indent}<{row}>", *inner, f"{indent}</{row}>"]
    return lines


def _xml(attributes: bool) -> Callable[[Data], str]:
    def show(data: Data) -> str:
        lines = [f'<data title="{escape(data.title, quote=True)}">']
        for table in data.tables:
            units = "".join(f' unit_{c.name}="{escape(c.unit, quote=True)}"' for c in table.columns if c.unit)
            lines.append(f"  <{table.name}{units}>")
            lines += xml_rows(table, table.name, attributes=attributes, indent="    ")
            lines.append(f"  </{table.name}>")
        return "\n".join([*lines, "</data>"])

    return show


def _yaml(data: Data) -> str:
    body: dict[str, Any] = {"title": data.title}
    body |= {"units": units} if (units := _described(data)) else {}
    body |= {t.name: records(t) for t in data.tables}
    return str(yaml.safe_dump(body, allow_unicode=True, sort_keys=False, width=10_000)).rstrip("\n")


def _html(data: Data) -> str:
    tables = []
    for t in data.tables:
        head = "".join(f"<th>{escape(heading(c))}</th>" for c in t.columns)
        rows = ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in t.rows]
        body = "\n".join(f"  <tr>{row}</tr>" for row in rows)
        tables.append(f"<table>\n  <caption>{escape(t.name)}</caption>\n  <tr>{head}</tr>\n{body}\n</table>")
    return "\n".join(tables)


def _key_values(data: Data) -> str:
    blocks = [
        "\n".join(f"{heading(c)}: {cell}" for c, cell in zip(t.columns, row, strict=True) if cell)
        for t in data.tables
        for row in t.rows
    ]
    return "\n\n".join(blocks)


def _meaning(data: Data) -> str:
    table = data.tables[0]
    return "\n".join(
        ", ".join(f"{heading(c)}[{cell}]" for c, cell in zip(table.columns, row, strict=True) if cell)
        for row in table.rows
    )


def _dialogue_act(data: Data) -> str:
    table = data.tables[0]
    acts = []
    for row in table.rows:
        slots = "; ".join(f'{c.name}="{cell}{" " + c.unit if c.unit else ""}"'
                          for c, cell in zip(table.columns, row, strict=True) if cell)  # fmt: skip
        acts.append(f"inform({table.name}: {slots})")
    return "\n".join(acts)


def _log(data: Data) -> str:
    table = data.tables[0]
    at = next(n for n, c in enumerate(table.columns) if c.type in ("moment", "date") and _is_full(table, c))
    lines = []
    for row in table.rows:
        held = [(c, cell) for n, (c, cell) in enumerate(zip(table.columns, row, strict=True)) if n != at and cell]
        said = [(c, json.dumps(cell, ensure_ascii=False) if " " in cell else cell) for c, cell in held]
        rest = [f"{c.name}={cell}{f'[{c.unit}]' if c.unit else ''}" for c, cell in said]
        lines.append(f"[{row[at]}] {' '.join(rest)}")
    return "\n".join(lines)


def axes(table: Table) -> tuple[Column, list[Column]]:
    """Return the column along which a table is plotted, and those that are."""
    along = next((c for c in table.of_type("date", "moment") if _is_full(table, c)), None)
    along = along or table.key or table.columns[0]
    return along, [c for c in table.columns if c.type == "number" and c is not along]


def _chart(data: Data) -> str:
    table = data.tables[0]
    along, measures = axes(table)
    shown = measures[:2]
    temporal = along.type in ("date", "moment")
    names = [along.name, *(c.name for c in shown)]
    values = [{name: record[name] for name in names} for record in records(table)]
    encoding: dict[str, Any] = {"x": {"field": along.name, "type": "temporal" if temporal else "nominal"}}
    if len(shown) == 1:
        encoding["y"] = {"field": shown[0].name, "type": "quantitative", "title": heading(shown[0])}
        spec: dict[str, Any] = {"mark": "line" if temporal else "bar", "encoding": encoding}
    else:
        mark = "line" if temporal else "point"
        axis = [{"field": c.name, "type": "quantitative", "title": heading(c)} for c in shown]
        layers = [{"mark": mark, "encoding": {"y": one}} for one in axis]
        spec = {"encoding": encoding, "layer": layers}
    rows = ",\n".join(f"      {json.dumps(row, ensure_ascii=False)}" for row in values)
    body = json.dumps(spec, ensure_ascii=False)
    title = json.dumps(data.title, ensure_ascii=False)
    head = f'  "$schema": "https://vega.github.io/schema/vega-lite/v5.json",\n  "title": {title}'
    return f'{{\n{head},\n  "data": {{"values": [\n{rows}\n    ]}},\n  {body[1:-1]}\n}}'


def letters(n: int) -> str:
    """Return the letters of a spreadsheet's column, from 0."""
    return chr(65 + n) if n < 26 else chr(64 + n // 26) + chr(65 + n % 26)


def _grid(data: Data) -> str:
    """A sheet as a spreadsheet shows it: letters above, numbers beside; the heading is row 1."""
    table = data.tables[0]
    rows = [["", *(letters(n) for n in range(len(table.columns)))], ["1", *map(heading, table.columns)]]
    rows += [[str(n), *row] for n, row in enumerate(table.rows, 2)]
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows]
    return "\n".join([lines[0], "|" + "---|" * (len(table.columns) + 1), *lines[1:]])


def _single(data: Data) -> bool:
    return len(data.tables) == 1


def _dated(data: Data) -> bool:
    return _single(data) and any(_is_full(data.tables[0], c) for c in data.tables[0].of_type("date", "moment"))


def _is_full(table: Table, column: Column) -> bool:
    return all(row[table.at(column.name)] for row in table.rows)


def _plotted(data: Data) -> bool:
    return _single(data) and bool(axes(data.tables[0])[1]) and len(data.tables[0].rows) > 2


DRESSES: Mapping[str, Dress] = {
    "markdown": Dress("", _markdown, is_fenced=False),
    "csv": Dress("csv", _csv(",")),
    "csv_semicolon": Dress("csv", _csv(";", comma=True)),
    "csv_tab": Dress("tsv", _csv("\t")),
    "csv_bar": Dress("csv", _csv("|")),
    "json": Dress("json", _json),
    "json_columns": Dress("json", _json_columns),
    "jsonl": Dress("jsonl", _jsonl, _single),
    "xml": Dress("xml", _xml(attributes=False)),
    "xml_attributes": Dress("xml", _xml(attributes=True)),
    "yaml": Dress("yaml", _yaml),
    "fixed": Dress("", _fixed),
    "html": Dress("html", _html),
    "key_values": Dress("", _key_values, lambda data: sum(len(t.rows) for t in data.tables) <= 6),
    "meaning": Dress("", _meaning, lambda data: _single(data) and len(data.tables[0].rows) <= 4, is_fenced=False),
    "dialogue_act": Dress("", _dialogue_act, lambda data: _single(data) and len(data.tables[0].rows) <= 4),
    "log": Dress("log", _log, _dated),
    "chart": Dress("json", _chart, _plotted),
    "grid": Dress("", _grid, _single, is_fenced=False),
}
TABLES = ("markdown", "csv", "csv_semicolon", "csv_tab", "csv_bar", "fixed", "html", "grid")
TREES = ("json", "json_columns", "jsonl", "xml", "xml_attributes", "yaml")
ALL = (*TABLES[:-1], *TREES)


def fenced(text: str, label: str) -> str:
    ticks = "```" if "```" not in text else "````"
    return f"{ticks}{label}\n{text}\n{ticks}"


def drawn(data: Data, names: Sequence[str], random: Random) -> str:
    """Draw the name of a dress that fits."""
    from teams.data_to_text.data.graphs import GRAPHS

    known = {**DRESSES, **GRAPHS}
    fit = [name for name in names if known[name].fits(data)]
    return random.choice(fit or ["markdown"])


def dressed(data: Data, name: str) -> str:
    """Return data in a dress, in the block a user would put them into."""
    from teams.data_to_text.data.graphs import GRAPHS

    dress = {**DRESSES, **GRAPHS}[name]
    if dress.is_fenced and name in TABLES and len(data.tables) > 1:
        # Files hold one table each.
        return "\n\n".join(f"{t.name}:\n\n{fenced(dress.show(data.only(t.name)), dress.label)}" for t in data.tables)
    text = dress.show(data)
    return fenced(text, dress.label) if dress.is_fenced else text
