"""Whole runs over real articles with an apprentice in all roles: through the journal, AutoGen and every stage."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from teams.fermi import skill
from teams.fermi.kinds import GOALS, TRANSFORMATIONS
from tests.teams.fermi.writer import Reckoner
from tests.teams.whole_runs import over_articles, rows

pytestmark = pytest.mark.usefixtures("no_sandbox")


async def test_articles_become_estimates_of_many_kinds_and_stages(tmp_path: Path) -> None:
    outcome, client = await over_articles(skill, Reckoner().answers, tmp_path)
    kept, out = rows(tmp_path / "pairs.jsonl"), rows(tmp_path / "rejected.jsonl")
    assert outcome.engine.of[skill.name].bugs == 0, out
    reasons = Counter(reason for row in out for reason in row["reasons"])
    assert len(kept) > 8, reasons
    assert len({row["kinds"]["instruct"] for row in kept}) > 5
    assert {row["kinds"]["transform"] for row in kept} <= {kind.name for kind in TRANSFORMATIONS}
    assert {row["stage"] for row in kept} == {"instruct", "refine"}
    assert {goal for row in kept for goal in row["kinds"]["refine"]} <= {goal.name for goal in GOALS}
    for row in kept:
        assert [message["role"] for message in row["messages"]] == ["user", "assistant"]
        assert row["verdict"]["accepted"]
    assert {request.role for request in client.asked} <= set(skill.roles)


async def test_a_small_model_is_asked_for_a_tree_of_one_step(tmp_path: Path) -> None:
    outcome, client = await over_articles(skill, Reckoner().answers, tmp_path, small=True)
    assert outcome.engine.of[skill.name].bugs == 0
    kept = rows(tmp_path / "pairs.jsonl")
    assert kept
    assert {row["kinds"]["instruct"] for row in kept} == {"resource"}
    assert not {request.role for request in client.asked} & {"suggester", "format_setter", "newcomer", "examiner"}
