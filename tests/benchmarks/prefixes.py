"""How much of the prompts repeats earlier ones' beginnings, by role, in recorded runs; and what it costs to know.

    python -m tests.benchmarks.prefixes --abilities native/native --abilities actions/prompt

Recorded conversations are held again through the whole engine, on an endpoint of each ability (tools/schemas). Then
the estimate's own CPU is timed on prompts of 8,000 characters and set against that of a bare call (aiohttp and orjson
on the stub, as in `engine_cpu.py`). Bound: 0.05 ms.
"""

import argparse
import asyncio
import json
import random
import string
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from agents.meter import Usage
from agents.models.model import Abilities, Model
from agents.prefixes import MOST, Prefixes, rendered
from teams.engine import RunOptions
from teams.engine.per_pair import together
from teams.engine.running import run
from teams.tool_use import skill
from tests.benchmarks.bare import bare
from tests.benchmarks.stub import running
from tests.teams.recording import FOLDER, read

CHARACTERS = 8000
BOUND = 0.05


async def by_role(name: str, abilities: Abilities) -> dict[str, Usage]:
    """Hold a recording's conversations again; return what each role's prompts took and repeated."""
    model = Model("recorded", read(FOLDER / f"{name}.jsonl").client(), abilities)
    with tempfile.TemporaryDirectory() as place:
        options = RunOptions(seeds=(FOLDER / "seeds" / name,), run=Path(place) / "run")
        outcome = await run(skill, options, model_for=lambda role: model)
    return dict(outcome.engine.meter.by_role)


def table(found: dict[str, list[dict[str, Usage]]]) -> list[str]:
    """Lay the shares out: a line for each role, a column for each endpoint."""
    roles = sorted({role for runs in found.values() for usages in runs for role in usages})
    lines = [f"{'role':14}" + "".join(f"{way:>18}" for way in found)]
    for role in [*roles, "all"]:
        cells = []
        for runs in found.values():
            mine = together(u for usages in runs for r, u in usages.items() if role in (r, "all"))
            share = mine.repeated_tokens / max(1, mine.prompt_tokens)
            cells.append(f"{mine.prompt_tokens:>10,}{share:8.0%}")
        lines.append(f"{role:14}" + "".join(cells))
    return lines


def cost(rounds: int = 7, calls: int = 1000) -> tuple[float, float]:
    """Return milliseconds of CPU a call: a prompt that shares its first three eighths with all, and one all known."""
    letters = random.Random(0)
    system, *users = (
        "".join(letters.choices(string.printable, k=n)) for n in (3000, *(CHARACTERS - 3000 for _ in range(calls)))
    )
    new, known = [], []
    for _ in range(rounds):
        prefixes = Prefixes()
        new.append(_timed(prefixes, system, users))
        known.append(_timed(prefixes, system, users[-MOST // 2 // (CHARACTERS // 64) :]))
    return min(new), min(known)


def _timed(prefixes: Prefixes, system: str, users: Sequence[str]) -> float:
    requests: list[Any] = [[["SystemMessage", system], ["UserMessage", user]] for user in users]
    began = time.process_time()
    for request in requests:
        prefixes.repeated("model", rendered(request))
    return (time.process_time() - began) / len(users) * 1e3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--abilities", action="append", help="tools/schemas; may be given several times")
    parser.add_argument("--recordings", nargs="*", default=[path.name for path in sorted((FOLDER / "seeds").iterdir())])
    flags = parser.parse_args()
    found: dict[str, list[dict[str, Usage]]] = {}
    for way in flags.abilities or ["native/native", "native/prompt", "actions/grammar", "actions/prompt"]:
        tools, schemas = way.split("/")
        able = Abilities(tools=tools, schemas=schemas)
        found[way] = [asyncio.run(by_role(name, able)) for name in flags.recordings]
    print("\n".join(table(found)))
    new, known = cost()
    with running(latency=0.05) as stub:
        call = asyncio.run(bare(stub.url, 4000, 256, CHARACTERS)).cpu
    print(f"{CHARACTERS} characters: {new:.4f} ms CPU a prompt that is new after its system message, {known:.4f} known")
    print(f"a bare call of that size: {call:.3f} ms CPU")
    print(json.dumps({"ms": round(new, 4), "bound": BOUND, "of_a_bare_call": round(new / call, 3)}))


if __name__ == "__main__":
    main()
