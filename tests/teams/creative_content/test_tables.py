"""The tables of creative content hold together."""

from __future__ import annotations

import pytest

from teams.creative_content import BY_NAME, declines, skill
from teams.creative_content.kinds import GOALS, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS, missed_aim
from teams.creative_content.looks import has_notes, has_numbered_facts, has_sample_and_rules
from teams.creative_content.rules import RULES
from teams.creative_content.verse import FORMS
from teams.creative_content.words import script
from teams.engine.records import Seed
from tests.teams.creative_content.test_verse import PANTOUM, SONNET
from tests.teams.tables import brief_faults, suit_faults, unused_words
from tools.plugins import list_tools

PROPOSED = {
    "short_story", "poem", "screenplay", "song", "speech", "letter", "op_ed", "advertisement", "press_release",
    "product_concept", "lesson", "tutorial", "contest_problem", "quest", "world_building", "persona", "satire",
    "childrens_story", "interview", "proposal",
}  # fmt: skip


def test_every_kind_has_a_brief_of_its_own() -> None:
    assert brief_faults([TRANSFORMATIONS, KINDS, GOALS]) == []


def test_every_sheet_can_be_written_from_and_every_kind_is_asked() -> None:
    assert suit_faults(SUITS, TRANSFORMATIONS, KINDS) == []


def test_no_words_of_the_script_are_idle() -> None:
    assert unused_words(script, skill.roles, [*TRANSFORMATIONS, *KINDS, *GOALS]) == []


def test_the_proposed_kinds_are_there_and_more() -> None:
    assert {kind.name for kind in KINDS} > PROPOSED
    assert len(KINDS) >= 22


def test_goals_and_tools_named_by_kinds_exist() -> None:
    goals, tools = {goal.name for goal in GOALS}, {name for name, *_ in list_tools()}
    for kind in KINDS:
        assert kind.goals
        assert set(kind.goals) <= goals
        assert set(kind.tools) <= tools
    assert {name for kind in KINDS for name in kind.goals} == goals


def test_a_small_model_has_something_to_do() -> None:
    able = {kind.name for kind in KINDS if kind.is_small}
    assert any(able & set(SUITS[passage]) for passage in SMALL_TRANSFORMATIONS)


def test_every_rule_can_be_asked_of_some_kind_and_is_told_to_its_writer() -> None:
    told = "\n".join(kind.form.guidance(False) for kind in KINDS)
    assert all(f"- {name}: " in told for name in (*RULES, *FORMS))
    for kind in KINDS:
        items = kind.form.draft(False)["requirements"]["items"]
        assert all(f"- {name}: " in kind.form.guidance(False) for name in items["properties"]["rule"]["enum"])


@pytest.mark.parametrize(
    ("text", "kind", "language", "why"),
    [
        ("def add(a, b):\n    return a + b\n" * 20, "code", "python", "code"),
        ("Too few words.", "text", "", "word"),
        ("", "text", "", "no words"),
        ("Home | Shop | Log in\n" * 40, "text", "", ""),
        ("| Boat | Fare |\n|---|---|\n" + "| north | 4 crowns |\n| south | 6 crowns |\n" * 9, "text", "", ""),
    ],
)
def test_what_nothing_can_be_written_from_is_declined(text: str, kind: str, language: str, why: str) -> None:
    reason = declines(Seed("creative_content/a:1-9", text, kind=kind, language=language))
    assert reason
    assert why in reason


def test_verse_and_a_short_text_will_do() -> None:
    assert declines(Seed("creative_content/a:1-9", SONNET)) is None
    assert declines(Seed("creative_content/a:1-9", PANTOUM)) is None


def test_looks_tell_sheets_apart() -> None:
    prose = "It had rained for a week before anybody thought of the gate. " * 12
    facts = "\n".join(f"{n}. On day {n} the gate was opened by hand." for n in range(1, 9))
    sheet = (
        f"{prose[:400]}\n- Short sentences.\n- No colours.\n- The verb early.\n- Never a question.\n- Names of tools."
    )
    assert list(has_notes(prose))
    assert not list(has_notes("- the gate\n- the mud\n- a boot\n- the hour of neaps"))
    assert not list(has_numbered_facts(facts))
    assert list(has_numbered_facts("\n".join(facts.splitlines()[1:])))
    assert not list(has_sample_and_rules(sheet))
    assert list(has_sample_and_rules(facts))


def _facts(*needs: tuple[str, int, list[str]], wishes: tuple[str, ...] = ("keep it dry",)) -> dict[str, object]:
    made = [{"wording": "…", "rule": rule, "from": 0, "to": to, "words": words} for rule, to, words in needs]
    return {"requirements": made, "wishes": [{"wording": wish, "sign": "…"} for wish in wishes]}


@pytest.mark.parametrize(
    ("goal", "reached"),
    [
        ("form_constraint", _facts(("word_count", 300, []), ("lipogram", 0, ["k"]))),
        ("keep_facts", _facts(("word_count", 300, []), ("words_in", 0, ["9.20", "Brandl", "four"]))),
        ("forbidden_cliches", _facts(("word_count", 300, []), ("words_out", 0, ["mist", "dawn", "echo", "soul"]))),
        ("several_deliverables", _facts(("word_count", 300, []), ("labels", 0, ["Speech", "Invitation"]))),
        ("half_the_room", _facts(("word_count", 150, []))),
        ("unusual_viewpoint", _facts(("word_count", 300, []), wishes=("keep it dry", "as the gate sees it"))),
        ("blend_genres", _facts(("word_count", 300, []), wishes=("keep it dry", "and a recipe"))),
        ("audience_shift", _facts(("word_count", 300, []), wishes=("his widow reads it too",))),
    ],
)
def test_a_goal_is_reached_or_it_is_said_what_is_missing(goal: str, reached: dict[str, object]) -> None:
    before = _facts(("word_count", 300, []))
    assert not list(missed_aim(goal, reached, before))
    assert list(missed_aim(goal, before, before))


def test_every_goal_of_every_kind_is_checked_for() -> None:
    assert {goal.name for goal in GOALS} == {name for kind in BY_NAME.values() for name in kind.goals}
