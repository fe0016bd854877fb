"""Steps that a program carries out one after the other, and what a result has in common with theirs.

A step is a JSON object with `op` and what the op needs. The table below says of each op what its writer fills in, what
can be wrong with it over a text, and which edits it comes to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from teams.engine.stages.forms import closed, several, text
from teams.text_modification.exact.cases import CASES, SCOPES, case_edits, case_faults
from teams.text_modification.exact.marks import MARKS, mark_edits, mark_faults
from teams.text_modification.exact.masks import SORTS, STYLES, mask_edits, mask_faults
from teams.text_modification.exact.normal import TARGETS, normal_edits, normal_faults
from teams.text_modification.exact.places import WHICH, Edit, all_places, applied, chosen, occurrences

Step = Mapping[str, Any]
_PIECE = text(1, 600, "letter by letter as it stands in the text")
_WHICH = {
    "enum": list(WHICH),
    "description": "which places: all, the first n, the last n, every n-th; words that give way are counted together, "
    "pieces that are marked each by itself",
}
_N = {"type": "integer", "minimum": 0, "maximum": 200, "description": "the n of the field before; else 0"}


@dataclass(frozen=True)
class Op:
    """A sort of step."""

    fields: Mapping[str, Any]
    """Properties of its schema, in the order of thought."""
    edits: Callable[[str, Step], list[Edit]]
    faults: Callable[[str, Step], Iterator[str]]


def _replaced(text: str, step: Step) -> list[Edit]:
    # "The first three" are counted through all forms of a word together, as a reader would.
    found = {place: pair for pair in step["pairs"] for place in occurrences(text, pair["old"], any_case=True)}
    places = all_places(text, [pair["old"] for pair in step["pairs"]], any_case=True)
    return [
        Edit(start, end, _cased(found[start, end]["new"], text[start:end], found[start, end]["old"]))
        for start, end in chosen(places, step.get("which", "all"), step.get("n", 0))
    ]


def _cased(new: str, found: str, old: str) -> str:
    """The new word begins large where the old one did and would not otherwise, as at the start of a sentence."""
    if found == old:
        return new
    if found.isupper() and len(found) > 1 and not old.isupper():
        return new.upper()
    return new[:1].upper() + new[1:] if found[:1].isupper() and not old[:1].isupper() else new


def _replace_faults(text: str, step: Step) -> Iterator[str]:
    for pair in step["pairs"]:
        if not occurrences(text, pair["old"], any_case=True):
            yield f"{pair['old']!r} does not stand in the text"
        elif pair["old"].casefold() == pair["new"].casefold():
            yield f"{pair['old']!r} is put in place of itself"
    if step.get("which", "all") != "all" and not 1 <= step.get("n", 0) < 50:
        yield "`n` has to say how many, from 1"
    if not _replaced(text, step):
        yield "nothing is replaced"


def _removed(text: str, step: Step) -> list[Edit]:
    return [Edit(start, end, "") for start, end in all_places(text, step["pieces"])]


def _remove_faults(text: str, step: Step) -> Iterator[str]:
    yield from (f"{piece!r} does not stand in the text" for piece in step["pieces"] if not occurrences(text, piece))
    if sum(edit.end - edit.start for edit in _removed(text, step)) > 0.7 * len(text):
        yield "more than two thirds of the text would go"


_PAIR = closed({"old": text(1, 120, "as it stands in the text, in small letters where it may be so"),
                "new": text(1, 160, "what stands there instead")})  # fmt: skip
_HIDDEN = closed(
    {
        "sort": {"enum": list(SORTS)},
        "as_written": several(text(1, 200, ""), 1, 8, "every way this one person or thing is written in the text"),
        "label": text(0, 40, "what stands there instead, e.g. [NAME]; empty for keep_last"),
    }
)
_ITEM = closed(
    {
        "find": text(1, 80, "as it stands in the text, as much of it as is to be replaced"),
        "value": text(
            1, 40, "its value: 2024-03-05 for a date, 14:30 for a time, 1234.5 for a figure, 2.5 mile for a measure"
        ),
    }
)

OPS: Mapping[str, Op] = {
    "replace": Op(
        {"pairs": several(_PAIR, 1, 8, "each form of a word by itself: singular, plural"), "which": _WHICH, "n": _N},
        _replaced,
        _replace_faults,
    ),
    "remove": Op(
        {"pieces": several(_PIECE, 1, 30, "all that goes, with the marks and brackets that go with it")},
        _removed,
        _remove_faults,
    ),
    "mark": Op(
        {
            "pieces": several(_PIECE, 1, 30, "all that is marked, as far as the mark reaches"),
            "mark": {"enum": list(MARKS)},
            "which": _WHICH,
            "n": _N,
        },
        mark_edits,
        mark_faults,
    ),
    "mask": Op(
        {
            "hide": several(_HIDDEN, 1, 30, "one entry for each person or thing, not for each mention"),
            "style": {
                "enum": list(STYLES),
                "description": "label: the label itself; numbered: [NAME 1], [NAME 2] by first mention, the same "
                "for the same; fixed: one mask for all, as ***; keep_last: stars for all but the last n characters",
            },
            "n": {**_N, "description": "for keep_last: how many letters and digits at the end stay; else 0"},
        },
        mask_edits,
        mask_faults,
    ),
    "normal": Op(
        {
            "target": {"enum": list(TARGETS), "description": "the one form for all"},
            "decimals": {"type": "integer", "minimum": 0, "maximum": 3, "description": "for measures; else 0"},
            "items": several(_ITEM, 1, 40, "every one in the text that is not in this form already"),
        },
        normal_edits,
        normal_faults,
    ),
    "case": Op(
        {
            "to": {"enum": list(CASES), "description": "capital_first: each word's first letter, the rest as it is"},
            "scope": {"enum": list(SCOPES)},
            "n": {**_N, "description": "for every_nth_word, counted over the whole text; else 0"},
            "pieces": several(
                text(1, 120, ""), 0, 20, "for pieces: the words; for sentences_beginning: a letter or word; else none"
            ),
        },
        case_edits,
        case_faults,
    ),
}

THEN = closed(
    {
        "op": {"enum": ["replace", "remove", "bold", "italic", "upper", "lower"]},
        "pieces": several(text(1, 300, ""), 0, 12, "as they stand after the first change; none: all (upper, lower)"),
        "put": text(0, 120, "for replace: what stands there instead; else empty"),
    }
)
"""A second change, done to what the first gives."""


def second(then: Mapping[str, Any]) -> Step:
    """Return the step that a second change comes to."""
    op, pieces = then["op"], list(then["pieces"])
    if op == "replace":
        return {"op": "replace", "pairs": [{"old": piece, "new": then["put"]} for piece in pieces], "which": "all"}
    if op == "remove":
        return {"op": "remove", "pieces": pieces}
    if op in MARKS:
        return {"op": "mark", "pieces": pieces, "mark": op, "which": "all"}
    return {"op": "case", "to": op, "scope": "pieces" if pieces else "all", "pieces": pieces}


def carried_out(original: str, steps: Sequence[Step]) -> str:
    """Return the text that the steps make of the original."""
    for step in steps:
        original = applied(original, OPS[step["op"]].edits(original, step))
    return original


def step_faults(original: str, steps: Sequence[Step]) -> Iterator[str]:
    """Yield why steps can't be carried out on a text, as words to their writer."""
    now = original
    for number, step in enumerate(steps, 1):
        where = "" if number == 1 else "the second change: "
        faults = [f"{where}{fault}" for fault in OPS[step["op"]].faults(now, step)]
        yield from faults
        if faults:
            return
        later = applied(now, OPS[step["op"]].edits(now, step))
        if later == now:
            yield f"{where}it changes nothing in this text"
        now = later
