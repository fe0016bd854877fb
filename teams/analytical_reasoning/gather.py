"""Content transformation: a gatherer takes from a text what puzzles are made of; a program reads it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from agents.role import Role
from teams.analytical_reasoning.cast import NAMES, PEOPLE, SMALL_PARTS, faults, schema_of, told
from teams.analytical_reasoning.kinds import Gathering
from teams.engine.checks.briefs import Runs, runs_in, runs_of
from teams.engine.flow import Drop, Flow, Program, Scene, Seat, Staging
from teams.engine.records import Record, Seed
from teams.engine.schemas import closed, text
from teams.engine.stages.choose import chooser
from teams.engine.stages.material import excerpt, shown, text_of
from teams.engine.talk import Talk, in_turn
from teams.engine.tongue import is_in

TRIES = 2
SMALL_BRIEF = "the place that the text tells of, and what a handful of people do there"
ECHO = 8
"""Words in a row that a scene has no reason to share with the brief."""
SMALL_DEFAULTS: Mapping[str, Any] = {
    "order": {"unit": "place", "units": "places", "first": "at the front"},
    "groups": ["the morning group", "the evening group"],
    "chosen": "on the list",
    "slots": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    "slot_word": "day",
    "table": "round a table",
}
"""What a small model is not asked for."""


@dataclass
class Reader:
    """The program that reads what was gathered."""

    scene: Scene
    gatherer: str
    told: Runs
    """Runs of words of what it was told to gather."""
    tries: int = 0
    problem: str = ""
    declined: str = ""
    cast: Mapping[str, Any] | None = None

    def speak(self, talk: Talk) -> str:
        self.tries += 1
        draft = talk.value(self.gatherer)
        if not draft.get("fits", True):
            self.declined = draft["why"]
            return "Declined."
        cast = {name: part for name, part in draft.items() if name not in ("fits", "why")}
        if self.scene.small:
            cast = {**cast, **SMALL_DEFAULTS, "people": self.people()}
        problems = list(faults(cast))
        if any(run in self.told for run in runs_in(str(cast["scene"]), ECHO)):
            problems.append("scene: it says again what to gather; say where these people are and what they do")
        if self.scene.language and is_in(str(cast["scene"]), self.scene.language) is False:
            problems.append(f"it is not in {self.scene.language}")
        if not problems:
            self.cast = cast
            return "Taken."
        self.problem = "; ".join(problems[:4])
        return f"It isn't ready yet: {self.problem}. Hand in the whole again."

    def people(self) -> list[str]:
        """Draw the names that a small model is not asked for; it would make them of whatever begins with a capital."""
        return one_an_initial(Random(self.scene.chat_id).sample(NAMES, len(NAMES)))[:PEOPLE]

    @property
    def is_over(self) -> bool:
        return self.cast is not None or bool(self.declined) or self.tries > TRIES


def one_an_initial(names: Sequence[str]) -> list[str]:
    """Return those names of which none before begins alike."""
    found = {name[0]: name for name in reversed(names)}
    return [name for name in names if found[name[0]] == name]


def gathering_flow(role: Role, kinds: Sequence[Gathering], small_kinds: Sequence[str]) -> Flow:
    """Return the transform flow: `role` gathers the parts of a kind from a seed."""

    async def direct(scene: Scene) -> Staging | Sequence[Record]:
        seed, kind = scene.record, scene.kind
        assert isinstance(seed, Seed)
        assert isinstance(kind, Gathering)
        source = excerpt(text_of(seed)) if scene.small else text_of(seed)
        reader = scene.notes["reader"] = Reader(scene, role.name, runs_of([kind.brief, SMALL_BRIEF], ECHO))
        if scene.small:
            schema = closed(SMALL_PARTS)
        else:
            why = text(10, 300, "what you take from the text; or why it has nothing for this")
            schema = closed({"why": why, "fits": {"type": "boolean"}, **schema_of(kind.parts)})
        wanted = SMALL_BRIEF if scene.small else kind.brief
        task = f"{shown(source)}\n\nWhat to gather: {wanted}"
        seats: list[Seat | Program] = [
            Seat(role, schema=schema),
            Program("reader", reader.speak, "reads what was gathered"),
        ]
        return Staging(task, seats, in_turn(role.name, "reader", lambda: reader.is_over))

    async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
        seed, reader = scene.record, scene.notes["reader"]
        assert isinstance(seed, Seed)
        if reader.declined:
            raise Drop(f"declined as {scene.kind.name}: {reader.declined}")
        if reader.cast is None:
            raise Drop(f"nothing gathered was fit: {reader.problem}")
        cast = json.loads(json.dumps(reader.cast))
        facts = {"cast": cast, **({"language": scene.language} if scene.language else {})}
        return [seed.rewritten(scene.kind.name, told(cast), round=scene.round, facts=facts)]

    chosen = chooser(kinds) if len(kinds) > 1 else None
    return Flow("transform", direct, harvest, tuple(kinds), small_kinds=tuple(small_kinds), choose=chosen)
