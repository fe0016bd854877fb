"""Real processes that are killed, interrupted, or run out of disk, and then gone on with."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.kill9 import AT_ONCE, ENVIRONMENT, accepted, alone, command, differences, doubles, killed
from tests.benchmarks.script import write_seeds
from tests.benchmarks.stub import Running, running

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def stub() -> Iterator[Running]:
    with running("tests.benchmarks.script:answer", latency=0.1) as made:
        yield made


def begun(stub: Running, seeds: Path, folder: Path, calls: int) -> subprocess.Popen[str]:
    """Start a run and return when the endpoint has been asked `calls` times."""
    stub.config()
    process = subprocess.Popen(
        command(stub, seeds, folder), env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    while process.poll() is None and stub.stats()["served"] < calls:
        time.sleep(0.02)
    return process


def table(folder: Path, sql: str) -> list[tuple[object, ...]]:
    db = sqlite3.connect(folder / "run.db")
    try:
        return db.execute(sql).fetchall()
    finally:
        db.close()


def test_a_run_killed_again_and_again_ends_as_if_it_had_not_been(stub: Running, tmp_path: Path) -> None:
    seeds = write_seeds(tmp_path / "seeds", 8)
    clean = alone(stub, seeds, tmp_path / "clean")
    lives = killed(stub, seeds, tmp_path / "killed", [clean // 8, clean // 2, clean * 3 // 4])
    assert len(lives.deaths) == 3
    assert any(death.talking for death in lives.deaths), "it was killed inside conversations too"
    assert (lives.ended, lives.lost, doubles(tmp_path / "killed")) == (0, 0, 0)
    assert lives.served - clean <= sum(death.lost for death in lives.deaths)
    assert all(0 <= death.lost <= AT_ONCE for death in lives.deaths), "only what was on its way is lost"
    assert not any(differences(tmp_path / "clean", tmp_path / "killed").values())
    assert accepted(tmp_path / "killed") == accepted(tmp_path / "clean") > 0
    assert alone(stub, seeds, tmp_path / "killed") == 0, "not even the self-test is sent again"


def test_interrupted_once_it_finishes_what_is_in_flight(stub: Running, tmp_path: Path) -> None:
    seeds = write_seeds(tmp_path / "seeds", 12)
    process = begun(stub, seeds, tmp_path / "run", 60)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 130, out + err
    assert "Finishing the calls in flight" in err
    assert f"--run {tmp_path / 'run'}" in out, "it says how to go on"
    assert "Traceback" not in out + err
    served = stub.stats()["served"]
    assert table(tmp_path / "run", "SELECT count(*) FROM calls") == [(served,)], "each answer was kept"
    assert (tmp_path / "run/pairs.jsonl").exists()
    rest = alone(stub, seeds, tmp_path / "run")
    assert served + rest == alone(stub, seeds, tmp_path / "clean")
    assert not any(differences(tmp_path / "clean", tmp_path / "run").values())


def test_interrupted_twice_it_stops_at_once(stub: Running, tmp_path: Path) -> None:
    seeds = write_seeds(tmp_path / "seeds", 12)
    process = begun(stub, seeds, tmp_path / "run", 60)
    stub.config(latency=30.0)  # whatever is asked from now on takes too long to wait for
    time.sleep(0.5)
    for _ in range(2):
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
    out, err = process.communicate(timeout=10)
    assert process.returncode == 130, out + err
    assert "Stopped at once" in err
    assert "Traceback" not in out + err
    stub.config(latency=0.1)
    alone(stub, seeds, tmp_path / "run")
    alone(stub, seeds, tmp_path / "clean")
    assert not any(differences(tmp_path / "clean", tmp_path / "run").values())


def test_a_folder_another_run_holds_is_refused(stub: Running, tmp_path: Path) -> None:
    seeds = write_seeds(tmp_path / "seeds", 12)
    process = begun(stub, seeds, tmp_path / "run", 10)
    second = subprocess.run(
        command(stub, seeds, tmp_path / "run"), env=ENVIRONMENT, capture_output=True, text=True, check=False, timeout=60
    )
    process.kill()
    process.communicate()
    assert second.returncode == 2
    assert "in use by another process" in second.stderr
    assert len(second.stderr.splitlines()) == 1


FULL = """
import resource, runpy, sys
# As on a disk with so much room left: no file may grow beyond it.
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.argv = ["teams.tool_use", *sys.argv[2:]]
runpy.run_module("teams.tool_use", run_name="__main__", alter_sys=True)
"""


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 8 MiB, where such a thing can be made."""
    place = tmp_path / "narrow"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], capture_output=True, check=False
    )
    yield place
    if made.returncode == 0:
        subprocess.run(["umount", "-l", str(place)], check=True)


def test_a_full_disk_is_one_line_and_the_run_can_go_on_elsewhere(stub: Running, narrow: Path, tmp_path: Path) -> None:
    seeds, run = write_seeds(tmp_path / "seeds", 24), narrow / "run"
    stub.config()
    asked = [sys.executable, "-c", FULL, str(6_000_000), *command(stub, seeds, run)[3:]]
    ended = subprocess.run(asked, env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 1, ended.stdout + ended.stderr
    last = ended.stderr.strip().splitlines()[-1]
    assert "run.db can't be written" in last
    assert "free some space" in last
    assert "Traceback" not in ended.stderr
    kept = table(run, "SELECT chat, hash, nth FROM calls")
    assert len(kept) > 30

    roomy = tmp_path / "roomy"
    subprocess.run(["cp", "-r", str(run), str(roomy)], check=True)
    alone(stub, seeds, roomy)
    assert set(kept) <= set(table(roomy, "SELECT chat, hash, nth FROM calls")), "what was written stayed"
    alone(stub, seeds, tmp_path / "clean")
    assert not any(differences(tmp_path / "clean", roomy).values())


INSIDE = """
import asyncio, os, signal, sys
from pathlib import Path
from agents.models.model import Model
from teams.engine import RunOptions
from teams.engine.running import run
from teams.tool_use import skill
from tests.teams.library import _assist, writer

def assist(request):
    results = [m for m in request.messages if m.type == "FunctionExecutionResultMessage"]
    if sys.argv[3] == "die" and len(results) == 2:
        os.kill(os.getpid(), signal.SIGKILL)  # two calls were carried out, the state they left is in the container
    return _assist(request)

model = Model("scripted", writer(assistant=assist))
options = RunOptions(seeds=(Path(sys.argv[1]),), run=Path(sys.argv[2]), at_once=1)
asyncio.run(run(skill, options, model_for=lambda _: model))
"""


@pytest.mark.docker
def test_killed_inside_a_conversation_its_system_is_brought_back_to_where_it_was(tmp_path: Path) -> None:
    from tests.teams.library import CODE

    (tmp_path / "code").mkdir()
    for number in range(3):
        (tmp_path / f"code/desk{number}.py").write_text(f"{CODE}\n# branch {number}\n")
    command = [sys.executable, "-c", INSIDE, str(tmp_path / "code"), str(tmp_path / "run")]
    died = subprocess.run([*command, "die"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)
    assert died.returncode == -signal.SIGKILL, died.stdout + died.stderr
    before = table(tmp_path / "run", "SELECT chat, name, answer FROM tools ORDER BY chat, turn")
    assert [name for _, name, _ in before] == ["find_member", "lend"]
    done = subprocess.run([*command, "live"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    chat = before[0][0]
    after = [
        row for row in table(tmp_path / "run", "SELECT chat, name, answer FROM tools ORDER BY turn") if row[0] == chat
    ]
    assert after[:2] == before, "what had been carried out was not carried out again"
    rows = [json.loads(line) for name in ("pairs", "rejected") for line in _lines(tmp_path / f"run/{name}.jsonl")]
    pairs = [row.get("pair", row) for row in rows if "pair" in row or "messages" in row]
    [pair] = [row for row in pairs if str(chat).startswith(row["id"] + "/")]
    assert pair["facts"]["executed"] == "sandbox"
    assert pair["facts"]["state_agrees"] is True, "the container that took over went through the calls before"


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
