"""A lean AutoGen model client for OpenAI-compatible endpoints, over one shared aiohttp session.

The stock clients cost ten times the CPU a call and collapse with many connections; this one is an AutoGen
`ChatCompletionClient` and `Component` like them, and can be put wherever they can.
"""

import asyncio
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any, Literal

from autogen_core import CancellationToken, Component
from autogen_core.models import (
    ChatCompletionClient,
    CreateResult,
    LLMMessage,
    ModelCapabilities,
    ModelFamily,
    ModelInfo,
    RequestUsage,
)
from autogen_core.tools import Tool, ToolSchema
from pydantic import BaseModel, SecretStr

from agents.errors import EndpointError
from agents.models import wire
from agents.models.endpoint import Endpoint, NotFound, Patience
from agents.models.limiter import Limiter

_CONTEXT = 1 << 20
"""Tokens assumed to fit where nothing is known: the endpoint itself refuses what does not."""


class LeanConfig(BaseModel):
    """What a saved `LeanClient` holds."""

    model: str
    base_url: str
    api_key: SecretStr | None = None
    model_info: ModelInfo | None = None
    timeout: float = 300.0
    attempts: int = 8
    create_args: dict[str, Any] = {}
    system: bool = True
    merge_roles: bool = False


class LeanClient(ChatCompletionClient, Component[LeanConfig]):
    """Speak to a model behind an OpenAI-compatible endpoint.

    `timeout` bounds one attempt, in seconds; `patience` the rest of the waiting. `create_args` go into every request.
    `system=False` folds what the system says into the first user turn, `merge_roles=True` joins neighbouring turns of
    one speaker: for strict chat templates. Clients of one endpoint and key share a limiter unless given one.

    Raise `EndpointError` where no other call would do better, `CallError` where this call failed for good.
    """

    component_type = "model"
    component_config_schema = LeanConfig
    component_provider_override = "agents.models.client.LeanClient"

    def __init__(
        self,
        model: str,
        base_url: str,
        api_key: str | None = None,
        *,
        model_info: ModelInfo | None = None,
        timeout: float = 300.0,
        attempts: int = 8,
        patience: Patience | None = None,
        limiter: Limiter | None = None,
        create_args: Mapping[str, Any] | None = None,
        system: bool = True,
        merge_roles: bool = False,
    ) -> None:
        self.model = model
        self.endpoint = Endpoint(
            base_url, api_key, limiter=limiter, patience=patience or Patience(attempt=timeout, attempts=attempts)
        )
        self._info = model_info or ModelInfo(
            vision=False,
            function_calling=True,
            json_output=True,
            structured_output=True,
            family=ModelFamily.UNKNOWN,
            multiple_system_messages=not merge_roles,
        )
        self._api_key, self._base_url = api_key, base_url
        self._args = dict(create_args or {})
        self._system, self._merge_roles = system, merge_roles
        self._used = RequestUsage(prompt_tokens=0, completion_tokens=0)

    async def chat(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send a raw chat-completion request (`model` is added where missing); return the raw answer."""
        request = body if "model" in body else {"model": self.model, **body}
        try:
            return await self.endpoint.post("chat/completions", request)
        except NotFound as error:
            raise EndpointError(await self._unknown_model(str(error))) from None

    async def models(self) -> list[str]:
        """Return the names of the models the endpoint offers."""
        listed = (await self.endpoint.get("models")).get("data")
        return [str(m["id"]) for m in listed if isinstance(m, dict) and "id" in m] if isinstance(listed, list) else []

    async def create(
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[Tool | ToolSchema] = (),
        tool_choice: Tool | Literal["auto", "required", "none"] = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] | None = None,
        cancellation_token: CancellationToken | None = None,
    ) -> CreateResult:
        """Ask for one reply. `extra_create_args` go into the request as they are and win over everything else."""
        body = self.body(messages, tools, tool_choice, json_output, extra_create_args or {})
        if cancellation_token is None:
            answer = await self.chat(body)
        else:
            task = asyncio.ensure_future(self.chat(body))
            cancellation_token.link_future(task)
            answer = await task
        reply = wire.result(answer, sent=_length(body["messages"]), turn=len(body["messages"]))
        self._used.prompt_tokens += reply.usage.prompt_tokens
        self._used.completion_tokens += reply.usage.completion_tokens
        return reply

    def body(
        self,
        messages: Sequence[LLMMessage],
        tools: Sequence[Tool | ToolSchema] = (),
        tool_choice: Tool | Literal["auto", "required", "none"] = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return the request `create` sends: a pure function of its arguments and the client's settings."""
        turns = wire.turns(messages, system=self._system, merge_roles=self._merge_roles)
        body: dict[str, Any] = {"model": self.model, "messages": turns, **self._args}
        if tools:
            body["tools"] = [wire.tool_turn(tool) for tool in tools]
            chosen = isinstance(tool_choice, Tool)
            body["tool_choice"] = (
                {"type": "function", "function": {"name": tool_choice.name}} if chosen else tool_choice  # type: ignore[union-attr]
            )
        if json_output:
            body["response_format"] = wire.response_format(json_output)
        body.update(extra_create_args or {})
        return body

    async def create_stream(
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[Tool | ToolSchema] = (),
        tool_choice: Tool | Literal["auto", "required", "none"] = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] | None = None,
        cancellation_token: CancellationToken | None = None,
    ) -> AsyncGenerator[str | CreateResult, None]:
        """Yield the reply in one piece, then the result."""
        result = await self.create(
            messages,
            tools=tools,
            tool_choice=tool_choice,
            json_output=json_output,
            extra_create_args=extra_create_args,
            cancellation_token=cancellation_token,
        )
        if isinstance(result.content, str):
            yield result.content
        yield result

    async def close(self) -> None:
        """Close the connections."""
        await self.endpoint.close()

    def actual_usage(self) -> RequestUsage:
        """Return the tokens of all calls so far."""
        return RequestUsage(self._used.prompt_tokens, self._used.completion_tokens)

    def total_usage(self) -> RequestUsage:
        """Return the tokens of all calls so far."""
        return self.actual_usage()

    def count_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        """Return about how many tokens a request has; exact counts would need the model's own tokenizer."""
        body = self.body(messages, tools)
        return wire.tokens(_length(body["messages"]) + len(str(body.get("tools", ""))))

    def remaining_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        """Return how many more tokens would fit, as far as is known."""
        return _CONTEXT - self.count_tokens(messages, tools=tools)

    @property
    def capabilities(self) -> ModelCapabilities:
        """Return what the model can do (AutoGen's older name)."""
        return self._info

    @property
    def model_info(self) -> ModelInfo:
        """Return what the model can do."""
        return self._info

    def _to_config(self) -> LeanConfig:
        return LeanConfig(
            model=self.model,
            base_url=self._base_url,
            api_key=SecretStr(self._api_key) if self._api_key else None,
            model_info=self._info,
            timeout=self.endpoint.patience.attempt,
            attempts=self.endpoint.patience.attempts,
            create_args=self._args,
            system=self._system,
            merge_roles=self._merge_roles,
        )

    @classmethod
    def _from_config(cls, config: LeanConfig) -> "LeanClient":
        key = config.api_key.get_secret_value() if config.api_key else None
        return cls(**{**config.model_dump(), "api_key": key})

    async def _unknown_model(self, complaint: str) -> str:
        try:
            names = await self.models()
        except EndpointError:
            return f"{complaint}; is the address right? It usually ends in /v1"
        if not names or self.model in names:
            return complaint
        return f"{complaint}; asked for {self.model!r}, it offers: {', '.join(names[:8])}"


def _length(turns: Sequence[Mapping[str, Any]]) -> int:
    """Return the characters in `turns`, roughly: texts, and calls as they are written."""
    return sum(len(t["content"]) if isinstance(t["content"], str) else len(str(t)) for t in turns)
