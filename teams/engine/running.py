"""One execution of a skill over seeds: check what was asked, open what is needed, go through the seeds, end well."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from agents.errors import EndpointError, UsageError
from agents.journal import Journal, JournalError
from agents.meter import Meter
from agents.models.model import Model
from agents.models.person import played
from agents.onlooker import Onlooker
from agents.telemetry import traced_run
from sandbox import SandboxError
from teams.engine import offload, props
from teams.engine.again.means import kept_means
from teams.engine.again.traces import forgotten
from teams.engine.asked import check, command, keep, models_by_role, names, same_run, started_with
from teams.engine.card import Counts
from teams.engine.ending import OutputError, about_as_meta, write_outputs
from teams.engine.engine import Engine
from teams.engine.flow import Skill
from teams.engine.garbage import rare_collections
from teams.engine.mix import Parts, alone, mixed
from teams.engine.mix_draw import ROUNDS
from teams.engine.mix_lanes import Lanes
from teams.engine.mix_seeds import Seeds
from teams.engine.options import RunOptions
from teams.engine.pulse import beating
from teams.engine.records import Pair, Seed
from teams.engine.rows import pair_of, row_of, split_of
from teams.engine.seeds import SeedError
from teams.engine.stagehand import Stagehand
from teams.engine.twins import Benchmarks, Twins
from teams.engine.verdict import Check, Verdict
from tools.bench import Bench

ESTIMATED_ON = 3
"""Seeds an estimate is made from."""
SANDBOXES = 32
"""Containers at most. A conversation holds one to its end; while the model thinks, it costs next to nothing."""
FEW_SEEDS = 2
"""Seeds on their way with a small model: it is slow, and the first pairs are to come before the last seed is begun."""
CHATS_A_CALL = 2
"""Chats held for each call that may be in flight, where skills share: a chat is not always waiting for its model."""
DONE, FAILURE, USAGE, BUDGET, EXHAUSTED, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""Exit codes."""
INTERRUPT = "interrupted"
"""Why a run ends that was told to by Ctrl-C."""


class Report(Protocol):
    """Where a run says how it goes."""

    def line(self, text: str) -> None: ...
    def watch(self, engine: Engine) -> None: ...


class Quiet:
    """Says nothing."""

    def line(self, text: str) -> None: ...
    def watch(self, engine: Engine) -> None: ...


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    code: int
    """Exit code: 0 done, 1 failure, 3 a budget ended it, 4 seeds exhausted first, 130 interrupted."""
    why: str
    folder: Path
    accepted: int
    rejected: int
    """Pairs that the checks did not let through."""
    engine: Engine
    skipped: dict[str, int]
    """Files that were no seeds, by reason."""
    counts: Counts
    """What the three files hold."""
    before: int = 0
    """Pairs accepted before this run went on."""
    seeds: int = 0
    """How many seeds there are; counted for an estimate only."""

    def rows(self) -> Iterator[dict[str, Any]]:
        """The accepted pairs, as in `pairs.jsonl`."""
        with (self.folder / "pairs.jsonl").open(encoding="utf-8") as file:
            yield from map(json.loads, file)


async def run(
    skill: Skill | Sequence[Skill],
    options: RunOptions,
    *,
    model_for: Callable[[str], Model] | None = None,
    report: Report | None = None,
    on_ready: Callable[[Engine], None] = lambda engine: None,
    onlooker: Onlooker | None = None,
) -> Outcome:
    """Run `skill`, or several in the shares of a mix, as `options` say, and return how it ended.

    What the command line does, without the terminal.
    `model_for` replaces `options.model`: a function from a role's name to its model (tests, models of your own).
    `onlooker` hears what is said and speaks for the roles of `options.human`.
    Raises `UsageError`, `ToolError`, `SandboxError` (nothing spent yet), `EndpointError`, `JournalError` and
    `OutputError`; what was answered until then is kept, and the three files are written if they can be.
    """
    report = report or Quiet()
    asked_parts, told = (alone(skill), []) if isinstance(skill, Skill) else mixed(skill, options.mix)
    check(options, asked_parts)
    parts, seeds = _with_seeds(await _with_means(asked_parts, told), options, told)
    folder = props.run_folder(options, parts.name)
    async with AsyncExitStack() as stack:
        journal = Journal(folder)
        stack.push_async_callback(journal.close)
        tools = await props.open_tools(stack, options, report)
        if options.chroma:
            await asyncio.to_thread(props.check_chroma, options.chroma)
        asked = started_with(asked_parts, options, tools[0])
        same_run(journal, asked)
        seeds.is_forgotten = forgotten(journal.meta())
        for line in told:
            report.line(line)
        meter = Meter(options.max_tokens, options.max_cost)
        at_once = options.at_once or props.AT_ONCE
        await stack.enter_async_context(traced_run(options.otel, parts.name, report.line))
        if model_for is None:
            model_for, at_once = await props.open_models(stack, options, journal, meter, report)
        onlooker = onlooker or Onlooker()
        model_for, at_once = played(model_for, options.human, onlooker), 1 if options.step else at_once
        asked["models"] = models_by_role(asked_parts.roles, model_for)
        same_run(journal, asked)
        hand = await stack.enter_async_context(stage(parts.whole(), options, seeds.all, at_once, report, tools))
        keep(journal, asked)  # not before all is open: a mistake in a flag must not tie the folder to it
        if model_for("").abilities.small or options.human:  # slow, both of them
            hand.seeds_at_once = min(FEW_SEEDS, hand.seeds_at_once)
        keep(journal, await kept_means(options, hand, asked_parts.roles, model_for))
        engine = _engine(parts, options, journal, model_for, meter, hand, at_once, onlooker)
        report.line(f"Run folder: {folder}" + (" (gone on with)" if journal.resumed else ""))
        on_ready(engine)
        report.watch(engine)
        return await _to_the_end(engine, seeds, options, report)


async def _with_means(parts: Parts, told: list[str]) -> Parts:
    """Leave out the skills that can't work on this machine. Raises `SandboxError` if none is left.

    Looked at before any model is asked.
    """
    lacking = await props.lacking(parts.skills.values())
    if len(lacking) == len(parts.skills):
        raise SandboxError(next(iter(lacking.values())))
    told += [f"Left out: {reason}" for reason in lacking.values()]
    return parts.without(lacking)


def _with_seeds(parts: Parts, options: RunOptions, told: list[str]) -> tuple[Parts, Seeds]:
    """Leave out the skills that get no pair and those for which there are no seeds. Raises `SeedError` if none is left.

    Looked at before anything is started.
    """
    if options.pairs and (poor := [name for name, count in parts.counts(options.pairs).items() if not count]):
        told.append(f"Left out, as {options.pairs} pairs are too few for all: {', '.join(poor)}.")
        parts = parts.without(poor)
    if parts.is_mix and not options.pairs:
        told.append("Without --pairs every skill goes through every seed; the mix says whose turn comes how often.")
    looked: dict[str, SeedError | None] = {}
    for name, skill in parts.skills.items():
        if skill.prefers not in looked:
            looked[skill.prefers] = Seeds(options.seeds, {name: skill}).problem(name)
    idle = [name for name, skill in parts.skills.items() if looked[skill.prefers]]
    if problem := next(filter(None, looked.values()), None):
        if len(idle) == len(parts.skills):
            raise problem
        told.append(f"Left out, as there is nothing for them among the seeds: {', '.join(idle)}.")
    left = parts.without(idle)
    return left, Seeds(options.seeds, left.skills)


async def _to_the_end(engine: Engine, seeds: Seeds, options: RunOptions, report: Report) -> Outcome:
    """Go through the seeds, then write what came of it, also where something broke."""
    before, folder = engine.tally.accepted, engine.journal.folder
    engine.meter.started = time.monotonic()  # fetching and loading a model is no measure of what follows
    name = engine.parts.name
    what = "pairs of several skills" if engine.parts.is_mix else f"{name} pairs"
    about: dict[str, Any] = {
        "title": f"{what} from {names(options)}",
        "command": command(name, options),
        "quotas": {skill: quota for skill, quota in engine.quotas.items() if quota},
        "asked": {skill: draws.quota for skill, draws in engine.draws.items()},
        "language": options.language or "en",
    }
    keep(engine.journal, {"about": about_as_meta(about), "prices": _prices(engine)})
    try:
        with rare_collections():
            async with beating(engine):
                await _go_through(engine, seeds, options)
        if engine.fatal:
            raise engine.fatal
        await engine.journal.commit()
    except Exception as error:
        with suppress(Exception):  # the first error is the one to tell
            await engine.journal.commit()
        with suppress(OutputError):
            counts = write_outputs(folder, **about)
            report.line(f"What was done is kept: {counts.rows} pairs in {folder}/pairs.jsonl. Go on: --run {folder}")
        raise error from None
    counts = write_outputs(folder, **about)
    in_all = sum(1 for name in engine.parts.skills for _ in seeds(name)) if options.estimate else 0
    return _outcome(engine, options, seeds.skipped, counts, before, in_all)


def _prices(engine: Engine) -> dict[str, tuple[float, float]]:
    """US dollars per million prompt and completion tokens, by model, as far as known."""
    models = {model.name: model.price for role in ("", *engine.parts.roles) if (model := engine.model_for(role))}
    return {name: (price.input, price.output) for name, price in models.items() if price}


def _engine(
    parts: Parts,
    options: RunOptions,
    journal: Journal,
    model_for: Callable[[str], Model],
    meter: Meter,
    hand: Stagehand,
    at_once: int,
    onlooker: Onlooker,
) -> Engine:
    twins = Twins()
    late: list[Check] = [lambda pair: [twins.check(pair)]]
    if options.decontaminate:
        benchmarks = Benchmarks(options.decontaminate)
        late.append(lambda pair: [benchmarks.check(pair)])
    if journal.resumed:
        for (row,) in journal.stream("SELECT row FROM verdicts WHERE accepted=1 ORDER BY id"):
            twins.add(pair_of(json.loads(row)))

    def as_row(skill: str, pair: Pair, verdict: Verdict) -> dict[str, Any]:
        split = split_of(pair.seed, options.hold_out)
        return row_of(parts.skills[skill], pair, verdict, model_for, split, engine.said_by.facts(pair))

    chats = at_once * CHATS_A_CALL if parts.is_mix else None
    engine = Engine(
        parts,
        journal,
        model_for,
        meter,
        hand,
        pairs=options.pairs,
        runtime=options.runtime,
        late=late,
        keep=twins.add,
        row_of=as_row,
        chosen=options.transform == "chosen",
        chats=1 if options.step else chats,
        onlooker=onlooker,
    )
    return engine


async def _go_through(engine: Engine, seeds: Seeds, options: RunOptions) -> None:
    """Round after round over all seeds, a bounded number in flight, until there is enough or nothing left to try."""
    timer = None
    if options.max_minutes:
        why = f"{options.max_minutes:g} minutes are over"
        timer = asyncio.get_running_loop().call_later(options.max_minutes * 60, engine.meter.stop, why)

    def reader(name: str) -> Callable[[int], Iterator[Seed]]:
        most = ESTIMATED_ON if options.estimate else None
        return lambda round: itertools.islice(seeds(name, count=round == 1), most)

    rounds = 1 if options.pairs is None or options.estimate else ROUNDS
    try:
        await Lanes(engine, {name: reader(name) for name in engine.parts.skills}, rounds).go()
    except BaseExceptionGroup as group:
        raise _first(group) from None
    finally:
        if timer:
            timer.cancel()


def _first(error: BaseException) -> BaseException:
    """Return the exception that a group of tasks ended with: one that says what is wrong before one that is a bug."""
    if not isinstance(error, BaseExceptionGroup):
        return error
    inner = [_first(one) for one in error.exceptions]
    return next((one for one in inner if isinstance(one, (JournalError, EndpointError, UsageError))), inner[0])


def _outcome(
    engine: Engine, options: RunOptions, skipped: dict[str, int], counts: Counts, before: int, seeds: int
) -> Outcome:
    tally, why = engine.tally, engine.meter.stopping
    if options.pairs is not None and engine.acceptance.all_full:
        code, why = DONE, "as many as were asked for"
    elif why == INTERRUPT:
        code = INTERRUPTED
    elif why:
        code = BUDGET
    else:
        code = DONE if options.pairs is None or options.estimate else EXHAUSTED
        why = "every seed gone through" if code == DONE else f"seeds exhausted after {ROUNDS} rounds"
        if options.estimate:
            why = "an estimate, from the first seeds"
    folder = engine.journal.folder
    return Outcome(code, why or "", folder, tally.accepted, tally.rejected, engine, skipped, counts, before, seeds)


@asynccontextmanager
async def stage(
    skill: Skill,
    options: RunOptions,
    seeds: Callable[[], Iterator[Seed]],
    at_once: int,
    report: Report,
    tools: tuple[tuple[str, ...], Mapping[str, Bench]] = ((), {}),
) -> AsyncIterator[Stagehand]:
    """Open what chats need from outside, and close it after. What is missing is said in one line each.

    `tools` are those plugged in: their names, and the benches of those that all chats share.
    """
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(offload.at_hand())
        index = await props.open_index(stack, skill, options, seeds, report)
        props.check_tools(tools, index)
        browsers = await props.open_browsers(stack, skill, report)
        yield Stagehand(
            pool=await props.open_pool(stack, skill, min(at_once, SANDBOXES), report),
            supplies={**index, **browsers},
            plugged=tools[0],
            shared=tools[1],
            language=options.language,
            seeds_at_once=at_once,
        )
