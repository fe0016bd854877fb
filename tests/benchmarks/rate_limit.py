"""An endpoint that takes 100 requests a second and does not say so: how much of it is used, how much is refused?

    python -m tests.benchmarks.rate_limit --rate 100 --seconds 60

Bound: at least 95 % of the limit served after 10 s, less than 2 % refused.
"""

import argparse
import asyncio
import itertools
import time
from typing import Any

from autogen_core.models import UserMessage

from agents.models.client import LeanClient
from agents.models.limiter import Limiter
from tests.benchmarks.stub import Running, running


async def flood(stub: Running, seconds: float, at_once: int, chats: int) -> dict[str, Any]:
    """Let `chats` workers ask one thing after another for `seconds`; return the stub's counts at the end."""
    client, numbers = LeanClient("stub", stub.url, limiter=Limiter(at_once)), itertools.count()

    async def worker() -> None:
        while True:
            await client.create([UserMessage(content=f"question {next(numbers)} " + "x" * 1000, source="user")])

    stub.config()
    end = time.monotonic() + seconds
    workers = [asyncio.ensure_future(worker()) for _ in range(chats)]
    await asyncio.wait(workers, timeout=end - time.monotonic(), return_when=asyncio.FIRST_EXCEPTION)
    counts = await asyncio.to_thread(stub.stats)
    for task in workers:
        task.cancel()
    ends = await asyncio.gather(*workers, return_exceptions=True)
    await client.close()
    failed = [error for error in ends if not isinstance(error, asyncio.CancelledError)]
    return counts | {"failed": len(failed), "failure": str(failed[0]) if failed else ""}


def spread(counts: dict[str, Any], begin: int, end: int) -> tuple[float, float]:
    """Return served a second, and the refused share, between two seconds."""
    served = sum(counts["served_in"].get(str(second), 0) for second in range(begin, end))
    refused = sum(counts["refused_in"].get(str(second), 0) for second in range(begin, end))
    return served / (end - begin), refused / max(1, served + refused)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=100.0, help="the limit, requests a second")
    parser.add_argument("--bursts", type=float, nargs="*", default=[10.0, 100.0], help="sizes of the token bucket")
    parser.add_argument("--latency", type=float, default=0.05)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--at-once", type=int, default=64)
    parser.add_argument("--chats", type=int, default=256)
    flags = parser.parse_args()
    print(f"limit {flags.rate:g}/s, {flags.latency:g} s latency, {flags.at_once} at once, {flags.chats} chats")
    print(f"{'bucket':>8}{'':12}{'served/s':>10}{'of limit':>10}{'refused':>10}{'failed':>8}")
    for burst in flags.bursts:
        with running(latency=flags.latency, rate=flags.rate, burst=burst) as stub:
            counts = asyncio.run(flood(stub, flags.seconds, flags.at_once, flags.chats))
        for name, begin in (("whole run", 0), ("after 10 s", min(10, flags.seconds - 1))):
            rate, share = spread(counts, begin, flags.seconds)
            row = f"{burst:8g} {name:11}{rate:10.1f}{rate / flags.rate:10.1%}{share:10.2%}{counts['failed']:8}"
            print(row, counts["failure"])


if __name__ == "__main__":
    main()
