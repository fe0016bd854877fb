"""Families of puzzles: what there is to find out, and the clues they have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from teams.engine.logic.errors import LogicError
from teams.engine.logic.making import Made, unique
from teams.engine.logic.puzzle import Constraint, Puzzle, Variable

ORDER_CLUES = ("before", "right_before", "next_to", "not_next_to", "apart", "between", "is_not", "if_then", "either")
CIRCLE_CLUES = ("next_to", "not_next_to", "right_before", "apart", "is_not", "if_then")
GROUP_CLUES = ("alike", "alike", "is_not", "if_then", "quota", "either", "contrary")
CHOICE_CLUES = ("if_then", "contrary", "either", "either_not_both", "not_both", "quota")
GRID_CLUES = ("alike", "before", "right_before", "next_to", "apart", "is_not", "is", "one_of")


def line(names: Sequence[str]) -> Puzzle:
    """Everybody has a place of their own, from 1."""
    places = tuple(range(1, len(names) + 1))
    return Puzzle(tuple(Variable(name, places) for name in names), (Constraint("all_different", tuple(names)),))


def circle(names: Sequence[str]) -> Puzzle:
    """A line bent round: the first of them sits in seat 1, for seats have no beginning."""
    puzzle = line(names)
    return puzzle.supposing(Constraint("is", (names[0],), (1,)))


def groups(names: Sequence[str], into: Mapping[str, int]) -> Puzzle:
    """Everybody is in one group; `into` says how many each group takes."""
    if sum(into.values()) != len(names):
        raise LogicError(f"{len(names)} into groups of {', '.join(map(str, into.values()))} does not go")
    sizes = tuple(Constraint("exactly", tuple(names), (group,), size) for group, size in into.items())
    return Puzzle(tuple(Variable(name, tuple(into)) for name in names), sizes)


def selection(names: Sequence[str], count: int) -> Puzzle:
    """So many of them are chosen."""
    chosen = Constraint("exactly", tuple(names), (True,), count)
    return Puzzle(tuple(Variable(name, (True, False)) for name in names), (chosen,))


def grid(categories: Mapping[str, Sequence[str]], says: Mapping[str, str] | None = None) -> Puzzle:
    """Every value of every category has a position of its own in that category: a zebra puzzle.

    `says` has phrases for values: `the one with the dog`.
    """
    sizes = {len(values) for values in categories.values()}
    if len(sizes) != 1:
        raise LogicError("all categories need as many values")
    places = tuple(range(1, sizes.pop() + 1))
    told = says or {}
    variables = [Variable(v, places, told.get(v, "")) for values in categories.values() for v in values]
    return Puzzle(tuple(variables), tuple(Constraint("all_different", tuple(values)) for values in categories.values()))


def made_line(random: Random, names: Sequence[str]) -> Made:
    return unique(random, line(names), ORDER_CLUES)


def made_circle(random: Random, names: Sequence[str]) -> Made:
    return unique(random, circle(names), CIRCLE_CLUES, around=len(names))


def made_groups(random: Random, names: Sequence[str], into: Mapping[str, int]) -> Made:
    return unique(random, groups(names, into), GROUP_CLUES)


def made_selection(random: Random, names: Sequence[str], count: int) -> Made:
    return unique(random, selection(names, count), CHOICE_CLUES)


def made_grid(random: Random, categories: Mapping[str, Sequence[str]], says: Mapping[str, str] | None = None) -> Made:
    return unique(random, grid(categories, says), GRID_CLUES, most=16)
