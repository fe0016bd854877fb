"""Format guidelines: in a share of the plans one turn asks for a form, for its answer or from there on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from teams.conversation.forms import RULES_OF_TALK, listed, offered, wording_faults
from teams.conversation.planning import first_message
from teams.conversation.turns import Asked, Turn, turns_of
from teams.engine.demands import Demand
from teams.engine.flow import Flow, Kind, Scene, Seat, Staging
from teams.engine.records import Instruction, Record
from teams.engine.stages.demand import SETTER, SHARE
from teams.engine.stages.forms import closed, text
from teams.engine.talk import Talk
from teams.engine.tongue import is_in

OFFERED = 5
_TASK = """\
A talk between a user and an assistant is planned:

{plan}

Forms that could be asked for:
{forms}

Say in which of the turns {first} to {last} it is asked for, and whether it is meant for that answer only or from there
on; the wording has to leave no doubt of it ("just this once", "from now on"). It is put behind what the user says in
that turn."""


def demanding(share: float = SHARE) -> Flow:
    """Return the demand flow."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        instruction = scene.record
        assert isinstance(instruction, Instruction)
        turns = turns_of(instruction.facts)
        open_turns = [turn.number for turn in turns if _can_ask(turn, instruction)]
        # A plan that asks for forms has its own; small models' talks are too short for a second wish.
        if scene.small or not open_turns or any(turn.forms for turn in turns):
            return [instruction]
        among = RULES_OF_TALK if scene.random.random() < 0.5 else None
        forms = scene.notes["offered"] = offered(scene.random, "prose", among, scene.language, OFFERED)
        scene.notes["turns"] = open_turns
        told = "\n".join(f"Turn {turn.number}: {turn.message or turn.about}" for turn in turns)
        task = _TASK.format(plan=told, forms=listed(forms), first=open_turns[0], last=open_turns[-1])
        schema = closed(
            {
                "why": text(5, 300, "which of them fits which answer, and why; or why none does"),
                "choice": {"type": "integer", "minimum": 0, "maximum": len(forms), "description": "0 for none"},
                "turn": {"enum": open_turns},
                "lasts": {"type": "boolean", "description": "it holds from that turn on"},
                "wording": text(0, 500, "the form as this person would ask for it; empty for none"),
            }
        )
        return Staging(task, [Seat(SETTER, schema=schema, accept=lambda reply: _complaint(scene, reply))])

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        instruction, said = scene.record, talk.value(SETTER.name)
        assert isinstance(instruction, Instruction)
        if not said["choice"]:
            return [instruction]
        form: Demand = scene.notes["offered"][said["choice"] - 1]
        return [_demanded(scene, instruction, replace(form, statement=said["wording"].strip()), said)]

    return Flow("demand", direct, harvest, (Kind("format", ""),), sample=share)


def _can_ask(turn: Turn, instruction: Instruction) -> bool:
    """Say whether a turn can ask for a form: its message is not settled, and its answer is no mere question."""
    settled = turn.number == 1 and instruction.facts["opens"] in ("given", "answered")
    return not settled and not (instruction.kind == "clarify" and turn.number == 1) and turn.sort != "deliver"


def _complaint(scene: Scene, reply: Mapping[str, Any]) -> str | None:
    if not reply["choice"]:
        return None
    form: Demand = scene.notes["offered"][reply["choice"] - 1]
    if faults := list(wording_faults(reply["wording"], form)):
        return faults[0]
    if scene.language and is_in(reply["wording"], scene.language) is False:
        return f"write it in {scene.language}"
    return None


def _demanded(scene: Scene, instruction: Instruction, form: Demand, said: Mapping[str, Any]) -> Instruction:
    turns = [
        replace(turn, forms=(Asked(form, said["lasts"]),)) if turn.number == said["turn"] else turn
        for turn in turns_of(instruction.facts)
    ]
    facts = {**instruction.facts, "turns": [turn.as_dict() for turn in turns]}
    words = instruction.text
    if said["turn"] == 1:
        words = first_message(scene, facts, instruction.passage, turns)
    return instruction.demanded([form.rule], words, facts=facts)
