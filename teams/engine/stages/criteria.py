"""Criteria of a skill's own: a critic holds an answer against a short list and shows by which words it decides."""

from __future__ import annotations

import json
from collections.abc import Mapping

from agents.role import Role
from teams.engine.checks.conversation import words_of
from teams.engine.checks.quotes import locate
from teams.engine.flow import Scene, Seat
from teams.engine.records import Pair
from teams.engine.stages.examine import Look
from teams.engine.stages.forms import closed, text
from teams.engine.stages.grade import ANSWER
from teams.engine.stages.material import shown
from teams.engine.verdict import Finding

REQUEST = "request"
"""The tag around what was asked."""


def held_against(critic: Role, criteria: Mapping[str, str]) -> Look:
    """Return what asks `critic` whether an answer meets each of `criteria`: sentences by name, which names the finding.

    A complaint counts if the words it quotes stand in the answer, or if it quotes none because something is missing.
    A small model is not asked: it has no opinion worth having (measured on 1.5B).
    """
    judgement = closed(
        {
            "quote": text(0, 300, "the words of the answer that decide it, exactly; empty if something is missing"),
            "because": text(5, 300, "what meets it or doesn't"),
            "met": {"type": "boolean"},
        }
    )
    schema = closed(dict.fromkeys(criteria, judgement))
    listed = "\n".join(f"- {name}: {says}" for name, says in criteria.items())

    async def look(scene: Scene, pair: Pair) -> list[Finding]:
        if scene.small or not criteria:
            return []
        answer = "\n\n".join(words_of(m) for m in pair.messages if m["role"] == "assistant")
        task = f"{shown(pair.instruction.text, REQUEST)}\n\n{shown(answer, ANSWER)}\n\nThe list:\n{listed}"
        said = json.loads(await scene.ask(Seat(critic, schema=schema), task))
        return [_finding(name, said[name], answer) for name in criteria]

    return look


def _finding(name: str, said: Mapping[str, object], answer: str) -> Finding:
    quote = str(said["quote"]).strip()
    counts = not quote or locate(quote, answer, any_case=True) is not None
    lost = "" if counts else f" (but {quote[:60]!r} does not stand in the answer)"
    return Finding(name, bool(said["met"]) or not counts, f"{quote[:120]!r}: {said['because']}{lost}", "model")
