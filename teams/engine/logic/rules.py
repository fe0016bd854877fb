"""The types of constraints: what each needs, and the expression that says it formally.

Positions are numbers: `before` means a smaller one. With `around` they are the seats of a circle, numbered clockwise
from 1, and `next_to` or `apart` go round it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from keyword import iskeyword
from typing import TYPE_CHECKING

from teams.engine.logic.errors import LogicError
from teams.engine.logic.puzzle import HOLDS, Constraint
from teams.engine.logic.terms import FUNCTIONS

if TYPE_CHECKING:
    from teams.engine.logic.puzzle import Puzzle

MANY = 60


@dataclass(frozen=True)
class Rule:
    """A type of constraint."""

    formal: Callable[[Constraint, list[str]], str]
    """Its expression, of the constraint and the formal names of its variables."""
    of: tuple[int, int] = (2, 2)
    """Fewest and most variables."""
    values: tuple[int, int] = (0, 0)
    parts: tuple[int, int] = (0, 0)
    least: int | None = None
    """Smallest `number` it can have; None: it has none."""
    circles: bool = False
    """It can go round a circle."""


def formal(constraint: Constraint, puzzle: Puzzle) -> str:
    """Return the expression that says the same. Raises `LogicError` where the constraint is not as its type wants."""
    if constraint.type == HOLDS:
        if not constraint.text:
            raise LogicError("`holds` needs the expression that holds, in `text`")
        return constraint.text
    if (rule := RULES.get(constraint.type)) is None:
        raise LogicError(f"there is no type of constraint {constraint.type!r}; there are {', '.join(RULES)}")
    _look(constraint, rule, puzzle)
    if rule.parts[1]:
        return rule.formal(constraint, [f"({formal(part, puzzle)})" for part in constraint.parts])
    return rule.formal(constraint, [formal_name(name) for name in constraint.of])


def _look(constraint: Constraint, rule: Rule, puzzle: Puzzle) -> None:
    kind = constraint.type
    for what, (fewest, most) in (("of", rule.of), ("values", rule.values), ("parts", rule.parts)):
        if not fewest <= len(getattr(constraint, what)) <= most:
            count = str(fewest) if fewest == most else f"{fewest} to {most}"
            raise LogicError(f"`{kind}` has {count} in `{what}`, not {len(getattr(constraint, what))}")
    if unknown := [name for name in constraint.of if name not in puzzle.names]:
        known = ", ".join(list(puzzle.names)[:12])
        raise LogicError(f"there is no variable {unknown[0]!r}; there are {known}")
    if len(set(constraint.of)) < len(constraint.of):
        raise LogicError(f"`{kind}` names a variable twice")
    if rule.least is not None and constraint.number < rule.least:
        raise LogicError(f"`{kind}` needs a `number` of {rule.least} or more")
    if constraint.around and not (rule.circles and 3 <= constraint.around <= 200):
        raise LogicError(f"`{kind}` does not go round a circle of {constraint.around}")


def formal_name(name: str) -> str:
    """Return a variable's name as expressions have it: quoted where it is no identifier."""
    is_plain = name.isidentifier() and name.isascii() and not iskeyword(name) and name not in FUNCTIONS and name != "v"
    return name if is_plain else f"v[{name!r}]"


def _listed(constraint: Constraint) -> str:
    return "".join(f"{value!r}, " for value in constraint.values)


def _step(c: Constraint, a: str, b: str, sign: str) -> str:
    """How far two are apart; in a circle the shorter way."""
    way = f"abs({a} - {b})"
    return f"{f'min({way}, {c.around} - {way})' if c.around else way} {sign} {c.number or 1}"


def _right_after(c: Constraint, a: str, b: str, steps: int = 1) -> str:
    return f"({b} - {a}) % {c.around} == {steps % c.around}" if c.around else f"{b} == {a} + {steps}"


def _counted(function: str) -> Callable[[Constraint, list[str]], str]:
    def said(c: Constraint, of: list[str]) -> str:
        return f"{function}({c.number}, {', '.join(f'{one} in ({_listed(c)})' for one in of)})"

    return said


def _between(c: Constraint, of: list[str]) -> str:
    middle, a, b = of
    return f"{a} < {middle} < {b} or {b} < {middle} < {a}"


def _all(join: str) -> Callable[[Constraint, list[str]], str]:
    return lambda c, parts: f" {join} ".join(parts)


_PARTS = (2, 2)
RULES: Mapping[str, Rule] = {
    # Where somebody or something is.
    "is": Rule(lambda c, of: f"{of[0]} == {c.values[0]!r}", (1, 1), (1, 1)),
    "is_not": Rule(lambda c, of: f"{of[0]} != {c.values[0]!r}", (1, 1), (1, 1)),
    "one_of": Rule(lambda c, of: f"{of[0]} in ({_listed(c)})", (1, 1), (2, MANY)),
    "none_of": Rule(lambda c, of: f"{of[0]} not in ({_listed(c)})", (1, 1), (2, MANY)),
    # Two that have the same value or not: groups, and links between attributes.
    "same": Rule(lambda c, of: f"{of[0]} == {of[1]}"),
    "different": Rule(lambda c, of: f"{of[0]} != {of[1]}"),
    "all_different": Rule(lambda c, of: f"all_different({', '.join(of)})", (2, MANY)),
    # Order and distance; `number` is how many places.
    "before": Rule(lambda c, of: f"{of[0]} < {of[1]}"),
    "right_before": Rule(lambda c, of: _right_after(c, of[0], of[1]), circles=True),
    "places_before": Rule(lambda c, of: _right_after(c, of[0], of[1], c.number), least=1, circles=True),
    "between": Rule(_between, (3, 3)),
    "next_to": Rule(lambda c, of: _step(c, of[0], of[1], "=="), circles=True),
    "not_next_to": Rule(lambda c, of: _step(c, of[0], of[1], "!="), circles=True),
    "apart": Rule(lambda c, of: _step(c, of[0], of[1], "=="), least=1, circles=True),
    "at_least_apart": Rule(lambda c, of: _step(c, of[0], of[1], ">="), least=1, circles=True),
    "at_most_apart": Rule(lambda c, of: _step(c, of[0], of[1], "<="), least=1, circles=True),
    # How many of several have one of the values.
    "exactly": Rule(_counted("exactly"), (1, MANY), (1, MANY), least=0),
    "at_least": Rule(_counted("at_least"), (1, MANY), (1, MANY), least=1),
    "at_most": Rule(_counted("at_most"), (1, MANY), (1, MANY), least=0),
    # Small arithmetic.
    "more_by": Rule(lambda c, of: f"{of[0]} == {of[1]} + {c.number}", least=1),
    "times": Rule(lambda c, of: f"{of[0]} == {of[1]} * {c.number}", least=2),
    "total": Rule(lambda c, of: f"{' + '.join(of)} == {c.number}", (2, MANY), least=-(10**12)),
    # Statements joined.
    "not": Rule(lambda c, parts: f"not {parts[0]}", (0, 0), parts=(1, 1)),
    "if_then": Rule(lambda c, parts: f"implies({parts[0]}, {parts[1]})", (0, 0), parts=_PARTS),
    "if_and_only_if": Rule(lambda c, parts: f"iff({parts[0]}, {parts[1]})", (0, 0), parts=_PARTS),
    "unless": Rule(lambda c, parts: f"implies(not {parts[1]}, {parts[0]})", (0, 0), parts=_PARTS),
    "either": Rule(_all("or"), (0, 0), parts=(2, 6)),
    "either_not_both": Rule(lambda c, parts: f"xor({parts[0]}, {parts[1]})", (0, 0), parts=_PARTS),
    "not_both": Rule(lambda c, parts: f"not ({parts[0]} and {parts[1]})", (0, 0), parts=_PARTS),
    "neither": Rule(lambda c, parts: f"not ({parts[0]} or {parts[1]})", (0, 0), parts=_PARTS),
    "both": Rule(_all("and"), (0, 0), parts=(2, 6)),
}
