"""Instruction refinement: requests made harder, by suggestions that an editor writes out and the gate reads."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from teams.engine.flow import Drop, Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.records import Instruction
from teams.engine.talk import Talk
from teams.tool_use.backend import apis_of
from teams.tool_use.forms import Suggestions, request_schema
from teams.tool_use.gate import Gate
from teams.tool_use.requests import room
from teams.tool_use.words import script

REFINEMENTS = 2
"""Suggestions written out of one refinement; the paper shows three."""
_SUGGESTED = Suggestions.model_json_schema()
SUGGESTER = script.role("suggester", hears=("task",), output=Suggestions, temperature=0.9)
EDITOR = script.role("editor", hears=("gate",), temperature=0.7)
GOALS = tuple(
    Kind(name, script.brief(name), source)
    for name, source in (("more_steps", "paper"), ("worked_out_value", "ours"), ("depends_on_result", "ours"))
)
RESULT_SHOWN = 400
"""Characters of a call's result shown to those who make a request harder."""
REFINABLE = {
    "one_call": "several_calls",
    "one_call_with_noise": "several_calls_with_noise",
    "several_calls": "several_calls",
    "several_calls_with_noise": "several_calls_with_noise",
}
"""What a request becomes when it takes more calls; the others are about what can't be done, not about length."""


async def direct(scene: Scene) -> Staging | Sequence[Instruction]:
    instruction = scene.record
    assert isinstance(instruction, Instruction)
    if instruction.kind not in REFINABLE or len(apis_of(instruction.passage)) < 2:
        return []
    passage, plan = instruction.passage, instruction.facts["plan"]
    fewest, most = len(plan) + 1, len(plan) + 3
    kind = REFINABLE[instruction.kind]
    gate = scene.notes["gate"] = Gate(scene, passage, kind, EDITOR, fewest, most)

    async def next_suggestion(talk: Talk) -> str:
        """Hand the editor a suggestion at first, and again after each draft that was let through or given up."""
        if talk[-1].source == EDITOR.name:
            said = await gate.speak(talk)
            if not (gate.passed or gate.gives_up):
                return said
            gate.tries = 0
            scene.notes["done"] = scene.notes.get("done", 0) + 1
        suggestions = talk.last(SUGGESTER.name, Suggestions).suggestions[:REFINEMENTS]
        number = scene.notes.get("done", 0)
        scene.notes["over"] = number >= len(suggestions)
        if scene.notes["over"]:
            return "That was all."
        start = (
            "Begin again from the first request, with another suggestion" if number else f"{opening}\n\nThe suggestion"
        )
        return f"{start}: {suggestions[number]}"

    def order(talk: Talk) -> str | None:
        if len(talk) == 1:
            return SUGGESTER.name
        if talk[-1].source in (SUGGESTER.name, EDITOR.name):
            return "gate"
        return None if scene.notes.get("over") else EDITOR.name

    served = f"The request: {instruction.text}\n\nThe calls that serve it:\n{_carried_out(instruction.facts)}"
    opening = f"{await room(scene, passage, kind)}\n\n{served}\n\nWhat the change is to bring: {scene.kind.brief}"
    several = {**_SUGGESTED["properties"]["suggestions"], "minItems": REFINEMENTS, "maxItems": 3}
    suggested = {**_SUGGESTED, "properties": {"suggestions": several}}
    editor = request_schema(apis_of(passage), kind, fewest, most)
    seats: list[Seat | Program] = [
        Seat(SUGGESTER, schema=suggested),
        Seat(EDITOR, schema=editor),
        Program("gate", next_suggestion, "hands out suggestions and reads requests"),
    ]
    return Staging(f"{opening}\n\nSuggest {REFINEMENTS} changes.", seats, order)


async def harvest(scene: Scene, talk: Talk) -> Sequence[Instruction]:
    instruction, gate = scene.record, scene.notes["gate"]
    assert isinstance(instruction, Instruction)
    if not gate.good:
        raise Drop(f"no rewritten request fit: {gate.problem}")
    kind = REFINABLE[instruction.kind]
    return [
        instruction.refined(scene.kind.name, draft["request"].strip(), n, facts=gate.facts(draft, results), kind=kind)
        for n, (draft, results) in enumerate(gate.good, 1)
    ]


def _carried_out(facts: Mapping[str, Any]) -> str:
    """A plan as suggesters and editors read it: each call, and what it returned where it was carried out."""
    lines = [f"- {call['name']}({json.dumps(call['arguments'], ensure_ascii=False)})" for call in facts["plan"]]
    for number, result in enumerate(facts.get("plan_results", ())):
        lines[number] += f" -> {json.dumps(result, ensure_ascii=False)[:RESULT_SHOWN]}"
    return "\n".join(lines)


# A small model's harder requests are restatements (measured on 1.5B): none are asked of it.
flow = Flow("refine", direct, harvest, GOALS, sample=1, small_kinds=(), passes_on=True, becomes=REFINABLE)
