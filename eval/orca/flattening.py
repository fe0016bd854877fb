"""From a pair's structured conversation to plain turns of user and assistant, as the paper's models see them.

Calls become the text form `ACTION_TYPE / ACTION` of `tools.action_text`, results the user's turns, and the functions
stand in the system message: a model is marked on what it writes, whether or not its endpoint knows native calls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from eval.records import Message
from tools.action_text import ActionError, to_action_text


class FlatteningError(ValueError):
    """A conversation has no plain form: says why, short enough to be counted by."""


def as_text(messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]], outcome: str) -> list[Message]:
    """Return at most one system message, then user and assistant by turns, beginning with the user, ending with the
    assistant. Messages of one role in a row become one.

    `outcome` is how a conversation with tools ended: `final_answer` or `failed`. Raise `FlatteningError`.
    """
    if not all(isinstance(message, Mapping) for message in messages):
        raise FlatteningError("a message is no object")
    if tools or any(message.get("tool_calls") or message.get("role") == "tool" for message in messages):
        try:
            messages = to_action_text(list(_one_call_a_turn(messages)), tools, outcome)
        except ActionError as error:
            raise FlatteningError(f"no text form: {error}") from None
        except (AttributeError, KeyError, TypeError):  # a run's own rows never are; a file of somebody's may be
            raise FlatteningError("its tools or calls are malformed") from None
    merged = list(_merged(messages))
    talk = [message["role"] for message in merged if message["role"] != "system"]
    if not talk or talk[0] != "user" or talk[-1] != "assistant":
        raise FlatteningError("it does not begin with the user and end with the assistant")
    if [message["role"] for message in merged[1:]].count("system"):
        raise FlatteningError("a system message stands in the middle")
    return merged


def _one_call_a_turn(messages: Sequence[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    """Part a turn of several calls into as many turns, each followed by its own result: the form has one a turn."""
    results = {str(m.get("tool_call_id")): m for m in messages if m.get("role") == "tool"}
    parted: set[str] = set()
    for message in messages:
        calls = message.get("tool_calls") or []
        if len(calls) < 2:
            if str(message.get("tool_call_id")) not in parted:
                yield message
            continue
        for number, call in enumerate(calls):
            key = str(call.get("id"))
            if key not in results:
                raise FlatteningError("one of several calls has no result")
            parted.add(key)
            yield {**message, "content": message.get("content") if number == 0 else "", "tool_calls": [call]}
            yield results[key]


def _merged(messages: Sequence[Mapping[str, Any]]) -> Iterator[Message]:
    last: Message | None = None
    for message in messages:
        role, words = message.get("role"), message.get("content")
        if role not in ("system", "user", "assistant") or not isinstance(words, str):
            raise FlatteningError("a message has no role of system, user, assistant, or no text")
        if last and last["role"] == role:
            last = {"role": role, "content": f"{last['content']}\n\n{words}"}
            continue
        if last:
            yield last
        last = {"role": role, "content": words}
    if last:
        yield last
