"""The tables of estimates hold together, and looks tell materials apart."""

from __future__ import annotations

from teams.engine.demands import RULES
from teams.engine.records import Seed
from teams.fermi import _FORMATS, declines, skill
from teams.fermi.checks import BY_NAME
from teams.fermi.forms import Estimate, Remade
from teams.fermi.kinds import GOALS, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.fermi.looks import has_claims, has_outline, has_quantities, has_sizes, has_some_figures
from teams.fermi.words import script
from tests.teams.fermi.drafts import BY_FORM, step
from tests.teams.tables import brief_faults, suit_faults, unused_words

PROPOSED, WAYS = 15, 5
"""Sub-categories and transformations that were proposed for this skill: the floor."""


def test_every_kind_has_a_brief_of_its_own() -> None:
    assert brief_faults([TRANSFORMATIONS, KINDS, GOALS]) == []


def test_every_material_can_be_asked_about_and_every_kind_is_asked() -> None:
    assert suit_faults(SUITS, TRANSFORMATIONS, KINDS) == []


def test_no_words_of_the_script_are_idle() -> None:
    assert unused_words(script, skill.roles, [*TRANSFORMATIONS, *KINDS, *GOALS]) == []


def test_there_are_more_kinds_than_proposed_from_several_sources() -> None:
    assert len(KINDS) >= PROPOSED
    assert len(TRANSFORMATIONS) > WAYS
    assert len({kind.source for kind in KINDS}) > 5


def test_goals_exist_and_what_they_lead_to_exists_too() -> None:
    goals = {goal.name: goal for goal in GOALS}
    for kind in KINDS:
        assert set(kind.goals) <= goals.keys()
        for name in kind.goals:
            after = goals[name].kind_of(kind, BY_NAME)
            assert after.name == (goals[name].becomes or kind.name)
    assert set(goals) == {name for kind in KINDS for name in kind.goals}


def test_a_goal_that_asks_for_a_change_remakes_plain_estimates_only() -> None:
    idle = next(goal for goal in GOALS if goal.name == "idle_number")
    assert isinstance(idle.refit(BY_NAME["count"].form), Remade)
    assert all(idle.refit(kind.form) is kind.form for kind in KINDS if type(kind.form) is not Estimate)


def test_every_form_has_a_draft_to_be_tried_with() -> None:
    assert {kind.form.name for kind in KINDS} == set(BY_FORM)


def test_formats_are_ones_there_are() -> None:
    assert set(_FORMATS) <= set(RULES)


def test_small_models_get_kinds_that_their_material_suits() -> None:
    small = [kind for kind in KINDS if kind.is_small]
    assert small
    assert all(kind.name in SUITS[passage] for kind in small for passage in SMALL_TRANSFORMATIONS)
    for kind in small:
        fields = kind.form.draft(True)
        assert set(fields) == {"leaves", "steps", "question"}
        draft = {**BY_FORM["estimate"], "steps": [step("mass", "people * readers * loans * weight", "t / year")]}
        assert list(kind.form.complaints({name: draft[name] for name in fields}, "")) == []


def test_looks_tell_materials_apart() -> None:
    sizes = "\n".join(f"- A crate of sort {n} weighs {n + 3} kg." for n in range(10))
    prose = "The pond covers two hectares. It is fed by the tide."
    for look in (has_quantities, has_sizes, has_claims, has_outline, has_some_figures):
        assert not list(look(sizes))
        assert list(look(prose))


def test_seeds_that_lead_nowhere_are_declined_with_a_reason() -> None:
    words = (
        "The wheel of a tide mill turns while water runs out of the pond, and stops when the sea comes back. "
        "So the miller works by the moon, twice in a day and a night, and never at the same hour for long. "
        "What the mill can grind depends on how much the pond holds, and on how far the sea falls below it."
    )
    assert declines(Seed("fermi/a:1-2", words)) is None
    for text in ("Only three words.", "", "<div><p></p></div>\n" * 60):
        assert declines(Seed("fermi/a:1-2", text))
