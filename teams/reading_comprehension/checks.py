"""What a reading pair has to pass: programs, and whoever sits its question without having the text."""

from __future__ import annotations

import json
from typing import Any

from teams.engine.checks import general_text_checks
from teams.engine.flow import Scene, Seat
from teams.engine.records import Pair
from teams.engine.stages.checks import (
    evidence_occurs,
    figures_from_text,
    format_kept,
    in_the_language,
    quotations_occur,
)
from teams.engine.stages.forms import Facts, Number, Short, closed, text
from teams.engine.stages.forms.short import words
from teams.engine.stages.invigilate import SOLVER
from teams.engine.verdict import Check, Finding
from teams.reading_comprehension.kinds import BY_NAME

CHECKS: tuple[Check, ...] = (
    *general_text_checks(chatter=False),
    evidence_occurs,
    quotations_occur,
    figures_from_text,
    format_kept,
    in_the_language,
)
"""By program; whether the answer is right is found by examination."""
_KEPT_BACK = """
The text that belongs to this question is kept from you. Give the answer if the question's own words tell it, or if
anybody knows it. If only a reader of the text could tell, it can't be answered.
"""
_UNSHOWN = (Short, Number)
"""Forms whose answer has to be found: where it stands on the paper among others, common sense may pick it."""


async def sat_without_the_text(scene: Scene, pair: Pair) -> list[Finding]:
    """Hand the question to somebody without its text: where they answer it rightly, it gives itself away.

    So it does if the question says the answer in other words, or if one need not read to know.
    """
    form, facts = BY_NAME[pair.kind].form, pair.instruction.facts
    if scene.small or not isinstance(form, _UNSHOWN) or not facts.get("answerable", True):
        return []
    paper = form.paper(facts, scene.random)
    sheet = closed({"thought": text(5, 300, "in short"), "answerable": {"type": "boolean"}, "answer": paper.answer})
    said = json.loads(await scene.ask(Seat(SOLVER, schema=sheet), f"{paper.text}\n\n{' '.join(_KEPT_BACK.split())}"))
    if not said["answerable"]:
        return [Finding("needs_the_text", True, "given up without the text", "model")]
    knew = _says_enough(said["answer"], facts) and form.marked(said["answer"], facts, paper.back)
    given = json.dumps(said["answer"], ensure_ascii=False)[:120]
    return [Finding("needs_the_text", not knew, f"without the text: {given}", "model")]


def _says_enough(answer: Any, facts: Facts) -> bool:
    """Whether words without the text say at least half of what the key does: one word of it is a guess at the topic."""
    key = facts["key"]
    return not isinstance(answer, str) or not isinstance(key, str) or 2 * len(words(answer)) >= len(words(key))
