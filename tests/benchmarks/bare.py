"""CPU and wall time of one model call: bare aiohttp with orjson, and our client, side by side in one run.

    python -m tests.benchmarks.bare --calls 4000 --at-once 256 --body 4000

The rounds take turns, and the best of each is compared: the machine's noise only ever adds.
"""

import argparse
import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import orjson
from autogen_core.models import SystemMessage, UserMessage

from agents.models.client import LeanClient
from agents.models.limiter import Limiter
from tests.benchmarks.stub import running


@dataclass(frozen=True)
class Cost:
    """What one call cost, in milliseconds of this process's CPU, and calls a second."""

    cpu: float
    rate: float


async def measured(call: Callable[[int], Awaitable[object]], calls: int, at_once: int) -> Cost:
    """Make `calls` calls, `at_once` in flight; return what one cost."""
    numbers = iter(range(calls))

    async def worker() -> None:
        for number in numbers:
            await call(number)

    wall, cpu = time.perf_counter(), time.process_time()
    await asyncio.gather(*(worker() for _ in range(at_once)))
    return Cost((time.process_time() - cpu) / calls * 1e3, calls / (time.perf_counter() - wall))


async def bare(url: str, calls: int, at_once: int, body: int) -> Cost:
    """Measure bare aiohttp with orjson, with requests of `body` characters."""
    text = "x" * body
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def call(number: int) -> None:
            data = orjson.dumps({"model": "stub", "messages": [{"role": "user", "content": f"{number} {text}"}]})
            headers = {"Content-Type": "application/json"}
            async with session.post(f"{url}/chat/completions", data=data, headers=headers) as response:
                orjson.loads(await response.read())["choices"][0]["message"]["content"]

        await measured(call, at_once * 2, at_once)  # connections, caches
        return await measured(call, calls, at_once)


async def ours(url: str, calls: int, at_once: int, body: int) -> Cost:
    """Measure `LeanClient.create` with requests of the same size."""
    text, system = "x" * (body - 20), SystemMessage(content="You are helpful.")
    client = LeanClient("stub", url, limiter=Limiter(at_once, start=20_000))

    async def call(number: int) -> None:
        await client.create([system, UserMessage(content=f"{number} {text}", source="user")])

    await measured(call, at_once * 2, at_once)
    try:
        return await measured(call, calls, at_once)
    finally:
        await client.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=4000)
    parser.add_argument("--at-once", type=int, default=256)
    parser.add_argument("--body", type=int, default=4000, help="characters of a request")
    parser.add_argument("--answer", type=int, default=800, help="characters of an answer")
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--rounds", type=int, default=5)
    flags = parser.parse_args()
    results: dict[str, list[Cost]] = {"bare aiohttp": [], "LeanClient.create": []}
    with running(latency=flags.latency, size=flags.answer) as stub:
        for _ in range(flags.rounds):
            for name, way in (("bare aiohttp", bare), ("LeanClient.create", ours)):
                results[name].append(asyncio.run(way(stub.url, flags.calls, flags.at_once, flags.body)))
        stats = stub.stats()
    print(f"{flags.body} characters out, {flags.answer} back, {flags.at_once} at once; best of {flags.rounds}")
    print(f"{'':20}{'CPU ms/call':>12}{'calls/s':>10}")
    best = {name: min(cost.cpu for cost in costs) for name, costs in results.items()}
    for name, costs in results.items():
        print(f"{name:20}{best[name]:12.3f}{max(cost.rate for cost in costs):10.0f}")
    print(f"ratio {best['LeanClient.create'] / best['bare aiohttp']:.2f}")
    print(f"the stub itself: {stats['cpu'] / stats['served'] * 1e3:.3f} ms CPU a request")


if __name__ == "__main__":
    main()
