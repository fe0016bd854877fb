"""CPU of a run with a viewer open, viewer included, against the run alone.

    python -m tests.benchmarks.viewer_cpu --rounds 5

Whole runs of tool_use on the stub endpoint, alone and with a viewer that is asked as an open page asks: it waits for
news, and at each asks for the overview and the newest pairs. The viewer starts with the run and ends with it; its start
counts. Bound: the median of all pairs of runs at most 1.05.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.benchmarks.script import write_seeds
from tests.benchmarks.stub import Running, running
from tests.benchmarks.viewer import Viewer

BOUND = 1.05
PAUSE = 1.5
"""Seconds the page waits between two questions for news."""


class Page(threading.Thread):
    """Asks as the page does until it is told to stop."""

    def __init__(self, folder: Path) -> None:
        super().__init__(daemon=True)
        self._folder, self._ending = folder, threading.Event()
        self.cpu = 0.0
        self.asked = 0
        self.listed = 0
        self.failed: Exception | None = None

    def run(self) -> None:
        """Look on from the run's first moment to its last."""
        try:
            while not (self._folder / "run.db").exists():
                if self._ending.wait(0.1):
                    return
            time.sleep(0.5)
            viewer = Viewer(self._folder)
            try:
                self._look(viewer)
                self.cpu = viewer.cpu
            finally:
                viewer.close()
        except Exception as error:
            self.failed = error

    def _look(self, viewer: Viewer) -> None:
        since = 0
        while not self._ending.is_set():
            said = viewer.ask(f"/api/changes?since={since}")
            if said["changed"] != since:
                since = said["changed"]
                counts = viewer.ask("/api/overview")["counts"]
                viewer.ask("/api/pairs?limit=50")
                self.asked, self.listed = self.asked + 1, sum(counts[name] for name in ("accepted", "rejected"))
            self._ending.wait(PAUSE)

    def stop(self) -> None:
        """Close the page, and the viewer with it."""
        self._ending.set()
        self.join()
        if self.failed:
            raise self.failed


@contextmanager
def looking(folder: Path, is_on: bool) -> Iterator[Page | None]:
    """Look into a folder meanwhile, or not."""
    page = Page(folder) if is_on else None
    if page:
        page.start()
    try:
        yield page
    finally:
        if page:
            page.stop()


def once(stub: Running, seeds: Path, folder: Path, at_once: int, is_on: bool) -> dict[str, Any]:
    """Make a run; return what it took."""
    stub.config()
    command = [sys.executable, "-m", "teams.tool_use", "--seeds", str(seeds), "--run", str(folder)]
    command += ["--model", f"{stub.url}:stub", "--at-once", str(at_once)]
    environment = {**os.environ, "DOCKER_HOST": "unix:///nowhere", "AGENTINSTRUCT_API_KEY": "none"}
    began = time.monotonic()
    with (folder.parent / "said.txt").open("w+", encoding="utf-8") as said:
        process = subprocess.Popen(command, env=environment, stdout=said, stderr=said)
        with looking(folder, is_on) as page:
            _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in (0, 3, 4):
            said.seek(0)
            raise RuntimeError(said.read())
    return {
        "run": used.ru_utime + used.ru_stime,
        "viewer": page.cpu if page else 0.0,
        "seconds": time.monotonic() - began,
        "asked": page.asked if page else 0,
        "listed": page.listed if page else 0,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seeds", type=int, default=400)
    parser.add_argument("--at-once", type=int, default=64)
    parser.add_argument("--latency", type=float, default=0.5, help="seconds the stub takes for an answer")
    flags = parser.parse_args()
    ratios, shares = [], []
    print(f"{'run alone':>12}{'run watched':>12}{'viewer':>10}{'ratio':>8}{'seconds':>10}{'news':>6}{'pairs seen':>12}")
    with (
        tempfile.TemporaryDirectory() as place,
        running("tests.benchmarks.script:answer", latency=flags.latency) as stub,
    ):
        seeds = write_seeds(Path(place) / "seeds", flags.seeds)
        for number in range(flags.rounds):
            # Which comes first alternates: a machine gets warmer, or busier.
            order = (False, True) if number % 2 else (True, False)
            made = {on: once(stub, seeds, Path(place) / f"run{number}-{on}", flags.at_once, on) for on in order}
            alone, watched = made[False], made[True]
            ratios.append((watched["run"] + watched["viewer"]) / alone["run"])
            shares.append(watched["viewer"] / alone["run"])
            print(
                f"{alone['run']:12.2f}{watched['run']:12.2f}{watched['viewer']:10.2f}{ratios[-1]:8.3f}"
                f"{watched['seconds']:10.0f}{watched['asked']:6}{watched['listed']:12}",
                flush=True,
            )
    print(f"CPU seconds; load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(f"the viewer itself took {statistics.median(shares):.3f} of the run's; what is left is the machine's")
    median = statistics.median(ratios)
    print(json.dumps({"median ratio": round(median, 3), "bound": BOUND}))
    sys.exit(0 if median <= BOUND else 1)


if __name__ == "__main__":
    main()
