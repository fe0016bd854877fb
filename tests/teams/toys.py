"""Skills small enough to see: plain flows over a scripted model, for tests of runs of several."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import Template

from agents.models.model import Abilities, Model
from agents.models.scripted import ScriptedClient
from agents.role import Role
from teams.engine import RunOptions
from teams.engine.flow import Flow, Kind, Scene, Seat, Skill, Staging
from teams.engine.records import Instruction, Pair, Passage, Record, Seed
from teams.engine.running import Outcome, run
from teams.engine.talk import Talk
from teams.engine.verdict import Finding

WRITER, ANSWERER, CHOOSER = (Role(name, Template(name)) for name in ("writer", "answerer", "chooser"))
KINDS = tuple(Kind(name, "") for name in ("which", "why", "how"))


def seeds(folder: Path, count: int, prose: int = 0) -> Path:
    """Write so many small modules, and so many pages of prose."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"s{number:03}.py").write_text(f"def f{number}(a: int) -> int:\n    '''{number}'''\n    return a\n")
    for number in range(prose):
        words = " ".join(hashlib.sha256(f"{number}{n}".encode()).hexdigest()[:7] for n in range(150))
        (folder / f"p{number:03}.txt").write_text(f"Page {number} tells of this. {words}.\n")
    return folder


async def rewrite(scene: Scene) -> Staging:
    return Staging(f"rewrite {scene.record.id}", [Seat(WRITER)])


async def rewritten(scene: Scene, talk: Talk) -> Sequence[Record]:
    assert isinstance(scene.record, Seed)
    return [scene.record.rewritten(scene.kind.name, scene.record.text, round=scene.round)]


async def ask(scene: Scene) -> Sequence[Record]:
    assert isinstance(scene.record, Passage)
    return [scene.record.ask(scene.kind.name, f"ask {scene.record.id} {scene.kind.name}")]


async def refine(scene: Scene) -> Sequence[Record]:
    assert isinstance(scene.record, Instruction)
    return [scene.record.refined(scene.kind.name, f"{scene.record.text}, harder")]


async def demand(scene: Scene) -> Sequence[Record]:
    instruction = scene.record
    assert isinstance(instruction, Instruction)
    return [replace(instruction, id=f"{instruction.id}/list", text=f"{instruction.text} as a list")]


async def answer(scene: Scene) -> Staging:
    return Staging(f"answer {scene.record.id}", [Seat(ANSWERER)])


async def answered(scene: Scene, talk: Talk) -> Sequence[Record]:
    assert isinstance(scene.record, Instruction)
    words = [hashlib.sha256(f"{scene.record.id}{n}".encode()).hexdigest() for n in range(30)]
    said = [("user", " ".join(words)), ("assistant", f"about {scene.record.text}")]
    return [scene.record.answered([{"role": role, "content": text} for role, text in said])]


async def nothing(scene: Scene, talk: Talk) -> Sequence[Record]:
    return []


def fine(pair: Pair) -> list[Finding]:
    return [Finding("fine", True, "")]


def luck(share: float) -> Callable[[Pair], list[Finding]]:
    """A check that lets a share of the pairs through, the same ones always."""
    return lambda pair: [Finding("luck", hashlib.sha256(pair.id.encode()).digest()[0] < share * 256, "")]


def toy(name: str, *checks: Any, refines: bool = False, sample: int | None = 1, **changes: Any) -> Skill:
    """A skill with three kinds of instruction; a call to rewrite a seed and one to answer."""
    flows = [Flow("transform", rewrite, rewritten), Flow("instruct", ask, nothing, KINDS, sample=sample, counts=True)]
    if refines:
        flows.append(Flow("refine", refine, nothing, (Kind("harder", ""),), passes_on=True))
    flows.append(Flow("respond", answer, answered))
    usual: dict[str, Any] = {"roles": ("writer", "answerer"), "flows": tuple(flows)}
    return Skill(name=name, checks=checks or (fine,), version="v1", **{**usual, **changes})


def mix_file(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / "mix.yaml"
    file.write_text(text)
    return file


async def go(
    skills: Skill | Sequence[Skill],
    options: RunOptions,
    *,
    small: bool = False,
    ready: Any = None,
    report: Any = None,
    **answers: Any,
) -> tuple[Outcome, ScriptedClient]:
    """Run skills on a scripted model."""
    script = {"writer": lambda request: "done", "answerer": lambda request: "done", **answers}
    client = ScriptedClient(script)
    model = Model("scripted", client, Abilities(small=small))
    outcome = await run(
        skills, options, model_for=lambda role: model, on_ready=ready or (lambda engine: None), report=report
    )
    return outcome, client
