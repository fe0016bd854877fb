"""How an answer's form is put to the user's reader, and how an answer in it is read back.

A dress is one way to ask for the same record: a JSON Schema, a skeleton with types, a type as in TypeScript, a list of
fields in prose, JSON Lines, the header of a table or of CSV, lines of `name: value`, one value a line. Which of them
fit, the shape says; one is drawn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from jsonschema import Draft202012Validator

from agents.models.forms import fits
from teams.text_extraction.record.as_json import (
    Unread,
    line_skeleton,
    prose,
    read_json_answer,
    read_json_lines,
    schema_shown,
    skeleton,
    typescript,
)
from teams.text_extraction.record.as_rows import (
    NOTHING,
    as_cell,
    csv_header,
    header,
    lines_form,
    pairs_form,
    read_csv_answer,
    read_lines,
    read_pairs,
    read_table,
    written_rows,
)
from teams.text_extraction.record.fields import Shape
from teams.text_extraction.record.leads import LEADS, NOTES
from teams.text_extraction.record.schema import MOST, schema_of


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
    return _schema_faults(json.dumps(value), shape)


@lru_cache(maxsize=256)  # an answer is read before it is sent, and by each of the checks
def _schema_faults(written: str, shape: Shape) -> Sequence[str]:
    value, schema = json.loads(written), schema_of(shape)
    if fits(value, schema):
        return ()
    errors = sorted(
        Draft202012Validator(schema).iter_errors(value),
        key=lambda error: list(map(str, error.path)),
    )
    return [f"{'.'.join(map(str, error.path)) or 'the answer'}: {error.message[:160]}" for error in errors]


def _always(shape: Shape) -> bool:
    return True


def _is_many(shape: Shape) -> bool:
    return shape.container == "many"


def _has_rows(shape: Shape) -> bool:
    return shape.container == "many" and shape.is_flat and len(shape.fields) <= 7


def _has_cells(shape: Shape) -> bool:
    return _has_rows(shape) and not any(field.several for field in shape.fields)


DRESSES: Mapping[str, Dress] = {
    "schema": Dress(_always, schema_shown, read_json_answer),
    "skeleton": Dress(lambda shape: shape.container != "plain", skeleton, read_json_answer),
    "typescript": Dress(lambda shape: shape.container != "plain", typescript, read_json_answer),
    "prose": Dress(lambda shape: not any("." in field.name for field in shape.fields), prose, read_json_answer),
    "json_lines": Dress(_is_many, line_skeleton, read_json_lines, True),
    "table": Dress(_has_rows, header, read_table, True),
    "csv": Dress(_has_cells, csv_header, read_csv_answer, True),
    "pairs": Dress(lambda shape: shape.container == "one" and shape.is_flat, pairs_form, read_pairs, True),
    "lines": Dress(lambda shape: shape.container == "plain", lines_form, read_lines, True),
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
        return "\n".join(f"{field.name}: {as_cell(value[field.name]) or NOTHING}" for field in shape.fields)
    if name in ("table", "csv"):
        rows = [[as_cell(record[field.name]) for field in shape.fields] for record in value]
        return written_rows(name, [field.name for field in shape.fields], rows)
    return json.dumps(value, ensure_ascii=False, indent=2)
