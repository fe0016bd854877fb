"""Conversations as seeds: rows of JSON lines with `messages`, such as the `pairs.jsonl` of a run, one seed a row."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import IO, Any

from teams.engine.seeds_text import clean, neutralise
from teams.engine.seeds_walk import Skip

MAX_LINE = 2_000_000
"""Bytes of a row; a longer one is passed over."""
MAX_ROWS = 1_000_000


def talks(stream: IO[bytes]) -> Iterator[tuple[int, tuple[str, dict[str, Any]] | Skip]]:
    """Yield the talks of a file, row by row: the line from 1, the talk as text, its facts; or why there is none.

    Facts are `messages` (role and content, plain text only) and `of`, the row's own id where it has one.
    """
    number = 0
    while number < MAX_ROWS and (line := stream.readline(MAX_LINE)):
        number += 1
        if len(line) == MAX_LINE and not line.endswith(b"\n"):
            while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
                pass
            yield number, Skip.TOO_LARGE
        elif line.strip():
            yield number, talk_in(line.decode("utf-8", "replace"))


def talk_in(row: str) -> tuple[str, dict[str, Any]] | Skip:
    """Return the talk that a row of JSON holds, as text and facts, or why it holds none that can be gone on with."""
    try:
        values = json.loads(row)
    except (ValueError, RecursionError):
        return Skip.NOT_TEXT
    messages = values.get("messages") if isinstance(values, dict) else None
    if isinstance(messages, str):  # the released set keeps its lists as strings
        try:
            messages = json.loads(messages)
        except (ValueError, RecursionError):
            return Skip.NOT_TEXT
    plain = [_plain(message) for message in messages] if isinstance(messages, list) else []
    kept = [message for message in plain if message is not None]
    if len(kept) != len(plain) or not _is_talk(kept):
        return Skip.NOT_A_TALK
    kept = [message for message in kept if message["content"]]  # an empty system message says nothing
    text = "\n\n".join(f"{message['role']}: {message['content']}" for message in kept)
    return text, {"messages": kept, "of": str(values.get("id") or "")}


def _plain(message: Any) -> dict[str, str] | None:
    """Return a message of plain words; None for calls, results of tools and whatever else."""
    if not isinstance(message, Mapping) or message.get("tool_calls"):
        return None
    role, content = message.get("role"), message.get("content")
    if role not in ("system", "user", "assistant") or not isinstance(content, str):
        return None
    return {"role": str(role), "content": neutralise(clean(content)).strip()}


def _is_talk(messages: list[dict[str, str]]) -> bool:
    """Say whether user and assistant speak in turn, the assistant last, and nothing of theirs is empty."""
    said = messages[1:] if messages and messages[0]["role"] == "system" else messages
    if not said or len(said) % 2 or not all(message["content"] for message in said):
        return False
    return all(message["role"] == ("user", "assistant")[n % 2] for n, message in enumerate(said))
