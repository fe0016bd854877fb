"""What a row of training data says, whatever shape it was exported in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

Row = Mapping[str, Any]
UNNAMED = "(not named)"
"""Stands for a skill or kind that a row does not name."""
TOOLS_SHOWN, DESCRIBED = 40, 200
"""Tools, and characters of what is said of each, that a reader is shown: the conversation is what it reads."""
_SPEAKERS = {"human": "user", "gpt": "assistant", "model": "assistant", "function": "tool", "observation": "tool"}


@dataclass(frozen=True, slots=True)
class Item:
    """One pair, as the report reads it."""

    id: str
    skill: str
    kind: str
    stage: str
    """`instruct` or `refine`."""
    request: str
    """All the user said."""
    asked: str
    """What was asked of a text that was brought along, without that text; empty where the row tells none apart."""
    system: str
    results: str
    """What tools returned."""
    answer: str
    """All the assistant said, calls where it said nothing."""
    last: str
    """The assistant's last message."""
    turns: int
    """Messages."""
    row: Row
    source: int
    """Which of the sources it is from."""
    line: int
    """Its line there, or its number where there are no lines."""

    @property
    def root(self) -> str:
        """The id of the instruction it was before any refinement; its own where that can't be told."""
        kinds = self.row.get("kinds")
        if not isinstance(kinds, Mapping):
            return self.id
        added = sum(len(kinds.get(name) or ()) for name in ("refine", "demand") if isinstance(kinds.get(name), list))
        steps = self.id.split("/")
        return "/".join(steps[:-added]) if 0 < added < len(steps) else self.id


def item_of(row: Row, source: int, line: int) -> Item:
    """Read a row. Raises `ValueError` saying what it lacks: words of a user, or any messages at all."""
    messages = list(messages_of(row))
    if not messages:
        raise ValueError("no messages: rows need `messages`, `conversations`, or `instruction` and `output`")
    said: dict[str, list[str]] = {"user": [], "assistant": [], "system": [], "tool": []}
    calls: list[str] = []
    last = ""
    for role, text, called in messages:
        said.setdefault(role, []).append(text)
        calls += called
        if role == "assistant":
            last = text or "\n".join(called)
    answer = "\n".join(filter(None, said["assistant"])) or "\n".join(calls)
    kinds, facts = _table(row.get("kinds")), facts_of(row)
    kind = kinds.get("instruct", row.get("kind"))
    return Item(
        id=str(row.get("id") or f"line {line}"),
        skill=str(row.get("skill") or UNNAMED),
        kind=str(kind or UNNAMED),
        stage="refine" if kinds.get("refine") else "instruct",
        request="\n".join(said["user"]),
        asked=str(facts.get("ask") or ""),
        system="\n".join(said["system"]),
        results="\n".join(said["tool"]),
        answer=answer,
        last=last,
        turns=len(messages),
        row=row,
        source=source,
        line=line,
    )


def facts_of(row: Row) -> Mapping[str, Any]:
    """Return what a row holds to be judged by; Parquet has it as JSON text."""
    if isinstance(text := row.get("facts_json"), str):
        try:
            return _table(json.loads(text))
        except ValueError:
            return {}
    return _table(row.get("facts"))


def prompt_of(row: Row) -> list[dict[str, str]]:
    """Return the messages before the assistant's last: what a model would be asked."""
    said = [{"role": role, "content": text} for role, text, _ in messages_of(row)]
    while said and said[-1]["role"] != "assistant":
        said.pop()
    return said[:-1]


def messages_of(row: Row) -> Iterator[tuple[str, str, list[str]]]:
    """Yield `(role, text, calls)` of every message, whatever shape the row has."""
    listed = row.get("messages", row.get("conversations"))
    if isinstance(listed, list):
        for message in listed:
            if isinstance(message, Mapping):
                role = str(message.get("role", message.get("from", "")))
                text = _text(message.get("content", message.get("value")))
                yield _SPEAKERS.get(role, role), text, _calls(message.get("tool_calls"))
        return
    asked = next((row[name] for name in ("instruction", "prompt", "question") if row.get(name)), None)
    given = next((row[name] for name in ("output", "response", "completion", "chosen", "answer") if name in row), None)
    if asked is not None and given is not None:
        if row.get("system"):
            yield "system", _text(row["system"]), []
        yield "user", "\n\n".join(filter(None, (_text(asked), _text(row.get("input"))))), []
        yield "assistant", _text(given), []


def as_text(row: Row) -> str:
    """Return a pair as a reader sees it: the tools there are, and who says what, calls and results included."""
    tools = list(_tools(row.get("tools")))
    if left := tools[TOOLS_SHOWN:]:
        tools[TOOLS_SHOWN:] = [f"- and {len(left)} more"]
    said = ["\n".join(["TOOLS OF THE ASSISTANT:", *tools])] if tools else []
    for role, text, called in messages_of(row):
        words = [text, *(f"(calls {call.replace(' ', ' with ', 1)})" for call in called)]
        said.append(f"{(role or '?').upper()}: " + "\n".join(filter(None, words)))
    return "\n\n".join(said)


def _tools(listed: Any) -> Iterator[str]:
    if isinstance(listed, str):  # as in ShareGPT's rows
        try:
            listed = json.loads(listed)
        except ValueError:
            return
    for one in listed if isinstance(listed, list) else ():
        tool = one.get("function", one) if isinstance(one, Mapping) else None
        if isinstance(tool, Mapping) and tool.get("name"):
            parameters = tool.get("parameters")
            values = parameters.get("properties") if isinstance(parameters, Mapping) else None
            named = ", ".join(map(str, values)) if isinstance(values, Mapping) else ""
            yield f"- {tool['name']}({named}): {shorten(_text(tool.get('description')), DESCRIBED, placeholder=' …')}"


def _text(value: Any) -> str:
    """A message's words; of one made of parts, those of its texts."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(_text(part.get("text", part.get("content"))) for part in value if isinstance(part, Mapping))
    return "" if value is None else str(value)


def _calls(value: Any) -> list[str]:
    if not isinstance(value, list):
        return []
    functions = [_table(call.get("function", call)) for call in value if isinstance(call, Mapping)]
    return [f"{function.get('name')} {_arguments(function.get('arguments'))}" for function in functions]


def _arguments(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value or {}, ensure_ascii=False, default=str)


def _table(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
