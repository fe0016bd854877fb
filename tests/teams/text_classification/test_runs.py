"""Whole runs over real articles with an apprentice in all roles: through the journal, AutoGen and every stage."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import ScriptedClient
from teams.engine.running import Outcome
from teams.text_classification import skill
from teams.text_classification.balance import shares_of
from teams.text_classification.kinds import GOALS, KINDS, TRANSFORMATIONS
from tests.teams.text_classification.writer import Designer
from tests.teams.whole_runs import over_articles, rows

pytestmark = pytest.mark.usefixtures("no_sandbox")


async def go(folder: Path, *, small: bool = False, **options: Any) -> tuple[Outcome, ScriptedClient]:
    return await over_articles(skill, Designer().answers, folder, small=small, **options)


async def test_articles_become_pairs_of_many_kinds(tmp_path: Path) -> None:
    outcome, client = await go(tmp_path)
    kept, out = rows(tmp_path / "pairs.jsonl"), rows(tmp_path / "rejected.jsonl")
    assert outcome.engine.of[skill.name].bugs == 0, out
    assert len(kept) > 40, Counter(reason for row in out for reason in row["reasons"])
    assert len({row["kinds"]["instruct"] for row in kept}) > 15
    assert {row["kinds"]["transform"] for row in kept} <= {kind.name for kind in TRANSFORMATIONS}
    assert {row["stage"] for row in kept} == {"instruct", "refine"}
    goals = {goal for row in kept for goal in row["kinds"]["refine"]}
    assert len(goals) > 4
    assert goals <= {goal.name for goal in GOALS}
    for row in kept:
        assert [message["role"] for message in row["messages"]] == ["user", "assistant"]
        assert row["verdict"]["accepted"]
        assert row["gold"]["key"] == row["facts"]["key"]
    assert {request.role for request in client.asked} <= set(skill.roles)
    shares = shares_of(kept)
    assert sum(kind.pairs for kind in shares.values()) == len(kept)


async def test_a_small_model_is_asked_for_less(tmp_path: Path) -> None:
    _, client = await go(tmp_path, small=True)
    kept = rows(tmp_path / "pairs.jsonl")
    assert kept
    assert {row["kinds"]["instruct"] for row in kept} <= {kind.name for kind in KINDS if kind.is_small}
    assert {row["kinds"]["transform"] for row in kept} == {"identity"}
    assert {request.role for request in client.asked} == {"worder", "assistant", "solver"}
