"""Endpoints with ways of their own: OpenAI's request fields, and AutoGen's clients for Anthropic and Azure.

Behind here all of them behave like any other: same request fields, same errors, bounded calls in flight.
"""

from __future__ import annotations

import asyncio
import importlib.util
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

from autogen_core import CancellationToken
from autogen_core.models import (
    ChatCompletionClient,
    CreateResult,
    LLMMessage,
    ModelFamily,
    ModelInfo,
    RequestUsage,
)
from autogen_core.tools import Tool, ToolSchema
from pydantic import BaseModel

from agents.errors import CallError, EndpointError, UsageError
from agents.models.client import LeanClient

_INFO = ModelInfo(
    vision=False,
    function_calling=True,
    json_output=True,
    family=ModelFamily.UNKNOWN,
    structured_output=True,
    multiple_system_messages=False,
)
_ANTHROPIC_KNOWS = frozenset({"temperature", "max_tokens", "top_p", "top_k"})
_RETRIES = 6
_THINKING = re.compile(r"(o\d|gpt-5)")
"""OpenAI's models that think first: they refuse a temperature, and to be told not to call in parallel."""


class OpenAIClient(LeanClient):
    """Speak to OpenAI itself, which took over other names for some request fields than everybody copied from it."""

    component_provider_override = "agents.models.others.OpenAIClient"

    def body(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Return the request as `LeanClient` would send it, in OpenAI's present words."""
        body = super().body(*args, **kwargs)
        if "max_tokens" in body:
            body["max_completion_tokens"] = body.pop("max_tokens")
        if _THINKING.match(self.model):
            for field in ("temperature", "top_p", "parallel_tool_calls"):
                body.pop(field, None)
        return body


class Adapted(ChatCompletionClient):
    """An AutoGen client behind the conventions of this project.

    Args:
        inner: the client.
        name: what the model is called in error messages.
        at_once: how many calls may be in flight.
        knows: the request fields it takes; others are left out. None: all.
    """

    component_type = "model"

    def __init__(
        self, inner: ChatCompletionClient, name: str, at_once: int, knows: frozenset[str] | None = None
    ) -> None:
        self.inner, self._name, self._knows = inner, name, knows
        self._room = asyncio.Semaphore(at_once)

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
        """Ask once; the provider's library tries again by itself.

        Raises:
            EndpointError, CallError: by what its library says went wrong.
        """
        extra = {k: v for k, v in extra_create_args.items() if self._knows is None or k in self._knows}
        async with self._room:
            try:
                return await self.inner.create(
                    messages,
                    tools=tools,
                    tool_choice=tool_choice,
                    json_output=json_output,
                    extra_create_args=extra,
                    cancellation_token=cancellation_token,
                )
            except Exception as error:
                raise translated(error, self._name) from error

    async def create_stream(
        self, messages: Sequence[LLMMessage], **options: Any
    ) -> AsyncGenerator[str | CreateResult, None]:
        result = await self.create(messages, **options)
        if isinstance(result.content, str):
            yield result.content
        yield result

    async def close(self) -> None:
        await self.inner.close()

    def actual_usage(self) -> RequestUsage:
        return self.inner.actual_usage()

    def total_usage(self) -> RequestUsage:
        return self.inner.total_usage()

    def count_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        return sum(len(str(message.content)) for message in messages) // 4

    def remaining_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        return (1 << 17) - self.count_tokens(messages)

    @property
    def capabilities(self) -> Any:
        return self.inner.capabilities

    @property
    def model_info(self) -> ModelInfo:
        return self.inner.model_info


def translated(error: Exception, name: str) -> EndpointError | CallError:
    """Return `error` of a provider's library as one of ours. They agree on `status_code`, and on little else."""
    if isinstance(error, EndpointError | CallError):
        return error
    status, said = getattr(error, "status_code", None), " ".join(str(error).split())[:300]
    if status in (401, 403):
        return EndpointError(f"{name} refuses the key ({status}): {said}")
    if status == 404:
        return EndpointError(f"{name} is not known there (404): {said}")
    if status is None and "Connection" in type(error).__name__:
        return EndpointError(f"{name} can't be reached: {said}")
    return CallError(f"{name}: {said or type(error).__name__}")


def check_anthropic(environ: Mapping[str, str]) -> None:
    """See that `anthropic:` can be used.

    Raises:
        UsageError: a package or the key is missing.
    """
    if importlib.util.find_spec("anthropic") is None:
        raise UsageError('anthropic: models need a package more: pip install "autogen-ext[anthropic]==0.7.5"')
    if not environ.get("ANTHROPIC_API_KEY"):
        raise UsageError("anthropic: models need a key: set ANTHROPIC_API_KEY")


def anthropic(model: str, at_once: int) -> Adapted:
    """Return a client for a model of Anthropic's."""
    from autogen_ext.models.anthropic import AnthropicChatCompletionClient

    info = ModelInfo(**{**_INFO, "structured_output": False, "multiple_system_messages": True})
    inner = AnthropicChatCompletionClient(model=model, model_info=info, max_retries=_RETRIES)
    return Adapted(inner, f"anthropic:{model}", at_once, _ANTHROPIC_KNOWS)


def check_azure(environ: Mapping[str, str]) -> None:
    """See that `azure:` can be used.

    Raises:
        UsageError: it is not said where the deployment is, or the key is missing.
    """
    needed = ("AZURE_OPENAI_ENDPOINT", "AZURE_OPENAI_API_KEY")
    if missing := [name for name in needed if not environ.get(name)]:
        raise UsageError(f"azure: models need the resource and its key: set {' and '.join(missing)}")


def azure(deployment: str, at_once: int, environ: Mapping[str, str]) -> Adapted:
    """Return a client for a deployment on Azure."""
    from autogen_ext.models.openai import AzureOpenAIChatCompletionClient

    inner = AzureOpenAIChatCompletionClient(
        model=deployment,
        azure_deployment=deployment,
        azure_endpoint=environ["AZURE_OPENAI_ENDPOINT"],
        api_key=environ["AZURE_OPENAI_API_KEY"],
        api_version=environ.get("OPENAI_API_VERSION", "2024-10-21"),
        model_info=_INFO,
        max_retries=_RETRIES,
    )
    return Adapted(inner, f"azure:{deployment}", at_once)
