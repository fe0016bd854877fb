"""The solver against plain enumeration: it finds what there is, no less and no more."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.engine.logic import (
    Constraint,
    Contradiction,
    Puzzle,
    Undecided,
    Variable,
    core,
    count,
    idle,
    is_possible,
    is_solution,
    is_true,
    minimal,
    negated,
    possible_values,
    puzzle_of,
    same_effect,
    settled,
    solutions,
    standings,
)
from tests.teams.logic.drawn import CONSTRAINTS, NAMES, POSITIONS, line

SIXTH = settings(max_examples=40, deadline=None)


def enumerated(puzzle: Puzzle) -> list[dict[str, object]]:
    """All solutions, by trying everything."""
    names = [variable.name for variable in puzzle.variables]
    tried = (dict(zip(names, values, strict=True)) for values in product(*(v.domain for v in puzzle.variables)))
    return [one for one in tried if all(is_true(puzzle, constraint, one) for constraint in puzzle.constraints)]


def as_set(found: list) -> set[tuple]:  # type: ignore[type-arg]
    return {tuple(sorted(one.items())) for one in found}


@SIXTH
@given(st.lists(CONSTRAINTS, max_size=4))
def test_solutions_are_those_that_trying_everything_finds(constraints: list[Constraint]) -> None:
    puzzle = line(constraints)
    found = solutions(puzzle, 10_000)
    assert as_set(found) == as_set(enumerated(puzzle))
    assert len(found) == len(as_set(found)) == count(puzzle, 10_000)
    assert all(is_solution(puzzle, one) for one in found)


@SIXTH
@given(st.lists(CONSTRAINTS, max_size=3), CONSTRAINTS)
def test_what_must_could_and_cannot_be_is_read_off_all_solutions(
    constraints: list[Constraint], claim: Constraint
) -> None:
    puzzle = line(constraints)
    found = enumerated(puzzle)
    if not found:
        with pytest.raises(Contradiction):
            standings(puzzle, [claim])
        return
    true = [is_true(puzzle, claim, one) for one in found]
    expected = "must" if all(true) else "could" if any(true) else "cannot"
    assert standings(puzzle, [claim, negated(claim)])[0] == expected
    assert is_possible(puzzle, claim) == any(true)


@SIXTH
@given(st.lists(CONSTRAINTS, min_size=1, max_size=4), st.sampled_from(NAMES))
def test_values_and_clues(constraints: list[Constraint], name: str) -> None:
    puzzle = line(constraints)
    found = enumerated(puzzle)
    values = {one[name] for one in found}
    assert set(possible_values(puzzle, name)) == values
    if found:
        assert settled(puzzle, name) == (next(iter(values)) if len(values) == 1 else None)
        assert core(puzzle) == []
    else:
        wrong = core(puzzle)
        others = [n for n in range(len(constraints)) if n not in wrong]
        assert not enumerated(puzzle.without(*others))
        assert all(enumerated(puzzle.without(*others, place)) for place in wrong)
    short = minimal(puzzle)
    assert as_set(enumerated(short)) == as_set(found)
    assert idle(short) == []


@SIXTH
@given(st.lists(CONSTRAINTS, min_size=1, max_size=3), CONSTRAINTS, st.data())
def test_a_rule_has_the_same_effect_when_the_solutions_are_the_same(
    constraints: list[Constraint], other: Constraint, data: st.DataObject
) -> None:
    puzzle = line(constraints)
    place = data.draw(st.integers(0, len(constraints) - 1))
    swapped = puzzle.without(place).supposing(other)
    assert same_effect(puzzle, place, other) == (as_set(enumerated(puzzle)) == as_set(enumerated(swapped)))


@SIXTH
@given(st.lists(CONSTRAINTS, max_size=4))
def test_json_goes_there_and_back(constraints: list[Constraint]) -> None:
    puzzle = line(constraints)
    back = puzzle_of(puzzle.as_json())
    assert back == puzzle
    assert as_set(enumerated(back)) == as_set(enumerated(puzzle))


def test_words_truth_values_and_large_numbers() -> None:
    puzzle = Puzzle(
        (
            Variable("Bo", ("red", "blue")),
            Variable("is it so?", (False, True)),
            Variable("price", range(1, 1_000_001)),
        ),
        (
            Constraint("is", ("Bo",), ("blue",)),
            Constraint(
                "if_then", parts=(Constraint("is", ("Bo",), ("blue",)), Constraint("is", ("is it so?",), (True,)))
            ),
            Constraint("is", ("price",), (123_456,)),
        ),
    )
    assert solutions(puzzle) == [{"Bo": "blue", "is it so?": True, "price": 123_456}]


def test_a_letter_sum_has_its_one_solution() -> None:
    letters = "SENDMORY"
    told = "1000*S+100*E+10*N+D + 1000*M+100*O+10*R+E == 10000*M+1000*O+100*N+10*E+Y"
    puzzle = Puzzle(
        tuple(Variable(letter, range(10)) for letter in letters),
        (Constraint("all_different", tuple(letters)), Constraint("holds", text=f"{told} and S > 0 and M > 0")),
    )
    assert solutions(puzzle) == [dict(zip(letters, (9, 5, 6, 7, 1, 0, 8, 2), strict=True))]


def test_what_is_too_hard_ends_in_our_own_error() -> None:
    cubes = Puzzle(
        tuple(Variable(name, range(1, 1_000_000)) for name in "xyz"), (Constraint("holds", text="x**3 + y**3 == z**3"),)
    )
    with pytest.raises(Undecided, match="too hard"):
        solutions(cubes)


def test_circles_go_round() -> None:
    seats = tuple(Variable(name, POSITIONS) for name in NAMES)
    n = len(POSITIONS)
    puzzle = Puzzle(seats, (Constraint("is", (NAMES[0],), (n,)), Constraint("right_before", NAMES[:2], around=n)))
    assert settled(puzzle, NAMES[1]) == 1
    assert settled(Puzzle(seats, puzzle.constraints[1:]), NAMES[1]) is None
