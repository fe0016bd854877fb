"""Conversation: follow a talk, remember, take a pointer for what it means, hold on when right and change when not.

a raw text, or a pair of another skill -> material for a talk -> a plan of three to six turns of one of twenty kinds ->
turns edited: leaning further back, contradicting, challenging -> a form asked for in one turn -> the talk itself, held
between a user with a hidden goal and an assistant who knows only what is said -> an examination

    python -m teams.conversation --seeds articles/
    python -m teams.conversation --seeds runs/reading/pairs.jsonl
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from agents.script import combined
from teams.conversation.checks import CHECKS
from teams.conversation.demanding import demanding
from teams.conversation.examining import examination
from teams.conversation.kinds import SEEDS, SMALL_TRANSFORMATIONS, TRANSFORMATIONS
from teams.conversation.planning import planning
from teams.conversation.refining import refinement
from teams.conversation.talking import talking
from teams.conversation.words import script
from teams.engine.flow import Flow, Scene, Skill, Staging
from teams.engine.records import Record, Seed
from teams.engine.shape import unfit_prose
from teams.engine.stages import words as common
from teams.engine.stages.choose import chooser
from teams.engine.stages.transform import transformation

WRITER = script.role("passage_writer", hears=("task", "reader"), max_tokens=2000, temperature=0.9)
PLANNER = script.role("planner", hears=("task", "desk"), max_tokens=3500, temperature=0.8)
SUGGESTER = script.role("suggester", hears=("task",), max_tokens=900, temperature=0.9)
EDITOR = script.role("editor", hears=("workshop",), max_tokens=3500, temperature=0.6)
PERSON = script.role("person", hears=("prompter",), max_tokens=700, temperature=0.8)
ASSISTANT = script.role("assistant", hears=("task", "line"), tool_rounds=6, max_tokens=1800, temperature=0.3)
AUDITOR = script.role("auditor", hears=("task",), max_tokens=2500, temperature=0.0)
LONGEST_BEGUN = 6000
"""Characters of a talk already begun that can be gone on with."""


def declines(seed: Seed) -> str | None:
    """Say why a seed is nothing to talk about."""
    if seed.kind != "talk":
        return unfit_prose(seed)
    if len(seed.text) > LONGEST_BEGUN:
        return f"a talk of {len(seed.text)} characters leaves no room for more; at most {LONGEST_BEGUN}"
    if len(seed.facts["messages"]) > 5:
        return "a talk of several turns already"
    return None


def _transform() -> Flow:
    """Material from texts; a talk already begun is taken as it is, and no chooser is asked."""
    flow = transformation(WRITER, TRANSFORMATIONS, small_kinds=SMALL_TRANSFORMATIONS)
    among = chooser([kind for kind in TRANSFORMATIONS if kind.name in SEEDS["text"]])

    async def choose(scene: Scene) -> Staging | Sequence[Record]:
        seed = scene.record
        if isinstance(seed, Seed) and seed.kind == "talk":
            scene.notes["chosen"] = list(SEEDS["talk"])
            return []
        return await among.direct(scene)

    return replace(flow, suits=SEEDS, choose=replace(among, direct=choose))


skill = Skill(
    name="conversation",
    flows=(_transform(), planning(PLANNER), refinement(SUGGESTER, EDITOR), demanding(), talking(PERSON, ASSISTANT)),
    checks=CHECKS,
    judge=examination(AUDITOR),
    version=combined(script, common.script),
    roles=(*script, *common.script),
    declines=declines,
    prefers="talks",
)

team = skill.team
"""The skill as an AutoGen `Team`."""
