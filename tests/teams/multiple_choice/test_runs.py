"""A whole run over real articles with a scripted writer in all roles: through the journal, AutoGen and every stage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from agents.models.model import Abilities, Model
from agents.models.scripted import ScriptedClient
from teams.engine import RunOptions
from teams.engine.running import run
from teams.multiple_choice import skill
from teams.multiple_choice.kinds import KINDS
from tests.teams.multiple_choice.writer import RIGHT, answers

ARTICLES = Path(__file__).parents[2] / "seeds" / "articles"
pytestmark = pytest.mark.usefixtures("no_sandbox")


async def test_articles_become_items_that_are_sat_and_guessed_at(tmp_path: Path) -> None:
    client = ScriptedClient(answers())
    model = Model("scripted", client, Abilities(tools="native", schemas="native"))
    await run(skill, RunOptions(seeds=(ARTICLES,), run=tmp_path), model_for=lambda role: model)
    kept = [json.loads(line) for line in (tmp_path / "pairs.jsonl").read_text().splitlines()]
    assert kept
    assert {row["kinds"]["instruct"] for row in kept} <= {kind.name for kind in KINDS}
    for row in kept:
        assert row["verdict"]["accepted"]
        assert row["options"][row["key"]] in RIGHT | {"None of the above"}
        checks = {check["check"] for check in row["verdict"]["checks"]}
        assert {"item_as_shown", "key_named", "blind_agreement", "no_second_key"} <= checks
    assert {"question_writer", "assistant", "solver", "guesser"} <= {request.role for request in client.asked}
