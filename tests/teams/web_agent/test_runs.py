"""Whole runs in the real browser on an apprentice, planted faults, and what happens where there is no browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox import SandboxError
from teams.web_agent import skill
from tests.teams.web_agent import faults
from tests.teams.web_agent.writer import Surfer
from tests.teams.whole_runs import over_articles, rows
from tools.action_text import to_action_text


@pytest.mark.chromium
async def test_a_run_finishes_pairs_whose_actions_happened(tmp_path: Path) -> None:
    outcome, _ = await over_articles(skill, Surfer().answers, tmp_path / "run", pairs=2)
    made = rows(outcome.folder / "pairs.jsonl")
    assert len(made) == 2
    for row in made:
        assert row["facts"]["executed"] == "browser"
        assert len(row["facts"]["steps"]) == sum(1 for m in row["messages"] if m.get("tool_calls"))
        assert to_action_text(row["messages"], row["tools"], row["facts"]["outcome"])


@pytest.mark.chromium
async def test_a_small_model_acts_through_a_form(tmp_path: Path) -> None:
    outcome, client = await over_articles(skill, Surfer().answers, tmp_path / "run", pairs=1, small=True)
    assert len(rows(outcome.folder / "pairs.jsonl")) == 1
    assert {request.role for request in client.asked} == {"stepper"}


async def test_without_a_browser_a_run_stops_before_any_call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path))
    with pytest.raises(SandboxError, match=r"web_agent works in a browser: .*scripts/setup web"):
        await over_articles(skill, Surfer().answers, tmp_path / "run", pairs=1)


@pytest.mark.chromium
def test_good_pairs_pass_and_faults_are_caught_by_their_checks() -> None:
    for name, case in faults.good().items():
        assert faults.judged(case).accepted, (name, faults.judged(case).reasons)
    for name, case in faults.bad().items():
        found = faults.judged(case).reasons
        assert any(reason.startswith(f"{case.caught_by}:") for reason in found), (name, found)
