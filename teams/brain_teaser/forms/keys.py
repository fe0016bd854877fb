"""Answers to puzzles as they stand in words: figures and shares, names, letters, lines of signs; read and compared."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from teams.engine.checks.told import SHARE, measure, told_in, value_in
from teams.engine.stages.forms import text
from teams.engine.stages.forms.short import words

_BOLD = re.compile(r"\*\*(.+?)\*\*|__(.+?)__", re.DOTALL)
_SIGNS = str.maketrans({"×": "*", "·": "*", "x": "*", "÷": "/", ":": "/", "−": "-", "–": "-", "＋": "+", "＝": "="})
_CLOSE = Fraction(6, 1000)
"""How far from an exact share what is rounded to three figures may be."""
Key = Any


def said(answer: str) -> str:
    """Return where an answer says its result: its last words in bold; its last line where nothing is."""
    bold = [" ".join("".join(groups).split()) for groups in _BOLD.findall(answer)]
    lines = [line.strip() for line in answer.splitlines() if line.strip()]
    return bold[-1] if bold else lines[-1] if lines else ""


def agrees(value: Any, key: Key, answers: str, facts: Mapping[str, Any]) -> bool:
    """Whether what was answered, in words or on a paper, is the key."""
    if isinstance(value, list):
        return sorted(map(str, value)) == sorted(map(str, key)) if answers == "names" else False
    if answers in ("figure", "share"):
        return _figure(value, key, facts)
    if answers == "names":
        return _names(str(value), facts) == set(key)
    if answers == "letters":
        return letters(str(value)).endswith(letters(str(key)))
    return signs(str(key)) in signs(str(value))


def schema(answers: str, candidates: Sequence[str], unit: str) -> Mapping[str, Any]:
    """Return what whoever sits a paper fills in."""
    if answers == "figure":
        return {"type": "number"}
    if answers == "share":
        return text(0, 40, f"in {unit}, as a figure or a fraction" if unit else "as a figure or a fraction: 3/8, 0.375")
    if answers == "names":
        return {"type": "array", "items": {"enum": list(candidates)}, "minItems": 0, "maxItems": len(candidates)}
    return text(0, 120, "nothing but what is asked for")


def how(answers: str) -> str:
    """Say how an answer has to end, for one that can't be read."""
    what = {
        "figure": "the one figure asked for, in digits", "share": "the one figure asked for, in digits",
        "names": "the names asked for and no others", "letters": "the word or message asked for",
        "line": "the whole line asked for",
    }[answers]  # fmt: skip
    return f"end with {what}, in bold, and nothing else in bold behind it"


def is_readable(value: str, answers: str, facts: Mapping[str, Any]) -> bool:
    """Whether a result can be read from some words, right or wrong."""
    if answers in ("figure", "share"):
        return len(set(_values(value, facts))) > 0
    if answers == "names":
        return bool(_names(value, facts))
    return bool(letters(value)) if answers == "letters" else "=" in value


def letters(value: str) -> str:
    """The letters of a text, in capitals."""
    return "".join(sign for sign in value.upper() if sign.isalpha())


def signs(value: str) -> str:
    """A line of a sum without spaces, its signs as a machine writes them."""
    return f"|{''.join(value.translate(_SIGNS).split()).strip('.$`')}|".replace("\\times", "*")


def _figure(value: Any, key: Key, facts: Mapping[str, Any]) -> bool:
    wanted = Fraction(str(key))
    found = [Fraction(str(value))] if isinstance(value, int | float) else _values(str(value), facts)
    slack = Fraction(0) if wanted.denominator == 1 and abs(wanted) < 1000 else abs(wanted) * _CLOSE
    return bool(found) and all(abs(one - wanted) <= slack for one in found)


def _values(value: str, facts: Mapping[str, Any]) -> list[Fraction]:
    unit = str(facts.get("unit", ""))
    told = told_in(value, str(facts.get("language") or ""))
    if measure(unit) == SHARE:
        return [one.value for one in told]
    found = [value_in(one, measure(unit)) for one in told]
    return [one for one in found if one is not None]


def _names(value: str, facts: Mapping[str, Any]) -> set[str]:
    """The candidates that are named; one within another's name counts only by itself: `oak` in `the red oak`."""
    rest = f" {' '.join(words(value))} "
    found = set()
    for name in sorted(facts["candidates"], key=lambda one: -len(words(one))):
        bare = f" {' '.join(words(name))} "
        if bare in rest:
            found.add(name)
            rest = rest.replace(bare, "  ")
    return found
