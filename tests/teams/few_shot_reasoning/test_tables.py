"""The tables of few-shot reasoning hold together, and looks tell materials apart."""

from __future__ import annotations

from teams.engine.records import Seed
from teams.few_shot_reasoning import declines, skill
from teams.few_shot_reasoning.kinds import BY_NAME, GOALS, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.few_shot_reasoning.looks import has_pairs, has_table, has_words
from teams.few_shot_reasoning.refining import _BY_GOAL
from teams.few_shot_reasoning.rules.registry import DOMAINS
from teams.few_shot_reasoning.words import script
from tests.teams.few_shot_reasoning.writer import REGISTER
from tests.teams.tables import brief_faults, suit_faults, unused_words

PROPOSED = 17
"""Sub-categories that were proposed for this skill: the floor."""


def test_every_kind_has_a_brief_of_its_own() -> None:
    assert brief_faults([TRANSFORMATIONS, KINDS, GOALS]) == []


def test_every_material_can_be_asked_about_and_every_kind_is_asked() -> None:
    assert suit_faults(SUITS, TRANSFORMATIONS, KINDS) == []


def test_no_words_of_the_script_are_idle() -> None:
    assert unused_words(script, skill.roles, [*TRANSFORMATIONS, *KINDS, *GOALS]) == []


def test_there_are_more_kinds_than_proposed_from_several_sources() -> None:
    assert len(KINDS) > PROPOSED
    assert len(TRANSFORMATIONS) >= 6
    assert len({kind.source for kind in KINDS}) > 9


def test_goals_exist_and_each_can_be_reached_by_a_program_or_an_editor() -> None:
    goals = {goal.name for goal in GOALS}
    assert goals == _BY_GOAL.keys()
    assert {goal for kind in KINDS for goal in kind.goals} == goals
    for kind in KINDS:
        if not kind.form.is_computed:  # an editor writes it anew: what only a program can do is none of its goals
            assert not set(kind.goals) & {"fewer_shots", "wrong_shot", "without_reasons", "second_rule"}


def test_every_family_of_rules_is_drawn_from_by_a_kind() -> None:
    drawn = {domain.name for kind in KINDS for domain in getattr(kind.form, "domains", ())}
    assert DOMAINS.keys() - drawn <= {"rows_but"}


def test_small_models_get_what_a_program_makes() -> None:
    small = [kind for kind in KINDS if kind.is_small]
    assert any(kind.name in SUITS[passage] for kind in small for passage in SMALL_TRANSFORMATIONS)
    assert all(kind.form.is_computed for kind in small)
    assert not any(kind.needs_sandbox for kind in small)
    assert BY_NAME["remapped_labels"] not in small


def test_looks_tell_materials_apart() -> None:
    prose = "The pond covers two hectares. It is fed by the tide."
    assert not list(has_table(REGISTER))
    assert not list(has_words(" ".join(f"{a}{b}{c}" for a in "bdfg" for b in "aeiou" for c in "klmn")))
    assert not list(has_pairs("\n".join(f"bird {n}: nest {n}" for n in range(16))))
    for look in (has_table, has_words, has_pairs):
        assert list(look(prose))


def test_seeds_without_matter_are_declined_with_a_reason() -> None:
    words = (
        "The wheel of a tide mill turns while water runs out of the pond, and stops when the sea comes back. "
        "So the miller works by the moon, twice in a day and a night, and never at the same hour for long. "
        "What the mill can grind depends on how much the pond holds, and on how far the sea falls below it."
    )
    assert declines(Seed("few_shot_reasoning/a:1-2", words)) is None
    for text in ("Only three words.", "", "<div><p></p></div>\n" * 60):
        assert declines(Seed("few_shot_reasoning/a:1-2", text))
