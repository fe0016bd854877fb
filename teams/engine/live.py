"""How a run goes, while it goes: one line that is rewritten in a terminal, plain lines where there is none."""

from __future__ import annotations

import asyncio
import sys
import time
from typing import TextIO

from teams.engine.engine import Engine

EVERY, PLAIN_EVERY = 0.5, 15.0
"""Seconds between two lines: in a terminal, and in a file or pipe."""


class Live:
    """Prints progress to standard error, so that standard output stays for what was asked for."""

    def __init__(self, out: TextIO = sys.stderr) -> None:
        self._out, self._tty = out, out.isatty()
        self._task: asyncio.Task[None] | None = None
        self._shown = ""

    def line(self, text: str) -> None:
        """Print one line of news."""
        self._wipe()
        self._out.write(text + "\n")
        self._out.flush()

    def watch(self, engine: Engine) -> None:
        """Show how `engine` gets on until `stop`."""
        self._task = asyncio.get_running_loop().create_task(self._show(engine))

    async def _show(self, engine: Engine) -> None:
        while True:
            await asyncio.sleep(EVERY if self._tty else PLAIN_EVERY)
            text = status(engine)
            if self._tty:
                self._wipe()
                self._shown = text[:200]
                self._out.write(self._shown)
            else:
                self._out.write(text + "\n")
            self._out.flush()

    def stop(self) -> None:
        if self._task:
            self._task.cancel()
        self._wipe()

    def _wipe(self) -> None:
        if self._shown:
            self._out.write("\r\x1b[K")
            self._shown = ""


def status(engine: Engine) -> str:
    """Say in one line how far a run is: pairs, calls, tokens, cost, rate, time left."""
    tally, meter = engine.tally, engine.meter
    took = time.monotonic() - meter.started
    total = meter.total
    of = f"/{engine.pairs}" if engine.pairs else ""
    parts = [
        f"{tally.accepted}{of} accepted",
        f"{tally.rejected} rejected" + (f" ({tally.reasons.most_common(1)[0][0]})" if tally.reasons else ""),
        f"{total.calls} calls ({meter.in_flight} in flight)",
        f"{(total.prompt_tokens + total.completion_tokens) / 1000:.1f}k tokens",
    ]
    if total.cost:
        parts.append(f"cost {total.cost:.3g}")
    if took > 1:
        parts.append(f"{total.calls / took:.1f} calls/s")
    parts.append(clock(took))
    if engine.pairs and tally.accepted and tally.accepted < engine.pairs:
        parts.append(f"about {clock(took / tally.accepted * (engine.pairs - tally.accepted))} left")
    if meter.stopping:
        parts.append(f"ending: {meter.stopping}")
    return " · ".join(parts)


def clock(seconds: float) -> str:
    """Write a duration as people do: 40 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"
