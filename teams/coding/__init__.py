"""Coding: code is written, read, mended, tested and changed, and whatever can run is run.

code or a text -> functions, modules, problems, tables cut free -> tasks of 25 kinds in ten languages, tried as they are
handed in (tests print what was expected, wrong turns put in by a program are seen) -> harder ones -> a format asked for
-> the answer, with programs run -> the answer's code in the sandbox, an examiner for what is said beside it

    python -m teams.coding --seeds src/
"""

from __future__ import annotations

from collections.abc import Iterator

from agents.script import combined
from sandbox.languages import BY_KEY
from teams.coding.checks import BY_NAME, CHECKS, carried_out, pointers
from teams.coding.forms.base import Task
from teams.coding.kinds import GOALS, KINDS, SUITS, TRANSFORMATIONS, VOICES
from teams.coding.passages import unread
from teams.coding.programs import code_in
from teams.coding.words import script
from teams.engine.flow import Scene, Skill
from teams.engine.records import Instruction, Seed
from teams.engine.shape import shape_of, unfit_prose
from teams.engine.stages import words as common
from teams.engine.stages.asking import Asking
from teams.engine.stages.demand import demand_flow
from teams.engine.stages.examine import examination
from teams.engine.stages.forms import Draft
from teams.engine.stages.instruct import Setting, instruction_flow
from teams.engine.stages.refine import refinement_flow
from teams.engine.stages.respond import response_flow
from teams.engine.stages.transform import transformation

WRITER = script.role("passage_writer", hears=("task", "reader"), max_tokens=3500, temperature=0.9)
ASKER = script.role("question_writer", hears=("task", "desk"), max_tokens=6000, temperature=0.8)
SUGGESTER = script.role("suggester", hears=("task",), max_tokens=900, temperature=0.9)
EDITOR = script.role("editor", hears=("workshop",), max_tokens=6000, temperature=0.6)
ASSISTANT = script.role("assistant", hears=("task", "proofreader"), tool_rounds=8, max_tokens=4000, temperature=0.3)
RUNS = ("run_program", "run_python")
CODE_LINES = 0.3
"""Share of lines that makes a seed code."""
SMALL_TRANSFORMATIONS = ("identity",)
_WEIGHTS = {"python": 6, "javascript": 3, "c": 2, "cpp": 2}
"""How often a language is drawn, against one for the others."""


async def tried(scene: Scene, kind: Asking, draft: Draft) -> list[str]:
    """Carry out a draft, and have it keep what came out."""
    assert isinstance(kind.form, Task)
    assert isinstance(draft, dict)
    return await kind.form.tried(await scene.lease(), draft)


def drawn(scene: Scene) -> str:
    """Draw the language and the voice of a chat's item."""
    kind = scene.kind
    assert isinstance(kind, Asking)
    assert isinstance(kind.form, Task)
    tongues = list(kind.form.tongues)
    weights = [_WEIGHTS.get(key, 1) for key in tongues]
    key = scene.notes["written_in"] = scene.random.choices(tongues, weights)[0]
    voice = scene.random.choice(VOICES)
    return f"The code is {BY_KEY[key].name}. How it is written: {voice.brief}"


def unlike_drawn(scene: Scene, draft: Draft, material: str) -> Iterator[str]:
    """Send an item back that is set in another language than was drawn, or points at what is not there."""
    wanted = scene.notes.get("written_in")
    if wanted and draft.get("written_in", wanted) != wanted:
        yield f"set it in {BY_KEY[wanted].name}"
    shows = any(name in draft for name in ("given", "setup")) or "diff" in draft.get("ran", {})
    yield from (f"the question says {fault!r}, and there is none" for fault in pointers(draft["question"], shows))


def unrun(scene: Scene, answer: str) -> Iterator[str]:
    """Send an answer back whose code was not run, or that has none where code is asked for."""
    instruction, talk = scene.record, scene.notes["talk"]
    assert isinstance(instruction, Instruction)
    kind = BY_NAME[instruction.kind]
    key = str(instruction.facts.get("written_in", "python"))
    if kind.form.shape == "code" and not code_in(answer, key):
        yield f"it has no block of {BY_KEY[key].name} with the code asked for"
        return
    said = talk.by(ASSISTANT.name)
    is_first = sum(one.call is None for one in said) == 1
    runs = kind.form.name != "conflicted" and not scene.small
    if is_first and runs and not any(one.call in RUNS for one in said):
        yield "run it first, with their examples and the awkward cases, and correct it if it comes out otherwise"


SETTING = Setting(shows_text=False, extra=unlike_drawn, tried=tried, wish=drawn, leaks=lambda question: ())


def declines(seed: Seed) -> str | None:
    """Say why a seed leads to nothing that can be programmed: what is neither code nor prose that says something."""
    shape = shape_of(seed.text)
    if shape.longest_line > 2_000 and shape.sentences < 5:
        return f"a line of {shape.longest_line:,} characters: made by a program, for a program"
    if shape.code >= CODE_LINES:
        lines = [line for line in seed.text.splitlines() if line.strip()]
        if len(lines) < 6:
            return f"{len(lines)} lines of code: too few to take a task from"
        return "the same lines come again and again" if shape.distinct < 0.5 else None
    return unfit_prose(seed, fewest_words=60, most_table=0.95, most_code=1.0)


skill = Skill(
    name="coding",
    flows=(
        transformation(WRITER, TRANSFORMATIONS, small_kinds=SMALL_TRANSFORMATIONS, tried=unread),
        instruction_flow(ASKER, KINDS, SUITS, SETTING),
        refinement_flow(SUGGESTER, EDITOR, GOALS, BY_NAME, SETTING),
        demand_flow(BY_NAME),
        response_flow(ASSISTANT, BY_NAME, unrun),
    ),
    checks=CHECKS,
    judge=examination(BY_NAME, first=carried_out),
    version=combined(script, common.script),
    roles=(*script, *common.script),
    needs_sandbox=True,
    declines=declines,
    prefers="both",
)

team = skill.team
"""The skill as an AutoGen `Team`."""
