"""Benches of registered tools, with what these need to be supplied with."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import to_json

from tools.arguments import BadArguments
from tools.aside import run_aside
from tools.bench import Answer, Bench
from tools.errors import ToolError
from tools.plugins import find_tool
from tools.registry import Foreign, Tool


class RegisteredBench:
    """Registered tools, by name, with what they need to be supplied with.

    `supplies` maps a supplied type to an instance, or to a function (plain or async) that gives one; it is asked when
    a tool that needs it is first called, once in the life of the bench. Raises `ToolError` for an unknown tool, and
    for one that needs what is not supplied.
    """

    def __init__(self, names: Sequence[str], supplies: Mapping[type, Any] | None = None) -> None:
        self._supplies = dict(supplies or {})
        self._got: dict[type, Any] = {}
        self._lock = asyncio.Lock()
        self._tools: dict[str, Tool] = {}
        self._foreign: list[Bench] = []
        for name in dict.fromkeys(names):
            found = find_tool(name)
            if isinstance(found, Foreign):
                self._foreign.append(_adapted(found))
            else:
                self._tools[name] = self._checked(found)

    def _checked(self, found: Tool) -> Tool:
        for parameter, kind in found.needs.items():
            if kind not in self._supplies and parameter not in found.may_lack:
                raise ToolError(f"tool {found.name!r} needs a {kind.__name__}, and there is none in this run")
        return found

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        listed = [found.schema for found in self._tools.values()]
        for bench in self._foreign:
            listed += await bench.schemas()
        return listed

    async def prepare(self, name: str) -> None:
        """Get hold of what the tool called `name` needs. Not part of the call, nor of its time limit."""
        if found := self._tools.get(name):
            for kind in found.needs.values():
                await self._supply(kind)

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        if not (found := self._tools.get(name)):
            return await self._call_foreign(name, arguments)
        try:
            given = found.form.read(arguments)
        except BadArguments as error:
            return Answer(str(error), is_error=True)
        for parameter, kind in found.needs.items():
            given[parameter] = await self._supply(kind)
        # Ours are known not to block the loop, and are spared the way through another thread.
        ours = found.origin.startswith("tools.")
        return await (_answer_of(found)(**given) if ours else run_aside(_answer_of(found), **given))

    async def _call_foreign(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        names = [schema["name"] for schema in await self.schemas()]
        for bench in self._foreign:
            if name in [schema["name"] for schema in await bench.schemas()]:
                return await bench.call(name, arguments)
        return Answer(f"There is no tool {name!r}; there are: {', '.join(names)}.", is_error=True)

    async def _supply(self, kind: type) -> Any:
        async with self._lock:
            if kind not in self._got:
                value = self._supplies.get(kind)
                value = value() if callable(value) else value
                value = await value if inspect.isawaitable(value) else value
                if ready := getattr(value, "ready", None):  # an index is built when it is first needed
                    await ready()
                self._got[kind] = value
            return self._got[kind]

    async def close(self) -> None:
        """Let go of what was supplied; closing that is up to whoever supplied it."""
        self._got.clear()


def _answer_of(found: Tool) -> Callable[..., Awaitable[Answer]]:
    """The tool's function together with making text of its result: that may run code of the tool's, and block too."""

    async def call(**given: Any) -> Answer:
        value = await found.function(**given)
        if _is_endless(value):
            raise ToolError(f"tool {found.name!r} returned a generator or an iterator; it must return a list")
        return value if isinstance(value, Answer) else Answer(as_text(value))

    return call


def _is_endless(value: Any, depth: int = 0) -> bool:
    """Whether `value` is or holds something that is read until it ends, which may be never."""
    if isinstance(value, Iterator | AsyncIterator):
        return True
    if depth >= _NESTED or not isinstance(value, Mapping | list | tuple | set):
        return False
    return any(_is_endless(part, depth + 1) for part in (value.values() if isinstance(value, Mapping) else value))


_NESTED = 20
"""Lists in lists that are looked into."""
_adapters: dict[int, Bench] = {}
"""One for each AutoGen tool or workbench, by its identity: all chats share it, so no chat may stop it."""


def _adapted(found: Foreign) -> Bench:
    from tools.autogen_bench import AutoGenBench

    return _adapters.setdefault(id(found.made), AutoGenBench(found.made))


class Lent:
    """A bench that many chats share, in the hands of one: closing it is left to its owner."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        return await self._bench.schemas()

    async def prepare(self, name: str) -> None:
        if ready := getattr(self._bench, "prepare", None):
            await ready(name)

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        return await self._bench.call(name, arguments)

    async def close(self) -> None:
        return


def as_text(value: Any) -> str:
    """Return a tool's result as the text a model reads: words as they are, everything else as JSON."""
    if isinstance(value, str):
        return value
    return to_json(value, fallback=str, inf_nan_mode="strings").decode()
