"""Whole runs over real articles with an apprentice in all roles: through the journal, AutoGen and every stage."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import ScriptedClient
from teams.engine.running import Outcome
from teams.rag import skill
from teams.rag.kinds import GOALS, TRANSFORMATIONS
from tests.teams.rag.writer import Librarian
from tests.teams.whole_runs import over_articles, rows

pytestmark = pytest.mark.usefixtures("no_sandbox")


@pytest.fixture(autouse=True)
def by_words(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Search by words, in an index that is thrown away: no embedding model is loaded for this."""
    monkeypatch.setattr("tools.index.find_embeddings", lambda model, say: None)
    monkeypatch.setattr("tools.index.cache_folder", lambda: tmp_path / "cache")


async def go(folder: Path, *, small: bool = False, **options: Any) -> tuple[Outcome, ScriptedClient]:
    return await over_articles(skill, Librarian().answers, folder, small=small, **options)


async def test_articles_become_pairs_of_many_kinds(tmp_path: Path) -> None:
    outcome, client = await go(tmp_path)
    kept, out = rows(tmp_path / "pairs.jsonl"), rows(tmp_path / "rejected.jsonl")
    reasons = Counter(reason[:160] for row in out for reason in row["reasons"]).most_common(25)
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
        assert sum(row["documents"].values()) >= 4
    assert {request.role for request in client.asked} <= set(skill.roles)


async def test_a_small_model_asks_for_one_sentence_and_points_at_it(tmp_path: Path) -> None:
    _, client = await go(tmp_path, small=True)
    kept = rows(tmp_path / "pairs.jsonl")
    out = Counter(reason[:160] for row in rows(tmp_path / "rejected.jsonl") for reason in row["reasons"])
    assert kept, out
    assert {row["kinds"]["instruct"] for row in kept} == {"best_passage"}
    assert {row["kinds"]["transform"] for row in kept} == {"chunks"}
    assert {request.role for request in client.asked} <= {"worder", "assistant", "solver"}
