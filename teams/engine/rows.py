"""A pair and its verdict as one row of `pairs.jsonl`: the conversation, and where all of it came from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from agents.models.model import Model
from teams.engine.flow import Skill
from teams.engine.records import WITHOUT, Instruction, Pair, Passage, Seed, went_without
from teams.engine.seeds import hold_out as held_out
from teams.engine.verdict import Verdict


def split_of(seed: Seed, hold_out: float) -> str:
    """Say to which split a seed belongs: a hash of its content decides, so that no split ever shares a seed."""
    return "test" if held_out(seed.hash, hold_out) else "train"


def row_of(
    skill: Skill,
    pair: Pair,
    verdict: Verdict,
    model_for: Callable[[str], Model],
    split: str,
    said_by: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the row; `said_by` are the facts of a person's part in it. Everything in it is JSON."""
    instruction, seed = pair.instruction, pair.seed
    lacks = went_without(pair)
    return {
        "id": pair.id,
        "skill": skill.name,
        "kinds": {
            "transform": instruction.passage.kind,
            "instruct": instruction.kind,
            "refine": list(instruction.refinements),
            "demand": list(getattr(instruction, "demands", ())),
        },
        "stage": instruction.stage,
        "split": split,
        "messages": [dict(message) for message in pair.messages],
        "tools": [dict(schema) for schema in pair.tools],
        "seed": {"path": seed.path, "span": list(seed.span), "hash": seed.hash},
        "models": {role: model_for(role).name for role in skill.roles},
        "facts": {**pair.facts, **({WITHOUT: lacks} if lacks else {}), **(said_by or {})},
        "verdict": verdict.as_dict(),
        **skill.dressed(pair),
    }


def pair_of(row: Mapping[str, Any]) -> Pair:
    """Return the pair of a row, as far as a row tells: enough for checks that compare pairs."""
    seed = Seed(row["id"], "", row["seed"]["path"], tuple(row["seed"]["span"]), row["seed"]["hash"])
    passage = Passage(row["id"], row["kinds"]["transform"], "", seed)
    first = next((m["content"] for m in row["messages"] if m["role"] == "user"), "")
    instruction = Instruction(row["id"], row["kinds"]["instruct"], first, passage)
    return instruction.answered(row["messages"], row["tools"], facts=row["facts"])
