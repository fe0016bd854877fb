"""Many processes give what one gives, in the same order; a fault in one is told; none outlives its parent."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from training.errors import UsageError
from training.workers import AHEAD, BATCH, Outcome, outcomes

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Line:
    """A row that may hold a fault."""

    place: str
    text: str = ""


def characters(row: Line) -> list[Outcome]:
    """Encode as characters' numbers; as many chats as words."""
    if row.text == "wrong":
        raise UsageError(f"{row.place}: wrong")
    if row.text == "bug":
        raise ZeroDivisionError("a fault of ours")
    if row.text == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if row.text.startswith("tell "):
        Path(row.text.removeprefix("tell ")).joinpath(str(os.getpid())).touch()
    return [
        Outcome(f"{row.place} {number}", "skill", "train", 1.0, np.frombuffer(word.encode(), np.uint8).astype(np.int32),
                np.array([[0, len(word)]], np.int32), np.ones(1, np.float32), dropped="" if len(word) > 1 else "short")
        for number, word in enumerate(row.text.split())
    ]  # fmt: skip


def shown(results: Iterator[Outcome]) -> list[tuple[object, ...]]:
    return [(one.id, one.ids.tolist(), one.spans.tolist(), one.weights.tolist(), one.dropped) for one in results]


def test_two_processes_give_what_one_gives_in_order() -> None:
    rng = np.random.default_rng(0)
    words = ["a", "bc", "def", "ghij"]
    rows = [Line(f"file:{n}", " ".join(rng.choice(words, rng.integers(0, 5)))) for n in range(3 * BATCH * AHEAD + 7)]
    assert shown(outcomes(rows, characters, few=1, processes=2)) == shown(outcomes(rows, characters))
    assert len(shown(outcomes(rows, characters))) > 500


def test_work_is_done_elsewhere_and_rows_are_not_all_read_at_once(tmp_path: Path) -> None:
    read = []

    def rows() -> Iterator[Line]:
        for number in range(1000):
            read.append(number)
            yield Line(str(number), f"tell {tmp_path}")

    results = outcomes(rows(), characters, few=1, processes=2)
    next(results)
    assert len(read) <= 2 * AHEAD * BATCH + 2
    results.close()
    workers = {path.name for path in tmp_path.iterdir()}
    assert workers
    assert str(os.getpid()) not in workers


def test_few_rows_start_no_process(tmp_path: Path) -> None:
    list(outcomes([Line("1", f"tell {tmp_path}")], characters, processes=2))
    assert [path.name for path in tmp_path.iterdir()] == [str(os.getpid())]


@pytest.mark.parametrize("processes", [1, 2])
def test_a_row_that_is_wrong_ends_it_all_with_its_place(processes: int) -> None:
    rows = [Line(str(n), "ab") for n in range(50)] + [Line("file:51", "wrong")] + [Line("x", "ab")] * 500
    with pytest.raises(UsageError, match=r"^file:51: wrong$"):
        list(outcomes(rows, characters, few=1, processes=processes))
    rows[50] = Line("file:51", "bug")
    with pytest.raises(ZeroDivisionError) as caught:
        list(outcomes(rows, characters, few=1, processes=processes))
    assert caught.value.__notes__ == ["in file:51"]


def test_a_killed_worker_is_told() -> None:
    rows = [Line("1", "ab")] * 100 + [Line("2", "killed")]
    with pytest.raises(UsageError, match="was killed, most likely for want of memory"):
        list(outcomes(rows, characters, few=1, processes=2))


PARENT = """
import sys
from tests.training.test_workers import Line, characters
from training.workers import outcomes
def rows():
    for number in range(10**9):
        yield Line(str(number), f"tell {sys.argv[1]}")
if __name__ == "__main__":
    for number, _ in enumerate(outcomes(rows(), characters, few=1, processes=2)):
        pass
"""


def alive(pid: int) -> bool:
    """A zombie whose parent has not asked for its end is dead."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGINT])
def test_workers_end_with_their_parent(tmp_path: Path, end: signal.Signals) -> None:
    script, seen = tmp_path / "parent.py", tmp_path / "seen"
    script.write_text(PARENT)
    seen.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(script), str(seen)]
    parent = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        while parent.poll() is None and len(list(seen.iterdir())) < 2:
            time.sleep(0.05)
        parent.send_signal(end)
        parent.wait(30)
    finally:
        parent.kill()
    workers = [int(path.name) for path in seen.iterdir()]
    assert len(workers) == 2
    until = time.monotonic() + 30
    while any(map(alive, workers)) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(map(alive, workers))
