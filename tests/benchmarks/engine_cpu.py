"""CPU of one model call in the whole engine, against bare aiohttp with requests and answers of the same size.

    python -m tests.benchmarks.engine_cpu --at-once 256 --profile

Whole runs of tool_use (chats, checks, journal, exports) on the stub, one short and one long, each in a process of its
own; the slope between them leaves start-up out. Bound: 5 times bare aiohttp. `--profile` also says where the time
goes, by layer (see `layers.py`).
"""

import argparse
import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from tests.benchmarks.bare import bare
from tests.benchmarks.script import write_seeds
from tests.benchmarks.stub import Running, running


def whole_run(
    stub: Running, seeds: Path, folder: Path, at_once: int, layers: Path | None = None
) -> tuple[float, int, float]:
    """Run tool_use over `seeds`; return CPU seconds of its process, calls served, and peak RSS in MiB."""
    stub.config()
    way = ["tests.benchmarks.layers", str(layers), "teams.tool_use"] if layers else ["teams.tool_use"]
    command = [sys.executable, "-m", *way, "--seeds", str(seeds), "--run", str(folder)]
    command += ["--model", f"{stub.url}:stub", "--at-once", str(at_once)]
    environment = {**os.environ, "DOCKER_HOST": "unix:///nowhere", "AGENTINSTRUCT_API_KEY": "none"}
    with (folder.parent / "said.txt").open("w+", encoding="utf-8") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 3, 4):
            said.seek(0)
            raise RuntimeError(said.read())
    return used.ru_utime + used.ru_stime, int(stub.stats()["served"]), used.ru_maxrss / 1024


def sizes(folder: Path) -> tuple[int, int]:
    """Mean characters of a request and of an answer in a run, reckoned from its journal's tokens (4 a token)."""
    with closing(sqlite3.connect(folder / "run.db")) as db:
        prompt, new = db.execute("SELECT avg(prompt_tokens), avg(completion_tokens) FROM calls").fetchone()
    return round(prompt * 4), round(new * 4)


def table(found: dict[str, Any], calls: int) -> Iterator[str]:
    """Yield where the time of a sampled run went, in milliseconds a call."""
    rows = {name: seconds for name, seconds in found["layers"].items() if name != "imports and the rest"}
    rows |= {f"thread {name}": seconds for name, seconds in found["threads"].items() if seconds > 0.01}
    total = sum(rows.values())
    yield f"{'layer':32}{'CPU ms/call':>12}{'share':>8}"
    for name, seconds in sorted(rows.items(), key=lambda item: -item[1]):
        yield f"{name:32}{seconds / calls * 1e3:12.3f}{seconds / total:8.0%}"
    yield f"{'all, start-up left out':32}{total / calls * 1e3:12.3f}"
    yield f"{'of it collecting garbage':32}{found['garbage'] / calls * 1e3:12.3f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--at-once", type=int, default=256)
    parser.add_argument("--short", type=int, default=60, help="seeds of the short run")
    parser.add_argument("--long", type=int, default=360, help="seeds of the long run")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--profile", action="store_true", help="print where the time goes, by layer")
    flags = parser.parse_args()
    slopes, bares, found = [], [], {}
    with tempfile.TemporaryDirectory() as place, running("tests.benchmarks.script:answer", latency=0.05) as stub:
        root = Path(place)
        short, long = write_seeds(root / "short", flags.short), write_seeds(root / "long", flags.long)
        for number in range(flags.rounds):
            cpu1, calls1, _ = whole_run(stub, short, root / f"run-short{number}", flags.at_once)
            cpu2, calls2, rss = whole_run(stub, long, root / f"run-long{number}", flags.at_once)
            slopes.append((cpu2 - cpu1) / (calls2 - calls1) * 1e3)
            out, back = sizes(root / f"run-long{number}")
            with running(latency=0.05, size=back) as plain:
                bares.append(asyncio.run(bare(plain.url, 4000, flags.at_once, out)).cpu)
        if flags.profile:
            whole_run(stub, long, root / "run-profile", flags.at_once, root / "layers.json")
            found = json.loads((root / "layers.json").read_text())
    print(f"{calls2} calls, {out} characters out and {back} back on average, {flags.at_once} at once")
    print(f"peak RSS {rss:.0f} MiB; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"bare aiohttp {min(bares):.3f} ms CPU a call; whole engine {min(slopes):.3f} ms; best of {flags.rounds}")
    print(json.dumps({"ratio": round(min(slopes) / min(bares), 2), "bound": 5}))
    if found:
        print("\n".join(table(found, calls2)))


if __name__ == "__main__":
    main()
