"""Respond: an assistant hands in its answer with the steps it rests on; a program follows them before it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.role import Role
from teams.analytical_reasoning.deduction import FORM, step_faults, task_of
from teams.analytical_reasoning.explained import explained
from teams.analytical_reasoning.form import SOLVED
from teams.engine.checks.chatter import chatter
from teams.engine.demands import content_of, faults_of
from teams.engine.flow import Drop, Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.offload import offload
from teams.engine.records import Instruction, Record
from teams.engine.stages.message import demands_of
from teams.engine.talk import Talk, in_turn
from teams.engine.tongue import is_in

TRIES = 3
KEPT = ("form", "key", "demands")


@dataclass
class Follower:
    """The program that follows an answer step by step. It tells what does not follow, and never the key."""

    scene: Scene
    assistant: str
    facts: Mapping[str, Any]
    tries: int = 0
    problem: str = ""
    answer: str = ""
    steps: Sequence[Mapping[str, Any]] = field(default_factory=list)
    wrong: int = 0
    """Times another option than the key was chosen: who is told so more than once finds it by guessing."""

    async def speak(self, talk: Talk) -> str:
        self.tries += 1
        reply = talk.value(self.assistant)
        answer = str(reply["answer"]).strip()
        problems = await self.problems(answer, reply["steps"])
        if not problems:
            self.answer, self.steps = answer, reply["steps"]
            return "Sent."
        self.problem = "; ".join(problems[:4])
        return f"This can't be sent yet: {self.problem}. Hand in the steps and the whole answer again."

    @property
    def is_over(self) -> bool:
        return bool(self.answer) or self.tries > TRIES or self.wrong > 1

    async def problems(self, answer: str, steps: Sequence[Mapping[str, Any]]) -> list[str]:
        """Return what keeps an answer from being sent."""
        content = content_of(answer, demands_of(self.facts))
        # What is reasoned may stand in a tag of its own, apart from what is answered.
        said = f"{content}\n{answer}"
        return [*self._of_form(answer, content), *await offload(step_faults, self.facts, steps, said)]

    def _of_form(self, answer: str, content: str) -> Iterator[str]:
        demands = demands_of(self.facts)
        for demand in demands:
            yield from (
                f"the form asked for ({demand.statement!r}) is not kept: {f}" for f in faults_of(answer, demand)
            )
        yield from (f"leave out {fault}" for fault in chatter(answer))
        if SOLVED.found(content, self.facts) is None:
            yield SOLVED.how(self.facts)
        elif not SOLVED.agrees(SOLVED.found(content, self.facts), self.facts):
            self.wrong += 1
            yield "this option is not the one that is proved right: go through the rules again"
        if self.scene.language and is_in(content, self.scene.language) is False:
            yield f"it is not in {self.scene.language}"


def deducing_flow(role: Role) -> Flow:
    """Return the respond flow. For a small model the program writes the deduction itself."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        instruction = scene.record
        assert isinstance(instruction, Instruction)
        if scene.small:
            return [_pair(instruction, await offload(explained, instruction.facts), [])]
        desk = scene.notes["desk"] = Follower(scene, role.name, instruction.facts)
        seats: list[Seat | Program] = [
            Seat(role, schema=FORM),
            Program("follower", desk.speak, "follows answers step by step"),
        ]
        opening = task_of(instruction.text, instruction.facts)
        return Staging(opening, seats, in_turn(role.name, "follower", lambda: desk.is_over))

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        instruction, desk = scene.record, scene.notes["desk"]
        assert isinstance(instruction, Instruction)
        if not desk.answer:
            raise Drop(f"no answer could be followed: {desk.problem}")
        return [_pair(instruction, desk.answer, desk.steps)]

    return Flow("respond", direct, harvest, (Kind("plain", ""),))


def _pair(instruction: Instruction, answer: str, steps: Sequence[Mapping[str, Any]]) -> Record:
    turns = [{"role": "user", "content": instruction.text}, {"role": "assistant", "content": answer}]
    kept = {name: instruction.facts[name] for name in KEPT if name in instruction.facts}
    return instruction.answered(turns, facts={**kept, "steps": [dict(step) for step in steps]})
