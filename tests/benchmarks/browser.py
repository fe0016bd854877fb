"""Memory of so many chats in one browser, and how long an action takes: `python -m tests.benchmarks.browser`.

On two busy cores, Chromium 156: 64 chats with 48 windows at once, 2112 MB at most; with 64 windows 2758 MB.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from tests.tools.web.sites import SHOP
from tools.web.bench import WebBench
from tools.web.browser import AT_ONCE, Browsers

ACTIONS = (
    ("goto", {"address": "/books"}),
    ("scroll", {"direction": "down"}),
    ("goto", {"address": "/books?page=2"}),
    ("goto", {"address": "/books/3"}),
    ("goto", {"address": "/pages/hours"}),
    ("goto", {"address": "/do/remove/3"}),
)


def memory_mb() -> float:
    """Proportional set size of this process and all that it started, in MB: shared pages are counted once."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    ours, size = {int(Path("/proc/self").resolve().name)}, 0
    while len(ours) != size:
        size = len(ours)
        ours |= {pid for pid, parent in parents.items() if parent in ours}
    total = 0
    for pid in ours:
        try:
            rollup = (Path("/proc") / str(pid) / "smaps_rollup").read_text()
        except OSError:
            continue
        total += next((int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:")), 0)
    return total / 1024


async def one_chat(browsers: Browsers, waiting: list[int], everybody: asyncio.Event) -> float:
    """Open a window, work in it, and keep it until as many as can be open have come so far. Return s an action."""
    bench = WebBench(SHOP, browsers)
    await bench.open()
    start = time.monotonic()
    for name, arguments in ACTIONS:
        await bench.call(name, arguments)
    took = (time.monotonic() - start) / len(ACTIONS)
    waiting[0] -= 1
    if waiting[0] == 0:
        everybody.set()
    await everybody.wait()
    await bench.close()
    return took


async def main(chats: int) -> None:
    """Let so many chats work at once, as many as may having a window, and print the most memory there was."""
    browsers, most, start = Browsers(), 0.0, time.monotonic()
    at_once = min(chats, AT_ONCE)
    waiting, everybody = [at_once], asyncio.Event()
    work = asyncio.gather(*(one_chat(browsers, waiting, everybody) for _ in range(chats)))
    while not work.done():
        most = max(most, await asyncio.to_thread(memory_mb))
        await asyncio.wait([work], timeout=0.5)
    took = sum(work.result()) / chats
    whole = time.monotonic() - start
    print(f"{chats} chats, {at_once} windows: at most {most:.0f} MB, {whole:.0f} s, {took:.2f} s an action")
    await browsers.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 64))
