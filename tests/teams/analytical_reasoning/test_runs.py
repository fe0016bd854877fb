"""Whole runs over real articles with an apprentice in all roles: through the journal, AutoGen and every stage."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from teams.analytical_reasoning import skill
from teams.analytical_reasoning.kinds import GOALS, KINDS, TRANSFORMATIONS
from tests.teams.analytical_reasoning.writer import answers
from tests.teams.whole_runs import over_articles, rows

pytestmark = pytest.mark.usefixtures("no_sandbox")


async def test_articles_become_proved_problems(tmp_path: Path) -> None:
    _, client = await over_articles(skill, answers(), tmp_path, pairs=14)
    kept, out = rows(tmp_path / "pairs.jsonl"), rows(tmp_path / "rejected.jsonl")
    reasons = Counter(reason for row in out for reason in row["reasons"])
    assert len(kept) > 8, reasons
    assert len({row["kinds"]["instruct"] for row in kept}) > 4
    assert {row["kinds"]["instruct"] for row in kept} <= {kind.name for kind in KINDS}
    assert {row["kinds"]["transform"] for row in kept} <= {kind.name for kind in TRANSFORMATIONS}
    assert {goal for row in kept for goal in row["kinds"]["refine"]} <= {goal.name for goal in GOALS}
    for row in kept:
        checks = {check["check"] for check in row["verdict"]["checks"]}
        assert {"key_proved", "puzzle_sound", "steps_follow", "blind_reading", "answer_supported"} <= checks
        assert row["verdict"]["accepted"]
    read = [request.last for request in client.asked if request.role == "examiner"]
    answers_kept = [row["messages"][-1]["content"] for row in kept]
    assert all(any(answer in said for said in read) for answer in answers_kept)
    for request in client.asked:
        if request.role in ("formaliser", "assistant", "examiner"):
            assert "<text>" not in "".join(str(message.content) for message in request.messages)


async def test_with_a_small_model_programs_do_the_work(tmp_path: Path) -> None:
    _, client = await over_articles(skill, answers(), tmp_path, small=True, pairs=8)
    kept = rows(tmp_path / "pairs.jsonl")
    assert kept
    assert {row["kinds"]["instruct"] for row in kept} <= {kind.name for kind in KINDS if kind.is_small}
    assert {request.role for request in client.asked} == {"gatherer"}
