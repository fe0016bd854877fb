"""A person as a model: `--human ROLE` lets one play a role, and the chat is none the wiser."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Collection, Mapping, Sequence
from typing import Any

from autogen_core.models import (
    AssistantMessage,
    ChatCompletionClient,
    CreateResult,
    FunctionExecutionResultMessage,
    LLMMessage,
    ModelFamily,
    ModelInfo,
    RequestUsage,
    SystemMessage,
    UserMessage,
)
from autogen_core.tools import Tool, ToolSchema

from agents.models.model import Abilities, Model
from agents.models.price import Price
from agents.models.replies import as_result
from agents.onlooker import PERSON, Onlooker, Turn

ABILITIES = Abilities()
"""A person calls tools by name and fills in forms: requests are made as for an endpoint that can all."""


class PersonClient(ChatCompletionClient):
    """An AutoGen model client behind which a person sits; `onlooker` is how they are asked."""

    component_type = "model"

    def __init__(self, onlooker: Onlooker) -> None:
        self.onlooker = onlooker

    async def create(
        self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = (), **options: Any
    ) -> CreateResult:
        """Ask the person, whose reply is not looked at: `RoleClient` asks by `onlooker`, with its checks."""
        schemas = [tool if isinstance(tool, dict) else tool.schema for tool in tools]
        return as_result(await self.onlooker.speak(turn_of("", PERSON, messages, schemas, complaint=lambda reply: "")))

    async def create_stream(
        self, messages: Sequence[LLMMessage], **options: Any
    ) -> AsyncGenerator[str | CreateResult, None]:
        yield await self.create(messages, **options)

    async def close(self) -> None:
        """Nothing is held open."""

    def actual_usage(self) -> RequestUsage:
        return RequestUsage(0, 0)

    def total_usage(self) -> RequestUsage:
        return RequestUsage(0, 0)

    def count_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        return 0

    def remaining_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        return 1 << 17

    @property
    def capabilities(self) -> Any:
        return self.model_info

    @property
    def model_info(self) -> ModelInfo:
        return ModelInfo(
            vision=False,
            function_calling=True,
            json_output=True,
            family=ModelFamily.UNKNOWN,
            structured_output=True,
            multiple_system_messages=False,
        )


def played(model_for: Callable[[str], Model], roles: Collection[str], onlooker: Onlooker) -> Callable[[str], Model]:
    """Return `model_for` with a person in these roles."""
    if not roles:
        return model_for
    person = Model(PERSON, PersonClient(onlooker), ABILITIES, Price(0, 0))
    return lambda role: person if role in roles else model_for(role)


def turn_of(
    chat: str,
    role: str,
    messages: Sequence[LLMMessage],
    tools: Sequence[Mapping[str, Any]],
    *,
    must_call: bool = False,
    schema: Mapping[str, Any] | None = None,
    complaint: Callable[[Mapping[str, Any]], str],
) -> Turn:
    """Return a role's turn, from the messages a model would be sent."""
    prompt = "\n\n".join(message.content for message in messages if isinstance(message, SystemMessage))
    heard = [said for message in messages for said in _heard(message, role)]
    return Turn(chat, role, prompt, heard, tools, must_call, schema, complaint)


def _heard(message: LLMMessage, role: str) -> list[tuple[str, str]]:
    if isinstance(message, UserMessage):
        words = message.content if isinstance(message.content, str) else " ".join(map(str, message.content))
        return [("task" if message.source == "user" else message.source, words)]
    if isinstance(message, FunctionExecutionResultMessage):
        return [(f"{r.name} {'failed' if r.is_error else 'gave'}", r.content) for r in message.content]
    if isinstance(message, AssistantMessage):
        if isinstance(message.content, str):
            return [(role, message.content)]
        calls = [f"/call {call.name} {_compact(call.arguments)}" for call in message.content]
        return [(role, "\n".join(calls))]
    return []


def _compact(arguments: str) -> str:
    try:
        return json.dumps(json.loads(arguments or "{}"), ensure_ascii=False)
    except ValueError:
        return arguments
