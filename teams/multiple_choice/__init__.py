"""Multiple choice: answer an examination question, and say what is wrong with every other option.

a raw text -> facts, misconceptions, a case, figures, a table or steps -> items of 26 kinds that stand alone, their
options lettered and their truth drawn by program -> harder, with more options, one level up, with another key or none
-> a format asked for -> the answer -> sat blind, contested, guessed at

    python -m teams.multiple_choice --seeds articles/
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agents.script import combined
from teams.engine.flow import Skill
from teams.engine.records import Pair, Seed
from teams.engine.shape import unfit_prose
from teams.engine.stages import words as common
from teams.engine.stages.demand import demand_flow
from teams.engine.stages.examine import examination
from teams.engine.stages.instruct import Setting, instruction_flow
from teams.engine.stages.refine import refinement_flow
from teams.engine.stages.respond import response_flow
from teams.engine.stages.transform import transformation
from teams.multiple_choice.checks import CHECKS
from teams.multiple_choice.drafting import problems
from teams.multiple_choice.judging import second_look
from teams.multiple_choice.kinds import GOALS, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.multiple_choice.words import script

WRITER = script.role("passage_writer", hears=("task", "reader"), tool_rounds=6, max_tokens=2000, temperature=0.9)
ASKER = script.role("question_writer", hears=("task", "desk"), max_tokens=3500, temperature=0.8)
SUGGESTER = script.role("suggester", hears=("task",), max_tokens=900, temperature=0.9)
EDITOR = script.role("editor", hears=("workshop",), max_tokens=3000, temperature=0.6)
ASSISTANT = script.role("assistant", hears=("task", "proofreader"), tool_rounds=6, max_tokens=1500, temperature=0.3)
BY_NAME = {kind.name: kind for kind in KINDS}
SETTING = Setting(shows_text=False, extra=problems)


def declines(seed: Seed) -> str | None:
    """Say why no examination question can be taken from a seed."""
    return unfit_prose(seed)


def dressed(pair: Pair) -> Mapping[str, Any]:
    """Return the columns by which a row can be scored: its options and the label of the right one."""
    facts = pair.instruction.facts
    return {"options": dict(zip(facts["labels"], facts["options"], strict=True)), "key": facts["key"]}


skill = Skill(
    name="multiple_choice",
    flows=(
        transformation(WRITER, TRANSFORMATIONS, small_kinds=SMALL_TRANSFORMATIONS),
        instruction_flow(ASKER, KINDS, SUITS, SETTING),
        refinement_flow(SUGGESTER, EDITOR, GOALS, BY_NAME, SETTING),
        demand_flow(BY_NAME),
        response_flow(ASSISTANT, BY_NAME),
    ),
    checks=CHECKS,
    judge=examination(BY_NAME, second_look),
    version=combined(script, common.script),
    roles=(*script, *common.script),
    declines=declines,
    dressed=dressed,
    prefers="text",
)

team = skill.team
"""The skill as an AutoGen `Team`."""
