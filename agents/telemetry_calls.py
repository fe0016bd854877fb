"""Calls of models and tools as spans: hooks that cost two look-ups where no spans are wanted."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agents.telemetry import CHAT, TRACING, Attributes, end, in_chat


class _Silent:
    """No span."""

    def __enter__(self) -> _Silent:
        return self

    def __exit__(self, *failure: object) -> None: ...

    def answered(self, *answer: Any) -> None: ...


class _Asked:
    """The span of one call of a model or tool, ended when its block is left."""

    def __init__(self, span: Any, about: Callable[..., Attributes], among: list[Any] | None = None) -> None:
        self._span, self._about, self._among = span, about, among if among is not None else []

    def __enter__(self) -> _Asked:
        self._among.append(self._span)
        return self

    def answered(self, *answer: Any) -> None:
        """Note what came back."""
        self._span.set_attributes(self._about(*answer))

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._among.remove(self._span)
        end(self._span, error)


_SILENT = _Silent()


def model_call(
    role: str, model: str, messages: Sequence[Any], tools: Sequence[Any], extra: Mapping[str, Any]
) -> _Asked | _Silent:
    """One call of a model, going on inside; `answered` takes the reply as it is stored."""
    tracing, held = TRACING.get(), CHAT.get()
    if tracing is None or held is None:
        return _SILENT
    from agents import otlp_content as content

    about = {**in_chat("chat", held), "gen_ai.agent.name": role, **content.of_request(model, extra)}
    if tracing.contents:
        about |= content.of_messages(messages, tools)
    span = tracing.start(f"chat {about['gen_ai.request.model']}", about, parent=held.of(role), client=True)
    return _Asked(span, lambda reply: content.of_reply(reply, tracing.contents))


def tool_call(role: str, name: str, arguments: Mapping[str, Any]) -> _Asked | _Silent:
    """One call of a tool, going on inside; `answered` takes its words and whether they are an error."""
    tracing, held = TRACING.get(), CHAT.get()
    if tracing is None or held is None:
        return _SILENT
    from agents import otlp_content as content

    about = {**in_chat("execute_tool", held), "gen_ai.tool.name": name, "gen_ai.tool.type": "function"}
    about |= {"gen_ai.agent.name": role} | (content.of_arguments(arguments) if tracing.contents else {})
    span = tracing.start(f"execute_tool {name}", about, parent=held.of(role))
    return _Asked(span, lambda text, is_error: content.of_answer(text, is_error, tracing.contents), held.calling)
