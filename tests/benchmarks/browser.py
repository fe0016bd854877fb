"""Memory of so many chats in one browser, and how long an action takes: `python -m tests.benchmarks.browser`."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from tests.tools.web.sites import SHOP
from tools.web.bench import WebBench
from tools.web.browser import Browsers


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


async def main(chats: int) -> None:
    browsers = Browsers()
    benches = [WebBench(SHOP, browsers) for _ in range(chats)]
    start = time.monotonic()
    for at in range(0, chats, 8):
        await asyncio.gather(*(bench.open() for bench in benches[at : at + 8]))
    opened, start = time.monotonic() - start, time.monotonic()
    for at in range(0, chats, 8):
        await asyncio.gather(*(b.call("goto", {"address": "/books?page=2"}) for b in benches[at : at + 8]))
    acted = time.monotonic() - start
    print(f"{chats} chats: {memory_mb():.0f} MB, {opened / chats:.2f} s to open one, {acted / chats:.2f} s an action")
    for bench in benches:
        await bench.close()
    await browsers.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 36))
