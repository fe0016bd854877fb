"""The blind side of the examination: the answer looked for with all documents, without the needed ones, and with none.

Who has all of them has to find the key, and name documents that are known to hold it. Who has all but the needed ones
must not: else another document holds it. Who has none must not either: what anybody knows is no retrieval.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from teams.engine.flow import Flow, Scene, Seat
from teams.engine.records import Pair
from teams.engine.stages.examine import examination
from teams.engine.stages.forms import LIST, NUMBER, SHORT, Paper, closed, text
from teams.engine.stages.forms.short import words
from teams.engine.stages.invigilate import SOLVER, Invigilator
from teams.engine.stages.material import shown
from teams.engine.verdict import Finding
from teams.rag.documents import plain, read
from teams.rag.forms import Grounded, holding
from teams.rag.kinds import BY_NAME

_LOOKED_FOR = (SHORT, LIST, NUMBER)
"""Answers that have to be found: an option among others can be guessed."""
_NO_RESULTS = """
The search results that belong to this question are kept from you. Give the answer if the question's own words tell it,
or if anybody knows it. If only a reader of the results could tell, it can't be answered.
"""


async def probed(scene: Scene, pair: Pair, desk: Invigilator) -> list[Finding]:
    """Ask what a pair's key hangs on, once blind answers have confirmed it."""
    form, facts = BY_NAME[pair.kind].form, pair.instruction.facts
    if scene.small or not isinstance(form, Grounded) or not facts.get("answerable", True):
        return []
    findings = [named_the_needed(pair, desk)]
    if form.inner in _LOOKED_FOR:
        paper = form.paper(facts, scene.random)
        findings.append(await _without_the_needed(scene, pair, form, paper))
        if findings[-1].passed:
            findings.append(await _without_any(scene, pair, form, paper))
    return findings


def named_the_needed(pair: Pair, desk: Invigilator) -> Finding:
    """Say whether those who looked blind rest on documents that are known to hold the answer."""
    held = holding(pair.instruction.facts)
    named = [set(map(str, given.get("documents", ()))) for given in desk.given]
    seen = "; ".join(", ".join(sorted(one)) or "none" for one in named)
    right = sum(bool(one & held) for one in named)
    strange = sorted({id for one in named for id in one - held if sum(id in other for other in named) > 1})
    if strange:
        return Finding("needed_confirmed", False, f"blind readers rest on {', '.join(strange)} too: {seen}", "model")
    passed = 2 * right > len(named)
    return Finding("needed_confirmed", passed, f"blind readers name {seen}; needed: {', '.join(sorted(held))}", "model")


async def _without_the_needed(scene: Scene, pair: Pair, form: Grounded, paper: Paper) -> Finding:
    facts = pair.instruction.facts
    left = [document for document in read(pair.instruction.passage.text) if document.id not in holding(facts)]
    said = await _sat(scene, paper, f"{shown(plain(left))}\n\n{paper.text}")
    given = json.dumps(said["answer"], ensure_ascii=False)[:120]
    # Who names no document answers from what they know: that is asked about next.
    found = said["answerable"] and bool(said.get("documents")) and form.marked(said["answer"], facts, paper.back)
    seen = f"from {', '.join(said.get('documents', ()))}: {given}" if said["answerable"] else "given up"
    return Finding("only_the_needed", not found, f"without the needed documents: {seen}", "model")


async def _without_any(scene: Scene, pair: Pair, form: Grounded, paper: Paper) -> Finding:
    """Twice, if need be: a lucky guess is no knowledge."""
    facts, seen = pair.instruction.facts, "given up"
    for _ in range(2):
        said = await _sat(scene, paper, f"{paper.text}\n\n{' '.join(_NO_RESULTS.split())}")
        if not said["answerable"]:
            return Finding("needs_documents", True, f"without any document: {seen}", "model")
        seen = json.dumps(said["answer"], ensure_ascii=False)[:120]
        if not (_says_enough(said["answer"], facts) and form.marked(said["answer"], facts, paper.back)):
            return Finding("needs_documents", True, f"without any document: {seen}", "model")
    return Finding("needs_documents", False, f"anybody knows it without a document: {seen}", "model")


async def _sat(scene: Scene, paper: Paper, task: str) -> Mapping[str, Any]:
    thought = text(5, 500, "your working, in short")
    sheet = closed({"thought": thought, "answerable": {"type": "boolean"}, "answer": paper.answer, **paper.beside})
    said: Mapping[str, Any] = json.loads(await scene.ask(Seat(SOLVER, schema=sheet), task))
    return said


def _says_enough(answer: Any, facts: Mapping[str, Any]) -> bool:
    """Whether words say at least half of what the key does: one word of it is a guess at the topic."""
    key = facts["key"]
    return not isinstance(answer, str) or not isinstance(key, str) or 2 * len(words(answer)) >= len(words(key))


judge: Flow = examination(BY_NAME, probed)
"""The judge of the skill."""
