"""Data to text, both ways: tell data in words, and draw data out of words; query them, convert them, mend them.

a raw text, or data as they are -> typed tables that a program reads -> requests of 32 kinds, each with what its answer
is held against: cells, plans, queries -> more rows, gaps, a second table, limits -> a format asked for -> the answer ->
queries run in the sandbox on several sets of data, rows compared cell by cell, figures worked out again, readers

    python -m teams.data_to_text --seeds articles/
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from agents.script import combined
from teams.data_to_text import small
from teams.data_to_text.checks import CHECKS, box_of, judge, not_yet
from teams.data_to_text.data.found import FEWEST_ROWS, distinct_rows, found
from teams.data_to_text.data.model import Unsound
from teams.data_to_text.data.sheet import read_sheet
from teams.data_to_text.forms.base import DataForm, tag_for
from teams.data_to_text.forms.executed import Executed
from teams.data_to_text.forms.rows import RowsForm
from teams.data_to_text.kinds import BY_NAME, GOALS, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.data_to_text.making import making_flow
from teams.data_to_text.sandboxed import NoLibrary
from teams.data_to_text.words import script
from teams.engine.flow import Drop, Scene, Skill
from teams.engine.records import Instruction, Seed
from teams.engine.shape import unfit_prose
from teams.engine.stages import words as common
from teams.engine.stages.asking import Asking
from teams.engine.stages.demand import demand_flow
from teams.engine.stages.forms import Asked, Draft
from teams.engine.stages.instruct import Setting, instruction_flow
from teams.engine.stages.refine import refinement_flow
from teams.engine.stages.respond import response_flow

WRITER = script.role("data_writer", hears=("task", "keeper"), max_tokens=6000, temperature=0.9)
ASKER = script.role("request_writer", hears=("task", "desk"), max_tokens=4500, temperature=0.8)
SUGGESTER = script.role("suggester", hears=("task",), max_tokens=900, temperature=0.9)
EDITOR = script.role("editor", hears=("workshop",), max_tokens=4500, temperature=0.6)
ASSISTANT = script.role("assistant", hears=("task", "proofreader"), tool_rounds=8, max_tokens=4000, temperature=0.3)

POSED = 8
"""Draws in which a program tries to put a question together."""


def pose(scene: Scene, kind: Asking, draft: Draft, passage: str) -> Asked:
    """Put the question together with its data."""
    form = kind.form
    assert isinstance(form, DataForm)
    data, tag = read_sheet(passage), tag_for(scene.language)
    for _ in range(POSED):
        try:
            return form.posed(draft, data, scene.random, tag)
        except Unsound as error:
            problem = str(error)  # what a program puts in or takes apart may find no place in one draw
    raise Drop(problem)


async def tried(scene: Scene, kind: Asking, draft: Draft) -> list[str]:
    """Carry out a draft's query, where it has one."""
    if not isinstance(kind.form, Executed) or scene.small:
        return []
    try:
        return await kind.form.tried(await box_of(scene), draft, read_sheet(scene.notes["sheet"]))
    except NoLibrary as error:
        raise Drop(str(error)) from None


def remembered(scene: Scene, draft: Draft, passage: str) -> Iterator[str]:
    """Keep the sheet a draft is about, which an editor may have changed, for the trial of its query."""
    scene.notes["sheet"] = passage
    yield from ()


def unfit(scene: Scene, answer: str) -> Iterator[str]:
    """Send an answer back that its user would stumble over, or whose figures were not worked out with a tool."""
    instruction = scene.record
    assert isinstance(instruction, Instruction)
    kind = BY_NAME[instruction.kind]
    form = kind.form
    assert isinstance(form, DataForm)
    yield from filter(None, not_yet(scene, answer, instruction.facts, form))
    tools = [name for name in kind.tools if scene.has_sandbox or name != "run_python"]
    said = scene.notes["talk"].by(ASSISTANT.name)
    first = sum(one.call is None for one in said) == 1
    if form.name == "figure" and tools and first and not scene.small and not any(one.call in tools for one in said):
        yield f"work it out with {' or '.join(tools)} first, and correct the answer if it comes out otherwise"


SETTING = Setting(shows_text=True, pose=pose, extra=remembered, tried=tried)


def among(instruction: Instruction) -> Collection[str] | None:
    """The formats that go with an answer: one that has its layout already is asked for no other."""
    form = BY_NAME[instruction.kind].form
    return () if isinstance(form, RowsForm) else None


def declines(seed: Seed) -> str | None:
    """Say why a seed leads to no data. One that is data is welcome, in whatever form; prose has to say something."""
    if seed.kind == "text":
        try:
            if data := found(seed.text):
                return None if distinct_rows(data.tables[0]) >= FEWEST_ROWS else "the same row over and over"
        except Unsound as error:
            if unfit_prose(seed, fewest_words=40):
                return f"data that can't be read: {error}"
    return unfit_prose(seed, fewest_words=40, most_table=0.95)


skill = Skill(
    name="data_to_text",
    flows=(
        making_flow(WRITER, TRANSFORMATIONS, SMALL_TRANSFORMATIONS),
        instruction_flow(ASKER, KINDS, SUITS, SETTING, small_way=small.WAY),
        refinement_flow(SUGGESTER, EDITOR, GOALS, BY_NAME, SETTING),
        demand_flow(BY_NAME, among=among),
        response_flow(ASSISTANT, BY_NAME, unfit),
    ),
    checks=CHECKS,
    judge=judge(),
    version=combined(script, common.script),
    roles=(*script, *common.script),
    declines=declines,
    prefers="text",
)

team = skill.team
"""The skill as an AutoGen `Team`."""
