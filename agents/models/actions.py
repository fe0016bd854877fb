"""Tools for models that can't call them: one JSON object a turn, a tool with its arguments or the final answer.

Small models write tool calls as prose, and some endpoints have no tools at all. All of them can be held to a JSON
schema, or at least asked for JSON. So the tools are described in words, the reply is one *action*

    {"thought": "…", "action": "calculator", "arguments": {"expression": "2*21"}}
    {"thought": "…", "answer": "It is 42."}

and AutoGen is handed ordinary function calls. Everything here is a pure function; the prefix of the request (system
message, then tools) stays the same from turn to turn, so that prompt caches hold.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from autogen_core import FunctionCall
from autogen_core.models import (
    AssistantMessage,
    FunctionExecutionResult,
    FunctionExecutionResultMessage,
    LLMMessage,
    SystemMessage,
    UserMessage,
)

from agents.models.json_text import read_json
from agents.models.strict import strict

__all__ = ["Action", "action_schema", "compact_grammar", "decode", "encode", "read_json", "strict"]

ToolLike: TypeAlias = Mapping[str, Any]
"""A tool as `{"name", "description", "parameters": <JSON schema>}`."""
_NEXT = "If everything that was asked for is done, end now. Else take the one step that is missing."
"""Said last where no answer is allowed: without it a small model that has the result looks for more to do."""
_THOUGHT = {"type": "string", "maxLength": 200}
MOST_TEXT, MOST_NUMBER = 600, 1_000_000_000
"""Bounds of a text, in characters, and of a number in a grammar, where the schema sets none."""


@dataclass(frozen=True)
class Action:
    """What a model chose to do."""

    content: str | list[FunctionCall]
    """The final answer, or the one call."""
    thought: str | None = None


def action_schema(
    tools: Sequence[ToolLike], allow_final: bool = True, final: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the JSON schema of one action: a call of one of `tools` or, if `allow_final`, an answer.

    `final` is the answer's own schema, where the role has a form; words by default.

    Raises:
        ValueError: nothing is allowed.
    """
    forms = [
        _object(thought=_THOUGHT, action={"type": "string", "const": tool["name"]}, arguments=_arguments(tool))
        for tool in tools
    ]
    if allow_final:
        forms.append(_object(thought=_THOUGHT, answer=final or {"type": "string"}))
    if not forms:
        raise ValueError("an action needs a tool to call, or leave to answer")
    return forms[0] if len(forms) == 1 else {"anyOf": forms}


def encode(messages: Sequence[LLMMessage], tools: Sequence[ToolLike], allow_final: bool = True) -> list[LLMMessage]:
    """Return `messages` for a model that speaks in actions: tools in words, earlier calls and results as turns."""
    turns = [turn for message in messages for turn in _turns(message, messages)]
    if not tools:
        return turns
    manual = _manual(tools, allow_final)
    first = next((n for n, turn in enumerate(turns) if isinstance(turn, SystemMessage)), None)
    if first is None:
        turns.insert(0, SystemMessage(content=manual))
    else:
        turns[first] = SystemMessage(content=f"{turns[first].content}\n\n{manual}")
    if not allow_final:
        turns = _with_last_word(turns, _NEXT)
    return turns


def decode(text: str, tools: Sequence[ToolLike], call_id: str = "call_0") -> Action:
    """Return the action that `text` says. Words around the JSON do no harm, words without any are an answer.

    Raises:
        ValueError: it is no action, or calls what does not exist. Says what would be right, in words for the model.
    """
    try:
        said = read_json(text, expect=dict)
    except ValueError:
        if not text.strip() or _means_json(text):
            raise
        return Action(text.strip())
    thought = said.get("thought") if isinstance(said.get("thought"), str) else None
    name, known = _first(said, "action", "tool", "name"), [tool["name"] for tool in tools]
    if name in known:
        return Action([FunctionCall(id=call_id, name=name, arguments=_said_arguments(said, name))], thought)
    if "answer" in said:
        answer = said["answer"]
        return Action(answer if isinstance(answer, str) else json.dumps(answer, ensure_ascii=False), thought)
    if name is None and not _means_json(text):
        return Action(text.strip())  # an answer that happens to hold some JSON
    raise ValueError(f'there is no tool {name!r}; "action" is one of: {", ".join(known)}; or give an "answer"')


def compact_grammar(schema: Mapping[str, Any]) -> str:
    """Return a grammar for llama.cpp's `grammar` field that holds the reply to `schema`, without any white space.

    `response_format` leaves white space free there, and small models spend a third of their tokens on it.
    """
    form = {"item_separator": ",", "key_separator": ":", "whitespace_flexible": False}
    return "%llguidance {}\nstart: %json " + json.dumps({**_ending(strict(schema)), "x-guidance": form})


def _ending(schema: Any) -> Any:
    """Bound texts and numbers that have no bound: a small model that begins one does not always end it."""
    if isinstance(schema, list):
        return [_ending(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    # What stands under `properties` are names, not keywords: one may be called "type".
    made = {
        key: {name: _ending(part) for name, part in value.items()}
        if key == "properties" and isinstance(value, dict)
        else value
        if key in ("enum", "const", "default", "required")
        else _ending(value)
        for key, value in schema.items()
    }
    if not made.keys() & {"enum", "const", "pattern", "format"}:
        if made.get("type") in ("integer", "number"):
            made = {"minimum": -MOST_NUMBER, "maximum": MOST_NUMBER, **made}
        elif made.get("type") == "string":
            made = {"maxLength": MOST_TEXT, **made}
    return made


# -- to the model


def _turns(message: LLMMessage, messages: Sequence[LLMMessage]) -> Iterator[LLMMessage]:
    """One action a turn: where AutoGen holds several calls and then several results, each call meets its result."""
    if isinstance(message, AssistantMessage):
        if isinstance(message.content, str):
            yield AssistantMessage(content=_action(answer=message.content), source=message.source)
            return
        for call in message.content:
            said = _action(action=call.name, arguments=_loads(call.arguments))
            yield AssistantMessage(content=said, source=message.source)
            if result := _result_of(call, messages):
                yield UserMessage(content=_report(result), source="tools")
    elif not isinstance(message, FunctionExecutionResultMessage):
        yield message


def _result_of(call: FunctionCall, messages: Sequence[LLMMessage]) -> FunctionExecutionResult | None:
    results = (r for m in messages if isinstance(m, FunctionExecutionResultMessage) for r in m.content)
    return next((result for result in results if result.call_id == call.id), None)


def _report(result: FunctionExecutionResult) -> str:
    return f"{result.name} {'failed' if result.is_error else 'gave'}: {result.content}"


def _action(**what: Any) -> str:
    # Without the thought that led to it: a small model that reads its own repeats it, and the step with it.
    return json.dumps(what, ensure_ascii=False, separators=(",", ":"))


def _manual(tools: Sequence[ToolLike], allow_final: bool) -> str:
    # No example: models under a billion parameters copy it, whatever the task.
    call = '{"thought": …, "action": TOOL, "arguments": {…}}'
    if allow_final:
        lines = ["Reply with one JSON object and nothing else: either a call of one tool, or your final answer."]
        lines.append(f"Call: {call}. Its result comes in the next message.")
        lines.append('Answer: {"thought": …, "answer": …}. Only when no call is needed any more.')
    else:
        lines = [f"Reply with one JSON object and nothing else: {call}. Its result comes in the next message."]
    lines.append("The thought is one sentence: what is known, and what is needed next. The tools:")
    lines += [_described(tool) for tool in tools]
    return "\n".join(lines)


def _described(tool: ToolLike) -> str:
    schema = _arguments(tool)
    arguments = json.dumps(schema.get("properties", {}), ensure_ascii=False, separators=(",", ":"))
    required = schema.get("required")
    needs = f" Required: {', '.join(map(str, required))}." if required else ""
    return f"- {tool['name']}: {' '.join(str(tool.get('description', '')).split())} Arguments: {arguments}.{needs}"


def _with_last_word(turns: list[LLMMessage], word: str) -> list[LLMMessage]:
    last = turns[-1]
    if isinstance(last, UserMessage) and isinstance(last.content, str):
        return [*turns[:-1], UserMessage(content=f"{last.content}\n\n{word}", source=last.source)]
    return [*turns, UserMessage(content=word, source="tools")]


# -- from the model


def _means_json(text: str) -> bool:
    return text.lstrip().startswith(("{", "[", "```", "<"))


def _first(said: Mapping[str, Any], *keys: str) -> Any:
    """The first of `keys` that is there: models used to another protocol fall back into its words."""
    return next((said[key] for key in keys if key in said), None)


def _said_arguments(said: Mapping[str, Any], name: str) -> str:
    arguments = _first(said, "arguments", "args", "parameters")
    if isinstance(arguments, str):
        arguments = read_json(arguments or "{}", expect=dict)
    if arguments is None:
        arguments = {}
    if not isinstance(arguments, dict):
        raise ValueError(f'"arguments" of {name} must be a JSON object that names each argument')
    return json.dumps(arguments, ensure_ascii=False)


def _loads(arguments: str) -> Any:
    """Arguments of an earlier call; what is not JSON stays text, as it was said."""
    try:
        return json.loads(arguments or "{}")
    except ValueError:
        return arguments


# -- schemas


def _arguments(tool: ToolLike) -> dict[str, Any]:
    schema = strict(tool.get("parameters") or {})
    if schema.get("type") == "object":
        return schema
    return {"type": "object"}


def _object(**properties: Any) -> dict[str, Any]:
    """Keys in the order of thought: constrained models write them in this order."""
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
