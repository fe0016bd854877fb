"""One chat told from the journal: which call said what, what was said in vain, and what stands where."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from agents.view.conversation import conversation, prompt, raw
from agents.view.matching import Call, Spoken, match
from agents.view.run import Missing, Run, open_run
from tests.agents.view.runs import FILLER, KEPT

ALL_CHATS = "SELECT id FROM chats UNION SELECT DISTINCT chat FROM messages"


def chats(run: Run) -> list[dict[str, Any]]:
    return [conversation(run, id) for (id,) in run.rows(ALL_CHATS)]


def spoken(run: Run, chat: dict[str, Any]) -> list[dict[str, Any]]:
    """The turns that a model said."""
    roles = {role for (role,) in run.rows("SELECT role FROM calls WHERE chat=?", (chat["id"],))}
    said = [turn for turn in chat["turns"] if turn["source"] in roles and turn["type"] in ("text", "call", "thought")]
    return [turn for turn in said if not turn.get("missing")]


@pytest.mark.parametrize("folder", KEPT, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_each_call_of_a_kept_run_is_told_once(folder: Path) -> None:
    with open_run(folder) as run:
        for chat in chats(run):
            turns = [turn["call"]["turn"] for turn in spoken(run, chat) if turn["type"] != "thought"]
            vain = [retry["turn"] for turn in chat["turns"] for retry in turn["retries"]]
            stored = [turn for (turn,) in run.rows("SELECT turn FROM calls WHERE chat=?", (chat["id"],))]
            assert Counter(turns + vain) == Counter(stored)
            results = [turn for turn in chat["turns"] if turn["type"] == "result"]
            (tools,) = run.rows("SELECT count(*) FROM tools WHERE chat=?", (chat["id"],))[0]
            assert sum(turn["tool"] is not None for turn in results) == tools
            json.dumps(chat)


def test_a_turn_has_the_call_whose_reply_it_is(run: Run) -> None:
    told = Counter[str]()
    for chat in chats(run):
        for turn in spoken(run, chat):
            row = raw(run, chat["id"], turn["call"]["turn"])
            reply = json.loads(row["reply"])
            assert (row["role"], row["model"]) == (turn["source"], turn["call"]["model"])
            told[turn["type"]] += 1
            if turn["type"] == "call":
                assert all(call["name"] in row["reply"] for call in turn["calls"])
            elif turn["type"] == "thought":
                assert turn["text"] in row["reply"]
            else:
                words = reply["content"]
                assert turn["text"] == words or json.loads(turn["text"]).keys() >= json.loads(words).keys()
            assert prompt(run, turn["call"]["prompt"])
    assert told["call"]
    assert told["text"]


def test_replies_of_no_use_stand_before_the_one_that_was_used(run: Run) -> None:
    held = [chat for chat in chats(run) if chat["stage"] == "instruct" and chat["state"] == "done"]
    assert held
    for chat in held:
        (said,) = [turn for turn in chat["turns"] if turn["source"] == "requester"]
        assert [retry["said"] for retry in said["retries"]] == [FILLER]
        assert said["retries"][0]["turn"] < said["call"]["turn"]


def test_a_chat_that_failed_for_want_of_a_usable_reply_shows_what_was_said(run: Run) -> None:
    failed = [c for c in chats(run) if c["error"].startswith("Refused: requester")]
    assert failed
    for chat in failed:
        last = chat["turns"][-1]
        assert (last["source"], last["text"], last["missing"]) == ("requester", "", True)
        assert (len(last["retries"]), last["retries"][0]["said"]) == (3, FILLER)


def test_who_answered_a_call_beside_the_chat_is_seated_at_its_result(run: Run) -> None:
    seated = 0
    for chat in chats(run):
        beside = {aside for turn in chat["turns"] for aside in turn["asides"]}
        prefix = f"{chat['id']}/aside-"
        stored = run.rows("SELECT DISTINCT chat FROM messages WHERE substr(chat, 1, ?)=?", (len(prefix), prefix))
        assert beside == {aside for (aside,) in stored}
        for turn in chat["turns"]:
            for aside in turn["asides"]:
                held = conversation(run, aside)
                assert (held["state"], held["cast"], held["record"]) == ("aside", ["api"], chat["record"])
                assert held["turns"][-1]["text"] == turn["text"]
                assert held["turns"][0]["text"].rpartition("The call:\n")[2].partition("(")[0] == turn["result"]["name"]
                assert chat["beside"][aside]["answers"] == turn["result"]["name"]
                seated += 1
    assert seated


def test_without_replies_no_call_is_laid_beside_another_message(library: Path, tmp_path: Path) -> None:
    """Of runs too large to be kept whole only the order is known."""
    shutil.copytree(library, tmp_path / "run")
    with closing(sqlite3.connect(tmp_path / "run/run.db")) as db:
        db.execute("UPDATE calls SET reply=''")
        db.commit()
    with open_run(library) as whole, open_run(tmp_path / "run") as bare:
        same = unknown = 0
        for (id,) in whole.rows(ALL_CHATS):
            for one, other in zip(conversation(whole, id)["turns"], conversation(bare, id)["turns"], strict=True):
                if other["call"] is None and one["call"] is not None:
                    unknown += 1
                else:
                    assert one["call"] == other["call"]
                    same += one["call"] is not None
                assert len(one["retries"]) == len(other["retries"]) or other["call"] is None
        assert same > unknown


def test_totals_are_those_of_the_rows(run: Run) -> None:
    for chat in chats(run):
        sums = "SELECT coalesce(sum(prompt_tokens), 0), coalesce(sum(completion_tokens), 0) FROM calls WHERE chat=?"
        assert tuple(chat["tokens"].values()) == run.rows(sums, (chat["id"],))[0]


def test_what_is_not_there_is_said_in_one_line(run: Run) -> None:
    for ask in (
        lambda: conversation(run, "no/such"),
        lambda: conversation(run, "no/such/aside-12-1"),
        lambda: prompt(run, "0"),
        lambda: raw(run, "no/such", 1),
    ):
        with pytest.raises(Missing) as refused:
            ask()
        assert "\n" not in str(refused.value)


def test_what_a_chat_that_was_cut_off_said_last_is_shown_as_about_to_be_said(library: Path, tmp_path: Path) -> None:
    shutil.copytree(library, tmp_path / "run")
    with closing(sqlite3.connect(tmp_path / "run/run.db")) as db:
        (id,) = db.execute("SELECT id FROM chats WHERE stage='instruct' AND state='done' LIMIT 1").fetchone()
        db.execute("DELETE FROM messages WHERE chat=? AND n>0", (id,))
        db.execute("UPDATE chats SET state='open' WHERE id=?", (id,))
        db.commit()
    with open_run(library) as whole, open_run(tmp_path / "run") as cut:
        before, after = conversation(whole, id), conversation(cut, id)
        said = before["turns"][1]
        last = after["turns"][-1]
        assert (last["source"], last["call"], last["retries"]) == (said["source"], said["call"], said["retries"])
        assert last["pending"]
        assert json.loads(last["text"])


def call(turn: int, words: str | None, role: str = "editor", **more: Any) -> Call:
    reply = None if words is None else {"content": words, **more}
    return Call(turn, role, "m", "p", reply, 1, 1, 1.0)


def text(n: int, words: str, role: str = "editor") -> Spoken:
    return Spoken(n, role, "text", words)


@pytest.mark.parametrize("lives", ["old new", "new old"])
def test_rows_of_an_earlier_life_are_neither_used_nor_retries(lives: str) -> None:
    """A chat gone through again after its prompt was mended leaves both lives' calls, under the same turns."""
    calls = [call(turn, f"{life} {what}") for turn, what in ((1, "words"), (2, "end")) for life in lives.split()]
    calls.append(call(3, "old rest"))
    found = match([text(1, "new words"), text(2, "new end")], calls, ended=True)
    assert {n: said.words for n, said in found.calls.items()} == {1: "new words", 2: "new end"}
    assert not found.retries
    assert not found.left


def test_a_refused_reply_that_repeats_the_last_one_used_is_not_taken_for_it() -> None:
    calls = [call(turn, "the same") for turn in (1, 2, 3, 4)]
    error = "Refused: editor gave no usable reply in 3 tries; the last complaint: it was said before"
    found = match([text(1, "the same")], calls, error)
    assert found.calls[1].turn == 1
    assert [vain.turn for vain in found.left] == [2, 3, 4]


def test_a_form_is_found_in_the_reply_it_was_read_from() -> None:
    calls = [call(1, 'Here: {"a": 1'), call(2, 'Here it is:\n```json\n{"a": "1", "more": [1, 2,]}\n```')]
    found = match([text(3, '{"a": 1, "more": [1, 2], "given": "by default"}')], calls)
    assert found.calls[3].turn == 2
    assert [vain.turn for vain in found.retries[3]] == [1]


def test_what_order_alone_does_not_decide_is_left_out() -> None:
    found = match([text(1, "one"), text(2, "two")], [call(turn, None) for turn in (1, 2, 3)])
    assert not found.calls
    assert not found.retries
