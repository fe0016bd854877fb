"""Instruction refinement: programs offer harder tasks that are proved, a suggester picks one, an editor words it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from random import Random

from teams.engine.flow import Drop, Flow, Program, Scene, Seat, Staging
from teams.engine.records import Instruction
from teams.engine.schemas import closed, text
from teams.engine.talk import Talk
from teams.web_agent.harder import HARDER
from teams.web_agent.kinds import BY_NAME, GOALS
from teams.web_agent.proving import Posed, posed, proved
from teams.web_agent.requests import FORM, Gate, browsers_of, facts_of, told_of
from teams.web_agent.words import script
from tools.web.spec import site_of
from tools.web.task import task_of

OFFERED, DRAWS = 2, 8
SUGGESTER = script.role("suggester", hears=("task",), max_tokens=700, temperature=0.8)
EDITOR = script.role("editor", hears=("gate",), max_tokens=800, temperature=0.8)


async def offers(scene: Scene, instruction: Instruction) -> list[Posed]:
    """Return harder tasks toward the goal of the scene, each proved."""
    site, task = site_of(instruction.facts["site"]), task_of(instruction.facts["task"])
    found: list[Posed] = []
    least = int(instruction.facts["least_steps"])
    for number in range(DRAWS):
        made = HARDER[scene.kind.name](Random(f"{scene.chat_id}/{number}"), site, task)
        if made is None or (proof := await asyncio.to_thread(proved, *made)) is None:
            continue
        harder = made[1].is_feasible and scene.kind.name in ("more_steps", "on_page_two")
        if harder and len(proof.moves or ()) <= least:
            continue
        one, _ = await posed(*made, proof, browsers_of(scene))
        if one is not None and all(one.task.about != other.task.about for other in found):
            found.append(one)
        if len(found) == OFFERED:
            break
    return found


async def direct(scene: Scene) -> Staging | Sequence[Instruction]:
    instruction = scene.record
    assert isinstance(instruction, Instruction)
    found = await offers(scene, instruction)
    if not found:
        raise Drop(f"this task can't be made harder by {scene.kind.name}")
    gate = scene.notes["gate"] = Gate(scene, found[0].task, EDITOR.name)
    scene.notes["posed"] = found[0]

    def speak(talk: Talk) -> str:
        if talk[-1].source == EDITOR.name:
            return gate.speak(talk)
        chosen = found[min(len(found), max(1, int(talk.value(SUGGESTER.name)["choice"]))) - 1]
        scene.notes["posed"], gate.task = chosen, chosen.task
        why = talk.value(SUGGESTER.name)["change"]
        told = told_of(chosen.site, chosen.task, scene.random)
        return f"The request so far: {instruction.text}\n\nThe change: {why}\n\n{told}\n\nWrite the request anew."

    def order(talk: Talk) -> str | None:
        if len(talk) == 1:
            return SUGGESTER.name
        if talk[-1].source in (SUGGESTER.name, EDITOR.name):
            return "gate"
        return None if gate.is_over else EDITOR.name

    ways = "\n".join(
        f"{n}. {one.task.about} (at least {len(one.proof.moves or ())} steps)" for n, one in enumerate(found, 1)
    )
    task = (
        f"The request: {instruction.text}\n\nIt takes at least {instruction.facts['least_steps']} steps.\n\n"
        f"The aim: {scene.kind.brief}\n\nTasks that would do:\n{ways}"
    )
    schema = closed(
        {
            "change": text(10, 400, "what changes for the user, and a reason they would have"),
            "choice": {"type": "integer", "minimum": 1, "maximum": len(found)},
        }
    )
    seats: list[Seat | Program] = [
        Seat(SUGGESTER, schema=schema),
        Seat(EDITOR, schema=FORM),
        Program("gate", speak, "hands out the change and reads requests"),
    ]
    return Staging(task, seats, order)


async def harvest(scene: Scene, talk: Talk) -> Sequence[Instruction]:
    instruction, gate, made = scene.record, scene.notes["gate"], scene.notes["posed"]
    assert isinstance(instruction, Instruction)
    if not gate.request:
        raise Drop(f"no rewritten request was fit: {gate.problem}")
    if gate.request.casefold() == instruction.text.casefold():
        raise Drop("the request is as it was")
    facts = facts_of(instruction.passage, gate.request, made)
    return [instruction.refined(scene.kind.name, gate.request, facts=facts)]


# A small model's harder requests are restatements, and its tasks are worded by a program: none are asked of it.
flow = Flow("refine", direct, harvest, GOALS, sample=1, small_kinds=(), passes_on=True,
            suits={kind.name: kind.goals for kind in BY_NAME.values()})  # fmt: skip
