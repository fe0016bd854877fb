"""The tables of coding hold together, looks tell materials apart, and seeds that lead nowhere are declined."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.languages import BY_KEY
from teams.coding import declines, skill
from teams.coding.checks import BY_NAME
from teams.coding.forms import Task
from teams.coding.kinds import GOALS, KINDS, SUITS, TRANSFORMATIONS, VOICES
from teams.coding.looks import has_code, has_examples, has_rules, has_steps, has_tables
from teams.coding.words import script
from teams.engine.records import Seed
from tests.teams.coding.cases import FINE
from tests.teams.tables import brief_faults, suit_faults, unused_words

PROPOSED = 20
"""Sorts of task that were proposed for this skill: the floor."""
CODE = Path(__file__).parents[2] / "seeds" / "code"


def test_every_kind_has_a_brief_of_its_own() -> None:
    assert brief_faults([TRANSFORMATIONS, KINDS, GOALS, VOICES]) == []


def test_every_material_can_be_asked_about_and_every_kind_is_asked() -> None:
    assert suit_faults(SUITS, TRANSFORMATIONS, KINDS) == []


def test_no_words_of_the_script_are_idle() -> None:
    assert unused_words(script, skill.roles, [*TRANSFORMATIONS, *KINDS, *GOALS, *VOICES]) == []


def test_there_are_more_kinds_than_proposed_from_several_taxonomies() -> None:
    assert len(KINDS) >= PROPOSED
    assert {"HumanEval", "MBPP", "CRUXEval", "HumanEvalPack", "CanItEdit", "DS-1000"} <= {k.source for k in KINDS}


def test_goals_exist_and_lead_somewhere() -> None:
    goals = {goal.name for goal in GOALS}
    asked = {name for kind in KINDS for name in kind.goals}
    assert asked == goals
    assert all(not goal.becomes or goal.becomes in BY_NAME for goal in GOALS)


def test_everything_is_executed() -> None:
    assert skill.needs_sandbox
    for kind in KINDS:
        assert kind.needs_sandbox
        assert isinstance(kind.form, Task)
        assert set(kind.form.tongues) <= set(BY_KEY)
        assert kind.tools


def test_looks_tell_materials_apart() -> None:
    tables = "CREATE TABLE a (x);\nCREATE TABLE b (y);\nINSERT INTO a VALUES (1);"
    rules = "1. One does.\n2. Two does.\n3. Three does not."
    calls = "\n".join(f"fold({n}) gives {n}" for n in range(8))
    prose = "The pond covers some hectares. It is fed by the tide."
    steps = "Take 3 and 5; the smaller goes first."
    pairs = ((has_code, FINE), (has_tables, tables), (has_rules, rules), (has_examples, calls), (has_steps, steps))
    for look, fits in pairs:
        assert not list(look(fits))
        assert list(look(prose))


@pytest.mark.parametrize("path", sorted(path for path in CODE.rglob("*") if path.is_file()), ids=lambda path: path.name)
def test_code_of_many_languages_is_taken(path: Path) -> None:
    assert declines(Seed("coding/a:1-2", path.read_text())) is None


def test_seeds_that_lead_nowhere_are_declined_with_a_reason() -> None:
    for text in ("", "Only three words.", "<div><p></p></div>\n" * 60, "x=1;" * 900, "import os\nimport re\n"):
        assert declines(Seed("coding/a:1-2", text)), text[:30]
