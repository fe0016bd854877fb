"""Questions put to a board, each with options of which the solver proves exactly one right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from teams.analytical_reasoning.boards import Board
from teams.analytical_reasoning.question import STANDS, Option, Problem, option_of, stand
from teams.analytical_reasoning.statements import statements
from teams.engine.logic import Constraint, LogicError, Solver, count, negated, standings
from teams.engine.logic.wording import clause


def asked(random: Random, board: Board, asks: str, *, close: bool = False, wrong: int = 4) -> Problem:
    """Make a question that asks what must, could or can't be so. Raises `LogicError`.

    With `close` wrong options are those that hold in most solutions, or in nearly none.
    """
    pool = list(statements(random, board))
    puzzle = board.puzzle
    found = dict(zip(pool, standings(puzzle, pool), strict=True))
    right = [c for c, s in found.items() if s == asks or (asks == "could" and s == "must")]
    other = [c for c, s in found.items() if s != asks and not (asks == "could" and s == "must")]
    if asks == "must" and len([c for c in other if found[c] == "could"]) >= wrong:
        other = [c for c in other if found[c] == "could"]
    if not right or len(other) < wrong:
        raise LogicError(f"too little that {asks} be so, or not")
    chosen = next((c for c in random.sample(right, len(right)) if not _is_said(board, c, asks)), None)
    if chosen is None:
        raise LogicError(f"all that {asks} be so is said by a single rule")
    lures = _closest(board, other, asks, wrong) if close else _varied(random, other, chosen, wrong)
    options = [option_of(one, board) for one in (chosen, *lures)]
    if len({option.words for option in options}) < len(options):
        raise LogicError("two options are the same in words")
    return Problem(board, asks, _STEM[asks], tuple(options), 0).shuffled(random)


_STEM = {
    "must": "Which one of the following must be true?",
    "could": "Which one of the following could be true?",
    "cannot": "Which one of the following cannot be true?",
}


def _is_said(board: Board, claim: Constraint, asks: str) -> bool:
    """Does a single rule say as much already?"""
    if asks == "could":
        return False
    ground = Solver(board.puzzle.without(*range(board.base, len(board.puzzle.constraints))))
    untrue = claim if asks == "cannot" else negated(claim)
    return not ground.holds_with(untrue) or any(not ground.holds_with(clue, untrue) for clue in board.clues)


def _varied(random: Random, other: Sequence[Constraint], chosen: Constraint, count_: int) -> list[Constraint]:
    """Wrong options of the right one's own type first, so that it does not stand out."""
    alike = [one for one in other if one.type == chosen.type]
    rest = [one for one in other if one.type != chosen.type]
    drawn = random.sample(alike, min(len(alike), count_))
    return drawn + random.sample(rest, count_ - len(drawn))


def _closest(board: Board, other: Sequence[Constraint], asks: str, count_: int) -> list[Constraint]:
    ways = {one: count(board.puzzle.supposing(one), 60) for one in other[:30]}
    return sorted(ways, key=lambda one: ways[one] if asks == "cannot" else -ways[one])[:count_]


def whole(random: Random, board: Board, wrong: int = 4) -> Problem:
    """Ask which complete arrangement is possible; every wrong one breaks a rule. Raises `LogicError`."""
    from teams.engine.logic.making import drawn_solution

    right = drawn_solution(random, board.puzzle)
    ground = board.puzzle.without(*range(board.base, len(board.puzzle.constraints)))
    lures: list[Mapping[str, Any]] = []
    for _ in range(60):
        clue = board.clues[len(lures) % len(board.clues)]
        others = [c for c in board.clues if c is not clue]
        try:
            lure = drawn_solution(
                random, ground.supposing(*random.sample(others, max(0, len(others) - 1)), negated(clue))
            )
        except LogicError:
            continue
        if lure not in lures:
            lures.append(lure)
        if len(lures) == wrong:
            break
    else:
        raise LogicError("too few arrangements break a rule")
    options = [Option(_all_of(one), words=_arranged(one, board)) for one in (right, *lures)]
    question = "Which one of the following could be the complete arrangement?"
    return Problem(board, "could", question, tuple(options), 0).shuffled(random)


def _all_of(solution: Mapping[str, Any]) -> Constraint:
    return Constraint("holds", text=" and ".join(f"v[{name!r}] == {value!r}" for name, value in solution.items()))


def _arranged(solution: Mapping[str, Any], board: Board) -> str:
    values = board.voice.values
    if board.family == "picked":
        return ", ".join(name for name, is_in in solution.items() if is_in)
    if board.family in ("line", "circle", "slots"):
        order = sorted(solution, key=lambda name: int(solution[name]))
        return ", ".join(f"{values.get(solution[name], solution[name])}: {name}" for name in order)
    said: dict[Any, list[str]] = {}
    for name, value in solution.items():
        said.setdefault(value, []).append(board.puzzle.by_name[name].phrase)
    return "; ".join(
        f"{values.get(value, value)}: {', '.join(names)}" for value, names in sorted(said.items(), key=str)
    )


def valued(random: Random, board: Board) -> Problem:
    """Ask of a puzzle with one solution who or what is somewhere. Raises `LogicError`."""
    if board.family == "grid":
        return _linked(random, board)
    from teams.engine.logic import solutions

    secret = solutions(board.puzzle, 1)[0]
    if board.family in ("line", "circle", "slots"):
        place = random.choice([value for value in secret.values() if board.family != "circle" or value != 1])
        who = [name for name in secret if board.family != "circle" or secret[name] != 1]
        options = tuple(Option(Constraint("is", (name,), (place,)), words=name) for name in who)
        key = next(n for n, name in enumerate(who) if secret[name] == place)
        said = clause(Constraint("is", (who[0],), (place,)), board.puzzle, board.voice).removeprefix(who[0]).strip()
        return Problem(board, "must", f"Who {said}?", options, key).shuffled(random)
    if board.family == "picked":
        raise LogicError("of who is picked, more is to be asked than of one person")
    name = random.choice(list(secret))
    values = list(board.puzzle.by_name[name].domain)
    options = tuple(Option(Constraint("is", (name,), (value,)), words=str(value)) for value in values)
    question = f"Which of these is so of {name}: which {board.voice.unit} does {name} have?"
    return Problem(board, "must", question, options, values.index(secret[name])).shuffled(random)


def _linked(random: Random, board: Board) -> Problem:
    from teams.engine.logic import solutions

    secret = solutions(board.puzzle, 1)[0]
    categories = [list(c.of) for c in board.puzzle.constraints[: board.base]]
    mine, theirs = random.sample(categories, 2)
    one = random.choice(mine)
    options = tuple(
        Option(
            Constraint("same", (one, other)), words=clause(Constraint("same", (one, other)), board.puzzle, board.voice)
        )
        for other in theirs
    )
    key = next(n for n, other in enumerate(theirs) if secret[other] == secret[one])
    phrase = board.puzzle.by_name[one].phrase
    return Problem(board, "must", f"Which of the following is true of {phrase}?", options, key).shuffled(random)


def ways(random: Random, board: Board) -> Problem:
    """Ask in how many ways it can be done. Raises `LogicError` where there are too many to count by hand."""
    number = count(board.puzzle, 30)
    if not 2 <= number <= 14:
        raise LogicError(f"{number} ways are no good question")
    near = [n for n in range(max(1, number - 4), number + 5) if n != number]
    options = tuple(Option(outcome=n, words=str(n)) for n in sorted([number, *random.sample(near, 4)]))
    key = next(n for n, option in enumerate(options) if option.outcome == number)
    return Problem(board, "ways", "In how many different ways can all the rules be kept?", options, key)


STAND_WORDS = {
    "must": "It must be true",
    "false": "It must be false",
    "open": "It cannot be determined: both are possible",
    "clash": "Nothing follows: the statements contradict one another",
}


def stood(random: Random, board: Board, claim: Constraint) -> Problem:
    """Ask how a claim stands."""
    found = stand(board.puzzle, claim)
    options = tuple(Option(outcome=name, words=STAND_WORDS[name]) for name in STANDS)
    question = f"What can be said of this claim: {clause(claim, board.puzzle, board.voice)}?"
    return Problem(board, "stands", question, options, STANDS.index(found), claim=claim).shuffled(random)
