"""Puzzles made to order: a secret solution is drawn, and clues that are true of it until they leave what is wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from teams.engine.logic.errors import LogicError
from teams.engine.logic.puzzle import Constraint, Puzzle, Variable, is_true, negated
from teams.engine.logic.solver import Solution, Solver, minimal, solutions
from teams.engine.logic.terms import Value

TRIES = 12
POOL = 60
"""Clues drawn for one puzzle, of which most are not needed."""


@dataclass(frozen=True)
class Made:
    """A puzzle, the clues among its constraints, and one solution; of a unique one, the only."""

    puzzle: Puzzle
    base: int
    """So many constraints come first that are no clues, but how the game goes."""
    secret: Solution

    @property
    def clues(self) -> tuple[Constraint, ...]:
        return self.puzzle.constraints[self.base :]


def drawn_solution(random: Random, puzzle: Puzzle) -> Solution:
    """Draw a solution. Raises `LogicError` where there is none."""
    solver, secret = Solver(puzzle), {}
    for variable in random.sample(puzzle.variables, len(puzzle.variables)):
        values = list(variable.domain)
        for value in random.sample(values, len(values)):
            said = Constraint("is", (variable.name,), (value,))
            if solver.holds_with(said):
                solver.add(said)
                secret[variable.name] = value
                break
        else:
            raise LogicError("the puzzle has no solution to begin with")
    return {variable.name: secret[variable.name] for variable in puzzle.variables}


def unique(random: Random, base: Puzzle, types: Sequence[str], *, most: int = 12, around: int = 0) -> Made:
    """Return `base` with clues of the given types that leave one solution, and none of which can be spared.

    `most` clues at most. Raises `LogicError` where no such puzzle is found.
    """
    for _ in range(TRIES):
        secret, solver = drawn_solution(random, base), Solver(base)
        puzzle = base
        for clue in true_clues(random, base, secret, types, around=around):
            if not solver.holds_with(negated(clue)):
                continue
            solver.add(clue)
            puzzle = puzzle.supposing(clue)
            if len(solver.solutions(2)) == 1:
                short = minimal(puzzle, keep=len(base.constraints))
                if len(short.constraints) - len(base.constraints) <= most:
                    return Made(short, len(base.constraints), secret)
                break
    raise LogicError("no set of clues was found that leaves one solution")


def loose(
    random: Random, base: Puzzle, types: Sequence[str], *, clues: int, least: int, most: int, around: int = 0
) -> Made:
    """Return `base` with about `clues` clues, each of which says something, that leave `least` to `most` solutions."""
    for _ in range(TRIES):
        secret, solver = drawn_solution(random, base), Solver(base)
        puzzle = base
        for clue in true_clues(random, base, secret, types, around=around):
            given = len(puzzle.constraints) - len(base.constraints)
            if not solver.holds_with(negated(clue)) or _is_like(clue, puzzle.constraints[len(base.constraints) :]):
                continue
            if len(Solver(puzzle.supposing(clue)).solutions(least)) < least:
                continue
            solver.add(clue)
            puzzle, given = puzzle.supposing(clue), given + 1
            if given >= clues and len(solutions(puzzle, most + 1)) <= most:
                short = minimal(puzzle, keep=len(base.constraints))
                if len(short.constraints) - len(base.constraints) >= clues - 1:
                    return Made(short, len(base.constraints), secret)
                break
            if given >= clues + 3:
                break
    raise LogicError("no set of clues was found that leaves as many solutions as are wanted")


def _is_like(clue: Constraint, others: Sequence[Constraint]) -> bool:
    """Of one type there are two at most: a puzzle of six times the same clue is dull."""
    return sum(other.type == clue.type for other in others) >= 2


def true_clues(
    random: Random, puzzle: Puzzle, secret: Solution, types: Sequence[str], *, around: int = 0, count: int = POOL
) -> list[Constraint]:
    """Draw clues of the given types that are true of `secret`, each once."""
    found: dict[Constraint, None] = {}
    for _ in range(count * 6):
        if len(found) >= count:
            break
        clue = drawn_clue(random, puzzle, secret, random.choice(types), around)
        if clue and is_true(puzzle, clue, secret):
            found[clue] = None
    return list(found)


def drawn_clue(random: Random, puzzle: Puzzle, secret: Solution, type_: str, around: int = 0) -> Constraint | None:
    """Draw a constraint of a type that may be true of `secret`; None where the type does not go with the puzzle."""
    if type_ in _JOINED:
        joined = _JOINED[type_](random, puzzle, secret, around)
        named = [name for part in joined.parts for name in part.of] if joined else []
        # "If Ada is first, Ada is second" is only an odd way to say that she is not first.
        return joined if len(set(named)) == len(named) else None
    numbers = [v.name for v in puzzle.variables if puzzle.names[v.name].sort == "number"]
    of = random.sample(numbers, min(len(numbers), 3))
    drawn = _DRAWN.get(type_)
    if drawn is None:
        raise LogicError(f"no clue of type {type_!r} can be drawn")
    made = drawn(random, puzzle, secret, of)
    if made and around and made.type in ("right_before", "places_before", "next_to", "not_next_to", "apart"):
        made = replace(made, around=around)
        if made.type in ("apart", "places_before"):
            way = (int(secret[made.of[1]]) - int(secret[made.of[0]])) % around
            far = min(way, around - way) if made.type == "apart" else way
            return replace(made, number=far) if far > 1 else None
    return made


Drawer = Callable[[Random, Puzzle, Solution, list[str]], Constraint | None]


def _one(random: Random, puzzle: Puzzle) -> Variable:
    return random.choice(puzzle.variables)


def _is(random: Random, puzzle: Puzzle, secret: Solution, of: list[str]) -> Constraint:
    variable = _one(random, puzzle)
    return Constraint("is", (variable.name,), (secret[variable.name],))


def _is_not(random: Random, puzzle: Puzzle, secret: Solution, of: list[str]) -> Constraint | None:
    variable = _one(random, puzzle)
    others = [value for value in variable.domain if value != secret[variable.name]]
    return Constraint("is_not", (variable.name,), (random.choice(others),)) if others else None


def _one_of(random: Random, puzzle: Puzzle, secret: Solution, of: list[str]) -> Constraint | None:
    variable = _one(random, puzzle)
    if len(variable.domain) < 4 or isinstance(variable.domain, range):
        return None
    other = random.choice([value for value in variable.domain if value != secret[variable.name]])
    values = [value for value in variable.domain if value in (other, secret[variable.name])]
    return Constraint("one_of", (variable.name,), tuple(values))


def _alike(random: Random, puzzle: Puzzle, secret: Solution, of: list[str]) -> Constraint | None:
    one, other = random.sample(puzzle.variables, 2)
    if set(one.domain) != set(other.domain):
        return None
    return Constraint("same" if secret[one.name] == secret[other.name] else "different", (one.name, other.name))


def _pair(type_: str) -> Drawer:
    def drawn(random: Random, puzzle: Puzzle, secret: Solution, of: list[str]) -> Constraint | None:
        if len(of) < 2:
            return None
        a, b = sorted(of[:2], key=lambda name: int(secret[name]))
        far = int(secret[b]) - int(secret[a])
        count = far if type_ in ("apart", "places_before", "more_by") else max(1, far - random.randint(0, 1))
        # One apart is next to; in these words it would only sound odd.
        return None if type_ in ("apart", "places_before", "at_least_apart") and count < 2 else Constraint(
            type_, (a, b), number=count if type_ in _COUNTING else 0
        )  # fmt: skip

    return drawn


_COUNTING = ("apart", "places_before", "at_least_apart", "more_by")


def _between(random: Random, puzzle: Puzzle, secret: Solution, of: list[str]) -> Constraint | None:
    if len(of) < 3:
        return None
    a, middle, b = sorted(of, key=lambda name: int(secret[name]))
    return Constraint("between", (middle, a, b))


def _quota(random: Random, puzzle: Puzzle, secret: Solution, of: list[str]) -> Constraint | None:
    first = _one(random, puzzle)
    alike = [v.name for v in puzzle.variables if v.domain == first.domain]
    if len(alike) < 3 or isinstance(first.domain, range):
        return None
    few = random.sample(alike, random.randint(3, min(4, len(alike))))
    value = random.choice(list(first.domain))
    count = sum(secret[name] == value for name in few)
    return Constraint(
        random.choice(("exactly", "at_most")) if count else "exactly",
        tuple(name for name in alike if name in few),
        (value,),
        count,
    )


_DRAWN: Mapping[str, Drawer] = {
    "is": _is,
    "is_not": _is_not,
    "one_of": _one_of,
    "alike": _alike,
    "quota": _quota,
    "between": _between,
    **{name: _pair(name) for name in ("before", "right_before", "places_before", "next_to", "not_next_to", "apart")},
    **{name: _pair(name) for name in ("at_least_apart", "more_by")},
}
SIMPLE = tuple(_DRAWN)


def atom(random: Random, puzzle: Puzzle, secret: Solution, true: bool, around: int = 0) -> Constraint:
    """Draw a plain statement about one variable, or the order of two, that is true of `secret` or false."""
    variable = _one(random, puzzle)
    value: Value = secret[variable.name]
    if not true:
        value = random.choice([other for other in variable.domain if other != value])
    numbers = [v.name for v in puzzle.variables if puzzle.names[v.name].sort == "number"]
    if not around and len(numbers) == len(puzzle.variables) > 2 and random.random() < 0.4:
        a, b = sorted(random.sample(numbers, 2), key=lambda name: int(secret[name]))
        if secret[a] != secret[b]:
            return Constraint("before", (a, b) if true else (b, a))
    return Constraint("is", (variable.name,), (value,))


def _conditional(random: Random, puzzle: Puzzle, secret: Solution, around: int) -> Constraint:
    # Most conditionals of good games have an `if` that need not hold.
    truth = random.random() < 0.4
    first = atom(random, puzzle, secret, truth, around)
    return Constraint("if_then", parts=(first, atom(random, puzzle, secret, True, around)))


def _contrary(random: Random, puzzle: Puzzle, secret: Solution, around: int) -> Constraint:
    first = atom(random, puzzle, secret, False, around)
    return Constraint("if_then", parts=(first, atom(random, puzzle, secret, False, around)))


def _two(type_: str, truths: tuple[bool, bool]) -> Callable[[Random, Puzzle, Solution, int], Constraint]:
    def drawn(random: Random, puzzle: Puzzle, secret: Solution, around: int) -> Constraint:
        parts = [atom(random, puzzle, secret, truth, around) for truth in random.sample(truths, 2)]
        return Constraint(type_, parts=tuple(parts))

    return drawn


_JOINED: Mapping[str, Callable[[Random, Puzzle, Solution, int], Constraint | None]] = {
    "if_then": _conditional,
    "contrary": _contrary,
    "either": _two("either", (True, False)),
    "either_not_both": _two("either_not_both", (True, False)),
    "not_both": _two("not_both", (True, False)),
    "if_and_only_if": _two("if_and_only_if", (True, True)),
}
