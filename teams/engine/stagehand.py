"""What chats need from outside: sandboxes, retrieval, registered tools; handed to each scene and taken back after."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from agents.change import unmarked
from agents.models.model import Model
from sandbox import Sandbox, SandboxError
from teams.engine.flow import Kind, Scene
from teams.engine.records import Pair, Passage, Record, Seed
from teams.engine.seeds import hold_out
from tools.bench import Bench, Benches
from tools.benches import RegisteredBench


@dataclass(frozen=True)
class Split:
    """A supply of which seeds held out for evaluation have one of their own."""

    train: Any
    test: Any
    share: float
    """How much is held out, as `--hold-out` says."""

    def of(self, seed: Seed) -> Any:
        """Return the one that chats about `seed` may use."""
        return self.test if hold_out(seed.hash, self.share) else self.train


@dataclass
class Stagehand:
    """Shared by all chats of a run."""

    pool: Any = None
    """`sandbox.pool.Pool`, or None where no container engine runs."""
    supplies: Mapping[type, Any] = field(default_factory=dict)
    """What tools may ask for by annotation, beside `Sandbox`: the retrieval indexes, each whole or a `Split`."""
    plugged: tuple[str, ...] = ()
    shared: Mapping[str, Bench] = field(default_factory=dict)
    """Benches that all chats share (MCP servers), by the name of each tool they hold."""
    language: str = ""
    seeds_at_once: int = 32
    """Seeds on their way at the same time; bounds memory, whatever the number of seeds."""

    @asynccontextmanager
    async def scene(
        self, chat_id: str, record: Record, kind: Kind, round: int, model_for: Callable[[str], Model]
    ) -> AsyncIterator[Scene]:
        """Prepare a scene; whatever it borrowed goes back when the chat is over, however it ends."""
        async with AsyncExitStack() as stack:
            held: list[Sandbox] = []
            supplies = self._supplies_of(record)

            async def lease() -> Sandbox:
                if self.pool is None:
                    raise SandboxError("no sandbox: no container engine runs here")
                if not held:
                    held.append(await stack.enter_async_context(self.pool.lease()))
                return held[0]

            def bench(*names: str) -> Bench:
                registered = [name for name in names if name not in self.shared]
                lent = dict.fromkeys(self.shared[name] for name in names if name in self.shared)
                return Benches(RegisteredBench(registered, {**supplies, Sandbox: lease}), *lent)

            drawn_by = unmarked(chat_id)
            yield Scene(
                chat_id=drawn_by,
                record=record,
                kind=kind,
                round=round,
                random=Random(drawn_by),
                small=model_for("").abilities.small,
                has_sandbox=self.pool is not None,
                language=self.language,
                lease=lease,
                bench=bench,
                ask=_nobody,
                plugged=self.plugged,
                supplies=supplies,
            )

    def _supplies_of(self, record: Record) -> Mapping[type, Any]:
        seed = _seed_of(record)
        return {k: made.of(seed) if isinstance(made, Split) else made for k, made in self.supplies.items()}


def _seed_of(record: Record) -> Seed:
    if isinstance(record, Seed):
        return record
    return record.seed if isinstance(record, Passage | Pair) else record.passage.seed


async def _nobody(place: object, opening: str) -> str:
    raise RuntimeError("whoever holds the chat says how others are asked")
