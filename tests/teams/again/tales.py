"""A skill small enough to see in which every word of a pair was said in a chat, and its scripted writers."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import Template
from pydantic import BaseModel

from agents.models.model import Model
from agents.models.scripted import ScriptedClient
from agents.role import Role
from teams.engine import RunOptions
from teams.engine.flow import Drop, Flow, Kind, Scene, Seat, Skill, Staging
from teams.engine.records import Instruction, Pair, Passage, Record, Seed
from teams.engine.running import Outcome, run
from teams.engine.talk import Talk
from teams.engine.verdict import Finding


class Answer(BaseModel):
    """What the teller's reply must be."""

    tale: str
    moral: str = ""


WRITER, ASKER, HINTER, TELLER, JUDGE, CHOOSER = (
    Role("writer", Template("Rewrite as {{ kind.name }}.")),
    Role("asker", Template("Ask for something.")),
    Role("hinter", Template("Say how it could be harder.")),
    Role("teller", Template("Tell the tale."), output=Answer),
    Role("judge", Template("Say good or bad.")),
    Role("chooser", Template("Say which fit.")),
)
WAYS = (Kind("letter", ""), Kind("notes", ""))
SORTS = (Kind("short", ""), Kind("long", ""))


async def choose(scene: Scene) -> Staging:
    return Staging(f"choose for {scene.record.id}", [Seat(CHOOSER)])


async def chosen(scene: Scene, talk: Talk) -> Sequence[Record]:
    scene.notes["chosen"] = talk.words("chooser").split()
    return []


async def rewrite(scene: Scene) -> Staging:
    assert isinstance(scene.record, Seed)
    return Staging(scene.record.text, [Seat(WRITER)])


async def rewritten(scene: Scene, talk: Talk) -> Sequence[Record]:
    assert isinstance(scene.record, Seed)
    return [scene.record.rewritten(scene.kind.name, talk.words("writer"), round=scene.round)]


async def enrich(scene: Scene) -> Sequence[Record]:
    """A second flow that takes the passage up again, without anybody being asked."""
    assert isinstance(scene.record, Passage)
    return [scene.record.with_facts(words=(len(scene.record.text.split()), 0))]


async def ask(scene: Scene) -> Staging:
    assert isinstance(scene.record, Passage)
    return Staging(f"{scene.kind.name} about {scene.record.text} {scene.record.facts['words'][0]}", [Seat(ASKER)])


async def asked(scene: Scene, talk: Talk) -> Sequence[Record]:
    assert isinstance(scene.record, Passage)
    return [scene.record.ask(scene.kind.name, talk.words("asker"))]


async def refine(scene: Scene) -> Staging:
    assert isinstance(scene.record, Instruction)
    return Staging(scene.record.text, [Seat(HINTER), Seat(ASKER)])


async def refined(scene: Scene, talk: Talk) -> Sequence[Record]:
    assert isinstance(scene.record, Instruction)
    return [scene.record.refined(scene.kind.name, talk.words("asker"))]


async def tell(scene: Scene) -> Staging:
    assert isinstance(scene.record, Instruction)
    return Staging(scene.record.text, [Seat(TELLER, accept=lambda said: None if said["tale"] else "there is no tale")])


async def told(scene: Scene, talk: Talk) -> Sequence[Record]:
    assert isinstance(scene.record, Instruction)
    tale = json.loads(talk.words("teller"))["tale"]
    if "nonsense" in tale:
        raise Drop("it is nonsense")
    said = [("user", scene.record.text), ("assistant", tale)]
    return [scene.record.answered([{"role": role, "content": text} for role, text in said])]


async def judge(scene: Scene) -> Staging:
    assert isinstance(scene.record, Pair)
    return Staging(str(scene.record.messages[-1]["content"]), [Seat(JUDGE)])


async def judged(scene: Scene, talk: Talk) -> Sequence[Record]:
    words = talk.words("judge")
    scene.notes["findings"] = [Finding("liked", "good" in words, words, "model")]
    return []


async def nothing(scene: Scene, talk: Talk) -> Sequence[Record]:
    return []


def no_shouting(pair: Pair) -> list[Finding]:
    text = str(pair.messages[-1]["content"])
    return [Finding("no_shouting", not text.isupper(), "loud" if text.isupper() else "calm")]


FLOWS = (
    Flow("transform", rewrite, rewritten, WAYS, choose=Flow("transform", choose, chosen, name="choose")),
    Flow("transform", enrich, nothing, name="enrich"),
    Flow("instruct", ask, asked, SORTS, sample=None, counts=True),
    Flow("refine", refine, refined, (Kind("harder", ""),), passes_on=True),
    Flow("respond", tell, told),
)
tales = Skill(
    "tales",
    FLOWS,
    (no_shouting,),
    "v1",
    roles=("writer", "asker", "hinter", "teller", "judge", "chooser"),
    judge=Flow("check", judge, judged, (Kind("taste", ""),)),
    prefers="text",
)


def words_of(*about: object, count: int = 30) -> str:
    """Words that belong to something and to nothing else."""
    return " ".join(hashlib.sha256(f"{about} {n}".encode()).hexdigest()[:7] for n in range(count))


def answers(**others: Any) -> dict[str, Any]:
    """Return what everybody says by default: the same to the same."""
    usual = {role: lambda request: words_of(request.last) for role in ("writer", "asker", "hinter")}
    teller = {"teller": lambda request: {"tale": words_of(request.last), "moral": "none"}}
    return {**usual, **teller, "judge": lambda r: "good", "chooser": lambda r: "letter notes", **others}


def pages(folder: Path, count: int = 1) -> Path:
    """Write so many pages of prose."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"page{number}.txt").write_text(f"Page {number} tells of this. {words_of(number, count=150)}.\n")
    return folder


async def made(
    folder: Path, *, seeds: int = 1, skill: Skill = tales, client: ScriptedClient | None = None, **options: Any
) -> tuple[Outcome, ScriptedClient]:
    """Make a run in `folder/run` over `folder/seeds`."""
    client = client or ScriptedClient(answers())
    asked = RunOptions(seeds=(pages(folder / "seeds", seeds),), run=folder / "run", **options)
    model = Model("scripted", client)
    return await run(skill, asked, model_for=lambda role: model), client


def with_role(skill: Skill, flow: str, changed: Mapping[str, Any]) -> Skill:
    """Return the skill with other fields in one of its flows."""
    return replace(skill, flows=tuple(replace(one, **changed) if one.label == flow else one for one in skill.flows))
