"""Whole runs of a skill of text over the sample articles, with a scripted writer in all roles."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from agents.models.model import Abilities, Model
from agents.models.scripted import ScriptedClient
from teams.engine import RunOptions
from teams.engine.flow import Skill
from teams.engine.running import Outcome, run

ARTICLES = Path(__file__).parents[1] / "seeds" / "articles"


async def over_articles(
    skill: Skill, answers: Mapping[str, Any] | ScriptedClient, folder: Path, *, small: bool = False, **options: Any
) -> tuple[Outcome, ScriptedClient]:
    """Run `skill` into `folder`; `answers` are replies by role, or a client. Return what came of it and the client."""
    client = answers if isinstance(answers, ScriptedClient) else ScriptedClient(answers)
    model = Model("scripted", client, Abilities(tools="native", schemas="native", small=small))
    asked = RunOptions(seeds=(ARTICLES,), run=folder, **options)
    return await run(skill, asked, model_for=lambda role: model), client


def rows(path: Path) -> list[dict[str, Any]]:
    """Return the rows of one of a run's files."""
    return [json.loads(line) for line in path.read_text().splitlines()]
