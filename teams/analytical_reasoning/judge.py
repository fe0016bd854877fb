"""The judge of a pair: a reader who knows nothing formalises the prose once more, an examiner reads the reasons."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agents.role import Role
from teams.analytical_reasoning import readback
from teams.engine.flow import Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.offload import offload
from teams.engine.records import Pair, Record
from teams.engine.stages.grade import EXAMINER, claims_form, claims_read, task_for_reader
from teams.engine.talk import Talk
from teams.engine.verdict import Finding

DESK = "desk"
READINGS = 2
"""Readings at most: who misreads once may read right the second time, and one that is right is enough."""


@dataclass
class Clerk:
    """The program that asks for a reading and compares."""

    pair: Pair
    reader: str
    readings: int = 0
    faults: list[str] = field(default_factory=list)
    is_read: bool = False
    next: str = ""

    async def speak(self, talk: Talk) -> str:
        facts = self.pair.instruction.facts
        if talk[-1].source == self.reader:
            self.readings += 1
            self.faults = await offload(readback.faults, facts, talk.value(self.reader))
            self.is_read = not self.faults
        if self.is_read or self.readings == READINGS:
            self.next = DESK if self.is_read else ""
            return "Thank you."
        self.next = self.reader
        return readback.task_of(facts)

    def order(self, talk: Talk) -> str | None:
        after = {"clerk": self.next or None, DESK: EXAMINER.name, EXAMINER.name: None}
        return after.get(talk[-1].source, "clerk")

    def form(self) -> Mapping[str, Any]:
        return readback.form_of(self.pair.instruction.facts)


def judging(reader: Role) -> Flow:
    """Return the judge."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        pair = scene.record
        assert isinstance(pair, Pair)
        if scene.small:
            # A small model's reading is worth less than the program that wrote the words.
            scene.notes["findings"] = []
            return []
        clerk = scene.notes["clerk"] = Clerk(pair, reader.name)
        seats: list[Seat | Program] = [
            Program("clerk", clerk.speak, "asks for readings and compares"),
            Seat(reader, schema=clerk.form),
            Program(DESK, lambda talk: task_for_reader(pair), "hands the answer to the examiner"),
            Seat(replace(EXAMINER, hears=(DESK,)), schema=claims_form()),
        ]
        return Staging("A problem is to be read.", seats, clerk.order)

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        pair, clerk = scene.record, scene.notes["clerk"]
        assert isinstance(pair, Pair)
        seen = "read as meant" if clerk.is_read else "; ".join(clerk.faults[:3])
        how = "worked out" if readback.is_sat(pair.instruction.facts) else "formalised"
        findings = [
            Finding("blind_reading", clerk.is_read, f"{how} blind, {clerk.readings} reading(s): {seen}", "model")
        ]
        if clerk.is_read:
            findings += claims_read(pair, talk.value(EXAMINER.name))
        scene.notes["findings"] = findings
        return []

    return Flow("check", direct, harvest, (Kind("judging", ""),))
