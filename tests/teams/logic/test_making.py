"""Puzzles made to order have the solutions that were ordered, no clue too many, and words for every clue."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.engine.logic import Constraint, LogicError, Puzzle, Variable, count, idle, is_solution, solutions
from teams.engine.logic.families import (
    GROUP_CLUES,
    ORDER_CLUES,
    groups,
    line,
    made_circle,
    made_grid,
    made_groups,
    made_line,
    made_selection,
)
from teams.engine.logic.making import Made, drawn_solution, loose
from teams.engine.logic.wording import Voice, clause, plain
from tests.teams.logic.drawn import CONSTRAINTS
from tests.teams.logic.drawn import line as small_line

NAMES = ("Ada", "Ben", "Cem", "Dee", "Eve", "Fay")
FAMILIES: dict[str, Callable[[Random], Made]] = {
    "line": lambda random: made_line(random, NAMES),
    "circle": lambda random: made_circle(random, NAMES),
    "groups": lambda random: made_groups(random, NAMES, {"north": 2, "south": 4}),
    "selection": lambda random: made_selection(random, NAMES, 3),
    "grid": lambda random: made_grid(random, {"who": NAMES[:4], "drink": ("tea", "milk", "water", "wine")}),
}


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 10**6))
def test_one_solution_and_no_clue_to_spare(family: str, seed: int) -> None:
    made = FAMILIES[family](Random(seed))
    assert solutions(made.puzzle) == [made.secret]
    assert is_solution(made.puzzle, made.secret)
    assert made.clues
    assert not [place for place in idle(made.puzzle) if place >= made.base]
    voice = Voice(said={name: (f"{name} goes", f"{name} stays") for name in NAMES})
    said = [plain(clue, made.puzzle, voice) for clue in made.clues]
    assert len(set(said)) == len(said)
    assert all(any(name in words for name in (*NAMES, "tea", "Tea", "milk", "Milk", "ater", "ine")) for words in said)


@pytest.mark.parametrize("family", FAMILIES)
def test_the_same_seed_makes_the_same_puzzle(family: str) -> None:
    assert FAMILIES[family](Random(7)) == FAMILIES[family](Random(7))
    assert FAMILIES[family](Random(7)) != FAMILIES[family](Random(8))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_a_loose_puzzle_has_as_many_solutions_as_wanted(seed: int) -> None:
    made = loose(Random(seed), line(NAMES), ORDER_CLUES, clues=4, least=3, most=60)
    assert 3 <= count(made.puzzle) <= 60
    assert 3 <= len(made.clues) <= 7


def test_what_can_not_be_made_is_said() -> None:
    with pytest.raises(LogicError, match="does not go"):
        groups(NAMES, {"north": 2, "south": 2})
    impossible = Puzzle((Variable("a", (1, 2)),), (Constraint("is", ("a",), (1,)), Constraint("is", ("a",), (2,))))
    with pytest.raises(LogicError, match="no solution"):
        drawn_solution(Random(1), impossible)
    with pytest.raises(LogicError, match="as many solutions"):
        loose(Random(1), groups(NAMES, {"n": 3, "s": 3}), GROUP_CLUES, clues=3, least=500, most=600)


@settings(max_examples=150, deadline=None)
@given(CONSTRAINTS)
def test_every_constraint_but_an_expression_has_words(constraint: Constraint) -> None:
    puzzle = small_line([constraint])
    words = plain(constraint, puzzle)
    assert words.endswith(".")
    assert words[0].isupper() or not words[0].isalpha()
    named = [*constraint.of, *(name for part in constraint.parts for name in part.of)]
    assert all(name.casefold() in words.casefold() for name in named)
    assert clause(constraint, puzzle) in (words[:-1], words[0].lower() + words[1:-1])
    assert "{" not in words


def test_an_expression_needs_words_of_its_own() -> None:
    puzzle = small_line([])
    with pytest.raises(LogicError, match="give `says`"):
        plain(Constraint("holds", text="Ada == 1"), puzzle)
    assert plain(Constraint("holds", text="Ada == 1", says="Ada leads."), puzzle) == "Ada leads."
