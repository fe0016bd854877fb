"""The tables of text extraction hold together: kinds with briefs, sources and passages, goals that fit their forms."""

from __future__ import annotations

from teams.text_extraction import BY_NAME, looks, skill
from teams.text_extraction.form import Extraction
from teams.text_extraction.kinds import GOALS, KINDS, SUITS, TRANSFORMATIONS
from teams.text_extraction.record.dresses import DRESSES
from teams.text_extraction.record.leads import LEADS, NOTES
from teams.text_extraction.words import script
from tests.teams.tables import brief_faults, suit_faults, unused_words
from tests.teams.text_extraction.drafts import MAILS


def test_every_kind_has_a_brief_of_its_own() -> None:
    assert brief_faults([TRANSFORMATIONS, KINDS, GOALS]) == []


def test_every_passage_can_be_asked_about_and_every_kind_is_asked() -> None:
    assert suit_faults(SUITS, TRANSFORMATIONS, KINDS) == []


def test_no_words_of_the_script_are_idle() -> None:
    assert unused_words(script, skill.roles, [*TRANSFORMATIONS, *KINDS, *GOALS]) == []


def test_what_was_proposed_is_there() -> None:
    assert len(TRANSFORMATIONS) == 9
    assert len(KINDS) >= 19
    assert len(GOALS) == 7
    assert sum(kind.source != "ours" for kind in KINDS) >= 17


def test_goals_named_by_kinds_exist_and_have_a_form() -> None:
    goals = {goal.name: goal for goal in GOALS}
    for kind in KINDS:
        assert set(kind.goals) <= goals.keys()
        for name in kind.goals:
            form = goals[name].kind_of(kind, BY_NAME).form
            assert isinstance(form, Extraction)
            assert form.containers, f"{kind.name} refined toward {name} has no shape left"


def test_every_dress_has_words_to_lead_to_it() -> None:
    assert {name.partition("_many")[0].partition("_plain")[0] for name in LEADS["en"]} == DRESSES.keys()
    for tag, leads in LEADS.items():
        assert "schema" in leads, tag
        assert {"json_null", "json_list", "json_null_list", "ascending", "descending"} <= NOTES[tag].keys(), tag


def test_looks_tell_kinds_of_passages_apart() -> None:
    assert not list(looks.has_messages(MAILS))
    assert list(looks.has_messages(MAILS.partition("---")[0]))
    assert list(looks.has_table(MAILS))
    table = "Key: a\nValue: b\n\n| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 6
    assert not list(looks.has_table(table))
    assert list(looks.has_clauses(MAILS))
    assert not list(
        looks.has_clauses("\n".join(f"{n}.1 The fee of {n}0 euros is due on {n} May." for n in range(1, 6)))
    )
    assert not list(looks.has_quotations(MAILS))
    assert list(looks.has_figures(200)(MAILS))
