"""`--step` and `--human` in a real terminal: what is shown, typed, complained of, and how a person may leave."""

from __future__ import annotations

import itertools
import json
import re
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from tests.benchmarks import script
from tests.teams.command import BOOK, MEMBER, Endpoint, endpoint, last, lines, seeds, tool_use
from tests.teams.terminal import Terminal, terminal

PAIR = "tool_use/desk0.py:1-11/own_functions/several_calls_with_noise-1"
FAILED = '/call failed {"reason": "I can not."}'
STOP, CALL = "?: more > ", "assistant, /call a tool (/help) > "


def flags(stub: Endpoint, folder: Path, *more: object) -> tuple[object, ...]:
    code = seeds(folder / "code")
    return ("teams.tool_use", "--seeds", code, "--model", stub.model, "--run", folder / "run", *more)


def go_on_until(screen: Terminal, what: str) -> str:
    """Let this reply stand, and those after it until `what` is shown; return what was shown with it."""
    shown = ""
    while what not in shown:
        screen.line()
        shown = screen.expect(STOP)
    return shown


def rows(folder: Path) -> list[dict[str, Any]]:
    return lines(folder / "run" / "pairs.jsonl")


def by_person(folder: Path) -> list[tuple[str, str]]:
    db = sqlite3.connect(folder / "run" / "run.db")
    try:
        return db.execute("SELECT role, reply FROM calls WHERE model='person'").fetchall()
    finally:
        db.close()


def test_a_sentence_of_a_person_enters_the_chat_and_the_pair_says_so(tmp_path: Path) -> None:
    mine = f"{MEMBER} has {BOOK} now – voilà, all yours!"
    with endpoint() as stub:
        with terminal(*flags(stub, tmp_path, "--step")) as screen:
            screen.expect(STOP)
            screen.line("what?")
            assert "say it yourself: your words take the place of the model's" in screen.expect(STOP)
            screen.line("p")
            assert "Its reply has to have a form:" in screen.expect(STOP)
            go_on_until(screen, f"{PAIR}/respond")
            go_on_until(screen, "assistant calls final_answer")
            screen.line("s")
            screen.expect(CALL)
            screen.line("I just say it.")
            screen.line(".")
            assert "That can't be used: reply by calling exactly one of the tools" in screen.expect(CALL)
            screen.line("/call fly {}")
            assert "there is no tool 'fly'; there are: " in screen.expect(CALL)
            screen.line("/call final_answer {1}")
            screen.line(".")
            assert "the arguments of final_answer are no whole JSON object" in screen.expect(CALL)
            screen.line("/call final_answer")
            screen.expect("answer: ")
            screen.line(mine)
            go_on_until(screen, f"\naccepted {PAIR}\n")
            screen.line("q")
            code, _ = screen.end()
            assert "\x1b[?2004h" in screen.raw.decode(), "pastes are marked, so that they can be long and of many lines"
            assert screen.modes() == screen.at_first, "the terminal is as it was"
        assert code == 130, screen.text
        row = next(row for row in rows(tmp_path) if row["id"] == PAIR)
        assert row["messages"][-1]["content"] == mine
        assert row["facts"]["said_by_person"] == ["assistant"]
        assert row["models"]["assistant"] == stub.model
        again = tool_use(*flags(stub, tmp_path)[1:])
        assert again.returncode == 0
        assert row in rows(tmp_path)
        assert len(by_person(tmp_path)) == 1


def test_a_form_is_asked_for_field_by_field_and_a_chat_goes_on_without_stops(tmp_path: Path) -> None:
    with endpoint() as stub, terminal(*flags(stub, tmp_path, "--step")) as screen:
        screen.expect(STOP)
        go_on_until(screen, "suggester:")
        screen.line("s")
        screen.expect("suggester, Enter for field by field, or JSON (/help) > ")
        screen.line("not JSON")
        assert "the reply has a form" in screen.expect("(/help) > ")
        screen.line()
        for number, idea in enumerate(["Say that she comes today.", "Ask for two weeks."], 1):
            screen.expect(f"suggestions {number}: ")
            screen.line(idea)
        screen.expect("suggestions 3: ")
        screen.line()
        assert "editor:" in screen.expect(STOP)
        screen.line("c")
        chat, *others = screen.expect(STOP).split("\n── ")
        assert "editor:" in chat, "it went on"
        assert others, "and the rest of that chat was not stopped at"
        screen.line("q")
        assert screen.end()[0] == 130
    ((role, reply),) = by_person(tmp_path)
    assert role == "suggester"
    assert json.loads(json.loads(reply)["content"]) == {
        "suggestions": ["Say that she comes today.", "Ask for two weeks."]
    }
    heard = [body for body in stub.asked if "Say that she comes today." in json.dumps(body)]
    assert heard, "the editor heard the person, not the model"
    assert not any("Have her looked up by name first." in json.dumps(body["messages"]) for body in heard)


def test_a_person_plays_the_assistant(tmp_path: Path) -> None:
    """Their paste is longer than what a terminal's own editing takes; what others say waits while they type."""
    long = f"{MEMBER} has {BOOK} now. " + " ".join(map("".join, itertools.product(script._SOUNDS, repeat=3)))[:6000]
    with endpoint(seconds=0.1) as stub:
        where = flags(stub, tmp_path, "--human", "assistant", "--watch")
        with terminal(*where, rows=30) as screen:
            first = screen.expect(CALL)
            shown = len(screen.raw)
            time.sleep(1)
            assert len(screen.raw) == shown, "nothing is put between a person and their words"
            assert f"{MEMBER}, card M1, would like {BOOK} today." in " ".join(first.split()), "what the role hears"
            before = first
            while f"{PAIR}/respond-plain" not in chat_of(before):
                screen.line(FAILED)
                before = screen.expect(CALL)
            play(screen, long)
            while screen.asks(CALL):
                screen.line(FAILED)
            assert screen.end()[0] == 0
        judged = [
            *rows(tmp_path),
            *(row["pair"] for row in lines(tmp_path / "run" / "rejected.jsonl") if "pair" in row),
        ]
        row = next(row for row in judged if row["id"] == PAIR)
        assert row["messages"][-1]["content"].split() == f"{long}\nGood-bye!".split()
        assert "\nGood-bye!" in row["messages"][-1]["content"]
        assert row["models"] == {**dict.fromkeys(row["models"], stub.model), "assistant": "person"}
        assert row["facts"]["said_by_person"] == ["assistant"]
        assert "--human assistant" in (tmp_path / "run" / "README.md").read_text()
        refused = tool_use(*flags(stub, tmp_path)[1:])
    assert "was started with models" in last(refused)
    assert "assistant=person" in last(refused)


def chat_of(shown: str) -> str:
    """The chat in which the person was asked last, if it is named."""
    named = re.findall(r"── (.*) ──\nYou are assistant\.", shown)
    return named[-1] if named else ""


def play(screen: Terminal, long: str) -> None:
    """Serve the request, as one does who looks around first."""
    screen.line("/tools")
    assert "/call find_member: " in screen.expect(CALL)
    screen.line("/back")
    assert "the role is yours" in screen.expect(CALL)
    screen.line(f'/call find_member {{"name": "{MEMBER}"}}')
    assert "find_member gave: " in screen.expect(CALL)
    screen.line("/call lend")
    screen.expect("book: ")
    screen.line(BOOK)
    screen.expect("member: ")
    screen.line("M1")
    screen.expect("days (a whole number): ")
    screen.line("many")
    screen.expect("days is a whole number, not 'many'")
    screen.line("")
    screen.expect(CALL)
    screen.line("/call final_answer")
    screen.expect("answer: ")
    screen.type("\x1b[200~" + long + "\nGood-bye!\x1b[201~\r")


@pytest.mark.parametrize("way", ["ctrl-c", "hangup", "minutes", "in the middle of a sentence"])
def test_a_person_may_leave_at_any_time(way: str, tmp_path: Path) -> None:
    more = ("--max-minutes", 0.05) if way == "minutes" else ()
    with endpoint() as stub:
        with terminal(*flags(stub, tmp_path, "--step", *more)) as screen:
            screen.expect(STOP)
            asked = len(stub.asked)
            if way == "in the middle of a sentence":
                screen.line("s")
                screen.expect("(/help) > ")
                screen.line("{ This is")
                screen.type("not \x03")
            elif way == "hangup":
                screen.close()
            else:
                screen.type({"ctrl-c": "\x03"}.get(way, "I was just about to s"))
            code, out = screen.end()
            if way != "hangup":
                assert screen.modes() == screen.at_first, "the terminal is as it was"
        assert code == (3 if way == "minutes" else 130), screen.text
        assert "Traceback" not in screen.text
        assert "Go on with: --run" in out
        assert len(stub.asked) == asked
        assert not by_person(tmp_path)
        for name in ("pairs.jsonl", "rejected.jsonl", "README.md"):
            assert (tmp_path / "run" / name).exists()


@pytest.mark.parametrize("flag", [("--step",), ("--human", "assistant")])
def test_a_person_needs_a_terminal(flag: tuple[str, ...], tmp_path: Path) -> None:
    with endpoint() as stub:
        done = tool_use(*flags(stub, tmp_path, *flag)[1:])
    assert done.returncode == 2
    assert last(done).startswith(f"{flag[0]} asks a person in a terminal, and standard input or standard error is none")
    assert not stub.asked
    assert not (tmp_path / "run").exists()


def test_watching_changes_nothing(tmp_path: Path) -> None:
    """In a pipe it prints plain lines; the run is gone on with whether it was watched or not."""
    with endpoint() as stub:
        done = tool_use(*flags(stub, tmp_path, "--watch")[1:])
        asked, made = len(stub.asked), rows(tmp_path)
        again = tool_use(*flags(stub, tmp_path)[1:])
    assert done.returncode == again.returncode == 0
    assert "\x1b" not in done.stderr
    assert len(stub.asked) == asked
    assert rows(tmp_path) == made
    verdicts = [line for line in done.stderr.splitlines() if line.startswith(("accepted ", "rejected "))]
    assert sum(line.startswith("accepted ") for line in verdicts) == len(made)
    assert any(": kind_held: " in line for line in verdicts)
    assert "assistant calls find_member " in done.stderr
    assert "find_member gave: " in done.stderr
    assert all(len(line) <= 80 for line in done.stderr.splitlines() if line.startswith(("  ", "──", "rejected ")))
    assert "said_by_person" not in json.dumps(made)
