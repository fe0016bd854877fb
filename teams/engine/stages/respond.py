"""Respond: an assistant answers, with tools, and a program reads the answer as its user would before it is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agents.role import Role
from teams.engine.checks.chatter import chatter
from teams.engine.demands import content_of, faults_of
from teams.engine.flow import Drop, Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.records import Instruction, Record
from teams.engine.stages.asking import Asking
from teams.engine.stages.message import demands_of
from teams.engine.talk import Talk, in_turn
from teams.engine.tongue import is_in

TRIES = 2
"""Times an answer is sent back."""
AFRESH = 0.8
"""Temperature at which a small model is asked again."""
SANDBOXED = ("run_python",)
"""Tools that are of no use where no container engine runs."""
Extra = Callable[[Scene, str], Iterator[str]]
"""What else a skill finds wrong with an answer, without its key: `(scene, answer)`."""


@dataclass
class Proofreader:
    """The program that reads answers: can its user make use of it? It knows nothing of the key."""

    scene: Scene
    assistant: str
    kind: Asking
    further: list[str]
    extra: Extra
    form: Mapping[str, Any] | None = None
    afresh: str = ""
    """What a small model is asked again in place of being told what was wrong: it writes that down as its answer
    (measured on 1.5B: seven second answers of nine were the complaint)."""
    tries: int = 0
    answers: list[str] = field(default_factory=list)
    problem: str = ""
    is_over: bool = False

    def speak(self, talk: Talk) -> str:
        """Take an answer and ask on, where the user has more to ask; or say what is wrong with it."""
        self.scene.notes["talk"] = talk  # what a skill's own reading may look at: was a tool called?
        answer = self.told(talk)
        problems = list(self.problems(answer))
        self.tries += 1
        if problems and self.tries <= TRIES:
            self.problem = "; ".join(problems[:4])
            if self.afresh:
                return self.afresh
            return f"This can't be sent yet: {self.problem}. Write the whole answer again, and nothing beside it."
        self.answers.append(answer)
        self.tries = 0
        if len(self.answers) <= len(self.further):
            return self.further[len(self.answers) - 1]
        self.is_over = True
        return "Sent."

    def told(self, talk: Talk) -> str:
        """Return what the assistant wrote; a small one fills in a form, whose values are its words."""
        if self.form is None:
            return talk.words(self.assistant).strip()
        return " ".join(str(value) for value in talk.value(self.assistant).values()).strip()

    def problems(self, answer: str) -> Iterator[str]:
        """What keeps an answer from being sent."""
        instruction = self.scene.record
        assert isinstance(instruction, Instruction)
        if not answer:
            yield "it is empty"
            return
        facts, demands = instruction.facts, demands_of(instruction.facts)
        for demand in demands:
            yield from (
                f"the form asked for ({demand.statement!r}) is not kept: {f}" for f in faults_of(answer, demand)
            )
        # A text that is handed back changed keeps its own "Let me know if it helps".
        own = set(chatter(instruction.passage.text)) if facts.get("shows_text") else set()
        yield from (f"leave out {fault}" for fault in chatter(answer) if fault not in own)
        content = content_of(answer, demands)
        how = self.kind.form.how(facts)
        if how and facts.get("answerable", True) and self.kind.form.found(content, facts) is None:
            yield how
        wanted = facts.get("tongue", self.scene.language)
        if wanted and is_in(content, wanted) is False:
            yield f"it is not in {wanted}"
        yield from self.extra(self.scene, answer)


def response_flow(
    role: Role, kinds: Mapping[str, Asking], extra: Extra = lambda scene, answer: iter(()), tools: bool = True
) -> Flow:
    """Return the respond flow: `role` answers the user's message and nothing else is shown to it."""

    async def direct(scene: Scene) -> Staging:
        instruction = scene.record
        assert isinstance(instruction, Instruction)
        kind = kinds[instruction.kind]
        further = list(kind.form.further(instruction.facts))
        form = kind.form.small_reply(instruction.facts) if scene.small else None
        is_afresh = scene.small and not further
        speaker = replace(role, forgetful=True, temperature=max(role.temperature, AFRESH)) if is_afresh else role
        reader = scene.notes["reader"] = Proofreader(
            scene, role.name, kind, further, extra, form, afresh=instruction.text if is_afresh else ""
        )
        # A small model calls a tool with the example of its description (measured on 1.5B).
        named = (*kind.tools, *(("measure_text",) if instruction.demands else ())) if tools and not scene.small else ()
        named = tuple(name for name in named if scene.has_sandbox or name not in SANDBOXED)
        names = (*dict.fromkeys(named), *(scene.plugged if not scene.small else ()))
        bench = scene.bench(*names) if names else None

        seats: list[Seat | Program] = [
            Seat(speaker, schema=form, bench=bench),
            Program("proofreader", reader.speak, "reads answers before they are sent"),
        ]
        return Staging(instruction.text, seats, in_turn(role.name, "proofreader", lambda: reader.is_over))

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        instruction, reader = scene.record, scene.notes["reader"]
        assert isinstance(instruction, Instruction)
        if not reader.is_over:
            raise Drop("the conversation came to no end")
        asked = [instruction.text, *reader.further]
        turns: list[dict[str, str]] = []
        for question, answer in zip(asked, reader.answers, strict=True):
            turns += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
        used = sorted({said.call for said in talk if said.call})
        return [instruction.answered(turns, facts=_facts(instruction, used))]

    return Flow("respond", direct, harvest, (Kind("plain", ""),))


def _facts(instruction: Instruction, used: Sequence[str]) -> Mapping[str, Any]:
    kept = ("form", "key", "points", "evidence", "rule_told", "answerable", "was", "demands", "expression", "unit",
            "edits", "program", "belief", "function", "tests", "setup", "query")  # fmt: skip
    facts = {name: instruction.facts[name] for name in kept if name in instruction.facts}
    if instruction.facts["shows_text"]:
        # What the message asks about the text it brings along, and whether that text, changed, is the answer.
        facts |= {name: instruction.facts[name] for name in ("ask", "asks_for") if name in instruction.facts}
    return {**facts, "tools_used": list(used)} if used else facts
