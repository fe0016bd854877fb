"""How an answer's form is put to the user's reader, and how an answer in it is read back.

A dress is one way to ask for the same record: a JSON Schema, a skeleton with types, a type as in TypeScript, a list of
fields in prose, JSON Lines, the header of a table or of CSV, lines of `name: value`, one value a line. Which of them
fit, the shape says; one is drawn.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from jsonschema import Draft202012Validator

from teams.engine.checks.structure import table_in
from teams.text_extraction.record.fields import Field, Shape
from teams.text_extraction.record.leads import LEADS, NOTES
from teams.text_extraction.record.schema import MOST, described, schema_of
from tools.formats import Unreadable, read_csv, read_json
from tools.markup import fences

NOTHING = "-"
"""What stands in a line of `name: value` where the text is silent."""
_SHORT_LIST = re.compile(r'\[\s+"[^\[\]{}]*\]')
"""A list of texts that JSON laid out puts on a line each: of types, labels, names."""
BETWEEN = "; "
"""What parts the values of a list in a cell."""


class Unread(ValueError):
    """An answer that is not in its form. The message says where, as words to whoever wrote it."""


@dataclass(frozen=True)
class Dress:
    """One way to ask for a record."""

    fits: Callable[[Shape], bool]
    drawn: Callable[[Shape, str], str]
    """The form as the user shows it, in the language of a tag."""
    read: Callable[[str, Shape], Any]
    """What an answer says; raises `Unread`."""
    is_strict: bool = False
    """Wanted by somebody who loads the answer into a program that knows no mercy."""


def shown_form(name: str, shape: Shape, random: Random, tag: str) -> str:
    """Return what the user says of the form: a lead, the form, and what to do where the text is silent."""
    leads = LEADS.get(tag, {})
    said = [
        random.choice(leads.get(f"{name}_{shape.container}") or leads.get(name, ("",))),
        DRESSES[name].drawn(shape, tag),
    ]
    notes = NOTES.get(tag, {})
    if shape.sort and notes:
        said.append(notes[shape.sort[1]].format(name=shape.sort[0]))
    said += _silence(name, shape, notes)
    return "\n\n".join(part for part in said if part)


def _silence(name: str, shape: Shape, notes: Mapping[str, str]) -> list[str]:
    """What to write where the text says nothing."""
    if f"{name}_silent" in notes:
        is_asked = name == "lines" or any(field.optional or field.several for field in shape.fields)
        return [notes[f"{name}_silent"]] * is_asked
    is_open = any(field.optional and not field.several for field in shape.fields)
    has_lists = shape.container != "one" or any(field.several or field.list for field in shape.fields)
    sorts = [sort for sort, is_there in (("null", is_open), ("list", has_lists)) if is_there]
    return [notes[f"json_{'_'.join(sorts)}"]] if sorts and notes else []


def read(name: str, answer: str, shape: Shape) -> Any:
    """Return the record an answer gives, valid by the schema.

    Raises:
        Unread: it is not in the form, or not all of it is.
    """
    value = DRESSES[name].read(answer.strip(), shape)
    if isinstance(value, list) and len(value) > MOST:
        raise Unread(f"{len(value)} records, more than any of these texts holds")
    faults = list(schema_faults(value, shape))
    if faults:
        raise Unread("; ".join(faults[:4]))
    return value


def schema_faults(value: Any, shape: Shape) -> Sequence[str]:
    """What the schema says against a value."""
    errors = sorted(
        Draft202012Validator(schema_of(shape)).iter_errors(value), key=lambda error: list(map(str, error.path))
    )
    return [f"{'.'.join(map(str, error.path)) or 'the answer'}: {error.message[:160]}" for error in errors]


# JSON


def _schema(shape: Shape, tag: str) -> str:
    shown = json.dumps(_visible(schema_of(shape)), ensure_ascii=False, indent=2)
    return f"```json\n{_SHORT_LIST.sub(lambda match: ' '.join(match.group().split()), shown)}\n```"


def _visible(schema: Any) -> Any:
    """A schema as people write it: notations are told in words, not by patterns."""
    if isinstance(schema, list):
        return [_visible(one) for one in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {name: _visible(inner) for name, inner in schema.items() if name not in ("pattern", "minLength")}


def _skeleton(shape: Shape, tag: str) -> str:
    made = json.dumps(_example(schema_of(shape)), ensure_ascii=False, indent=2)
    return f"```\n{made}\n```\n\n{meanings(shape)}"


def _example(schema: Mapping[str, Any]) -> Any:
    """A value of a schema in which types stand for values."""
    if "anyOf" in schema:
        return _example(schema["anyOf"][0])
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    if kind == "object":
        return {name: _example(inner) for name, inner in schema["properties"].items()}
    if kind == "array":
        return [_example(schema["items"])]
    if "enum" in schema:
        return " | ".join("null" if value is None else str(value) for value in schema["enum"])
    return kind if isinstance(schema["type"], str) else f"{kind} | null"


def _line_skeleton(shape: Shape, tag: str) -> str:
    return _skeleton(Shape("one", shape.fields, shape.with_words), tag)


def _typescript(shape: Shape, tag: str) -> str:
    body = _typed(schema_of(shape), 0)
    return f"```ts\ntype Answer = {body};\n```"


def _typed(schema: Mapping[str, Any], depth: int) -> str:
    if "anyOf" in schema:
        return f"{_typed(schema['anyOf'][0], depth)} | null"
    kinds = [schema["type"]] if isinstance(schema["type"], str) else list(schema["type"])
    if kinds[0] == "object":
        pad = "  " * (depth + 1)
        lines = [
            f"{pad}{name}: {_typed(inner, depth + 1)};{_comment(inner)}" for name, inner in schema["properties"].items()
        ]
        return "{\n" + "\n".join(lines) + "\n" + "  " * depth + "}"
    if kinds[0] == "array":
        inner = _typed(schema["items"], depth)
        return f"Array<{inner}>" if "\n" in inner or "|" in inner else f"{inner}[]"
    if "enum" in schema:
        return " | ".join(
            "null" if value is None else json.dumps(value, ensure_ascii=False) for value in schema["enum"]
        )
    return " | ".join(kinds)


def _comment(schema: Mapping[str, Any]) -> str:
    means = schema.get("description") or schema.get("items", {}).get("description", "")
    return f"  // {means}" if means else ""


def _prose(shape: Shape, tag: str) -> str:
    return meanings(shape, types=True)


def meanings(shape: Shape, *, types: bool = False) -> str:
    """Return the fields with what they mean, a line each."""
    return "\n".join(
        f"- {_path(field)}: {described(field)}{_told(shape, field) if types else ''}" for field in shape.fields
    )


def _path(field: Field) -> str:
    return f"`{field.name}`"


def _told(shape: Shape, field: Field) -> str:
    said = {
        "number": "number",
        "yes_no": "boolean",
        "label": "one of " + ", ".join(f'"{label}"' for label in field.labels),
    }
    kind = said.get(field.type, "string")
    if shape.is_paired(field):
        kind = f'object {{"value": {kind}, "text": the words of the text}}'
    return (
        f" [{'list of ' if field.several else ''}{kind}{', or null' if field.optional and not field.several else ''}]"
    )


def _json(answer: str, shape: Shape) -> Any:
    blocks = fences(answer)
    body = blocks[0].body if len(blocks) == 1 and answer.startswith("```") and answer.endswith("```") else answer
    try:
        return read_json(body.strip())
    except Unreadable as error:
        raise Unread(f"it has to be JSON and nothing beside it: {error}") from None


def _json_lines(answer: str, shape: Shape) -> Any:
    blocks = fences(answer)
    body = blocks[0].body if len(blocks) == 1 and answer.startswith("```") and answer.endswith("```") else answer
    try:
        return [read_json(line) for line in body.splitlines() if line.strip()]
    except Unreadable as error:
        raise Unread(f"every line has to be a JSON object by itself: {error}") from None


# Rows and lines


def _header(shape: Shape, tag: str) -> str:
    names = [field.name for field in shape.fields]
    return f"| {' | '.join(names)} |\n|{'---|' * len(names)}\n\n{_in_cells(shape)}"


def _csv_header(shape: Shape, tag: str) -> str:
    return f"```\n{','.join(field.name for field in shape.fields)}\n```\n\n{_in_cells(shape)}"


def _in_cells(shape: Shape) -> str:
    """Fields with what may stand in their cells."""
    return "\n".join(f"- {_path(field)}: {_cell_of(field)}" for field in shape.fields)


def _cell_of(field: Field) -> str:
    allowed = {"label": " | ".join(field.labels), "yes_no": "true | false"}.get(field.type)
    return f"{described(field).rstrip('.')} ({allowed})" if allowed else described(field)


def _table(answer: str, shape: Shape) -> Any:
    table = table_in(answer)
    if table is None:
        raise Unread("it has to be a Markdown table with the header asked for")
    outside = [line for line in answer.splitlines() if line.strip() and "|" not in line]
    if outside:
        raise Unread(f"nothing but the table was asked for: {outside[0][:80]!r}")
    return _from_rows([list(table.header), *map(list, table.rows)], shape)


def _csv(answer: str, shape: Shape) -> Any:
    blocks = fences(answer)
    body = blocks[0].body if len(blocks) == 1 and answer.startswith("```") and answer.endswith("```") else answer
    try:
        return _from_rows(read_csv(body), shape)
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


def _pairs_form(shape: Shape, tag: str) -> str:
    return "\n".join(f"{field.name}: <{_cell_of(field).rstrip('.')}>" for field in shape.fields)


def _pairs(answer: str, shape: Shape) -> Any:
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


def _lines_form(shape: Shape, tag: str) -> str:
    return ""


def _lines(answer: str, shape: Shape) -> Any:
    told = [line.strip() for line in answer.splitlines() if line.strip()]
    if told == [NOTHING]:
        return []
    return [_typed_cell(line, shape.fields[0]) for line in told]


def _always(shape: Shape) -> bool:
    return True


def _is_many(shape: Shape) -> bool:
    return shape.container == "many"


def _has_rows(shape: Shape) -> bool:
    return shape.container == "many" and shape.is_flat and len(shape.fields) <= 7


def _has_cells(shape: Shape) -> bool:
    return _has_rows(shape) and not any(field.several for field in shape.fields)


DRESSES: Mapping[str, Dress] = {
    "schema": Dress(_always, _schema, _json),
    "skeleton": Dress(lambda shape: shape.container != "plain", _skeleton, _json),
    "typescript": Dress(lambda shape: shape.container != "plain", _typescript, _json),
    "prose": Dress(lambda shape: not any("." in field.name for field in shape.fields), _prose, _json),
    "json_lines": Dress(_is_many, _line_skeleton, _json_lines, True),
    "table": Dress(_has_rows, _header, _table, True),
    "csv": Dress(_has_cells, _csv_header, _csv, True),
    "pairs": Dress(lambda shape: shape.container == "one" and shape.is_flat, _pairs_form, _pairs, True),
    "lines": Dress(lambda shape: shape.container == "plain", _lines_form, _lines, True),
}


def drawn_dress(shape: Shape, random: Random, tag: str, *, strict: bool = False) -> str:
    """Draw a dress that fits; where its words are not known in a language, the schema, which needs none."""
    if tag not in LEADS:
        return "schema"
    fitting = [name for name, dress in DRESSES.items() if dress.fits(shape) and (dress.is_strict or not strict)]
    return random.choice([name for name in fitting if name in LEADS[tag]] or ["schema"])


def written(name: str, value: Any, shape: Shape) -> str:
    """Return a record in a dress, as the key of an answer would look like."""
    if name == "json_lines":
        return "\n".join(json.dumps(record, ensure_ascii=False) for record in value)
    if name == "lines":
        return "\n".join(map(str, value)) or NOTHING
    if name == "pairs":
        return "\n".join(f"{field.name}: {_as_cell(value[field.name]) or NOTHING}" for field in shape.fields)
    if name in ("table", "csv"):
        rows = [[_as_cell(record[field.name]) for field in shape.fields] for record in value]
        return _written_rows(name, [field.name for field in shape.fields], rows)
    return json.dumps(value, ensure_ascii=False, indent=2)


def _written_rows(name: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    if name == "csv":
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([header, *rows])
        return out.getvalue().rstrip("\n")
    escaped = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [f"| {' | '.join(row)} |" for row in (header, *escaped)]
    return "\n".join([lines[0], "|" + "---|" * len(header), *lines[1:]])


def _as_cell(value: Any) -> str:
    if isinstance(value, list):
        return BETWEEN.join(map(_as_cell, value))
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, bool) else str(value)
