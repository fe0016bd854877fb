"""The working system behind a list of APIs: written by an agent, tried in the sandbox, mended until it works.

It is made once for a list, before requests are written, so that requests can be about data that exists; every
conversation starts from a fresh copy. Where no sandbox runs, or no try works, a simulator plays the APIs instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from teams.engine.flow import Drop, Flow, Kind, Program, Scene, Seat, Staging
from teams.engine.records import Passage
from teams.engine.seeds_text import neutralise
from teams.engine.talk import Talk
from teams.tool_use.parts import MAKER, Parts
from teams.tool_use.words import script
from tools.apis import Api, as_dict, signature
from tools.backend import Trial, code_of, try_out

TRIES = 3
DATA_SHOWN = 6000
"""Characters of data shown to those who write requests."""
CODE_SHOWN = 8000
"""Characters of original code shown to the builder."""
DOCSTRING = re.compile(r'^[^\S\n]*[rR]?(""".*?"""|\'\'\'.*?\'\'\')[^\S\n]*\n?', re.DOTALL | re.MULTILINE)
BUILDER = script.role("builder", max_tokens=4000, temperature=0.5)


def apis_of(passage: Passage) -> list[Api]:
    return [Api(**api) for api in passage.facts["apis"]]  # checked when they were made


def listed(apis: Sequence[Api]) -> str:
    """APIs as roles read them: a signature and what it does, with what each parameter means."""
    lines = []
    for api in apis:
        lines.append(f"- {signature(api)}: {api.description} Returns: {api.returns}")
        for name, schema in api.parameters.get("properties", {}).items():
            lines.append(f"    {name}: {schema.get('description', '')}")
    return "\n".join(lines)


def _code(function: Mapping[str, Any]) -> str:
    """A function without its documentation, which the list of APIs has in better words."""
    return DOCSTRING.sub("", str(function["text"]), count=1)


async def direct(scene: Scene) -> Staging | Sequence[Passage]:
    passage = scene.record
    assert isinstance(passage, Passage)
    if not scene.has_sandbox:
        return [passage.with_facts(executed="simulated")]
    apis = apis_of(passage)
    if scene.small:
        return _in_parts(scene, apis)

    async def try_it(talk: Talk) -> str:
        code = code_of(talk.words(BUILDER.name))
        trial = scene.notes["trial"] = await try_out(code, apis, await scene.lease())
        scene.notes["code"] = code
        if trial.problems:
            return (
                "It doesn't work yet:\n"
                + "\n".join(f"- {p}" for p in trial.problems)
                + "\nGive the whole module again."
            )
        return "It works."

    def order(talk: Talk) -> str | None:
        if talk[-1].source != "bench":
            return "bench" if talk[-1].source == BUILDER.name else BUILDER.name
        done = not scene.notes["trial"].problems or len(talk.by(BUILDER.name)) >= TRIES
        return None if done else BUILDER.name

    seed = passage.seed
    head = neutralise(str(seed.facts.get("head", "")))
    text = neutralise("\n\n".join(_code(f) for f in seed.facts.get("functions", ()) if f["is_offered"])[:CODE_SHOWN])
    code = f"The original code, for its rules:\n```{seed.language}\n{head}\n\n{text}\n```\n\n"
    opening = f"{code if seed.kind == 'code' else ''}The functions:\n{listed(apis)}"
    return Staging(opening, [Seat(BUILDER), Program("bench", try_it, "runs the code in the sandbox")], order)


def _in_parts(scene: Scene, apis: list[Api]) -> Staging:
    """A small model makes the backend part by part."""
    parts = scene.notes["parts"] = Parts(scene, apis)
    bench = Program("bench", parts.speak, "asks for the parts and runs them in the sandbox")
    return Staging("Build it part by part.", [bench, Seat(MAKER, schema=parts.schema)], parts.order)


async def harvest(scene: Scene, talk: Talk) -> Sequence[Passage]:
    passage = scene.record
    assert isinstance(passage, Passage)
    if parts := scene.notes.get("parts"):
        scene.notes["code"] = parts.whole()
        scene.notes["trial"] = await try_out(scene.notes["code"], parts.apis, await scene.lease())
    trial: Trial = scene.notes["trial"]
    working = {example["name"] for example in trial.examples}
    apis = [api for api in apis_of(passage) if api.name in working]
    if scene.small and not apis:
        raise Drop("no function works, and a small model can't play what it can't write")
    if not apis or trial.data is None:
        # No try worked: conversations over this list are simulated, and their pairs say so.
        return [passage.with_facts(executed="simulated")]
    # A function whose example fails is left out of the list; the others were seen to work.
    facts = {
        "apis": [as_dict(api) for api in apis],
        "executed": "sandbox",
        "backend": scene.notes["code"],
        "examples": list(trial.examples),
        "data": json.dumps(trial.data, ensure_ascii=False)[:DATA_SHOWN],
    }
    return [passage.with_facts(**facts)]


flow = Flow("transform", direct, harvest, (Kind("working", "a working system behind the list"),), name="backend")
