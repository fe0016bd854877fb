"""Replies with a form: the schema shown where an endpoint can't be held to it, and what is wrong with a reply."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias

import jsonschema_rs
from autogen_core.models import LLMMessage, SystemMessage, UserMessage
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

Place: TypeAlias = Literal["system", "opening", "last"]
_SHOWN = "Reply with JSON of this schema and nothing else"
_ADDED = re.compile(rf"\n\n(?:{_SHOWN}, no fences:\n|Reply with one JSON object and nothing else: ).*", re.DOTALL)
"""What an endpoint that lacks schemas or tools is told after the role's own words."""


def with_prompt(messages: Sequence[LLMMessage], prompt: str | None) -> list[LLMMessage]:
    """Put another system message in place of a role's own; None leaves it. What is added to it for an endpoint's sake,
    and stands in a prompt copied from a journal, is left out: it is added again."""
    if prompt is None:
        return list(messages)
    told = SystemMessage(content=_ADDED.sub("", prompt))
    return [told, *(message for message in messages if not isinstance(message, SystemMessage))]


def with_schema(messages: Sequence[LLMMessage], schema: Mapping[str, Any], place: Place = "system") -> list[LLMMessage]:
    """Show the schema at the end of a message, for endpoints that know no constrained replies.

    What changes more rarely has to come first, or a server's prefix cache is of no use beyond it: a schema that all
    chats of the role share belongs to the `system` message, a chat's own to its `opening` (the first thing heard), one
    that is made anew for every reply to the `last`.
    """
    words = f"{_SHOWN}, no fences:\n{dump(schema)}"
    said = [n for n, m in enumerate(messages) if isinstance(m, UserMessage) and isinstance(m.content, str)]
    if place != "system" and said:
        at = said[0 if place == "opening" else -1]
        heard = messages[at]
        assert isinstance(heard, UserMessage)
        shown = UserMessage(content=f"{heard.content}\n\n{words}", source=heard.source)
        return [*messages[:at], shown, *messages[at + 1 :]]
    if messages and isinstance(messages[0], SystemMessage):
        return [SystemMessage(content=f"{messages[0].content}\n\n{words}"), *messages[1:]]
    return [SystemMessage(content=words), *messages]


def schema_complaint(value: Any, schema: Mapping[str, Any]) -> str:
    """Return what is wrong with a reply under its schema, or ''."""
    if fits(value, schema):
        return ""
    error = best_match(Draft202012Validator(schema).iter_errors(value))
    if error is None:
        return ""
    where = "/".join(str(part) for part in error.absolute_path)
    return f"{where or 'the reply'}: {error.message[:300]}"


def fits(value: Any, schema: Mapping[str, Any]) -> bool:
    """Say whether a value is surely valid under a schema; of what does not fit, `jsonschema` says in words why.

    Nearly all replies are valid, and to find that in Rust takes a twentieth to a hundredth of the time.
    """
    try:
        return jsonschema_rs.Draft202012Validator(dict(schema), retriever=_unread).is_valid(value)
    except ValueError:  # a regular expression of Python only, a reference elsewhere, a value that is no JSON
        return False


def _unread(address: str) -> Any:
    """Nothing a schema refers to is fetched."""
    raise ValueError(f"{address} is not read")


def dump(value: Any) -> str:
    """Write JSON the one way it stands in messages: compact, non-ASCII kept."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
