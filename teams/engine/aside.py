"""Long computations beside the event loop: in a child process, so that no other chat waits for them.

    problem = await aside(drawn, "seating", random, cast)

A puzzle takes seconds to draw and prove, and holds the interpreter meanwhile; in the loop, every chat of a run would
stand still for so long. The child ends with its run, or with us, however we end.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from base64 import b64decode, b64encode
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from tools.child import Child, ChildDied

Made = TypeVar("Made")
WORKERS = max(1, min(4, (os.cpu_count() or 2) // 2))
"""Children at most. Half of the cores are left to the loop, to sandboxes and to models on this machine."""


@dataclass
class _Crew:
    """The children of one event loop; each does one thing at a time."""

    users: int = 0
    idle: list[Child] = field(default_factory=list)
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(WORKERS))

    async def __call__(self, asked: str) -> dict[str, Any]:
        async with self.turns:
            worker = self.idle.pop() if self.idle else Child(_command(), os.environ)
            try:
                return await _answer(worker, asked)
            finally:
                self.idle.append(worker)

    async def close(self) -> None:
        while self.idle:
            await self.idle.pop().stop()


_crews: WeakKeyDictionary[asyncio.AbstractEventLoop, _Crew] = WeakKeyDictionary()


async def aside(work: Callable[..., Made], *args: Any) -> Made:
    """Return what `work(*args)` returns, computed in a child process; raise what it raises.

    `work` is a function of a module, without effects on anything but its result; it and `args` are pickled. A child
    that dies (of memory, say) is replaced once; then `ChildProcessError` is raised. Cancelling ends the computation.
    """
    crew = _crews.setdefault(asyncio.get_running_loop(), _Crew())
    answer = await crew(_packed((work, args)))
    if "raised" in answer:
        raise _unpacked(answer["raised"])
    return _unpacked(answer["made"])  # type: ignore[no-any-return]


async def drawn_aside(work: Callable[..., Made], random: Random, *args: Any) -> Made:
    """Return `work(random, *args)` as `aside` does; `random` goes on from where `work` left it."""
    made, state = await aside(_drawing, work, random, args)
    random.setstate(state)
    return made  # type: ignore[no-any-return]


@asynccontextmanager
async def at_hand() -> AsyncIterator[None]:
    """Keep children while it is open; those of this event loop end when the last one closes."""
    crew = _crews.setdefault(asyncio.get_running_loop(), _Crew())
    crew.users += 1
    try:
        yield
    finally:
        crew.users -= 1
        if not crew.users:
            await crew.close()


def _drawing(work: Callable[..., Made], random: Random, args: tuple[Any, ...]) -> tuple[Made, Any]:
    return work(random, *args), random.getstate()


async def _answer(worker: Child, asked: str) -> dict[str, Any]:
    for is_last in (False, True):
        try:
            await worker.start()
            return await worker.ask({"asked": asked})
        except ChildDied as died:
            if is_last:
                raise ChildProcessError(f"a process that computes for us died twice{died}") from None
    raise AssertionError


def _command() -> list[str]:
    begin = f"import sys; sys.path[:] = {sys.path!r}; from {__name__} import _serve; _serve()"
    return [sys.executable, "-P", "-c", begin]


def _packed(value: Any) -> str:
    return b64encode(pickle.dumps(value)).decode("ascii")


def _unpacked(said: str) -> Any:
    return pickle.loads(b64decode(said))  # of our own processes only


def _serve() -> None:
    """Be the child: answer each line on standard input, until there are no more."""
    import json

    answers = os.fdopen(os.dup(1), "w", encoding="ascii")
    os.dup2(2, 1)  # what a computation prints must not look like an answer
    for line in sys.stdin:
        answers.write(json.dumps(_reply(json.loads(line)["asked"])) + "\n")
        answers.flush()


def _reply(asked: str) -> dict[str, str]:
    try:
        work, args = _unpacked(asked)
        return {"made": _packed(work(*args))}
    except Exception as error:
        try:
            raised = _packed(error)
            _unpacked(raised)  # some can be written and not read again
        except Exception:
            raised = _packed(RuntimeError(f"{type(error).__name__}: {error}"))
        return {"raised": raised}


__all__ = ["aside", "at_hand", "drawn_aside"]
