"""Whole runs over real articles with an apprentice in all roles: through the journal, AutoGen and every stage."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agents.models.model import Abilities, Model
from agents.models.scripted import ScriptedClient
from teams.engine import RunOptions
from teams.engine.running import Outcome, run
from teams.text_extraction import skill
from teams.text_extraction.kinds import GOALS, KINDS, TRANSFORMATIONS
from tests.teams.text_extraction.writer import Extractor

ARTICLES = Path(__file__).parents[2] / "seeds" / "articles"
pytestmark = pytest.mark.usefixtures("no_sandbox")


async def go(folder: Path, *, small: bool = False, **options: Any) -> tuple[Outcome, ScriptedClient]:
    client = ScriptedClient(Extractor().answers)
    model = Model("scripted", client, Abilities(tools="native", schemas="native", small=small))
    asked = RunOptions(seeds=(ARTICLES,), run=folder, **options)
    return await run(skill, asked, model_for=lambda role: model), client


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


async def test_articles_become_pairs_of_many_kinds(tmp_path: Path) -> None:
    outcome, client = await go(tmp_path)
    kept, out = rows(tmp_path / "pairs.jsonl"), rows(tmp_path / "rejected.jsonl")
    reasons = Counter(reason[:160] for row in out for reason in row["reasons"])
    assert outcome.engine.of[skill.name].bugs == 0, reasons
    assert len(kept) > 20, reasons
    assert len({row["kinds"]["instruct"] for row in kept}) > 10, reasons
    assert {row["kinds"]["transform"] for row in kept} <= {kind.name for kind in TRANSFORMATIONS}
    assert {row["stage"] for row in kept} == {"instruct", "refine"}
    goals = {goal for row in kept for goal in row["kinds"]["refine"]}
    assert len(goals) > 2
    assert goals <= {goal.name for goal in GOALS}
    for row in kept:
        assert [message["role"] for message in row["messages"]] == ["user", "assistant"]
        assert row["verdict"]["accepted"]
    assert {request.role for request in client.asked} <= set(skill.roles)


async def test_a_small_model_is_asked_for_less(tmp_path: Path) -> None:
    _, client = await go(tmp_path, small=True)
    kept = rows(tmp_path / "pairs.jsonl")
    out = Counter(reason[:160] for row in rows(tmp_path / "rejected.jsonl") for reason in row["reasons"])
    assert kept, out
    assert {row["kinds"]["instruct"] for row in kept} <= {kind.name for kind in KINDS if kind.is_small}
    assert {row["kinds"]["transform"] for row in kept} == {"identity"}
    assert {request.role for request in client.asked} == {"request_writer", "assistant", "blind_reader"}
    for request in client.asked:
        if request.role == "request_writer":
            items = request.extra["response_format"]["json_schema"]["schema"]["properties"]["items"]
            assert items["maxItems"] == 1
            assert set(items["items"]["properties"]) == {"sort", "items", "question"}
