"""Whole runs over real articles with an apprentice in all roles: through the journal, AutoGen and every stage."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import ScriptedClient
from teams.brain_teaser import skill
from teams.brain_teaser.kinds import GOALS, KINDS, TRANSFORMATIONS
from teams.engine.running import Outcome
from tests.teams.brain_teaser.writer import Setter
from tests.teams.whole_runs import over_articles, rows

pytestmark = pytest.mark.usefixtures("no_sandbox")


async def go(folder: Path, *, small: bool = False, **options: Any) -> tuple[Outcome, ScriptedClient]:
    return await over_articles(skill, Setter().answers, folder, small=small, **options)


async def test_articles_become_pairs_of_many_kinds_and_stages(tmp_path: Path) -> None:
    outcome, client = await go(tmp_path)
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


async def test_whoever_solves_sees_nothing_but_the_puzzle(tmp_path: Path) -> None:
    _, client = await go(tmp_path)
    for request in client.asked:
        said = "".join(str(message.content) for message in request.messages[1:])
        if request.role in ("assistant", "solver", "guesser"):
            assert "<text>" not in said
            assert "For you alone" not in said


async def test_a_small_model_is_given_puzzles_that_a_program_worded(tmp_path: Path) -> None:
    _, client = await go(tmp_path, small=True)
    kept = rows(tmp_path / "pairs.jsonl")
    assert kept
    assert {row["kinds"]["instruct"] for row in kept} <= {kind.name for kind in KINDS if kind.is_small}
    assert {request.role for request in client.asked} <= {"assistant", "solver"}
