"""Text modification: change a text exactly as somebody asks, and keep the rest of it as it is.

a raw text -> as it is, or a text such as lies on real desks -> tasks of one of 19 sorts, each with what it asks for in
a form that a program can carry out or check -> a second thing at once, a limit to be counted, a form nobody expects ->
a format asked for -> the changed text -> blind readers and a collator

    python -m teams.text_modification --seeds articles/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from agents.script import combined
from teams.engine.flow import Drop, Flow, Scene, Skill, Staging
from teams.engine.records import Instruction, Passage, Record, Seed
from teams.engine.shape import unfit_prose
from teams.engine.stages import words as common
from teams.engine.stages.asking import Goal
from teams.engine.stages.demand import demand_flow
from teams.engine.stages.forms import Draft
from teams.engine.stages.instruct import Setting, instruction_flow
from teams.engine.stages.material import prose_piece, text_of
from teams.engine.stages.refine import refinement_flow
from teams.engine.stages.respond import response_flow
from teams.engine.stages.transform import transformation
from teams.text_modification import small
from teams.text_modification.checks import CHECKS, wanting
from teams.text_modification.conditions import is_counted
from teams.text_modification.examination import examination
from teams.text_modification.forms import computed
from teams.text_modification.kinds import GOALS, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.text_modification.looks import unfit
from teams.text_modification.words import script

WRITER = script.role("passage_writer", hears=("task", "reader"), tool_rounds=6, max_tokens=2000, temperature=0.9)
ASKER = script.role("task_writer", hears=("task", "desk"), max_tokens=3500, temperature=0.8)
SUGGESTER = script.role("suggester", hears=("task",), max_tokens=900, temperature=0.9)
EDITOR = script.role("editor", hears=("workshop",), max_tokens=2500, temperature=0.6)
ASSISTANT = script.role("assistant", hears=("task", "proofreader"), tool_rounds=6, max_tokens=4000, temperature=0.3)
BY_NAME = {kind.name: kind for kind in KINDS}
REFINEMENTS = 3
"""As in the paper: three suggestions, three modified instructions."""


def declines(seed: Seed) -> str | None:
    """Say why a seed is no text that anybody would have changed."""
    return unfit_prose(seed)


def _toward_its_goal(scene: Scene, draft: Draft, passage: str) -> Iterator[str]:
    """A refined task asks for what its goal is about, in a field that can be checked."""
    if not isinstance(scene.kind, Goal):
        return
    conditions = draft.get("conditions", ())
    is_exact = "conditions" not in draft
    match scene.kind.name:
        case "counted" if not (computed.is_counted(draft) if is_exact else any(map(is_counted, conditions))):
            yield f"nothing in it is counted: set {'`which`, `n`' if is_exact else '`conditions`'}"
        case "second_thing" if not (draft.get("then") if is_exact else conditions):
            yield f"there is no second thing a program can see: set {'`then`' if is_exact else '`conditions`'}"
        case "other_form" if len(draft.get("keeps", ())) < 3:
            yield "`keeps` has to name at least three facts that are found again in the new form"


SETTING = Setting(shows_text=True, extra=_toward_its_goal)


def _asks_what_fits(flow: Flow) -> Flow:
    """Spare the writer the sorts of change for which the text holds nothing a program can see."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        assert isinstance(scene.record, Passage)
        if why := unfit(scene.kind.name, text_of(scene.record)):
            raise Drop(f"no {scene.kind.name} of this text: {why}")
        return await flow.direct(scene)

    return replace(flow, direct=direct)


def _proofread(scene: Scene, answer: str) -> Iterator[str]:
    instruction = scene.record
    assert isinstance(instruction, Instruction)
    yield from wanting(instruction, answer)


skill = Skill(
    name="text_modification",
    flows=(
        transformation(WRITER, TRANSFORMATIONS, small_kinds=SMALL_TRANSFORMATIONS, small_part=prose_piece),
        _asks_what_fits(instruction_flow(ASKER, KINDS, SUITS, SETTING, sample=1, small_way=small.WAY)),
        refinement_flow(SUGGESTER, EDITOR, GOALS, BY_NAME, SETTING, count=REFINEMENTS),
        demand_flow(BY_NAME),
        response_flow(ASSISTANT, BY_NAME, _proofread),
    ),
    checks=CHECKS,
    judge=examination(BY_NAME),
    version=combined(script, common.script),
    roles=(*script, *common.script),
    declines=declines,
    prefers="text",
)

__all__ = ["declines", "skill", "team"]

team = skill.team
"""The skill as an AutoGen `Team`."""
