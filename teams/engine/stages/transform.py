"""Content transformation: a seed rewritten by one role into a passage of a kind, read by a program, or declined."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from agents.role import Role
from teams.engine.checks.copying import copied_share
from teams.engine.checks.leaks import points_inside
from teams.engine.flow import Drop, Flow, Program, Scene, Seat, Staging
from teams.engine.records import Record, Seed
from teams.engine.stages.asking import Transformation
from teams.engine.stages.choose import chooser
from teams.engine.stages.forms import closed, text
from teams.engine.stages.material import excerpt, shown, text_of
from teams.engine.talk import Talk, in_turn
from teams.engine.tongue import is_in
from tools.counting import word_count

TRIES = 2
"""Complaints a writer gets before the passage is given up."""
COPIED = 0.5
"""Share of a rewritten passage that may be the seed's own runs of words: more is no rewriting."""


Trial = Callable[[Scene, str], Awaitable[list[str]]]
"""What carrying out a passage that reads well shows to be wrong with it: its code is compiled."""


async def _untried(scene: Scene, passage: str) -> list[str]:
    return []


@dataclass
class Reader:
    """The program that reads what a passage writer hands in."""

    scene: Scene
    writer: str
    seed_text: str
    tried: Trial = _untried
    tries: int = 0
    problem: str = ""
    passage: str = ""
    declined: str = ""

    async def speak(self, talk: Talk) -> str:
        """Take the last draft, or say what is wrong with it."""
        self.tries += 1
        draft = talk.value(self.writer)
        if not draft["fits"]:
            self.declined = draft["why"]
            return "Declined."
        problems = list(self._problems(draft["passage"])) or await self.tried(self.scene, draft["passage"])
        if not problems:
            self.passage = draft["passage"].strip()
            return "Taken."
        self.problem = "; ".join(problems[:4])
        return f"It isn't ready yet: {self.problem}. Hand in the whole piece again."

    @property
    def is_over(self) -> bool:
        return bool(self.passage or self.declined) or self.tries > TRIES

    def _problems(self, passage: str) -> Iterator[str]:
        kind = self.scene.kind
        assert isinstance(kind, Transformation)
        fewest, most = kind.words
        count = word_count(passage)
        if count < fewest * 0.8:
            yield f"it has {count} words; it needs at least {fewest}"
        elif count > most * 1.4:
            yield f"it has {count} words; at most {most} are wanted"
        yield from kind.looks(passage)
        yield from (f"it speaks of its own making: {fault}" for fault in points_inside(passage))
        if not kind.may_copy and copied_share(passage, self.seed_text) > COPIED:
            yield "most of it is copied from the text; write it anew"
        if self.scene.language and is_in(passage, self.scene.language) is False:
            yield f"it is not in {self.scene.language}"


def transformation(
    role: Role,
    kinds: Sequence[Transformation],
    *,
    small_kinds: Sequence[str] | None = None,
    sample: int = 1,
    wish: Callable[[Scene], str] = lambda scene: "",
    small_part: Callable[[str, Random], str] = lambda text, random: excerpt(text),
    tried: Trial = _untried,
) -> Flow:
    """Return the transform flow: `role` rewrites a seed as a kind's brief says, and as `wish` draws for the chat.

    `small_part` says how much of a seed's text a small model is given; '' where nothing of it will do. `tried` carries
    out a passage that reads well, and says what is wrong with it.
    """

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        seed, kind = scene.record, scene.kind
        assert isinstance(seed, Seed)
        assert isinstance(kind, Transformation)
        source = small_part(text_of(seed), scene.random) if scene.small else text_of(seed)
        if not source:
            raise Drop("it holds no paragraph of prose that is short enough for a small model")
        if kind.is_seed:
            if scene.language and is_in(source, scene.language) is False:
                raise Drop(f"the text is not in {scene.language}: it can't be taken as it is")
            return [seed.rewritten(kind.name, source, round=scene.round, facts=_facts(scene))]
        reader = scene.notes["reader"] = Reader(scene, role.name, source, tried)
        fewest, most = kind.words
        brief = "\n\n".join(filter(None, (kind.brief, wish(scene))))
        task = (
            f"{shown(source)}\n\nWhat to make of it: {brief}\n\nBetween {fewest} and {most} words. Hand in one piece."
        )
        # A small model calls a tool with the example of its description (measured on 1.5B).
        bench = scene.bench(*kind.tools) if kind.tools and not scene.small else None
        seats: list[Seat | Program] = [
            Seat(role, schema=_form(kind, scene.small), bench=bench),
            Program("reader", reader.speak, "reads passages"),
        ]

        return Staging(task, seats, in_turn(role.name, "reader", lambda: reader.is_over))

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        seed, reader = scene.record, scene.notes["reader"]
        assert isinstance(seed, Seed)
        if reader.declined:
            raise Drop(f"declined as {scene.kind.name}: {reader.declined}")
        if not reader.passage:
            raise Drop(f"no passage was fit: {reader.problem}")
        return [seed.rewritten(scene.kind.name, reader.passage, round=scene.round, facts=_facts(scene))]

    rewriting = [kind.name for kind in kinds if not kind.is_seed]
    return Flow(
        "transform",
        direct,
        harvest,
        tuple(kinds),
        sample=sample,
        small_kinds=None if small_kinds is None else tuple(small_kinds),
        choose=chooser(kinds) if rewriting else None,
    )


def _facts(scene: Scene) -> dict[str, str]:
    return {"language": scene.language} if scene.language else {}


def _form(kind: Transformation, small: bool) -> Mapping[str, Any]:
    passage = text(20, kind.words[1] * (8 if small else 12), "the whole piece, with its line breaks")
    if small:  # asked whether a text fits, a small model finds something wrong with all of them
        return closed({"fits": {"const": True}, "why": text(5, 120, "the idea in a few words"), "passage": passage})
    why = text(10, 400, "the idea: what you take from the text and what you leave; or why the text does not fit")
    return closed({"why": why, "fits": {"type": "boolean"}, "passage": {**passage, "minLength": 0}})
