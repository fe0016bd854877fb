"""Open-domain question answering: answer without a text, by what is known, by thinking, by reckoning.

a raw text -> material that holds beyond it -> questions of 36 kinds that stand alone -> harder ones, with letters for
figures, a false premise, or a quantity withheld -> a format asked for -> the answer, with calculator and Python ->
programs run again, blind answers without the text, readers

    python -m teams.open_domain_qa --seeds articles/
"""

from __future__ import annotations

from collections.abc import Iterator

from agents.script import combined
from teams.engine.checks.unnamed import unnamed_works
from teams.engine.flow import Scene, Skill
from teams.engine.records import Instruction, Seed
from teams.engine.shape import unfit_prose
from teams.engine.stages import words as common
from teams.engine.stages.asking import Asking
from teams.engine.stages.demand import demand_flow
from teams.engine.stages.examine import examination
from teams.engine.stages.forms import Draft
from teams.engine.stages.instruct import Setting, instruction_flow
from teams.engine.stages.refine import refinement_flow
from teams.engine.stages.respond import response_flow
from teams.engine.stages.transform import transformation
from teams.open_domain_qa.checks import BY_NAME, CHECKS, carried_out, read_by_others, why_doubted
from teams.open_domain_qa.forms import Executed
from teams.open_domain_qa.kinds import GOALS, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.open_domain_qa.words import script

WRITER = script.role("passage_writer", hears=("task", "reader"), max_tokens=2500, temperature=0.9)
ASKER = script.role("question_writer", hears=("task", "desk"), max_tokens=3500, temperature=0.8)
SUGGESTER = script.role("suggester", hears=("task",), max_tokens=900, temperature=0.9)
EDITOR = script.role("editor", hears=("workshop",), max_tokens=3000, temperature=0.6)
ASSISTANT = script.role("assistant", hears=("task", "proofreader"), tool_rounds=8, max_tokens=2000, temperature=0.3)
RECKONING = ("calculator", "run_python")


async def tried(scene: Scene, kind: Asking, draft: Draft) -> list[str]:
    """Carry out a draft's program, where there is a sandbox to do it in."""
    if not isinstance(kind.form, Executed) or not scene.has_sandbox or scene.small:
        return []
    return await kind.form.tried(await scene.lease(), draft)


def unreckoned(scene: Scene, answer: str) -> Iterator[str]:
    """Send an answer back once whose figures or code were not tried with the tools that are there for it."""
    instruction, talk = scene.record, scene.notes["talk"]
    assert isinstance(instruction, Instruction)
    tools = [name for name in BY_NAME[instruction.kind].tools if name in RECKONING]
    tools = [name for name in tools if scene.has_sandbox or name != "run_python"]
    said = talk.by(ASSISTANT.name)
    first = sum(one.call is None for one in said) == 1
    # A problem without a solution needs no sum: what has to be seen is that there is none.
    is_answerable = instruction.facts.get("answerable", True)
    if tools and first and is_answerable and not scene.small and not any(one.call in tools for one in said):
        yield f"work it out with {' or '.join(tools)} first, and correct the answer if it comes out otherwise"


def unnamed(scene: Scene, draft: Draft, material: str) -> Iterator[str]:
    """Send a question back that speaks of a study or method as if one knew it."""
    found = unnamed_works(draft["question"])
    yield from (f"the question speaks of {work!r}, which nobody named: say which" for work in found)


SETTING = Setting(shows_text=False, extra=unnamed, tried=tried)


def declines(seed: Seed) -> str | None:
    """Say why a seed leads to no question for everybody.

    Tables lead to data, and code samples to how-to: more of either is let through than where a text is to be read.
    """
    return unfit_prose(seed, fewest_words=40, most_table=0.95, most_code=0.9)


skill = Skill(
    name="open_domain_qa",
    flows=(
        transformation(WRITER, TRANSFORMATIONS, small_kinds=SMALL_TRANSFORMATIONS),
        instruction_flow(ASKER, KINDS, SUITS, SETTING),
        refinement_flow(SUGGESTER, EDITOR, GOALS, BY_NAME, SETTING),
        demand_flow(BY_NAME),
        response_flow(ASSISTANT, BY_NAME, unreckoned),
    ),
    checks=CHECKS,
    judge=examination(BY_NAME, first=carried_out, doubted=why_doubted, last=read_by_others),
    version=combined(script, common.script),
    roles=(*script, *common.script),
    declines=declines,
    prefers="text",
)

team = skill.team
"""The skill as an AutoGen `Team`."""
