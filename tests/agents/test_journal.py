"""The journal: what is committed is in the file, in order, whatever happens next."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.chat_log import ChatLog, Reply
from agents.errors import UsageError
from agents.journal import Journal, JournalError, open_reader

META = "INSERT OR REPLACE INTO meta VALUES (?,?)"


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[Journal]:
    made = Journal(tmp_path / "run")
    yield made
    await made.close()


def in_file(journal: Journal) -> list[tuple[str, str]]:
    """What another process would see."""
    db = sqlite3.connect(journal.path)
    try:
        return db.execute("SELECT key, value FROM meta ORDER BY rowid").fetchall()
    finally:
        db.close()


async def test_what_is_committed_is_in_the_file_and_all_that_was_posted_before(journal: Journal) -> None:
    journal.post((META, ("a", "1")))
    journal.post((META, ("b", "2")), (META, ("c", "3")))
    await journal.commit((META, ("d", "4")))
    assert in_file(journal) == [("a", "1"), ("b", "2"), ("c", "3"), ("d", "4")]


async def test_later_rows_win_whatever_batch_they_are_in(journal: Journal) -> None:
    for number in range(50):
        journal.post((META, ("key", str(number))), ("UPDATE meta SET value=value||'!' WHERE key=?", ("key",)))
        if number % 7 == 0:
            await asyncio.sleep(0)
    await journal.commit()
    assert in_file(journal) == [("key", "49!")]


async def test_many_commit_at_once_and_each_is_told(journal: Journal) -> None:
    async def one(number: int) -> None:
        await journal.commit((META, (f"{number:03}", "x")))
        assert journal.rows("SELECT count(*) FROM meta WHERE key=?", (f"{number:03}",)) == [(1,)]

    await asyncio.gather(*(one(number) for number in range(200)))
    assert len(in_file(journal)) == 200


async def test_a_cancelled_commit_harms_nobody_else(journal: Journal) -> None:
    first = asyncio.ensure_future(journal.commit((META, ("a", "1"))))
    second = asyncio.ensure_future(journal.commit((META, ("b", "2"))))
    await asyncio.sleep(0)
    first.cancel()
    await second
    assert [key for key, _ in in_file(journal)] == ["a", "b"]


async def test_closing_writes_what_waits(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run")
    journal.post((META, ("a", "1")))
    await journal.close()
    await journal.close()
    assert in_file(journal) == [("a", "1")]


async def test_a_statement_that_fails_ends_the_journal_and_says_where(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run")
    await journal.commit((META, ("a", "1")))
    with pytest.raises(JournalError, match=r"run\.db can't be written: .*no such table"):
        await journal.commit((META, ("b", "2")), ("INSERT INTO nowhere VALUES (1)", ()))
    with pytest.raises(JournalError):
        journal.post((META, ("c", "3")))
    with pytest.raises(JournalError):
        await journal.close()
    again = Journal(tmp_path / "run")
    assert in_file(again) == [("a", "1")], "the transaction that failed left nothing"
    await again.close()


async def test_a_folder_in_use_is_refused_and_free_again_when_its_owner_dies(tmp_path: Path) -> None:
    hold = "import asyncio, sys, pathlib\nfrom agents.journal import Journal\n"
    hold += (
        "async def main():\n Journal(pathlib.Path(sys.argv[1])); print('held', flush=True); await asyncio.sleep(60)\n"
    )
    hold += "asyncio.run(main())"
    command = [sys.executable, "-c", hold, str(tmp_path / "run")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as owner:
        assert owner.stdout
        assert owner.stdout.readline() == b"held\n"
        with pytest.raises(UsageError, match="in use by another process"):
            Journal(tmp_path / "run")
        owner.kill()
    await Journal(tmp_path / "run").close()


@pytest.mark.parametrize("version", [2, 99])
async def test_a_journal_of_another_version_is_refused(version: int, tmp_path: Path) -> None:
    await Journal(tmp_path / "run").close()
    db = sqlite3.connect(tmp_path / "run/run.db")
    db.execute(f"PRAGMA user_version={version}")
    db.close()
    for opened in (Journal, open_reader):
        with pytest.raises(UsageError, match=rf"another version \(journal {version},"):
            opened(tmp_path / "run")


@pytest.mark.parametrize("left", [10, 4096, 20_000])
async def test_a_journal_cut_off_is_refused(left: int, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run")
    await journal.commit(*((META, (str(n), "x" * 500)) for n in range(200)))
    await journal.close()
    os.truncate(tmp_path / "run/run.db", left)
    with pytest.raises(UsageError, match=r"can't be used as a journal: .*choose another --run folder"):
        Journal(tmp_path / "run")


async def test_what_is_no_journal_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "run.db").write_text("my diary\n" * 1000)
    with pytest.raises(UsageError, match="can't be used as a journal"):
        Journal(tmp_path)
    assert (tmp_path / "run.db").read_text() == "my diary\n" * 1000


async def test_pages_overwritten_behind_our_back_are_noticed_when_read(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "run")
    await journal.commit(*((META, (str(n), "x" * 500)) for n in range(200)))
    await journal.close()
    whole = (tmp_path / "run/run.db").read_bytes()
    (tmp_path / "run/run.db").write_bytes(whole[:8192] + b"\xff" * (len(whole) - 8192))
    with pytest.raises((UsageError, JournalError), match=r"run\.db can't be"):
        await read_meta(tmp_path / "run")


async def read_meta(folder: Path) -> None:
    journal = Journal(folder)
    try:
        journal.meta()
    finally:
        await journal.close()


async def test_a_reader_looks_on_while_the_run_goes_on(journal: Journal) -> None:
    await journal.commit((META, ("a", "1")))
    db = open_reader(journal.folder)
    assert db.execute("SELECT value FROM meta").fetchall() == [("1",)]
    await journal.commit((META, ("b", "2")))
    assert len(db.execute("SELECT value FROM meta").fetchall()) == 2
    with pytest.raises(sqlite3.OperationalError):
        db.execute("DELETE FROM meta")
    db.close()


async def test_a_chat_asks_what_it_asked_before_only_once(tmp_path: Path) -> None:
    sent: list[str] = []

    async def ask(log: ChatLog, request: str) -> tuple[Reply, bool]:
        async def send() -> Reply:
            sent.append(request)
            return {"content": f"{request} {len(sent)}"}

        return await log.call("role", "model", request, "system", send)

    first = Journal(tmp_path / "run")
    log = ChatLog("chat", first)
    assert await ask(log, "a") == ({"content": "a 1"}, False)
    assert await ask(log, "a") == ({"content": "a 2"}, False), "the same request again is another question"
    await first.close()

    second = Journal(tmp_path / "run")
    log, other = ChatLog("chat", second), ChatLog("other chat", second)
    assert await ask(log, "a") == ({"content": "a 1"}, True)
    assert await ask(log, "a") == ({"content": "a 2"}, True)
    assert await ask(log, "a") == ({"content": "a 3"}, False), "a third one was never asked"
    assert await ask(other, "a") == ({"content": "a 4"}, False), "nor was this, in another chat"
    await second.close()


async def test_a_chat_that_ends_shorter_drops_what_its_earlier_life_said_beyond(tmp_path: Path) -> None:
    first = Journal(tmp_path / "run")
    log = ChatLog("chat", first)
    for word in "abc":
        log.say("role", "text", word)
    await first.close()
    second = Journal(tmp_path / "run")
    log = ChatLog("chat", second)
    log.say("role", "text", "A")
    await second.commit()
    assert [text for (text,) in second.rows("SELECT text FROM messages")] == ["A", "b", "c"], (
        "nothing is lost meanwhile"
    )
    log.end()
    await second.commit()
    assert [text for (text,) in second.rows("SELECT text FROM messages")] == ["A"]
    await second.close()


# -- what readers follow


CALL = "INSERT OR REPLACE INTO calls VALUES (?,?,0,1,?,?,'p','{}',?,?,0.5)"
VERDICT = "INSERT OR REPLACE INTO verdicts VALUES (?,1,'{}','{}','plan')"


def events(journal: Journal) -> list[tuple[str, str]]:
    return [(what, id) for what, id in journal.rows("SELECT what, id FROM events ORDER BY n")]


async def test_whatever_is_written_or_deleted_can_be_followed(journal: Journal) -> None:
    chat = "INSERT INTO chats VALUES ('c','','',1,'','','','open','')"
    journal.post((VERDICT, ("a",)), (VERDICT, ("a",)), ("DELETE FROM verdicts WHERE id=?", ("a",)))
    journal.post((chat, ()), ("UPDATE chats SET cast='x'", ()), ("UPDATE chats SET state='done'", ()))
    journal.post(("INSERT INTO drops VALUES ('d','',1,'','','[]','')", ()), ("DELETE FROM drops", ()))
    await journal.commit(("DELETE FROM chats", ()))
    told = ["verdict a", "verdict a", "unverdict a", "chat c", "end c", "drop d", "undrop d", "unchat c"]
    assert [" ".join(event) for event in events(journal)] == told
    assert all(abs(at - time.time()) < 600 for (at,) in journal.rows("SELECT at FROM events"))


async def test_the_number_of_an_event_is_never_used_again(journal: Journal) -> None:
    await journal.commit((VERDICT, ("a",)))
    (first,) = journal.rows("SELECT max(n) FROM events")[0]
    await journal.commit(("DELETE FROM events", ()), (VERDICT, ("b",)))
    assert journal.rows("SELECT max(n) FROM events")[0][0] > first


async def test_what_was_spent_is_added_up_by_skill_role_and_model(journal: Journal) -> None:
    for number in range(3):
        journal.post((CALL, (f"rag/a{number}/x", "h", "writer", "big", 10, 2)))
    await journal.commit((CALL, ("rag/a", "h", "judge", "big", 5, 1)), (CALL, ("fermi/a", "h", "judge", "big", 1, 1)))
    found = set(journal.rows("SELECT skill, role, model, calls, prompt_tokens, completion_tokens, seconds FROM usage"))
    assert found == {
        ("rag", "writer", "big", 3, 30, 6, 1.5),
        ("rag", "judge", "big", 1, 5, 1, 0.5),
        ("fermi", "judge", "big", 1, 1, 1, 0.5),
    }


async def test_an_older_journal_gets_what_is_followed_when_it_is_gone_on_with(tmp_path: Path) -> None:
    first = Journal(tmp_path / "run")
    await first.commit((VERDICT, ("a",)), (CALL, ("rag/a/x", "h", "writer", "big", 10, 2)))
    await first.close()
    with sqlite3.connect(first.path) as db:
        for name, what in db.execute("SELECT name, type FROM sqlite_master WHERE type='trigger'").fetchall():
            db.execute(f"DROP {what} {name}")
        for table in ("seeds", "words", "lived", "pulse", "events", "usage"):
            db.execute(f"DROP TABLE {table}")
    second = Journal(tmp_path / "run")
    await second.commit((VERDICT, ("b",)), (CALL, ("rag/b/x", "h", "writer", "big", 10, 2)))
    assert events(second) == [("verdict", "a"), ("verdict", "b")]
    assert second.rows("SELECT calls, prompt_tokens FROM usage") == [(2, 20)]
    await second.close()
