"""What people decide: nothing is lost, everything can be undone, two at once are told of each other."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UsageError
from agents.hand import Act, Conflict, Hand, overlay, standing

ROW: dict[str, Any] = {
    "id": "rag/a",
    "messages": [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}],
    "verdict": {"accepted": True, "judged_by": ["program"], "checks": []},
}
BETTER = [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "Because of the tide."}]


@pytest.fixture
def hand(tmp_path: Path) -> Hand:
    return Hand(tmp_path)


def test_there_is_no_file_before_somebody_acts(hand: Hand) -> None:
    assert (hand.acts("rag/a"), hand.touched(), hand.version()) == ([], {}, 0)
    assert not hand.path.exists()


def test_an_act_is_kept_as_it_was_done(hand: Hand) -> None:
    first = hand.act("rag/a", "reject", {"reason": "dull \ud800"}, who="Ada", base=0)
    second = hand.act("rag/a", "edit", {"messages": BETTER}, who="Ben", base=first.n)
    again = Hand(hand.path.parent)
    assert again.acts("rag/a") == [first, second]
    assert again.version() == second.n
    assert (first.who, first.value["reason"]) == ("Ada", "dull ?")
    assert second.value["messages"] == BETTER


def test_who_has_not_seen_the_last_act_is_told_and_writes_nothing(hand: Hand) -> None:
    first = hand.act("rag/a", "accept", {}, who="Ada", base=0)
    with pytest.raises(Conflict) as told:
        hand.act("rag/a", "edit", {"messages": BETTER}, who="Ben", base=0)
    assert told.value.acts == [first]
    assert hand.acts("rag/a") == [first]
    assert hand.act("rag/b", "accept", {}, who="Ben", base=0).record == "rag/b"


WRITER = """
import sys
from pathlib import Path
from agents.hand import Conflict, Hand
hand = Hand(Path(sys.argv[1]))
for number in range(25):
    while True:
        acts, reason = hand.acts("rag/a"), {"reason": f"{sys.argv[2]} {number}"}
        try:
            hand.act("rag/a", "reject", reason, who=sys.argv[2], base=acts[-1].n if acts else 0)
            break
        except Conflict:
            pass
"""


def test_two_people_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each tries again when the other was quicker, as a person would who looks at it again."""
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), who]) for who in ("Ada", "Ben")]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    said = [act.value["reason"] for act in Hand(tmp_path).acts("rag/a")]
    assert sorted(said) == sorted(f"{who} {number}" for who in ("Ada", "Ben") for number in range(25))
    for who in ("Ada", "Ben"):
        mine = [reason for reason in said if reason.startswith(who)]
        assert mine == [f"{who} {number}" for number in range(25)]


BAD: list[tuple[str, dict[str, Any], str]] = [
    ("praise", {}, "there are: accept"),
    ("reject", {}, "why it is rejected"),
    ("reject", {"reason": " "}, "why it is rejected"),
    ("accept", {"reason": 3}, "why"),
    ("edit", {}, "whole list of messages"),
    ("edit", {"messages": []}, "whole list of messages"),
    ("edit", {"messages": [{"role": "robot", "content": "x"}]}, "there are: system"),
    ("edit", {"messages": [{"role": "user", "content": 5}]}, "no text"),
    ("edit", {"messages": [{"role": "assistant", "content": " "}]}, "nothing to train on"),
    ("edit", {"messages": [{"role": "assistant", "content": "x", "n": float("nan")}]}, "plain JSON"),
    ("keep", {"row": {"id": "rag/other"}}, "row of its pair"),
    ("undo", {"act": True}, "its number"),
    ("undo", {"act": 77}, "no act 77"),
    ("undo", {"act": 2**63}, "its number"),
    *(
        ("edit", {"messages": [{"role": "assistant", "content": "x", "tool_calls": calls}]}, "call of message 1")
        for calls in (5, {}, [5], [{"function": 5}], [{"function": {"name": "look", "arguments": 5}}])
    ),
    ("edit", {"messages": [{"role": "assistant", "content": "x", "n": json.loads("[" * 200 + "]" * 200)}]}, "deeper"),
]


@pytest.mark.parametrize(("act", "value", "told"), BAD, ids=lambda part: str(part)[:30])
def test_an_act_that_cannot_be_is_refused_with_what_would_be_right(
    hand: Hand, act: str, value: dict[str, Any], told: str
) -> None:
    with pytest.raises(UsageError, match=told):
        hand.act("rag/a", act, value, who="Ada", base=0)
    assert hand.acts("rag/a") == []


@pytest.mark.parametrize(
    ("column", "value"),
    [("at", "now"), ("who", b"a"), ("value", "[]"), ("value", "{"), ("value", "[" * 5000), ("act", "praise"),
     ("value", '{"messages": 5}'), ("value", b"\xff")],
)  # fmt: skip
def test_an_act_that_nobody_can_have_written_is_named(hand: Hand, column: str, value: Any) -> None:
    hand.act("rag/a", "edit", {"messages": BETTER}, who="Ada", base=0)
    with sqlite3.connect(hand.path) as db:
        db.execute(f"UPDATE acts SET {column}=?", (value,))
    for reads in (hand.touched, lambda: hand.acts("rag/a")):
        with pytest.raises(UsageError, match=r"act 1 in hand\.db can't be read"):
            reads()


def test_what_another_did_to_another_record_cannot_be_undone_here(hand: Hand) -> None:
    other = hand.act("rag/b", "accept", {}, who="Ada", base=0)
    with pytest.raises(UsageError, match="no act"):
        hand.act("rag/a", "undo", {"act": other.n}, who="Ada", base=0)


def test_a_damaged_file_and_one_of_another_version_are_named(hand: Hand) -> None:
    hand.path.write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    with pytest.raises(UsageError, match=r"hand\.db can't be (read|written)"):
        hand.acts("rag/a")
    with pytest.raises(UsageError, match=r"hand\.db can't be (read|written)"):
        hand.act("rag/a", "accept", {}, who="Ada", base=0)
    hand.path.unlink()
    hand.act("rag/a", "accept", {}, who="Ada", base=0)
    with sqlite3.connect(hand.path) as db:
        db.execute("PRAGMA user_version=9")
    with pytest.raises(UsageError, match="another version"):
        hand.acts("rag/a")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no run in"):
        Hand(tmp_path / "none").act("rag/a", "accept", {}, who="Ada", base=0)


# -- what a row becomes


def acts(*done: tuple[str, dict[str, Any]]) -> list[Act]:
    return [Act(n, 100.0 + n, "Ada", "rag/a", act, value) for n, (act, value) in enumerate(done, 1)]


def test_the_last_word_counts_and_the_machines_stays_beside_it() -> None:
    row = overlay(ROW, acts(("accept", {}), ("reject", {"reason": "dull"}), ("edit", {"messages": BETTER})))
    assert row is not None
    assert row["verdict"]["accepted"] is False
    assert row["verdict"]["by_hand"] == {"accepted": False, "who": "Ada", "at": 102.0, "reason": "dull"}
    assert row["verdict"]["judged_by"] == ["person", "program"]
    assert row["verdict"]["of_edited_from"] is True, "no check has seen the person's words"
    assert (row["messages"], row["edited_from"]) == (BETTER, ROW["messages"])
    assert [act["act"] for act in row["hand"]] == ["accept", "reject", "edit"]


def test_an_edit_back_to_the_machines_words_is_none() -> None:
    row = overlay(ROW, acts(("edit", {"messages": BETTER}), ("edit", {"messages": ROW["messages"]})))
    assert row is not None
    assert "edited_from" not in row
    assert "of_edited_from" not in row["verdict"]


def test_a_branch_is_a_row_while_it_is_kept() -> None:
    kept = ("keep", {"row": ROW, "of": "rag/x", "branch": 1})
    assert overlay(None, acts(("accept", {}))) is None
    made = overlay(None, acts(kept, ("edit", {"messages": BETTER})))
    assert made is not None
    assert (made["messages"], made["edited_from"]) == (BETTER, ROW["messages"])
    assert made["verdict"]["of_edited_from"] is True
    assert overlay(None, acts(kept, ("undo", {"act": 1}))) is None
    assert overlay(None, acts(kept, ("undo", {"act": 1}), ("undo", {"act": 2}))) is not None


@st.composite
def histories(draw: st.DrawFn) -> list[Act]:
    done: list[tuple[str, dict[str, Any]]] = []
    for n in range(draw(st.integers(0, 12))):
        choices: Sequence[tuple[str, dict[str, Any]]] = [
            ("accept", {}),
            ("reject", {"reason": "x"}),
            ("edit", {"messages": [{"role": "assistant", "content": f"{n}"}]}),
        ]
        if n:
            choices = [*choices, ("undo", {"act": draw(st.integers(1, n))})]
        done.append(draw(st.sampled_from(choices)))
    return acts(*done)


@given(histories())
def test_undoing_an_act_leaves_the_row_as_it_was_before_it(history: list[Act]) -> None:
    """Whatever was done until then: one more act, taken back, changes nothing."""
    before = overlay(ROW, history)
    act = Act(len(history) + 1, 0.0, "Ben", "rag/a", "edit", {"messages": BETTER})
    undo = Act(len(history) + 2, 0.0, "Ben", "rag/a", "undo", {"act": act.n})
    redo = Act(len(history) + 3, 0.0, "Ben", "rag/a", "undo", {"act": undo.n})
    assert overlay(ROW, [*history, act, undo]) == before
    assert overlay(ROW, [*history, act, undo, redo]) == overlay(ROW, [*history, act])


@given(histories())
def test_the_machines_row_is_never_changed_and_can_be_had_back(history: list[Act]) -> None:
    copy = json.loads(json.dumps(ROW))
    left = overlay(ROW, history)
    assert copy == ROW
    assert left is not None
    assert left.get("edited_from", left["messages"]) == ROW["messages"]
    assert {act.n for act in standing(history)} <= {act.n for act in history if act.act != "undo"}
