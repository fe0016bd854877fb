"""From a kind and a cast to a problem: which board, which question, drawn until one comes out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

from teams.analytical_reasoning import figures as counts
from teams.analytical_reasoning.asking import asked, stood, valued, ways, whole
from teams.analytical_reasoning.boards import Board, board_of
from teams.analytical_reasoning.cast import Cast
from teams.analytical_reasoning.kin import WORDS, household, related
from teams.analytical_reasoning.premises import conclusions, conditions, new_conclusions, syllogism
from teams.analytical_reasoning.question import Option, Problem
from teams.analytical_reasoning.substitution import substituted
from teams.engine.logic import LogicError, standings
from teams.engine.logic.wording import clause

TRIES = 16
GAMES = ("linear", "seated", "scheduled", "grouped", "picked", "matched", "hybrid")
Way = Callable[[Random, Cast, int, bool], Problem]
"""`(random, cast, how much larger than usual, whether wrong options have to be close)`"""


def drawn(way: Way, random: Random, cast: Cast, more: int = 0, close: bool = False) -> Problem:
    """Draw a problem. Raises `LogicError` where none came out in a number of tries."""
    problem = ""
    for _ in range(TRIES):
        try:
            return way(random, cast, more, close)
        except LogicError as error:
            problem = str(error)
    raise LogicError(f"no problem came out of this material: {problem}")


def one_solution(*among: str) -> Way:
    return lambda random, cast, more, close: valued(random, board_of(random, cast, among, True, more))


def standing_of(asks: str, *among: str) -> Way:
    return lambda random, cast, more, close: asked(
        random, board_of(random, cast, among, False, more), asks, close=close
    )


def mixed(*among: str) -> Way:
    """What is asked of games of a sort: who is where, or what must or could be so."""

    def way(random: Random, cast: Cast, more: int, close: bool) -> Problem:
        how = random.choice(("value", "must", "could", "cannot"))
        if how == "value" and not close:
            return valued(random, board_of(random, cast, among, True, more))
        asks = "must" if how == "value" else how
        return asked(random, board_of(random, cast, among, False, more), asks, close=close)

    return way


def acceptable(random: Random, cast: Cast, more: int, close: bool) -> Problem:
    return whole(random, board_of(random, cast, ("linear", "scheduled", "grouped", "picked", "hybrid"), False, more))


def counted(random: Random, cast: Cast, more: int, close: bool) -> Problem:
    return ways(random, board_of(random, cast, ("linear", "scheduled", "grouped", "picked", "seated"), False, more))


def swapped_rule(random: Random, cast: Cast, more: int, close: bool) -> Problem:
    return substituted(random, board_of(random, cast, ("linear", "scheduled", "grouped", "picked"), False, more))


def syllogistic(random: Random, cast: Cast, more: int, close: bool) -> Problem:
    size = min(4, 3 + more + (random.random() < 0.4))
    board = syllogism(random, cast, size)
    sorts = _sorts_of(board, cast)
    among = conclusions(sorts)
    new = list(new_conclusions(board.puzzle, board.base, among))
    if random.random() < 0.35:
        claim = random.choice([c for c in among if c not in board.clues])
        problem = stood(random, board, claim)
        return replace(problem, sorts=size)
    open_ = [c for c, s in zip(among, standings(board.puzzle, among), strict=True) if s != "must"]
    if len(open_) < 4:
        raise LogicError("too few wrong conclusions")
    right = random.choice(new)
    options = [Option(c, words=c.says) for c in (right, *random.sample(open_, 4))]
    question = "Which one of the following conclusions follows from these statements?"
    return replace(Problem(board, "must", question, tuple(options), 0).shuffled(random), sorts=size)


def _sorts_of(board: Board, cast: Cast) -> list[Mapping[str, str]]:
    by_name = {sort["many"]: sort for sort in cast["classes"]}
    return [by_name[told.removeprefix("the sort: ")] for told in board.legend.values()]


def conditioned(kind: str) -> Way:
    def way(random: Random, cast: Cast, more: int, close: bool) -> Problem:
        board = conditions(random, cast, kind, min(6, 4 + more + (random.random() < 0.5)))
        if random.random() < 0.3:
            problem = asked(random, board, "must", wrong=3)
            claim = random.choice([option.claim for option in problem.options if option.claim])
            return stood(random, board, claim)
        return asked(random, board, random.choice(("must", "must", "cannot")), close=close)

    return way


def enough(random: Random, cast: Cast, more: int, close: bool) -> Problem:
    board, thing, wanted = counts.sufficiency(random, cast)
    said = {
        "one_alone": "Statement (1) alone is enough, statement (2) alone is not",
        "two_alone": "Statement (2) alone is enough, statement (1) alone is not",
        "together": "Both statements together are enough, neither alone is",
        "each": "Each statement alone is enough",
        "never": "Even both statements together are not enough",
    }
    options = tuple(Option(outcome=name, words=said[name]) for name in counts.ENOUGH)
    first, second = (clause(c, board.puzzle, board.voice) for c in board.puzzle.constraints[-2:])
    question = (
        f"What is the figure for {thing}? Statement (1): {first}. Statement (2): {second}. Are the statements enough "
        f"to answer, given what is known beforehand?"
    )
    key = counts.ENOUGH.index(wanted)
    return Problem(board, "enough", question, options, key, about=thing).shuffled(random)


def from_table(random: Random, cast: Cast, more: int, close: bool) -> Problem:
    board = counts.tabled(random, cast)
    made = list(counts.claims(random, cast))
    found = standings(board.puzzle, made)
    asks = random.choice(("must", "cannot"))
    right = [c for c, s in zip(made, found, strict=True) if s == asks and not c.says.startswith("Of all rows")]
    wrong = [c for c, s in zip(made, found, strict=True) if s != asks]
    if not right or len(wrong) < 4:
        raise LogicError("the table says too little that is true, or false")
    chosen = right[0]
    # Lures of another sort than the extremes: what one sees at a glance lures nobody.
    wrong.sort(key=lambda claim: claim.says.startswith("Of all rows"))
    options = [Option(c, words=c.says) for c in (chosen, *wrong[:4])]
    question = {"must": "Which statement is true of the table?", "cannot": "Which statement is false of the table?"}
    return Problem(board, asks, question[asks], tuple(options), 0).shuffled(random)


def kinship(random: Random, cast: Cast, more: int, close: bool) -> Problem:
    board, a, b, how = household(random, cast)
    sex = {one["name"]: one["sex"] for one in cast["family"]}
    is_woman = sex[a] == "female"
    others = [r for r in WORDS if r != how]
    among = [how, *random.sample(others, 4)]
    options = []
    for r in among:
        claim = related(board.puzzle, a, b, r, is_woman)
        options.append(Option(claim, words=f"{a} is {b}'s {WORDS[r][0 if is_woman else 1]}"))
    found = standings(board.puzzle, [option.claim for option in options if option.claim])
    if [s == "must" for s in found] != [True, False, False, False, False]:
        raise LogicError("the family does not settle it")
    return Problem(board, "must", f"How is {a} related to {b}?", tuple(options), 0).shuffled(random)
