"""Content transformation: an author makes the matter of a site of a seed; a program reads it and puts it together."""

# ruff: noqa: E501  # lines of data and of words

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from teams.engine.flow import Drop, Flow, Program, Scene, Seat, Staging
from teams.engine.records import Record, Seed
from teams.engine.schemas import closed, text
from teams.engine.stages.choose import chooser
from teams.engine.stages.material import shown, text_of
from teams.engine.talk import Talk
from teams.engine.tongue import is_english, is_in
from teams.web_agent.assemble import LABELS
from teams.web_agent.content import Content, as_dict, read, schema
from teams.web_agent.kinds import TRANSFORMATIONS
from teams.web_agent.small import content_from
from teams.web_agent.words import script

TRIES = 2
AUTHOR = script.role("site_author", hears=("task", "surveyor"), max_tokens=9000, temperature=0.9)
SIGN_WRITER = script.role("sign_writer", hears=("surveyor",), forgetful=True, max_tokens=5000, temperature=0.2)
SIGNS = {f"s{n}": word for n, word in enumerate(LABELS)}
SETTINGS = (
    "run by two people who do everything themselves", "of a town's public service", "of a large firm with many branches",
    "of a club whose members know each other", "of a school", "of a charity", "used only inside a company",
    "of a museum or collection", "of a co-operative", "as old as the web and never redesigned",
)  # fmt: skip


@dataclass
class Surveyor:
    """The program that reads what an author hands in."""

    scene: Scene
    tries: int = 0
    problem: str = ""
    declined: str = ""
    content: Content | None = None
    signs: dict[str, str] = field(default_factory=dict)

    @property
    def needs_signs(self) -> bool:
        return self.content is not None and not is_english(self.scene.language) and not self.signs

    @property
    def is_over(self) -> bool:
        if self.declined or self.tries > TRIES:
            return True
        return self.content is not None and not self.needs_signs

    def speak(self, talk: Talk) -> str:
        """Take what was handed in, or say what is wrong with it."""
        if talk[-1].source == SIGN_WRITER.name:
            return self._signs(talk.value(SIGN_WRITER.name))
        self.tries += 1
        draft = talk.value(AUTHOR.name)
        if not draft["fits"]:
            self.declined = draft["why"]
            return "Declined."
        content, problems = read(draft)
        if self.scene.language and content and is_in(_words(content), self.scene.language) is False:
            problems = [f"it is not in {self.scene.language}"]
        if problems or content is None:
            self.problem = "; ".join(problems[:6])
            return f"It isn't ready yet: {self.problem}. Hand in the whole site again."
        self.content, self.tries = content, 0
        if self.needs_signs:
            return "\n".join(f"{key}: {word}" for key, word in SIGNS.items())
        return "Taken."

    def _signs(self, said: Mapping[str, str]) -> str:
        self.tries += 1
        lost = [
            word
            for key, word in SIGNS.items()
            if set(re.findall(r"\{\w+\}", word)) - set(re.findall(r"\{\w+\}", said[key]))
        ]
        taken: dict[str, str] = {}
        for key, word in SIGNS.items():
            taken[word] = said[key].strip() or word
        if lost:
            self.problem = f"what stands in braces has to stay: {', '.join(lost[:3])}"
            return f"{self.problem}.\n" + "\n".join(f"{key}: {word}" for key, word in SIGNS.items())
        self.signs = taken
        assert self.content is not None
        self.content = replace(self.content, signs=taken)
        return "Taken."


def _words(content: Content) -> str:
    texts = [t for note in content.notes for _, t in note["sections"]]
    return " ".join([content.tagline, *texts])


async def direct(scene: Scene) -> Staging | Sequence[Record]:
    seed = scene.record
    assert isinstance(seed, Seed)
    if scene.small:
        return [_born(scene, seed, content_from(text_of(seed), scene.random, scene.kind.name))]
    surveyor = scene.notes["surveyor"] = Surveyor(scene)
    setting = scene.random.choice(SETTINGS)
    task = (
        f"{shown(text_of(seed))}\n\nThe type of site: {scene.kind.brief}\n\nLet it be the site {setting}. About "
        f"{scene.random.randint(10, 16)} records. Hand in the whole site."
    )

    def order(talk: Talk) -> str | None:
        if talk[-1].source != "surveyor":
            return "surveyor" if len(talk) > 1 else AUTHOR.name
        if surveyor.is_over:
            return None
        return SIGN_WRITER.name if surveyor.needs_signs else AUTHOR.name

    seats: list[Seat | Program] = [
        Seat(AUTHOR, schema=schema()),
        Program("surveyor", surveyor.speak, "reads what was handed in"),
        Seat(SIGN_WRITER, schema=closed({key: text(1, 120, "") for key in SIGNS})),
    ]
    return Staging(task, seats, order)


async def harvest(scene: Scene, talk: Talk) -> Sequence[Record]:
    seed, surveyor = scene.record, scene.notes["surveyor"]
    assert isinstance(seed, Seed)
    if surveyor.declined:
        raise Drop(f"declined as {scene.kind.name}: {surveyor.declined}")
    if surveyor.content is None or surveyor.needs_signs:
        raise Drop(f"no site was fit: {surveyor.problem}")
    return [_born(scene, seed, surveyor.content)]


def _born(scene: Scene, seed: Seed, content: Content) -> Record:
    facts: dict[str, Any] = {"content": as_dict(content)}
    if scene.language:
        facts["language"] = scene.language
    listed = "\n".join(str(record["title"]) for record in content.records)
    return seed.rewritten(
        scene.kind.name, f"{content.name}\n{content.tagline}\n\n{listed}", round=scene.round, facts=facts
    )


flow = Flow("transform", direct, harvest, TRANSFORMATIONS, small_kinds=("wiki", "library_catalogue", "admin_tables"),
            choose=chooser(TRANSFORMATIONS))  # fmt: skip
