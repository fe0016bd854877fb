"""The form of an extraction: what its writer fills in, what the user reads, and what counts as right."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from teams.engine.stages.forms import Asked, Draft, Facts, Form, Paper, closed, several, text
from teams.engine.tongue import tongue
from teams.text_extraction.drafting import draft_faults
from teams.text_extraction.record import Shape, Unread, compare, key_of, read, schema_of, shape_of_facts, shown_form
from teams.text_extraction.record.as_json import meanings
from teams.text_extraction.record.compare import order_faults
from teams.text_extraction.record.dresses import DRESSES, drawn_dress
from teams.text_extraction.record.fields import CONTAINERS, TYPES

Wants = Callable[[Draft, str], Iterator[str]]
"""What a kind wants of a draft beside that it is in order: `(draft, passage)`."""
REQUEST = text(20, 700, "what is wanted, as the user says it; not the form of the answer, which is put below it")
SMALL_ITEMS = 8


def _no_wish(draft: Draft, passage: str) -> Iterator[str]:
    yield from ()


@dataclass(frozen=True)
class Extraction(Form):
    """A record or a list of them, drawn from a text; `wants` is what makes a kind that kind."""

    wants: Wants = _no_wish
    is_closed: bool = True
    """What belongs to the answer is beyond dispute; else extractions may differ a little, and a referee decides."""
    containers: tuple[str, ...] = CONTAINERS
    types: tuple[str, ...] = TYPES
    """Types a field may have."""
    with_words: bool = False
    is_strict: bool = False

    name = "extraction"
    quotes = False

    def draft(self, small: bool) -> dict[str, Any]:
        if small:
            sort = text(3, 120, "what one of them is, in a few words")
            items = several(text(1, 120, ""), 1, SMALL_ITEMS, "all of them, letter by letter as the text has them")
            return {"sort": sort, "items": items, "question": REQUEST}
        made: dict[str, Any] = {
            "container": {"enum": list(self.containers), "description": "one record, many, or a plain list"},
            "fields": several(_field(self.types), 1, 12, "what is wanted of each record"),
            "rows": several(_ROW, 0, 24, "the records, each with its values; one row for one record"),
            "left_out": several(_LEFT_OUT, 0, 6, "what a hasty reader would take and should not"),
        }
        if self.is_strict:
            sort = {
                "field": text(1, 60, "an unnested field with one value"),
                "direction": {"enum": ["ascending", "descending"]},
            }
            made["sort"] = closed(sort)
        return {**made, "question": REQUEST}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        full = self.full(draft)
        found = list(draft_faults(full, passage, tongue(passage)))
        # What a kind wants is looked at in a draft that is in order.
        yield from found or self.wants(full, passage)

    def full(self, draft: Draft) -> dict[str, Any]:
        """Return a draft with all its properties: a small model's has three, and facts keep it whole."""
        if "items" in draft:
            field = {"name": "item", "means": draft["sort"], "type": "words"}
            rows = [{"quotes": [], "values": [_said(item)]} for item in dict.fromkeys(draft["items"])]
            draft = {
                "container": "plain",
                "fields": [field],
                "rows": rows,
                "left_out": [],
                "question": draft["question"],
            }
        sort = draft.get("sort")
        sort = [sort["field"], sort["direction"]] if isinstance(sort, Mapping) else sort
        return {**draft, "with_words": self.with_words, "sort": sort}

    def asked(self, draft: Draft, random: Random) -> Asked:
        full = self.full(draft)
        shape, request = shape_of_facts(full), full["question"].strip()
        tag = tongue(request)
        dress = drawn_dress(shape, random, tag, strict=self.is_strict)
        facts = {
            **shape.as_facts(),
            "question": request,
            "dress": dress,
            "rows": list(full["rows"]),
            "left_out": list(full["left_out"]),
            "is_strict": self.is_strict,
            "asks_for": "record",
            "tongue": "",
            "key_shown": _shown(full),
        }
        return Asked(f"{request}\n\n{shown_form(dress, shape, random, tag)}", facts)

    def settled(self, facts: dict[str, Any], passage: str) -> dict[str, Any]:
        return {**facts, "key": key_of(shape_of_facts(facts), facts["rows"], passage)}

    def paper(self, facts: Facts, random: Random) -> Paper:
        # The user's dress (a table, lines) is left out: whoever reads blind gives the values, in the form of a schema.
        shape = shape_of_facts(facts)
        asked = f"The request:\n{facts['question']}\n\nThe fields:\n{meanings(shape, types=True)}"
        return Paper(asked, schema_of(shape, bounded=True))

    def found(self, answer: str, facts: Facts) -> Any:
        try:
            return read(facts["dress"], answer, shape_of_facts(facts))
        except Unread:
            return None

    def agrees(self, value: Any, facts: Facts) -> bool:
        if value is None:
            return False
        shape = shape_of_facts(facts)
        return compare(value, facts["key"], shape).is_same and not list(order_faults(value, shape))

    def said(self, facts: Facts) -> Any:
        """The key, or what it is made from where it is not yet built."""
        rows = [[(v["field"], v["said"], v["value"]) for v in row["values"]] for row in facts["rows"]]
        return sorted(sorted(row) for row in rows)

    def is_as_before(self, draft: Draft, facts: Facts) -> bool:
        full = self.full(draft)
        return bool(full["question"].strip() == facts["question"] and self.said(full) == self.said(facts)
                    and Shape.as_facts(shape_of_facts(full)) == Shape.as_facts(shape_of_facts(facts)))  # fmt: skip

    def shape_of(self, facts: Facts) -> str:
        is_json = facts["dress"] in ("schema", "skeleton", "typescript", "prose") and facts["container"] != "plain"
        return "json" if is_json else "fixed"

    def how(self, facts: Facts) -> str:
        return "" if facts.get("dress") in DRESSES else "keep the form that is asked for"


def strict(form: Form) -> Form:
    """The form of the same record for somebody who loads the answer into a program, sorted by a field."""
    assert isinstance(form, Extraction)
    return replace(form, is_strict=True, containers=("many",))


def from_two(form: Form) -> Form:
    """The form of records drawn from two documents, each with a label that says from which."""
    assert isinstance(form, Extraction)
    return replace(form, containers=("many",), wants=_further(form.wants, _has_label))


def nested(form: Form) -> Form:
    """The form of records with depth; what makes the kind that kind is given up for it."""
    assert isinstance(form, Extraction)
    return replace(form, wants=_has_depth, containers=tuple(c for c in form.containers if c != "plain"))


def with_words(form: Form) -> Form:
    """The form in which derived values come with the words they are derived from."""
    assert isinstance(form, Extraction)
    return replace(form, with_words=True, wants=_further(form.wants, _has_derived))


def _further(wants: Wants, more: Wants) -> Wants:
    def wanted(draft: Draft, passage: str) -> Iterator[str]:
        yield from wants(draft, passage)
        yield from more(draft, passage)

    return wanted


def _has_derived(draft: Draft, passage: str) -> Iterator[str]:
    if not any(field.is_derived for field in shape_of_facts(draft).fields):
        yield "no value is derived: have a number, date, time, duration or currency, told beside its words"


def _has_depth(draft: Draft, passage: str) -> Iterator[str]:
    if not any("." in field.name for field in shape_of_facts(draft).fields):
        yield "no field lies inside of another: party.name, items[].price"


def _has_label(draft: Draft, passage: str) -> Iterator[str]:
    if not any(field.type == "label" for field in shape_of_facts(draft).fields):
        yield "a label has to say which of the two documents a record comes from"


def _field(types: tuple[str, ...]) -> dict[str, Any]:
    return closed(
        {
            "name": text(1, 60, "in the language of the request: due, party.name, items[].price"),
            "means": text(5, 200, "what it holds and where it ends: 'full name, without title'"),
            "type": {"enum": list(types)},
            "labels": several(text(1, 40, ""), 0, 9, "for a label: all there are, also such as don't come up"),
            "several": {"type": "boolean", "description": "a list of values in each record"},
            "optional": {"type": "boolean", "description": "the text may be silent on it"},
            "unit": text(
                0, 16, "for a number: the unit all are told in, where the text has different ones; else empty"
            ),
        }
    )


_VALUE = closed(
    {
        "field": text(1, 60, "its name"),
        "said": text(0, 700, "the words of the text, letter by letter; for a label or yes_no those that decide it"),
        "value": text(0, 80, "label, true/false, 1250.5, 2026-05-14, 16:30, P2W, EUR; empty for words and phrases"),
        "part": {
            "type": "integer",
            "minimum": 0,
            "maximum": 20,
            "description": "of which part of a list it is; else 0",
        },
    }
)
_ROW = closed(
    {
        "quotes": several(
            text(1, 800, ""), 1, 6, "the sentences or lines of the text it is drawn from, letter by letter"
        ),
        "values": several(_VALUE, 1, 24, "none for what the text doesn't say"),
    }
)
_LEFT_OUT = closed({"said": text(1, 300, "words of the text"), "because": text(5, 200, "why it does not belong")})


def _said(item: str) -> dict[str, Any]:
    return {"field": "item", "said": item, "value": "", "part": 0}


def _shown(full: Mapping[str, Any]) -> str:
    """A draft as its editor has to hand it in."""
    kept = {name: full[name] for name in ("container", "fields", "rows", "left_out", "question")}
    return f"The item as it was handed in:\n{json.dumps(kept, ensure_ascii=False)}"
