"""All seventeen skills of the paper: what each consists of, counted."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from agents.script import Script
from teams.engine.about import details, overview, tools_of
from teams.engine.flow import Kind, Skill
from teams.engine.registry import load, skills
from teams.engine.stages.asking import Goal
from tools.plugins import list_tools
from tools.web.actions import ACTIONS

TEAMS = Path(__file__).parents[2] / "teams"
SEVENTEEN = {
    "reading_comprehension", "open_domain_qa", "text_modification", "web_agent", "brain_teaser", "analytical_reasoning",
    "multiple_choice", "data_to_text", "fermi", "coding", "text_extraction", "text_classification", "rag", "tool_use",
    "creative_content", "few_shot_reasoning", "conversation",
}  # fmt: skip
"""Table 1 of the paper."""
PAPERS_KINDS = {"reading_comprehension": 15, "text_modification": 18, "tool_use": 7}
"""Kinds that the paper names, where it describes a flow."""
SKILLS = {skill.name: skill for skill in load(sorted(SEVENTEEN))}
every_skill = pytest.mark.parametrize("skill", SKILLS.values(), ids=list(SKILLS))


def kinds_of(skill: Skill, stage: str) -> list[Kind]:
    return [kind for flow in skill.flows if flow.stage == stage for kind in flow.kinds if kind.brief]


def test_all_of_the_papers_skills_are_there_and_in_the_mix() -> None:
    assert set(skills()) == SEVENTEEN == SKILLS.keys()
    shares = yaml.safe_load((TEAMS / "engine" / "mix.yaml").read_text(encoding="utf-8"))
    assert set(shares) == SEVENTEEN


def test_three_hundred_kinds_each_with_its_source() -> None:
    asked = [(skill.name, kind) for skill in SKILLS.values() for kind in kinds_of(skill, "instruct")]
    assert len(asked) >= 300
    assert [f"{name}/{kind.name}" for name, kind in asked if not kind.source.strip()] == []
    counted = Counter(name for name, kind in asked if kind.source == "paper")
    assert {name: counted[name] for name in PAPERS_KINDS} == PAPERS_KINDS
    ours = sum(kind.source == "ours" for _, kind in asked)
    assert ours < len(asked) / 2, "most kinds come from the paper or from a named taxonomy"


@every_skill
def test_a_skill_is_whole(skill: Skill) -> None:
    assert len(kinds_of(skill, "transform")) >= 6
    assert len(kinds_of(skill, "instruct")) >= 8
    assert len(kinds_of(skill, "refine")) >= 3
    assert {"transform", "instruct", "refine", "demand", "respond"} <= {flow.stage for flow in skill.flows}
    assert skill.judge is not None
    assert len(skill.checks) >= 8
    assert all((check.__doc__ or "").strip() for check in skill.checks)
    assert len(set(skill.roles)) == len(skill.roles) >= 6


@every_skill
def test_its_words_stand_in_its_script(skill: Skill) -> None:
    script = Script(TEAMS / skill.name / "script.md")
    for stage in ("instruct", "refine"):
        for kind in kinds_of(skill, stage):
            assert script.brief(kind.name) == kind.brief
    assert set(script) <= set(skill.roles)


@every_skill
def test_its_tools_are_there(skill: Skill) -> None:
    """They are registered; only who works in a browser has the actions that can be taken there, and all of them."""
    if skill.needs_browser:
        assert set(tools_of(skill)) == set(ACTIONS)
    else:
        assert set(tools_of(skill)) <= {name for name, _, _ in list_tools()}


@every_skill
def test_goals_that_make_a_request_unanswerable_say_so(skill: Skill) -> None:
    goals = [goal for goal in kinds_of(skill, "refine") if isinstance(goal, Goal)]
    names = {kind.name for kind in kinds_of(skill, "instruct")}
    assert {goal.becomes for goal in goals if goal.becomes} <= names


def test_the_table_has_a_row_a_skill_and_the_counts_of_the_tables() -> None:
    head, line, *rows = overview(SKILLS.values())
    assert len(rows) == 17
    assert head.count("|") == line.count("|")
    for skill, row in zip(SKILLS.values(), rows, strict=True):
        name, made, asked, goals, roles, *_ = (cell.strip() for cell in row.strip("|").split("|"))
        assert name == skill.name
        assert int(made) == len(kinds_of(skill, "transform"))
        assert int(asked.split()[0]) == len(kinds_of(skill, "instruct"))
        by_source = [int(count) for count in re.findall(r" (\d+)(?=[,)])", asked)]
        assert sum(by_source) == int(asked.split()[0])
        assert (int(goals), int(roles)) == (len(kinds_of(skill, "refine")), len(skill.roles))


@every_skill
def test_details_name_every_kind_and_check(skill: Skill) -> None:
    said = "\n".join(details(skill))
    for stage in ("transform", "instruct", "refine"):
        assert all(f"| {kind.name} | {kind.source} |" in said for kind in kinds_of(skill, stage))
    assert all(f"- {check.__name__}: " in said for check in skill.checks)
