"""A question about a board, and the proof, done again from its data, of which of its options is right."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from teams.analytical_reasoning.boards import Board
from teams.analytical_reasoning.figures import outcome
from teams.engine.logic import Constraint, Puzzle, constraint_of, count, is_possible, puzzle_of, same_effect, standings
from teams.engine.logic.wording import clause
from teams.engine.stages.forms.form import LETTERS

STANDS = ("must", "false", "open", "clash")
"""What can be said of a claim: it must be so, can't be so, either is possible, or the rules contradict each other."""
MOST_WAYS = 300


@dataclass(frozen=True)
class Option:
    """One option: a claim about the puzzle, or an outcome."""

    claim: Constraint | None = None
    outcome: str | int = ""
    words: str = ""
    """In plain English."""

    def as_json(self) -> dict[str, Any]:
        return {"claim": self.claim.as_json()} if self.claim else {"outcome": self.outcome}


@dataclass(frozen=True)
class Problem:
    """A puzzle with its question, all by program: what is left is to put it well."""

    board: Board
    asks: str
    """must, could, cannot, stands, same_effect, enough, ways."""
    question: str
    """In plain English."""
    options: tuple[Option, ...]
    key: int
    supposing: tuple[Constraint, ...] = ()
    about: str | int = ""
    """What it hangs on beside: a variable, the place of a rule."""
    claim: Constraint | None = None
    sorts: int = 0
    notes: Mapping[str, Any] = field(default_factory=dict)

    def shuffled(self, random: Random) -> Problem:
        """Return it with its options in an order drawn, so that no letter is favoured."""
        order = random.sample(range(len(self.options)), len(self.options))
        return replace(self, options=tuple(self.options[n] for n in order), key=order.index(self.key))

    def as_json(self) -> dict[str, Any]:
        """What an instruction remembers, from which `right_options` finds the key again."""
        said = {
            "family": self.board.family,
            "puzzle": self.board.puzzle.as_json(),
            "base": self.board.base,
            "asks": self.asks,
            "supposing": [one.as_json() for one in self.supposing],
            "about": self.about,
            "choices": [option.as_json() for option in self.options],
            "sorts": self.sorts,
        }
        return {**said, **({"claim": self.claim.as_json()} if self.claim else {})}


def right_options(facts: Mapping[str, Any]) -> list[bool]:
    """Work out, from an instruction's own data, which options are right. Raises `LogicError`."""
    puzzle = puzzle_of(facts["puzzle"]).supposing(*facts.get("supposing", ()))
    choices, asks = facts["choices"], facts["asks"]
    outcomes = [choice.get("outcome") for choice in choices]
    if asks == "enough":
        return [one == outcome(puzzle, facts["about"]) for one in outcomes]
    if asks == "ways":
        return [one == count(puzzle, MOST_WAYS) for one in outcomes]
    if asks == "stands":
        return [one == stand(puzzle, constraint_of(facts["claim"])) for one in outcomes]
    if asks == "same_effect":
        return [same_effect(puzzle, int(facts["about"]), choice["claim"]) for choice in choices]
    found = standings(puzzle, [choice["claim"] for choice in choices if "claim" in choice])
    right = [one == asks or (asks == "could" and one == "must") for one in found]
    # "It can't be told" is right where nothing else is.
    told = iter(right)
    return [next(told) if "claim" in choice else not any(right) for choice in choices]


def stand(puzzle: Puzzle, claim: Constraint) -> str:
    """Say how a claim stands, as `STANDS` has it."""
    if not is_possible(puzzle):
        return "clash"
    return {"must": "must", "cannot": "false", "could": "open"}[standings(puzzle, [claim])[0]]


def proof(facts: Mapping[str, Any]) -> str:
    """Say in a line what the solver found."""
    puzzle = puzzle_of(facts["puzzle"]).supposing(*facts.get("supposing", ()))
    ways = count(puzzle, MOST_WAYS)
    many = f"{MOST_WAYS} or more" if ways >= MOST_WAYS else str(ways)
    right = [LETTERS[n] for n, one in enumerate(right_options(facts)) if one]
    return f"{many} solutions; right by the solver: {', '.join(right) or 'none'}"


def option_of(claim: Constraint, board: Board) -> Option:
    return Option(claim, words=clause(claim, board.puzzle, board.voice))
