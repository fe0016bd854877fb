"""Text classification: put a text, or several, under labels of a set that the user brings along.

a raw text -> a text of a sort that gets labelled (review, ticket, clause, turn of talk …) or the text itself -> a label
set designed for it, in 29 kinds, with the label that holds -> closer labels, a contrast, definitions against intuition,
nothing that fits … -> a format asked for -> the label, in the form asked for -> votes of those who label it blind

    python -m teams.text_classification --seeds articles/
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from agents.script import combined
from teams.engine.flow import Scene, Skill
from teams.engine.records import Instruction, Pair, Seed
from teams.engine.shape import unfit_prose
from teams.engine.stages import words as common
from teams.engine.stages.demand import demand_flow
from teams.engine.stages.examine import examination
from teams.engine.stages.instruct import Setting, instruction_flow
from teams.engine.stages.material import prose_piece
from teams.engine.stages.refine import refinement_flow
from teams.engine.stages.respond import response_flow
from teams.engine.stages.transform import transformation
from teams.text_classification import small
from teams.text_classification.accounts import beside_faults
from teams.text_classification.checks import CHECKS
from teams.text_classification.forms import told_of
from teams.text_classification.grounds import labelled
from teams.text_classification.kinds import BY_NAME, GOALS, KINDS, SMALL_TRANSFORMATIONS, SUITS, TRANSFORMATIONS
from teams.text_classification.votes import weighed
from teams.text_classification.wishes import faults, lean, pose, wish
from teams.text_classification.words import script

WRITER = script.role("passage_writer", hears=("task", "reader"), max_tokens=1500, temperature=0.9)
DESIGNER = script.role("label_designer", hears=("task", "desk"), max_tokens=2500, temperature=0.8)
SUGGESTER = script.role("suggester", hears=("task",), max_tokens=900, temperature=0.9)
EDITOR = script.role("editor", hears=("workshop",), max_tokens=2500, temperature=0.6)
ASSISTANT = script.role("assistant", hears=("task", "proofreader"), tool_rounds=4, max_tokens=900, temperature=0.2)
SETTING = Setting(shows_text=True, extra=faults, pose=pose, wish=wish)
_DEMANDS: Mapping[str, tuple[str, ...]] = {
    "open": ("word_max", "sentence_max", "answer_line", "confidence_line", "tagged_parts"),
    "first_line": ("word_max",),
    "last_line": ("word_max",),
}
"""Format rules that leave the label where it was asked for, by the way it was; all others would fight it."""


def declines(seed: Seed) -> str | None:
    """Say why nothing in a seed can be told apart. Lists of messages, dialogue and reviews suit as well as prose."""
    return unfit_prose(seed)


def demanded(instruction: Instruction) -> Collection[str]:
    """Return the format rules that may be asked for beside the label's own form."""
    return _DEMANDS.get(str(instruction.facts["reply"]), ())


def unaccounted(scene: Scene, answer: str) -> Iterator[str]:
    """Yield what is wrong with the reason, quotation or confidence in an answer; without its key."""
    instruction = scene.record
    assert isinstance(instruction, Instruction)
    facts = instruction.facts
    told = told_of(answer, facts)
    if told is not None:
        yield from beside_faults(told, facts, labelled(facts, instruction.passage.text))


def dressed(pair: Pair) -> Mapping[str, Any]:
    """Return further columns: the label set, the gold as shown, and where in the list it stands."""
    facts = pair.instruction.facts
    names = [one["name"] for one in facts["labels"]]
    key = facts["key"]
    return {
        "labels": [dict(one) for one in facts["labels"]],
        "gold": {
            "key": key,
            "place": names.index(key) + 1 if key in names else None,
            "sense": facts.get("sense"),
            "is_none": bool(facts["none"]) and key == facts["none"],
        },
        "borderline": facts["borderline"],
        "changed": list(facts.get("changed", ())),
    }


skill = Skill(
    name="text_classification",
    flows=(
        transformation(WRITER, TRANSFORMATIONS, small_kinds=SMALL_TRANSFORMATIONS, wish=lean, small_part=prose_piece),
        instruction_flow(DESIGNER, KINDS, SUITS, SETTING, small_way=small.WAY),
        refinement_flow(SUGGESTER, EDITOR, GOALS, BY_NAME, SETTING),
        demand_flow(BY_NAME, among=demanded),
        response_flow(ASSISTANT, BY_NAME, unaccounted),
    ),
    checks=CHECKS,
    judge=examination(BY_NAME, weighed),
    version=combined(script, common.script),
    roles=(*script, *common.script),
    declines=declines,
    prefers="text",
    dressed=dressed,
)

team = skill.team
"""The skill as an AutoGen `Team`."""
