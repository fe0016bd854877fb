"""Fields of a record and the record itself, built from rows of values as a writer hands them in.

A writer gives every value flat, with the words of the text it stands in: `{"field", "said", "value", "part"}`. Nesting
is in the names: `party.name` is `name` in an object `party`; `items[].price` is `price` in each object of a list
`items`, and `part` says of which. The program makes the record, so that nobody has to nest brackets by hand.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from teams.engine.checks.quotes import Span, locate

NAME = re.compile(r"[^\W\d]\w{0,29}(?:\[\])?(?:\.[^\W\d]\w{0,29})?")
TYPES = ("words", "phrase", "label", "number", "date", "time", "duration", "currency", "yes_no")
COPIED = ("words", "phrase")
"""Values of these stand in the text; those of the others are derived from words that do."""
DERIVED = ("number", "date", "time", "duration", "currency")
CONTAINERS = ("one", "many", "plain")


@dataclass(frozen=True)
class Field:
    """One thing that is wanted of each record."""

    name: str
    """`due`, `party.name`, `items[].price`."""
    means: str
    type: str
    labels: tuple[str, ...] = ()
    several: bool = False
    """A list of values; empty where there are none."""
    optional: bool = False
    """The text may be silent on it: then it is null."""
    unit: str = ""
    """Unit that a number is told in, whatever the text uses; '' as the text has it."""

    @property
    def list(self) -> str:
        """The list whose parts it belongs to, '' for none."""
        head, _, tail = self.name.partition("[].")
        return head if tail else ""

    @property
    def is_derived(self) -> bool:
        return self.type in DERIVED


@dataclass(frozen=True)
class Shape:
    """What an answer is made of."""

    container: str
    """`one` record, `many` of them, or a `plain` list of values."""
    fields: tuple[Field, ...]
    with_words: bool = False
    """Derived values come with the words of the text they are derived from: `{"value", "text"}`."""
    sort: tuple[str, str] | None = None
    """Field, and `ascending` or `descending`; None for the order of the text."""

    @property
    def is_flat(self) -> bool:
        """A row of cells holds a record."""
        nested = any("." in field.name for field in self.fields)
        return not nested and not any(self.is_paired(field) for field in self.fields)

    def is_paired(self, field: Field) -> bool:
        """Is its value told together with its words?"""
        return self.with_words and field.is_derived

    def as_facts(self) -> dict[str, Any]:
        made = asdict(self)
        return {**made, "fields": [{**field, "labels": list(field["labels"])} for field in made["fields"]],
                "sort": list(self.sort) if self.sort else None}  # fmt: skip


def shape_of_facts(facts: Mapping[str, Any]) -> Shape:
    """Return the shape as facts (or a draft) hold it."""
    fields = tuple(Field(**{**given, "labels": tuple(given.get("labels", ()))}) for given in facts["fields"])
    sort = facts.get("sort")
    return Shape(facts["container"], fields, bool(facts.get("with_words")), (sort[0], sort[1]) if sort else None)


def key_of(shape: Shape, rows: Sequence[Mapping[str, Any]], passage: str) -> Any:
    """Build what the answer has to be from rows that were found to be in order."""
    placed = sorted(rows, key=lambda row: place(row, passage))
    if shape.container == "plain":
        return [_value(shape, shape.fields[0], row["values"][0]) for row in placed]
    records = [_record(shape, row["values"]) for row in placed]
    if shape.container == "one":
        return records[0]
    return in_order(records, shape.sort) if shape.sort else records


def place(row: Mapping[str, Any], passage: str) -> tuple[int, int]:
    """Where a row stands in the text: its first quotation, and its first value inside of that."""
    span = locate(row["quotes"][0], passage) if row["quotes"] else Span(0, len(passage))
    if span is None:
        return len(passage), 0
    said = next((v["said"] for v in row["values"] if v["said"].strip()), "")
    inner = locate(said, passage[span.start : span.end], any_case=True) if said else None
    return span.start + (inner.start if inner else 0), span.start


def in_order(records: Sequence[Any], sort: tuple[str, str]) -> list[Any]:
    """Sort records by a field; those without it come last, equals keep the order of the text."""
    name, direction = sort
    having = [record for record in records if sort_value(record, name) is not None]
    lacking = [record for record in records if sort_value(record, name) is None]
    made = sorted(having, key=lambda record: sort_value(record, name), reverse=direction == "descending")
    return [*made, *lacking]


def sort_value(record: Mapping[str, Any], name: str) -> Any:
    """What a record is sorted by: words in any case."""
    value = record.get(name)
    value = value["value"] if isinstance(value, Mapping) else value
    return value.casefold() if isinstance(value, str) else value


def _record(shape: Shape, values: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    record: dict[str, Any] = {}
    for field in shape.fields:
        given = [value for value in values if value["field"] == field.name]
        if field.list:
            _put_parts(shape, field, given, record, values)
            continue
        told = [_value(shape, field, value) for value in given]
        head, _, tail = field.name.partition(".")
        where, name = (record.setdefault(head, {}), tail) if tail else (record, head)
        where[name] = told if field.several else (told[0] if told else None)
    return record


def _put_parts(
    shape: Shape,
    field: Field,
    given: Sequence[Mapping[str, Any]],
    record: dict[str, Any],
    values: Sequence[Mapping[str, Any]],
) -> None:
    inside = {one.name for one in shape.fields if one.list == field.list}
    numbers = sorted({value["part"] for value in values if value["field"] in inside})
    parts: list[dict[str, Any]] = record.setdefault(field.list, [{} for _ in numbers])
    tail = field.name.partition("[].")[2]
    for number, part in zip(numbers, parts, strict=True):
        told = [_value(shape, field, value) for value in given if value["part"] == number]
        part[tail] = told if field.several else (told[0] if told else None)


def _value(shape: Shape, field: Field, given: Mapping[str, Any]) -> Any:
    made = plain_value(field, given)
    return {"value": made, "text": tidy(given["said"])} if shape.is_paired(field) else made


def plain_value(field: Field, given: Mapping[str, Any]) -> Any:
    """Return a value in its type: words as the text has them, others as they are derived."""
    value = str(given["value"]).strip()
    if field.type in COPIED:
        return tidy(given["said"])
    if field.type == "number":
        number = float(value)
        return int(number) if number.is_integer() else number
    return value.casefold() == "true" if field.type == "yes_no" else value


def tidy(said: str) -> str:
    """Words of a text in one line."""
    return " ".join(said.split())
