"""Whole runs over real articles with an apprentice in all roles: through the journal, AutoGen and every stage."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import ScriptedClient
from teams.engine.running import Outcome
from teams.reading_comprehension import skill
from teams.reading_comprehension.kinds import GOALS, KINDS, TRANSFORMATIONS
from tests.teams.stages.writer import Apprentice
from tests.teams.whole_runs import over_articles, rows

pytestmark = pytest.mark.usefixtures("no_sandbox")


async def go(folder: Path, *, small: bool = False, **options: Any) -> tuple[Outcome, ScriptedClient]:
    return await over_articles(skill, Apprentice().answers, folder, small=small, **options)


async def test_articles_become_pairs_of_many_kinds(tmp_path: Path) -> None:
    outcome, client = await go(tmp_path)
    kept, out = rows(tmp_path / "pairs.jsonl"), rows(tmp_path / "rejected.jsonl")
    assert outcome.engine.of[skill.name].bugs == 0, out
    assert len(kept) > 20, Counter(reason for row in out for reason in row["reasons"])
    assert len({row["kinds"]["instruct"] for row in kept}) > 10
    assert {row["kinds"]["transform"] for row in kept} <= {kind.name for kind in TRANSFORMATIONS}
    assert {row["stage"] for row in kept} == {"instruct", "refine"}
    assert {goal for row in kept for goal in row["kinds"]["refine"]} <= {goal.name for goal in GOALS}
    for row in kept:
        assert [message["role"] for message in row["messages"]][:2] == ["user", "assistant"]
        assert row["verdict"]["accepted"]
    assert {request.role for request in client.asked} <= set(skill.roles)


async def test_a_small_model_is_asked_for_less(tmp_path: Path) -> None:
    _, client = await go(tmp_path, small=True)
    kept = rows(tmp_path / "pairs.jsonl")
    assert kept
    able = {kind.name for kind in KINDS if kind.is_small}
    assert {row["kinds"]["instruct"] for row in kept} <= able
    assert {row["kinds"]["transform"] for row in kept} == {"identity"}
    assert {request.role for request in client.asked} == {"worder", "assistant", "solver"}
    for request in client.asked:
        if request.role == "worder":
            assert len(request.extra["response_format"]["json_schema"]["schema"]["properties"]) == 1
    for row in kept:
        assert all(quote in row["messages"][0]["content"] or "\n" in quote for quote in row["facts"]["evidence"])
