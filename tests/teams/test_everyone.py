"""All skills in one run over documents that were not written for them: every role an apprentice, every stage real."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agents.models.model import Abilities, Model
from teams.engine import RunOptions
from teams.engine.registry import load, skills
from teams.engine.running import run
from tests.teams.everyone import answers, everyone
from tests.teams.library import CODE

ARTICLES = Path(__file__).parents[1] / "seeds" / "articles"
pytestmark = pytest.mark.usefixtures("no_sandbox")


def test_every_skill_has_an_apprentice() -> None:
    assert set(answers()) == set(skills())


async def test_all_skills_share_a_run_and_none_breaks(tmp_path: Path) -> None:
    code = tmp_path / "code"
    code.mkdir()
    for number in range(3):
        (code / f"desk{number}.py").write_text(f"{CODE}\n# branch {number}\n")
    client = everyone()
    model = Model("scripted", client, Abilities(tools="native", schemas="native"))
    options = RunOptions(seeds=(ARTICLES, code), run=tmp_path / "run", pairs=60)
    outcome = await run(load(skills()), options, model_for=lambda role: model)
    tallies = outcome.engine.of
    assert {name: tally.bugs for name, tally in tallies.items()} == dict.fromkeys(tallies, 0)
    for request in (one for one in client.asked if "/check-" in one.chat):
        heard = "".join(str(message.content) for message in request.messages[1:])
        # Whoever guesses from options alone is shown nothing else.
        assert len(heard) > 60 or request.role == "guesser", (
            f"{request.role} of {request.chat} is asked about nothing: {heard!r}"
        )
    rows = [json.loads(line) for line in (tmp_path / "run" / "pairs.jsonl").read_text().splitlines()]
    made = {name: sum(row["skill"] == name for row in rows) for name in tallies}
    assert all(made.values()), made
    assert all(made[name] <= outcome.engine.quotas[name] for name in made)
    assert {"instruct", "refine"} == {row["stage"] for row in rows}
    ids = [row["id"] for row in rows]
    ids += [json.loads(line)["id"] for line in (tmp_path / "run" / "rejected.jsonl").read_text().splitlines()]
    assert len(ids) == len(set(ids))
    card = (tmp_path / "run" / "README.md").read_text()
    assert all(name in card for name in tallies)
