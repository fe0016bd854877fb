"""Open what a run needs from outside: models, sandbox, retrieval, tools; each says in one line what is missing."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.chat_log import ChatLog, Reply
from agents.errors import UsageError
from agents.journal import Journal
from agents.meter import Call, Meter
from agents.models.model import Abilities, Model
from agents.onlooker import PERSON
from sandbox import SandboxError
from teams.engine.flow import Skill
from teams.engine.options import RunOptions
from teams.engine.records import Seed
from teams.engine.seeds import hold_out
from teams.engine.seeds_text import in_pieces, neutralise
from teams.engine.stagehand import Split
from tools.bench import Bench
from tools.errors import ToolError

if TYPE_CHECKING:
    from autogen_core.models import ChatCompletionClient, CreateResult

    from teams.engine.running import Report
    from tools.index import Entry

AT_ONCE = 32
"""Model calls in flight by default: what one GPU of the usual size serves well."""
SELF_TEST = "self-test"
"""Chat under which the self-tests of endpoints are journaled."""


def check_models(options: RunOptions, roles: Collection[str]) -> None:
    """Refuse what is wrong with models and prices, as far as nobody has to be asked. Raises `UsageError`."""
    from agents.models.connect import check, price_of
    from agents.models.price import parse_price
    from agents.models.spec import parse_specs

    if options.price:
        parse_price(options.price)
    specs = parse_specs(options.model)
    for role, spec in specs.items():
        if role is not None and role not in roles:
            raise UsageError(f"--model {role}=…: there is no role {role!r}; there are: {', '.join(sorted(roles))}")
        check(spec, os.environ)
        if options.max_cost is not None and not options.price and price_of(spec, os.environ) is None:
            raise _priceless(str(spec))
    for role in options.human:
        if role not in roles:
            raise UsageError(f"--human {role}: there is no role {role!r}; there are: {', '.join(sorted(roles))}")
        if role in specs:
            raise UsageError(f"--human {role} and --model {role}={specs[role]}: either a person plays it or a model")


def models_asked(options: RunOptions) -> dict[str, str]:
    """The models asked for, by role ('' is everybody), if that can be told before anything is opened; else nothing."""
    from agents.models.spec import parse_specs

    specs = parse_specs(options.model)
    named = {role or "": str(spec) for role, spec in specs.items()} | dict.fromkeys(options.human, PERSON)
    # What the built-in model is called depends on which of its weights can be had; and models alike count once.
    return {} if None not in specs or any(s.provider in ("local", "gguf") for s in specs.values()) else {
        role: name for role, name in named.items() if not role or name != named[""]
    }  # fmt: skip


def _priceless(name: str) -> UsageError:
    return UsageError(f"--max-cost needs to know what {name} costs; add --price IN,OUT (US dollars per million tokens)")


async def open_models(
    stack: AsyncExitStack,
    options: RunOptions,
    journal: Journal,
    meter: Meter,
    report: Report,
    environ: Mapping[str, str] | None = None,
) -> tuple[Callable[[str], Model], int]:
    """Connect to the models asked for; return which plays which role, and how many calls may be in flight."""
    from agents.models.connect import connect
    from agents.models.price import parse_price
    from teams.engine.report import abilities

    def asks(name: str, client: ChatCompletionClient) -> Any:
        return _asker(ChatLog(f"{SELF_TEST}/{name}", journal), name, client, meter)

    price = parse_price(options.price) if options.price else None
    known = _abilities(journal)
    at_once = options.at_once or AT_ONCE
    models = await connect(options.model, at_once=at_once, tell=report.line, known=known, asks=asks, environ=environ)
    stack.push_async_callback(models.close)
    priced = {id(model): replace(model, price=price or model.price) for model in models.all}
    for model in priced.values():
        if options.max_cost is not None and model.price is None:
            raise _priceless(model.name)
        report.line(f"Model {model.name}: {abilities(model)}.")
    stored = json.dumps(
        {**{k: asdict(v) for k, v in known.items()}, **{m.name: asdict(m.abilities) for m in models.all}}
    )
    journal.post(("INSERT OR REPLACE INTO meta VALUES ('abilities', ?)", (stored,)))
    at_once = options.at_once or models.default.at_once or AT_ONCE
    return (lambda role: priced[id(models.for_role(role))]), at_once


def _abilities(journal: Journal) -> dict[str, Abilities]:
    """What the endpoints could do when the run began: found out once, so that a run gone on with asks the same way."""
    return {name: Abilities(**found) for name, found in journal.meta().get("abilities", {}).items()}


def _asker(log: ChatLog, name: str, client: ChatCompletionClient, meter: Meter) -> Any:
    """Let a self-test ask through the journal: on a resumed run it is read, not sent."""
    from agents.models.replies import as_result, as_stored, plain

    async def ask(messages: Sequence[Any], *, tools: Sequence[Any], extra: Mapping[str, Any]) -> CreateResult:
        async def send() -> Reply:
            return as_stored(await client.create(messages, tools=tools, extra_create_args=extra))

        reply, replayed = await log.call(SELF_TEST, name, [plain(messages), list(tools), dict(extra)], "", send)
        used = Call(reply.get("prompt_tokens", 0), reply.get("completion_tokens", 0), replayed=replayed)
        meter.count(SELF_TEST, used)
        return as_result(reply)

    return ask


async def lacking(skills: Iterable[Skill]) -> dict[str, str]:
    """Return by name why skills can't work on this machine: they need a sandbox or a browser, and there is none."""
    from sandbox.pool import Pool

    wanting = list(skills)
    found: dict[str, str] = {}
    if any(skill.needs_sandbox for skill in wanting) and (problem := await asyncio.to_thread(Pool(size=1).available)):
        found |= {
            one.name: f"{one.name} runs code and needs a sandbox: {problem}" for one in wanting if one.needs_sandbox
        }
    if any(skill.needs_browser for skill in wanting):
        from tools.web.browser import why_not

        if problem := await asyncio.to_thread(why_not):
            found |= {one.name: f"{one.name} works in a browser: {problem}" for one in wanting if one.needs_browser}
    return found


async def open_pool(stack: AsyncExitStack, skill: Skill, size: int, report: Report) -> Any:
    """Return the pool of sandboxes, or None where none can be had and the skill can do without."""
    from sandbox.pool import Pool

    pool = Pool(size=size)
    problem = await asyncio.to_thread(pool.available)
    if problem is None:
        report.line(f"Sandbox: up to {size} containers.")
        return await stack.enter_async_context(pool)
    if skill.needs_sandbox:
        raise SandboxError(f"{skill.name} can't do without a sandbox: {problem}")
    report.line(f"No sandbox, so calls are simulated and the pairs say so: {problem}")
    return None


async def open_browsers(stack: AsyncExitStack, skill: Skill, report: Report) -> Mapping[type, Any]:
    """Return the browser of a run that needs one; nothing is started yet."""
    if not skill.needs_browser:
        return {}
    from tools.web.browser import Browsers

    browsers = Browsers()
    stack.push_async_callback(browsers.close)
    report.line("Browser: one Chromium, a window for each chat.")
    return {Browsers: browsers}


async def open_index(
    stack: AsyncExitStack, skill: Skill, options: RunOptions, seeds: Callable[[], Iterator[Seed]], report: Report
) -> Mapping[type, Any]:
    """Return the retrieval indexes over all seeds: their functions, their texts. Each is built when first searched.

    Seeds held out have indexes of their own, so that neither side of the split ever reads the other's.
    """
    from tools.index import ApiIndex, DocumentIndex, Index

    def opened(kind: type[Index], entries: Callable[[Seed], Sequence[Entry]], held: bool) -> Index:
        def of_all() -> Iterator[Entry]:
            for seed in seeds():
                if hold_out(seed.hash, options.hold_out) == held:
                    yield from entries(seed)

        index = kind(of_all, server=options.chroma or "", say=report.line)
        stack.push_async_callback(index.close)
        return index

    def split(kind: type[Index], entries: Callable[[Seed], Sequence[Entry]]) -> Any:
        train = opened(kind, entries, False)
        return Split(train, opened(kind, entries, True), options.hold_out) if options.hold_out else train

    return {ApiIndex: split(ApiIndex, skill.entries), DocumentIndex: split(DocumentIndex, _passages)}


PASSAGE_CHARS = 1_000
"""Characters of a passage in the index of documents: an embedding model reads little more, and several fit a result."""


def _passages(seed: Seed) -> Sequence[Entry]:
    """What a seed adds to the passages that can be searched: its text and where it stands, a long one in pieces."""
    from tools.index import Entry

    text, place = neutralise(seed.text), {"path": seed.path, "lines": list(seed.span)}
    pieces = in_pieces(text, PASSAGE_CHARS)
    if len(pieces) < 2:
        return [Entry(seed.id, text, place)]
    # What stands at its head says what a piece from the middle is about.
    head = next(line.strip("#*= \t") for line in text.splitlines() if line.strip("#*= \t"))
    return [Entry(f"{seed.id}#{n}", piece, {**place, "title": head[:120]}) for n, piece in enumerate(pieces, 1)]


def check_chroma(url: str) -> None:
    """Ask a Chroma server whether it is there. Raises `UsageError`."""
    import http.client
    import urllib.request

    try:
        with urllib.request.urlopen(f"{url.rstrip('/')}/api/v2/heartbeat", timeout=5) as answer:
            answer.read(1000)
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise UsageError(f"--chroma {url}: no Chroma server answers there ({error}); it is http://HOST:PORT") from None


async def open_tools(
    stack: AsyncExitStack, options: RunOptions, report: Report
) -> tuple[tuple[str, ...], Mapping[str, Bench]]:
    """Load the tools plugged in: names of registered ones, and benches of MCP servers by tool name.

    Registered are those named by `--tools` and those that installed packages announce. Raises `ToolError`.
    """
    from tools import load_tools
    from tools.benches import Lent
    from tools.mcp_bench import McpBench
    from tools.plugins import announced, problems

    names = list(await asyncio.to_thread(load_tools, options.tools))
    names += [name for name in announced() if name not in names]
    for problem in problems:
        report.line(f"A tool of an installed package can't be used: {problem}")
    shared: dict[str, Bench] = {}
    for command in options.mcp:
        bench = McpBench(command)
        stack.push_async_callback(bench.close)
        report.line(f"Starting the MCP server {command!r}.")
        for schema in await bench.schemas():
            if schema["name"] in names or schema["name"] in shared:
                raise ToolError(f"--mcp {command!r}: its tool {schema['name']!r} has the name of another plugged in")
            shared[schema["name"]] = Lent(bench)
    if names or shared:
        report.line(f"Tools plugged in: {', '.join([*names, *shared])}.")
    return (*names, *shared), shared


def check_tools(tools: tuple[tuple[str, ...], Mapping[str, Bench]], supplies: Mapping[type, Any]) -> None:
    """See that tools plugged in can be supplied with what they need, before a chat finds out. Raises `ToolError`."""
    from sandbox import Sandbox
    from tools.benches import RegisteredBench

    RegisteredBench([name for name in tools[0] if name not in tools[1]], {**supplies, Sandbox: None})


def run_folder(options: RunOptions, name: str) -> Path:
    """Return the run's folder: as asked, or a new one under runs/."""
    import time

    return options.run or Path("runs") / f"{name}-{time.strftime('%Y%m%d-%H%M%S')}"
