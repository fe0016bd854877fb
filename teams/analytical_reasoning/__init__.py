"""Analytical reasoning: puzzles and arguments whose answer is proved.

a raw text -> people, places, groups, conditions, figures -> problems of 21 kinds, drawn and proved by program, worded
by a writer and formalised back by a reader -> harder ones, or ones without an answer -> a format asked for -> the
answer, step by step, each followed by the solver -> blind reading, examiner

    python -m teams.analytical_reasoning --seeds articles/
"""

from __future__ import annotations

from agents.script import combined
from teams.analytical_reasoning.checks import CHECKS
from teams.analytical_reasoning.gather import gathering_flow
from teams.analytical_reasoning.harder import harder_flow
from teams.analytical_reasoning.judge import judging
from teams.analytical_reasoning.kinds import BY_NAME, SMALL_TRANSFORMATIONS, TRANSFORMATIONS
from teams.analytical_reasoning.pose import posing_flow
from teams.analytical_reasoning.respond import deducing_flow
from teams.analytical_reasoning.words import script
from teams.engine.flow import Skill
from teams.engine.records import Seed
from teams.engine.shape import unfit_prose
from teams.engine.stages import words as common
from teams.engine.stages.demand import demand_flow

GATHERER = script.role("gatherer", hears=("task", "reader"), max_tokens=1800, temperature=0.9)
WRITER = script.role("puzzle_writer", hears=("task", "clerk"), max_tokens=1800, temperature=0.8)
FORMALISER = script.role("formaliser", hears=("clerk",), forgetful=True, max_tokens=1500, temperature=0.0)
SUGGESTER = script.role("suggester", hears=("task",), max_tokens=600, temperature=0.8)
EDITOR = script.role("editor", hears=("clerk",), max_tokens=1800, temperature=0.7)
ASSISTANT = script.role("assistant", hears=("task", "follower"), max_tokens=3000, temperature=0.3)


def declines(seed: Seed) -> str | None:
    """Say why a seed gives no people, things or figures; tables and lists do, code does not."""
    return unfit_prose(seed, fewest_words=40, most_table=0.95, most_code=0.6)


skill = Skill(
    name="analytical_reasoning",
    flows=(
        gathering_flow(GATHERER, TRANSFORMATIONS, SMALL_TRANSFORMATIONS),
        posing_flow(WRITER, FORMALISER),
        harder_flow(SUGGESTER, EDITOR, FORMALISER),
        demand_flow(BY_NAME),
        deducing_flow(ASSISTANT),
    ),
    checks=CHECKS,
    slow_checks="teams.analytical_reasoning.checks",
    judge=judging(FORMALISER),
    version=combined(script, common.script),
    roles=(*script, *(name for name in common.script if name in ("chooser", "examiner", "format_setter"))),
    declines=declines,
    prefers="text",
)

team = skill.team
"""The skill as an AutoGen `Team`."""
