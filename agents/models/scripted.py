"""A model that says what it was told to: for tests, and for trying out a skill without a model.

    client = ScriptedClient({
        "requester": ["Find me a train to Bern.", "Thanks, that is all."],
        "assistant": [call("search_trains", to="Bern"), "There is one at 9:02."],
        "judge": lambda request: {"good": "Bern" in request.last},
    })

Each role has its answers, in order, from the start in every chat; or a function that is given the request.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeAlias

from autogen_core import CancellationToken, FunctionCall
from autogen_core.models import (
    ChatCompletionClient,
    CreateResult,
    FunctionExecutionResultMessage,
    LLMMessage,
    ModelFamily,
    ModelInfo,
    RequestUsage,
)
from autogen_core.tools import Tool, ToolSchema
from pydantic import BaseModel

from agents.errors import CallError

SPEAKING: ContextVar[tuple[str, str]] = ContextVar("speaking")
"""The chat and the role on whose behalf a model is being asked."""


@dataclass(frozen=True)
class Call:
    """A call of a tool, as an answer."""

    name: str
    arguments: Mapping[str, Any]


def call(name: str, /, **arguments: Any) -> Call:
    """Answer by calling the tool `name`. A list of calls makes them in one turn."""
    return Call(name, arguments)


@dataclass(frozen=True)
class Request:
    """What a scripted role is asked."""

    chat: str
    role: str
    turn: int
    """How often this role was asked in this chat before."""
    messages: Sequence[LLMMessage]
    tools: Sequence[str]
    extra: Mapping[str, Any]
    """The request's other fields: temperature, response_format and so on."""

    @property
    def last(self) -> str:
        """The words of the last message, results of tools included."""
        message = self.messages[-1] if self.messages else None
        if isinstance(message, FunctionExecutionResultMessage):
            return "\n".join(result.content for result in message.content)
        return str(message.content) if message else ""


Answer: TypeAlias = "str | BaseModel | Mapping[str, Any] | Sequence[Any] | Call | CreateResult | BaseException"
"""Words; a form or mapping, said as JSON; one call or a list of them; a whole result; an error, which is raised."""
Answers: TypeAlias = "Sequence[Answer] | Callable[[Request], Answer | Awaitable[Answer]]"


class ScriptedClient(ChatCompletionClient):
    """An AutoGen model client with a script: answers per role.

    In a list every entry may itself be a function of the request. `"*"` answers for roles that are not named.
    `asked` holds the last thousand requests.
    """

    component_type = "model"

    def __init__(self, answers: Mapping[str, Answers], *, tools: bool = True) -> None:
        self._answers = dict(answers)
        self._turns: dict[tuple[str, str], int] = {}
        self._tools = tools
        self._usage = RequestUsage(0, 0)
        self.asked: deque[Request] = deque(maxlen=1000)

    async def create(
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[Tool | ToolSchema] = (),
        tool_choice: Any = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] = {},
        cancellation_token: CancellationToken | None = None,
    ) -> CreateResult:
        """Say the next answer of whoever speaks.

        Raises:
            CallError: the role has no answers, or none left.
        """
        await asyncio.sleep(0)  # a real model lets others speak meanwhile
        chat, role = self._speaker()
        turn = self._turns.get((chat, role), 0)
        self._turns[chat, role] = turn + 1
        names = [tool.schema["name"] if isinstance(tool, Tool) else tool["name"] for tool in tools]
        request = Request(chat, role, turn, list(messages), names, dict(extra_create_args))
        self.asked.append(request)
        answer = self._next(request)
        if callable(answer):
            answer = answer(request)
            if isinstance(answer, Awaitable):
                answer = await answer
        return self._result(answer, request)

    def _speaker(self) -> tuple[str, str]:
        if speaking := SPEAKING.get(None):
            return speaking
        if len(self._answers) == 1:  # outside our engine, where nobody says who speaks
            return "", next(iter(self._answers))
        raise CallError(f"nobody said which role speaks; the script has: {', '.join(self._answers)} (set SPEAKING)")

    def _next(self, request: Request) -> Any:
        answers = self._answers.get(request.role, self._answers.get("*"))
        if answers is None:
            has = ", ".join(self._answers) or "nobody"
            raise CallError(f"the script has no answers for {request.role!r}; it has: {has}")
        if callable(answers):
            return answers
        if isinstance(answers, str):  # a string is a sequence too, of letters
            raise CallError(f"the answers of {request.role!r} must be a list, or a function of the request")
        if request.turn >= len(answers):
            raise CallError(
                f"the script of {request.role!r} has {len(answers)} answers, and it was asked for one more "
                f"in chat {request.chat!r}; the last words it heard: {request.last[:200]!r}"
            )
        return answers[request.turn]

    def _result(self, answer: Answer, request: Request) -> CreateResult:
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, CreateResult):
            return answer
        content = _content(answer, request)
        said = content if isinstance(content, str) else "".join(one.name + one.arguments for one in content)
        heard = sum(len(str(message.content)) for message in request.messages)
        usage = RequestUsage(prompt_tokens=heard // 4, completion_tokens=len(said) // 4 + 1)
        self._usage.prompt_tokens += usage.prompt_tokens
        self._usage.completion_tokens += usage.completion_tokens
        reason: Any = "stop" if isinstance(content, str) else "function_calls"
        return CreateResult(finish_reason=reason, content=content, usage=usage, cached=False)

    async def create_stream(
        self, messages: Sequence[LLMMessage], **options: Any
    ) -> AsyncGenerator[str | CreateResult, None]:
        result = await self.create(messages, **options)
        if isinstance(result.content, str):
            yield result.content
        yield result

    async def close(self) -> None:
        """Nothing is held open."""

    def actual_usage(self) -> RequestUsage:
        return self._usage

    def total_usage(self) -> RequestUsage:
        return self._usage

    def count_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        return sum(len(str(message.content)) for message in messages) // 4

    def remaining_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        return (1 << 17) - self.count_tokens(messages)

    @property
    def capabilities(self) -> Any:
        return self.model_info

    @property
    def model_info(self) -> ModelInfo:
        return ModelInfo(
            vision=False,
            function_calling=self._tools,
            json_output=True,
            family=ModelFamily.UNKNOWN,
            structured_output=True,
            multiple_system_messages=False,
        )


def _content(answer: Any, request: Request) -> str | list[FunctionCall]:
    if isinstance(answer, str):
        return answer
    if isinstance(answer, BaseModel):
        return answer.model_dump_json(by_alias=True)
    calls = [answer] if isinstance(answer, Call) else answer
    if isinstance(calls, Sequence) and calls and all(isinstance(one, Call) for one in calls):
        return [
            FunctionCall(
                id=f"call_{request.role}_{request.turn}_{n}", name=one.name, arguments=json.dumps(one.arguments)
            )
            for n, one in enumerate(calls)
        ]
    return json.dumps(answer, ensure_ascii=False)
