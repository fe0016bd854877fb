"""Puzzles as data: variables with finite domains, and constraints of named types or as expressions.

    puzzle = Puzzle(
        (Variable("Ada", (1, 2, 3)), Variable("Ben", (1, 2, 3)), Variable("Cem", (1, 2, 3))),
        (Constraint("all_different", ("Ada", "Ben", "Cem")), Constraint("before", ("Ada", "Ben")), holds("Cem == 2")),
    )

As JSON a constraint is `{"type": "before", "of": ["Ada", "Ben"]}`, or a string that is an expression.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from teams.engine.logic.errors import LogicError
from teams.engine.logic.terms import LARGEST, Name, Term, Value, read, sort_of, value_of

MOST_VARIABLES = 120
MOST_VALUES = 200
"""Values of one variable, where they are listed; a `range` of numbers may be longer."""
LONGEST_RANGE = 1_000_000
MOST_CONSTRAINTS = 400
DEEPEST = 4
"""Constraints within constraints."""
LONGEST_NAME = 80
HOLDS = "holds"


@dataclass(frozen=True)
class Variable:
    """Something to be found out."""

    name: str
    domain: tuple[Value, ...] | range
    """What it can be: words, whole numbers or truth values, of one sort; a `range` for many numbers."""
    says: str = ""
    """Its phrase in a sentence, where that is not the name: `the owner of the dog`."""

    @property
    def phrase(self) -> str:
        return self.says or self.name


@dataclass(frozen=True)
class Constraint:
    """One thing that holds. `type` is a name of `rules.RULES`, and says what the rest means."""

    type: str
    of: tuple[str, ...] = ()
    """Variables, in the order that matters for it."""
    values: tuple[Value, ...] = ()
    number: int = 0
    around: int = 0
    """Seats of the circle the positions are in; 0: they are in a line."""
    parts: tuple[Constraint, ...] = ()
    text: str = ""
    """Of `holds`: the expression."""
    says: str = ""
    """Its words, where a program can't find them."""

    def as_json(self) -> Mapping[str, Any] | str:
        if self.type == HOLDS and not self.says:
            return self.text
        said: dict[str, Any] = {"type": self.type}
        for name in ("of", "values", "number", "around", "text", "says"):
            if value := getattr(self, name):
                said[name] = list(value) if isinstance(value, tuple) else value
        if self.parts:
            said["parts"] = [part.as_json() for part in self.parts]
        return said


Said = Constraint | str | Mapping[str, Any]
"""A constraint as callers may give it: an expression, or its JSON."""


def holds(text: str, says: str = "") -> Constraint:
    """Return the constraint that an expression is true."""
    return Constraint(HOLDS, text=text, says=says)


def negated(constraint: Constraint) -> Constraint:
    """Return the constraint that this one does not hold."""
    return Constraint("not", parts=(constraint,))


@dataclass(frozen=True)
class Puzzle:
    """Variables and what holds of them. Raises `LogicError` when it is made of what is no puzzle."""

    variables: tuple[Variable, ...]
    constraints: tuple[Constraint, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.variables) <= MOST_VARIABLES:
            raise LogicError(f"a puzzle has 1 to {MOST_VARIABLES} variables, not {len(self.variables)}")
        if len(self.constraints) > MOST_CONSTRAINTS:
            raise LogicError(f"{len(self.constraints)} constraints; at most {MOST_CONSTRAINTS} are solved")
        for variable in self.variables:
            _look(variable)
        names = [variable.name for variable in self.variables]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise LogicError(f"twice the same variable: {', '.join(twice)}")
        for constraint in self.constraints:
            self.term(constraint)

    @cached_property
    def names(self) -> Mapping[str, Name]:
        """What expressions know of its variables."""
        return {v.name: Name(sort_of(v.domain[0]), _is_positive(v.domain)) for v in self.variables}

    @cached_property
    def words(self) -> frozenset[str]:
        listed = [variable.domain for variable in self.variables if isinstance(variable.domain, tuple)]
        return frozenset(value for domain in listed for value in domain if isinstance(value, str))

    @cached_property
    def by_name(self) -> Mapping[str, Variable]:
        return {variable.name: variable for variable in self.variables}

    def term(self, constraint: Said) -> Term:
        """Return what a constraint says as a term. Raises `LogicError` where it says nothing about this puzzle."""
        from teams.engine.logic.rules import formal

        return read(formal(constraint_of(constraint), self), self.names, self.words)

    def supposing(self, *more: Said) -> Puzzle:
        """Return the puzzle in which `more` holds too."""
        return replace(self, constraints=(*self.constraints, *(constraint_of(said) for said in more)))

    def without(self, *places: int) -> Puzzle:
        """Return the puzzle without the constraints at `places`, from 0."""
        return replace(self, constraints=tuple(c for n, c in enumerate(self.constraints) if n not in places))

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON that `puzzle_of` reads back."""
        return {
            "variables": [_variable_json(variable) for variable in self.variables],
            "constraints": [constraint.as_json() for constraint in self.constraints],
        }


def is_true(puzzle: Puzzle, constraint: Said, solution: Mapping[str, Value]) -> bool:
    """Say whether a constraint holds where every variable has the value `solution` gives it."""
    if missing := [name for name in puzzle.names if name not in solution]:
        raise LogicError(f"there is no value for {', '.join(missing[:6])}")
    return bool(value_of(puzzle.term(constraint), solution))


def is_solution(puzzle: Puzzle, solution: Mapping[str, Value]) -> bool:
    """Say whether `solution` gives every variable a value of its domain and keeps all constraints."""
    fits = all(v.name in solution and solution[v.name] in v.domain for v in puzzle.variables)
    return fits and all(is_true(puzzle, constraint, solution) for constraint in puzzle.constraints)


def constraint_of(said: Said, depth: int = 0) -> Constraint:
    """Read a constraint from its JSON. Raises `LogicError`."""
    if depth > DEEPEST:
        raise LogicError(f"constraints lie more than {DEEPEST} deep in one another")
    if isinstance(said, Constraint):
        for part in said.parts:
            constraint_of(part, depth + 1)
        return said
    if isinstance(said, str):
        return holds(said)
    if not isinstance(said, Mapping):
        raise LogicError(f"a constraint is an expression or an object with a type, not {type(said).__name__}")
    if unknown := sorted(set(said) - set(Constraint.__dataclass_fields__)):
        raise LogicError(f"a constraint has no {', '.join(map(str, unknown))}")
    parts = tuple(constraint_of(part, depth + 1) for part in _listed(said, "parts"))
    of = tuple(_text(name, "of") for name in _listed(said, "of"))
    values = tuple(_value(value) for value in _listed(said, "values"))
    number, around = (_number(said.get(name, 0), name) for name in ("number", "around"))
    type_, text, says = (_text(said.get(name, ""), name) for name in ("type", "text", "says"))
    return Constraint(type_ or HOLDS, of, values, number, around, parts, text, says)


def puzzle_of(said: Mapping[str, Any]) -> Puzzle:
    """Read a puzzle from its JSON. Raises `LogicError`."""
    if not isinstance(said, Mapping) or not isinstance(said.get("variables"), Sequence):
        raise LogicError('a puzzle is {"variables": [...], "constraints": [...]}')
    variables = tuple(_variable_of(variable) for variable in said["variables"])
    return Puzzle(variables, tuple(constraint_of(one) for one in _listed(said, "constraints")))


def _variable_of(said: Any) -> Variable:
    if not isinstance(said, Mapping) or "name" not in said:
        raise LogicError('a variable is {"name": ..., "domain": [...]} or {"name": ..., "from": 1, "to": 9}')
    name, says = _text(said["name"], "name"), _text(said.get("says", ""), "says")
    if "from" in said and "to" in said:
        return Variable(name, range(_number(said["from"], "from"), _number(said["to"], "to") + 1), says)
    return Variable(name, tuple(_value(value) for value in _listed(said, "domain")), says)


def _variable_json(variable: Variable) -> dict[str, Any]:
    said: dict[str, Any] = {"name": variable.name}
    if isinstance(variable.domain, range):
        said |= {"from": variable.domain.start, "to": variable.domain.stop - 1}
    else:
        said["domain"] = list(variable.domain)
    return said | ({"says": variable.says} if variable.says else {})


def _look(variable: Variable) -> None:
    name, domain = variable.name, variable.domain
    if not name.strip() or len(name) > LONGEST_NAME or "\n" in name:
        raise LogicError(f"{name[:LONGEST_NAME]!r} is no name of a variable: 1 to {LONGEST_NAME} characters, one line")
    if isinstance(domain, range):
        if (
            domain.step != 1
            or not 1 <= len(domain) <= LONGEST_RANGE
            or max(map(abs, (domain[0], domain[-1]))) > LARGEST
        ):
            raise LogicError(f"{name} has to have 1 to {LONGEST_RANGE} numbers in a row to choose from")
        return
    if not 1 <= len(domain) <= MOST_VALUES:
        raise LogicError(f"{name} has {len(domain)} values; 1 to {MOST_VALUES} are possible")
    if len({sort_of(value) for value in domain}) > 1:
        raise LogicError(f"the values of {name} are of more than one sort")
    if len(set(domain)) < len(domain):
        raise LogicError(f"{name} has one of its values twice")
    if any(isinstance(value, int) and abs(value) > LARGEST for value in domain):
        raise LogicError(f"{name} has a value beyond {LARGEST}")


def _is_positive(domain: Iterable[Value] | range) -> bool:
    if isinstance(domain, range):
        return domain[0] > 0
    return all(isinstance(value, int) and value > 0 for value in domain)


def _listed(said: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = said.get(name, ())
    if not isinstance(value, list | tuple) or len(value) > MOST_CONSTRAINTS:
        raise LogicError(f"{name} is a list of at most {MOST_CONSTRAINTS}")
    return value


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str):
        raise LogicError(f"{name} holds words, not {value!r:.40}")
    return value


def _number(value: Any, name: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > LARGEST:
        raise LogicError(f"{name} is a whole number, not {value!r:.40}")
    return value


def _value(value: Any) -> Value:
    if not isinstance(value, str | int):
        raise LogicError(f"a value is a word, a whole number or a truth value, not {value!r:.40}")
    return value
