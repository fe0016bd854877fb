"""CPU of one model call in the whole engine, against bare aiohttp with requests and answers of the same size.

    python -m tests.benchmarks.engine_cpu --at-once 256

Whole runs of tool_use (chats, checks, journal, exports) on the stub, one short and one long, each in a process of its
own; the slope between them leaves start-up out. Bound: 5 times bare aiohttp.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.bare import bare
from tests.benchmarks.script import write_seeds
from tests.benchmarks.stub import Running, running


def whole_run(stub: Running, seeds: Path, folder: Path, at_once: int, profile: str = "") -> tuple[float, int, float]:
    """Run tool_use over `seeds`; return CPU seconds of its process, calls served, and peak RSS in MiB."""
    stub.config()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    way = ["-m", "cProfile", "-o", profile] if profile else []
    command = [sys.executable, *way, "-m", "teams.tool_use", "--seeds", str(seeds), "--run", str(folder)]
    command += ["--model", f"{stub.url}:stub", "--at-once", str(at_once)]
    environment = {**os.environ, "DOCKER_HOST": "unix:///nowhere", "AGENTINSTRUCT_API_KEY": "none"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3, 4):
        raise RuntimeError(done.stdout + done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return cpu, int(stub.stats()["served"]), after.ru_maxrss / 1024


def sizes(folder: Path) -> tuple[int, int]:
    """Mean characters of a request and of an answer in a run, reckoned from its journal's tokens (4 a token)."""
    import sqlite3

    db = sqlite3.connect(folder / "run.db")
    prompt, new = db.execute("SELECT avg(prompt_tokens), avg(completion_tokens) FROM calls").fetchone()
    return round(prompt * 4), round(new * 4)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--at-once", type=int, default=256)
    parser.add_argument("--short", type=int, default=60, help="seeds of the short run")
    parser.add_argument("--long", type=int, default=360, help="seeds of the long run")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--profile", default="", help="write a cProfile of the long run here")
    flags = parser.parse_args()
    slopes, bares = [], []
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
            whole_run(stub, long, root / "run-profile", flags.at_once, flags.profile)
    print(
        f"{calls2} calls, {out} characters out and {back} back on average, {flags.at_once} at once, peak RSS {rss:.0f} MiB"
    )
    print(f"bare aiohttp {min(bares):.3f} ms CPU a call; whole engine {min(slopes):.3f} ms; best of {flags.rounds}")
    print(json.dumps({"ratio": round(min(slopes) / min(bares), 2), "bound": 5}))


if __name__ == "__main__":
    main()
