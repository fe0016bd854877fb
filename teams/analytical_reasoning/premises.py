"""Premises: what sorts of things there are and which of them are others; conditions that hang on one another.

Sorts (`all rope makers are singers`) are read as first-order logic over finite models: with k sorts a thing is of one
of 2^k kinds, and all that such premises can say is which kinds exist. That is one truth value a kind: z3 decides it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, product
from random import Random
from typing import Any

from teams.analytical_reasoning.boards import Board
from teams.analytical_reasoning.cast import Cast
from teams.engine.logic import Constraint, LogicError, Puzzle, Solver, Variable, constraint_of, holds, negated
from teams.engine.logic.making import loose
from teams.engine.logic.wording import Voice

FORMS = ("every", "some", "none", "not_every")
CONDITION_CLUES: Mapping[str, tuple[str, ...]] = {
    "conditional": ("if_then", "contrary", "if_then", "if_and_only_if", "only"),
    "disjunctive": ("either", "either_not_both", "either", "if_then", "not_both"),
    "conjunctive": ("if_both", "then_both", "not_both", "both_or", "if_then"),
}


def kind_name(sorts: Sequence[bool]) -> str:
    return "kind_" + "".join("1" if one else "0" for one in sorts)


def sorted_puzzle(count: int) -> Puzzle:
    """Return the puzzle of `count` sorts (none of them empty), one truth value for each kind of thing."""
    kinds = list(product((True, False), repeat=count))
    variables = tuple(Variable(kind_name(kind), (True, False)) for kind in kinds)
    some = [holds(" or ".join(kind_name(kind) for kind in kinds if kind[place])) for place in range(count)]
    return Puzzle(variables, tuple(some))


def quantified(form: str, one: int, other: int, count: int, says: str = "") -> Constraint:
    """Return a premise about the sorts at two places: `every` one is the other, `some`, `none`, `not_every`."""
    kinds = list(product((True, False), repeat=count))
    both = [kind_name(k) for k in kinds if k[one] and k[other]]
    only = [kind_name(k) for k in kinds if k[one] and not k[other]]
    told = {
        "every": f"not ({' or '.join(only)})",
        "some": " or ".join(both),
        "none": f"not ({' or '.join(both)})",
        "not_every": " or ".join(only),
    }
    return holds(told[form], says)


def said_of(form: str, one: Mapping[str, str], other: Mapping[str, str]) -> str:
    """Say a premise in English."""
    return {
        "every": f"All {one['many']} are {other['many']}",
        "some": f"Some {one['many']} are {other['many']}",
        "none": f"No {one['many']} are {other['many']}",
        "not_every": f"Some {one['many']} are not {other['many']}",
    }[form]


def syllogism(random: Random, cast: Cast, size: int) -> Board:
    """Make premises about `size` sorts from which something new follows. Raises `LogicError`."""
    sorts = random.sample(cast["classes"], size)
    base = sorted_puzzle(size)
    for _ in range(60):
        premises = list(_premises(random, sorts))
        puzzle = base.supposing(*premises)
        try:
            solver = Solver(puzzle)
            if not solver.holds_with():
                continue
        except LogicError:
            continue
        if list(new_conclusions(puzzle, len(base.constraints), conclusions(sorts))):
            game = f"Speak of {_sorts(sorts)}; there is at least one of each sort."
            letters = "ABCD"
            legend = {letters[n]: f"the sort: {sort['many']}" for n, sort in enumerate(sorts)}
            return Board("sorts", puzzle, len(base.constraints), Voice(), game, legend, shapes=("quantified",))
    raise LogicError("no premises from which something new follows")


def _premises(random: Random, sorts: Sequence[Mapping[str, str]]) -> Iterator[Constraint]:
    order = random.sample(range(len(sorts)), len(sorts))
    for a, b in pairwise(order):
        one, other = (a, b) if random.random() < 0.7 else (b, a)
        form = random.choices(FORMS, (5, 3, 3, 1))[0]
        yield quantified(form, one, other, len(sorts), said_of(form, sorts[one], sorts[other]))


def conclusions(sorts: Sequence[Mapping[str, str]]) -> list[Constraint]:
    """All that premises of this sort could lead to."""
    places = range(len(sorts))
    return [
        quantified(form, a, b, len(sorts), said_of(form, sorts[a], sorts[b]))
        for form in FORMS
        for a in places
        for b in places
        # Some A are B is some B are A; one of the two is enough.
        if a != b and (form in ("every", "not_every") or a < b)
    ]


def new_conclusions(puzzle: Puzzle, base: int, among: Sequence[Constraint]) -> Iterator[Constraint]:
    """Yield what follows from all premises together and from no single one."""
    whole = Solver(puzzle)
    ground = puzzle.without(*range(base, len(puzzle.constraints)))
    singles = [Solver(ground.supposing(clue)) for clue in puzzle.constraints[base:]]
    for claim in among:
        if not whole.holds_with(negated(claim)) and all(one.holds_with(negated(claim)) for one in singles):
            yield claim


def _sorts(sorts: Sequence[Mapping[str, str]]) -> str:
    names = [sort["many"] for sort in sorts]
    return f"{', '.join(names[:-1])} and {names[-1]}"


def expanded(said: str, count: int) -> Constraint:
    """Read `every(A, B)`, `some(A, B)` and so on, with `not` if need be. Raises `LogicError`."""
    try:
        tree = ast.parse(said.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise LogicError(f"not an expression: {said[:60]!r}") from error
    is_not = False
    while isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
        tree, is_not = tree.operand, not is_not
    if not (isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and tree.func.id in FORMS):
        raise LogicError(f"{said[:60]!r} is none of {', '.join(f'{form}(A, B)' for form in FORMS)}")
    letters = [part.id for part in tree.args if isinstance(part, ast.Name)]
    places = ["ABCD".find(letter) for letter in letters]
    if len(tree.args) != 2 or len(places) != 2 or not all(0 <= place < count for place in places):
        raise LogicError(f"{said[:60]!r} needs two of the sorts, by their letters")
    made = quantified(tree.func.id, places[0], places[1], count)
    return negated(made) if is_not else made


def conditions(random: Random, cast: Cast, kind: str, size: int) -> Board:
    """Make conditions of a kind that hang on one another. Raises `LogicError`."""
    matters = random.sample(cast["matters"], size)
    letters = [chr(ord("p") + n) for n in range(size)]
    base = Puzzle(tuple(Variable(letter, (True, False)) for letter in letters))
    said = {letter: (m["holds"].strip(), m["fails"].strip()) for letter, m in zip(letters, matters, strict=True)}
    legend = {letter: f"True where {one[0]}; False where {one[1]}" for letter, one in said.items()}
    voice = Voice(said=said)
    simple = tuple(one for one in CONDITION_CLUES[kind] if one in ("if_then", "contrary", "if_and_only_if", *_PLAIN))
    for _ in range(20):
        try:
            made = loose(random, base, simple, clues=3, least=2, most=24)
        except LogicError:
            continue
        puzzle = made.puzzle
        for more in _compound(random, kind, letters, made.secret):
            if len(puzzle.constraints) < 6 and Solver(puzzle).holds_with(negated(more)):
                puzzle = puzzle.supposing(more)
        used = {name for clue in puzzle.constraints for name in _names(clue)}
        if len(used) >= size - 1 and len(Solver(puzzle).solutions(2)) == 2 and _is_of(kind, puzzle.constraints):
            return Board("conditions", puzzle, 0, voice, "", legend, shapes=("is", "if", "two"))
    raise LogicError("no conditions came out that hang together")


_PLAIN = ("either", "either_not_both", "not_both")


def _is_of(kind: str, clues: Sequence[Constraint]) -> bool:
    types = [clue.type for clue in clues]
    if kind == "conditional":
        return sum(one in ("if_then", "if_and_only_if", "unless") for one in types) >= 3
    if kind == "disjunctive":
        return sum(one in ("either", "either_not_both") for one in types) >= 2
    return any(part.type == "both" for clue in clues for part in clue.parts)


def _names(clue: Constraint) -> Iterator[str]:
    yield from clue.of
    for part in clue.parts:
        yield from _names(part)


def _compound(random: Random, kind: str, letters: Sequence[str], secret: Mapping[str, Any]) -> Iterator[Constraint]:
    def literal(name: str, true: bool = True) -> Constraint:
        return Constraint("is", (name,), (bool(secret[name]) == true,))

    for _ in range(3):
        a, b, c = random.sample(list(letters), 3)
        if kind == "conditional":
            yield Constraint("unless", parts=(literal(a), literal(b, random.random() < 0.5)))
        elif kind == "disjunctive":
            yield Constraint("either", parts=(literal(a, False), literal(b, False), literal(c)))
        else:
            both = Constraint("both", parts=(literal(a), literal(b, random.random() < 0.5)))
            yield random.choice(
                (
                    Constraint("if_then", parts=(both, literal(c))),
                    Constraint("if_then", parts=(literal(c), Constraint("both", parts=(literal(a), literal(b))))),
                    Constraint("either", parts=(both, literal(c))),
                )
            )


def read_back(said: str, board_family: str, sorts: int) -> Constraint:
    """Read what somebody formalised: of sorts in the words above, else as an expression."""
    return expanded(said, sorts) if board_family == "sorts" else constraint_of(said)
