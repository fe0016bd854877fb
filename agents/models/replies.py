"""A request as it is hashed and a reply as it is stored: plain JSON, the same in every run."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from autogen_core import FunctionCall
from autogen_core.models import CreateResult, FunctionExecutionResultMessage, LLMMessage, RequestUsage

from agents.chat_log import Reply, storable
from agents.models.json_text import read_json
from agents.models.wire import CachedUsage

UNFINISHED = ("length", "content_filter")
"""Finish reasons of replies that were broken off: what there is of them must pass neither for words nor for a call."""
_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


def plain(messages: Sequence[LLMMessage]) -> list[Any]:
    """A request's messages as JSON, for hashing: everything the model sees and nothing else."""
    rows: list[Any] = []
    for message in messages:
        if isinstance(message, FunctionExecutionResultMessage):
            rows.append(["tool", [[r.call_id, r.content] for r in message.content]])
        elif isinstance(message.content, str):
            rows.append([message.type, message.content])
        else:
            rows.append([message.type, [str(part) for part in message.content]])
    return rows


def as_stored(result: CreateResult) -> Reply:
    """A reply as the journal keeps it. Lone surrogates would break every writer after it: replaced here, once."""
    reply: Reply = {
        "finish": result.finish_reason,
        "prompt_tokens": result.usage.prompt_tokens,
        "completion_tokens": result.usage.completion_tokens,
    }
    if isinstance(result.usage, CachedUsage):
        reply["cached_tokens"] = result.usage.cached_tokens
    if isinstance(result.content, str):
        reply["content"] = _clean(result.content)
    else:
        reply["calls"] = [{"name": _clean(c.name), "arguments": _clean_arguments(c.arguments)} for c in result.content]
    if result.thought:
        reply["thought"] = _clean(result.thought)
    return reply


def as_result(reply: Reply) -> CreateResult:
    """A stored reply as AutoGen wants it."""
    finish = reply.get("finish", "unknown")
    calls = [FunctionCall(id="", name=c["name"], arguments=c["arguments"]) for c in reply.get("calls", ())]
    return CreateResult(
        finish_reason="function_calls" if calls and finish not in UNFINISHED else finish,
        content=calls or reply.get("content", ""),
        usage=RequestUsage(reply.get("prompt_tokens", 0), reply.get("completion_tokens", 0)),
        cached=False,
        thought=reply.get("thought"),
    )


def _clean(text: str) -> str:
    return storable(text).replace("\x00", "")


def _clean_arguments(text: str) -> str:
    """Clean a call's arguments, of surrogates that stand there escaped as well; what is no JSON stays as it is."""
    text = _clean(text)
    if not _ESCAPED_SURROGATE.search(text):
        return text
    try:
        return json.dumps(read_json(text, dict), ensure_ascii=False)
    except ValueError:
        return text  # to be complained of
