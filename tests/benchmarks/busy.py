"""How busy an endpoint is kept: with all skills in one run, and with tool_use alone.

    python -m tests.benchmarks.busy
    python -m tests.benchmarks.busy --seeds DOCUMENTS CODE --pairs 300 --keep RUN

Whole runs (chats, programs, sandboxes, browser, checks, journal) against a model played by the apprentices of the
tests, whose replies take as long as a served model's: half a second to two and a half, drawn. Busy is the mean number
of calls in flight as a share of `--at-once`, from the first call until the pairs are there or `--minutes` are over
(what is begun is then finished, which is not counted). A run of all skills that waited for its programs, or let one
skill stand in another's way, would fall behind. Above 1 it goes where a seed's chats run side by side: calls at once
are held by the client of a real endpoint, which has no part in this. The loop's longest standstill is told too: for so
long nobody was served. Small modules that the apprentice of tool_use knows are among the seeds of both runs.
"""

import argparse
import asyncio
import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from agents.models.model import Abilities, Model
from agents.models.scripted import Request, ScriptedClient
from teams.engine import RunOptions
from teams.engine.registry import load, skills
from teams.engine.running import run
from tests.teams.everyone import answers
from tests.teams.library import CODE

SEEDS = Path(__file__).parents[1] / "seeds"
ALONE = "tool_use"
MODULES = 80
"""Code seeds for tool_use; a run of it alone must not come to their end."""
QUICKEST, SLOWEST = 0.5, 2.5
"""Seconds a call takes."""


@dataclass
class Endpoint:
    """Plays all roles, and knows how many calls it held at each moment."""

    seconds: float
    """Its window; 0 until it is closed."""
    by_skill: dict[str, Any] = field(default_factory=answers)
    calls: int = 0
    flying: int = 0
    held: float = 0.0
    """Calls in flight, integrated over time."""
    began: float = 0.0
    _last: float = 0.0
    _random: Random = field(default_factory=lambda: Random("replies"))

    async def speak(self, request: Request) -> Any:
        self._move(1)
        self.calls += 1
        await asyncio.sleep(self._random.uniform(QUICKEST, SLOWEST))
        try:
            answer = self.by_skill[request.chat.split("/")[0]][request.role](request)
            return await answer if isinstance(answer, Awaitable) else answer
        finally:
            self._move(-1)

    def _move(self, by: int) -> None:
        now = time.monotonic()
        self.began = self.began or now
        end = self.began + self.seconds
        self.held += self.flying * max(0.0, min(now, end) - max(self._last or now, self.began))
        self.flying, self._last = self.flying + by, min(now, end)

    @property
    def window(self) -> float:
        return self._last - self.began


class _Quiet:
    def line(self, text: str) -> None:
        """Nothing is said."""

    def watch(self, engine: Any) -> None:
        """Nothing is shown."""


async def _late(lags: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(0.02)
        lags.append(time.perf_counter() - before - 0.02)


async def one(names: Sequence[str], seeds: Sequence[Path], flags: Any, place: Path) -> dict[str, Any]:
    """Make a run; return its figures."""
    endpoint = Endpoint(flags.minutes * 60)
    model = Model("scripted", ScriptedClient({"*": endpoint.speak}), Abilities(tools="native", schemas="native"))
    options = RunOptions(
        seeds=tuple(seeds), run=place, pairs=flags.pairs, max_minutes=flags.minutes, at_once=flags.at_once
    )
    lags: list[float] = []
    watching = asyncio.create_task(_late(lags))
    before = time.process_time()
    outcome = await run(load(list(names)), options, model_for=lambda role: model, report=_Quiet())
    watching.cancel()
    made = {name: (tally.accepted, tally.rejected) for name, tally in outcome.engine.of.items()}
    return {
        "skills": len(names),
        "calls": endpoint.calls,
        "accepted": outcome.accepted,
        "finished": outcome.accepted + sum(rejected for _, rejected in made.values()),
        "seconds": round(endpoint.window, 1),
        "calls a second": round(endpoint.calls / max(endpoint.window, 1e-9), 1),
        "busy": round(endpoint.held / max(endpoint.window, 1e-9) / flags.at_once, 3),
        "CPU ms a call": round((time.process_time() - before) / max(endpoint.calls, 1) * 1e3, 1),
        "longest standstill ms": round(max(lags) * 1e3),
        "standstills over 100 ms": sum(lag > 0.1 for lag in lags),
        "bugs": outcome.engine.tally.bugs,
        "made": made,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", nargs="+", type=Path, default=[SEEDS / "articles", SEEDS / "code"])
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--minutes", type=float, default=4.0)
    parser.add_argument("--at-once", type=int, default=24)
    parser.add_argument("--keep", type=Path, help="folder for the run of all skills")
    flags = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        code = Path(place) / "code"
        code.mkdir()
        for number in range(MODULES):
            (code / f"desk{number}.py").write_text(f"{CODE}\n# branch {number}\n", encoding="utf-8")
        flags.seeds.append(code)
        alone = asyncio.run(one([ALONE], [code], flags, Path(place) / "alone"))
        every = asyncio.run(one(list(skills()), flags.seeds, flags, flags.keep or Path(place) / "all"))
    for name in alone:
        if name != "made":
            print(f"{name:26}{alone[name]!s:>12}{every[name]!s:>12}")
    for name, (accepted, rejected) in sorted(every["made"].items()):
        print(f"{name:26}{accepted:12}{rejected:12}")
    few = Counter(accepted > 0 for accepted, _ in every["made"].values())[False]
    ratio = round(every["busy"] / max(alone["busy"], 1e-9), 2)
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores; {few} skills without a pair")
    print(json.dumps({"busy with all to tool_use alone": ratio, "bound": 0.95}))


if __name__ == "__main__":
    main()
