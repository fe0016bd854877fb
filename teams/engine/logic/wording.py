"""Constraints in plain English: what each says, so that prose can be held against it, or stand in for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from teams.engine.logic.errors import LogicError
from teams.engine.logic.puzzle import HOLDS, Constraint, Puzzle
from teams.engine.logic.terms import Value


@dataclass(frozen=True)
class Voice:
    """How a puzzle of one family speaks of values, order and distance."""

    at: str = "is {v}"
    not_at: str = "is not {v}"
    many_at: str = "are {v}"
    """Of several: `exactly two of them are {v}`."""
    before: str = "is somewhere before"
    right_before: str = "is immediately before"
    unit: str = "place"
    """What distance is counted in."""
    units: str = "places"
    same: str = "{a} and {b} are in the same place"
    different: str = "{a} and {b} are not in the same place"
    values: Mapping[Value, str] = field(default_factory=dict)
    """Values in words: `third`, `on Monday`."""
    said: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Sentences for truth values, by variable: that it holds, that it does not."""
    clockwise: str = "sits immediately clockwise of"
    next_to: str = "directly next to"


LINE = Voice()
COUNTS = (
    "none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip


def number(count: int) -> str:
    """Return a small number as a word."""
    return COUNTS[count] if 0 < count < len(COUNTS) else str(count)


def listed(things: Sequence[str], last: str = "and") -> str:
    """Join as one does in a sentence."""
    return things[0] if len(things) == 1 else f"{', '.join(things[:-1])} {last} {things[-1]}"


def plain(constraint: Constraint, puzzle: Puzzle, voice: Voice = LINE) -> str:
    """Return the constraint as a sentence. Raises `LogicError` where a program can't say it."""
    said = _clause(constraint, puzzle, voice)
    return f"{said[0].upper()}{said[1:]}."


def clause(constraint: Constraint, puzzle: Puzzle, voice: Voice = LINE) -> str:
    """Return it as a part of a sentence: no capital, no full stop."""
    return _clause(constraint, puzzle, voice)


def _clause(c: Constraint, puzzle: Puzzle, voice: Voice) -> str:
    if c.says:
        return c.says.rstrip(".")
    if c.type == HOLDS:
        raise LogicError(f"an expression has no words of its own: give `says` for {c.text!r}")
    if c.parts:
        return _joined(c, puzzle, voice)
    of = [puzzle.by_name[name].phrase for name in c.of]
    truth = c.type in ("is", "is_not") and isinstance(c.values[0], bool)
    if truth:
        return _truth(c, of[0], voice)
    return _SIMPLE[c.type](c, of, voice)


def _truth(c: Constraint, phrase: str, voice: Voice) -> str:
    holds = bool(c.values[0]) == (c.type == "is")
    said = voice.said.get(c.of[0]) or (f"{phrase} {voice.at.format(v='so')}", f"{phrase} {voice.not_at.format(v='so')}")
    return said[0] if holds else said[1]


_OPPOSITE = {
    "is": "is_not", "is_not": "is", "one_of": "none_of", "none_of": "one_of", "same": "different",
    "different": "same", "next_to": "not_next_to", "not_next_to": "next_to",
}  # fmt: skip


def _joined(c: Constraint, puzzle: Puzzle, voice: Voice) -> str:
    if c.type == "not":
        part = c.parts[0]
        if other := _OPPOSITE.get(part.type):
            turned = Constraint(other, part.of, part.values, part.number, part.around)
            return _clause(turned, puzzle, voice)
        if part.type == "not":
            return _clause(part.parts[0], puzzle, voice)
        return f"it is not the case that {_clause(part, puzzle, voice)}"
    said = [_clause(part, puzzle, voice) for part in c.parts]
    return _JOINED[c.type](said)


_JOINED: Mapping[str, Callable[[list[str]], str]] = {
    "if_then": lambda s: f"if {s[0]}, then {s[1]}",
    "if_and_only_if": lambda s: f"{s[0]} if, and only if, {s[1]}",
    "unless": lambda s: f"unless {s[1]}, {s[0]}",
    "either": lambda s: f"{', or '.join(s)}, or {'both' if len(s) == 2 else 'several of these'}",
    "either_not_both": lambda s: f"either {s[0]} or {s[1]}, but not both",
    "not_both": lambda s: f"it is never both so that {s[0]} and that {s[1]}",
    "neither": lambda s: f"neither is it so that {s[0]} nor that {s[1]}",
    "both": lambda s: f"{'both ' * (len(s) == 2)}{' and '.join(s)}",
}


def _v(value: Value, voice: Voice) -> str:
    return voice.values.get(value, str(value))


def _vs(c: Constraint, voice: Voice, last: str = "or") -> str:
    return listed([_v(value, voice) for value in c.values], last)


def _far(c: Constraint, voice: Voice) -> str:
    return f"{number(c.number)} {voice.unit if c.number == 1 else voice.units}"


def _round(c: Constraint) -> str:
    return " round the circle" if c.around else ""


def _count(how: str) -> Callable[[Constraint, list[str], Voice], str]:
    def said(c: Constraint, of: list[str], voice: Voice) -> str:
        if c.number == 0:
            return f"none of {listed(of)} {voice.many_at.format(v=_vs(c, voice))}"
        at = voice.at if c.number == 1 else voice.many_at
        return f"{how} {number(c.number)} of {listed(of)} {at.format(v=_vs(c, voice))}"

    return said


_SIMPLE: Mapping[str, Callable[[Constraint, list[str], Voice], str]] = {
    "is": lambda c, of, w: f"{of[0]} {w.at.format(v=_vs(c, w))}",
    "is_not": lambda c, of, w: f"{of[0]} {w.not_at.format(v=_vs(c, w))}",
    "one_of": lambda c, of, w: f"{of[0]} {w.at.format(v=_vs(c, w))}",
    "none_of": lambda c, of, w: f"{of[0]} {w.at.format(v='neither ' + _vs(c, w, 'nor'))}",
    "same": lambda c, of, w: w.same.format(a=of[0], b=of[1]),
    "different": lambda c, of, w: w.different.format(a=of[0], b=of[1]),
    "all_different": lambda c, of, w: f"no two of {listed(of)} share one {w.unit}",
    "before": lambda c, of, w: f"{of[0]} {w.before} {of[1]}",
    "right_before": lambda c, of, w: (
        f"{of[1]} {w.clockwise} {of[0]}" if c.around else f"{of[0]} {w.right_before} {of[1]}"
    ),
    "places_before": lambda c, of, w: (
        f"counting clockwise, {of[1]} comes {_far(c, w)} after {of[0]}"
        if c.around
        else f"{of[0]} comes exactly {_far(c, w)} before {of[1]}"
    ),
    "between": lambda c, of, w: f"{of[0]} is somewhere between {of[1]} and {of[2]}, whichever of these two comes first",
    "next_to": lambda c, of, w: f"{of[0]} is {w.next_to} {of[1]}",
    "not_next_to": lambda c, of, w: f"{of[0]} is not {w.next_to} {of[1]}",
    "apart": lambda c, of, w: f"{of[0]} and {of[1]} are exactly {_far(c, w)} apart{_round(c)}",
    "at_least_apart": lambda c, of, w: f"{of[0]} and {of[1]} are at least {_far(c, w)} apart{_round(c)}",
    "at_most_apart": lambda c, of, w: f"{of[0]} and {of[1]} are at most {_far(c, w)} apart{_round(c)}",
    "exactly": _count("exactly"),
    "at_least": _count("at least"),
    "at_most": _count("at most"),
    "more_by": lambda c, of, w: f"{of[0]} is exactly {c.number} more than {of[1]}",
    "times": lambda c, of, w: f"{of[0]} is exactly {c.number} times {of[1]}",
    "total": lambda c, of, w: f"{listed(of)} together come to {c.number}",
}
