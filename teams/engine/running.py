"""One execution of a skill over seeds: check what was asked, open what is needed, go through the seeds, end well."""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from agents.errors import UsageError
from agents.journal import Journal
from agents.meter import Meter
from agents.models.model import Model
from teams.engine import props
from teams.engine.ending import write_outputs
from teams.engine.engine import ROUNDS, Engine
from teams.engine.flow import Skill
from teams.engine.garbage import rare_collections
from teams.engine.options import RunOptions
from teams.engine.records import Seed
from teams.engine.rows import pair_of, row_of, split_of
from teams.engine.seeds import read_seeds
from teams.engine.stagehand import Stagehand
from teams.engine.twins import Benchmarks, Twins
from teams.engine.verdict import Check

ESTIMATED_ON = 3
"""Seeds an estimate is made from."""
SANDBOXES = 8
"""Containers at most: each takes memory, and a chat holds one only while it runs code."""
DONE, FAILURE, USAGE, BUDGET, EXHAUSTED, INTERRUPTED = 0, 1, 2, 3, 4, 130
"""Exit codes."""


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
    engine: Engine
    skipped: dict[str, int]
    """Files that were no seeds, by reason."""

    def rows(self) -> Iterator[dict[str, Any]]:
        """The accepted pairs, as in `pairs.jsonl`."""
        with (self.folder / "pairs.jsonl").open(encoding="utf-8") as file:
            yield from map(json.loads, file)


async def run(
    skill: Skill,
    options: RunOptions,
    *,
    model_for: Callable[[str], Model] | None = None,
    report: Report | None = None,
    on_ready: Callable[[Engine], None] = lambda engine: None,
) -> Outcome:
    """Run `skill` as `options` say and return how it ended; what the command line does, without the terminal.

    `model_for` replaces `options.model`: a function from a role's name to its model (tests, models of your own).
    Raises `UsageError` (nothing spent yet) and `EndpointError`.
    """
    check(options)
    report = report or Quiet()
    skipped: dict[str, int] = {}

    def seeds(count: bool = False) -> Iterator[Seed]:
        def skip(path: str, reason: str) -> None:
            if count:
                skipped[reason] = skipped.get(reason, 0) + 1

        return read_seeds(options.seeds, skill.name, "code", skip)

    next(iter(seeds()))  # raises SeedError with the reasons if there is none, before anything is started
    folder = props.run_folder(options, skill.name)
    async with AsyncExitStack() as stack:
        journal = Journal(folder)
        stack.push_async_callback(journal.close)
        meter = Meter(options.max_tokens, options.max_cost)
        at_once = options.at_once or props.AT_ONCE
        if model_for is None:
            model_for, at_once = await props.open_models(stack, options, journal, meter, report)
        _same_run(journal, skill, options, model_for)
        hand = await stack.enter_async_context(stage(skill, options, seeds, at_once, report))
        twins = Twins()
        engine = _engine(skill, options, journal, model_for, meter, hand, twins)
        on_ready(engine)
        report.watch(engine)
        with rare_collections():
            await _go_through(engine, lambda n: seeds(n == 1), options)
        outcome = _outcome(engine, options, folder, skipped)
        await journal.commit()
        write_outputs(journal, folder)
        if engine.fatal:
            raise engine.fatal
        return outcome


def check(options: RunOptions) -> None:
    """Refuse what can't be, before anything is read or spent. Raises `UsageError`."""
    for name in ("pairs", "at_once", "max_tokens", "max_cost", "max_minutes"):
        value = getattr(options, name)
        if value is not None and value <= 0:
            raise UsageError(f"--{name.replace('_', '-')} must be more than 0, not {value}")
    if not 0 <= options.hold_out < 1:
        raise UsageError(f"--hold-out is a share of seeds, from 0 up to but not including 1, not {options.hold_out}")
    if options.runtime not in ("lean", "stock"):
        raise UsageError(f"--runtime is lean or stock, not {options.runtime!r}")
    for file in options.decontaminate:
        if not file.is_file():
            raise UsageError(f"no benchmark file at {str(file)!r}; --decontaminate takes JSONL or text files")


def _same_run(journal: Journal, skill: Skill, options: RunOptions, model_for: Callable[[str], Model]) -> None:
    """Refuse to go on with a folder that was started with something else."""
    asked = {
        "skill": skill.name,
        "seeds": [str(path.resolve()) for path in options.seeds],
        "model": model_for("").name,
        "language": options.language,
        "hold_out": options.hold_out,
        "tools": [*options.tools, *options.mcp],
    }
    before = journal.meta()
    for name, value in asked.items():
        if name in before and before[name] != value:
            raise UsageError(
                f"{journal.folder}/ was started with {name} {_shown(before[name])}, not {_shown(value)}; "
                "go on with the same, or choose a new --run folder"
            )
    journal.post(*(("INSERT OR REPLACE INTO meta VALUES (?,?)", (k, json.dumps(v))) for k, v in asked.items()))


def _shown(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else repr(value)


def _engine(
    skill: Skill,
    options: RunOptions,
    journal: Journal,
    model_for: Callable[[str], Model],
    meter: Meter,
    hand: Stagehand,
    twins: Twins,
) -> Engine:
    late: list[Check] = [lambda pair: [twins.check(pair)]]
    if options.decontaminate:
        benchmarks = Benchmarks(options.decontaminate)
        late.append(lambda pair: [benchmarks.check(pair)])
    if journal.resumed:
        for (row,) in journal.stream("SELECT row FROM verdicts WHERE accepted=1 ORDER BY id"):
            twins.add(pair_of(json.loads(row)))
    return Engine(
        skill,
        journal,
        model_for,
        meter,
        hand,
        pairs=options.pairs,
        runtime=options.runtime,
        late=late,
        keep=twins.add,
        row_of=lambda pair, verdict: row_of(skill, pair, verdict, model_for, split_of(pair.seed, options.hold_out)),
    )


async def _go_through(engine: Engine, seeds: Callable[[int], Iterator[Seed]], options: RunOptions) -> None:
    """Round after round over all seeds, a bounded number in flight, until there is enough or nothing left to try."""
    timer = None
    if options.max_minutes:
        why = f"{options.max_minutes:g} minutes are over"
        timer = asyncio.get_running_loop().call_later(options.max_minutes * 60, engine.meter.stop, why)
    try:
        for number in range(1, ROUNDS + 1):
            if engine.meter.stopping:
                return
            found = seeds(number)
            await _one_round(engine, itertools.islice(found, ESTIMATED_ON) if options.estimate else found, number)
            if options.pairs is None or options.estimate:
                return
    finally:
        if timer:
            timer.cancel()


async def _one_round(engine: Engine, seeds: Iterator[Seed], number: int) -> None:
    slots = asyncio.Semaphore(engine.hand.seeds_at_once)

    async def travel(seed: Seed) -> None:
        try:
            await engine.travel(seed, number)
        finally:
            slots.release()

    async with asyncio.TaskGroup() as group:
        while not engine.meter.stopping:
            await slots.acquire()
            seed = await asyncio.to_thread(next, seeds, None)
            if seed is None:
                return
            group.create_task(travel(seed))


def _outcome(engine: Engine, options: RunOptions, folder: Path, skipped: dict[str, int]) -> Outcome:
    tally, why = engine.tally, engine.meter.stopping
    if engine.fatal:
        code = FAILURE
    elif options.pairs is not None and tally.accepted >= options.pairs:
        code = DONE
    elif why == "interrupted":
        code = INTERRUPTED
    elif why:
        code = BUDGET
    else:
        code = DONE if options.pairs is None or options.estimate else EXHAUSTED
        why = "every seed gone through" if code == DONE else f"seeds exhausted after {ROUNDS} rounds"
    return Outcome(code, why or "", folder, tally.accepted, tally.rejected, engine, skipped)


@asynccontextmanager
async def stage(
    skill: Skill, options: RunOptions, seeds: Callable[[], Iterator[Seed]], at_once: int, report: Report
) -> AsyncIterator[Stagehand]:
    """Open what chats need from outside, and close it after. What is missing is said in one line each."""
    async with AsyncExitStack() as stack:
        plugged, shared = await props.open_tools(stack, options)
        yield Stagehand(
            pool=await props.open_pool(stack, skill, min(at_once, SANDBOXES), report),
            supplies=await props.open_index(stack, skill, options, seeds, report),
            plugged=plugged,
            shared=shared,
            language=options.language,
            seeds_at_once=at_once,
        )
