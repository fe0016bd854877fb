"""The tables of rag hold together: kinds with briefs, sources and sets, goals that fit, words by language."""

from __future__ import annotations

from teams.rag import skill
from teams.rag.forms import Grounded
from teams.rag.kinds import BY_NAME, BY_PROGRAM, GOALS, KINDS, SUITS, TRANSFORMATIONS
from teams.rag.leads import _MARKS, _QUERY, _RESULTS, LEADS, WISHES
from teams.rag.reply import READERS, WEIGHTS
from teams.rag.words import script
from tests.teams.tables import brief_faults, suit_faults, unused_words

SHORT_BRIEFS = ("chunks", *BY_PROGRAM)
"""What a program does alone needs no telling."""


def test_every_kind_has_a_brief_of_its_own() -> None:
    told = [[kind for kind in table if kind.name not in SHORT_BRIEFS] for table in (TRANSFORMATIONS, KINDS, GOALS)]
    assert brief_faults(told) == []


def test_every_set_can_be_asked_about_and_every_kind_is_asked() -> None:
    assert suit_faults(SUITS, TRANSFORMATIONS, KINDS) == []


def test_no_words_of_the_script_are_idle() -> None:
    assert unused_words(script, skill.roles, [*TRANSFORMATIONS, *KINDS, *GOALS]) == []


def test_what_was_proposed_is_there() -> None:
    assert len(TRANSFORMATIONS) >= 6
    assert len(KINDS) >= 16
    assert len(GOALS) >= 6
    assert sum(kind.source != "ours" for kind in KINDS) >= 16


def test_goals_named_by_kinds_exist_and_have_a_form() -> None:
    goals = {goal.name: goal for goal in GOALS}
    for kind in KINDS:
        assert set(kind.goals) <= goals.keys()
        for name in kind.goals:
            form = goals[name].kind_of(kind, BY_NAME).form
            assert form.draft(False)
            if name == "facts_split":
                assert isinstance(form, Grounded)
                assert form.spread[0] > 1


def test_every_language_has_all_its_words() -> None:
    assert WEIGHTS.keys() == READERS.keys()
    assert LEADS.keys() == WISHES.keys() == _MARKS.keys() == _QUERY.keys() == _RESULTS.keys()
    for wishes in WISHES.values():
        assert {"plain", "cited", "json", "sources_line"} <= wishes.keys() <= READERS.keys()
        assert all("{id}" in wish for wish in wishes["cited"])
    for tag, (_, sources, none) in _MARKS.items():
        assert any(sources in wish and none in wish for wish in WISHES[tag]["sources_line"]), tag
    for tag, (answer, _, _) in _MARKS.items():
        assert all(answer in wish for wish in WISHES[tag].get("quote_first", ())), tag
