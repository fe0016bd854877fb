"""CPU of one model call in each skill of text, against tool_use: what its stages, programs and checks cost.

    python -m tests.benchmarks.skills_cpu
    python -m tests.benchmarks.skills_cpu --profile text_extraction

Whole runs (chats, checks, journal, exports) over the articles of `tests/seeds` and, for tool_use, over small modules;
every role is played by the apprentice its tests have, and what the apprentices themselves take is left out. A process
of its own for each skill makes three runs: one that loads and compiles what is needed, a short one and a long one over
other seeds; the slope between these leaves out what every run takes once. Bound: no skill costs more than tool_use.

What it does not say: a call is not the same share of a pair in each skill, so a skill with few calls to a pair
carries more of the checks, the verdict and the export on each. Where Docker runs, tool_use executes its calls, which
takes about as much again as the rest of it: its figure without is a low one, and a ratio to it a high one. Its
modules are much alike, so that most of its pairs are rejected as twins. Draws depend on the order in which chats end:
calls and pairs differ a little between runs.
"""

import argparse
import asyncio
import cProfile
import json
import os
import pstats
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents.models.model import Abilities, Model
from agents.models.scripted import Request, ScriptedClient
from teams.engine import RunOptions
from teams.engine.flow import Skill
from teams.engine.registry import load, skills
from teams.engine.running import run
from tests.teams.everyone import answers
from tests.teams.library import CODE

MEASURE = "tool_use"
"""The skill against which the others are held."""
ARTICLES = Path(__file__).parents[1] / "seeds" / "articles"
TURNS = {"warm": range(1), "short": range(1, 2), "long": range(2, 6)}
"""How often each article is taken in a run, begun at another paragraph each time, so that other kinds are drawn."""
ALL_TURNS = 6
MODULES = {"warm": range(4), "short": range(4, 10), "long": range(10, 50)}
"""Code seeds of a run, by number."""


@dataclass(frozen=True)
class Cost:
    """What one run took."""

    skill: str
    calls: int
    pairs: int
    seconds: float
    """CPU of the process, without that of the apprentices; calls and pairs likewise those of the slope."""

    @property
    def per_call(self) -> float:
        """Milliseconds."""
        return self.seconds / self.calls * 1e3


class Timed:
    """A model that plays the roles of a skill, and knows what CPU that took."""

    def __init__(self, skill: str) -> None:
        self._answers: Mapping[str, Any] = answers()[skill]
        self.seconds = 0.0
        self.calls = 0

    def speak(self, request: Request) -> Any:
        """Answer as whoever is asked."""
        start = time.thread_time()
        try:
            return self._answers[request.role](request)
        finally:
            self.seconds += time.thread_time() - start
            self.calls += 1


def seeds_of(skill: Skill, folder: Path, name: str) -> Path:
    """Write the seeds of a run; no two runs share any."""
    folder.mkdir(parents=True)
    if skill.prefers == "code":
        for number in MODULES[name]:
            (folder / f"desk{number}.py").write_text(f"{CODE}\n# branch {number}\n", encoding="utf-8")
        return folder
    for article in sorted(ARTICLES.iterdir()):
        parts = article.read_text(encoding="utf-8").split("\n\n")
        for turn in TURNS[name]:
            at = len(parts) * turn // ALL_TURNS
            (folder / f"{turn}-{article.name}").write_text("\n\n".join(parts[at:] + parts[:at]), encoding="utf-8")
    return folder


def one(name: str, place: Path, profile: cProfile.Profile | None = None) -> Cost:
    """Run a skill three times; return what the long run took more than the short one."""
    [skill] = load([name])

    def go(which: str) -> Cost:
        timed = Timed(name)
        model = Model("scripted", ScriptedClient({"*": timed.speak}), Abilities(tools="native", schemas="native"))
        options = RunOptions(seeds=(seeds_of(skill, place / f"{which}-seeds", which),), run=place / which)
        start = time.process_time()
        outcome = asyncio.run(run(skill, options, model_for=lambda role: model))
        spent = time.process_time() - start
        if outcome.engine.tally.bugs:
            raise RuntimeError(f"{outcome.engine.tally.bugs} chats of {name} failed in our own code")
        return Cost(name, timed.calls, outcome.accepted, spent - timed.seconds)

    go("warm")
    short = go("short")
    if profile:
        profile.enable()
    long = go("long")
    if profile:
        profile.disable()
    return Cost(name, long.calls - short.calls, long.pairs - short.pairs, long.seconds - short.seconds)


def alone(name: str) -> Cost:
    """Run a skill in a process of its own."""
    environment = {**os.environ, "DOCKER_HOST": "unix:///nowhere"}
    command = [sys.executable, "-m", "tests.benchmarks.skills_cpu", "--one", name]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name}: {done.stderr.strip()[-2000:]}")
    return Cost(**json.loads(done.stdout))


def table(costs: Mapping[str, Cost]) -> Iterator[str]:
    """Yield a line for each skill, the dearest first."""
    base = costs[MEASURE].per_call
    yield f"{'skill':24}{'calls':>7}{'pairs':>7}{'CPU ms/call':>13}{'of tool_use':>13}"
    for cost in sorted(costs.values(), key=lambda cost: -cost.per_call):
        ratio = cost.per_call / base
        yield f"{cost.skill:24}{cost.calls:7}{cost.pairs:7}{cost.per_call:13.2f}{ratio:13.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=2, help="of each skill, by turns; the cheapest counts")
    parser.add_argument("--profile", metavar="SKILL", help="print where a skill's time goes, by function")
    parser.add_argument("--one", metavar="SKILL", help=argparse.SUPPRESS)
    flags = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        if flags.one:
            print(json.dumps(asdict(one(flags.one, Path(place)))))
            return
        if flags.profile:
            profile = cProfile.Profile()
            one(flags.profile, Path(place), profile)
            pstats.Stats(profile).sort_stats("tottime").print_stats(45)
            return
    names = [MEASURE, *(name for name in skills() if name != MEASURE)]
    runs = [alone(name) for _ in range(flags.rounds) for name in names]
    best = {name: min((cost for cost in runs if cost.skill == name), key=lambda cost: cost.per_call) for name in names}
    print("\n".join(table(best)))
    print(f"best of {flags.rounds}; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    dearest = max(best.values(), key=lambda cost: cost.per_call)
    ratio = round(dearest.per_call / best[MEASURE].per_call, 2)
    print(json.dumps({"dearest": dearest.skill, "ratio": ratio, "bound": 1}))


if __name__ == "__main__":
    main()
