"""What makes a draft one of its kind, by its structure alone: complaints to its writer, in no language but theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from teams.engine.checks.quotes import locate
from teams.text_extraction.record import shape_of_facts
from teams.text_extraction.record.fields import Field

Draft = Mapping[str, Any]
_ENDS = re.compile(r"[.!?。！？]\s|\n")
_MAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_TURN = re.compile(r"^\s*(?:\*\*)?[^\W\d_][^:：\n]{0,40}[:：]|^\s*[—–―-]\s")
_OPENING = '"“„‟«»‘‚‹「'
_QUOTED = "\"'“”„‟«»‘’‚‛‹›「」『』"


def fields_of(draft: Draft, *types: str) -> list[Field]:
    return [field for field in shape_of_facts(draft).fields if not types or field.type in types]


def count(draft: Draft, fewest: int, *types: str) -> Iterator[str]:
    """So many fields of these types at least."""
    if len(fields_of(draft, *types)) < fewest:
        yield f"this kind has at least {fewest} field{'s' * (fewest > 1)} of type {' or '.join(types)}"


def rows(draft: Draft, fewest: int, most: int = 24) -> Iterator[str]:
    if not fewest <= len(draft["rows"]) <= most:
        yield f"between {fewest} and {most} rows, not {len(draft['rows'])}"


def _values(draft: Draft, name: str) -> list[str]:
    return [v["value"] for row in draft["rows"] for v in row["values"] if v["field"] == name]


def entities(draft: Draft, passage: str) -> Iterator[str]:
    """Names with their sort: two sorts at least come up."""
    labels = fields_of(draft, "label")
    if draft["container"] == "one":
        if len([field for field in fields_of(draft, "words") if field.several]) < 2:
            yield "in one record every sort of names is a field of words that is several; two sorts at least"
    else:
        yield from rows(draft, 3)
        yield from count(draft, 1, "words")
        yield from count(draft, 1, "label")
        if labels and len(set(_values(draft, labels[0].name))) < 2:
            yield "all names are of one sort: let two sorts at least come up"


def small_or(wants: Any) -> Any:
    """A small model hands in one flat list; of it only the number is asked."""

    def wanted(draft: Draft, passage: str) -> Iterator[str]:
        yield from rows(draft, 1) if not draft["rows"] or not draft["rows"][0]["quotes"] else wants(draft, passage)

    return wanted


def aliases(draft: Draft, passage: str) -> Iterator[str]:
    lists = [field.name for field in fields_of(draft, "words") if field.several]
    yield from [] if lists else ["the names somebody goes by are a field of words that is several"]
    yield from rows(draft, 2)
    many = [row for row in draft["rows"] if sum(v["field"] in lists for v in row["values"]) > 1]
    if lists and not many:
        yield "nobody goes by more than one name: choose those who do"


def relations(draft: Draft, passage: str) -> Iterator[str]:
    yield from count(draft, 2, "words")
    yield from count(draft, 1, "label")
    yield from rows(draft, 2)


def events(draft: Draft, passage: str) -> Iterator[str]:
    yield from rows(draft, 2)
    if len(fields_of(draft)) < 3:
        yield "an event has a sort or a trigger and two arguments at least"
    yield from _some_absent(draft, 1)


def frames(draft: Draft, passage: str) -> Iterator[str]:
    if len(fields_of(draft)) < 4:
        yield "a frame has four roles at least"
    yield from rows(draft, 1)
    yield from _some_absent(draft, 0)


def keyphrases(draft: Draft, passage: str) -> Iterator[str]:
    yield from rows(draft, 4, 12)
    long = [v["said"] for row in draft["rows"] for v in row["values"] if len(v["said"].split()) > 6]
    yield from (f"{said!r} is a sentence's part, no keyphrase: at most six words" for said in long[:1])


def moments(draft: Draft, passage: str) -> Iterator[str]:
    yield from small_or_two(draft)
    if draft["rows"] and draft["rows"][0]["quotes"]:
        yield from count(draft, 1, "date", "time", "duration")


def small_or_two(draft: Draft) -> Iterator[str]:
    yield from rows(draft, 1 if draft["rows"] and not draft["rows"][0]["quotes"] else 2)


def quantities(draft: Draft, passage: str) -> Iterator[str]:
    yield from count(draft, 1, "number")
    yield from rows(draft, 2)
    if not fields_of(draft, "words", "phrase"):
        yield "say of what the figure is: a field of words or a phrase beside it"


def table_rows(draft: Draft, passage: str) -> Iterator[str]:
    yield from count(draft, 1, "number", "date", "words")
    if len(fields_of(draft)) < 3:
        yield "three fields at least"


def schema(draft: Draft, passage: str) -> Iterator[str]:
    fields = fields_of(draft)
    if len(fields) < 6 or len({field.type for field in fields}) < 3:
        yield "a form of at least six fields of three types or more"


def slots(draft: Draft, passage: str) -> Iterator[str]:
    if len(fields_of(draft)) < 4:
        yield "four slots at least"
    yield from _some_absent(draft, 1)


def speakers(draft: Draft, passage: str) -> Iterator[str]:
    """What is said in quotation marks, or in a turn, and who says it."""
    yield from count(draft, 1, "phrase")
    yield from count(draft, 1, "words")
    yield from rows(draft, 2)
    for name in [field.name for field in fields_of(draft, "phrase")][:1]:
        for said in [v["said"] for row in draft["rows"] for v in row["values"] if v["field"] == name]:
            span = locate(said, passage)
            if said[:1] in _QUOTED:
                yield f"{said[:40]!r}: without the quotation marks around it"
            elif span and not _is_spoken(passage[: span.start]):
                yield f"{said[:40]!r} is no direct speech: it stands in no quotation marks and in nobody's turn"


def _is_spoken(before: str) -> bool:
    """Does what comes after these words stand in quotation marks, behind a dash, or in somebody's turn?"""
    paragraph = re.split(r"\n\s*\n", before)[-1]
    return any(mark in paragraph for mark in _OPENING) or bool(_TURN.search(paragraph.rsplit("\n", 1)[-1]))


def definitions(draft: Draft, passage: str) -> Iterator[str]:
    yield from count(draft, 1, "words")
    yield from count(draft, 1, "phrase")
    yield from rows(draft, 2)


def citations(draft: Draft, passage: str) -> Iterator[str]:
    """Works referred to, by their parts."""
    yield from count(draft, 1, "words", "phrase")
    yield from rows(draft, 2)


def duties(draft: Draft, passage: str) -> Iterator[str]:
    yield from count(draft, 1, "phrase", "words")
    yield from count(draft, 1, "label", "yes_no")
    yield from rows(draft, 3)


def steps(draft: Draft, passage: str) -> Iterator[str]:
    yield from count(draft, 1, "phrase")
    yield from rows(draft, 3)


def opinions(draft: Draft, passage: str) -> Iterator[str]:
    yield from count(draft, 1, "label")
    yield from count(draft, 1, "phrase")
    yield from rows(draft, 2)


def contacts(draft: Draft, passage: str) -> Iterator[str]:
    yield from rows(draft, 1)
    given = " ".join(v["said"] for row in draft["rows"] for v in row["values"])
    left = " ".join(one["said"] for one in draft["left_out"])
    missed = [mail for mail in dict.fromkeys(_MAIL.findall(passage)) if mail not in given and mail not in left]
    if missed and _MAIL.search(given):
        yield f"{missed[0]!r} is neither given nor left out for a reason"


def code(draft: Draft, passage: str) -> Iterator[str]:
    yield from count(draft, 1, "words")
    yield from rows(draft, 2)


def causes(draft: Draft, passage: str) -> Iterator[str]:
    yield from count(draft, 2, "phrase", "words")
    yield from rows(draft, 2)


def absent(draft: Draft, passage: str) -> Iterator[str]:
    """A form of which the text fills a part; what is left open looks as if it were there."""
    yield from _some_absent(draft, 2)
    if not draft["left_out"]:
        yield "name in left_out what could be mistaken for one of the fields that stay empty"


def nothing(draft: Draft, passage: str) -> Iterator[str]:
    """Nothing in the text is of the sort asked for; near things are."""
    yield from rows(draft, 0, 0)
    if len(draft["left_out"]) < 2:
        yield "name in left_out two near things at least that a hasty reader would take"


def conflicting(draft: Draft, passage: str) -> Iterator[str]:
    if draft["container"] == "one" and not draft["left_out"]:
        yield "name in left_out the mention that does not count"
    quotes = [quote for row in draft["rows"] for quote in row["quotes"]]
    if len(set(quotes)) + len(draft["left_out"]) < 2:
        yield "the two mentions stand in two places: quote both"


def scattered(draft: Draft, passage: str) -> Iterator[str]:
    """Values of one record stand in sentences apart."""
    for row in draft["rows"]:
        spans = sorted(
            (span.start, span.end) for quote in row["quotes"] if (span := locate(quote, passage)) is not None
        )
        between = [passage[a[1] : b[0]] for a, b in pairwise(spans)]
        if any(len(_ENDS.findall(gap)) >= 1 and len(gap.split()) >= 8 for gap in between):
            return
    yield "no record is put together from sentences apart: quote each sentence by itself, another one in between"


def filtered(draft: Draft, passage: str) -> Iterator[str]:
    yield from rows(draft, 1)
    if not draft["left_out"]:
        yield "name in left_out those that fail the condition"


def _some_absent(draft: Draft, fewest: int) -> Iterator[str]:
    shape = shape_of_facts(draft)
    open_ = sum(
        all(value["field"] != field.name for value in row["values"])
        for row in draft["rows"]
        for field in shape.fields
        if field.optional or field.several
    )
    if not any(field.optional or field.several for field in shape.fields):
        yield "make those fields optional on which a text may be silent"
    elif open_ < fewest:
        yield f"{open_} of the optional fields stay open in this text; let it be {fewest} at least"
