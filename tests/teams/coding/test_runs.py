"""Whole runs over real articles with an apprentice in all roles: journal, AutoGen, sandbox and every stage."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from agents.models.scripted import ScriptedClient
from sandbox import SandboxError
from teams.coding import skill
from teams.coding.kinds import GOALS, KINDS, TRANSFORMATIONS
from tests.teams.coding.writer import Coder
from tests.teams.whole_runs import over_articles, rows


@pytest.mark.docker
async def test_articles_become_pairs_of_many_kinds_and_stages(tmp_path: Path) -> None:
    outcome, client = await over_articles(skill, Coder().answers, tmp_path, pairs=14)
    kept, out = rows(tmp_path / "pairs.jsonl"), rows(tmp_path / "rejected.jsonl")
    assert outcome.engine.of[skill.name].bugs == 0, out
    reasons = Counter(reason for row in out for reason in row["reasons"])
    assert len(kept) > 5, reasons
    assert len({row["kinds"]["instruct"] for row in kept}) > 3
    assert {row["kinds"]["transform"] for row in kept} <= {kind.name for kind in TRANSFORMATIONS}
    assert {row["kinds"]["instruct"] for row in kept} <= {kind.name for kind in KINDS}
    assert {goal for row in kept for goal in row["kinds"]["refine"]} <= {goal.name for goal in GOALS}
    for row in kept:
        assert [message["role"] for message in row["messages"]] == ["user", "assistant"]
        assert "sandbox" in str(row["verdict"])
    assert {request.role for request in client.asked} <= set(skill.roles)
    for request in client.asked:
        if request.role in ("assistant", "examiner"):
            assert "<text>" not in "".join(str(message.content) for message in request.messages)


@pytest.mark.usefixtures("no_sandbox")
async def test_without_a_sandbox_nothing_is_asked(tmp_path: Path) -> None:
    client = ScriptedClient(Coder().answers)
    with pytest.raises(SandboxError, match=r"^coding runs code and needs a sandbox: no Docker Engine answers"):
        await over_articles(skill, client, tmp_path)
    assert not client.asked
