"""AutoGen's own tools and workbenches as a bench."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from autogen_core import CancellationToken
from autogen_core.tools import BaseTool, StaticWorkbench, Workbench

from tools.aside import run_aside
from tools.bench import Answer
from tools.names import told_names


class AutoGenBench:
    """An AutoGen `BaseTool` or `Workbench`, or several tools, within reach of our agents.

    They run beside our event loop (see `tools.aside`). A workbench is started before its first use, and stopped at
    `close` if it was started here.
    """

    def __init__(self, made: "Workbench | BaseTool[Any, Any] | Sequence[BaseTool[Any, Any]]") -> None:
        if isinstance(made, BaseTool):
            made = [made]
        self._workbench = made if isinstance(made, Workbench) else StaticWorkbench(list(made))
        self._lock = asyncio.Lock()
        self._schemas: list[Mapping[str, Any]] | None = None
        self._own_names: dict[str, str] = {}
        """What the workbench calls its tools, by what the model is told."""

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        async with (
            self._lock
        ):  # listing builds every schema anew (and asks a server, where there is one): once is enough
            if self._schemas is None:
                await run_aside(self._workbench.start)
                listed = await run_aside(self._workbench.list_tools)
                told = told_names(schema["name"] for schema in listed)
                self._own_names = {told[own]: own for own in told}
                self._schemas = [{**_plain(schema), "name": told[schema["name"]]} for schema in listed]
            return self._schemas

    async def prepare(self, name: str) -> None:
        await self.schemas()

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        names = [schema["name"] for schema in await self.schemas()]
        if name not in names:
            return Answer(f"There is no tool {name!r}; there are: {', '.join(names)}.", is_error=True)
        token = CancellationToken()
        try:
            result = await run_aside(
                self._workbench.call_tool,
                name=self._own_names[name],
                arguments=dict(arguments),
                cancellation_token=token,
            )
        except asyncio.CancelledError:
            token.cancel()
            raise
        return Answer(result.to_text(), result.is_error)

    async def close(self) -> None:
        async with self._lock:
            if self._schemas is not None:
                self._schemas = None
                await run_aside(self._workbench.stop)


def _plain(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    parameters = schema.get("parameters") or {"type": "object", "properties": {}}
    return {"name": schema["name"], "description": schema.get("description", ""), "parameters": parameters}
