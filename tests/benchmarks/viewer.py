"""How quickly the viewer answers over a journal of 100,000 pairs, against one of 1,000; its memory; the index's cost.

    python -m tests.benchmarks.viewer /var/tmp/journals
    python -m tests.benchmarks.viewer /var/tmp/journals --many 1000 --few 100

Both journals are made once and kept in the folder given (6 GB for the large one: 3 million messages). Each viewer is a
process of its own, asked over HTTP as its page asks. First its index is built from nothing, then both are asked
everything `--times` times, in turn. Bounds: every median at most 300 ms and three times the small journal's, also where
a question finds a row in the small journal and fills a page in the large one; memory at most `--memory` times.
"""

import argparse
import http.client
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from tests.benchmarks.big_journal import RARE, make, sizes

LIMIT_MS, RATIO = 300, 3
TICK = os.sysconf("SC_CLK_TCK")


class Viewer:
    """A viewer over one folder, and a connection to it."""

    def __init__(self, folder: Path) -> None:
        self.began = time.monotonic()
        command = [sys.executable, "-m", "agents.view", str(folder), "--no-browser"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout
        found = re.search(r"http://([\d.]+):(\d+)/\?token=(\S+)", self.process.stdout.readline())
        assert found, "the viewer did not start"
        self._host, self._port, self._token = found[1], int(found[2]), found[3]
        self._connection = http.client.HTTPConnection(self._host, self._port)

    def ask(self, path: str) -> Any:
        """Return an answer."""
        self._connection.request("GET", path, headers={"Authorization": f"Bearer {self._token}"})
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status} {body.decode()}")
        return json.loads(body)

    def post(self, path: str, body: Any) -> Any:
        """Do something; return the answer."""
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        headers["Origin"] = f"http://{self._host}:{self._port}"
        self._connection.request("POST", path, json.dumps(body), headers)
        response = self._connection.getresponse()
        return json.loads(response.read())

    @property
    def cpu(self) -> float:
        """Seconds of CPU so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICK

    @property
    def peak(self) -> float:
        """Peak resident memory in MiB."""
        found = re.search(r"VmHWM:\s*(\d+)", Path(f"/proc/{self.process.pid}/status").read_text())
        assert found
        return int(found[1]) / 1024

    def close(self) -> None:
        """End it."""
        self._connection.close()
        self.process.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(30)
        self.process.kill()
        self.process.wait()


@contextmanager
def viewing(folder: Path) -> Iterator[Viewer]:
    """Look into a folder."""
    viewer = Viewer(folder)
    try:
        yield viewer
    finally:
        viewer.close()


def build(folder: Path) -> dict[str, float]:
    """Build a folder's index from nothing; return what it took."""
    for name in ("view.db", "view.db-wal", "view.db-shm"):
        (folder / name).unlink(missing_ok=True)
    with viewing(folder) as viewer:
        started = viewer.cpu
        first = viewer.ask("/api/overview")
        answered = time.monotonic() - viewer.began
        slowest = 0.0
        while not first["index"]["ordered"]:
            time.sleep(0.25)
            asked = time.perf_counter()
            viewer.ask("/api/pairs")
            slowest = max(slowest, time.perf_counter() - asked)
            first = viewer.ask("/api/overview")
        return {
            "first answer after, s": answered,
            "index built after, s": time.monotonic() - viewer.began,
            "CPU of that, s": viewer.cpu - started,
            "slowest list meanwhile, ms": slowest * 1e3,
            "peak memory meanwhile, MiB": viewer.peak,
            "index, MiB": sum(path.stat().st_size for path in folder.glob("view.db*")) / 2**20,
        }


def questions(viewer: Viewer) -> dict[str, str]:
    """What is asked, by name."""

    def pairs(**asked: Any) -> str:
        return "/api/pairs?" + urlencode(asked, doseq=True)

    after = ""
    for _ in range(5):
        after = viewer.ask(pairs(limit=100, after=after))["next"]
    common = max(viewer.ask(pairs(limit=1, verdict="accepted"))["rows"][0]["first"].lower().split(), key=len).strip(".")
    pair = viewer.ask(pairs(skill="tool_use", limit=1))["rows"][0]["id"]
    chat = viewer.ask(f"/api/story?id={quote(pair)}")["chats"][-1]["id"]
    return {
        "overview": "/api/overview",
        "facets": "/api/facets",
        "list": pairs(),
        "list, eleventh page": pairs(after=after),
        "rejected": pairs(verdict="rejected"),
        "skill": pairs(skill="coding"),
        "skill, kind, verdict": pairs(skill="coding", kind="kind3", verdict="accepted"),
        "kinds or kinds": pairs(kind=["kind1", "kind2", "kind3"], stage="refine"),
        "tool and failed check": pairs(tool="run_python", check="judge"),
        "dropped, oldest first": pairs(verdict="dropped", sort="old"),
        "length": pairs(min=2000, max=2100),
        "longest": pairs(sort="long"),
        "longest of a skill": pairs(sort="long", skill="rag", verdict="accepted"),
        "search: in all": pairs(q="the"),
        "search: three common": pairs(q="the of and"),
        "search: as typed": pairs(q=common),
        "search: begins with": pairs(q="abr*"),
        "search: phrase": pairs(q='"of the"'),
        "search: rare": pairs(q=RARE),
        "search: no hit": pairs(q="qqqqq"),
        "search: in all, filtered": pairs(q="the", skill="fermi", verdict="rejected", kind="kind5"),
        "search: rare, filtered": pairs(q=RARE, verdict="accepted"),
        "search: in all, longest": pairs(q="the", sort="long"),
        "story": f"/api/story?id={quote(pair)}",
        "siblings": f"/api/siblings?id={quote(pair)}",
        "chat": f"/api/chat?id={quote(chat)}",
    }


@dataclass
class Took:
    """What one question took over the small and over the large journal: medians in ms, and rows found."""

    small: float
    large: float
    rows: tuple[int, int]

    @property
    def ratio(self) -> float:
        return self.large / self.small

    @property
    def is_kept(self) -> bool:
        return self.large <= LIMIT_MS and self.ratio <= RATIO


def measure(few: Path, many: Path, times: int) -> tuple[dict[str, Took], float, float]:
    """Ask both journals everything, in turn, so that a busy moment of the machine meets both.

    Returns what it took by question, and the peak memory of both viewers in MiB.
    """
    found = {}
    with viewing(few) as small, viewing(many) as large:
        viewers = (small, large)
        asked = [questions(viewer) for viewer in viewers]
        for name in asked[0]:
            took: tuple[list[float], list[float]] = ([], [])
            for _ in range(times):
                for viewer, paths, list_ in zip(viewers, asked, took, strict=True):
                    began = time.perf_counter()
                    viewer.ask(paths[name])
                    list_.append(time.perf_counter() - began)
            rows = [len(viewer.ask(paths[name]).get("rows", ())) for viewer, paths in zip(viewers, asked, strict=True)]
            found[name] = Took(*(statistics.median(one) * 1e3 for one in took), rows=(rows[0], rows[1]))
        return found, small.peak, large.peak


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="where the journals are kept")
    parser.add_argument("--few", type=int, default=1_000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=15)
    parser.add_argument("--memory", type=float, default=1.5, help="bound of the ratio of peak memories")
    parser.add_argument("--keep-index", action="store_true", help="don't build the indexes anew")
    flags = parser.parse_args()
    few, many = (make(flags.folder / str(count), count) for count in (flags.few, flags.many))
    print("large:", ", ".join(f"{count} {table}" for table, count in sizes(many)))
    if not flags.keep_index:
        built = [build(folder) for folder in (few, many)]
        for name in built[0]:
            print(f"{name:28}{built[0][name]:10.1f}{built[1][name]:10.1f}")
    found, low, high = measure(few, many, flags.times)
    print(f"{'median ms':28}{flags.few:10}{flags.many:10}{'ratio':>8}{'rows':>12}")
    for name, took in found.items():
        rows = f"{took.rows[0]} and {took.rows[1]}" if any(took.rows) else ""
        kept = "" if took.is_kept else "  over the bound"
        print(f"{name:28}{took.small:10.1f}{took.large:10.1f}{took.ratio:8.2f}{rows:>12}{kept}")
    print(f"{'peak memory, MiB':28}{low:10.0f}{high:10.0f}{high / low:8.2f}")
    print(f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    print(json.dumps({"slowest ms": round(max(took.large for took in found.values())), "bound": LIMIT_MS}))
    print(json.dumps({"worst ratio": round(max(took.ratio for took in found.values()), 2), "bound": RATIO}))
    print(json.dumps({"memory ratio": round(high / low, 2), "bound": flags.memory}))
    sys.exit(0 if all(took.is_kept for took in found.values()) and high / low <= flags.memory else 1)


if __name__ == "__main__":
    main()
