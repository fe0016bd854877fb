"""Whole runs over real articles with an apprentice in all roles: through the journal, AutoGen and every stage."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import ScriptedClient
from teams.data_to_text import skill
from teams.data_to_text.kinds import GOALS, KINDS, SMALL_TRANSFORMATIONS, TRANSFORMATIONS
from teams.engine.running import Outcome
from tests.teams.data_to_text.writer import Recorder
from tests.teams.whole_runs import over_articles, rows

pytestmark = pytest.mark.usefixtures("no_sandbox")


async def go(folder: Path, *, small: bool = False, **options: Any) -> tuple[Outcome, ScriptedClient]:
    return await over_articles(skill, Recorder().answers, folder, small=small, **options)


async def test_articles_become_pairs_of_many_kinds(tmp_path: Path) -> None:
    outcome, client = await go(tmp_path)
    kept, out = rows(tmp_path / "pairs.jsonl"), rows(tmp_path / "rejected.jsonl")
    reasons = Counter(reason[:160] for row in out for reason in row["reasons"])
    assert outcome.engine.of[skill.name].bugs == 0, reasons
    assert len(kept) > 20, reasons
    assert len({row["kinds"]["instruct"] for row in kept}) > 12, reasons
    assert {row["kinds"]["transform"] for row in kept} <= {kind.name for kind in TRANSFORMATIONS}
    assert {row["stage"] for row in kept} == {"instruct", "refine"}
    goals = {goal for row in kept for goal in row["kinds"]["refine"]}
    assert len(goals) > 3
    assert goals <= {goal.name for goal in GOALS}
    for row in kept:
        assert [message["role"] for message in row["messages"]] == ["user", "assistant"]
        assert row["verdict"]["accepted"]
    assert {request.role for request in client.asked} <= set(skill.roles)
    # What has to be executed is not tried where nothing can be.
    assert not {row["kinds"]["instruct"] for row in kept} & {kind.name for kind in KINDS if kind.needs_sandbox}


async def test_a_small_model_only_answers_what_the_program_asks(tmp_path: Path) -> None:
    _, client = await go(tmp_path, small=True)
    kept = rows(tmp_path / "pairs.jsonl")
    out = Counter(reason[:160] for row in rows(tmp_path / "rejected.jsonl") for reason in row["reasons"])
    assert kept, out
    assert {row["kinds"]["instruct"] for row in kept} <= {kind.name for kind in KINDS if kind.is_small}
    assert {row["kinds"]["transform"] for row in kept} <= set(SMALL_TRANSFORMATIONS)
    assert {request.role for request in client.asked} == {"assistant"}
