"""Whole runs over real articles with a scholar in all roles: through the journal, AutoGen and every stage."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import ScriptedClient
from teams.engine.running import Outcome
from teams.open_domain_qa import skill
from teams.open_domain_qa.kinds import GOALS, KINDS, TRANSFORMATIONS
from tests.teams.open_domain_qa.scholar import Scholar
from tests.teams.whole_runs import over_articles, rows

pytestmark = pytest.mark.usefixtures("no_sandbox")


async def go(folder: Path, *, small: bool = False, **options: Any) -> tuple[Outcome, ScriptedClient]:
    return await over_articles(skill, Scholar().answers, folder, small=small, **options)


async def test_articles_become_pairs_of_many_kinds_and_stages(tmp_path: Path) -> None:
    outcome, client = await go(tmp_path)
    kept, out = rows(tmp_path / "pairs.jsonl"), rows(tmp_path / "rejected.jsonl")
    assert outcome.engine.of[skill.name].bugs == 0, out
    reasons = Counter(reason for row in out for reason in row["reasons"])
    assert len(kept) > 8, reasons
    assert len({row["kinds"]["instruct"] for row in kept}) > 5
    assert {row["kinds"]["transform"] for row in kept} <= {kind.name for kind in TRANSFORMATIONS}
    # First-stage and refined questions stay apart, for a benchmark that asks both.
    assert {row["stage"] for row in kept} == {"instruct", "refine"}
    assert all(bool(row["kinds"]["refine"]) == (row["stage"] == "refine") for row in kept)
    assert {goal for row in kept for goal in row["kinds"]["refine"]} <= {goal.name for goal in GOALS}
    assert any("there is no sandbox" in reason for reason in reasons)
    for row in kept:
        assert [message["role"] for message in row["messages"]] == ["user", "assistant"]
        assert row["verdict"]["accepted"]
    assert {request.role for request in client.asked} <= set(skill.roles)


async def test_nobody_who_answers_sees_the_material(tmp_path: Path) -> None:
    _, client = await go(tmp_path)
    for request in client.asked:
        if request.role in ("assistant", "solver", "grader", "examiner", "stranger", "corrector"):
            assert "<text>" not in "".join(str(message.content) for message in request.messages)


async def test_a_small_model_is_asked_for_less(tmp_path: Path) -> None:
    _, client = await go(tmp_path, small=True)
    kept = rows(tmp_path / "pairs.jsonl")
    assert kept
    assert {row["kinds"]["instruct"] for row in kept} <= {kind.name for kind in KINDS if kind.is_small}
    assert {request.role for request in client.asked} <= {"question_writer", "assistant", "solver"}
