"""Respond: a draft, read by a program and then once by an editor; the piece written again is what goes out.

A revision that breaks what can be counted falls back to the draft; whether it is better is judged blind afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agents.role import Role
from teams.creative_content.piece import faults
from teams.engine.checks.quotes import locate
from teams.engine.demands import content_of
from teams.engine.flow import Drop, Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.records import Instruction, Record
from teams.engine.stages.asking import Asking
from teams.engine.stages.forms import closed, several, text
from teams.engine.stages.material import shown
from teams.engine.stages.message import demands_of
from teams.engine.stages.respond import Proofreader
from teams.engine.talk import Talk

TRIES = 2
"""Times a draft, and then a revision, is sent back."""
_PLACE = closed(
    {
        "quote": text(3, 300, "words of the draft, exactly"),
        "because": text(5, 300, "what it is worth, or what it stands in the way of"),
    }
)
_MISS = closed(
    {"wish": text(4, 300, "words of the request"), "where": text(5, 400, "how far it is met, and where not")}
)
NOTES = closed(
    {
        "alive": several(_PLACE, 1, 2, "to be kept"),
        "generic": several(_PLACE, 0, 4, "could stand in a hundred pieces"),
        "missed": several(_MISS, 0, 3, "wishes missed or half met"),
        "change": text(20, 600, "the one change that would do most, and what to try"),
    }
)


def noted(notes: Mapping[str, Any]) -> str:
    """Say an editor's notes to the writer."""
    lines = [f"- Keep {place['quote']!r}: {place['because']}" for place in notes["alive"]]
    lines += [f"- Generic: {place['quote']!r}. {place['because']}" for place in notes["generic"]]
    lines += [f"- Wanted: {miss['wish']!r}. {miss['where']}" for miss in notes["missed"]]
    lines += [f"- What would do most: {notes['change']}"]
    return "\n".join(lines)


def misquoted(draft: str, notes: Mapping[str, Any]) -> str | None:
    """Complain of notes on words that do not stand in the draft."""
    strange = [
        p["quote"] for p in (*notes["alive"], *notes["generic"]) if locate(p["quote"], draft, any_case=True) is None
    ]
    return f"the draft does not say {strange[0]!r}: quote it letter by letter" if strange else None


@dataclass
class Desk:
    """The program between writer and editor: reads what comes in, keeps the draft, hands the notes on."""

    scene: Scene
    reader: Proofreader
    writer: str
    critic: str
    """The editor's name, '' where nobody edits."""
    tries: int = 0
    draft: str = ""
    piece: str = ""
    problem: str = ""
    draft_is_fit: bool = False
    given_up: bool = False
    """Nothing was written, again and again."""
    reads: bool = False
    """The editor has the draft."""

    @property
    def is_over(self) -> bool:
        return bool(self.piece) or self.given_up

    def speak(self, talk: Talk) -> str:
        """Read what the writer handed in, or pass on what the editor says of it."""
        if talk[-1].source == self.critic:
            self.reads = False
            return (
                f"An editor has read your draft:\n{noted(talk.value(self.critic))}\n\n"
                "Write the whole piece again, and nothing beside it. All that was asked for still holds."
            )
        piece = talk.words(self.writer).strip()
        problems = list(self.problems(piece))
        self.tries += 1
        if problems and self.tries <= TRIES:
            self.problem = "; ".join(problems[:5])
            return f"This can't be sent yet: {self.problem}. Write the whole piece again, and nothing beside it."
        self.tries = 0
        return self._take(piece, not problems)

    def _take(self, piece: str, is_fit: bool) -> str:
        if not self.draft and self.critic and piece:
            self.draft, self.draft_is_fit, self.reads = piece, is_fit, True
            return "Thank you. An editor reads it now."
        # A revision with a fault that can be counted is no gain over a draft without one.
        self.piece = self.draft if self.draft_is_fit and not is_fit else piece or self.draft
        self.given_up = not self.piece
        return "Sent." if self.piece else "Nothing came."

    def problems(self, piece: str) -> Iterator[str]:
        """What keeps a piece from being sent."""
        instruction = self.scene.record
        assert isinstance(instruction, Instruction)
        yield from self.reader.problems(piece)
        if piece:
            content = content_of(piece, demands_of(instruction.facts))
            yield from faults(content, instruction.facts, instruction.text, instruction.passage.seed.text)

    def brief(self, talk: Talk) -> str:
        """What the editor is shown."""
        instruction = self.scene.record
        assert isinstance(instruction, Instruction)
        return f"The request:\n{shown(instruction.text, 'request')}\n\nThe draft:\n{shown(self.draft, 'draft')}"


def response_flow(writer: Role, critic: Role, kinds: Mapping[str, Asking]) -> Flow:
    """Return the respond flow: `writer` writes, `critic` notes, `writer` writes again."""

    async def direct(scene: Scene) -> Staging:
        instruction = scene.record
        assert isinstance(instruction, Instruction)
        kind = kinds[instruction.kind]
        # A small model's notes are praise, and its second draft the first (measured with others of its roles on 1.5B).
        critic_name = "" if scene.small else critic.name
        reader = Proofreader(scene, writer.name, kind, [], lambda scene, answer: iter(()))
        desk = scene.notes["desk"] = Desk(scene, reader, writer.name, critic_name)
        names = (*(() if scene.small else (*kind.tools, *scene.plugged)),)
        seats: list[Seat | Program] = [
            Seat(writer, bench=scene.bench(*dict.fromkeys(names)) if names else None),
            Program("proofreader", desk.speak, "reads pieces before they are sent"),
        ]
        if critic_name:
            seats += [
                Program("clerk", desk.brief, "shows the editor request and draft"),
                Seat(critic, schema=NOTES, accept=lambda notes: misquoted(desk.draft, notes)),
            ]

        def order(talk: Talk) -> str | None:
            after = {writer.name: "proofreader", "clerk": critic.name, critic.name: "proofreader"}
            if talk[-1].source != "proofreader":
                return after.get(talk[-1].source, writer.name)
            return None if desk.is_over else "clerk" if desk.reads else writer.name

        return Staging(instruction.text, seats, order)

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        instruction, desk = scene.record, scene.notes["desk"]
        assert isinstance(instruction, Instruction)
        if not desk.piece:
            raise Drop(f"no piece was finished: {desk.problem or 'the conversation came to no end'}")
        turns = [{"role": "user", "content": instruction.text}, {"role": "assistant", "content": desk.piece}]
        used = sorted({said.call for said in talk if said.call})
        return [instruction.answered(turns, facts=_facts(instruction, desk, used))]

    return Flow("respond", direct, harvest, (Kind("plain", ""),))


KEPT = ("form", "occasion", "tension", "requirements", "wishes", "verse_form", "pack", "sample", "labels", "demands")


def _facts(instruction: Instruction, desk: Desk, used: Sequence[str]) -> Mapping[str, Any]:
    facts = {name: instruction.facts[name] for name in KEPT if name in instruction.facts}
    if desk.draft:
        facts |= {"draft": desk.draft, "revised": desk.piece != desk.draft}
    return {**facts, "tools_used": list(used)} if used else facts
