"""A pair and its verdict as one row of `pairs.jsonl`: the conversation, and where all of it came from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from agents.models.model import Model
from teams.engine.flow import Skill
from teams.engine.records import Pair, Seed
from teams.engine.verdict import Verdict


def split_of(seed: Seed, hold_out: float) -> str:
    """Say to which split a seed belongs: a hash of its content decides, so that no split ever shares a seed."""
    return "test" if int(seed.hash[:8] or "0", 16) / 2**32 < hold_out else "train"


def row_of(skill: Skill, pair: Pair, verdict: Verdict, model_for: Callable[[str], Model], split: str) -> dict[str, Any]:
    """Return the row. Everything in it is JSON."""
    instruction, seed = pair.instruction, pair.seed
    return {
        "id": pair.id,
        "skill": skill.name,
        "kinds": {
            "transform": instruction.passage.kind,
            "instruct": instruction.kind,
            "refine": list(instruction.refinements),
        },
        "stage": instruction.stage,
        "split": split,
        "messages": [dict(message) for message in pair.messages],
        "tools": [dict(schema) for schema in pair.tools],
        "seed": {"path": seed.path, "span": list(seed.span), "hash": seed.hash},
        "models": {role: model_for(role).name for role in roles_of(skill)},
        "facts": dict(pair.facts),
        "verdict": verdict.as_dict(),
        **skill.dressed(pair),
    }


def roles_of(skill: Skill) -> list[str]:
    """The roles a skill's script names."""
    return list(skill.roles)
