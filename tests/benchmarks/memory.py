"""Peak memory of a run over many seeds against one over few.

    python -m tests.benchmarks.memory --few 1000 --many 50000

Every seed is read, parsed and travels: a chat is held about it on the stub. Of the first 32 seeds and of every
thousandth after them whole families of pairs are made; of all others the stub finds nothing useful, and they are
dropped after their first chat, with a reason in `rejected.jsonl`. (What is kept of accepted pairs to tell their twins,
2 kB each, grows with them and not with the seeds.) Bound: 1.1 times.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.kill9 import ENVIRONMENT
from tests.benchmarks.script import answer, write_seeds
from tests.benchmarks.stub import Running, running

_BRANCH = re.compile(r"branch (\d+)")
WHOLE, EVERY = 32, 1000


def mostly_nothing(body: dict[str, Any]) -> dict[str, Any]:
    """Answer as the library would, but find nothing of use in most branches."""
    said = answer(body)
    form = (body.get("response_format") or {}).get("json_schema") or {}
    if form.get("name") == "api_writer" and (found := _BRANCH.search(json.dumps(body["messages"]))):
        number = int(found.group(1))
        if number >= WHOLE and number % EVERY:
            notes = json.loads(said["content"])
            said = {**said, "content": json.dumps({name: {**note, "useful": False} for name, note in notes.items()})}
    return said


def peak(stub: Running, seeds: Path, folder: Path, at_once: int) -> tuple[float, int, float]:
    """Run over `seeds`; return the peak resident memory in MiB, the calls served, and seconds."""
    stub.config()
    asked = ["--seeds", str(seeds), "--run", str(folder), "--model", f"{stub.url}:stub", "--at-once", str(at_once)]
    command, began = [sys.executable, "-m", "teams.tool_use", *asked], time.monotonic()
    with (folder.parent / "said.txt").open("w+") as said:
        process = subprocess.Popen(command, env=ENVIRONMENT, stdout=said, stderr=said)
        _, status, used = os.wait4(process.pid, 0)
        if os.waitstatus_to_exitcode(status):
            raise RuntimeError((folder.parent / "said.txt").read_text())
    return used.ru_maxrss / 1024, int(stub.stats()["served"]), time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--many", type=int, default=50_000)
    parser.add_argument("--at-once", type=int, default=64)
    flags = parser.parse_args()
    peaks = []
    with (
        tempfile.TemporaryDirectory() as place,
        running("tests.benchmarks.memory:mostly_nothing", latency=0.02) as stub,
    ):
        for count in (flags.few, flags.many):
            root = Path(place) / str(count)
            seeds = write_seeds(root / "seeds", count)
            memory, calls, seconds = peak(stub, seeds, root / "run", flags.at_once)
            size = (root / "run/run.db").stat().st_size / 2**20
            print(f"{count:7} seeds: peak RSS {memory:.0f} MiB, {calls} calls, {seconds:.0f} s, journal {size:.0f} MiB")
            sys.stdout.flush()
            peaks.append(memory)
    print(json.dumps({"ratio": round(peaks[1] / peaks[0], 3), "bound": 1.1}))


if __name__ == "__main__":
    main()
