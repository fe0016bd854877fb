"""Rows become chats: whole or turn by turn, calls as calls or as text, and only the assistant is trained."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tools.action_text import to_action_text
from training.config import Data
from training.errors import UsageError
from training.flatten import flatten, trained_weight
from training.reading import Row, read_rows

RUNS = Path(__file__).parents[1] / "runs"
CALL = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 2, "the b": [null]}'}}
TALK: list[dict[str, Any]] = [
    {"role": "system", "content": "Be exact."},
    {"role": "user", "content": "2+2?"},
    {"role": "assistant", "content": "I add.", "tool_calls": [CALL]},
    {"role": "tool", "content": "4", "tool_call_id": "c1"},
    {"role": "assistant", "content": "4"},
]
TOOL = {"type": "function", "function": {"name": "add", "description": "Add.", "parameters": {"type": "object"}}}


def row(messages: list[dict[str, Any]], tools: tuple[Any, ...] = (), **more: Any) -> Row:
    fields = {"id": "r", "skill": "s", "stage": "instruct", "split": "", "accepted": True, "seed": "h", "place": "f:1"}
    return Row(**{**fields, "messages": tuple(messages), "tools": tools, **more})


def weights(messages: Any) -> list[float]:
    return [trained_weight(message) for message in messages]


def test_whole_and_each() -> None:
    (whole,) = flatten(row(TALK), Data())
    assert weights(whole.messages) == [0, 0, 1, 0, 1]
    assert whole.id == "r"
    first, second = flatten(row(TALK), Data(turns="each"))
    assert (len(first.messages), weights(first.messages)) == (3, [0, 0, 1])
    assert (len(second.messages), weights(second.messages)) == (5, [0, 0, 0, 0, 1])
    assert first.id != second.id
    assert first.messages[:2] == second.messages[:2]


def test_calls_and_results_keep_what_joins_them() -> None:
    (chat,) = flatten(row(TALK, (TOOL,)), Data())
    (call,) = chat.messages[2].calls
    assert (call.id, call.name, json.loads(call.arguments)) == ("c1", "add", {"a": 2, "the b": [None]})
    assert chat.messages[3].call_id == "c1"
    assert chat.tools == (TOOL,)


def test_the_last_alone() -> None:
    (chat,) = flatten(row(TALK), Data(train_on="last_assistant"))
    assert weights(chat.messages) == [0, 0, 0, 0, 1]


def test_a_message_says_how_much_it_counts() -> None:
    said = [*TALK[:2], {**TALK[2], "train": False}, TALK[3], {**TALK[4], "weight": 0.5}]
    (chat,) = flatten(row([{**said[0], "weight": 1}, *said[1:]]), Data())
    assert weights(chat.messages) == [0, 0, 0, 0, 0.5], "no weight makes a system turn trained"
    assert len(flatten(row(said), Data(turns="each"))) == 1
    for wrong in (-1, "much", float("nan"), True, 1e39, 1e-60, 10**400):
        with pytest.raises(UsageError, match="0 or more"):
            flatten(row([{**TALK[4], "weight": wrong}]), Data())
    for wrong in ("false", 0, [False]):
        with pytest.raises(UsageError, match=r"f:1: a message's 'train' is .*true or false is right"):
            flatten(row([{**TALK[4], "train": wrong}]), Data())


def test_an_answer_to_nothing_is_not_trained() -> None:
    asked, answer = TALK[1], TALK[4]
    for before in (
        [],
        [{"role": "user", "content": " \n"}],
        [{"role": "system", "content": ""}, {**asked, "content": ""}],
    ):
        (chat,) = flatten(row([*before, answer]), Data())
        assert not any(weights(chat.messages))
        (chat,) = flatten(row([*before, answer, asked, answer]), Data())
        assert weights(chat.messages) == [0.0] * (len(before) + 2) + [1.0], "a greeting is read and not trained"
    (chat,) = flatten(row([TALK[0], answer]), Data())
    assert weights(chat.messages) == [0, 1], "a system turn asks too"


def test_each_leaves_no_row_without_a_word() -> None:
    mute = [*TALK[:2], {**TALK[4], "train": False}]
    (chat,) = flatten(row(mute), Data(turns="each"))
    assert not any(weights(chat.messages))


def test_a_call_in_the_older_form_is_one() -> None:
    said = [TALK[1], {"role": "assistant", "content": "", "function_call": {"name": "add", "arguments": '{"a": 2}'}}]
    (chat,) = flatten(row(said), Data())
    assert [(call.name, call.arguments) for call in chat.messages[1].calls] == [("add", '{"a": 2}')]


@pytest.mark.parametrize("tool_calls", ["structured", "text"])
def test_thoughts_survive_both_forms_of_calls(tool_calls: str) -> None:
    said = [*TALK[:2], {**TALK[2], "reasoning": "A sum."}, TALK[3], {**TALK[4], "reasoning": "Done."}]
    (chat,) = flatten(row(said, (TOOL,)), Data.model_validate({"tool_calls": tool_calls}))
    assert [message.reasoning for message in chat.messages if message.role == "assistant"] == ["A sum.", "Done."]


def test_skills_are_mixed_and_thoughts_kept() -> None:
    (chat,) = flatten(row([*TALK[:2], {**TALK[4], "reasoning": "easy"}]), Data(mix={"s": 0.5, "t": 2}))
    assert chat.weight == 0.5
    assert chat.messages[-1].reasoning == "easy"


def test_a_call_that_is_none_is_refused() -> None:
    with pytest.raises(UsageError, match="f:1: a call is no"):
        flatten(row([{**TALK[2], "tool_calls": [{"function": {"arguments": "{}"}}]}]), Data())
    for wrong in (5, True, "look", {"name": "look"}):
        with pytest.raises(UsageError, match=r"f:1: 'tool_calls' are .*a list of calls"):
            flatten(row([{**TALK[2], "tool_calls": wrong}]), Data())


def test_half_a_surrogate_pair_inside_arguments_is_mended() -> None:
    call = {"id": "c", "function": {"name": "f", "arguments": '{"x": "\\ud83d", "y": "\\ud83d\\ude42"}'}}
    (chat,) = flatten(row([TALK[1], {**TALK[2], "tool_calls": [call]}]), Data())
    assert json.loads(chat.messages[1].calls[0].arguments) == {"x": "\ufffd", "y": "🙂"}


@pytest.mark.parametrize("outcome", ["final_answer", "failed"])
def test_text_is_what_the_export_writes(outcome: str) -> None:
    rows = [row(TALK, (TOOL,), outcome=outcome)]
    rows += read_rows(Data(paths=tuple(RUNS.glob("tool_use/*/pairs.jsonl"))))
    for one in rows:
        (chat,) = flatten(one, Data(tool_calls="text"))
        wanted = to_action_text(one.messages, one.tools, one.outcome)
        assert [{"role": m.role, "content": m.content} for m in chat.messages] == wanted
        assert not chat.tools
        assert not any(message.calls for message in chat.messages)
        assert all(trained_weight(m) == (m.role == "assistant") for m in chat.messages)


def test_what_has_no_text_keeps_its_calls_for_the_encoder_to_name() -> None:
    twice = [*TALK[:2], {**TALK[2], "tool_calls": [CALL, CALL]}, TALK[3], TALK[4]]
    for odd in (
        twice,
        TALK[:3],
        [*TALK[:2], {**TALK[2], "tool_calls": [{"function": {"name": "f", "arguments": "["}}]}, TALK[4]],
    ):
        (chat,) = flatten(row(odd, (TOOL,)), Data(tool_calls="text"))
        assert any(message.calls for message in chat.messages)


def test_talks_without_tools_stay_as_they_are_in_text() -> None:
    (chat,) = flatten(row([TALK[1], TALK[4]]), Data(tool_calls="text"))
    assert [message.content for message in chat.messages] == ["2+2?", "4"]
