"""Few-shot reasoning: find in examples what turns each input into its output, and go on.

a raw text -> its rules, records, labels, words, calculations or relations -> tasks of 24 kinds, whose rule a program
draws, carries out and tries against simpler ones -> fewer shots, a longer query, a second rule, a wrong example … ->
a format asked for -> the output in the form of the examples, with reasons where they have them -> recomputed, run in
the sandbox, or answered blind

    python -m teams.few_shot_reasoning --seeds articles/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.script import combined
from teams.engine.demands import Demand, draw_demands
from teams.engine.flow import Scene, Skill
from teams.engine.records import Instruction, Pair, Seed
from teams.engine.shape import unfit_prose
from teams.engine.stages import words as common
from teams.engine.stages.demand import OFFERED, format_flow
from teams.engine.stages.instruct import Setting, instruction_flow
from teams.engine.stages.respond import response_flow
from teams.engine.stages.transform import transformation
from teams.few_shot_reasoning import small
from teams.few_shot_reasoning.checks import CHECKS, JUDGE
from teams.few_shot_reasoning.episode import BARE, WRONG, message
from teams.few_shot_reasoning.kinds import BY_NAME, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.few_shot_reasoning.refining import refine_flow
from teams.few_shot_reasoning.sums import broken_sums
from teams.few_shot_reasoning.wishes import faults, pose, tried, wish
from teams.few_shot_reasoning.words import script

WRITER = script.role("passage_writer", hears=("task", "reader"), max_tokens=2500, temperature=0.9)
SHOT_WRITER = script.role("shot_writer", hears=("task", "desk"), max_tokens=3500, temperature=0.9)
SUGGESTER = script.role("suggester", hears=("task",), max_tokens=900, temperature=0.9)
EDITOR = script.role("editor", hears=("workshop",), max_tokens=3500, temperature=0.6)
ASSISTANT = script.role("assistant", hears=("task", "proofreader"), max_tokens=1500, temperature=0.2)
_DEMANDS: Mapping[str, tuple[str, ...]] = {
    "bare": ("answer_line", "quoted_whole"),
    "reasons": ("answer_line", "plain_text", "no_contractions"),
    "prose": ("plain_text", "quoted_whole", "no_contractions"),
    "code": ("code_alone", "code_then_notes"),
}
"""Format rules that leave the output readable in the form of the examples, by the way it is answered."""
_LINE = 60
"""Characters of an output that can stand on a line after a label."""


def unsound(scene: Scene, answer: str) -> Iterator[str]:
    """Yield the sums in an answer that don't come out."""
    yield from (f"a sum is wrong: {fault}" for fault in broken_sums(answer))


def nothing_pointed_at(question: str) -> Sequence[str]:
    """Openings point at the examples below them, which stand in the same message."""
    return ()


SETTING = Setting(shows_text=False, extra=faults, tried=tried, pose=pose, wish=wish, leaks=nothing_pointed_at)


def declines(seed: Seed) -> str | None:
    """Say why a seed brings no matter: words, records, cases. Tables and lists suit as well as prose."""
    return unfit_prose(seed, fewest_words=40, most_table=0.95)


def offers(scene: Scene, instruction: Instruction) -> list[Demand]:
    """Return formats that go with how a task is answered; none where the output is more than a line, or a verdict."""
    facts, form = instruction.facts, BY_NAME[instruction.kind].form
    key = str(facts.get("key", ""))
    if facts["reply"] == WRONG or (form.shape == "short" and ("\n" in key or len(key) > _LINE or scene.language)):
        return []
    group = {"prose": "prose", "code": "code"}.get(form.shape, "bare" if facts["reply"] == BARE else "reasons")
    found: dict[str, Demand] = {}
    for _ in range(OFFERED * 4):
        for demand in draw_demands(scene.random, form.shape, language=scene.language, among=_DEMANDS[group]):
            found.setdefault(demand.rule, demand)
    return list(found.values())[:OFFERED]


def put(scene: Scene, instruction: Instruction, demand: Demand) -> Instruction:
    """Ask for a format before the examples, where the message still reads on to its query."""
    facts = {**instruction.facts, "demands": [demand.as_dict()]}
    return instruction.demanded([demand.rule], message(facts, demand.statement), facts=facts)


def dressed(pair: Pair) -> Mapping[str, Any]:
    """Return further columns: the rule in words, how many examples, how they are laid out and answered."""
    facts = pair.instruction.facts
    return {
        "rule": facts.get("rule_told", ""),
        "rule_by": "program" if facts.get("domain") not in ("", "house") else "model",
        "shots": len(facts["shown"]),
        "layout": facts["layout"]["name"],
        "answered_by": facts["reply"],
        "rivals_tried": facts.get("tried", 0),
    }


skill = Skill(
    name="few_shot_reasoning",
    flows=(
        transformation(WRITER, TRANSFORMATIONS, small_kinds=SMALL_TRANSFORMATIONS),
        instruction_flow(SHOT_WRITER, KINDS, SUITS, SETTING, small_way=small.way(SHOT_WRITER)),
        refine_flow(SUGGESTER, EDITOR, SETTING),
        format_flow(offers, put),
        response_flow(ASSISTANT, BY_NAME, unsound),
    ),
    checks=CHECKS,
    judge=JUDGE,
    version=combined(script, common.script),
    roles=(*script, *common.script),
    declines=declines,
    prefers="text",
    dressed=dressed,
)

team = skill.team
"""The skill as an AutoGen `Team`."""
