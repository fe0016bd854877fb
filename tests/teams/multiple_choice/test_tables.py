"""The tables of multiple choice hold together, and hold at least what was to be there."""

from __future__ import annotations

import pytest

from teams.multiple_choice import BY_NAME, skill
from teams.multiple_choice.forms import Lettered
from teams.multiple_choice.kinds import GOALS, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.multiple_choice.looks import (
    compares,
    gives_figures,
    lists_facts,
    numbers_steps,
    sets_beliefs_against_facts,
)
from teams.multiple_choice.words import script
from tests.teams.tables import brief_faults, suit_faults, unused_words

WANTED = {
    "single_best", "negative_except", "none_above", "all_above", "multiple_response", "complex_statements", "matching",
    "cloze", "assertion_reason", "calculation", "case_vignette", "table_reading", "ordering", "analogy",
    "misconception", "definition_term",
}  # fmt: skip


def test_every_kind_has_a_brief_of_its_own() -> None:
    assert brief_faults([TRANSFORMATIONS, KINDS, GOALS]) == []


def test_every_passage_can_be_asked_about_and_every_kind_is_asked() -> None:
    assert suit_faults(SUITS, TRANSFORMATIONS, KINDS) == []


def test_no_words_of_the_script_are_idle() -> None:
    assert unused_words(script, skill.roles, [*TRANSFORMATIONS, *KINDS, *GOALS]) == []


def test_the_kinds_that_were_to_be_there_are_and_more() -> None:
    assert BY_NAME.keys() >= WANTED
    assert len(KINDS) >= 18
    assert len({kind.source for kind in KINDS}) > 10


def test_goals_lead_from_kinds_that_have_them_to_kinds_that_exist() -> None:
    goals = {goal.name: goal for goal in GOALS}
    assert {name for kind in KINDS for name in kind.goals} == goals.keys()
    for kind in KINDS:
        assert isinstance(kind.form, Lettered)
        for name in kind.goals:
            after = goals[name].kind_of(kind, BY_NAME)
            assert after.name in BY_NAME
            assert isinstance(after.form, Lettered)
            assert "question" in after.form.draft(False)
            if name == "more_options":
                assert after.form.wider() is not after.form


def test_what_a_small_model_is_asked_has_forms_it_can_fill() -> None:
    small = [kind for kind in KINDS if kind.is_small]
    assert 3 <= len(small) <= 5
    for kind in small:
        assert len(kind.form.draft(True)) <= 6
        assert kind.name in SUITS["identity"]
    assert SMALL_TRANSFORMATIONS == ("identity",)


TABLE = "| a | b | c |\n|---|---|---|\n" + "| 1 | 2 | 3 |\n" * 5
WIDE = "| a | b | c | d |\n|---|---|---|---|\n" + "| 1 | 2 | 3 | 4 |\n" * 3
FACTS = "\n".join(f"- Fact {n} says how it is and why it can't be otherwise." for n in range(8))
STEPS = "\n".join(f"{n}. Something happens, and then the next thing can begin." for n in range(1, 6))


@pytest.mark.parametrize(
    ("look", "good", "bad"),
    [
        (sets_beliefs_against_facts, TABLE, "| a | b |\n|---|---|\n" + "| 1 | 2 |\n" * 5),
        (compares, WIDE, TABLE),
        (lists_facts, FACTS, STEPS),
        (numbers_steps, STEPS, FACTS),
        (gives_figures, "12 jars of 0.5 l at 3.20 a jar, 40 km away, in 6 hours and 15 minutes", "Twelve jars."),
    ],
)
def test_looks_tell_kinds_of_material_apart(look: object, good: str, bad: str) -> None:
    assert callable(look)
    assert list(look(good)) == []
    assert list(look(bad))
