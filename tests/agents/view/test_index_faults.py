"""What may happen to a viewer's index: lost, damaged, replaced, killed, without room; the run never notices."""

from __future__ import annotations

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from agents.view import index as index_module
from agents.view import lists
from agents.view.finding import asked
from agents.view.index import Index
from agents.view.index_readers import NotYet
from agents.view.run import open_run
from tests.agents.view.indexes import all_of, following, told
from tests.agents.view.journals import CHATS, IDS, INSTANT, WORDS, act, drop, make, row, verdict, writing
from tests.benchmarks import big_journal

LONG = 60.0
"""Seconds within which a thread does what it must."""


@contextmanager
def looking(folder: Path) -> Iterator[Index]:
    made = Index(folder)
    made.start()
    try:
        yield made
    finally:
        made.close()


def wait_for(what: Any) -> None:
    until = time.monotonic() + LONG
    while not what():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.01)


def count(index: Index) -> int:
    try:
        with index.reading() as db:
            return int(lists.pairs(db, asked({}))["count"])
    except (NotYet, sqlite3.OperationalError):
        return -1


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A run with three pairs."""
    made = make(tmp_path / "run")
    for number, id in enumerate(IDS[:3]):
        verdict(made, row(id, number > 0, WORDS[number]))
    return made


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "LOOK", 0.05)


def test_what_comes_while_somebody_looks_on_is_listed(folder: Path) -> None:
    changed = threading.Event()
    index = Index(folder, changed.set)
    index.start()
    try:
        wait_for(lambda: index.is_built and count(index) == 3)
        changed.clear()
        verdict(folder, row(IDS[4], True, "harbour"))
        assert changed.wait(LONG)
        wait_for(lambda: count(index) == 4)
        act(folder, IDS[4], "reject", "it is wrong")
        index.poke()
        with_reason = asked({"hand": ["1"], "verdict": ["rejected"], "q": ["wrong"]})

        def is_listed() -> bool:
            with index.reading() as db:
                return [entry["id"] for entry in lists.pairs(db, with_reason)["rows"]] == [IDS[4]]

        wait_for(is_listed)
    finally:
        index.close()


def _cut(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(20_000)


def _garble(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100:60_000] = b"\xa5" * len(content[100:60_000])
    path.write_bytes(content)


def _age(path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript("DROP TABLE pairs; PRAGMA user_version=0;")


@pytest.mark.parametrize("spoil", [Path.unlink, _cut, _garble, _age, lambda path: path.write_text("not a database")])
def test_a_lost_damaged_or_older_index_is_made_anew(folder: Path, spoil: Any) -> None:
    with looking(folder) as index:
        wait_for(lambda: count(index) == 3)
    spoil(folder / "view.db")
    with looking(folder) as index:
        wait_for(lambda: index.is_built and count(index) == 3)
        assert index.path == folder / "view.db"
        assert not index.note


def test_an_index_that_is_deleted_while_somebody_looks_on_is_made_anew(folder: Path) -> None:
    with looking(folder) as index:
        wait_for(lambda: count(index) == 3)
        for path in folder.glob("view.db*"):
            path.unlink()
        wait_for(lambda: (folder / "view.db").exists() and index.is_built and count(index) == 3)


@pytest.mark.parametrize("events", [True, False])
def test_another_journal_in_the_place_of_the_first_is_indexed(folder: Path, tmp_path: Path, events: bool) -> None:
    other = make(tmp_path / "other", events=events)
    verdict(other, row(IDS[5], True, "bridge"))
    with looking(folder) as index:
        wait_for(lambda: count(index) == 3)
        for end in ("-wal", "-shm"):
            (folder / f"run.db{end}").unlink(missing_ok=True)
        (other / "run.db").rename(folder / "run.db")
        wait_for(lambda: index.is_built and count(index) == 1)
    with looking(folder) as index:
        wait_for(lambda: index.is_built and count(index) == 1)


def test_a_journal_without_events_is_indexed_and_followed_once_it_has_them(tmp_path: Path) -> None:
    from agents.journal_tables import FOLLOWED

    folder = make(tmp_path / "old", events=False)
    for id in IDS[:4]:
        verdict(folder, row(id, True, "bridge"))
    drop(folder, CHATS[0], "Refused: it is no use")
    with looking(folder) as index:
        wait_for(lambda: index.is_built and count(index) == 5)
        with writing(folder) as db:
            db.executescript(f"BEGIN; {FOLLOWED} COMMIT;")
        verdict(folder, row(IDS[5], True, "bridge"))
        wait_for(lambda: index.is_built and count(index) == 6)


def test_viewers_of_two_versions_do_not_quarrel_without_end(folder: Path) -> None:
    """Another program puts its own file in the place of ours, again and again."""
    ending = threading.Event()

    def insist() -> None:
        while not ending.is_set():
            for path in folder.glob("view.db*"):
                path.unlink(missing_ok=True)
            time.sleep(0.01)

    other = threading.Thread(target=insist)
    with looking(folder) as index:
        other.start()
        try:
            wait_for(lambda: index.path.parent != folder and index.is_built and count(index) == 3)
        finally:
            ending.set()
            other.join()


def test_two_viewers_share_one_index(folder: Path) -> None:
    with looking(folder) as one, looking(folder) as other:
        for number, id in enumerate(IDS[3:]):
            verdict(folder, row(id, True, "harbour"))
            wait_for(lambda expected=4 + number: count(one) == count(other) == expected)  # type: ignore[misc]
        assert one.path == other.path == folder / "view.db"


def test_where_the_run_folder_takes_no_index_it_stands_in_a_temporary_one(folder: Path) -> None:
    (folder / "view.db").mkdir()
    with looking(folder) as index:
        wait_for(lambda: index.is_built and count(index) == 3)
        place = index.path
        assert place.parent != folder
    assert not place.parent.exists(), "what was temporary is gone"


_AS_NOBODY = """
import os, sys, time
from pathlib import Path
from agents.view import lists
from agents.view.finding import asked
from agents.view.index import Index
from agents.view.index_readers import NotYet
from agents.view.run import open_run
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
index = Index(Path(sys.argv[1]))
index.start()
until = time.monotonic() + 60
while not index.is_built and time.monotonic() < until:
    time.sleep(0.02)
with index.reading() as db:
    print(lists.pairs(db, asked({"q": ["bridge"]}))["count"], index.path.parent == Path(sys.argv[1]), index.note)
index.close()
"""


def _child(code: str, *words: object) -> list[str]:
    return [sys.executable, "-c", code, *map(str, words)]


def test_a_run_that_nobody_may_write_is_listed_all_the_same() -> None:
    # Not in the tests' own place: that is closed to others.
    with tempfile.TemporaryDirectory() as place:
        folder = make(Path(place) / "run")
        verdict(folder, row(IDS[0], True, "bridge"))
        for path in (Path(place), folder):
            path.chmod(0o555)
        try:
            child = subprocess.run(_child(_AS_NOBODY, folder), capture_output=True, text=True, timeout=120, check=False)
        finally:
            for path in (Path(place), folder):
                path.chmod(0o755)
        assert child.stdout.split() == ["1", "False"], child.stderr
        assert not (folder / "view.db").exists()


def test_without_room_for_words_lists_go_on_and_say_so(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full: SQLite is allowed as many pages as the tables take empty, and some more without words."""
    for number in range(40):
        text = " ".join(f"word{number}x{n}" for n in range(3000))
        verdict(folder, row(f"{IDS[0]}{number}", True, text))
    whole = index_module.connect

    def full(path: Path, *, make: bool = False) -> sqlite3.Connection:
        db = whole(path, make=make)
        db.execute("PRAGMA max_page_count=64")
        return db

    monkeypatch.setattr(index_module, "connect", full)
    with looking(folder) as index:
        wait_for(lambda: index.is_built and count(index) == 43)
        assert not index.full_text
        assert index.note == index_module.NO_WORDS
        with index.reading() as db:
            assert lists.facets(db)["verdict"] == [["accepted", 42], ["rejected", 1]]


def test_the_run_keeps_what_room_there_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with looking(folder) as index:
        wait_for(lambda: index.is_built)
    assert (folder / "view.db").exists()
    monkeypatch.setattr(index_module, "RESERVE", 2**62)
    with looking(folder) as index:
        wait_for(lambda: index.is_built and count(index) == 3)
        assert index.path.parent != folder
        assert index.full_text
        assert not list(folder.glob("view.db*"))


_BUILD = """
import sys
from pathlib import Path
from agents.view import indexing
from agents.view.index_tables import connect
from agents.view.run import open_run
indexing.IDS = 20
folder = Path(sys.argv[1])
with open_run(folder) as run:
    follower = indexing.Follower(run, connect(folder / "view.db", make=True))
    while follower.step():
        print(follower.done, flush=True)
"""


def test_a_kill_while_the_index_is_built_costs_nothing(tmp_path: Path) -> None:
    folder = big_journal.make(tmp_path, 400)
    for kept in (3, 7):
        child = subprocess.Popen(_child(_BUILD, folder), stdout=subprocess.PIPE, text=True)
        assert child.stdout
        for _ in range(kept):
            assert child.stdout.readline()
        child.kill()
        assert child.wait(LONG) == -signal.SIGKILL
        child.stdout.close()
    with following(folder, folder / "view.db") as (follower, view):
        begun = view.execute("SELECT value FROM state WHERE key='last'").fetchone()
        assert begun, "it goes on where it was"
        all_of(follower)
        went_on = told(view)
    with following(folder, folder / "anew.db") as (follower, view):
        all_of(follower)
        assert told(view) == went_on
    assert len(went_on["entries"]) == 400 + 20


def test_the_writer_is_never_kept_waiting(folder: Path) -> None:
    """Its transactions go on, and it can move its log into the journal, while the index follows and is read."""
    ending = threading.Event()

    with looking(folder) as index, closing(sqlite3.connect(folder / "run.db", timeout=INSTANT)) as db:
        db.isolation_level = None

        def read() -> None:
            while not ending.is_set():
                count(index)

        def write(number: int) -> None:
            made = row(f"{IDS[number % 6]}{number}", True, "bridge")
            db.execute("BEGIN IMMEDIATE")  # raises where anybody holds the file
            db.execute("INSERT INTO verdicts VALUES (?,1,'{}',?,'')", (made["id"], json.dumps(made)))
            db.execute("COMMIT")

        with open_run(folder) as run, run.reading() as looked_into:  # somebody who never looks up
            looked_into.execute("SELECT * FROM verdicts").fetchone()
            for number in range(100):
                write(number)
        readers = [threading.Thread(target=read) for _ in range(2)]
        for reader in readers:
            reader.start()
        moved = 0
        try:
            for number in range(100, 300):
                write(number)
                busy, log, checkpointed = db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
                moved += not busy and log == checkpointed
        finally:
            ending.set()
            for reader in readers:
                reader.join()
        assert moved > 0
        wait_for(lambda: count(index) == 303)


_CUT_OFF = """
import os, signal, sqlite3, sys
from pathlib import Path
from tests.agents.view.journals import row, verdict
folder = Path(sys.argv[1])
db = sqlite3.connect(folder / "run.db", isolation_level=None)
db.execute("PRAGMA wal_autocheckpoint=0")
db.execute("SELECT 1 FROM meta").fetchall()
verdict(folder, row("fermi/a.md:1-9/plain/size-9", True, "harbour"))
db.execute("BEGIN IMMEDIATE")
db.execute("DELETE FROM verdicts")
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_journal_cut_by_a_kill_is_listed_as_far_as_it_was_committed(folder: Path) -> None:
    root = Path(__file__).parents[3]
    child = subprocess.run(
        _child(_CUT_OFF, folder), env={**os.environ, "PYTHONPATH": str(root)}, check=False, timeout=60
    )
    assert child.returncode == -signal.SIGKILL
    assert (folder / "run.db-wal").stat().st_size
    with looking(folder) as index:
        wait_for(lambda: index.is_built and count(index) == 4)


def test_a_damaged_journal_is_named(folder: Path) -> None:
    with looking(folder) as index:
        wait_for(lambda: count(index) == 3)
    (folder / "run.db-wal").unlink(missing_ok=True)
    with (folder / "run.db").open("r+b") as file:
        file.seek(4096 * 2)
        file.write(os.urandom(4096 * 40))
    with looking(folder) as index:
        wait_for(lambda: index.note)
        assert re.search(r"run\.db can't be read", index.note)
