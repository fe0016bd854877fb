"""The tables of analytical reasoning hold together, and hold at least what was to be there."""

from __future__ import annotations

from random import Random

import pytest

from teams.analytical_reasoning import skill
from teams.analytical_reasoning.cast import PARTS
from teams.analytical_reasoning.drawing import drawn
from teams.analytical_reasoning.gather import SMALL_DEFAULTS
from teams.analytical_reasoning.harder import CHANGES
from teams.analytical_reasoning.kinds import BY_NAME, GOALS, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.analytical_reasoning.words import script
from tests.teams.analytical_reasoning.cases import CAST
from tests.teams.tables import brief_faults, suit_faults, unused_words

WANTED = {
    "linear_ordering", "circular_seating", "grouping", "selection", "matching", "hybrid_game", "logic_grid",
    "scheduling", "categorical_syllogism", "conditional", "disjunctive", "conjunctive", "must_be_true", "could_be_true",
    "cannot_be_true", "data_sufficiency", "rule_substitution", "kinship", "table_trends",
}  # fmt: skip


def test_every_kind_has_a_brief_of_its_own() -> None:
    assert brief_faults([TRANSFORMATIONS, KINDS, GOALS]) == []


def test_every_passage_can_be_asked_about_and_every_kind_is_asked() -> None:
    assert suit_faults(SUITS, TRANSFORMATIONS, KINDS) == []


def test_no_words_of_the_script_are_idle() -> None:
    assert unused_words(script, skill.roles, [*TRANSFORMATIONS, *KINDS, *GOALS]) == []


def test_the_kinds_that_were_to_be_there_are_and_more() -> None:
    assert BY_NAME.keys() >= WANTED
    assert len(TRANSFORMATIONS) >= 6
    assert len({kind.source for kind in KINDS}) >= 5


def test_goals_have_programs_and_kinds_name_goals() -> None:
    assert {goal.name for goal in GOALS} == CHANGES.keys() == {name for kind in KINDS for name in kind.goals}


@pytest.mark.parametrize("gathering", TRANSFORMATIONS, ids=lambda one: one.name)
def test_what_a_transformation_gathers_is_enough_for_what_is_asked_of_it(gathering) -> None:  # type: ignore[no-untyped-def]
    assert set(gathering.parts) <= PARTS.keys()
    cast = {part: CAST[part] for part in gathering.parts}
    for name in SUITS[gathering.name]:
        assert drawn(BY_NAME[name].way, Random(f"{gathering.name}{name}"), cast)


def test_what_a_small_model_gathers_is_enough_too() -> None:
    cast = {**SMALL_DEFAULTS, "scene": CAST["scene"], "people": CAST["people"]}
    for name in (kind.name for kind in KINDS if kind.is_small):
        assert any(name in SUITS[one] for one in SMALL_TRANSFORMATIONS)
        assert drawn(BY_NAME[name].way, Random(name), cast)
