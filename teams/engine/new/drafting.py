"""Agents draft a skill from a sentence: adviser, designer and second reader, writers of briefs, roles and checks.

Each step is a group chat with a program that reads what is handed in and sends it back with what is wrong. The chats
are journaled: drafting the same sentence again in the same folder goes on where it broke off, and pays nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agents.chat_log import ChatLog
from agents.errors import UsageError
from agents.journal import Journal
from agents.meter import Meter
from agents.models.model import Model
from agents.role import Role
from agents.script import Script
from teams.engine.flow import Kind, Program, Seat
from teams.engine.hold import hold, seat
from teams.engine.new import forms
from teams.engine.new.plan import (
    ROLES,
    Aim,
    Criterion,
    Part,
    Plan,
    Sort,
    Way,
    briefs_faults,
    criteria_faults,
    parts_faults,
    tables_faults,
)
from teams.engine.new.render import CHECK_NAMES, on_a_line
from teams.engine.records import Seed
from teams.engine.stagehand import Stagehand
from teams.engine.stages.material import shown
from teams.engine.talk import Talk, in_turn

TRIES = 3
"""Times a draft is handed in before it is given up."""
EXCERPT = 1800
"""Characters of a document that drafters are shown."""
BRIEFS = 8
"""Briefs asked for at once."""
script = Script(Path(__file__).with_name("drafting.md"))


def _role(name: str, hears: tuple[str, ...], max_tokens: int, temperature: float = 0.5) -> Role:
    return script.role(name, hears=hears, max_tokens=max_tokens, temperature=temperature)


ADVISER = _role("adviser", ("task", "desk"), 1500, 0.2)
DESIGNER = _role("designer", ("task", "desk"), 4500)
SECOND = _role("second_reader", ("task", "designer"), 1500, 0.3)
BRIEFER = _role("brief_writer", ("task", "desk"), 4500, 0.7)
CASTER = _role("role_writer", ("task", "desk"), 3500, 0.7)
CHECKER = _role("check_writer", ("task", "desk"), 1500, 0.4)
ROLES_OF_DRAFTERS = tuple(script)
Faults = Callable[[Any], Iterator[str]]


class DraftError(UsageError):
    """Nothing fit to be edited came of it; says what is still wrong."""


@dataclass(frozen=True)
class Advice:
    """What an adviser made of the sentence."""

    meaning: str
    verdict: str
    """`clear`, `unclear`, `there_already` or `unsuitable`."""
    why: str
    request: str
    answer: str
    questions: tuple[str, ...]
    instead: tuple[str, ...]
    """Sentences that could have been written instead."""
    skill: str
    """The skill that teaches it already, or ''."""


@dataclass
class Desk:
    """The program that reads a draft, and sends it back with what is wrong."""

    role: str
    faults: Faults
    tries: int = 0
    problems: list[str] = field(default_factory=list)
    is_over: bool = False

    def speak(self, talk: Talk) -> str:
        self.tries += 1
        self.problems = list(self.faults(talk.value(self.role)))
        self.is_over = not self.problems or self.tries >= TRIES
        if self.is_over:
            return "That will do." if not self.problems else "It is given up."
        listed = "\n".join(f"- {problem}" for problem in self.problems[:8])
        return f"It isn't ready yet:\n{listed}\nHand in the whole again."


@dataclass
class Table:
    """The program of the designers' chat: reads tables, has them read once by a second reader, hands on what that one
    objects to."""

    faults: Faults
    desk: Desk = field(init=False)
    objections: Sequence[Mapping[str, str]] | None = None
    """What the second reader said; None before."""

    def __post_init__(self) -> None:
        self.desk = Desk(DESIGNER.name, self.faults)

    def speak(self, talk: Talk) -> str:
        if talk[-1].source == SECOND.name:
            self.objections = talk.value(SECOND.name)["objections"]
            if not self.objections:
                return "The second reader finds nothing wrong."
            # A plan that was sound gets its tries anew: objections change it.
            self.desk.tries, self.desk.is_over = 0, False
            listed = "\n".join(f"- {one['what']} {one['do']}" for one in self.objections)
            return f"A second reader says:\n{listed}\nHand in all three tables again, changed where you agree."
        return self.desk.speak(talk)

    def order(self, talk: Talk) -> str | None:
        last = talk[-1].source
        if last in (DESIGNER.name, SECOND.name):
            return "desk"
        if last != "desk":
            return DESIGNER.name
        if self.objections is None and self.desk.is_over and not self.desk.problems:
            return SECOND.name
        return None if self.desk.is_over else DESIGNER.name


@dataclass
class Drafters:
    """Those who draft, with what they need: models by role, and a journal that keeps what they say."""

    sentence: str
    pieces: Sequence[str]
    """The beginnings of some of the documents examples will be made from."""
    model_for: Callable[[str], Model]
    journal: Journal | None
    meter: Meter

    async def advised(self, skills: Mapping[str, str]) -> Advice:
        """Say what the sentence means, and if it can be done; `skills` are those there are, with their first lines."""
        listed = "\n".join(f"- {name}: {about}" for name, about in skills.items())
        task = f"{self._wanted()}\n\nThe skills there are:\n{listed}"
        said = await self._handed_in(ADVISER, "advice", task, forms.advice(tuple(skills)), forms.advice_faults)
        if said["verdict"] != "there_already":
            said["skill"] = ""
        told = [on_a_line(said[name]) for name in ("meaning", "why", "request", "answer")]
        questions, instead = (tuple(map(on_a_line, said[name])) for name in ("questions", "instead"))
        meaning, why, request, answer = told
        return Advice(meaning, said["verdict"], why, request, answer, questions, instead, said["skill"])

    async def plan(self, name: str, advice: Advice) -> Plan:
        """Draft the skill `name`. Raises `DraftError`, and what a call fails with."""
        wanted = f"{self._wanted()}\n\nWhat was understood: {advice.meaning}\nA message: {advice.request}\n" \
                 f"Its answer: {advice.answer}"  # fmt: skip
        tables = await self._tables(wanted)
        told = f"{wanted}\n\n{forms.tables_shown(tables)}"
        named = [one["name"] for key in ("ways", "kinds", "goals") for one in tables[key]]
        briefs = await self._briefs(told, named)
        parts = await self._handed_in(
            CASTER, "roles", told, forms.PARTS, lambda said: parts_faults(forms.parts_of(said))
        )
        assistant = "\n".join(f"- {line}" for line in (parts["assistant"]["aim"], *parts["assistant"]["good"]))
        checks = await self._handed_in(
            CHECKER, "checks", f"{told}\n\nWhat the assistant is told:\n{assistant}", forms.CHECKS,
            lambda said: criteria_faults(
                [Criterion(**one) for one in said["criteria"]], said["never"], {*named, *CHECK_NAMES}
            ),
        )  # fmt: skip
        return Plan(
            name=name,
            title=tables["title"],
            about=f"{advice.meaning} Drafted from the sentence: {' '.join(self.sentence.split())}",
            material=tables["material"],
            shows_text=tables["shows_text"],
            ways=tuple(Way(one["name"], briefs[one["name"]], (one["fewest"], one["most"])) for one in tables["ways"]),
            sorts=tuple(
                Sort(one["name"], briefs[one["name"]], one["form"], tuple(one["suits"]), tuple(one["goals"]))
                for one in tables["kinds"]
            ),
            aims=tuple(Aim(one["name"], briefs[one["name"]], one["means"]) for one in tables["goals"]),
            parts={role: Part(**_lists(parts[role])) for role in ROLES},
            most_words=checks["most_words"],
            never=tuple(checks["never"]),
            criteria=tuple(Criterion(**one) for one in checks["criteria"]),
        )

    async def _tables(self, wanted: str) -> dict[str, Any]:
        table = Table(lambda said: tables_faults(*forms.tables_of(said), said["shows_text"]))
        seats: list[Seat | Program] = [
            Seat(DESIGNER, schema=forms.TABLES),
            Program("desk", table.speak, "reads tables"),
            Seat(SECOND, schema=forms.OBJECTIONS),
        ]
        talk = await self._held("tables", f"{wanted}\n\n{forms.told()}", seats, table.order)
        if table.desk.problems:
            raise _given_up("tables", table.desk.problems)
        return dict(talk.value(DESIGNER.name))

    async def _briefs(self, told: str, names: Sequence[str]) -> dict[str, str]:
        made: dict[str, str] = {}
        for number, start in enumerate(range(0, len(names), BRIEFS), 1):
            asked = names[start : start + BRIEFS]
            before = "".join(f"\n- {name}: {brief}" for name, brief in made.items())
            there = f"Briefs there are already:{before}\n\n" if made else ""
            task = f"{told}\n\n{there}Now wanted: {', '.join(asked)}."

            def faults(said: Any, asked: Sequence[str] = asked) -> Iterator[str]:
                yield from briefs_faults({one["name"]: one["brief"] for one in said["briefs"]}, asked)

            said = await self._handed_in(BRIEFER, f"briefs-{number}", task, forms.briefs(asked), faults)
            made |= {one["name"]: one["brief"] for one in said["briefs"]}
        return made

    async def _handed_in(self, role: Role, chat: str, task: str, schema: Mapping[str, Any], faults: Faults) -> Any:
        """Have one role draft something until the program finds nothing wrong with it."""
        desk = Desk(role.name, faults)
        seats: list[Seat | Program] = [Seat(role, schema=schema), Program("desk", desk.speak, "reads drafts")]
        talk = await self._held(chat, task, seats, in_turn(role.name, "desk", lambda: desk.is_over))
        if desk.problems:
            raise _given_up(chat, desk.problems)
        return talk.value(role.name)

    async def _held(
        self, chat: str, opening: str, seats: Sequence[Seat | Program], order: Callable[[Talk], str | None]
    ) -> Talk:
        from teams.engine.flow import Staging

        record = Seed("new/sentence", self.sentence)
        async with Stagehand().scene(f"new/{chat}", record, Kind(chat, ""), 1, self.model_for) as scene:
            log = ChatLog(scene.chat_id, self.journal)
            return await hold(
                seat(scene, Staging(opening, seats, order), self.model_for, log, self.meter), opening, log
            )

    def _wanted(self) -> str:
        shown_pieces = "\n\n".join(shown(piece[:EXCERPT], "document") for piece in self.pieces)
        return f"{shown(self.sentence, 'sentence')}\n\nSome of the documents begin so:\n{shown_pieces}"


def _lists(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in part.items()}


def _given_up(what: str, problems: Sequence[str]) -> DraftError:
    return DraftError(
        f"the model's {what} were not fit after {TRIES} tries ({'; '.join(problems[:2])}); name a stronger model with "
        "--model, or start from the plain skill (without --from)"
    )
