"""Reading comprehension: answer from a text what it says, implies, argues and leaves open.

a raw text -> a passage that holds something to ask about -> questions of 43 kinds with their keys -> the passage or the
question changed, so that it can't be answered, is answered otherwise, or is harder -> a format asked for -> the answer
-> an examination of those who don't know the key

    python -m teams.reading_comprehension --seeds articles/
"""

from __future__ import annotations

from agents.script import combined
from teams.engine.flow import Skill
from teams.engine.records import Seed
from teams.engine.shape import unfit_prose
from teams.engine.stages import words as common
from teams.engine.stages.demand import demand_flow
from teams.engine.stages.examine import examination
from teams.engine.stages.instruct import Setting, instruction_flow
from teams.engine.stages.refine import refinement_flow
from teams.engine.stages.respond import response_flow
from teams.engine.stages.transform import transformation
from teams.reading_comprehension import small
from teams.reading_comprehension.checks import CHECKS, sat_without_the_text
from teams.reading_comprehension.kinds import BY_NAME, GOALS, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.reading_comprehension.words import script

WRITER = script.role("passage_writer", hears=("task", "reader"), tool_rounds=6, max_tokens=3000, temperature=0.9)
ASKER = script.role("question_writer", hears=("task", "desk"), max_tokens=2500, temperature=0.8)
SUGGESTER = script.role("suggester", hears=("task",), max_tokens=900, temperature=0.9)
EDITOR = script.role("editor", hears=("workshop",), max_tokens=2500, temperature=0.6)
ASSISTANT = script.role("assistant", hears=("task", "proofreader"), tool_rounds=6, max_tokens=1500, temperature=0.3)
SETTING = Setting(shows_text=True)


def declines(seed: Seed) -> str | None:
    """Say why a seed is nothing to read closely."""
    return unfit_prose(seed)


skill = Skill(
    name="reading_comprehension",
    flows=(
        transformation(WRITER, TRANSFORMATIONS, small_kinds=SMALL_TRANSFORMATIONS),
        instruction_flow(ASKER, KINDS, SUITS, SETTING, small_way=small.WAY),
        refinement_flow(SUGGESTER, EDITOR, GOALS, BY_NAME, SETTING),
        demand_flow(BY_NAME),
        response_flow(ASSISTANT, BY_NAME),
    ),
    checks=CHECKS,
    judge=examination(BY_NAME, last=sat_without_the_text),
    tools=("measure_text",),
    version=combined(script, common.script),
    roles=(*script, *common.script),
    declines=declines,
    prefers="text",
)

team = skill.team
"""The skill as an AutoGen `Team`."""
