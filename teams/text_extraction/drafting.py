"""What is wrong with a draft, as words to its writer: names, types, quotations, derived values, what is missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from teams.engine.checks.quotes import locate
from teams.engine.stages.forms.short import words
from teams.text_extraction.record.copied import is_cut
from teams.text_extraction.record.derived import underived
from teams.text_extraction.record.fields import COPIED, NAME, Field, Shape, shape_of_facts

FEWEST_SHOWN = 2
"""Values that a request may not name all by itself; one may be the person or thing that is asked about."""
_FORM_TALK = re.compile(r"\b(?:JSON|CSV|YAML|XML|TypeScript|Markdown|JSONL)\b", re.IGNORECASE)


def draft_faults(draft: Mapping[str, Any], passage: str, tag: str) -> Iterator[str]:
    """Yield what is wrong with a draft whose properties are all there; `tag` is the language of the text."""
    shape = shape_of_facts(draft)
    broken = list(_shape_faults(shape))
    yield from broken
    if _FORM_TALK.search(draft["question"]):
        yield "the request speaks of the answer's format: leave that out, the form is put below the request"
    if broken:
        return
    rows = draft["rows"]
    if shape.container == "one" and len(rows) != 1:
        yield f"one record has one row; there are {len(rows)}"
    for number, row in enumerate(rows, 1):
        yield from (f"row {number}: {fault}" for fault in _row_faults(shape, row, passage, tag))
    yield from _twice(shape, rows)
    yield from _left_out(draft, passage)
    yield from _given_away(draft, shape)


def _shape_faults(shape: Shape) -> Iterator[str]:
    names = [field.name for field in shape.fields]
    heads = {name.partition(".")[0].removesuffix("[]") for name in names if "." in name}
    for name, count in Counter(names).items():
        if count > 1:
            yield f"the field {name!r} stands there twice"
        if not NAME.fullmatch(name) or ("[]" in name and "[]." not in name):
            yield f"{name!r} is no name of a field: letters, digits and _, with at most one dot, as in items[].price"
        if name in heads:
            yield f"{name!r} is a field and holds others too"
    if shape.container == "plain" and (len(shape.fields) != 1 or shape.fields[0].several or "." in names[0]):
        yield "a plain list has one field, of one value, without a dot in its name"
    yield from _type_faults(shape)
    if shape.sort and shape.sort[0] not in [f.name for f in shape.fields if not f.several and "." not in f.name]:
        yield f"sorted by {shape.sort[0]!r}, which is no field with one value"


def _type_faults(shape: Shape) -> Iterator[str]:
    for field in shape.fields:
        if (field.type == "label") != bool(field.labels):
            yield f"{field.name!r}: labels belong to fields of type label, all of them"
        elif field.type == "label" and (len(field.labels) < 2 or len(set(field.labels)) < len(field.labels)):
            yield f"{field.name!r}: two labels at least, all different"
        if field.unit and field.type != "number":
            yield f"{field.name!r}: only a number has a unit"


def _row_faults(shape: Shape, row: Mapping[str, Any], passage: str, tag: str) -> Iterator[str]:
    known = {field.name: field for field in shape.fields}
    yield from (
        f"the text does not say {quote!r}: quote it letter by letter"
        for quote in row["quotes"]
        if locate(quote, passage) is None
    )
    where = row["quotes"] or [passage]
    for value in row["values"]:
        field = known.get(value["field"])
        if field is None:
            yield f"there is no field {value['field']!r}"
        else:
            yield from (f"{field.name}: {fault}" for fault in _value_faults(field, value, where, passage, tag))
    yield from _count_faults(shape, row["values"])


def _value_faults(
    field: Field, given: Mapping[str, Any], where: Sequence[str], passage: str, tag: str
) -> Iterator[str]:
    said, value = given["said"].strip(), given["value"].strip()
    if bool(field.list) != bool(given["part"]):
        yield "number the parts of a list from 1; what is in no list has part 0"
    if said and not any(locate(said, quote, any_case=field.type not in COPIED) for quote in where):
        yield f"{said!r} does not stand in the quotations of its row, letter by letter"
    elif said and is_cut(said, passage):
        yield f"{said!r} leaves words of the text out: give what stands there in one piece"
    if not said and field.type not in ("label", "yes_no"):
        yield "the words of the text are missing; leave the value out if the text has none"
    elif field.type == "label" and value not in field.labels:
        yield f"{value!r} is none of the labels {', '.join(map(repr, field.labels))}"
    elif field.type == "yes_no" and value.casefold() not in ("true", "false"):
        yield f"{value!r}: the value of yes_no is true or false"
    elif field.type in COPIED and value and words(value) != words(said):
        yield f"words are given as they stand in the text; value stays empty, not {value!r}"
    else:
        yield from underived(field, value, said, passage, tag)


def _count_faults(shape: Shape, values: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    parts: dict[str, set[int]] = {}
    for field in shape.fields:
        if field.list:
            own = {one.name for one in shape.fields if one.list == field.list}
            parts[field.list] = {value["part"] for value in values if value["field"] in own}
    for field in shape.fields:
        for part in sorted(parts[field.list]) if field.list else [0]:
            count = sum(value["field"] == field.name and value["part"] == part for value in values)
            place = f" of part {part}" if part else ""
            if count > 1 and not field.several:
                yield f"{field.name}{place} has {count} values: make it several, or choose"
            elif not count and not field.optional and not field.several:
                yield f"{field.name}{place} has no value: make it optional if the text may be silent on it"


def _twice(shape: Shape, rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    seen: set[tuple[Any, ...]] = set()
    for number, row in enumerate(rows, 1):
        cells = tuple(sorted(map(_cell_said, row["values"])))
        if cells in seen:
            yield f"row {number} is one that was given before: say in the request that each is wanted once"
        seen.add(cells)


def _cell_said(value: Mapping[str, Any]) -> tuple[str, int, str, str]:
    said = " ".join(words(value["said"])) or value["said"].strip()
    return value["field"], value["part"], said, value["value"].strip()


def _given_away(draft: Mapping[str, Any], shape: Shape) -> Iterator[str]:
    """Half of the values stand in the request itself, or in what it says of the fields."""
    told = f" {' '.join(words(draft['question']))} "
    told += "".join(f" {' '.join(words(field.means))} " for field in shape.fields)
    copied = {field.name for field in shape.fields if field.type in COPIED}
    given = {" ".join(words(v["said"])) for row in draft["rows"] for v in row["values"] if v["field"] in copied}
    shown = sorted(value for value in given - {""} if f" {value} " in told)
    if len(shown) >= FEWEST_SHOWN and len(shown) * 2 >= len(given):
        yield f"the request names what is to be found: {', '.join(map(repr, shown[:3]))}"


def _left_out(draft: Mapping[str, Any], passage: str) -> Iterator[str]:
    taken = {" ".join(words(v["said"])) for row in draft["rows"] for v in row["values"] if v["said"].strip()}
    for left in draft["left_out"]:
        if locate(left["said"], passage, any_case=True) is None:
            yield f"left_out: {left['said']!r} does not stand in the text"
        elif draft["container"] == "plain" and " ".join(words(left["said"])) in taken:
            yield f"left_out: {left['said']!r} is among the values too"
