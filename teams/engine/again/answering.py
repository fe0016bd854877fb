"""A person's answer in place of a role's: in which form it is to be given, and as what the role gives it."""

from __future__ import annotations

import json
from typing import Any

from teams.engine.again.kept import Kept

_MOST = 300
"""Characters of the reply that is shown as the pattern."""


def answer_of(kept: Kept, chat: str, role: str, text: str | None) -> str | dict[str, Any] | None:
    """Return a person's answer as the role would give it: a call where it is one and the role makes calls."""
    if text is None:
        return None
    calls = any("calls" in json.loads(reply) for (reply,) in kept.all(
        "SELECT reply FROM calls WHERE chat=? AND role=? AND reply<>''", chat, role))  # fmt: skip
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    is_call = isinstance(value, dict) and set(value) == {"name", "arguments"} and isinstance(value["arguments"], dict)
    return value if calls and is_call else text.removesuffix("\n")


def form_of(kept: Kept, chat: str, turn: int) -> str:
    """Say in which form a turn was given in the run, and so is to be given; '' where that can't be told."""
    replies = kept.column("SELECT reply FROM calls WHERE chat=? AND turn=? AND reply<>''", chat, turn)
    if not replies:
        return ""
    reply = json.loads(replies[-1])
    if calls := reply.get("calls"):
        call = {"name": calls[0]["name"], "arguments": _value(calls[0]["arguments"])}
        return f"at this turn a tool was called; a call is given as JSON, as it was in the run: {_short(call)}"
    if isinstance(value := _value(reply.get("content")), dict):
        return f"at this turn JSON was said, and is to be given, as it was in the run: {_short(value)}"
    return "at this turn words were said, and are given as plain text"


def _value(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return text


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _MOST else f"{text[:_MOST]}…"
