"""Rules that do the same as another: questions of which one could take a clue's place."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from teams.analytical_reasoning.boards import Board
from teams.analytical_reasoning.question import Problem, option_of
from teams.analytical_reasoning.statements import statements
from teams.engine.logic import Constraint, LogicError, Solver, negated
from teams.engine.logic.wording import clause


def substituted(random: Random, board: Board, wrong: int = 4) -> Problem:
    """Ask which rule would have the same effect as one of the clues. Raises `LogicError`."""
    pool = list(statements(random, replace(board, shapes=(*board.shapes, "if")), 80))
    for place in random.sample(range(board.base, len(board.puzzle.constraints)), len(board.clues)):
        old = board.puzzle.constraints[place]
        rest = Solver(board.puzzle.without(place))
        like = [c for c in [*_turned(old), *pool] if not _is_one(c, old)]
        same = [c for c in like if does_the_same(rest, c, old)]
        lures = [c for c in pool if c not in same and not _is_one(c, old) and rest.holds_with(c)]
        if not same or len(lures) < wrong:
            continue
        # One that does the same only beside the other rules is worth more than the rule turned round.
        bare = Solver(board.puzzle.without(*range(board.base, len(board.puzzle.constraints))))
        same = [c for c in same if not does_the_same(bare, c, old)] or same
        options = [option_of(one, board) for one in (random.choice(same), *random.sample(lures, wrong))]
        said = clause(old, board.puzzle, board.voice)
        question = f"Which rule, put in place of the rule that {said}, would have exactly the same effect?"
        made = Problem(board, "same_effect", question, tuple(options), 0, about=place)
        return made.shuffled(random)
    raise LogicError("no rule has another that does the same")


def does_the_same(solver: Solver, one: Constraint, other: Constraint) -> bool:
    """Say whether two rules leave the same solutions beside what a solver holds already."""
    return not solver.holds_with(one, negated(other)) and not solver.holds_with(other, negated(one))


def _is_one(one: Constraint, other: Constraint) -> bool:
    """Is it the same rule, at most with the names the other way round?"""
    return one.type == other.type and {*one.of} == {*other.of} and {*one.parts} == {*other.parts} and bool(one.of)


def _turned(clue: Constraint) -> list[Constraint]:
    """The same said in another way: a conditional turned round."""
    if clue.type == "if_then":
        one, other = clue.parts
        return [
            Constraint("if_then", parts=(_denied(other), _denied(one))),
            Constraint("either", parts=(_denied(one), other)),
        ]
    if clue.type == "either" and len(clue.parts) == 2:
        return [Constraint("if_then", parts=(_denied(clue.parts[0]), clue.parts[1]))]
    if clue.type == "not_both":
        return [Constraint("if_then", parts=(clue.parts[0], _denied(clue.parts[1])))]
    return []


def _denied(clue: Constraint) -> Constraint:
    if clue.type in ("is", "is_not"):
        if isinstance(clue.values[0], bool):
            return replace(clue, values=(not clue.values[0],))
        return replace(clue, type="is_not" if clue.type == "is" else "is")
    return negated(clue)
