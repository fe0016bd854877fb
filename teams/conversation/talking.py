"""Respond: user and assistant in one chat. A program hands the user the next planned turn and reads both sides' drafts.

The user hears the prompter only, the assistant the line only: what is sent back to one of them is never heard by the
other, and the pair holds what was let through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.role import Role
from teams.conversation.kinds import BY_NAME
from teams.conversation.reading import answer_faults, message_faults
from teams.conversation.sorts import OPEN, SORTS
from teams.conversation.turns import Turn, forms_at, turns_of
from teams.engine.flow import Drop, Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.records import Instruction, Message, Record
from teams.engine.stages.forms import closed, text
from teams.engine.stages.material import shown
from teams.engine.talk import TASK, Talk

TRIES = 2
"""Times a message or an answer is sent back."""
FEWEST = 3
"""Messages of the user in a pair at least."""
_MESSAGE = closed(
    {
        "why": text(0, 300, "if it doesn't work: what in the answer has taken away its point; else empty"),
        "works": {"type": "boolean", "description": "this turn makes sense after that answer"},
        "message": text(0, 1200, "the message as it is typed; empty if it doesn't work"),
    }
)


@dataclass
class Exchange:
    """A message of the user that was sent, and its answer."""

    turn: Turn
    user: str
    answer: str = ""


@dataclass
class Stage:
    """The state of one chat: whose turn it is, and what has been said for good."""

    scene: Scene
    facts: Mapping[str, Any]
    turns: Sequence[Turn]
    person: str
    assistant: str
    before: Sequence[Message] = ()
    """The talk as it had begun, where one had."""
    held: list[Exchange] = field(default_factory=list)
    waiting: list[Turn] = field(default_factory=list)
    """Turns that are still to come."""
    next: str | None = ""
    """Who speaks after the prompter; None: nobody."""
    tries: int = 0
    on_line: str = ""
    problem: str = ""

    def begin(self, opening: str) -> None:
        """Take the first turn as said; in a talk already begun, as answered too."""
        answer = str(self.before[-1]["content"]) if self.before else ""
        user = str(self.before[-2]["content"]) if self.before else opening
        self.held.append(Exchange(self.turns[0], user, answer))
        self.waiting = list(self.turns[1:])

    # -- the prompter

    def prompt(self, talk: Talk) -> str:
        """Read what was said last, and say to the user's side what comes next; '' where that is nothing of theirs."""
        last = talk[-1].source
        if last == self.person:
            return self._read_message(talk.value(self.person))
        if last == self.assistant and not self._takes(talk.words(self.assistant).strip()):
            return ""
        return self._hand_out()

    def _takes(self, answer: str) -> bool:
        """Take an answer, or have it written again. After two complaints the checks will judge it."""
        said = [exchange.turn for exchange in self.held]  # what was left out asked for nothing
        faults = list(answer_faults(answer, self.held, forms_at(said, said[-1].number), self.scene))
        self.tries += 1
        if faults and self.tries <= TRIES:
            listed = "; ".join(faults[:4])
            self.on_line = f"This can't be sent yet: {listed}. Write the whole answer again, and nothing beside it."
            self.next = "line"
            return False
        self.held[-1].answer, self.tries = answer, 0
        return True

    def _hand_out(self) -> str:
        if not self.waiting:
            self.next = None
            return ""
        turn = self.waiting[0]
        if turn.message:  # its words stand already
            self._send(turn, turn.message)
            return ""
        self.next = self.person
        first = f"{self._cast()}\n\n" if len(self.held) == 1 else ""
        return f"{first}The assistant answers:\n{shown(self.held[-1].answer)}\n\n{_direction(turn)}"

    def _cast(self) -> str:
        known = self.facts["knows"] or "nothing beyond what was said"
        return (
            f"You are: {self.facts['person']}\nWhat you want in the end: {self.facts['goal']}\n"
            f"What you know besides: {known}\n\nYou wrote:\n{shown(self.held[0].user)}"
        )

    def _read_message(self, reply: Mapping[str, Any]) -> str:
        turn = self.waiting[0]
        if not reply["works"]:
            return self._leave_out(turn, reply["why"])
        faults = list(message_faults(reply["message"], turn, self.held, self.scene))
        self.tries += 1
        if not faults:
            self.tries = 0
            self._send(turn, reply["message"])
            return ""
        self.problem = "; ".join(faults[:3])
        if self.tries > TRIES:
            self.next = None
            return ""
        return f"Not like this: {self.problem}. Write the message again."

    def _leave_out(self, turn: Turn, why: str) -> str:
        """Leave out a turn that has lost its point, unless others hang on it; the last one may be left out too."""
        rest = self.waiting[1:]
        hang = [later.number for later in rest if later.leans_on == turn.number]
        if hang or len(self.held) + len(rest) < FEWEST:
            self.problem, self.next = f"turn {turn.number} ({turn.sort}) had lost its point: {why}", None
            return ""
        self.waiting.pop(0)
        self.tries = 0
        if not rest:
            self.next = None
            return ""
        return f"Then leave it out. Instead: {_direction(rest[0])}"

    def _send(self, turn: Turn, words: str) -> None:
        self.waiting.pop(0)
        self.on_line = turn.worded(words)
        self.held.append(Exchange(turn, self.on_line))
        self.next = "line"

    @property
    def is_complete(self) -> bool:
        return not self.waiting and all(exchange.answer for exchange in self.held)


def _direction(turn: Turn) -> str:
    sort = SORTS[turn.sort]
    lines = [f"Your next turn. {turn.about}", f"What turns of this sort are like: {sort.brief}"]
    if turn.says:
        lines.append(f"To be said, exactly so: {', '.join(map(repr, turn.says))}")
    if turn.uses:
        lines.append(f"Not to be said by you: {', '.join(map(repr, turn.uses))}")
    if turn.piece:
        lines.append("The piece itself is put behind your words; don't repeat anything of it.")
    if turn.forms:
        asked = " ".join(asked.demand.statement for asked in turn.forms)
        lines.append(f"Behind your words is put: {asked!r} Write what leads up to that, and don't say it yourself.")
    return "\n".join(lines)


def talking(person: Role, assistant: Role) -> Flow:
    """Return the respond flow."""

    async def direct(scene: Scene) -> Staging:
        instruction = scene.record
        assert isinstance(instruction, Instruction)
        facts, turns = instruction.facts, turns_of(instruction.facts)
        begun = facts["opens"] == "answered"
        before = instruction.passage.seed.facts["messages"] if begun else ()
        stage = scene.notes["stage"] = Stage(scene, facts, turns, person.name, assistant.name, before)
        stage.begin(instruction.text)
        tools = () if scene.small else (*_tools_of(instruction, turns), *scene.plugged)
        bench = scene.bench(*dict.fromkeys(tools)) if tools else None

        def order(talk: Talk) -> str | None:
            last = talk[-1].source
            if last == TASK:
                return "prompter" if begun else assistant.name
            if last == "prompter":
                return stage.next
            return assistant.name if last == "line" else "prompter"

        seats: list[Seat | Program] = [
            Seat(assistant, bench=bench),
            Seat(person, schema=_MESSAGE),
            Program("prompter", stage.prompt, "hands out turns and reads drafts"),
            Program("line", lambda talk: stage.on_line, "carries the user's words to the assistant"),
        ]
        return Staging(shown(instruction.text) if begun else instruction.text, seats, order)

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        instruction, stage = scene.record, scene.notes["stage"]
        assert isinstance(instruction, Instruction)
        if not stage.is_complete:
            raise Drop(f"the talk came to no end: {stage.problem or 'too many turns'}")
        used = sorted({said.call for said in talk if said.call})
        return [instruction.answered(messages_of(stage), facts=_facts(instruction, stage, used))]

    return Flow("respond", direct, harvest, (Kind("plain", ""),))


def _tools_of(instruction: Instruction, turns: Sequence[Turn]) -> list[str]:
    tools = list(BY_NAME[instruction.kind].tools)
    if any(turn.expression for turn in turns):
        tools.append("calculator")
    if any(turn.forms for turn in turns):
        tools.append("measure_text")
    return tools


def messages_of(stage: Stage) -> list[Message]:
    """Return the conversation a model is trained on: every answer of the assistant, each word of the user."""
    turns: list[Message] = [dict(message) for message in stage.before[:-2]]
    for exchange in stage.held:
        turns.append({"role": "user", "content": exchange.user})
        turns.append({"role": "assistant", "content": exchange.answer})
    return turns


def _facts(instruction: Instruction, stage: Stage, used: Sequence[str]) -> dict[str, Any]:
    facts = {name: instruction.facts[name] for name in ("person", "goal", "opens")}
    facts["held"] = [exchange.turn.number for exchange in stage.held]
    facts["sorts"] = [exchange.turn.sort for exchange in stage.held if exchange.turn.sort != OPEN]
    return {**facts, "tools_used": list(used)} if used else facts
