"""The pulse of a run: its figures, written into the journal every few seconds, for whoever looks on from outside."""

from __future__ import annotations

import asyncio
import json
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from agents.journal import JournalError
from teams.engine.engine import Engine

OFTEN, RARELY, AT_FIRST = 2.0, 5.0, 600.0
"""Seconds between two beats in the first so many seconds, and after: a long run needs no more than that."""


@asynccontextmanager
async def beating(engine: Engine) -> AsyncIterator[None]:
    """Write the figures of a run down while it goes, and once more when it ends."""
    task = asyncio.ensure_future(_beat(engine))
    try:
        yield
    finally:
        task.cancel()
        with suppress(JournalError):  # what broke the journal is told elsewhere
            _write(engine, ended=True)


async def _beat(engine: Engine) -> None:
    began = time.monotonic()
    with suppress(JournalError):
        while True:
            _write(engine, ended=False)
            await asyncio.sleep(OFTEN if time.monotonic() - began < AT_FIRST else RARELY)


def _write(engine: Engine, ended: bool) -> None:
    meter, tally = engine.meter, engine.tally
    figures = {
        "pid": os.getpid(),
        "in_flight": meter.in_flight,
        "calls": meter.total.calls,
        "prompt_tokens": meter.total.prompt_tokens,
        "completion_tokens": meter.total.completion_tokens,
        "cost": round(meter.total.cost, 6),
        "accepted": tally.accepted,
        "rejected": tally.rejected,
        "seeds": tally.seeds,
        "seeds_ended": sum(of.ended for of in engine.of.values()),
        "pairs": engine.pairs,
        "stopping": meter.stopping,
        "ended": ended,
    }
    engine.journal.post(("INSERT OR REPLACE INTO pulse VALUES (?,?)", (time.time(), json.dumps(figures))))
