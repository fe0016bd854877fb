"""Make chats of a row: whole or one for each of the assistant's turns, with what of them is trained, and how much.

Only the assistant is ever trained. A message's own `weight` (or `"train": false`) decides for it; `data.train_on`
narrows that to the last turn. Calls stay calls, which the model's template writes, or become action text.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from training.action_text import NoTextForm, to_action_text
from training.chats import Call, Chat, Message
from training.config import Data
from training.errors import UsageError
from training.rows import Row, clean

_LEAST, _MOST = 1e-6, 1e6
"""Weights beyond are a slip, and in the end no numbers: they are kept, and summed, in 32 bits."""
HELD_OUT = "test"
"""The split of seeds that `data.hold_out` keeps back; the same name the exports use."""


def flatten(row: Row, data: Data) -> list[Chat]:
    """Return the chats of a row: one, or with `data.turns` `each` one for every assistant turn that is trained.

    There is always one: what has nothing to train is for the encoder to leave out, and to count.
    Raise `UsageError` for calls and weights that can't be read.
    """
    messages = _asked(tuple(_message(raw, row.place) for raw in row.messages))
    tools: Sequence[Mapping[str, Any]] = row.tools
    if data.tool_calls == "text" and (tools or any(message.calls for message in messages)):
        messages, tools = _as_text(messages, tools, row.outcome)
    messages = _last_alone(messages) if data.train_on == "last_assistant" else messages
    whole = Chat(row.id, messages, tuple(tools), row.skill, split_of(row, data), data.mix.get(row.skill, 1.0))
    if data.turns == "whole":
        return [whole]
    ends = [number for number, message in enumerate(messages, 1) if trained_weight(message)]
    each = [replace(whole, id=f"{row.id}#{n}", messages=_last_alone(messages[:n])) for n in ends]
    return each or [whole]  # the encoder drops it by name, and counts it


def trained_weight(message: Message) -> float:
    """Return how much a token of the message counts in the loss; 0: it is not trained."""
    if message.role != "assistant":
        return 0.0
    return 1.0 if message.weight is None else message.weight


def split_of(row: Row, data: Data) -> str:
    """Return the row's split: the held-out one it names, else by the hash of its seed, so that no seed is in two.

    The draw is the one a run makes: of two shares the smaller one's seeds are among the greater one's. So rows of a run
    that held seeds out keep those, and with a greater `data.hold_out` there are more of them.
    """
    if row.split and row.split != "train":
        return row.split
    drawn = hashlib.sha256(f"hold-out {row.seed}".encode()).digest()[:8]
    return HELD_OUT if int.from_bytes(drawn) < data.hold_out * 2**64 else "train"


def _as_text(
    messages: tuple[Message, ...], tools: Sequence[Mapping[str, Any]], outcome: str
) -> tuple[tuple[Message, ...], Sequence[Mapping[str, Any]]]:
    try:
        return to_action_text(messages, tools, outcome), ()
    except NoTextForm:
        return messages, tools  # the encoder drops it by name, and counts it


def _asked(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """Train no answer to nothing: with all before it empty, it is what the model would say whatever it is asked."""
    first = next((number for number, message in enumerate(messages) if message.content.strip() or message.calls), 0)
    if messages[first].role != "assistant":
        return messages
    return (*messages[:first], replace(messages[first], weight=0.0), *messages[first + 1 :])


def _last_alone(messages: tuple[Message, ...]) -> tuple[Message, ...]:
    """Train nothing but the last of the assistant's turns, and that as much as it says."""
    last = max((number for number, message in enumerate(messages) if message.role == "assistant"), default=-1)
    return tuple(
        replace(message, weight=0.0) if message.role == "assistant" and number != last else message
        for number, message in enumerate(messages)
    )


def _message(raw: Mapping[str, Any], place: str) -> Message:
    reasoning = next((raw[name] for name in ("reasoning_content", "reasoning", "thinking") if raw.get(name)), "")
    return Message(
        role=raw["role"],
        content=raw["content"],
        calls=tuple(_calls(raw, place)),
        reasoning=str(reasoning),
        call_id=str(raw.get("tool_call_id") or ""),
        name=str(raw.get("name") or ""),
        weight=_weight(raw, place),
    )


def _calls(raw: Mapping[str, Any], place: str) -> list[Call]:
    made: list[Call] = []
    given = raw.get("tool_calls") or ([raw["function_call"]] if raw.get("function_call") else [])
    if not isinstance(given, list):
        raise UsageError(f"{place}: 'tool_calls' are {str(given)[:100]!r}; a list of calls is right, or none")
    for number, call in enumerate(given, 1):
        function = call.get("function", call) if isinstance(call, Mapping) else None
        if not isinstance(function, Mapping) or not isinstance(function.get("name"), str):
            raise UsageError(f'{place}: a call is no {{"id": …, "function": {{"name": …, "arguments": "…"}}}}')
        said = function.get("arguments") or {}
        arguments = _whole(said) if isinstance(said, str) else json.dumps(said, ensure_ascii=False)
        made.append(Call(str(call.get("id") or f"call_{number}"), function["name"], arguments))
    return made


def _whole(arguments: str) -> str:
    """Mend halves of surrogate pairs, which JSON inside JSON can still hide behind their escapes."""
    if "\\ud" not in arguments.lower():
        return arguments
    try:
        return json.dumps(clean(json.loads(arguments)), ensure_ascii=False)
    except (ValueError, RecursionError):
        return arguments  # the encoder says what is wrong with it


def _weight(raw: Mapping[str, Any], place: str) -> float | None:
    given, train = raw.get("weight"), raw.get("train")
    if train is not None and not isinstance(train, bool):
        raise UsageError(f"{place}: a message's 'train' is {train!r}; true or false is right")
    if train is False:
        return 0.0
    if given is None:
        return None
    number = isinstance(given, int | float) and not isinstance(given, bool)
    if not number or not (given == 0 or _LEAST <= given <= _MOST):
        raise UsageError(
            f"{place}: a message's weight is {str(given)[:40]!r}; a number of 0 or more is right "
            f"({_LEAST:g} to {_MOST:g} where it is not 0)"
        )
    return float(given)
