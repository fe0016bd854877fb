"""The tables of conversation hold together, and hold what the published taxonomies name."""

from __future__ import annotations

from teams.conversation import skill
from teams.conversation.kinds import (
    BY_NAME,
    GOALS,
    KINDS,
    OPENS,
    REQUIRED,
    SEEDS,
    SMALL_TRANSFORMATIONS,
    SUITS,
    TRANSFORMATIONS,
)
from teams.conversation.looks import has_facts, has_parts, has_pieces, is_a_message
from teams.conversation.plan import MOST_TURNS
from teams.conversation.sorts import SORTS
from teams.conversation.words import script
from teams.engine.stages import words as common
from tests.teams.tables import brief_faults, suit_faults, unused_words

SIXTEEN = """
context_memory anaphora separate_input topic_shift content_confusion content_rephrase format_rephrase self_correction
self_affirmation maths_in_turns reasoning_in_turns clarify proactive expansion stepwise_refinement sharded
""".split()  # noqa: SIM905


def test_every_kind_has_a_brief_of_its_own() -> None:
    assert brief_faults([TRANSFORMATIONS, KINDS, GOALS, tuple(SORTS.values())]) == []


def test_every_material_can_be_talked_about_and_every_kind_is_held() -> None:
    assert suit_faults(SUITS, TRANSFORMATIONS, KINDS) == []
    assert set(OPENS) == {kind.name for kind in TRANSFORMATIONS} == {name for names in SEEDS.values() for name in names}


def test_no_words_of_the_script_are_idle() -> None:
    assert unused_words(script, skill.roles, [*TRANSFORMATIONS, *KINDS, *GOALS, *SORTS.values()]) == []
    assert not set(script) & set(common.script), "a role has its words in one script"


def test_the_sixteen_and_the_thirteen_of_mt_bench_101_are_there() -> None:
    assert set(SIXTEEN) <= BY_NAME.keys()
    assert sum(kind.source == "MT-Bench-101" for kind in KINDS) == 13


def test_every_sort_of_turn_is_taken_by_some_kind_or_goal() -> None:
    taken = {sort.name for kind in KINDS for sort in kind.sorts} | set(REQUIRED.values())
    assert taken == SORTS.keys()


def test_goals_exist_and_fit_the_longest_talk() -> None:
    names = {goal.name for goal in GOALS}
    for kind in KINDS:
        assert set(kind.goals) <= names
        assert 2 <= kind.turns[0] <= kind.turns[1] < MOST_TURNS
        assert kind.least <= kind.turns[0]


def test_small_models_get_kinds_of_material_they_have() -> None:
    small = {kind.name for kind in KINDS if kind.is_small}
    assert small
    assert all(small & set(SUITS[name]) for name in SMALL_TRANSFORMATIONS)


def test_looks_tell_kinds_of_material_apart() -> None:
    facts = "\n".join(f"- Fact {n} of the {n}th of May." for n in range(1, 12))
    assert not list(has_facts(facts))
    assert list(has_facts("A paragraph."))
    assert list(has_facts("\n".join("- no figure in it" for _ in range(12))))
    assert not list(has_pieces("one\n---\ntwo\n---\nthree"))
    assert list(has_pieces("one piece only"))
    assert not list(has_parts("A notice for the fair.\n1. on Friday\n2. under 80 words\n3. names Ida\n4. no prices"))
    assert list(has_parts("1. on Friday\n2. under 80 words\n3. names Ida\n4. no prices"))
    assert list(is_a_message("According to the passage, what did the council decide?"))
