"""What chats were held with: kept with a run, and given again to chats that are held again, as far as it is asked for.

Nothing is opened before a chat asks for it: a sandbox with the first lease, an index with the first search, a browser
with the first window. Keys are never kept, nor command lines, which may hold one.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agents.models.model import Abilities, Model
from sandbox import Sandbox, SandboxError
from teams.engine import offload, props
from teams.engine.again.traces import forgotten
from teams.engine.flow import Skill
from teams.engine.mix_seeds import Seeds
from teams.engine.options import RunOptions
from teams.engine.records import Seed
from teams.engine.registry import load
from teams.engine.stagehand import Stagehand
from tools.bench import Answer
from tools.benches import RegisteredBench
from tools.errors import ToolError

DESCRIBED_SECONDS = 10.0
"""For a tool plugged in to say what it takes."""
CONTAINERS = 2
"""One chat at a time is held, with the chats beside it."""


async def kept_means(
    options: RunOptions, hand: Stagehand, roles: Sequence[str], model_for: Callable[[str], Model]
) -> dict[str, Any]:
    """Return what a run is held with, as its journal keeps it: JSON, no keys."""
    models = {model.name: model for role in ("", *roles) if (model := model_for(role))}
    means = {
        "sandbox": hand.pool is not None,
        "plugged": list(hand.plugged),
        "schemas": [dict(schema) for schema in await _schemas(hand)],
        "tools": [_whole(tool) for tool in options.tools],
        "chroma": options.chroma,
        "models": models_named(options.model),
    }
    return {"means": means, "abilities": {name: asdict(model.abilities) for name, model in models.items()}}


def models_named(texts: Sequence[str]) -> dict[str, str]:
    """Return what `--model` said by role ('' is everybody), so that it can be said again; files by their whole path."""
    from agents.models.spec import parse_specs

    named = parse_specs(texts)
    return {
        role or "": str(Path(spec.model).expanduser().resolve()) if spec.provider == "gguf" else str(spec)
        for role, spec in named.items()
    }


def _whole(tool: str) -> str:
    """A tool's file by its whole path."""
    place, colon, name = tool.rpartition(":")
    return f"{Path(place).resolve()}{colon}{name}" if place.endswith(".py") else tool


async def _schemas(hand: Stagehand) -> list[Mapping[str, Any]]:
    """Describe the tools plugged in. One that is out of order is told of by the chats that need it."""
    supplies = {**hand.supplies, Sandbox: None}
    own = [RegisteredBench([name], supplies) for name in hand.plugged if name not in hand.shared]
    found: list[Mapping[str, Any]] = []
    for bench in (*own, *dict.fromkeys(hand.shared.values())):
        with suppress(Exception):
            found += await asyncio.wait_for(bench.schemas(), DESCRIBED_SECONDS)
    return found


class KeptBench:
    """A tool as it was described in the run; nobody is behind it."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._schema = schema
        self.failure: ToolError | None = None

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        return [self._schema]

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        self.failure = ToolError(f"{name} can't be asked anew: how its server is started is not kept with a run")
        raise self.failure

    async def close(self) -> None:
        """Nothing is held."""


class LazyPool:
    """A pool of sandboxes that is opened with the first lease."""

    def __init__(self, stack: AsyncExitStack) -> None:
        self._stack, self._lock = stack, asyncio.Lock()
        self._pool: Any = None

    @asynccontextmanager
    async def lease(self) -> AsyncIterator[Sandbox]:
        """Hold a sandbox. Raises `SandboxError` where there is none on this machine."""
        from sandbox.pool import Pool

        async with self._lock:
            if self._pool is None:
                pool = Pool(size=CONTAINERS)
                if problem := await asyncio.to_thread(pool.available):
                    raise SandboxError(f"this runs code, as it did in the run, and there is no sandbox here: {problem}")
                self._pool = await self._stack.enter_async_context(pool)
        async with self._pool.lease() as sandbox:
            yield sandbox


class _Silent:
    def line(self, text: str) -> None: ...
    def watch(self, engine: Any) -> None: ...


@asynccontextmanager
async def means(meta: Mapping[str, Any], skill: Skill, *, asks: bool) -> AsyncIterator[Stagehand]:
    """Give what the chats of a run may ask for. `asks`: tools may be called anew; else only their descriptions are had.

    Raises `ToolError`: a tool that was plugged in is not there any more.
    """
    kept = meta.get("means", {})
    options = RunOptions(
        seeds=tuple(Path(path) for path in meta.get("seeds", ())),
        hold_out=meta.get("hold_out", 0.0),
        chroma=kept.get("chroma"),
    )
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(offload.at_hand())
        seeds = _all_seeds(options, skill, meta)
        index = await props.open_index(stack, _indexed(skill, meta), options, seeds, _Silent())
        browsers = await props.open_browsers(stack, skill, _Silent())
        yield Stagehand(
            pool=LazyPool(stack) if kept.get("sandbox", True) else None,
            supplies={**index, **browsers},
            plugged=tuple(kept.get("plugged", ())),
            shared=await _plugged(kept, asks),
            language=meta.get("language", ""),
        )


async def _plugged(kept: Mapping[str, Any], asks: bool) -> dict[str, Any]:
    """The benches of tools plugged in that can't be had from the registry, or must not be asked."""
    there: set[str] = set()
    if asks and kept.get("plugged"):
        from tools import load_tools
        from tools.plugins import announced

        there = {*await asyncio.to_thread(load_tools, kept.get("tools", ())), *announced()}
    return {schema["name"]: KeptBench(schema) for schema in kept.get("schemas", ()) if schema["name"] not in there}


def _skills(skill: Skill, meta: Mapping[str, Any]) -> dict[str, Skill]:
    """The skills of a run; imported only when an index is built."""
    names = [name for name in meta.get("mix", ()) if "." not in name]
    return {one.name: one for one in load(names)} if names else {skill.name: skill}


def _all_seeds(options: RunOptions, skill: Skill, meta: Mapping[str, Any]) -> Callable[[], Iterator[Seed]]:
    def seeds() -> Iterator[Seed]:
        read = Seeds(options.seeds, _skills(skill, meta))
        read.is_forgotten = forgotten(meta)
        return read.all()

    return seeds


def _indexed(skill: Skill, meta: Mapping[str, Any]) -> Skill:
    def entries(seed: Seed) -> list[Any]:
        return [entry for one in _skills(skill, meta).values() for entry in one.entries(seed)]

    return Skill(skill.name, (), (), "", entries=entries)


def model_names(meta: Mapping[str, Any]) -> Callable[[str], str]:
    """Return who played each role, by the names of the models."""
    named: Mapping[str, str] = meta.get("models") or {"": "the run's model"}
    return lambda role: named.get(role, named[""])


def abilities_of(meta: Mapping[str, Any], name: str) -> Abilities:
    """Return what a model's endpoint could do; the usual where a journal does not say."""
    return Abilities(**meta.get("abilities", {}).get(name, {}))
