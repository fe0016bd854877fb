"""How a run goes, while it goes: one line that is rewritten in a terminal, plain lines where there is none."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from typing import TextIO

from teams.engine.engine import Engine

EVERY, PLAIN_EVERY = 0.5, 15.0
"""Seconds between two lines: in a terminal, and in a file or pipe."""
BEHIND = 2
"""Skills that are named for lagging."""
DOUBTFUL = 20
"""After so many rejections and no accepted pair the user is told."""


class Live:
    """Prints progress to standard error, so that standard output stays for what was asked for."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._tty = self._out.isatty() and os.environ.get("TERM") != "dumb"
        self._task: asyncio.Task[None] | None = None
        self._shown = False
        self._doubted = False
        self._before = 0

    def line(self, text: str) -> None:
        """Print one line of news."""
        self._wipe()
        self._write(plain(text) + "\n")

    def watch(self, engine: Engine) -> None:
        """Show how `engine` gets on until `stop`."""
        self._before = engine.tally.accepted
        self._task = asyncio.get_running_loop().create_task(self._show(engine))

    async def _show(self, engine: Engine) -> None:
        while True:
            await asyncio.sleep(EVERY if self._tty else PLAIN_EVERY)
            self._doubt(engine)
            text = status(engine, self._before)
            if self._tty:
                self._wipe()
                self._write(text[: self._width() - 1])
                self._shown = True
            else:
                self._write(text + "\n")

    def _doubt(self, engine: Engine) -> None:
        tally = engine.tally
        fallen = sum(tally.reasons.values())
        if not self._doubted and not tally.accepted and fallen >= DOUBTFUL:
            self._doubted = True
            self.line(
                f"Nothing accepted yet, {fallen} fell out, most often: {most_common(engine)}. The run goes on to its "
                "budget; Ctrl-C ends it well."
            )

    def stop(self) -> None:
        """Show no more."""
        if self._task:
            self._task.cancel()
        self._wipe()

    def _wipe(self) -> None:
        if self._shown:
            self._write("\r\x1b[K")
            self._shown = False

    def _write(self, text: str) -> None:
        # Who watched may be gone (a closed pipe or terminal): no reason to stop working.
        with contextlib.suppress(OSError, ValueError):
            self._out.write(text)
            self._out.flush()

    def _width(self) -> int:
        try:
            return os.get_terminal_size(self._out.fileno()).columns or 80
        except (OSError, ValueError):
            return 80


def status(engine: Engine, before: int = 0) -> str:
    """Say in one line how far a run is: pairs, calls, tokens, cost, rate, time left. `before`: pairs at its start."""
    tally, meter = engine.tally, engine.meter
    took = time.monotonic() - meter.started
    total = meter.total
    of = f"/{engine.pairs}" if engine.pairs else ""
    parts = [
        f"{tally.accepted}{of} accepted{behind(engine)}",
        f"{tally.rejected} rejected" + (f" (most often: {most_common(engine)})" if tally.reasons else ""),
        f"{total.calls} calls ({meter.in_flight} in flight)",
        f"{(total.prompt_tokens + total.completion_tokens) / 1000:.1f}k tokens",
    ]
    if total.cost:
        parts.append(f"cost {total.cost:.3g}")
    if took > 1:
        parts.append(f"{total.calls / took:.1f} calls/s")
    parts.append(clock(took))
    new = tally.accepted - before
    if engine.pairs and new > 0 and tally.accepted < engine.pairs:
        parts.append(f"about {clock(took / new * (engine.pairs - tally.accepted))} left")
    if meter.stopping:
        parts.append(f"ending: {meter.stopping}")
    return plain(" · ".join(parts))


def behind(engine: Engine) -> str:
    """Name the skills that lag most, where there are several with pairs to reach."""
    quotas = {name: quota for name, quota in engine.quotas.items() if quota}
    progress = {name: engine.of[name].accepted / quota for name, quota in quotas.items()}
    lag = sorted((done, name) for name, done in progress.items() if done < max(progress.values()))
    if len(engine.quotas) < 2 or not lag:
        return ""
    return f" (behind: {', '.join(f'{name} {engine.of[name].accepted}/{quotas[name]}' for _, name in lag[:BEHIND])})"


def most_common(engine: Engine) -> str:
    return engine.tally.reasons.most_common(1)[0][0] if engine.tally.reasons else ""


def plain(text: str) -> str:
    """Return one line that can't steer a terminal: reasons quote models, and names of files may hold anything."""
    return "".join(c if c.isprintable() else " " for c in text)


def clock(seconds: float) -> str:
    """Write a duration as people do: 40 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"
