"""Seed instruction generation: a writer hands in items of one kind, a program sends back what is broken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.role import Role
from teams.engine.checks.leaks import points_inside, speaks_of_source, stands_alone
from teams.engine.flow import Drop, Flow, Program, Scene, Seat, Staging
from teams.engine.records import Instruction, Passage, Record
from teams.engine.stages.asking import Asking
from teams.engine.stages.forms import Asked, Draft, closed, several, text
from teams.engine.stages.material import shown, text_of
from teams.engine.stages.message import compose
from teams.engine.stages.small import SmallDesk, SmallWay, small_staging
from teams.engine.talk import Talk, in_turn
from teams.engine.tongue import is_english, is_in

TRIES = 2
"""Times broken items are sent back."""
Extra = Callable[[Scene, Draft, str], Iterator[str]]
"""What else a skill finds wrong with a draft: `(scene, draft, passage text)`."""
Trial = Callable[[Scene, Asking, Draft], Awaitable[list[str]]]
"""What carrying out a draft that reads well shows to be wrong with it: its program is run."""


async def _untried(scene: Scene, kind: Asking, draft: Draft) -> list[str]:
    return []


Pose = Callable[[Scene, Asking, Draft, str], Asked]
"""Makes the question of a draft: `(scene, kind, draft, passage text)`."""


def _as_its_form_does(scene: Scene, kind: Asking, draft: Draft, passage: str) -> Asked:
    return kind.form.asked(draft, scene.random)


@dataclass(frozen=True)
class Setting:
    """How a skill's instructions stand to their passages."""

    shows_text: bool = True
    """The user's message brings the passage along; else it must stand alone."""
    extra: Extra = lambda scene, draft, passage: iter(())
    tried: Trial = _untried
    pose: Pose = _as_its_form_does
    wish: Callable[[Scene], str] = lambda scene: ""
    """What is wanted of this chat's items beside the kind's brief: drawn, so that keys have no favourite."""
    change: Callable[[Scene], str] = lambda scene: ""
    """What an editor is told beside the aim of a refinement and the item: what a program drew for it."""
    leaks: Callable[[str], Sequence[str]] | None = None
    """What in a question points at what its reader can't see; None: the usual, by whether the text is shown."""


@dataclass
class Desk:
    """The program that reads items as they are handed in."""

    scene: Scene
    writer: str
    kind: Asking
    passage: str
    setting: Setting
    tries: int = 0
    good: list[Draft] = field(default_factory=list)
    problem: str = ""
    is_over: bool = False

    async def speak(self, talk: Talk) -> str:
        """Keep what is good; say what is wrong with the rest."""
        self.tries += 1
        reply = talk.value(self.writer)
        broken = []
        for number, draft in enumerate(reply["items"], 1):
            if problems := await self.all_problems(draft):
                self.problem = "; ".join(problems[:3])
                broken.append(f"Item {number}: {self.problem}.")
            elif draft not in self.good:
                self.good.append(draft)
        if not reply["items"]:
            self.problem = self.problem or f"none could be asked: {reply.get('left_out', '')}"
        self.is_over = not broken or self.tries > TRIES
        if self.is_over:
            return "Thank you." if self.good else "None of them will do."
        return "\n".join([*broken, "Hand these in again, mended; or leave out what can't be mended."])

    async def all_problems(self, draft: Draft) -> list[str]:
        """What reading and then, where it reads well, carrying out one item shows to be wrong."""
        return list(self.problems(draft)) or await self.setting.tried(self.scene, self.kind, draft)

    def problems(self, draft: Draft) -> Iterator[str]:
        """What is wrong with one item, as words to its writer."""
        yield from self.kind.form.complaints(draft, self.passage)
        asked = draft["question"]
        look = self.setting.leaks or (points_inside if self.setting.shows_text else stands_alone)
        hidden = [] if self.setting.shows_text else speaks_of_source(asked, self.passage)
        yield from (f"the question says {fault}" for fault in dict.fromkeys((*look(asked), *hidden)))
        if self.scene.language and is_in(asked, self.scene.language) is False:
            yield f"it is not in {self.scene.language}"
        yield from self.setting.extra(self.scene, draft, self.passage)


def instruction_flow(
    role: Role,
    kinds: Sequence[Asking],
    suits: Mapping[str, Sequence[str]],
    setting: Setting,
    *,
    sample: int = 3,
    small_way: SmallWay | None = None,
) -> Flow:
    """Return the instruct flow: `role` writes items of a kind about a passage."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        passage, kind = scene.record, scene.kind
        assert isinstance(passage, Passage)
        assert isinstance(kind, Asking)
        if kind.needs_sandbox and not scene.has_sandbox:
            raise Drop(f"{kind.name} has to be executed, and there is no sandbox")
        if scene.small and small_way and (asked_little := small_way.desk(scene)):
            scene.notes["desk"] = asked_little
            if not asked_little.tasks:
                return await made(scene, asked_little)
            return small_staging(small_way.worder, asked_little)
        desk = scene.notes["desk"] = Desk(scene, role.name, kind, text_of(passage), setting)
        count = 1 if scene.small else kind.per_chat
        wanted = "one item" if count == 1 else f"up to {count} items that differ in what they ask about"
        asked = [*asked_for(kind, scene.small), *filter(None, [setting.wish(scene)])]
        task = "\n\n".join((shown(passage.text), *asked, f"Hand in {wanted}."))

        seats: list[Seat | Program] = [
            Seat(role, schema=_form(kind, count, scene.small)),
            Program("desk", desk.speak, "reads items"),
        ]
        return Staging(task, seats, in_turn(role.name, "desk", lambda: desk.is_over))

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        passage, kind, desk = scene.record, scene.kind, scene.notes["desk"]
        assert isinstance(passage, Passage)
        assert isinstance(kind, Asking)
        if isinstance(desk, SmallDesk):
            return await made(scene, desk)
        if not desk.good:
            raise Drop(f"no item was fit: {desk.problem}")
        return [
            born(scene, passage, kind, draft, setting, number, passage.ask)
            for number, draft in enumerate(desk.good[: kind.per_chat], 1)
        ]

    async def made(scene: Scene, desk: SmallDesk) -> list[Instruction]:
        passage, kind = scene.record, scene.kind
        assert isinstance(passage, Passage)
        assert isinstance(kind, Asking)
        draft = desk.draft()
        # It is read and tried as any other: what a program picked can still be wrong for its form.
        if faults := await Desk(scene, role.name, kind, text_of(passage), setting).all_problems(draft):
            raise Drop(f"no item was fit: {'; '.join(faults[:3])}")
        return [born(scene, passage, kind, draft, setting, 1, passage.ask)]

    small = tuple(kind.name for kind in kinds if kind.is_small)
    return Flow("instruct", direct, harvest, tuple(kinds), sample=sample, suits=suits, small_kinds=small, counts=True)


def asked_for(kind: Asking, small: bool) -> Iterator[str]:
    """Yield the paragraphs that say what to ask: the kind's brief, and what its form needs."""
    yield f"What to ask: {kind.brief}"
    if told := kind.form.guidance(small):
        yield told


def born(
    scene: Scene, passage: Passage, kind: Asking, draft: Draft, setting: Setting, number: int, bear: Any
) -> Instruction:
    """Make the instruction of a draft; `bear` is `Passage.ask` or what bears a refined one in its place."""
    asked = setting.pose(scene, kind, draft, text_of(passage))
    facts = {
        **asked.facts,
        "form": kind.form.name,
        "ask": asked.text,
        "evidence": list(draft.get("evidence", ())),
        "shows_text": asked.facts.get("shows_text", setting.shows_text),
        **({"language": scene.language} if scene.language else {}),
    }
    facts = kind.form.settled(facts, text_of(passage))
    words = message_of(facts, text_of(passage), (), scene)
    return bear(kind.name, words, number, facts=facts)  # type: ignore[no-any-return]


def message_of(facts: Mapping[str, Any], passage: str, demands: Sequence[str], scene: Scene) -> str:
    """The user's message: what is asked, with the passage where it is shown, in a layout of its form's own or ours."""
    if "brought" in facts:
        return compose(facts["brought"], "", demands, scene.random, english=is_english(scene.language))
    shown_text = passage if facts["shows_text"] else ""
    is_question, english = facts.get("asks_for", "answer") == "answer", is_english(scene.language)
    return compose(facts["ask"], shown_text, demands, scene.random, english=english, is_question=is_question)


def _form(kind: Asking, count: int, small: bool) -> Mapping[str, Any]:
    items = several(closed(kind.form.draft(small)), 1 if small else 0, count)
    if small:
        return closed({"items": items})
    return closed({"items": items, "left_out": text(0, 300, "if there are none: what the text lacks for them")})
