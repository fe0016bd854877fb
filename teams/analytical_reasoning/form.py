"""The form of these questions: scene, rules, question and lettered options, put together by program."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from random import Random
from typing import Any

from teams.analytical_reasoning.question import Problem
from teams.engine.logic.wording import Voice
from teams.engine.schemas import closed, several, text
from teams.engine.stages.forms.choice import STYLES, Choice
from teams.engine.stages.forms.form import LETTERS, listed

MARKS = ("{n}. ", "- ", "({n}) ", "", "* ")
"""How rules are set: numbered, with dashes, or one after the other in a paragraph."""


class Solved(Choice):
    """A question whose options a solver has judged."""

    name = "solved"
    quotes = False

    def __init__(self) -> None:
        super().__init__(4)


SOLVED = Solved()


def dress_form(problem: Problem) -> Mapping[str, Any]:
    """Return the schema of what the writer hands in for a problem: as many rules and options as there are."""
    rules, options = len(problem.board.clues), len(problem.options)
    return closed(
        {
            "scene": text(30, 900, "the scene, with all that is said of how the game goes; no rule, no question"),
            "rules": several(text(8, 300, ""), rules, rules, "in the order given, one sentence each"),
            "question": text(10, 600, "the question alone"),
            "options": several(text(1, 300, ""), options, options, "in the order given, without letters"),
        }
    )


def asked_text(problem: Problem, dress: Mapping[str, Any], random: Random) -> str:
    """Return what the user asks: all parts, in a layout drawn."""
    rules = [str(rule).strip() for rule in dress["rules"]]
    parts = [str(dress["scene"]).strip()]
    if problem.board.material:
        parts.append(problem.board.material)
    tail: list[str] = []
    if problem.asks == "enough":
        tail = [f"({n}) {rule}" for n, rule in enumerate(rules[-2:], 1)]
        rules = rules[:-2]
    if rules:
        parts.append(_rules(rules, random))
    style = random.choice(STYLES)
    marks = [style.format(letter) for letter in LETTERS[: len(problem.options)]]
    options = listed(marks, [str(option).strip() for option in dress["options"]], "")
    parts.append(str(dress["question"]).strip())
    if tail:
        parts.append("\n".join(tail))
    return "\n\n".join([*parts, options])


def _rules(rules: Sequence[str], random: Random) -> str:
    mark = random.choice(MARKS)
    if not mark:
        return " ".join(rules)
    return "\n".join(f"{mark.format(n=n)}{rule}" for n, rule in enumerate(rules, 1))


def facts_of(problem: Problem, dress: Mapping[str, Any], random: Random) -> dict[str, Any]:
    """Return what an instruction remembers: the user's words, and the problem as data."""
    return {
        **problem.as_json(),
        "form": SOLVED.name,
        "ask": asked_text(problem, dress, random),
        "question": str(dress["question"]).strip(),
        "options": [str(option).strip() for option in dress["options"]],
        "key": LETTERS[problem.key],
        "legend": dict(problem.board.legend),
        "voice": voice_json(problem.board.voice),
        "game": problem.board.game,
        "material": problem.board.material,
        "asked": problem.question,
        "shapes": list(problem.board.shapes),
        "around": problem.board.around,
        "told": {"scene": dress["scene"], "rules": list(dress["rules"])},
        "evidence": [],
        "shows_text": False,
    }


def voice_json(voice: Voice) -> dict[str, Any]:
    return {**asdict(voice), "values": [list(pair) for pair in voice.values.items()]}


def voice_of(said: Mapping[str, Any]) -> Voice:
    values = dict(said["values"])
    return Voice(**{**said, "values": values, "said": {name: tuple(pair) for name, pair in said["said"].items()}})
