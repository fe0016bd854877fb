"""AutoGen's messages, tools and results, and the JSON of an OpenAI-compatible endpoint: one to the other and back."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard
from weakref import WeakKeyDictionary

import orjson
from autogen_core import FunctionCall
from autogen_core.models import (
    AssistantMessage,
    CreateResult,
    FinishReasons,
    FunctionExecutionResultMessage,
    LLMMessage,
    RequestUsage,
    SystemMessage,
    UserMessage,
)
from autogen_core.tools import Tool, ToolSchema
from pydantic import BaseModel

from agents.errors import Refused

Turn = dict[str, Any]
_REASONS: dict[str, FinishReasons] = {
    "stop": "stop",
    "length": "length",
    "content_filter": "content_filter",
    "tool_calls": "function_calls",
    "function_call": "function_calls",
}
_NOT_IN_NAMES = re.compile(r"[^\w-]", re.ASCII)
_schemas: WeakKeyDictionary[Tool, ToolSchema] = WeakKeyDictionary()
_forms: dict[type[BaseModel], dict[str, Any]] = {}


class EstimatedUsage(RequestUsage):
    """Tokens guessed from the length of the text, because the endpoint did not say."""


@dataclass
class CachedUsage(RequestUsage):
    """Tokens of an endpoint that also says how much of the prompt it had in its cache."""

    cached_tokens: int


def turns(messages: Sequence[LLMMessage], *, system: bool = True, merge_roles: bool = False) -> list[Turn]:
    """Return `messages` as the endpoint reads them.

    `system=False`: what the system says opens the first user turn. `merge_roles`: one leading system turn, later
    ones become user turns, and neighbouring turns of the same speaker become one, as strict chat templates ask.
    """
    result = [turn for message in messages for turn in _turns(message)]
    if merge_roles or not system:
        result = _system_first(result, keep=system)
    return _merged(result) if merge_roles else result


def _turns(message: LLMMessage) -> list[Turn]:
    if isinstance(message, SystemMessage):
        return [{"role": "system", "content": message.content}]
    if isinstance(message, UserMessage):
        return [{"role": "user", "content": _content(message)}]
    if isinstance(message, FunctionExecutionResultMessage):
        return [{"role": "tool", "tool_call_id": r.call_id, "content": r.content} for r in message.content]
    return [_assistant_turn(message)]


def _content(message: UserMessage) -> str | list[dict[str, Any]]:
    if isinstance(message.content, str):
        return message.content
    return [{"type": "text", "text": c} if isinstance(c, str) else dict(c.to_openai_format()) for c in message.content]


def _assistant_turn(message: AssistantMessage) -> Turn:
    if isinstance(message.content, str):
        return {"role": "assistant", "content": message.content}
    calls = [
        {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": call.arguments}}
        for call in message.content
    ]
    return {"role": "assistant", "content": message.thought, "tool_calls": calls}


def _system_first(all_turns: list[Turn], *, keep: bool) -> list[Turn]:
    """Move the leading system turns into one, or into the first user turn; later ones become user turns."""
    first = next((i for i, turn in enumerate(all_turns) if turn["role"] != "system"), len(all_turns))
    words = "\n\n".join(turn["content"] for turn in all_turns[:first])
    rest = [{**turn, "role": "user"} if turn["role"] == "system" else turn for turn in all_turns[first:]]
    if not first:
        return rest
    if keep:
        return [{"role": "system", "content": words}, *rest]
    opening = {"role": "user", "content": words}
    return [_joined(opening, rest[0]), *rest[1:]] if rest and rest[0]["role"] == "user" else [opening, *rest]


def _merged(all_turns: list[Turn]) -> list[Turn]:
    result: list[Turn] = []
    for turn in all_turns:
        last = result[-1] if result else None
        is_plain = turn["role"] in ("user", "assistant") and "tool_calls" not in turn
        if last is not None and is_plain and last["role"] == turn["role"] and "tool_calls" not in last:
            result[-1] = _joined(last, turn)
        else:
            result.append(turn)
    return result


def _joined(one: Turn, other: Turn) -> Turn:
    a, b = one["content"], other["content"]
    if isinstance(a, str) and isinstance(b, str):
        return {**one, "content": f"{a}\n\n{b}" if a and b else a or b}
    return {**one, "content": _parts(a) + _parts(b)}


def _parts(content: Any) -> list[dict[str, Any]]:
    if isinstance(content, list):
        return content
    return [{"type": "text", "text": content}] if content else []


def tool_turn(tool: Tool | ToolSchema) -> dict[str, Any]:
    """Return a tool as the endpoint reads it. A tool builds its schema anew each time it is asked; ours is kept."""
    if not isinstance(tool, dict) and isinstance(tool, Tool):  # asking a protocol takes long; a schema is a dict
        schema = _schemas.get(tool) or _schemas.setdefault(tool, tool.schema)
        return {"type": "function", "function": schema}
    return {"type": "function", "function": tool}


def response_format(json_output: bool | type[BaseModel]) -> dict[str, Any]:
    """Return what asks the endpoint for JSON: any, or of the form of a pydantic model."""
    if isinstance(json_output, bool):
        return {"type": "json_object"}
    form = _forms.get(json_output)
    if form is None:
        schema = _strict(json_output.model_json_schema())
        form = _forms[json_output] = {"name": json_output.__name__, "schema": schema, "strict": True}
    return {"type": "json_schema", "json_schema": form}


def _strict(schema: Any) -> Any:
    """Return the schema as strict endpoints ask: every property required, none added, no defaults."""
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    result: dict[str, Any] = {}
    for key, value in schema.items():
        if key in ("properties", "$defs"):
            result[key] = {name: _strict(inner) for name, inner in value.items()}
        elif key in ("enum", "const", "required"):
            result[key] = value
        elif key != "default":
            result[key] = _strict(value)
    if "properties" in result:
        result |= {"required": list(result["properties"]), "additionalProperties": False}
    return result


def result(answer: Mapping[str, Any], *, sent: int, turn: int) -> CreateResult:
    """Return an endpoint's answer as AutoGen's result. Raise `Refused` where it holds no message at all.

    `sent` is the size of the request in characters, `turn` how many turns it had: what is missing in the answer is
    made of them (tokens, ids of calls), so that equal answers to equal requests give equal results.
    """
    choices = answer.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        raise Refused("the endpoint's answer holds no message (no choices)")
    reason = _REASONS.get(str(choice.get("finish_reason")), "unknown")
    thought, text = _thought_and_text(message, is_cut=reason == "length")
    calls = _calls(message, turn)
    usage = _usage(answer, sent, len(text) + len(thought) + sum(len(c.arguments) for c in calls))
    if calls:
        return CreateResult(
            # Cut arguments must not pass for calls.
            finish_reason=reason if reason in ("length", "content_filter") else "function_calls",
            content=calls,
            usage=usage,
            cached=False,
            thought="\n\n".join(filter(None, (thought, text))) or None,
        )
    if not text and isinstance(message.get("refusal"), str):
        text, reason = message["refusal"], "content_filter"
    if reason == "function_calls":  # said, but there are none
        reason = "unknown"
    return CreateResult(finish_reason=reason, content=text, usage=usage, cached=False, thought=thought or None)


def _thought_and_text(message: Mapping[str, Any], *, is_cut: bool) -> tuple[str, str]:
    content = message.get("content")
    if isinstance(content, list):
        content = "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    text = content if isinstance(content, str) else ""
    thought = next((t for k in ("reasoning_content", "reasoning") if isinstance(t := message.get(k), str) and t), "")
    if thought:
        return thought, text
    inner, end, rest = text.partition("</think>")
    if text.lstrip().startswith("<think>"):
        if end:
            return inner.replace("<think>", "", 1).strip(), rest.lstrip()
        return (text.replace("<think>", "", 1).strip(), "") if is_cut else ("", text)
    # Some templates open the thought in the prompt, so that only its end is seen.
    if end and "<think>" not in text and rest.startswith("\n"):
        return inner.strip(), rest.lstrip()
    return "", text


def _calls(message: Mapping[str, Any], turn: int) -> list[FunctionCall]:
    raw = message.get("tool_calls") or []
    if not raw and isinstance(message.get("function_call"), dict):
        raw = [{"function": message["function_call"]}]
    calls = []
    for number, call in enumerate(raw if isinstance(raw, list) else []):
        function = call.get("function") if isinstance(call, dict) else None
        if not isinstance(function, dict):
            continue
        arguments = function.get("arguments") or "{}"
        if not isinstance(arguments, str):
            arguments = orjson.dumps(arguments).decode()
        name = _NOT_IN_NAMES.sub("_", str(function.get("name") or "unnamed"))[:64]
        calls.append(FunctionCall(id=str(call.get("id") or f"call_{turn}_{number}"), name=name, arguments=arguments))
    return calls


def _usage(answer: Mapping[str, Any], sent: int, got: int) -> RequestUsage:
    said = answer.get("usage")
    said = said if isinstance(said, dict) else {}
    prompt, completion = said.get("prompt_tokens"), said.get("completion_tokens")
    if not _is_count(prompt) or not _is_count(completion):
        return EstimatedUsage(prompt_tokens=tokens(sent), completion_tokens=tokens(got))
    if (cached := _cached(answer, said)) is not None:
        return CachedUsage(int(prompt), int(completion), min(cached, int(prompt)))
    return RequestUsage(prompt_tokens=int(prompt), completion_tokens=int(completion))


def _cached(answer: Mapping[str, Any], said: Mapping[str, Any]) -> int | None:
    """Return how many of the prompt's tokens were in the server's cache; None if it says nothing of it."""
    details, timings = said.get("prompt_tokens_details"), answer.get("timings")
    places = (
        (details, "cached_tokens"),  # OpenAI, vLLM, SGLang
        (said, "prompt_cache_hit_tokens"),  # DeepSeek
        # llama-server. Not its older `tokens_cached`: that counts what the slot holds in the end, new tokens too.
        (timings, "cache_n"),
    )
    for place, name in places:
        if isinstance(place, dict) and _is_count(place.get(name)):
            return int(place[name])
    return None


def _is_count(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and 0 <= value < 1e12


def tokens(characters: int) -> int:
    """Return about how many tokens a text has: four characters each."""
    return (characters + 3) // 4
