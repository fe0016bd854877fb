"""The tables of reading comprehension hold together, and hold what the paper names."""

from __future__ import annotations

from teams.reading_comprehension import BY_NAME, skill
from teams.reading_comprehension.kinds import GOALS, KINDS, SUITS, TRANSFORMATIONS
from teams.reading_comprehension.looks import has_lines, has_speakers, has_steps, names_those_present, speakers
from teams.reading_comprehension.words import script
from tests.teams.reading_comprehension.faults import LETTER, MEETING
from tests.teams.tables import brief_faults, suit_faults, unused_words

PUBLISHED = {
    "literal", "literal_list", "numerical", "critical", "evaluative", "cloze_word", "relationship", "sequence",
    "strengthen", "weaken", "assumption", "flaw", "inference", "principle", "method",
}  # fmt: skip


def test_every_kind_has_a_brief_of_its_own() -> None:
    assert brief_faults([TRANSFORMATIONS, KINDS, GOALS]) == []


def test_every_passage_can_be_asked_about_and_every_kind_is_asked() -> None:
    assert suit_faults(SUITS, TRANSFORMATIONS, KINDS) == []


def test_no_words_of_the_script_are_idle() -> None:
    assert unused_words(script, skill.roles, [*TRANSFORMATIONS, *KINDS, *GOALS]) == []


def test_the_papers_are_there_and_marked() -> None:
    assert len(TRANSFORMATIONS) == 9
    assert {kind.name for kind in KINDS if kind.source == "paper"} == PUBLISHED
    assert len(KINDS) - 1 == 43  # literal comprehension stands here twice
    assert [goal.source for goal in GOALS] == ["paper"] * 3


def test_goals_named_by_kinds_exist_and_fit_their_forms() -> None:
    goals = {goal.name: goal for goal in GOALS}
    for kind in KINDS:
        assert set(kind.goals) <= goals.keys()
        for name in kind.goals:
            # To take away the answer, or turn it, there has to be one.
            assert kind.form.is_closed or not goals[name].edits
    assert BY_NAME["unanswerable"].goals == ()


def test_looks_tell_kinds_of_passages_apart() -> None:
    assert not list(has_speakers(MEETING))
    assert not list(names_those_present(MEETING))
    assert list(has_speakers(LETTER))
    assert list(names_those_present("\n".join(MEETING.splitlines()[4:])))
    assert speakers(MEETING)["Nuria"] == 4
    assert list(has_lines(LETTER))
    assert not list(has_lines("\n".join(f"a line of verse that ends in {n}" for n in "abcdefghijklm")))
    assert list(has_steps(LETTER))
    assert not list(has_steps("You need a bowl.\n\n1. Soak the beans.\n2. Boil them.\n3. Drain them when soft."))
