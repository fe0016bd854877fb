"""A bench as AutoGen's agents want it: journaled, limited in time and size, and never raising.

In AutoGen 0.7.5 a workbench that raises, or a tool cancelled in flight, hangs its agent for ever.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from autogen_core import CancellationToken
from autogen_core.tools import TextResultContent, ToolResult, ToolSchema, Workbench

from agents.chat_log import ChatLog, storable
from agents.telemetry_calls import tool_call
from sandbox import SandboxError
from tools.bench import Answer, Bench
from tools.guard import CALL_SECONDS, guarded_call


class ChatWorkbench(Workbench):
    """One role's tools in one chat. On a resumed run stored answers are given again without calling the tool."""

    component_type = "workbench"

    def __init__(self, bench: Bench, log: ChatLog, role: str) -> None:
        self._bench, self._log, self._role = bench, log, role
        self._schemas: list[ToolSchema] | None = None
        self.failure: BaseException | None = None
        """A tool is out of order: no fault of the model's, and nothing to learn from. The chat is to fail."""

    async def list_tools(self) -> list[ToolSchema]:
        if self._schemas is None:
            self._schemas = [ToolSchema(**schema) for schema in await self._bench.schemas()]  # type: ignore[typeddict-item]
        return self._schemas

    async def call_tool(
        self,
        name: str,
        arguments: Mapping[str, Any] | None = None,
        cancellation_token: CancellationToken | None = None,
        call_id: str | None = None,
    ) -> ToolResult:
        try:
            answer = await self._answer(name, dict(arguments or {}))
        except Exception as error:  # the journal can't be written, arguments that nothing can hold
            self.failure = self.failure or error
            answer = Answer(f"{name} is out of order: {error}", is_error=True)
        return ToolResult(name=name, result=[TextResultContent(content=answer.text)], is_error=answer.is_error)

    async def _answer(self, name: str, given: dict[str, Any]) -> Answer:
        """Return the stored answer, or call the tool and store what it says."""
        key, nth, turn, known = self._log.known_tool(name, given)
        if known is not None:
            if hasattr(self._bench, "replayed"):  # tools with a state of their own must hear of it
                self._bench.replayed(name, given)
            return Answer(*known)
        start = time.monotonic()
        with tool_call(self._role, name, given) as span:
            answer = await guarded_call(self._bench, name, given, getattr(self._bench, "seconds", None) or CALL_SECONDS)
            span.answered(answer.text, answer.is_error)
        took = time.monotonic() - start
        answer = replace(answer, text=storable(answer.text))
        broken = getattr(self._bench, "failure", None)
        if answer.fault or broken:
            self.failure = broken or SandboxError(answer.text)
            return replace(answer, is_error=True)
        await self._log.keep_tool(key, nth, turn, self._role, name, given, answer.text, answer.is_error, took)
        return answer

    async def start(self) -> None:
        """Benches start themselves, when first called."""

    async def stop(self) -> None:
        """The chat closes its benches."""

    async def reset(self) -> None:
        """A bench lives for one chat."""

    async def save_state(self) -> Mapping[str, Any]:
        return {}

    async def load_state(self, state: Mapping[str, Any]) -> None:
        """Nothing to load: a chat is resumed by replay."""
