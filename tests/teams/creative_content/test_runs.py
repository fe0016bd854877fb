"""Whole runs over real articles with an apprentice in all roles: through the journal, AutoGen and every stage."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import ScriptedClient
from teams.creative_content import skill, team
from teams.creative_content.kinds import GOALS, KINDS, TRANSFORMATIONS
from teams.engine.running import Outcome
from tests.teams.creative_content.writer import CreativeApprentice
from tests.teams.whole_runs import ARTICLES, over_articles, rows

pytestmark = pytest.mark.usefixtures("no_sandbox")


async def go(folder: Path, *, small: bool = False, **options: Any) -> tuple[Outcome, ScriptedClient]:
    return await over_articles(skill, CreativeApprentice().answers, folder, small=small, **options)


async def test_articles_become_pieces_of_many_kinds(tmp_path: Path) -> None:
    outcome, client = await go(tmp_path)
    kept, out = rows(tmp_path / "pairs.jsonl"), rows(tmp_path / "rejected.jsonl")
    assert outcome.engine.of[skill.name].bugs == 0, out
    assert len(kept) > 15, Counter(reason for row in out for reason in row["reasons"])
    assert len({row["kinds"]["instruct"] for row in kept}) > 8
    assert {row["kinds"]["transform"] for row in kept} <= {kind.name for kind in TRANSFORMATIONS}
    assert {row["stage"] for row in kept} == {"instruct", "refine"}
    assert {goal for row in kept for goal in row["kinds"]["refine"]} <= {goal.name for goal in GOALS}
    for row in kept:
        assert [message["role"] for message in row["messages"]] == ["user", "assistant"]
        assert row["facts"]["revised"]
        assert row["facts"]["draft"] != row["messages"][1]["content"]
    assert {request.role for request in client.asked} <= set(skill.roles)


async def test_a_small_model_is_asked_for_a_request_and_a_piece_and_nothing_else(tmp_path: Path) -> None:
    _, client = await go(tmp_path, small=True)
    kept = rows(tmp_path / "pairs.jsonl")
    assert kept
    assert {row["kinds"]["instruct"] for row in kept} <= {kind.name for kind in KINDS if kind.is_small}
    assert {row["kinds"]["transform"] for row in kept} == {"identity"}
    assert {request.role for request in client.asked} == {"request_writer", "assistant"}
    for row in kept:
        assert "draft" not in row["facts"]
        assert "words" in row["messages"][0]["content"]  # the limit that the program put in


async def test_a_team_takes_one_seed_to_a_piece_with_its_verdict() -> None:
    client = ScriptedClient(CreativeApprentice().answers)
    one = team(client, kinds={"transform": "fact_pack", "instruct": "museum_label", "refine": "audience_shift"})
    await one.run(task=(ARTICLES / "tide_mills.md").read_text(encoding="utf-8"))
    assert one.pair
    assert one.pair.kind == "museum_label"
    assert one.verdict
    assert one.verdict.accepted, one.verdict.reasons
    assert {"pack_kept", "wishes_met", "revision_not_worse"} <= {finding.check for finding in one.verdict.findings}
