"""Calls of tools become plain text that reads back to the same calls; what has no plain form says why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.orca.flattening import FlatteningError, as_text
from eval.orca.records import read_lines
from tools.action_text import RESULT, parse_action

RUNS = Path(__file__).parents[1] / "runs"
TOOLS = [{"type": "function", "function": {"name": "lend", "description": "Lend a book.", "parameters": {}}}]
names = st.from_regex(r"[A-Za-z_][A-Za-z0-9_.-]{0,12}", fullmatch=True)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
calls_made = st.tuples(names, st.dictionaries(st.text(min_size=1, max_size=6), values, max_size=3))


def called(key: str, name: str, arguments: Any) -> dict[str, Any]:
    return {"id": key, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}


@given(st.lists(st.lists(calls_made, min_size=1, max_size=3), min_size=1, max_size=4), st.text(max_size=30))
def test_calls_read_back_as_they_were(turns: list[list[tuple[str, Any]]], answer: str) -> None:
    """Also several of one turn, each before its own result, whatever stands in names, values and results."""
    talk: list[dict[str, Any]] = [{"role": "user", "content": "Please."}]
    flat: list[tuple[str, Any]] = []
    for number, turn in enumerate(turns):
        keys = [f"{number}-{n}" for n in range(len(turn))]
        calls = [called(key, *one) for key, one in zip(keys, turn, strict=True)]
        talk.append({"role": "assistant", "content": "A thought.", "tool_calls": calls})
        talk += [{"role": "tool", "tool_call_id": key, "content": f"result {key}"} for key in reversed(keys)]
        flat += turn
    talk.append({"role": "assistant", "content": answer})
    text = as_text(talk, TOOLS, "final_answer")
    assert [message["role"] for message in text] == ["system"] + ["user", "assistant"] * (len(flat) + 1)
    actions = [parse_action(message["content"]) for message in text if message["role"] == "assistant"]
    assert all(actions)
    assert [(one.name, one.arguments) for one in actions[:-1] if one] == flat
    assert actions[-1] is not None
    assert (actions[-1].ends, actions[-1].value) == (True, answer)
    results = [message["content"] for message in text if message["role"] == "user"][1:]
    assert results == [f"{RESULT}result {n}-{at}" for n, turn in enumerate(turns) for at in range(len(turn))]


def test_every_kept_run_has_a_plain_form_and_its_calls_read_back() -> None:
    counted = 0
    for file in sorted(RUNS.glob("*/*/pairs.jsonl")):
        for _, row in read_lines(file):
            text = as_text(row["messages"], row["tools"], row["facts"].get("outcome") or "final_answer")
            made = [call["function"] for m in row["messages"] for call in m.get("tool_calls") or ()]
            actions = [parse_action(m["content"]) for m in text if m["role"] == "assistant"] if made else []
            assert [(a.name, a.arguments) for a in actions if a and not a.ends] == [
                (call["name"], json.loads(call["arguments"])) for call in made
            ]
            counted += len(made)
    assert counted > 50


def test_messages_of_one_role_in_a_row_become_one() -> None:
    talk = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "One."},
        {"role": "user", "content": "Two."},
        {"role": "assistant", "content": "Three."},
        {"role": "assistant", "content": "Four."},
    ]
    assert as_text(talk, [], "") == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "One.\n\nTwo."},
        {"role": "assistant", "content": "Three.\n\nFour."},
    ]


USER, ANSWER = {"role": "user", "content": "?"}, {"role": "assistant", "content": "!"}


@pytest.mark.parametrize(
    ("talk", "why"),
    [
        ([], "begin with the user"),
        ([ANSWER], "begin with the user"),
        ([USER], "end with the assistant"),
        ([USER, ANSWER, USER], "end with the assistant"),
        ([USER, {"role": "system", "content": "Now."}, ANSWER], "in the middle"),
        ([USER, {"role": "oracle", "content": "!"}], "no role of"),
        ([USER, {"role": "assistant", "content": [{"type": "text", "text": "!"}]}], "no text"),
        (["hello"], "no object"),
        ([USER, {"role": "assistant", "content": None, "tool_calls": [{"function": {"name": "f", "arguments": "{"}}]},
          ANSWER], "no text form"),
        ([USER, {"role": "assistant", "content": "", "tool_calls": [called("1", "f", {}), called("2", "f", {})]},
          {"role": "tool", "tool_call_id": "1", "content": "x"}, ANSWER], "has no result"),
    ],
)  # fmt: skip
def test_what_has_no_plain_form_says_why(talk: list[Any], why: str) -> None:
    with pytest.raises(FlatteningError, match=why):
        as_text(talk, [], "final_answer")
