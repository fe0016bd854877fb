"""Open what a run needs from outside: models, sandbox, retrieval, tools; each says in one line what is missing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.chat_log import ChatLog, Reply
from agents.errors import UsageError
from agents.journal import Journal
from agents.meter import Meter
from agents.models.model import Model
from sandbox import SandboxError
from teams.engine.flow import Skill
from teams.engine.options import RunOptions
from teams.engine.records import Seed
from tools.bench import Bench

if TYPE_CHECKING:
    from autogen_core.models import ChatCompletionClient, CreateResult

    from teams.engine.running import Report

AT_ONCE = 32
"""Model calls in flight by default: what one GPU of the usual size serves well."""
SELF_TEST = "self-test"
"""Chat under which the self-tests of endpoints are journaled."""


async def open_models(
    stack: AsyncExitStack, options: RunOptions, journal: Journal, meter: Meter, report: Report
) -> tuple[Callable[[str], Model], int]:
    """Connect to the models asked for; return which plays which role, and how many calls may be in flight."""
    from agents.models.connect import connect
    from agents.models.price import parse_price

    # Read before anything is started, so that a mistake costs nothing.
    price = parse_price(options.price) if options.price else None

    def asks(name: str, client: ChatCompletionClient) -> Any:
        return _asker(ChatLog(f"{SELF_TEST}/{name}", journal), name, client)

    models = await connect(options.model, at_once=options.at_once or AT_ONCE, tell=report.line, asks=asks)
    stack.push_async_callback(models.close)
    priced = {id(model): replace(model, price=price or model.price) for model in models.all}
    if options.max_cost is not None and any(model.price is None for model in priced.values()):
        raise UsageError("--max-cost needs to know what the model costs; add --price IN,OUT (per million tokens)")
    at_once = options.at_once or models.default.at_once or AT_ONCE
    return (lambda role: priced[id(models.for_role(role))]), at_once


def _asker(log: ChatLog, name: str, client: ChatCompletionClient) -> Any:
    """Let a self-test ask through the journal: on a resumed run it is read, not sent."""
    from agents.models.role_client import as_result, as_stored, plain

    async def ask(messages: Sequence[Any], *, tools: Sequence[Any], extra: Mapping[str, Any]) -> CreateResult:
        async def send() -> Reply:
            return as_stored(await client.create(messages, tools=tools, extra_create_args=extra))

        reply, _ = await log.call(SELF_TEST, name, [plain(messages), list(tools), dict(extra)], "", send)
        return as_result(reply)

    return ask


async def open_pool(stack: AsyncExitStack, skill: Skill, size: int, report: Report) -> Any:
    """Return the pool of sandboxes, or None where none can be had and the skill can do without."""
    from sandbox.pool import Pool

    pool = Pool(size=size)
    problem = await asyncio.to_thread(pool.available)
    if problem is None:
        return await stack.enter_async_context(pool)
    if skill.needs_sandbox:
        raise SandboxError(f"{skill.name} runs code and needs a sandbox: {problem}")
    report.line(f"No sandbox, so calls are simulated and the pairs say so: {problem}")
    return None


async def open_index(
    stack: AsyncExitStack, skill: Skill, options: RunOptions, seeds: Callable[[], Iterator[Seed]], report: Report
) -> Mapping[type, Any]:
    """Return the retrieval index over all seeds; it is built when it is first searched."""
    from tools.index import ApiIndex

    def entries() -> Iterator[Any]:
        for seed in seeds():
            yield from skill.entries(seed)

    index = ApiIndex(entries, server=options.chroma or "", say=report.line)
    stack.push_async_callback(index.close)
    return {ApiIndex: index}


async def open_tools(stack: AsyncExitStack, options: RunOptions) -> tuple[tuple[str, ...], Mapping[str, Bench]]:
    """Load the tools plugged in: names of registered ones, and benches of MCP servers by tool name."""
    from tools import load_tools
    from tools.benches import Lent
    from tools.mcp_bench import McpBench

    names = list(await asyncio.to_thread(load_tools, options.tools))
    shared: dict[str, Bench] = {}
    for command in options.mcp:
        bench = McpBench(command)
        stack.push_async_callback(bench.close)
        for schema in await bench.schemas():
            shared[schema["name"]] = Lent(bench)
    return (*names, *(name for name in shared if name not in names)), shared


def run_folder(options: RunOptions, name: str) -> Path:
    """Return the run's folder: as asked, or a new one under runs/."""
    import time

    return options.run or Path("runs") / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}"
