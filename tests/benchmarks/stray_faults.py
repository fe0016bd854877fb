"""An endpoint that refuses 5 % for no cause (429, Retry-After 1) and fails 3 % (500): what throughput is left?

    python -m tests.benchmarks.stray_faults --seconds 20

Bound: at least 90 % of the throughput of the same endpoint without faults, in the same run. The same question for a
server that queues instead of refusing: as much done with the limiter as with the best fixed number at once?
"""

import argparse
import asyncio
from typing import Any

from tests.benchmarks.rate_limit import flood, spread
from tests.benchmarks.stub import running


def throughput(flags: argparse.Namespace, **config: Any) -> tuple[float, dict[str, Any]]:
    """Return answers a second after the first two, and the stub's counts."""
    with running(latency=flags.latency, **config) as stub:
        counts = asyncio.run(flood(stub, flags.seconds, flags.at_once, flags.chats))
    if counts["failed"]:
        raise SystemExit(f"{counts['failed']} chats failed: {counts['failure']}")
    return spread(counts, 2, flags.seconds)[0], counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--latency", type=float, default=0.2)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--at-once", type=int, default=64)
    parser.add_argument("--chats", type=int, default=512, help="more than at once: a chat that waits gives way")
    parser.add_argument("--rounds", type=int, default=3)
    flags = parser.parse_args()
    print(f"{flags.latency:g} s latency, {flags.at_once} at once, {flags.chats} chats; best of {flags.rounds}")
    clean, stray = 0.0, 0.0
    for _ in range(flags.rounds):  # by turns: the machine's noise falls on both
        clean = max(clean, throughput(flags)[0])
        stray = max(stray, throughput(flags, stray=0.05, faults=0.03)[0])
    for name, rate in (("clean", clean), ("5 % stray 429, 3 % 500", stray)):
        print(f"{name:28}{rate:8.0f} answers/s{rate / clean:8.1%}")
    capacity = max(1, flags.at_once // 4)
    rate, counts = throughput(flags, capacity=capacity)
    best = capacity / flags.latency
    print(f"{'queues beyond ' + str(capacity):28}{rate:8.0f} answers/s{rate / best:8.1%} of what it can do,", end=" ")
    print(f"{counts['in_flight']} in flight at the end")


if __name__ == "__main__":
    main()
