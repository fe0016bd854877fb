"""What a puzzle is made of: people, places in order, groups, things, conditions, figures, taken from a text.

A gatherer hands these in; which of them, its transformation says. Programs make the puzzles.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from teams.engine.schemas import closed, several, text

Cast = Mapping[str, Any]
PEOPLE = 8
TRAITS = 3
VALUES = 5
_NAME = text(2, 24, "")

PARTS: Mapping[str, Mapping[str, Any]] = {
    "scene": text(40, 500, "two or three sentences that set the scene for somebody who knows nothing of it"),
    "people": several(_NAME, PEOPLE, PEOPLE, f"{PEOPLE} short names, each beginning with another letter"),
    "order": closed(
        {
            "unit": text(2, 24, "what a place in the line is called: stall, bench, berth"),
            "units": text(2, 24, "several of them"),
            "first": text(4, 60, "how one tells which is the first: nearest the gate"),
        }
    ),
    "table": text(4, 80, "what they could sit around, as in: around the stove in the net loft"),
    "slots": several(
        text(2, 30, ""), 6, 7, "times or turns that follow one another: Monday, nine o'clock, the third tide"
    ),
    "slot_word": text(2, 20, "what one of them is: day, hour, tide"),
    "groups": several(text(3, 40, ""), 2, 3, "groups that people are put in: the boat crew, the shore crew"),
    "chosen": text(5, 60, "what some of them are picked for, after 'is': on the committee, sent to the fair"),
    "traits": several(
        closed(
            {
                "noun": text(3, 30, "what differs from one to the other: tool, cargo, home village"),
                "has": text(3, 60, "how a person has it, with {} for the value: keeps the {}, comes from {}"),
                "values": several(text(2, 30, ""), VALUES, VALUES, "of one kind, and easy to tell apart"),
            }
        ),
        TRAITS,
        TRAITS,
        "each with values of its own",
    ),
    "classes": several(
        closed({"many": text(3, 40, "several: rope makers"), "one": text(3, 40, "one: a rope maker")}),
        4,
        4,
        "sorts of people or things that could overlap in any way, so that no one knows beforehand which do",
    ),
    "matters": several(
        closed(
            {
                "holds": text(8, 90, "a short clause, no capital, no full stop: the sluice is open"),
                "fails": text(8, 90, "the same denied: the sluice is not open"),
            }
        ),
        6,
        6,
        "things that can be so or not, each independent of the others, that rules could tie together",
    ),
    "figures": closed(
        {
            "title": text(5, 120, "of a table: what was recorded, where"),
            "row": text(2, 30, "what a row is: year, mill, parish"),
            "rows": several(text(1, 24, ""), 5, 7, "in their order"),
            "columns": several(
                closed({"name": text(2, 30, ""), "unit": text(0, 20, "empty for a count")}), 3, 3, "what was recorded"
            ),
            "values": several(
                several({"type": "integer", "minimum": 1, "maximum": 9999}, 3, 3), 5, 7, "whole numbers, row by row"
            ),
        }
    ),
    "family": several(
        closed({"name": _NAME, "sex": {"enum": ["female", "male"]}}),
        10,
        10,
        "five female and five male first names, no two alike",
    ),
}
"""The parts, with their schemas."""
NAMES = (
    "Ada", "Amir", "Ayse", "Bela", "Bruno", "Chiara", "Cyril", "Dana", "Diego", "Ebba", "Emil", "Farah", "Finn",
    "Greta", "Goran", "Hana", "Hugo", "Ines", "Ivan", "Jana", "Jonas", "Karim", "Kofi", "Lena", "Luis", "Mara",
    "Milo", "Nadia", "Nils", "Olga", "Omar", "Paula", "Pavel", "Ruth", "Raul", "Selma", "Sven", "Tara", "Tomas",
    "Uma", "Ugo", "Vera", "Viktor", "Wanda", "Willem", "Yara", "Yusuf", "Zoe", "Zeno",
)  # fmt: skip
"""First names for those who are not asked for any."""
SMALL_PARTS: Mapping[str, Mapping[str, Any]] = {
    "scene": text(30, 300, "one sentence: where these people are and what they do"),
}


def schema_of(parts: Sequence[str]) -> Mapping[str, Any]:
    return {name: PARTS[name] for name in parts}


def faults(cast: Cast) -> Iterator[str]:
    """Yield what is wrong with what was handed in, as words to whoever gathered it."""
    for name, things in _lists(cast):
        folded = [thing.casefold().strip() for thing in things]
        if len(set(folded)) < len(folded):
            yield f"{name}: two of them are the same"
        if any(_is_odd(thing) for thing in things):
            yield f"{name}: plain words only, no brackets, no numbering, no list in one"
    names = [name for _, things in _lists(cast) for name in things]
    for inside in sorted({one for one in names for other in names if one != other and f" {one} " in f" {other} "}):
        yield f"{inside!r} stands inside another name: one can't tell them apart"
    yield from _own(cast)


def _own(cast: Cast) -> Iterator[str]:
    if "people" in cast:
        yield from _people_faults(cast)
    for trait in cast.get("traits", ()):
        if trait["has"].count("{}") != 1:
            yield f"{trait['noun']}: `has` needs one {{}} where the value goes"
    for matter in cast.get("matters", ()):
        holds, fails = matter["holds"].strip(), matter["fails"].strip()
        if holds.casefold() == fails.casefold():
            yield f"{holds!r} is denied by itself"
        if holds.endswith(".") or fails.endswith("."):
            yield f"{holds!r}: a clause without its full stop"
    if figures := cast.get("figures"):
        yield from _figure_faults(figures)
    if family := cast.get("family"):
        women = sum(one["sex"] == "female" for one in family)
        if women != len(family) - women:
            yield "family: as many women as men, please"


def _people_faults(cast: Cast) -> Iterator[str]:
    initials = [name[0].casefold() for name in cast["people"]]
    if len(set(initials)) < len(initials) - 2:
        yield "people: too many names begin with the same letter"
    if named := [name for name in cast["people"] if name in cast["scene"]]:
        yield f"scene: it names {named[0]}; leave people out of it, the puzzle says who they are"


def _figure_faults(figures: Mapping[str, Any]) -> Iterator[str]:
    rows, columns, values = figures["rows"], figures["columns"], figures["values"]
    if len(values) != len(rows):
        yield f"figures: {len(rows)} rows have names, and {len(values)} have values"
    if ragged := [n for n, row in enumerate(values, 1) if len(row) != len(columns)]:
        yield f"figures: row {ragged[0]} has not one value for every column"
        return
    for place, column in enumerate(columns):
        steps = {b[place] - a[place] for a, b in itertools.pairwise(values)}
        if len(steps) == 1:
            yield f"figures: {column['name']} goes in a straight line; real ones don't"


def _lists(cast: Cast) -> Iterator[tuple[str, Sequence[str]]]:
    for name in ("people", "slots", "groups"):
        if name in cast:
            yield name, cast[name]
    for trait in cast.get("traits", ()):
        yield trait["noun"], trait["values"]
    if "classes" in cast:
        yield "classes", [one["many"] for one in cast["classes"]]
    if "figures" in cast:
        yield "rows", cast["figures"]["rows"]
        yield "columns", [column["name"] for column in cast["figures"]["columns"]]
    if "family" in cast:
        yield "family", [one["name"] for one in cast["family"]]


def _is_odd(thing: str) -> bool:
    return not thing.strip() or any(sign in thing for sign in '()[]{}<>"\\\n;:') or thing.count(",") > 0


def told(cast: Cast) -> str:
    """Return the cast as a text: what the passage of a record shows."""
    lines = [str(cast["scene"])]
    for name, things in _lists(cast):
        lines.append(f"{name[0].upper()}{name[1:]}: {', '.join(things)}.")
    lines += [f"It may be that {matter['holds']}, or that {matter['fails']}." for matter in cast.get("matters", ())]
    if figures := cast.get("figures"):
        lines.append(table(figures))
    return "\n".join(lines)


def table(figures: Mapping[str, Any]) -> str:
    """Return figures as a table in Markdown, units in its header."""
    heads = [f"{c['name']} ({c['unit']})" if c["unit"] else c["name"] for c in figures["columns"]]
    rows = [[name, *map(str, values)] for name, values in zip(figures["rows"], figures["values"], strict=True)]
    lines = [[figures["row"], *heads], ["---"] * (len(heads) + 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
