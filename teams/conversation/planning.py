"""Seed instruction generation: a planner hands in the plan of a talk, a program sends back what is broken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agents.role import Role
from teams.conversation.forms import LAYOUTS, RULES_OF_TALK, offered
from teams.conversation.kinds import KINDS, SUITS, Talking
from teams.conversation.plan import Desk, Room, sorts_told
from teams.conversation.turns import Turn
from teams.engine.flow import Drop, Flow, Program, Scene, Seat, Staging
from teams.engine.records import Instruction, Passage, Record
from teams.engine.stages.material import excerpt, shown, text_of
from teams.engine.stages.message import compose
from teams.engine.talk import Talk, in_turn

TRIES = 2
"""Times a plan is sent back."""
_ENGLISH = ("", "en", "english")
OPENINGS = {
    "given": "The text between the tags is the user's first message itself, and goes out as it is: begin with turn 2.",
    "answered": "The talk between the tags has been held. It counts as turn 1; begin with turn 2.",
    "with_text": "The user has the text before them and brings it along with the first message; write what they ask.",
    "written": "Nobody will see the text: whatever matters of it the user has to say. Write the first message.",
}
_SMALL_TASKS = {
    "with_text": "Write a question on this text, then short questions that follow it up, each on the answer before it.",
    "answered": "Write short questions that follow this talk up, each on the answer before it.",
}


def room_of(scene: Scene, passage: Passage, kind: Talking, **more: Any) -> Room:
    """Return what a plan of `kind` about `passage` may use; forms are drawn by the chat."""
    forms: list[Any] = []
    if any("form" in sort.needs for sort in kind.sorts):
        forms = offered(scene.random, "list", LAYOUTS, scene.language)
    elif "form" in kind.first:
        forms = offered(scene.random, "prose", RULES_OF_TALK, scene.language)
    return Room(kind, passage, tuple(forms), scene.language, **more)


def planning(planner: Role, *, sample: int = 2) -> Flow:
    """Return the instruct flow."""

    async def direct(scene: Scene) -> Staging:
        passage, kind = scene.record, scene.kind
        assert isinstance(passage, Passage)
        assert isinstance(kind, Talking)
        room = scene.notes["room"] = room_of(scene, passage, kind)
        if scene.small:
            return Staging(
                f"{shown(excerpt(text_of(passage)))}\n\n{_SMALL_TASKS[room.opens]}",
                [Seat(planner, schema=room.small_form())],
            )
        desk = scene.notes["desk"] = Desk(room)
        scene.notes["tries"] = 0

        def read(talk: Talk) -> str:
            faults = scene.notes["faults"] = desk.read(talk.value(planner.name))
            scene.notes["tries"] += 1
            if not faults:
                return "Taken."
            return "It isn't ready yet:\n" + "\n".join(f"- {f}" for f in faults[:6]) + "\nHand in the whole plan again."

        seats: list[Seat | Program] = [Seat(planner, schema=room.form()), Program("desk", read, "reads plans")]
        return Staging(
            task_of(room), seats, in_turn(planner.name, "desk", lambda: bool(desk.good) or scene.notes["tries"] > TRIES)
        )

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        passage, room = scene.record, scene.notes["room"]
        assert isinstance(passage, Passage)
        if scene.small:
            turns = room.small_turns(talk.value(planner.name))
            person = {"person": "", "goal": "", "knows": ""}
        elif not scene.notes["desk"].good:
            raise Drop(f"no plan was fit: {'; '.join(scene.notes['faults'][:3])}")
        else:
            person, turns = scene.notes["desk"].good[0]
        facts = facts_of(scene, room, person, turns)
        return [passage.ask(room.kind.name, first_message(scene, facts, passage, turns), facts=facts)]

    small = tuple(kind.name for kind in KINDS if kind.is_small)
    return Flow("instruct", direct, harvest, KINDS, sample=sample, suits=SUITS, small_kinds=small, counts=True)


def task_of(room: Room) -> str:
    """The material first, so that plans of all kinds about it share it."""
    fewest, most = room.kind.turns[0], room.most
    return (
        f"{shown(room.passage.text)}\n\n{OPENINGS[room.opens]}\n\n{sorts_told(room)}\n\n"
        f"The kind of talk wanted: {room.kind.brief}\n\nPlan {fewest} to {most} turns after the first."
    )


def facts_of(scene: Scene, room: Room, person: Mapping[str, Any], turns: Sequence[Turn]) -> dict[str, Any]:
    """Return what an instruction knows: who speaks, and the turns."""
    return {
        "form": "talk",
        "ask": turns[0].message,
        "shows_text": room.opens == "with_text",
        "opens": room.opens,
        **{name: str(person[name]) for name in ("person", "goal", "knows")},
        "turns": [turn.as_dict() for turn in turns],
        **({"language": scene.language} if scene.language else {}),
    }


def first_message(scene: Scene, facts: Mapping[str, Any], passage: Passage, turns: Sequence[Turn]) -> str:
    """Return the user's first message as the assistant reads it; of a talk already begun, the begun talk."""
    if facts["opens"] == "answered":
        return text_of(passage)
    brought = text_of(passage) if facts["shows_text"] else ""
    statements = [asked.demand.statement for asked in turns[0].forms]
    return compose(facts["ask"], brought, statements, scene.random, english=scene.language.casefold() in _ENGLISH)


def born(
    scene: Scene, instruction: Instruction, room: Room, draft: Mapping[str, Any], turns: Sequence[Turn]
) -> tuple[str, dict[str, Any]]:
    """Return the words and facts of an instruction planned anew."""
    facts = facts_of(scene, room, draft, turns)
    return first_message(scene, facts, instruction.passage, turns), facts
