"""Calls as text, in the paper's form: `ACTION_TYPE / ACTION`, as `python -m teams export --format action-text` writes.

The functions stand in the system message, results come as user turns, calls and endings are two lines of text. Only
writing is here; a test holds it against what the export writes.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from training.chats import Call, Message

_NAME = re.compile(r"[^\W\d][\w.-]*")
_ACTS = re.compile(r"^(ACTION_TYPE :|ACTION:)", re.MULTILINE)
_ENDINGS = {"final_answer": "FINAL_ANSWER", "failed": "FAILED"}
_SYSTEM = """\
You help the user by calling the functions of an API. At every step make one of two choices.

Choice 1: call one function. Write these two lines, then stop and wait; the next message brings the result.
ACTION_TYPE : API_CALL
ACTION: function_name(parameter_name=value, another_parameter_name=value)
Values are JSON: text in double quotes, numbers, true, false, null, [lists] and {"objects": "too"}. Use only functions \
and parameters of the list below, and only values that the user gave, that a call returned, or that follow from those.

Choice 2: end. Write these two lines.
ACTION_TYPE : STOP
ACTION: FINAL_ANSWER("what the user wanted to know or have done")
or, when no function suits, or a value you need was not given and cannot be found,
ACTION: FAILED("the reason")

Call one function at a time. A short thought may stand before the two lines, nothing after them. To ask the user for \
something that is missing, write plain text without an action.

The functions, one a line:
"""


class NoTextForm(ValueError):
    """A talk can't be written in this form; the message says why."""


def to_action_text(
    messages: Sequence[Message], tools: Sequence[Mapping[str, Any]], outcome: str
) -> tuple[Message, ...]:
    """Rewrite a talk with calls; `outcome` is `final_answer` or `failed` and names its ending.

    Raise `NoTextForm` for two calls in one turn, arguments that are no JSON object, or a talk without closing words.
    """
    if outcome not in _ENDINGS:
        raise NoTextForm(f"an outcome {outcome!r}")
    if not messages or messages[-1].role != "assistant" or messages[-1].calls:
        raise NoTextForm("the talk does not end with the assistant's words")
    own = [message.content for message in messages if message.role == "system" and message.content]
    system = "\n\n".join([*own, _SYSTEM + "\n".join(_listed(tools))])
    *talk, last = [message for message in messages if message.role != "system"]
    ending = f"ACTION_TYPE : STOP\nACTION: {_ENDINGS[outcome]}({_literal(last.content)})"
    return (Message("system", system), *(_turn(message) for message in talk), replace(last, content=ending))


def _listed(tools: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for tool in tools:
        function = tool.get("function", tool)
        kept = {name: function[name] for name in ("name", "description", "parameters") if name in function}
        yield json.dumps(kept, ensure_ascii=False)


def _turn(message: Message) -> Message:
    if message.role == "tool":
        return Message("user", f"API_RESULT: {message.content}")
    if not message.calls:
        if message.role == "assistant" and _ACTS.search(message.content):
            raise NoTextForm("plain words that read as an action")
        return message
    if len(message.calls) > 1:
        raise NoTextForm("several calls in one turn")
    line, thought = _line(message.calls[0]), message.content.strip("\n")
    return replace(message, content=f"{thought}\n{line}" if thought else line, calls=())


def _line(call: Call) -> str:
    try:
        arguments = json.loads(call.arguments)
    except ValueError:
        arguments = None
    if not isinstance(arguments, dict):
        raise NoTextForm("arguments that are no JSON object")
    given = ", ".join(f"{_word(name)}={_literal(value)}" for name, value in arguments.items())
    return f"ACTION_TYPE : API_CALL\nACTION: {_word(call.name)}({given})"


def _word(name: str) -> str:
    return name if _NAME.fullmatch(name) else _literal(name)


def _literal(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise NoTextForm("a number that is not finite") from None
