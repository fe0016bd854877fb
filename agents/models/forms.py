"""Replies with a form: the schema shown where an endpoint can't be held to it, and what is wrong with a reply."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from autogen_core.models import LLMMessage, SystemMessage
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match


def with_schema(messages: Sequence[LLMMessage], schema: Mapping[str, Any]) -> list[LLMMessage]:
    """Show the schema at the end of the system message, for endpoints that know no constrained replies."""
    words = f"Reply with JSON of this schema and nothing else, no fences:\n{dump(schema)}"
    if messages and isinstance(messages[0], SystemMessage):
        return [SystemMessage(content=f"{messages[0].content}\n\n{words}"), *messages[1:]]
    return [SystemMessage(content=words), *messages]


def schema_complaint(value: Any, schema: Mapping[str, Any]) -> str:
    """Return what is wrong with a reply under its schema, or ''."""
    error = best_match(Draft202012Validator(schema).iter_errors(value))
    if error is None:
        return ""
    where = "/".join(str(part) for part in error.absolute_path)
    return f"{where or 'the reply'}: {error.message[:300]}"


def dump(value: Any) -> str:
    """Write JSON the one way it stands in messages: compact, non-ASCII kept."""
    return json.dumps(value, ensure_ascii=False, separators=(", ", ": "))
