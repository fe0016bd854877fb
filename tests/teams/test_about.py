"""What a skill consists of is told from its tables: nothing is listed that is not there, nothing there is left out."""

from __future__ import annotations

import subprocess
import sys

import pytest

from teams.engine.about import details, overview, tools_of
from teams.engine.flow import Skill
from teams.engine.registry import load, skills
from tools import list_tools
from tools.web.actions import ACTIONS

SKILLS = load(skills())


@pytest.mark.parametrize("skill", SKILLS, ids=lambda skill: skill.name)
def test_every_kind_role_and_check_of_a_skill_is_told(skill: Skill) -> None:
    told = "\n".join(details(skill))
    for flow in skill.flows:
        assert all(f"| {kind.name} |" in told for kind in flow.kinds if kind.brief)
    assert all(role in told for role in skill.roles)
    assert all(f"- {check.__name__}: " in told for check in skill.checks)
    assert all(check.__doc__ for check in skill.checks)


def test_the_table_has_a_row_a_skill() -> None:
    lines = overview(SKILLS)
    assert [line.split("|")[1].strip() for line in lines[2:]] == [skill.name for skill in SKILLS]


@pytest.mark.parametrize("skill", SKILLS, ids=lambda skill: skill.name)
def test_tools_that_are_named_exist(skill: Skill) -> None:
    in_browser = set(ACTIONS) if skill.needs_browser else set()
    assert set(tools_of(skill)) <= {name for name, _, _ in list_tools()} | in_browser


def test_an_unknown_skill_is_refused_with_those_there_are() -> None:
    done = subprocess.run([sys.executable, "-m", "teams", "show", "poetry"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "reading_comprehension" in done.stderr
