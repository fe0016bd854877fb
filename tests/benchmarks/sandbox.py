"""Wall time of one small script in a warm sandbox, beside `docker exec` of the same in the same container.

    python -m tests.benchmarks.sandbox --runs 40

The ways take turns, so that the machine's noise falls on all of them; medians are compared. Bound: a run through the
pool takes at most half of what `docker exec` takes.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

from sandbox import Sandbox, SandboxError
from sandbox.engine import OWNER, connect
from sandbox.pool import Pool

SCRIPT = """\
import json
import math

prices = {"tea": 2.5, "bread": 3.2, "salt": 0.8}
basket = [("tea", 2), ("salt", 1), ("bread", 3)]
total = math.fsum(prices[name] * count for name, count in basket)
print(json.dumps({"items": len(basket), "total": round(total, 2)}))
"""
EXPECTED = '{"items": 3, "total": 15.4}\n'
SESSION = """\
class Till:
    def __init__(self):
        self.sum = 0

    def add(self, n):
        self.sum += n
        return self.sum
"""
BOUND = 0.5

Way = Callable[[], Awaitable[str]]


async def ways(box: Sandbox) -> dict[str, Way]:
    """Name the ways to run the script in the one container this process has."""
    await box.run_python("1")
    container = next(c for c in connect().containers.list() if c.labels.get(OWNER, "").startswith(f"{os.getpid()}+"))
    command = ["python3", "-c", SCRIPT]

    async def pool() -> str:
        return (await box.run_python(SCRIPT)).stdout

    async def by_package() -> str:
        return str((await asyncio.to_thread(container.exec_run, command)).output.decode())

    async def by_client() -> str:
        call = ["docker", "exec", container.id, *command]
        return (await asyncio.to_thread(subprocess.run, call, capture_output=True, text=True, check=True)).stdout

    found: dict[str, Way] = {"pool": pool, "docker exec, Python package": by_package}
    return found | ({"docker exec, command line": by_client} if shutil.which("docker") else {})


async def medians(runs: int) -> dict[str, float]:
    """Take turns through all ways; return the median of each in milliseconds."""
    async with Pool(size=1) as pool, pool.lease() as box:
        taken: dict[str, list[float]] = {}
        named = await ways(box)
        for way in named.values():  # once for nothing: connections, caches
            assert await way() == EXPECTED
        session = await box.open_session(SESSION, "Till")
        for _ in range(runs):
            for name, way in named.items():
                start = time.perf_counter()
                output = await way()
                taken.setdefault(name, []).append((time.perf_counter() - start) * 1e3)
                assert output == EXPECTED, output
            start = time.perf_counter()
            await session.call("add", {"n": 1})
            taken.setdefault("a call into an open session", []).append((time.perf_counter() - start) * 1e3)
        taken["a container leased, used and cleared for the next"] = await turnovers(runs)
    return {name: statistics.median(times) for name, times in taken.items()}


async def turnovers(runs: int) -> list[float]:
    """Lease after lease from another pool of one: start of a chat's first run to the same of the next chat."""
    async with Pool(size=1) as one:
        times = []
        for _ in range(min(runs, 15) + 1):
            start = time.perf_counter()
            async with one.lease() as box:
                await box.run_python("1")
            async with one.lease():
                times.append((time.perf_counter() - start) * 1e3)
        return times[1:]  # the first started the container


def main() -> int:
    """Print the table; 1 if the bound is missed or there is no sandbox."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=40, help="of each way (%(default)s)")
    try:
        found = asyncio.run(medians(parser.parse_args().runs))
    except SandboxError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    pool = found["pool"]
    print("| way | median ms | pool takes |\n|---|---|---|")
    for name, median in found.items():
        ratio = f"{pool / median:.2f} of it" if name.startswith("docker exec") else ""
        print(f"| {name} | {median:.1f} | {ratio} |")
    worst = max(pool / median for name, median in found.items() if name.startswith("docker exec"))
    held = "held" if worst <= BOUND else "MISSED"
    print(f"bound {BOUND}: {held} ({worst:.2f}; {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f})")
    return 0 if worst <= BOUND else 1


if __name__ == "__main__":
    sys.exit(main())
