"""A pair as a trainer will see it: ChatML, and which of it is learnt.

Trained are the assistant's words and calls, with the mark that ends its turn: a model that never learnt to end goes on
for ever. What a system message, a user or a tool says is read and not learnt. The pieces stay apart as they are made,
so that a mark that stands in somebody's words is never taken for one of the template's.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

TEMPLATE = "chatml"
_BEGIN, _END = "<|im_start|>", "<|im_end|>"


def trained(messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]] = ()) -> dict[str, Any]:
    """Return `{"template", "segments": [{"text", "trained"}], "characters": {"trained", "all"}}`.

    Segments alternate between what is learnt and what is not; together they are the whole text. A message whose
    `weight` is 0, or whose `train` is false, is not learnt.
    """
    pieces = [piece for piece in _pieces(messages, tools) if piece[0]]
    segments = [
        {"text": "".join(text for text, _ in group), "trained": is_learnt}
        for is_learnt, group in itertools.groupby(pieces, key=lambda piece: piece[1])
    ]
    learnt = sum(len(text) for text, is_learnt in pieces if is_learnt)
    characters = {"trained": learnt, "all": sum(len(text) for text, _ in pieces)}
    return {"template": TEMPLATE, "segments": segments, "characters": characters}


def _pieces(messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, bool]]:
    if tools and not (messages and messages[0].get("role") == "system"):
        yield f"{_BEGIN}system\n{_manual(tools)}{_END}\n", False
        tools = ()
    for message in messages:
        role, words = str(message.get("role", "")), _words(message)
        yield f"{_BEGIN}{role}\n", False
        if role == "system" and tools:
            words, tools = "\n\n".join(filter(None, (words, _manual(tools)))), ()
        is_learnt = role == "assistant" and _counts(message)
        yield words, is_learnt
        yield _END, is_learnt
        yield "\n", False


def _counts(message: Mapping[str, Any]) -> bool:
    return message.get("weight", 1) != 0 and message.get("train", True) not in (False, 0)


def _words(message: Mapping[str, Any]) -> str:
    """A message's content, and after it a line for each call."""
    content = message.get("content")
    parts = [content if isinstance(content, str) else "" if content is None else json.dumps(content)]
    for call in message.get("tool_calls") or ():
        function = call.get("function") or {}
        said = {"name": function.get("name"), "arguments": _arguments(function.get("arguments"))}
        parts.append(f"<tool_call>\n{json.dumps(said, ensure_ascii=False)}\n</tool_call>")
    return "\n".join(filter(None, parts))


def _arguments(value: Any) -> Any:
    """Arguments stand in a row as JSON text, and in a template as the object."""
    try:
        return json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return value


def _manual(tools: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(["<tools>", *(json.dumps(tool, ensure_ascii=False) for tool in tools), "</tools>"])
