"""Whose words a finding quotes, what blame makes of it, and that the commands it names can be pasted."""

from __future__ import annotations

import json
import shlex
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.hand import Hand
from agents.view.__main__ import main
from agents.view.blaming import blamed
from agents.view.quoting import Said, quotations
from agents.view.run import open_run

RUNS = Path(__file__).parents[1].parent / "runs"
STRONG = RUNS / "data_to_text/strong"
WORDS = st.lists(st.text("abcdefghij", min_size=4, max_size=9), min_size=3, max_size=9).map(" ".join)


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as made:
        made.execute("CREATE TABLE messages (chat TEXT, n INTEGER, source TEXT, type TEXT, text TEXT, extra TEXT)")
        yield made


def say(db: sqlite3.Connection, *said: tuple[str, str]) -> Said:
    db.execute("DELETE FROM messages")
    db.executemany(
        "INSERT INTO messages VALUES ('c', ?, ?, 'text', ?, NULL)", [(n, *one) for n, one in enumerate(said)]
    )
    return Said(db, ["c"], ["writer", "answerer"])


@given(words=WORDS, marks=st.sampled_from(["''", '""', "“”", "‘’", "«»", "„“"]), before=WORDS, after=WORDS)
def test_what_stands_in_quotation_marks_is_found_whatever_stands_around(
    words: str, marks: str, before: str, after: str
) -> None:
    assert list(quotations(f"{before} {marks[0]}{words}{marks[1]}: {after}")) == [words]
    assert list(quotations(f"{before} {words}: {after}")) == []


@given(words=WORDS, other=WORDS)
def test_of_what_several_said_it_is_laid_to_who_said_it_first(words: str, other: str) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE TABLE messages (chat TEXT, n INTEGER, source TEXT, type TEXT, text TEXT, extra TEXT)")
        form = json.dumps({"parts": [{"words": f"so: {words.upper()}."}]})
        told = say(db, ("task", words), ("writer", form), ("answerer", f"**{words}**, {other}"))
        assert told.quoted(f"'{words}': nothing says so") == ["writer"]
        expected = ["writer"] if f" {other} " in f" so {words} " else ["answerer"]
        assert told.quoted(f"'{other}': nothing says so") == expected


def test_who_said_a_message_that_is_named_by_its_number_is_known(db: sqlite3.Connection) -> None:
    call = json.dumps([{"id": "call_1", "name": "lend", "arguments": '{"book": "M1"}'}])
    said = say(
        db, ("writer", "Lend it. Yes."), ("answerer", "Yes."), ("answerer", json.dumps({"answer": "Lent to M1"}))
    )
    db.execute("INSERT INTO messages VALUES ('c', 9, 'answerer', 'call', '', ?)", (call,))
    said = Said(db, ["c"], ["writer", "answerer"])
    messages = [
        {"role": "user", "content": "Lend it. Yes."},
        {
            "role": "assistant",
            "content": "",
            "tool_calls": [{"function": {"name": "lend", "arguments": '{"book": "M1"}'}}],
        },
        {"role": "tool", "content": "Lend it. Yes."},
        {"role": "assistant", "content": "Yes."},
    ]
    sayers = ["writer", "answerer", "", "answerer"]
    for number, role in enumerate(sayers, 1):
        assert said.quoted(f"message {number}: M1 comes from nowhere", messages) == [role] * bool(role)
    assert said.quoted("message 5: M1 comes from nowhere", messages) == []
    assert said.quoted("message 0 and message 99999999999", messages) == []


@pytest.mark.parametrize(
    "finding",
    [
        "'22' is not in the text",
        "0 of 2 blind answers agree with the key: 450; 400",
        "'what nobody ever said here': made up",
        "the garden's beds and the neighbour's beds are mixed up",
        "''",
        "'",
        "",
    ],
)
def test_what_quotes_nobody_is_laid_to_nobody(db: sqlite3.Connection, finding: str) -> None:
    words = "22 beds in the garden's beds and the neighbour's beds are mixed up, 450; 400"
    assert say(db, ("writer", words)).quoted(finding) == []


def test_a_role_is_told_what_quotes_it_apart_from_what_it_only_sat_in() -> None:
    with open_run(STRONG) as run:
        parts = blamed(run)
    made = {role: (part.spoilt, part.quoted, part.elsewhere, part.unknown.total()) for role, part in parts.items()}
    assert made["assistant"] == (2, 2, 0, 0)
    assert made["data_writer"] == (2, 0, 2, 0)
    assert made["examiner"] == (0, 0, 0, 0), "who judges made nothing of it"
    assert {finding.check for finding in parts["assistant"].findings} == {"answer_supported"}
    with open_run(RUNS / "tool_use/strong") as run:
        parts = blamed(run)
    assert all((part.quoted, part.elsewhere) == (0, 0) for part in parts.values()), "a program compared two plans"
    assert parts["requester"].unknown == {"agrees_with_plan": 1}


def test_a_person_who_quotes_is_heard_as_a_judge_is(tmp_path: Path) -> None:
    shutil.copytree(STRONG, tmp_path / "run")
    with open_run(tmp_path / "run") as run:
        id, row = run.rows("SELECT id, row FROM verdicts WHERE accepted LIMIT 1")[0]
        answer = next(m["content"] for m in json.loads(row)["messages"] if m["role"] == "assistant")
        words = " ".join(answer.split()[:6])
        hand = Hand(tmp_path / "run")
        hand.act(id, "reject", {"reason": f"“{words}”: who would say that?"}, who="ada", base=0)
        found = blamed(run, hand)["assistant"].findings
    assert [(finding.record, finding.by) for finding in found if finding.check == "rejected by hand"] == [(id, "ada")]


def test_every_command_that_is_named_works_as_typed(
    library: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("it's a (run)")
    shutil.copytree(library, folder)
    told = ""
    for words in (["blame"], *(["blame", role] for role in ("assistant", "requester", "api"))):
        assert main([words[0], str(folder), *words[1:]]) == 0
        told += capsys.readouterr().out
    with open_run(folder) as run:
        aside = run.rows("SELECT chat FROM calls WHERE chat LIKE '%/aside-%'")[0][0]
    for words in (["list", "accepted", "--limit=1"], ["failures"], ["chat", aside.partition("/aside-")[0]]):
        assert main(["text", str(folder), *words]) == 0
        told += capsys.readouterr().out
    named = {line[line.index("python -m") :] for line in told.splitlines() if "python -m" in line}
    assert {shlex.split(command)[5] for command in named} == {"blame", "open", "prompt", "list", "chat"}
    for command in named:
        python, flag, module, *words = shlex.split(command)
        assert (python, flag, module) == ("python", "-m", "agents.view")
        assert main(words) == 0, command
        assert capsys.readouterr().out


def test_a_list_of_what_was_accepted_or_rejected_is_asked_for_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    lists = []
    for words in (["list", "--verdict=rejected"], ["list", "rejected"], ["list", "accepted"]):
        assert main(["text", str(STRONG), *words]) == 0
        lists.append(capsys.readouterr().out)
    assert lists[0] == lists[1] != lists[2]
    assert main(["text", str(STRONG), "list", "accepted", "--verdict=rejected"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
