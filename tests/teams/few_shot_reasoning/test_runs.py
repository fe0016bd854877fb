"""Whole runs over real articles with an examiner in all roles: through the journal, AutoGen and every stage."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import ScriptedClient
from teams.engine.running import Outcome
from teams.few_shot_reasoning import skill
from teams.few_shot_reasoning.kinds import GOALS, KINDS, TRANSFORMATIONS
from tests.teams.few_shot_reasoning.writer import Examiner
from tests.teams.whole_runs import over_articles, rows

pytestmark = pytest.mark.usefixtures("no_sandbox")


async def go(folder: Path, *, small: bool = False, **options: Any) -> tuple[Outcome, ScriptedClient]:
    return await over_articles(skill, Examiner().answers, folder, small=small, **options)


async def test_articles_become_pairs_of_many_kinds_and_stages(tmp_path: Path) -> None:
    outcome, client = await go(tmp_path)
    kept, out = rows(tmp_path / "pairs.jsonl"), rows(tmp_path / "rejected.jsonl")
    assert outcome.engine.of[skill.name].bugs == 0, out
    reasons = Counter(reason for row in out for reason in row["reasons"])
    assert len(kept) > 15, reasons
    assert len({row["kinds"]["instruct"] for row in kept}) > 5
    assert {row["kinds"]["transform"] for row in kept} <= {kind.name for kind in TRANSFORMATIONS}
    assert {row["stage"] for row in kept} == {"instruct", "refine"}
    assert {goal for row in kept for goal in row["kinds"]["refine"]} <= {goal.name for goal in GOALS}
    for row in kept:
        assert [message["role"] for message in row["messages"]] == ["user", "assistant"]
        assert row["verdict"]["accepted"]
        assert row["rule"]
    assert {request.role for request in client.asked} <= set(skill.roles)
    checked = {finding["check"] for row in kept for finding in row["verdict"]["checks"]}
    assert {"examples_recomputed", "rule_unique", "output_right", "blind_agreement", "reasons_hold"} <= checked


async def test_whoever_answers_sees_the_message_and_nothing_else(tmp_path: Path) -> None:
    _, client = await go(tmp_path)
    for request in client.asked:
        if request.role in ("assistant", "solver", "marker"):
            assert "<text>" not in "".join(str(message.content) for message in request.messages)


async def test_with_a_small_model_programs_make_the_tasks(tmp_path: Path) -> None:
    _, client = await go(tmp_path, small=True)
    kept = rows(tmp_path / "pairs.jsonl")
    assert kept
    assert {row["kinds"]["instruct"] for row in kept} <= {kind.name for kind in KINDS if kind.is_small}
    assert {request.role for request in client.asked} == {"assistant"}


async def test_in_another_language_nothing_is_worded_in_english(tmp_path: Path) -> None:
    _, client = await go(tmp_path, language="German", small=True)
    out = rows(tmp_path / "rejected.jsonl")
    assert any("text is not in German" in reason for row in out for reason in row["reasons"])
    assert not client.asked
