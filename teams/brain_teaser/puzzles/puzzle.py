"""A puzzle that a program deals and proves: drawn as data, solved by search, told rule by rule.

What is dealt is proven before a word is written: an instance whose search does not end in exactly one solution (or in
none, where that is asked for) is thrown away. Words come later, from whoever dresses it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from teams.brain_teaser.puzzles.states import TooLarge
from teams.engine.logic import LogicError

Data = Mapping[str, Any]
"""An instance: all that its solution hangs on. JSON."""
Twist = Literal["", "twin", "unsolvable", "harder"]
Answers = Literal["figure", "share", "names", "letters", "line"]
DRAWS = 2_000
"""Draws after which a puzzle is given up: of most one in three has one solution, of sums in letters one in fifty."""


@dataclass(frozen=True)
class Telling:
    """What has to be said of an instance, without a setting: `[A]`, `[B]` stand for names yet to be given."""

    slots: Mapping[str, str]
    """What is to be named, by its letter: `{"A": "a person"}`."""
    rules: Sequence[str]
    """Each of these has to be said, in whatever words."""
    ask: str
    exact: Sequence[str] = ()
    """What has to stand in the question sign for sign: a row of numbers, a coded line."""


@dataclass(frozen=True)
class Deal:
    """An instance with its proof."""

    puzzle: str
    twist: Twist
    data: Data
    key: Any
    """The answer: a figure, a share as 'a/b', letters of slots, a word; None where there is none."""
    solution: Any
    """What the search found, with the way there: a plan, an assignment."""
    tempting: Any
    telling: Telling
    points: Sequence[str]
    unit: str = ""


class Puzzle(ABC):
    """One sort of puzzle. Its methods are pure: what they return hangs on their arguments alone."""

    name = ""
    answers: Answers = "figure"
    unit = ""
    """Of the answer; `unit_of` where it hangs on the instance."""
    twists: Sequence[Twist] = ()
    """What can be dealt beside the plain thing."""
    is_tempting = False
    """A plain one is dealt only if the common answer is wrong; its twin, only if that is right."""
    is_slow = False
    """To deal one takes up to a second of this program's own time: it is done in a thread."""
    needs_words = False
    """It is dealt from words of the material."""

    @abstractmethod
    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data | None:
        """Draw an instance, which may have any number of solutions; None if this draw came to nothing."""

    @abstractmethod
    def solutions(self, data: Data) -> list[Any]:
        """Return the solutions of an instance, two at most, found by search."""

    @abstractmethod
    def telling(self, data: Data) -> Telling:
        """Say the instance, rule by rule."""

    @abstractmethod
    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        """Return what a good answer says beside the solution: what one has to see, why there is no other."""

    def key(self, data: Data, solution: Any) -> Any:
        """Return the answer that is asked for, of a solution."""
        return solution

    def unit_of(self, data: Data) -> str:
        """Return in what the answer is wanted; '' for a bare number or no number."""
        return self.unit

    def tempting(self, data: Data) -> Any:
        """Return the answer that most people give, or None where there is none."""
        return None

    def replayed(self, data: Data, moves: Sequence[Any]) -> str | None:
        """Carry out a plan; say what is wrong with it, '' if it works; None where there are no plans."""
        return None


def deal(puzzle: Puzzle, random: Random, twist: Twist = "", words: Sequence[str] = ()) -> Deal | None:
    """Draw until an instance is proven to be what is wanted: one solution, or none where it is to be unsolvable."""
    for _ in range(DRAWS):
        data = puzzle.drawn(random, twist, words)
        if data is None or (made := proven(puzzle, data, twist)) is None:
            continue
        return made
    return None


def proven(puzzle: Puzzle, data: Data, twist: Twist) -> Deal | None:
    """Return the instance with its proof; None if it is not what its twist says."""
    try:
        found = puzzle.solutions(data)
    except (LogicError, TooLarge):
        return None  # what can't be searched to its end is not proven
    if len(found) != (twist != "unsolvable"):
        return None
    solution = found[0] if found else None
    key = puzzle.key(data, solution) if found else None
    tempting = puzzle.tempting(data)
    if puzzle.is_tempting and twist != "unsolvable" and (tempting == key) != (twist == "twin"):
        return None
    points = tuple(puzzle.insight(data, solution)) if found else ()
    return Deal(puzzle.name, twist, data, key, solution, tempting, puzzle.telling(data), points, puzzle.unit_of(data))


def slots(letters: str, count: int, what: str) -> dict[str, str]:
    """Return `count` slots that begin with a letter: `A1`, `A2`, …"""
    return {f"{letters}{n}": what for n in range(1, count + 1)}


def named(*slot: str) -> str:
    """Return slots as a list of names: `[A1], [A2] and [A3]`."""
    told = [f"[{one}]" for one in slot]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"
