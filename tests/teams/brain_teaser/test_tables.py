"""The tables of brain teasers hold together, and looks tell matters apart."""

from __future__ import annotations

from teams.brain_teaser import declines, skill
from teams.brain_teaser.checks import BY_NAME
from teams.brain_teaser.forms import Dealt
from teams.brain_teaser.kinds import GOALS, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.brain_teaser.looks import has_lines, has_people, has_words
from teams.brain_teaser.puzzles import PUZZLES
from teams.brain_teaser.words import script
from teams.engine.records import Seed
from tests.teams.tables import brief_faults, suit_faults, unused_words

PROPOSED = 16
"""Sub-categories that were proposed for this skill: the floor."""


def test_every_kind_has_a_brief_of_its_own() -> None:
    assert brief_faults([TRANSFORMATIONS, KINDS, GOALS]) == []


def test_every_matter_can_be_asked_about_and_every_kind_is_asked() -> None:
    assert suit_faults(SUITS, TRANSFORMATIONS, KINDS) == []


def test_no_words_of_the_script_are_idle() -> None:
    assert unused_words(script, skill.roles, [*TRANSFORMATIONS, *KINDS, *GOALS]) == []


def test_there_are_more_kinds_than_proposed_from_several_sources() -> None:
    assert len(KINDS) >= 2 * PROPOSED
    assert {"BRAINTEASER", "RiddleSense", "CRT", "Smullyan", "Carroll", "Dudeney"} <= {kind.source for kind in KINDS}


def test_every_puzzle_that_can_be_dealt_is_a_kind_and_the_other_way_round() -> None:
    assert {kind.name for kind in KINDS if isinstance(kind.form, Dealt)} == set(PUZZLES)


def test_goals_exist_and_a_puzzle_has_those_that_can_be_dealt() -> None:
    goals = {goal.name: goal for goal in GOALS}
    twisted = {"twin": "near_twin", "unsolvable": "unsolvable", "harder": "harder"}
    for kind in KINDS:
        assert kind.goals
        assert set(kind.goals) <= goals.keys()
        if kind.name in PUZZLES:
            assert {twisted[twist] for twist in PUZZLES[kind.name].twists} == set(kind.goals) & set(twisted.values())
    for goal in GOALS:
        assert not goal.edits  # whoever solves sees no text: to change it changes nothing
        assert goal.is_answerable == (goal.name != "unsolvable")


def test_small_models_get_puzzles_that_a_program_words() -> None:
    small = [kind for kind in KINDS if kind.is_small]
    assert small
    assert all(isinstance(kind.form, Dealt) for kind in small)
    assert any(kind.name in SUITS[matter] for kind in small for matter in SMALL_TRANSFORMATIONS)


def test_no_refined_puzzle_is_of_a_kind_that_is_not_there() -> None:
    assert all(goal.kind_of(BY_NAME[kind.name], BY_NAME).name in BY_NAME for kind in KINDS for goal in GOALS)


def test_looks_tell_matters_apart() -> None:
    words = "\n".join(f"lantern{n} — a light that one carries" for n in range(30))
    people = "Here meet Akira, Bruno, Celia and Dilan, who mend clocks; later Edda comes in with her dog."
    prose = "The pond covers two hectares. It is fed by the tide."
    for look, fits in ((has_words, words), (has_lines, words), (has_people, people)):
        assert not list(look(fits))
        assert list(look(prose))
    assert not list(has_people("ここに明と花子と太郎と次郎がいる。"))


def test_seeds_that_offer_nothing_are_declined_with_a_reason() -> None:
    words = (
        "The wheel of a tide mill turns while water runs out of the pond, and stops when the sea comes back. "
        "So the miller works by the moon, twice in a day and a night, and never at the same hour for long. "
        "What the mill can grind depends on how much the pond holds, and on how far the sea falls below it."
    )
    assert declines(Seed("brain_teaser/a:1-2", words)) is None
    for text in ("Only three words.", "", "<div><p></p></div>\n" * 60):
        assert declines(Seed("brain_teaser/a:1-2", text))
