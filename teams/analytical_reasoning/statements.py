"""Statements about a board, drawn in its own shapes, of which options are made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import Random
from typing import Any

from teams.analytical_reasoning.boards import Board
from teams.engine.logic import Constraint
from teams.engine.logic.making import atom, drawn_clue

_SYMMETRIC = ("same", "different", "next_to", "not_next_to", "apart")
"""Types that say the same with their names the other way round."""


def statements(random: Random, board: Board, count_: int = 40) -> Iterator[Constraint]:
    """Draw statements in the shapes of a board, each once."""
    from teams.engine.logic.making import drawn_solution

    seen: dict[Constraint, None] = {}
    secrets = [drawn_solution(random, board.puzzle) for _ in range(3)]
    for _ in range(count_ * 3):
        shape, secret = random.choice(board.shapes), random.choice(secrets)
        made = _drawn(random, board, shape, secret)
        if made and made.type in _SYMMETRIC:
            made = replace(made, of=tuple(sorted(made.of)))
        if made and made not in seen and made not in board.clues:
            seen[made] = None
            yield made
        if len(seen) >= count_:
            return


def _drawn(random: Random, board: Board, shape: str, secret: Mapping[str, Any]) -> Constraint | None:
    puzzle, truth = board.puzzle, random.random() < 0.6
    if shape in ("is", "is_not", "before", "next_to", "alike"):
        made = drawn_clue(random, puzzle, secret, shape, board.around)
        if made and not truth and made.type in ("before", "same", "different"):
            turned = {"before": "before", "same": "different", "different": "same"}[made.type]
            made = replace(made, type=turned, of=tuple(reversed(made.of)))
        elif made and not truth and made.type == "is":
            return atom(random, puzzle, secret, False, board.around)
        if made and made.type in ("same", "different") and puzzle.names[made.of[0]].sort == "number":
            return None
        return made
    if shape == "if":
        first = atom(random, puzzle, secret, random.random() < 0.5, board.around)
        second = atom(random, puzzle, secret, truth, board.around)
        return None if {*first.of} & {*second.of} else Constraint("if_then", parts=(first, second))
    if shape == "two":
        first, second = atom(random, puzzle, secret, truth), atom(random, puzzle, secret, random.random() < 0.5)
        return (
            None
            if {*first.of} & {*second.of}
            else Constraint(random.choice(("either", "not_both")), parts=(first, second))
        )
    return None
