"""Brain teasers: puzzles that are seen through, and whose one solution can be proven or defended.

a raw text -> things, people, words and false assumptions to play with -> puzzles of 37 kinds, most of them dealt and
proven by program before they are worded -> told anew, elsewhere, with a false trail, without the trick, beyond solving
-> a format asked for -> the insight, the working, the solution and why there is no other -> the proof again, the words
against the rules, plans carried out, blind solvers, rivals read by a referee

    python -m teams.brain_teaser --seeds articles/
"""

from __future__ import annotations

from collections.abc import Iterator

from agents.script import combined
from teams.brain_teaser.checks import BY_NAME, CHECKS, read_by_others
from teams.brain_teaser.dealing import change, dealt, dealt_aside, faults, pose, wish
from teams.brain_teaser.forms import Dealt
from teams.brain_teaser.kinds import GOALS, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.brain_teaser.plain import can_say, plain_item
from teams.brain_teaser.words import script
from teams.engine.demands import Demand
from teams.engine.flow import Drop, Scene, Skill
from teams.engine.records import Instruction, Seed
from teams.engine.shape import unfit_prose
from teams.engine.stages import words as common
from teams.engine.stages.asking import Asking
from teams.engine.stages.demand import demand_flow
from teams.engine.stages.examine import examination
from teams.engine.stages.instruct import Setting, instruction_flow
from teams.engine.stages.refine import refinement_flow
from teams.engine.stages.respond import response_flow
from teams.engine.stages.small import SmallDesk, SmallWay
from teams.engine.stages.transform import transformation
from teams.engine.tongue import is_english

WRITER = script.role("passage_writer", hears=("task", "reader"), max_tokens=2500, temperature=0.9)
ASKER = script.role("question_writer", hears=("task", "desk"), max_tokens=3500, temperature=0.9)
SUGGESTER = script.role("suggester", hears=("task",), max_tokens=900, temperature=0.9)
EDITOR = script.role("editor", hears=("workshop",), max_tokens=3000, temperature=0.7)
ASSISTANT = script.role("assistant", hears=("task", "proofreader"), tool_rounds=8, max_tokens=2500, temperature=0.3)
SETTING = Setting(shows_text=False, extra=faults, pose=pose, wish=wish, change=change)


def untried(scene: Scene, answer: str) -> Iterator[str]:
    """Send an answer back once whose cases were not gone through with the tools that are there for it."""
    instruction, talk = scene.record, scene.notes["talk"]
    assert isinstance(instruction, Instruction)
    tools = [name for name in BY_NAME[instruction.kind].tools if scene.has_sandbox or name != "run_python"]
    said = talk.by(ASSISTANT.name)
    first = sum(one.call is None for one in said) == 1
    if "run_python" in tools and first and not scene.small and not any(one.call in tools for one in said):
        yield (
            "go through all cases with run_python first, or reckon with the calculator, and correct it if it comes out"
            " otherwise"
        )


def plain_desk(scene: Scene) -> SmallDesk | None:
    """Return the desk at which a program words a dealt puzzle by itself; a small model is asked for nothing."""
    kind = scene.kind
    if not isinstance(kind, Asking) or not isinstance(kind.form, Dealt):
        return None
    if not is_english(scene.language):
        raise Drop("the program words puzzles in English only")
    one = dealt(scene)
    if one is None or not can_say(one):
        raise Drop(f"there are no plain words for {kind.name}")
    item = plain_item(one, scene.random)
    return SmallDesk(ASKER.name, (), {}, lambda said, before: "", lambda said: item)


def goes_with(instruction: Instruction, demand: Demand) -> bool:
    """Say whether a format leaves room for the answer: figures and lines of signs are read in digits."""
    return demand.rule != "no_digits" or instruction.facts.get("answers") not in ("figure", "share", "line")


def declines(seed: Seed) -> str | None:
    """Say why a seed offers nothing to play with."""
    return unfit_prose(seed, fewest_words=40)


skill = Skill(
    name="brain_teaser",
    flows=(
        transformation(WRITER, TRANSFORMATIONS, small_kinds=SMALL_TRANSFORMATIONS),
        dealt_aside(instruction_flow(ASKER, KINDS, SUITS, SETTING, small_way=SmallWay(ASKER, plain_desk))),
        dealt_aside(refinement_flow(SUGGESTER, EDITOR, GOALS, BY_NAME, SETTING, count=1)),
        demand_flow(BY_NAME, fits=goes_with),
        response_flow(ASSISTANT, BY_NAME, untried),
    ),
    checks=CHECKS,
    judge=examination(BY_NAME, last=read_by_others),
    version=combined(script, common.script),
    roles=(*script, *common.script),
    declines=declines,
    prefers="text",
)

team = skill.team
"""The skill as an AutoGen `Team`."""
