"""A bench is a set of tools within one agent's reach: schemas to show it, and a way to call them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class Answer:
    """What a call gave: text for the model, and whether it is an error."""

    text: str
    is_error: bool = False
    fault: bool = False
    """The error is ours (no sandbox, no index, a tool's server gone): the caller could not have done better."""


class Bench(Protocol):
    """Tools of one chat. Calls may raise; whoever holds the chat turns that into an error the model reads."""

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        """The tools, as `{"name", "description", "parameters": <JSON schema>}`."""
        ...

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Answer: ...

    async def close(self) -> None: ...


class Benches:
    """Several benches as one. The first that has a name answers to it."""

    def __init__(self, *benches: Bench) -> None:
        self._benches = benches
        self._owner: dict[str, Bench] = {}

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        listed = []
        for bench in self._benches:
            for schema in await bench.schemas():
                if self._owner.setdefault(schema["name"], bench) is bench:
                    listed.append(schema)
        return listed

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        if not self._owner:
            await self.schemas()
        if name not in self._owner:
            return Answer(f"There is no tool {name!r}; there are: {', '.join(self._owner)}.", is_error=True)
        return await self._owner[name].call(name, arguments)

    @property
    def seconds(self) -> float | None:
        """The longest time a call may take, where a bench asks for more than the usual."""
        return max((s for bench in self._benches if (s := getattr(bench, "seconds", None))), default=None)

    @property
    def failure(self) -> BaseException | None:
        """What broke a bench for good, where one keeps it: the chat is to end with it."""
        return next((f for bench in self._benches if (f := getattr(bench, "failure", None))), None)

    async def prepare(self, name: str) -> None:
        """Get hold of what the tool called `name` needs, before its time limit starts to count."""
        if not self._owner:
            await self.schemas()
        prepare = getattr(self._owner.get(name), "prepare", None)
        if prepare:
            await prepare(name)

    def replayed(self, name: str, arguments: Mapping[str, Any]) -> None:
        """Pass on that a call was answered from a journal, to whoever keeps a state of its own."""
        hear = getattr(self._owner.get(name), "replayed", None)
        if hear:
            hear(name, arguments)

    async def close(self) -> None:
        for bench in self._benches:
            await bench.close()
