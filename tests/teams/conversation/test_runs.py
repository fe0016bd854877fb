"""Whole runs of the batch engine on a writer that plans and talks, over texts and talks nobody wrote for it."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from agents.models.scripted import ScriptedClient
from teams.conversation import skill
from teams.engine import RunOptions
from teams.engine.running import run
from tests.teams.conversation.writer import Talker
from tests.teams.test_engine import lines, playing

ARTICLES = Path(__file__).parents[2] / "seeds" / "articles"
ROW = {
    "messages": [
        {"role": "user", "content": "How high is the tide at the Harrow mill?"},
        {"role": "assistant", "content": "Four metres at springs, as the Harrow keeper wrote it down."},
    ]
}


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    folder = tmp_path / "seeds"
    folder.mkdir()
    for name in ("tide_mills.md", "no_library_fines.md", "ferry_crossing_cut.md"):
        shutil.copy(ARTICLES / name, folder)
    (folder / "pairs.jsonl").write_text(json.dumps(ROW))
    return folder


async def go(client: ScriptedClient, seeds: Path, folder: Path, **options: Any) -> Any:
    chosen = RunOptions(seeds=(seeds,), run=folder, **options)
    return await run(skill, chosen, model_for=playing(client))


@pytest.mark.usefixtures("no_sandbox")
async def test_a_run_makes_conversations_of_many_kinds(seeds: Path, tmp_path: Path) -> None:
    await go(ScriptedClient(Talker().answers), seeds, tmp_path / "run")
    kept, out = lines(tmp_path / "run/pairs.jsonl"), lines(tmp_path / "run/rejected.jsonl")
    assert len(kept) >= 8, Counter(reason[:90] for row in out for reason in row["reasons"])
    assert len({row["kinds"]["instruct"] for row in kept}) >= 4
    assert any(row["kinds"]["refine"] for row in kept)
    assert "talk" in {"talk" if "pairs.jsonl" in row["id"] else "text" for row in kept}
    for row in kept:
        roles = [message["role"] for message in row["messages"]]
        assert roles == ["user", "assistant"] * (len(roles) // 2)
        assert 3 <= len(roles) // 2 <= 6
    bugs = [row for row in out if any("Error" in reason for reason in row["reasons"])]
    assert not bugs, bugs[0]


@pytest.mark.usefixtures("no_sandbox")
async def test_a_run_gone_through_twice_asks_nothing_again(seeds: Path, tmp_path: Path) -> None:
    await go(ScriptedClient(Talker().answers), seeds, tmp_path / "run", pairs=3)
    before = lines(tmp_path / "run/pairs.jsonl")
    again = ScriptedClient(Talker().answers)
    await go(again, seeds, tmp_path / "run", pairs=3)
    assert not again.asked
    assert lines(tmp_path / "run/pairs.jsonl") == before


@pytest.mark.usefixtures("no_sandbox")
async def test_a_small_model_is_asked_for_plain_talks_only(seeds: Path, tmp_path: Path) -> None:
    client = ScriptedClient(Talker().answers)
    chosen = RunOptions(seeds=(seeds,), run=tmp_path / "run")
    await run(skill, chosen, model_for=playing(client, small=True))
    roles = {request.role for request in client.asked}
    assert roles <= {"planner", "assistant", "solver"}, "nobody plays a user by hand, judges or refines"
    assert {"planner", "assistant"} <= roles
