"""How a run goes, while it goes: one line that is rewritten in a terminal, plain lines where there is none."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections import deque
from collections.abc import Iterator
from typing import TextIO

from teams.engine.engine import Engine

EVERY, PLAIN_EVERY = 0.5, 15.0
"""Seconds between two lines: in a terminal, and in a file or pipe."""
BEHIND = 2
"""Skills that are named for lagging."""
HELD = 2_000
"""Pieces of news that wait while a person types; of more the oldest are left out."""
DOUBTFUL = 20
"""After so many rejections and no accepted pair the user is told."""


class Live:
    """Prints progress to standard error, so that standard output stays for what was asked for."""

    def __init__(self, out: TextIO | None = None) -> None:
        self._out = out or sys.stderr
        self._tty = self._out.isatty() and os.environ.get("TERM") != "dumb"
        self._task: asyncio.Task[None] | None = None
        self._shown = ""
        self._doubted = False
        self._before = 0
        self._is_held = False
        self._waiting: deque[str] = deque(maxlen=HELD)
        self._missed = 0

    @property
    def out(self) -> TextIO:
        """Where it prints."""
        return self._out

    def line(self, text: str) -> None:
        """Print one line of news."""
        self.say(plain(text))

    def say(self, lines: str) -> None:
        """Print lines above the status, or once nobody types. They must be harmless (see `terminal_text.inert`)."""
        if self._is_held:
            self._missed += len(self._waiting) == HELD
            self._waiting.append(lines)
            return
        shown = self._wipe()[: self.width - 1]
        self._write(lines + "\n" + shown)
        self._shown = shown

    def tell(self, lines: str) -> None:
        """Print lines at once, to the person who types."""
        self._wipe()
        self._write(lines + "\n")

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Leave the terminal to a person: what there is to say waits until they are done."""
        self._wipe()
        self._is_held = True
        try:
            yield
        finally:
            self._is_held = False
            if self._missed:
                self._write(f"(… {self._missed} earlier pieces left out)\n")
            while self._waiting:
                self._write(self._waiting.popleft() + "\n")
            self._missed = 0

    def watch(self, engine: Engine) -> None:
        """Show how `engine` gets on until `stop`."""
        self._before = engine.tally.accepted
        self._task = asyncio.get_running_loop().create_task(self._show(engine))

    async def _show(self, engine: Engine) -> None:
        while True:
            await asyncio.sleep(EVERY if self._tty else PLAIN_EVERY)
            self._doubt(engine)
            if self._is_held:
                continue
            text = status(engine, self._before)
            if self._tty:
                self._wipe()
                self._shown = text[: self.width - 1]
                self._write(self._shown)
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

    def _wipe(self) -> str:
        """Take the status off the screen; return what it said."""
        shown, self._shown = self._shown, ""
        if shown:
            self._write("\r\x1b[K")
        return shown

    def _write(self, text: str) -> None:
        # Who watched may be gone (a closed pipe or terminal): no reason to stop working.
        with contextlib.suppress(OSError, ValueError):
            self._out.write(text)
            self._out.flush()

    @property
    def width(self) -> int:
        """Columns there are now: a terminal may be resized."""
        return self._size().columns or 80

    @property
    def height(self) -> int:
        """Rows there are now."""
        return self._size().lines or 24

    def _size(self) -> os.terminal_size:
        try:
            return os.get_terminal_size(self._out.fileno())
        except (OSError, ValueError):
            return os.terminal_size((80, 24))


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
