"""The tables of open-domain question answering hold together, and looks tell materials apart."""

from __future__ import annotations

from teams.engine.records import Seed
from teams.open_domain_qa import RECKONING, declines, skill
from teams.open_domain_qa.checks import BY_NAME
from teams.open_domain_qa.forms import Executed, Withheld
from teams.open_domain_qa.kinds import GOALS, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.open_domain_qa.looks import has_beliefs, has_facts, has_links, has_quantities, has_table
from teams.open_domain_qa.words import script
from tests.teams.tables import brief_faults, suit_faults, unused_words

PROPOSED = 18
"""Sub-categories that were proposed for this skill: the floor."""


def test_every_kind_has_a_brief_of_its_own() -> None:
    assert brief_faults([TRANSFORMATIONS, KINDS, GOALS]) == []


def test_every_material_can_be_asked_about_and_every_kind_is_asked() -> None:
    assert suit_faults(SUITS, TRANSFORMATIONS, KINDS) == []


def test_no_words_of_the_script_are_idle() -> None:
    assert unused_words(script, skill.roles, [*TRANSFORMATIONS, *KINDS, *GOALS]) == []


def test_there_are_more_kinds_than_proposed_from_several_taxonomies() -> None:
    assert len(KINDS) >= PROPOSED
    assert {"CRAG", "NF-CATS", "Graesser", "MATH", "GSM8K", "UMWP", "Beyer"} <= {kind.source for kind in KINDS}


def test_goals_exist_and_what_they_lead_to_exists_too() -> None:
    goals = {goal.name: goal for goal in GOALS}
    for kind in KINDS:
        assert set(kind.goals) <= goals.keys()
    for goal in GOALS:
        assert not goal.becomes or goal.becomes in BY_NAME
        assert not goal.edits  # whoever answers sees no text: to change it changes nothing
        # What can't be answered afterwards is of a kind that knows it can't be.
        assert goal.is_answerable == (not isinstance(BY_NAME[goal.becomes].form, Withheld) if goal.becomes else True)


def test_what_is_worked_out_can_be_worked_out_with_tools() -> None:
    for kind in KINDS:
        if kind.needs_sandbox:
            assert isinstance(kind.form, Executed)
        if isinstance(kind.form, Executed) and kind.form.name != "claim":
            assert set(kind.tools) & set(RECKONING)


def test_small_models_get_kinds_without_programs() -> None:
    small = [kind for kind in KINDS if kind.is_small]
    assert small
    assert any(kind.name in SUITS[passage] for kind in small for passage in SMALL_TRANSFORMATIONS)
    for kind in small:
        assert "program" not in kind.form.draft(True)
        assert len(kind.form.draft(True)) <= 4


def test_looks_tell_materials_apart() -> None:
    facts = "\n".join(f"Fact number {n} is that water freezes." for n in range(10))
    rows = "\n".join(f"| {n} | {400 + n} |" for n in range(6))
    table = f"Counted by pupils.\n\n| Day | Bicycles |\n|---|---|\n{rows}"
    links = "\n".join(f"salt — lowers → the freezing point {n}: it gets in the way" for n in range(8))
    prose = "The pond covers two hectares. It is fed by the tide."
    for look, fits in ((has_facts, facts), (has_table, table), (has_links, links), (has_beliefs, facts)):
        assert not list(look(fits))
        assert list(look(prose))
    assert not list(has_quantities(table))
    assert list(has_quantities(prose))


def test_seeds_that_lead_nowhere_are_declined_with_a_reason() -> None:
    words = (
        "The wheel of a tide mill turns while water runs out of the pond, and stops when the sea comes back. "
        "So the miller works by the moon, twice in a day and a night, and never at the same hour for long. "
        "What the mill can grind depends on how much the pond holds, and on how far the sea falls below it."
    )
    assert declines(Seed("open_domain_qa/a:1-2", words)) is None
    for text in ("Only three words.", "", "<div><p></p></div>\n" * 60):
        assert declines(Seed("open_domain_qa/a:1-2", text))
