"""Formulas in letters: the key is compared by its values, and a program reckons the same by another way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import isclose, log2, prod
from random import Random
from typing import Any

from sandbox import Sandbox
from teams.engine.stages.forms import Asked, Draft, Facts, Paper, closed, several, text
from teams.engine.verdict import Finding
from teams.open_domain_qa.algebra import LETTER, evaluated, formulas_in, letters_of, same
from teams.open_domain_qa.forms.asked import QUESTION
from teams.open_domain_qa.forms.executed import PROGRAM, Executed, found
from teams.open_domain_qa.programs import ProgramFailed, values_at
from teams.open_domain_qa.reckoning import lone

POINTS = 6
"""Sets of values at which formulas are compared."""
_NUMBER = {"type": "number"}
_WHOLE = {"type": "boolean", "description": "it takes whole numbers only"}
_LETTER = closed(
    {
        "letter": text(1, 3, "one letter, with a digit perhaps"),
        "meaning": text(3, 150, "what it stands for, with its unit"),
        "low": {**_NUMBER, "description": "a small value it may have"},
        "high": {**_NUMBER, "description": "a large value it may have"},
        "whole": _WHOLE,
    }
)
_OTHER_WAY = "defines value(…), with the letters as its parameters, which counts, adds up or steps through instead"


class Formula(Executed):
    """One formula in the letters of the question."""

    name = "formula"
    shape = "prose"
    has_to_be_found = True
    """It can't be guessed; a derivation may well end in something short."""

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "letters": several(_LETTER, 1, 5, "all of them; any values between low and high go together"),
            "question": QUESTION,
            "formula": text(1, 200, "as a calculator takes it, in these letters: n*(n + 1)/2, sqrt(a^2 + b^2)"),
            "program": {**PROGRAM, "description": f"{PROGRAM['description']}; {_OTHER_WAY}"},
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        letters = [one["letter"] for one in draft["letters"]]
        if strange := [name for name in letters if not LETTER.fullmatch(name)]:
            yield f"{strange[0]!r} is no letter: one of a to z or A to Z, with a digit behind it perhaps"
            return
        if len(set(letters)) < len(letters):
            yield "a letter stands there twice"
        for name in letters:
            if not re.search(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", draft["question"]):
                yield f"the question does not introduce the letter {name}"
        unused = sorted(set(letters) - letters_of(draft["formula"], letters))
        if unused:
            yield f"the formula does not use {', '.join(unused)}"
        yield from self._worth(draft["formula"], points_of(draft["letters"]))

    def _worth(self, formula: str, points: Sequence[Mapping[str, float]]) -> Iterator[str]:
        """Yield what makes a formula no key: it has no value, always the same, or one that anybody guesses."""
        values = [evaluated(formula, point) for point in points]
        if None in values:
            yield f"the formula {formula!r} has no value at {_said(points[values.index(None)])}, or can't be read"
        elif lone([value for value in values if value is not None]):
            yield "the formula has the same value whatever the letters are"
        elif self.has_to_be_found and is_bare_product(formula, points):
            yield "the formula is a bare product of powers, to be guessed from the units: ask for what takes thought"

    def asked(self, draft: Draft, random: Random) -> Asked:
        question = draft["question"].strip()
        points = [dict(point) for point in points_of(draft["letters"])]
        facts = {"question": question, "key": draft["formula"].strip(), "points_at": points}
        return Asked(question, {**facts, "program": draft["program"]})

    def paper(self, facts: Facts, random: Random) -> Paper:
        letters = ", ".join(facts["points_at"][0])
        meaning = f"one formula as a calculator takes it, in {letters} alone, without an equals sign: n*(n + 1)/2"
        return Paper(facts["question"], text(1, 200, meaning))

    def marked(self, answer: Any, facts: Facts, back: Mapping[str, str]) -> bool:
        return same(str(answer).rpartition("=")[2], facts["key"], facts["points_at"])

    def found(self, answer: str, facts: Facts) -> str | None:
        stated = formulas_in(answer, facts["points_at"])
        return stated[-1] if stated else None

    def agrees(self, value: Any, facts: Facts) -> bool:
        return value is not None and same(str(value), facts["key"], facts["points_at"])

    def has_same_key(self, new: Facts, old: Facts) -> bool:
        return self.agrees(new["key"], old)

    async def tried(self, box: Sandbox, draft: Draft) -> list[str]:
        fault = await _apart(box, draft["program"], draft["formula"], points_of(draft["letters"]))
        return [fault] if fault else []

    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        points = facts["points_at"]
        fault = await _apart(box, facts["program"], facts["key"], points)
        return [found("worked_out_twice", fault, f"formula and program agree at {len(points)} sets of values")]


class Derivation(Formula):
    """A formula with the steps that lead to it."""

    name = "derivation"
    has_to_be_found = False

    def draft(self, small: bool) -> dict[str, Any]:
        steps = several(text(10, 300, ""), 2, 5, "the key steps, each with its reason, in a full sentence")
        return {**super().draft(small), "points": steps}

    def asked(self, draft: Draft, random: Random) -> Asked:
        made = super().asked(draft, random)
        return Asked(made.text, {**made.facts, "points": [point.strip() for point in draft["points"]]})


def points_of(letters: Sequence[Mapping[str, Any]]) -> list[dict[str, float]]:
    """Return values for the letters, spread over their ranges so that no two letters go together."""
    spread = Random(" ".join(one["letter"] for one in letters))
    points = []
    for _ in range(POINTS):
        point = {}
        for one in letters:
            low, high = sorted((one["low"], one["high"]))
            drawn = spread.uniform(low, high)
            point[one["letter"]] = float(min(max(round(drawn), low), high)) if one["whole"] else round(drawn, 4)
        points.append(point)
    return points


def is_bare_product(formula: str, points: Sequence[Mapping[str, float]]) -> bool:
    """Whether a formula is nothing but letters, their powers, and no number: `a*h/q`."""
    ones = dict.fromkeys(points[0], 1.0)
    if evaluated(formula, ones) != 1:
        return False
    powers = {}
    for letter in ones:
        doubled = evaluated(formula, {**ones, letter: 2.0})
        if doubled is None or doubled <= 0:
            return False
        powers[letter] = log2(doubled)
    for point in (point for point in points if min(point.values()) > 0):
        value = evaluated(formula, point)
        made = prod(point[letter] ** power for letter, power in powers.items())
        if value is None or not isclose(value, made, rel_tol=1e-6):
            return False
    return True


async def _apart(box: Sandbox, program: str, formula: str, points: Sequence[Mapping[str, float]]) -> str:
    try:
        values = await values_at(box, program, points)
    except ProgramFailed as failure:
        return f"the program: {failure}"
    for point, value in zip(points, values, strict=True):
        key = evaluated(formula, point)
        if key is None or abs(value - key) > 1e-6 * max(1.0, abs(key)) + 0.0005 * abs(key):
            return f"at {_said(point)} the program comes to {value:g} and the formula to {key}: one of them is wrong"
    return ""


def _said(point: Mapping[str, float]) -> str:
    return ", ".join(f"{name} = {value:g}" for name, value in point.items())
