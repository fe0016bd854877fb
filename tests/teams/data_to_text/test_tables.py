"""The tables of data to text hold together: kinds with briefs, sources and data they suit, goals that fit."""

from __future__ import annotations

from teams.data_to_text import skill
from teams.data_to_text.data.dresses import DRESSES
from teams.data_to_text.data.graphs import GRAPHS
from teams.data_to_text.data.replies import REPLIES
from teams.data_to_text.forms.base import DataForm
from teams.data_to_text.forms.rows import RowsForm
from teams.data_to_text.kinds import BY_NAME, GOALS, KINDS, SUITS, TRANSFORMATIONS
from teams.data_to_text.words import script
from tests.teams.tables import brief_faults, suit_faults, unused_words


def test_every_kind_has_a_brief_of_its_own() -> None:
    assert brief_faults([TRANSFORMATIONS, KINDS, GOALS]) == []


def test_every_data_set_can_be_asked_about_and_every_kind_is_asked() -> None:
    assert suit_faults(SUITS, TRANSFORMATIONS, KINDS) == []


def test_no_words_of_the_script_are_idle() -> None:
    assert unused_words(script, skill.roles, [*TRANSFORMATIONS, *KINDS, *GOALS]) == []


def test_what_was_proposed_is_there() -> None:
    assert len(TRANSFORMATIONS) >= 7
    assert len(KINDS) >= 18
    assert len(GOALS) >= 6
    assert sum(kind.source != "ours" for kind in KINDS) == len(KINDS)


def test_goals_named_by_kinds_exist_and_lead_to_forms_of_data() -> None:
    goals = {goal.name: goal for goal in GOALS}
    for kind in KINDS:
        assert set(kind.goals) <= goals.keys()
        for name in kind.goals:
            assert isinstance(goals[name].kind_of(kind, BY_NAME).form, DataForm)


def test_every_form_is_shown_and_answered_in_dresses_there_are() -> None:
    for kind in KINDS:
        form = kind.form
        assert isinstance(form, DataForm)
        assert set(form.dresses) <= {*DRESSES, *GRAPHS}, kind.name
        if isinstance(form, RowsForm):
            assert set(form.replies) <= REPLIES.keys(), kind.name
    shown = {name for kind in KINDS for name in getattr(kind.form, "dresses", ())}
    assert len(shown) > 15


def test_what_is_executed_is_not_tried_without_a_sandbox() -> None:
    executed = {kind.name for kind in KINDS if kind.needs_sandbox}
    assert executed == {"sql_query", "sparql_query", "table_definition"}
