"""Text extraction: pull what was asked for out of a text, in the form asked for, all of it and nothing beside it.

a raw text -> a text with a lot in it to look up -> requests of 25 kinds, each with fields, a record and the words of
the text every value stands in -> a condition, more depth, a second mention, a second document -> a layout asked for ->
the answer -> blind readers who draw out the same

    python -m teams.text_extraction --seeds articles/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from agents.script import combined
from teams.engine.demands import content_of
from teams.engine.flow import Scene, Skill
from teams.engine.records import Instruction, Seed
from teams.engine.shape import is_repetitive, shape_of, unfit_prose
from teams.engine.stages import words as common
from teams.engine.stages.demand import demand_flow
from teams.engine.stages.instruct import Setting, instruction_flow
from teams.engine.stages.message import demands_of
from teams.engine.stages.refine import refinement_flow
from teams.engine.stages.respond import response_flow
from teams.engine.stages.transform import transformation
from teams.text_extraction import small
from teams.text_extraction.checks import CHECKS, strange_words, unfollowed
from teams.text_extraction.judging import extraction_judge
from teams.text_extraction.kinds import GOALS, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.text_extraction.picking import picker
from teams.text_extraction.record import Unread, read, shape_of_facts
from teams.text_extraction.record.compare import cells_of, order_faults
from teams.text_extraction.words import script

WRITER = script.role("passage_writer", hears=("task", "reader"), max_tokens=3500, temperature=0.9)
ASKER = script.role("request_writer", hears=("task", "desk"), max_tokens=6000, temperature=0.7)
SUGGESTER = script.role("suggester", hears=("task",), max_tokens=900, temperature=0.9)
EDITOR = script.role("editor", hears=("workshop",), max_tokens=5000, temperature=0.5)
ASSISTANT = script.role("assistant", hears=("task", "proofreader"), tool_rounds=6, max_tokens=4000, temperature=0.2)
BY_NAME = {kind.name: kind for kind in KINDS}
SETTING = Setting(shows_text=True)
FEWEST_WORDS = 60


def declines(seed: Seed) -> str | None:
    """Say why there is nothing to draw out of a seed. A table with words in it is as good as prose; verse is not."""
    if seed.kind == "text":
        shape = shape_of(seed.text)
        is_read = shape.table > 0.5 and shape.code < 0.2 and shape.letters >= 0.5 and shape.words >= FEWEST_WORDS
        if is_read and not is_repetitive(shape):
            return None
        if shape.verse > 0.6 and shape.figures < 1:
            return "verse: images, and hardly a name or figure to look up"
    return unfit_prose(seed, fewest_words=FEWEST_WORDS)


def not_yet(scene: Scene, answer: str) -> Iterator[str]:
    """What whoever loads the answer would stumble over; it knows the form and the text, and nothing of the key."""
    instruction = scene.record
    assert isinstance(instruction, Instruction)
    facts = instruction.facts
    shape = shape_of_facts(facts)
    try:
        value = read(facts["dress"], content_of(answer, demands_of(facts)), shape)
    except Unread as fault:
        yield f"it is not in the form asked for: {fault}"
        return
    cells, passage = cells_of(value, shape), instruction.passage.text
    strange = strange_words(cells, passage)
    yield from (f"{cell.shown()} does not stand in the text: copy it letter by letter" for cell in strange)
    yield from unfollowed(cells, passage)
    yield from order_faults(value, shape)


skill = Skill(
    name="text_extraction",
    flows=(
        transformation(WRITER, TRANSFORMATIONS, small_kinds=SMALL_TRANSFORMATIONS),
        replace(instruction_flow(ASKER, KINDS, SUITS, SETTING, small_way=small.WAY), choose=picker(KINDS)),
        refinement_flow(SUGGESTER, EDITOR, GOALS, BY_NAME, SETTING),
        demand_flow(BY_NAME),
        response_flow(ASSISTANT, BY_NAME, not_yet),
    ),
    checks=CHECKS,
    judge=extraction_judge(BY_NAME),
    version=combined(script, common.script),
    roles=(*script, "chooser", "format_setter"),
    declines=declines,
    prefers="text",
)

team = skill.team
"""The skill as an AutoGen `Team`."""
