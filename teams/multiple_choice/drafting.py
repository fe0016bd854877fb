"""What a program finds wrong with an item before it goes on: what points outside, and what its goal wants and lacks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from random import Random
from typing import Any

from teams.engine.checks.leaks import stands_alone
from teams.engine.flow import Scene
from teams.engine.records import Instruction
from teams.engine.stages.asking import Asking, Goal
from teams.engine.stages.forms import Draft, Facts
from teams.engine.tongue import is_in
from teams.multiple_choice.forms import Lettered
from teams.multiple_choice.kinds import HARDER, KINDS, MORE, MOVE, NONE, TWO, UP

FEWEST_OF_MORE = 6
"""Options of an item that was given more."""
_BY_NAME = {kind.name: kind for kind in KINDS}
_KEPT = 0.5
"""Share of the old wrong options that a new item keeps where its aim changes another."""


def problems(scene: Scene, draft: Draft, passage: str) -> Iterator[str]:
    """Yield what is wrong with a draft beside its form."""
    form = _form(scene)
    if form is None:
        return
    try:
        asked = form.asked(draft, Random(0))
    except (KeyError, ValueError, IndexError, ArithmeticError):
        return  # its form says what is wrong with it
    pointing = [fault for fault in points_outside(asked.text) if fault not in stands_alone(draft["question"])]
    yield from (f"nobody sees the text, and the item says {fault!r}" for fault in pointing)
    if scene.language and is_in(asked.text, scene.language) is False:
        yield f"the options are not in {scene.language}"
    if isinstance(scene.kind, Goal) and isinstance(scene.record, Instruction):
        yield from goal_faults(scene.kind.name, scene.record.facts, asked.facts)


def points_outside(ask: str) -> list[str]:
    """Return the wordings that point at a text nobody sees, a paragraph at a time.

    Taken as a whole, an item with a case would pass for a message that brings the text along of which it speaks. What
    an earlier paragraph names (a letter, a table) a later one may speak of.
    """
    found: list[str] = []
    before = ""
    for paragraph in (line for line in ask.split("\n") if line.strip()):
        said = before.casefold()
        found += [fault for fault in stands_alone(paragraph) if fault.split()[-1].casefold() not in said]
        before += f" {paragraph}"
    return list(dict.fromkeys(found))


def _form(scene: Scene) -> Lettered | None:
    kind = scene.kind
    if isinstance(kind, Goal) and isinstance(scene.record, Instruction):
        kind = kind.kind_of(_BY_NAME[scene.record.kind], _BY_NAME)
    form = kind.form if isinstance(kind, Asking) else None
    return form if isinstance(form, Lettered) else None


def goal_faults(goal: str, before: Facts, after: Facts) -> Iterator[str]:
    """Yield what a refined item lacks of its goal, both as facts: `question`, `options`, `labels`, `key`."""
    look = _LOOKS.get(goal)
    if look and before.get("options"):
        yield from look(before, after)


def _more(before: Facts, after: Facts) -> Iterator[str]:
    count = len(after["options"])
    if count < FEWEST_OF_MORE or count <= len(before["options"]):
        yield f"it has {count} options; {FEWEST_OF_MORE} to ten are wanted"
    if "worked" not in after and (lost := _lost(before["options"], after["options"])):
        yield f"the options it had have to stay word by word; gone is {lost[0]!r}"


def _moved(before: Facts, after: Facts) -> Iterator[str]:
    if lost := _lost(before["options"], after["options"]):
        yield f"all options have to stay word by word; gone is {lost[0]!r}"
    elif len(after["options"]) != len(before["options"]):
        yield "the options have to stay as they are: no more and no fewer"
    if _right(before) == _right(after):
        yield f"the right answer is the same as before ({_right(before)!r})"
    if _stem(before) == _stem(after):
        yield "nothing in the situation or the question was changed"


def _removed(before: Facts, after: Facts) -> Iterator[str]:
    right = _right(before)
    if isinstance(right, str) and right.casefold() in {option.casefold() for option in after["options"]}:
        yield f"the right option {right!r} is still there"
    if after["key"] != after["labels"][-1]:
        yield "the last option, that none is right, has to be the answer"
    wrong = [option for option in before["options"] if option != right]
    if len(_lost(wrong, after["options"])) > len(wrong) * (1 - _KEPT):
        yield "the wrong options it had have to stay"


def _asks_anew(before: Facts, after: Facts) -> Iterator[str]:
    if _stem(before) == _stem(after):
        yield "the question is the same as before; it has to need more"


def _harder(before: Facts, after: Facts) -> Iterator[str]:
    if len(after["options"]) < len(before["options"]) and "worked" not in after:
        yield f"it had {len(before['options'])} options, and has fewer"


_LOOKS = {MORE: _more, MOVE: _moved, NONE: _removed, UP: _asks_anew, TWO: _asks_anew, HARDER: _harder}


def _lost(before: Sequence[str], after: Sequence[str]) -> list[str]:
    there = {" ".join(option.split()).casefold() for option in after}
    return [option for option in before if " ".join(option.split()).casefold() not in there]


def _right(facts: Mapping[str, Any]) -> Any:
    key = facts["key"]
    chosen = key if isinstance(key, list) else [key]
    said = sorted(facts["options"][facts["labels"].index(label)] for label in chosen)
    return said if isinstance(key, list) else said[0]


def _stem(facts: Facts) -> str:
    return str(facts.get("stem", facts["question"]))
