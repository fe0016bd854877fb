"""Kill a run with SIGKILL at random moments, go on with the same command each time, compare with a run left alone.

    python -m tests.benchmarks.kill9 --kills 20

Counted are records that were there and are not any more (lost), ids that stand twice in the outputs (double), calls
sent again against calls the endpoint was at work on or had just answered at the kills (together never more than go
at once), and whether records and conversations are those of the other run.
Which of two near-twins is accepted depends on which was finished first, so verdicts are compared by id only.
"""

import argparse
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks.script import write_seeds
from tests.benchmarks.stub import Running, running

ENVIRONMENT = {**os.environ, "DOCKER_HOST": "unix:///nowhere", "AGENTINSTRUCT_API_KEY": "none"}
"""No sandbox: these runs measure the engine, and calls are simulated, which takes more of it."""
AT_ONCE = 64
RECORDS = "SELECT id, type, parent, kind, round, chat, record FROM records"
CONVERSATIONS = "SELECT chat, n, source, type, text, extra FROM messages WHERE chat NOT LIKE 'self-test%'"


@dataclass(frozen=True)
class Death:
    """One kill."""

    served: int
    """Calls answered in all lives before it."""
    in_flight: int
    """Calls the endpoint was at work on, by its own count, when the process was stopped to be killed."""
    unwritten: int
    """Calls it had answered by then, and whose answer is not in the journal."""
    talking: int
    """Conversations (of the respond stage) in the middle."""
    records: int

    @property
    def lost(self) -> int:
        """Answers that never reached the journal."""
        return self.in_flight + self.unwritten


@dataclass
class Lives:
    """A run that was killed and gone on with."""

    deaths: list[Death] = field(default_factory=list)
    lost: int = 0
    """Records and verdicts that were in the journal at one kill and not at the next, or at the end."""
    served: int = 0
    ended: int | None = None
    """Exit code of the last life."""


def command(stub: Running, seeds: Path, folder: Path, *more: str) -> list[str]:
    """Return the command of a whole run."""
    asked = [
        "--seeds",
        str(seeds),
        "--run",
        str(folder),
        "--model",
        f"{stub.url}:stub",
        "--at-once",
        str(AT_ONCE),
        *more,
    ]
    return [sys.executable, "-m", "teams.tool_use", *asked]


def alone(stub: Running, seeds: Path, folder: Path) -> int:
    """Run to the end, unharmed; return the calls served."""
    stub.config()
    done = subprocess.run(command(stub, seeds, folder), env=ENVIRONMENT, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)
    return int(stub.stats()["served"])


def killed(stub: Running, seeds: Path, folder: Path, moments: Sequence[int]) -> Lives:
    """Run, killed whenever so many calls have been served in all, and go on to the end."""
    stub.config()
    lives, known = Lives(), set[tuple[Any, ...]]()
    for moment in sorted(moments):
        with subprocess.Popen(
            command(stub, seeds, folder), env=ENVIRONMENT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as process:
            while process.poll() is None and stub.stats()["served"] < moment:
                time.sleep(0.01)
            if process.poll() is not None:
                break  # through before its time had come
            process.send_signal(signal.SIGSTOP)  # so that what is counted is what is there when it dies
            at_death = stub.stats()
            process.send_signal(signal.SIGKILL)
        while stub.stats()["in_flight"]:  # the endpoint still answers, into the void
            time.sleep(0.05)
        served = int(stub.stats()["served"])
        there = _there(folder)
        lives.lost += len(known - there)
        known = there
        talking = _count(folder, "SELECT count(*) FROM chats WHERE state='open' AND stage='respond'")
        unwritten = int(at_death["served"]) - _journaled(folder, lives)
        lives.deaths.append(Death(served, int(at_death["in_flight"]), unwritten, talking, len(there)))
    done = subprocess.run(command(stub, seeds, folder), env=ENVIRONMENT, capture_output=True, text=True, check=False)
    lives.ended, lives.served = done.returncode, int(stub.stats()["served"])
    lives.lost += len(known - _there(folder))
    return lives


def _journaled(folder: Path, lives: Lives) -> int:
    """Calls written down, and those of earlier lives that never will be."""
    return _count(folder, "SELECT count(*) FROM calls") + sum(death.lost for death in lives.deaths)


def _there(folder: Path) -> set[tuple[Any, ...]]:
    if not (folder / "run.db").exists():
        return set()
    return {*_rows(folder, "SELECT id, type FROM records"), *_rows(folder, "SELECT id, 'verdict' FROM verdicts")}


def _count(folder: Path, sql: str) -> int:
    return int(_rows(folder, sql)[0][0]) if (folder / "run.db").exists() else 0


def _rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    db = sqlite3.connect(folder / "run.db")
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def differences(one: Path, other: Path) -> dict[str, int]:
    """Return how many rows only one of two runs has: records, conversations, ids of verdicts and of what fell out."""
    asked = {
        "records": RECORDS,
        "messages": CONVERSATIONS,
        "verdicts": "SELECT id FROM verdicts",
        "drops": "SELECT id, stage, reasons FROM drops",
        "prompts": "SELECT hash FROM prompts",
        "calls": "SELECT chat, hash, nth, turn, reply FROM calls",
    }
    return {name: len(set(_rows(one, sql)) ^ set(_rows(other, sql))) for name, sql in asked.items()}


def doubles(folder: Path) -> int:
    """Return how many ids stand more than once in the outputs of a run."""
    ids = [json.loads(line)["id"] for name in ("pairs", "rejected") for line in _lines(folder / f"{name}.jsonl")]
    return len(ids) - len(set(ids))


def accepted(folder: Path) -> int:
    """Return how many pairs a run accepted."""
    return _count(folder, "SELECT count(*) FROM verdicts WHERE accepted=1")


def _lines(path: Path) -> Iterable[str]:
    return path.read_text(encoding="utf-8").splitlines()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--latency", type=float, default=0.1)
    parser.add_argument("--random", type=int, default=0, help="seed of the moments")
    flags = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as place,
        running("tests.benchmarks.script:answer", latency=flags.latency) as stub,
    ):
        root = Path(place)
        seeds = write_seeds(root / "seeds", flags.seeds)
        clean = alone(stub, seeds, root / "clean")
        moments = random.Random(flags.random).sample(range(5, clean), flags.kills)
        lives = killed(stub, seeds, root / "killed", moments)
        apart, twice = differences(root / "clean", root / "killed"), doubles(root / "killed")
        kept = [accepted(root / name) for name in ("clean", "killed")]
        again = alone(stub, seeds, root / "killed")
    print(f"{'kill':>4}{'calls served':>14}{'in flight':>11}{'unwritten':>11}{'in the middle':>15}{'records':>9}")
    for number, death in enumerate(lives.deaths, 1):
        counts = f"{death.served:14}{death.in_flight:11}{death.unwritten:11}{death.talking:15}{death.records:9}"
        print(f"{number:4}{counts}")
    in_flight = sum(death.in_flight for death in lives.deaths)
    unwritten = sum(death.unwritten for death in lives.deaths)
    print(f"finished records lost: {lives.lost}; ids twice in the outputs: {twice}")
    print(
        f"calls of a run left alone: {clean}; repeated: {lives.served - clean}; in flight at the kills: {in_flight}, "
        f"answered and not yet written down: {unwritten}"
    )
    print("rows only one of the two runs has: " + ", ".join(f"{n} {name}" for name, n in apart.items()))
    print(f"accepted: {kept[0]} in the run left alone, {kept[1]} in the killed one")
    print(f"calls of one more run over the same folder, self-test included: {again}")


if __name__ == "__main__":
    main()
