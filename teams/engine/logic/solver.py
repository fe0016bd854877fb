"""Questions to the solver (z3) about a puzzle: its solutions, what must or can be so, which clues are needed.

Effort is bounded by a count of the solver's own steps, which is the same on every machine, and then by the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from typing import Any, Literal

from teams.engine.logic.errors import Contradiction, Undecided
from teams.engine.logic.puzzle import Puzzle, Said, Variable, constraint_of, negated
from teams.engine.logic.terms import Term, Value

STEPS = 20_000_000
"""The solver's own steps a question (a few seconds of one core)."""
SECONDS = 20.0
"""A question never takes longer, however slow the machine."""
MEGABYTES = 1_000
MOST = 10_000
"""Solutions that are ever counted."""
Solution = Mapping[str, Value]
Standing = Literal["must", "could", "cannot"]


@cache
def _operations() -> Mapping[str, Callable[..., Any]]:
    import z3

    return {
        "and": z3.And,
        "or": z3.Or,
        "not": z3.Not,
        "implies": z3.Implies,
        "same": lambda a, b: a == b,
        "equal": lambda a, b: a == b,
        "less": lambda a, b: a < b,
        "more": lambda a, b: a > b,
        "at_most": lambda a, b: a <= b,
        "at_least": lambda a, b: a >= b,
        "distinct": z3.Distinct,
        "count": lambda *p: z3.Sum([z3.If(one, 1, 0) for one in p]),
        "choose": z3.If,
        "add": lambda a, b: a + b,
        "subtract": lambda a, b: a - b,
        "multiply": lambda a, b: a * b,
        "divide": lambda a, b: a / b,  # of whole numbers, by what is above zero: it rounds down, as Python does
        "rest": lambda a, b: a % b,
        "negative": lambda a: -a,
        "absolute": lambda a: z3.If(a >= 0, a, -a),
        "smallest": lambda *p: reduce(lambda a, b: z3.If(a <= b, a, b), p),
        "largest": lambda *p: reduce(lambda a, b: z3.If(a >= b, a, b), p),
    }


@dataclass
class Solver:
    """A solver loaded with a puzzle; statements can be tried on it one after the other."""

    puzzle: Puzzle
    tracked: bool = False
    """Constraints can be told apart, for `core`."""

    def __post_init__(self) -> None:
        import z3

        self._z3 = z3
        self._context = z3.Context()
        self._solver = z3.Solver(ctx=self._context)
        self._solver.set("rlimit", STEPS)
        self._solver.set("timeout", int(SECONDS * 1000))
        self._solver.set("max_memory", MEGABYTES)
        self._codes = {word: n for n, word in enumerate(sorted(self.puzzle.words))}
        self._words = {n: word for word, n in self._codes.items()}
        self._names = {v.name: self._variable(v, n) for n, v in enumerate(self.puzzle.variables)}
        for number, constraint in enumerate(self.puzzle.constraints):
            made = self._made(self.puzzle.term(constraint))
            if self.tracked:
                self._solver.assert_and_track(made, f"constraint {number}")
            else:
                self._solver.add(made)

    def _variable(self, variable: Variable, number: int) -> Any:
        z3, domain = self._z3, variable.domain
        if self.puzzle.names[variable.name].sort == "truth":
            made = z3.Bool(f"v{number}", self._context)
            self._solver.add(z3.Or([made == value for value in domain]))
            return made
        made = z3.Int(f"v{number}", self._context)
        if isinstance(domain, range):
            self._solver.add(made >= domain[0], made <= domain[-1])
            return made
        values = sorted(self._code(value) for value in domain)
        # A solver is quicker with bounds than with a list of what is possible.
        self._solver.add(made >= values[0], made <= values[-1])
        if values[-1] - values[0] + 1 > len(values):
            self._solver.add(z3.Or([made == value for value in values]))
        return made

    def _code(self, value: Value) -> int:
        return self._codes[value] if isinstance(value, str) else int(value)

    def _made(self, term: Term) -> Any:
        z3 = self._z3
        if term.op == "variable":
            return self._names[str(term.value)]
        if term.op == "value":
            if isinstance(term.value, bool):
                return z3.BoolVal(term.value, self._context)
            return z3.IntVal(self._code(term.value), self._context)
        parts = [self._made(part) for part in term.parts]
        return _operations()[term.op](*parts)

    def holds_with(self, *more: Said) -> bool:
        """Say whether all constraints and `more` can hold together. Raises `Undecided`."""
        self._solver.push()
        try:
            for said in more:
                self._solver.add(self._made(self.puzzle.term(said)))
            return self._is_possible()
        finally:
            self._solver.pop()

    def add(self, said: Said) -> None:
        """Hold on to a further constraint."""
        self._solver.add(self._made(self.puzzle.term(said)))

    def solutions(self, most: int, over: Sequence[str] | None = None) -> list[Solution]:
        """Return at most `most` solutions that differ in the variables `over` (None: in any)."""
        names = list(self._names) if over is None else list(over)
        found: list[Solution] = []
        self._solver.push()
        try:
            while len(found) < most and self._is_possible():
                model = self._solver.model()
                given = {name: model.eval(made, model_completion=True) for name, made in self._names.items()}
                found.append({name: self._value(name, made) for name, made in given.items()})
                self._solver.add(self._z3.Or([self._names[name] != given[name] for name in names]))
        finally:
            self._solver.pop()
        return sorted(found, key=lambda one: [str(one[name]).rjust(12) for name in names])

    def _value(self, name: str, made: Any) -> Value:
        sort = self.puzzle.names[name].sort
        if sort == "truth":
            return bool(self._z3.is_true(made))
        number = made.as_long()
        return self._words[number] if sort == "word" else int(number)

    def _is_possible(self) -> bool:
        said = self._solver.check()
        if said == self._z3.unknown:
            raise Undecided(f"the puzzle is too hard for the solver: {self._solver.reason_unknown()}")
        return bool(said == self._z3.sat)

    def core(self) -> list[int]:
        """Return the constraints, by place, that can't hold together; empty where all can. Needs `tracked`."""
        if self._is_possible():
            return []
        return sorted(int(str(one).removeprefix("constraint ")) for one in self._solver.unsat_core())


def solutions(puzzle: Puzzle, most: int = 2, over: Sequence[str] | None = None) -> list[Solution]:
    """Return the solutions of a puzzle, at most `most`, in an order of their own.

    `over` names variables: solutions that differ in others only count as one. Raises `Undecided`.
    """
    return Solver(puzzle).solutions(min(most, MOST), over)


def count(puzzle: Puzzle, most: int = 1_000, over: Sequence[str] | None = None) -> int:
    """Count the solutions, up to `most`."""
    return len(solutions(puzzle, most, over))


def is_possible(puzzle: Puzzle, *extra: Said) -> bool:
    """Say whether the constraints can hold, and `extra` with them."""
    return Solver(puzzle).holds_with(*extra)


def must_be(puzzle: Puzzle, claim: Said) -> bool:
    """Say whether a claim holds in every solution. Raises `Contradiction` where there is none."""
    return standing(puzzle, claim) == "must"


def standing(puzzle: Puzzle, claim: Said) -> Standing:
    """Say whether a claim holds in all solutions, in some, or in none. Raises `Contradiction` where there are none."""
    return standings(puzzle, [claim])[0]


def standings(puzzle: Puzzle, claims: Sequence[Said]) -> list[Standing]:
    """Say of each claim how it stands, as `standing` does."""
    solver = Solver(puzzle)
    if not solver.holds_with():
        raise Contradiction("the constraints can't all hold: nothing can be said of what must be so")
    return [_standing(solver, claim) for claim in claims]


def _standing(solver: Solver, claim: Said) -> Standing:
    if not solver.holds_with(claim):
        return "cannot"
    return "could" if solver.holds_with(negated(constraint_of(claim))) else "must"


def settled(puzzle: Puzzle, name: str) -> Value | None:
    """Return the one value a variable can have; None where it can have several. Raises `Contradiction`."""
    found = solutions(puzzle, 2, [name])
    if not found:
        raise Contradiction("the constraints can't all hold")
    return found[0][name] if len(found) == 1 else None


def possible_values(puzzle: Puzzle, name: str, most: int = 200) -> list[Value]:
    """Return the values a variable can have, in order."""
    return sorted(found[name] for found in solutions(puzzle, most, [name]))


def core(puzzle: Puzzle) -> list[int]:
    """Return places of constraints that can't hold together, none of which can be spared; empty where all can."""
    places = Solver(puzzle, tracked=True).core()
    for place in list(places):
        rest = [n for n in places if n != place]
        if not is_possible(puzzle.without(*(n for n in range(len(puzzle.constraints)) if n not in rest))):
            places = rest
    return places


def idle(puzzle: Puzzle) -> list[int]:
    """Return the places of constraints that follow from all the others: each by itself could be left out."""
    return [n for n, said in enumerate(puzzle.constraints) if not is_possible(puzzle.without(n), negated(said))]


def minimal(puzzle: Puzzle, keep: int = 0) -> Puzzle:
    """Return the puzzle without constraints that say nothing new, dropped from the last on; the first `keep` stay."""
    for place in range(len(puzzle.constraints) - 1, keep - 1, -1):
        if not is_possible(puzzle.without(place), negated(puzzle.constraints[place])):
            puzzle = puzzle.without(place)
    return puzzle


def same_effect(puzzle: Puzzle, place: int, instead: Said) -> bool:
    """Say whether another rule in the place of one leaves exactly the same solutions."""
    rest, old = puzzle.without(place), puzzle.constraints[place]
    solver = Solver(rest)
    return not solver.holds_with(old, negated(constraint_of(instead))) and not solver.holds_with(instead, negated(old))
