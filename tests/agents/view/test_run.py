"""Opening a run: whole, going on, cut by `kill -9`, on a file system nobody may write, damaged, or no run at all."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from agents.errors import UsageError
from agents.view.run import Missing, Run, open_run
from tests.agents.view.runs import KEPT

WRITER = """
import asyncio, os, signal, sys, pathlib
from agents.journal import Journal
async def main():
    journal = Journal(pathlib.Path(sys.argv[1]))
    for number in range(200):
        await journal.commit(("INSERT INTO meta VALUES (?, ?)", (f"k{number}", '"' + "x" * 2000 + '"')))
    if sys.argv[2] == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    print("written", flush=True)
    await asyncio.sleep(60)
asyncio.run(main())
"""
"""Writes a journal and is killed, or goes on holding it."""
LOOKS = """
import os, sys, pathlib
from agents.view.run import open_run
if os.getuid() == 0:  # nothing is forbidden to root
    os.setgid(65534)
    os.setuid(65534)
with open_run(pathlib.Path(sys.argv[1])) as run:
    print(run.rows("SELECT count(*) FROM meta")[0][0])
"""
ROOT = Path(__file__).parents[3]


@pytest.fixture
def writing(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Start a writer in a folder."""
    started: list[subprocess.Popen[str]] = []

    def start(how: str) -> Path:
        command = [sys.executable, "-c", WRITER, str(tmp_path / "run"), how]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        started.append(process)
        assert process.stdout is not None
        said = process.stdout.readline()
        assert said == "written\n" if how == "going" else process.wait(60) == -signal.SIGKILL
        return tmp_path / "run"

    yield start
    for process in started:
        process.kill()
        process.communicate()


def count(run: Run) -> int:
    return int(run.rows("SELECT count(*) FROM meta")[0][0])


def test_a_journal_being_written_is_read_and_its_log_can_still_be_moved(writing: Callable[[str], Path]) -> None:
    folder = writing("going")
    with open_run(folder) as run:
        assert count(run) == 200
        writer = sqlite3.connect(folder / "run.db")
        busy, frames, moved = writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        writer.close()
        assert (busy, frames) == (0, moved), "no transaction of ours was left open"
        with run.reading() as db:
            assert db.execute("SELECT count(*) FROM meta").fetchone() == (200,)
            with pytest.raises(sqlite3.OperationalError):
                db.execute("DELETE FROM meta")


def test_a_journal_cut_by_a_kill_is_read_with_what_was_in_its_log(writing: Callable[[str], Path]) -> None:
    folder = writing("killed")
    assert (folder / "run.db-wal").stat().st_size > 0
    with open_run(folder) as run:
        assert count(run) == 200
    assert (folder / "run.db-wal").stat().st_size > 0, "whoever looks changes nothing"


@pytest.mark.parametrize("left", [("run.db",), ("run.db", "run.db-wal"), ("run.db", "run.db-wal", "run.db-shm")])
def test_a_folder_nobody_may_write_is_read(left: tuple[str, ...], writing: Callable[[str], Path]) -> None:
    folder = writing("killed")
    kept = Path(tempfile.mkdtemp())  # pytest's own folders are shut for others
    try:
        for name in left:
            shutil.copyfile(folder / name, kept / name)
            (kept / name).chmod(0o444)
        kept.chmod(0o555)
        command = [sys.executable, "-c", LOOKS, str(kept)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
        there = {path.name for path in kept.iterdir()}
    finally:
        kept.chmod(0o755)
        shutil.rmtree(kept)
    assert done.returncode == 0, done.stderr
    # What stands in the log is lost only where the log is.
    assert int(done.stdout) == 200 if "run.db-wal" in left else int(done.stdout) < 200
    assert there == set(left)


def read_all(folder: Path) -> None:
    with open_run(folder) as run:
        for table in sorted(run.tables):
            run.rows(f"SELECT * FROM {table}")


def test_what_is_no_run_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "garbage").mkdir()
    (tmp_path / "garbage/run.db").write_bytes(b"no journal at all " * 500)
    (tmp_path / "other").mkdir()
    other = sqlite3.connect(tmp_path / "other/run.db")
    other.executescript("CREATE TABLE meta (key, value); PRAGMA user_version=3;")
    other.close()
    (tmp_path / "elsewhen").mkdir()
    elsewhen = sqlite3.connect(tmp_path / "elsewhen/run.db")
    elsewhen.executescript("CREATE TABLE meta (key, value); PRAGMA user_version=99;")
    elsewhen.close()
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty/run.db").touch()
    for name, words in {
        "nothing": "no run in",
        "garbage": "can't be read",
        "other": "no table",
        "elsewhen": "another version",
        "empty": "still empty",
    }.items():
        with pytest.raises(UsageError, match=words) as refused:
            open_run(tmp_path / name)
        assert "\n" not in str(refused.value)


def test_a_journal_with_spoilt_pages_is_told_in_one_line(tmp_path: Path) -> None:
    shutil.copytree(KEPT[0], tmp_path / "run")
    with (tmp_path / "run/run.db").open("r+b") as file:
        file.seek(8192)
        file.write(b"\xff" * 200_000)
    with pytest.raises(UsageError, match="can't be read") as refused:
        read_all(tmp_path / "run")
    assert "\n" not in str(refused.value)


def test_branches_are_found_by_number_and_by_the_ids_they_made(tmp_path: Path) -> None:
    shutil.copytree(KEPT[0], tmp_path / "run")
    for number in ("1", "2"):
        shutil.copytree(KEPT[0], tmp_path / "run/branches" / number)
    (tmp_path / "run/branches/3").mkdir()  # its journal isn't there yet
    with open_run(tmp_path / "run") as run:
        assert run.numbers() == [1, 2]
        assert run.branch(2).trunk is run
        assert run.of("skill/a/b!2/c") is run.branch(2)
        assert run.of("skill/a/b") is run
        with pytest.raises(Missing, match="no branch 3"):
            run.branch(3)
    with open_run(tmp_path / "run/branches/1") as branch:
        assert branch.trunk is not None
        assert branch.of("skill/a/b") is branch.trunk
