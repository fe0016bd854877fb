"""CPU of one item in an evaluation, against one model call of the generation engine, on the same stub.

    python -m tests.benchmarks.eval_cpu --at-once 256

Whole runs of `python -m eval bench` over made-up items with one turn each (ask, store, extract, mark, intervals,
results), one short and one long, each in a process of its own; the slope between them leaves start-up out. The engine's
slope is that of `engine_cpu`, from runs beside these. Requests and answers are as long as the engine's are on average.
Bound: no more than the engine's.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.benchmarks.engine_cpu import sizes, whole_run
from tests.benchmarks.script import write_seeds
from tests.benchmarks.stub import Running, running

TASK = '''"""Items made up for a benchmark of speed."""
from collections.abc import Iterable, Iterator

from eval.records import Extracted, Item, Turn
from eval.sources import Row, Source
from eval.task import Task


def items(rows: Iterable[Row]) -> Iterator[Item]:
    for row in rows:
        yield Item(str(row.number), (Turn(row.data["ask"]),), target="4")


def extract(item: Item, answer: str) -> Extracted:
    digits = [word for word in answer.split() if word.isdigit()]
    return Extracted(digits[-1] if digits else None, "last")


task = Task("made_up", "Made up", "Speed.", Source(), items, kind="number", extract=extract,
            mark=lambda item, value: {"accuracy": (float(value == item.target), 1.0)})
'''


def evaluation(stub: Running, root: Path, items: int, size: int, at_once: int) -> tuple[float, float]:
    """Evaluate so many items; return CPU seconds of the process, and its peak RSS in MiB."""
    stub.config()
    (root / "made_up.py").write_text(TASK, encoding="utf-8")
    rows = (json.dumps({"ask": f"{number} ".ljust(size, "x")}) for number in range(items))
    data = root / f"rows-{items}.jsonl"
    data.write_text("\n".join(rows), encoding="utf-8")
    command = [sys.executable, "-m", "eval", "bench", str(root / "made_up.py"), "--data", f"made_up={data}"]
    command += [
        "--model",
        f"{stub.url}:stub",
        "--at-once",
        str(at_once),
        "--out",
        str(root / f"eval-{os.urandom(4).hex()}"),
    ]
    with (root / "said.txt").open("w+", encoding="utf-8") as said:
        process = subprocess.Popen(
            command, env={**os.environ, "AGENTINSTRUCT_API_KEY": "none"}, stdout=said, stderr=said
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(said.read())
    return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--at-once", type=int, default=256)
    parser.add_argument("--short", type=int, default=1000, help="items of the short evaluation")
    parser.add_argument("--long", type=int, default=9000, help="items of the long evaluation")
    parser.add_argument("--rounds", type=int, default=2)
    flags = parser.parse_args()
    ours, engines = [], []
    with tempfile.TemporaryDirectory() as place, running("tests.benchmarks.script:answer", latency=0.05) as stub:
        root = Path(place)
        short, long = write_seeds(root / "short", 60), write_seeds(root / "long", 360)
        for number in range(flags.rounds):
            cpu1, calls1, _ = whole_run(stub, short, root / f"run-short{number}", flags.at_once)
            cpu2, calls2, _ = whole_run(stub, long, root / f"run-long{number}", flags.at_once)
            engines.append((cpu2 - cpu1) / (calls2 - calls1) * 1e3)
            out, back = sizes(root / f"run-long{number}")
            with running(latency=0.05, size=back) as plain:
                few, _ = evaluation(plain, root, flags.short, out, flags.at_once)
                many, rss = evaluation(plain, root, flags.long, out, flags.at_once)
            ours.append((many - few) / (flags.long - flags.short) * 1e3)
    print(f"{out} characters out and {back} back, {flags.at_once} at once; {flags.long} items, peak RSS {rss:.0f} MiB")
    print(f"an item {min(ours):.3f} ms CPU; a call of the engine {min(engines):.3f} ms; best of {flags.rounds}")
    print(json.dumps({"ratio": round(min(ours) / min(engines), 2), "bound": 1}))


if __name__ == "__main__":
    main()
