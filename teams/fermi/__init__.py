"""Fermi estimates: sizes nobody knows, worked out from assumptions, with units, ranges and a second route.

a raw text -> sizes, situations and sketches -> questions of 24 kinds with a tree of assumptions that a program carries
out -> facts withheld, idle numbers, odd units, ranges, the way back -> a format asked for -> the answer, with a
calculator -> its chain reckoned again, blind estimates, readers

    python -m teams.fermi --seeds articles/
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from agents.script import combined
from teams.engine.checks.spelling import in_digits
from teams.engine.checks.told import told_in
from teams.engine.checks.unnamed import unnamed_works
from teams.engine.flow import Scene, Skill
from teams.engine.records import Instruction, Seed
from teams.engine.shape import unfit_prose
from teams.engine.stages import words as common
from teams.engine.stages.asking import Asking
from teams.engine.stages.demand import demand_flow
from teams.engine.stages.examine import examination
from teams.engine.stages.forms import Asked, Draft
from teams.engine.stages.instruct import Setting, instruction_flow
from teams.engine.stages.refine import refinement_flow
from teams.engine.stages.respond import response_flow
from teams.engine.stages.transform import transformation
from teams.fermi import answers
from teams.fermi.chain import quantity_of
from teams.fermi.checks import BY_NAME, CHECKS, near_others, read_by_newcomer
from teams.fermi.kinds import GOALS, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.fermi.tree import SAID, Leaf, apart, tree_of
from teams.fermi.units import Wrong, unit
from teams.fermi.words import script

WRITER = script.role("passage_writer", hears=("task", "reader"), max_tokens=2500, temperature=0.9)
ASKER = script.role("question_writer", hears=("task", "desk"), max_tokens=4500, temperature=0.8)
SUGGESTER = script.role("suggester", hears=("task",), max_tokens=900, temperature=0.9)
EDITOR = script.role("editor", hears=("workshop",), max_tokens=4500, temperature=0.6)
ASSISTANT = script.role("assistant", hears=("task", "proofreader"), tool_rounds=8, max_tokens=2000, temperature=0.3)
_LISTED = ("sensitive", "faulty", "rivals")
"""Forms whose figures the program lists under the question."""
_FORMATS = """answer_line confidence_line summary_first tagged_parts given_headings numbered_sections table_columns
    numbered_items word_range word_max memo email json_object yaml_mapping plain_text starts_with no_contractions
    short_sentences""".split()  # noqa: SIM905
"""Formats in which there is room for a reckoning with its figures."""


def posed(scene: Scene, kind: Asking, draft: Draft, passage: str) -> Asked:
    """Make the question; what the program writes into it is written as its language writes figures."""
    return kind.form.asked({**draft, "language": scene.language}, scene.random)


def not_said(scene: Scene, draft: Draft, passage: str) -> Iterator[str]:
    """Send an item back whose tree takes as said what its question does not say."""
    yield from (
        f"the question speaks of {work!r}, which nobody named: say which" for work in unnamed_works(draft["question"])
    )
    if "words" in (draft.get("leaves") or [{}])[0]:
        return
    if "wanted" in draft and tree_of(draft).steps:
        whole = Leaf("what is wanted", "", draft["wanted"], draft["wanted"], tree_of(draft).unit)
        if not _stands(whole, draft["question"], scene.language):
            yield f"{draft['wanted']:g} {whole.unit} is wanted, and the question doesn't say it in digits"
    for side in (
        draft,
        *(draft[name] for name in ("other", "first", "second") if isinstance(draft.get(name), Mapping)),
    ):
        if "leaves" not in side:
            continue
        for leaf in tree_of(side).leaves:
            if leaf.basis == SAID and not _stands(leaf, draft["question"], scene.language):
                size = f"{leaf.low:g} {leaf.unit}".strip()
                yield f"{leaf.name}: {size} is marked as said, and the question doesn't say it in digits"


def _stands(leaf: Leaf, question: str, tag: str) -> bool:
    try:
        size = unit(leaf.unit)
    except Wrong:
        return True  # the tree's own complaint
    wanted = [end * size.value for end in (leaf.low, leaf.high)]

    def is_said(value: float, end: float) -> bool:
        return any(
            apart(float(one.value), value) < 0.01
            or ((q := quantity_of(one)) is not None and apart(q.value, end) < 0.01)
            for one in (*told_in(question, tag), *told_in(in_digits(question), tag))
            if one.value > 0
        )

    # "A year" says one.
    return leaf.low == leaf.high == 1 or all(
        is_said(value, end) for value, end in zip((leaf.low, leaf.high), wanted, strict=True)
    )


def unready(scene: Scene, answer: str) -> Iterator[str]:
    """Send an answer back whose chain doesn't hold, is missing, or leads elsewhere; its key is not looked at."""
    instruction = scene.record
    assert isinstance(instruction, Instruction)
    facts: Mapping[str, Any] = instruction.facts
    for fault in answers.broken_sums(answer, facts)[:3]:
        yield f"this sum doesn't hold: {fault}"
    if facts.get("demands") or scene.small:
        return
    yield from answers.chain_faults(answer, facts)
    yield from (
        f"no line of your reckoning comes to {fault}, in which it ends" for fault in answers.follows(answer, facts)
    )
    if pretence := answers.pretends(answer, facts):
        yield f"{pretence}: round the final figure to one or two"
    if answers.unbounded(answer, facts):
        yield "say between which figures it may lie, with their unit"
    if one := answers.one_result(answer, facts):
        yield one


SETTING = Setting(shows_text=False, extra=not_said, pose=posed)


def declines(seed: Seed) -> str | None:
    """Say why a seed leads to nothing one could estimate.

    Tables and lists of things with figures lead far; code does not.
    """
    return unfit_prose(seed, fewest_words=40, most_table=0.95)


skill = Skill(
    name="fermi",
    flows=(
        transformation(WRITER, TRANSFORMATIONS, small_kinds=SMALL_TRANSFORMATIONS),
        instruction_flow(ASKER, KINDS, SUITS, SETTING),
        refinement_flow(SUGGESTER, EDITOR, GOALS, BY_NAME, SETTING),
        demand_flow(BY_NAME, among=lambda instruction: _FORMATS),
        response_flow(ASSISTANT, BY_NAME, unready),
    ),
    checks=CHECKS,
    judge=examination(BY_NAME, near_others, last=read_by_newcomer),
    version=combined(script, common.script),
    roles=(*script, *common.script),
    declines=declines,
    prefers="text",
)

team = skill.team
"""The skill as an AutoGen `Team`."""
