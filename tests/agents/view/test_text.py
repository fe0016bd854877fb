"""The text view: what its commands say, one at a time and in the shell; on pipes, terminals, and hostile journals."""

from __future__ import annotations

import io
import json
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from agents.hand import Hand
from agents.view.browsing import Browser, Wanted
from agents.view.paper import Paper
from agents.view.run import open_run
from agents.view.seeking import PIECE, pattern, seek
from agents.view.text import main
from agents.view.text_commands import COMMANDS, do
from agents.view.text_session import Session
from tests.agents.view.runs import FILLER, KEPT

ROOT = Path(__file__).parents[3]
TEXT = [sys.executable, "-c", "import sys; from agents.view.text import main; sys.exit(main(sys.argv[1:]))"]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SOME = [
    KEPT[0].parents[1] / name for name in ("tool_use/strong", "rag/french", "coding/embedded", "web_agent/german-2")
]
NAMED = ("open", "verdict", "chats", "siblings", "trace")


class Terminal(io.StringIO):
    """Paper that takes itself for a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def session(library: Path) -> Iterator[Session]:
    with open_run(library) as run:
        yield Session(run, Paper(io.StringIO()))


def said(session: Session, *words: str) -> str:
    stream = session.paper.stream
    assert isinstance(stream, io.StringIO)
    stream.seek(0)
    stream.truncate()
    do(session, words)
    return stream.getvalue()


def everything(session: Session) -> str:
    """What all commands say of the first entries of a run."""
    parts = [said(session, "list"), said(session, "failures"), said(session, "blame"), said(session, "help")]
    said(session, "list")
    for id in session.listed[:6]:
        parts += [said(session, name, id) for name in NAMED]
        told = session.told([id])
        if told["seed"]["text"] is not None:
            parts.append(said(session, "seed", id))
        parts += [said(session, "chat", str(n), "--of", id) for n in range(1, len(told["chats"]) + 1)]
        if told["row"]:
            parts += [said(session, "raw", id), said(session, "trained", id)]
    return "".join(parts)


def steers(text: str) -> set[str]:
    letters = set(text) - {"\n", "\u200c", "\u200d"}
    return {letter for letter in letters if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")}


@pytest.mark.parametrize("folder", SOME, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_every_command_has_something_to_say_of_a_kept_run(folder: Path) -> None:
    with open_run(folder) as run:
        told = everything(Session(run, Paper(io.StringIO())))
        assert all(id in told for (id,) in run.rows("SELECT id FROM verdicts ORDER BY id LIMIT 5"))
        assert not steers(told)


def hostile(folder: Path, place: Path) -> Path:
    """Copy a run, with codes that steer terminals in every text of its journal, those written as JSON escapes too."""
    shutil.copytree(folder, place)
    evil = "\x1b]0;owned\x07\x1b[2J\x9b31m\u202eab\u2028c\x08\rd"
    hidden = json.dumps(f"{evil}\ud83d")[1:-1]
    with closing(sqlite3.connect(place / "run.db")) as db:
        for sql, value in (
            ("UPDATE messages SET text=? || text, source=source || ?1", evil),
            ('UPDATE messages SET extra=replace(extra, \'"name":"\', \'"name":"\' || ?)', hidden),
            ('UPDATE chats SET error=? || error, kind=?1 || kind, "cast"=replace("cast", \'["\', \'["\' || ?1)', evil),
            ('UPDATE records SET record=replace(record, \'"text": "\', \'"text": "\' || ?)', hidden),
            ("UPDATE records SET kind=kind || ?", evil),
            ('UPDATE verdicts SET row=replace(row, \'"content":"\', \'"content":"\' || ?)', hidden),
            ('UPDATE verdicts SET row=replace(row, \'"evidence":"\', \'"evidence":"\' || ?)', hidden),
            ('UPDATE verdicts SET verdict=replace(verdict, \'"check":"\', \'"check":"\' || ?)', hidden),
            ("UPDATE drops SET reasons=replace(reasons, '[\"', '[\"' || ?)", hidden),
            ('UPDATE calls SET reply=replace(reply, \'"content":"\', \'"content":"\' || ?)', hidden),
            ("UPDATE calls SET role=role || ?, model=model || ?1", evil),
            ("UPDATE prompts SET text=? || text", evil),
        ):
            db.execute(sql, (value,))
        db.commit()
    return place


def test_nothing_of_a_hostile_journal_steers_a_pipe_or_a_terminal(library: Path, tmp_path: Path) -> None:
    folder = hostile(library, tmp_path / "run")
    hand = Hand(folder)
    with open_run(folder) as run:
        (id,) = run.rows("SELECT id FROM verdicts LIMIT 1")[0]
        hand.act(id, "reject", {"reason": "no \x1b[31m"}, who="eve\x1b]0;\x07", base=0)
        plain = everything(Session(run, Paper(io.StringIO())))
        assert "owned" in plain
        assert not steers(plain)
        coloured = everything(Session(run, Paper(Terminal())))
        assert "\x1b" in coloured
        assert not steers(COLOUR.sub("", coloured)), "only our own colours are let through"
        found = [said(Session(run, Paper(io.StringIO())), "grep", words) for words in ("owned", "ab")]
        assert not steers("".join(found))


@pytest.mark.parametrize("command", ["blame", "trace"])
def test_json_is_plain_letters(command: str, library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with open_run(hostile(library, tmp_path / "run")) as run:
        (id,) = run.rows("SELECT id FROM verdicts LIMIT 1")[0]
        session = Session(run, Paper(io.StringIO()))
        told = said(session, command, *([id] if command == "trace" else []), "--json")
    assert json.loads(told)
    assert told.isascii()


def test_from_the_list_to_the_cause_and_back(session: Session) -> None:
    listed = said(session, "list", "--verdict", "rejected")
    assert session.listed
    assert all(line.split()[1] == "-" for line in listed.splitlines() if line[:3].strip().isdigit())
    first = said(session, "open", "1")
    (verdict,) = session.run.rows("SELECT verdict FROM verdicts WHERE id=?", (session.listed[0],))[0]
    failed = [check for check in json.loads(verdict)["checks"] if not check["passed"]]
    assert all(check["check"] in first and check["evidence"] in first for check in failed)
    second = said(session, "next")
    assert session.seen[-1] == session.listed[1]
    assert second != first
    assert said(session, "back") == first
    assert "requester" in said(session, "chats")
    chat = said(session, "chat", "2")
    assert "requester, not used" in chat
    assert FILLER in chat
    (told,) = session.run.rows("SELECT text FROM prompts WHERE text LIKE '%request%' LIMIT 1")[0]
    assert said(session, "prompt", "requester").count("\n") > 3
    assert told
    row = json.loads(said(session, "raw", "1"))
    assert (row["role"], row["reply"]["content"]) == ("requester", FILLER)


def test_lists_choose_and_go_on(session: Session) -> None:
    said(session, "list", "--limit", "1000")
    everything_ = list(session.listed)
    (number,) = session.run.rows("SELECT (SELECT count(*) FROM verdicts) + (SELECT count(*) FROM drops)")[0]
    assert len(everything_) == number
    said(session, "list", "--limit", "2")
    said(session, "more")
    assert session.listed == everything_[:22]
    said(session, "list", "--after", everything_[2], "--limit", "1")
    assert session.listed == everything_[3:4]
    of_kind = "SELECT id FROM verdicts JOIN records USING (id) WHERE type='pair' AND kind='one_call'"
    refined = 'SELECT id FROM verdicts WHERE row LIKE \'%"stage":"refine"%\' AND NOT accepted'
    for wanted, sql in (
        (("--kind", "one_call"), of_kind),
        (("--stage", "refine", "--verdict", "rejected"), refined),
        (("--verdict", "dropped"), "SELECT id FROM drops"),
        (("--verdict", "accepted"), "SELECT id FROM verdicts WHERE accepted"),
        (("--skill", "rag"), "SELECT id FROM verdicts WHERE 0"),
    ):  # fmt: skip
        said(session, "list", "--limit", "1000", *wanted)
        assert session.listed == sorted(id for (id,) in session.run.rows(sql)), wanted
    said(session, "failures")
    (check,) = session.run.rows(
        "SELECT json_extract(c.value, '$.check') FROM verdicts v, json_each(v.verdict, '$.checks') c "
        "WHERE NOT v.accepted AND NOT json_extract(c.value, '$.passed') LIMIT 1"
    )[0]
    said(session, "list", "--failed", check)
    assert session.listed
    assert all(check in said(session, "open", id) for id in list(session.listed))


def test_what_a_person_decided_counts_in_the_list(library: Path, tmp_path: Path) -> None:
    shutil.copytree(library, tmp_path / "run")
    with open_run(tmp_path / "run") as run:
        (id,) = run.rows("SELECT id FROM verdicts WHERE accepted=1 LIMIT 1")[0]
        Hand(run.folder).act(id, "reject", {"reason": "dull"}, who="ada", base=0)
        session = Session(run, Paper(io.StringIO()))
        assert f"- {id} (by hand)\n      dull" in said(session, "list", "--verdict", "rejected")
        assert id not in said(session, "list", "--verdict", "accepted")


def test_words_are_found_wherever_they_stand_and_counted_as_they_are(session: Session) -> None:
    run = session.run
    counts = {
        "message": "SELECT count(*) FROM messages WHERE instr(text, ?) OR instr(coalesce(extra, ''), ?)",
        "tool": "SELECT count(*) FROM tools WHERE instr(answer, ?) OR instr(arguments, ?)",
        "pair": "SELECT count(*) FROM verdicts WHERE instr(row, ?) OR instr(row, ?)",
    }
    found = [hit.where for hit in seek(run, pattern("Silver Fern"))]
    for where, sql in counts.items():
        assert found.count(where) == run.rows(sql, ("Silver Fern", "Silver Fern"))[0][0] > 0
    assert len(list(seek(run, pattern("silver fern", ignore_case=True)))) == len(found)
    assert len(list(seek(run, pattern(r"Silver\s+F..n", regex=True)))) == len(found)
    assert do(session, ["grep", "Silver", "Fern"]) == 0
    assert do(session, ["grep", "no such words"]) == 1


def many(folder: Path, pairs: int) -> Path:
    """Make a journal of so many pairs, each as small as can be."""
    shutil.copytree(KEPT[0], folder)
    with closing(sqlite3.connect(folder / "run.db")) as db:
        row = json.dumps({"messages": [{"role": "user", "content": "x" * 500}], "kinds": {}, "stage": "instruct"})
        ids = [f"many/s{number // 10:06}:1-2/k/i-{number % 10}" for number in range(pairs)]
        db.executemany("INSERT INTO verdicts VALUES (?, 1, '{}', ?, '')", [(id, row) for id in ids])
        db.executemany(
            "INSERT INTO drops VALUES (?, '', 1, 'instruct', 'k', '[\"no\"]', '')", [(f"{id}-x",) for id in ids]
        )
        rows = [(id.rpartition("/")[0] + "/chat", n, "t", "text", f"word {n}", None) for n, id in enumerate(ids)]
        db.executemany("INSERT INTO messages VALUES (?, ?, ?, ?, ?, ?)", rows)
        db.commit()
    return folder


def test_a_page_costs_the_same_in_a_long_run_as_in_a_short_one(tmp_path: Path) -> None:
    steps: dict[int, list[int]] = {}
    for pairs in (100, 20_000):
        with open_run(many(tmp_path / str(pairs), pairs)) as run:
            worked = steps[pairs] = []
            with run.reading() as db:  # the one connection that is lent again and again
                db.set_progress_handler(partial(worked.append, 1), 100)
            browser = Browser(run, Hand(run.folder))
            page = browser.page(Wanted(skill="many"))
            assert len(browser.page(Wanted(), page[-1].id)) == len(page) > 1
    assert len(steps[20_000]) <= 2 * len(steps[100]) + 2


def test_many_messages_are_sought_through_some_at_a_time(tmp_path: Path) -> None:
    with open_run(many(tmp_path / "run", 2 * PIECE + 7)) as run:
        found = list(seek(run, pattern("word")))
        (number,) = run.rows("SELECT count(*) FROM messages WHERE text LIKE 'word%'")[0]
        assert sum(hit.where == "message" and hit.before == "" for hit in found) == number > 2 * PIECE
        first = next(seek(run, pattern("word")))
        assert first in found
        # Nothing is held while the next piece waits to be asked for.
        with closing(sqlite3.connect(tmp_path / "run/run.db")) as writer:
            writer.execute("DELETE FROM meta")
            writer.commit()


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["open", "no/such"], "no record"),
        (["open", "9999"], "there is no 9999 in the list"),
        (["opn"], "there is no command 'opn'"),
        (["li", "--verdict", "perhaps"], "invalid choice"),
        (["next"], "last of the list"),
        (["back"], "nothing was looked at before"),
        (["chat", "1"], "open a record first"),
        (["grep", "-e", "("], "no regular expression"),
        (["blame", "nobody"], "no role 'nobody' spoke"),
    ],
)
def test_mistakes_are_one_line(
    words: list[str], complaint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = KEPT[0]
    if words == ["next"]:
        words = ["next", "zzz"]
    assert main([str(folder), *words]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert complaint in told.err
    assert told.err.count("\n") == 1


def test_the_shell_goes_on_after_a_mistake_and_takes_words_from_a_pipe(library: Path) -> None:
    asked = "list\nopn\nopen 1\n'\nchats\n\nquit\nnever said\n"
    done = subprocess.run(
        [*TEXT, str(library)], input=asked, capture_output=True, text=True, cwd=ROOT, check=False, timeout=60
    )
    assert done.returncode == 0
    assert [line.split(":")[0] for line in done.stderr.splitlines()] == [
        "there is no command 'opn'; there are",
        "No closing quotation",
    ]
    assert "Way" in done.stdout
    assert "Traceback" not in done.stderr
    assert "\x1b" not in done.stdout


def test_whoever_reads_no_further_hears_no_complaint() -> None:
    process = subprocess.Popen(
        [*TEXT, str(KEPT[0]), "grep", "--all", "e"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.stderr.read() == b""
    assert process.wait(60) == 0
    process.stderr.close()


def test_a_terminal_gets_colours_completion_and_nothing_wider_than_itself(library: Path) -> None:
    main_end, shell_end = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "60", "LINES": "40", "PYTHONPATH": str(ROOT)}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        [*TEXT, str(library)], stdin=shell_end, stdout=shell_end, stderr=shell_end, cwd=ROOT, env=environment
    )
    os.close(shell_end)
    os.write(main_end, b"lis\t--verdict acc\t\nopen 1\nquit\n")
    told = b""
    try:
        while piece := os.read(main_end, 65536):
            told += piece
    except OSError:  # the other end is shut
        pass
    os.close(main_end)
    assert process.wait(60) == 0
    shown = told.decode()
    assert "\x1b[1m" in shown
    opened = COLOUR.sub("", shown[shown.rindex("Pair") :]).splitlines()
    assert opened
    with open_run(library) as run:
        (id,) = run.rows("SELECT id FROM verdicts WHERE accepted=1 ORDER BY id LIMIT 1")[0]
    assert id in COLOUR.sub("", shown).replace("\r\n", "\n"), "both words were completed, and the first was opened"


def test_every_command_says_what_it_takes(session: Session) -> None:
    told = said(session, "help")
    for name, (_, takes, shows) in COMMANDS.items():
        assert name in told
        assert takes in told
        assert shows in said(session, name, "--help")
