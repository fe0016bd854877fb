"""The text view on pipes, terminals and hostile journals, and what it says to mistakes."""

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
from contextlib import closing
from pathlib import Path

import pytest

from agents.hand import Hand
from agents.view.paper import Paper
from agents.view.run import open_run
from agents.view.text import main
from agents.view.text_session import Session
from tests.agents.view.runs import KEPT
from tests.agents.view.telling import everything, said, steers

ROOT = Path(__file__).parents[3]
TEXT = [sys.executable, "-c", "import sys; from agents.view.text import main; sys.exit(main(sys.argv[1:]))"]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.StringIO):
    """Paper that takes itself for a terminal."""

    def isatty(self) -> bool:
        return True


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
