"""What calls of models and tools are told as in spans: attributes of the GenAI conventions, from our own plain rows."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from agents.errors import UsageError
from agents.models.spec import OPENAI, parse_spec

Attributes = dict[str, Any]
_PROVIDERS = {
    "openai": "openai",
    "url": "openai",  # what speaks OpenAI's language; `server.address` tells them apart
    "anthropic": "anthropic",
    "azure": "azure.ai.openai",
    "ollama": "ollama",
    "gguf": "llama.cpp",
    "local": "llama.cpp",
}
_ROLES = {"SystemMessage": "system", "UserMessage": "user", "AssistantMessage": "assistant", "tool": "tool"}


@functools.cache
def _of_model(name: str) -> Attributes:
    """Say of a model what it is called, whose it is and where."""
    try:
        spec = parse_spec(name)
    except UsageError:  # a model of the caller's own
        return {"gen_ai.request.model": name, "gen_ai.provider.name": "_OTHER"}
    about: Attributes = {"gen_ai.request.model": spec.model, "gen_ai.provider.name": _PROVIDERS[spec.provider]}
    if url := spec.url or (OPENAI if spec.provider == "openai" else ""):
        place = urlsplit(url)
        about["server.address"] = place.hostname or ""
        about["server.port"] = place.port or (443 if place.scheme == "https" else 80)
    return about


def of_request(model: str, extra: Mapping[str, Any]) -> Attributes:
    """Return what is told of a request without its messages."""
    about = dict(_of_model(model))
    for name in ("temperature", "max_tokens", "seed"):
        if name in extra:
            about[f"gen_ai.request.{name}"] = extra[name]
    if "response_format" in extra or "grammar" in extra:
        about["gen_ai.output.type"] = "json"
    return about


def of_messages(messages: Sequence[Any], tools: Sequence[Any]) -> Attributes:
    """Return the messages of a request, as `plain` has them."""
    system = [_text(content) for role, content in messages if role == "SystemMessage"]
    told = [{"role": _ROLES.get(role, role), "parts": _parts(role, content)} for role, content in messages
            if role != "SystemMessage"]  # fmt: skip
    about = {"gen_ai.input.messages": _json(told)}
    about |= {"gen_ai.system_instructions": _json(system)} if system else {}
    return about | (
        {"gen_ai.tool.definitions": _json([{"type": "function", **tool} for tool in tools])} if tools else {}
    )


def of_reply(reply: Mapping[str, Any], contents: bool) -> Attributes:
    """Return what is told of a reply as it is stored."""
    about: Attributes = {
        "gen_ai.response.finish_reasons": [_finish(str(reply.get("finish", "unknown")))],
        "gen_ai.usage.input_tokens": reply.get("prompt_tokens", 0),
        "gen_ai.usage.output_tokens": reply.get("completion_tokens", 0),
    }
    if reply.get("cached_tokens") is not None:
        about["gen_ai.usage.cache_read.input_tokens"] = reply["cached_tokens"]
    if contents:
        parts = [{"type": "reasoning", "content": reply["thought"]}] if reply.get("thought") else []
        parts += [_text(reply["content"])] if reply.get("content") else []
        parts += [{"type": "tool_call", **call} for call in reply.get("calls", ())]
        said = {"role": "assistant", "parts": parts, "finish_reason": about["gen_ai.response.finish_reasons"][0]}
        about["gen_ai.output.messages"] = _json([said])
    return about


def of_arguments(arguments: Mapping[str, Any]) -> Attributes:
    return {"gen_ai.tool.call.arguments": _json(arguments)}


def of_answer(text: str, is_error: bool, contents: bool) -> Attributes:
    """Return what is told of a tool's answer."""
    about = {"error.type": "tool_error"} if is_error else {}
    return about | ({"gen_ai.tool.call.result": text} if contents else {})


def _parts(role: str, content: Any) -> list[Any]:
    if isinstance(content, str):
        return [_text(content)]
    if role == "tool":
        return [{"type": "tool_call_response", "id": id, "response": answer} for id, answer in content]
    return [_text(part) for part in content]


def _text(content: Any) -> dict[str, Any]:
    return {"type": "text", "content": content if isinstance(content, str) else str(content)}


def _finish(reason: str) -> str:
    return "tool_calls" if reason == "function_calls" else reason


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
