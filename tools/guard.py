"""The guard under which every tool is called: none may hang a chat, flood it, or end it by raising."""

import asyncio
import contextvars
from collections.abc import Awaitable, Mapping
from typing import Any, TypeVar

from sandbox import SandboxError
from tools.aside import Clock, clock
from tools.bench import Answer, Bench
from tools.errors import ToolError

CALL_SECONDS = 60.0
"""How long a tool may take, the time to get ready (a free sandbox, a built index) not counted."""
READY_SECONDS = 1800.0
"""How long a tool may take to get ready: a first search waits for the index of a whole code base."""
MAX_CHARS = 8_000
"""Characters of a result shown to the model. A runaway print must not fill its context."""
NOTHING = "[no output]"
"""Shown to the model where a result has no words."""
Value = TypeVar("Value")
_left_behind: set["asyncio.Task[Any]"] = set()
"""Calls that did not heed their cancellation. Held, because asyncio forgets tasks nobody holds, and says so aloud."""


class _TooSlow(Exception):
    """The time limit has passed."""


async def guarded_call(
    bench: Bench,
    name: str,
    arguments: Mapping[str, Any],
    timeout: float = CALL_SECONDS,
    max_chars: int = MAX_CHARS,
    ready: float = READY_SECONDS,
) -> Answer:
    """Call a tool and return its answer, whatever happens: what it raises becomes an answer the model can read.

    `timeout` and `ready` are in seconds; waiting for a plug-in that holds up others is not counted. A call that takes
    longer is cancelled, and left behind if it does not heed that. Text beyond `max_chars` is cut, with a note of how
    much. Only a cancellation from outside is raised.
    """
    try:
        await _within(ready, _prepare(bench, name))
    except Exception as error:
        reason = f"not ready within {ready:g} seconds" if isinstance(error, _TooSlow) else _reason(error)
        return Answer(_cut(f"{name} is out of order: {reason}", max_chars), is_error=True, fault=True)
    try:
        answer = await _within(timeout, bench.call(name, arguments))
    except _TooSlow:
        return Answer(f"{name} did not answer within {timeout:g} seconds and was stopped.", is_error=True)
    except (SandboxError, ToolError) as error:
        return Answer(_cut(f"{name} is out of order: {error}", max_chars), is_error=True, fault=True)
    except Exception as error:
        return Answer(_cut(f"{name} failed: {_reason(error)}", max_chars), is_error=True)
    # Something must be read back: a tool message of no words is none that chat templates and checks take.
    return Answer(_cut(answer.text, max_chars) if answer.text.strip() else NOTHING, answer.is_error, answer.fault)


async def _prepare(bench: Bench, name: str) -> None:
    if prepare := getattr(bench, "prepare", None):
        await prepare(name)


async def _within(seconds: float, awaitable: Awaitable[Value]) -> Value:
    """Await for at most `seconds`. Unlike `asyncio.wait_for`, does not wait for a cancelled task to agree."""
    spent = Clock()
    context = contextvars.copy_context()
    context.run(clock.set, spent)
    task = asyncio.get_running_loop().create_task(_caught(awaitable), context=context)
    try:
        while not task.done() and (left := seconds - spent.spent) > 0:
            # Stopped, it may go again at any moment: then what is left is counted from there.
            await asyncio.wait({task}, timeout=max(left, 0.1) if spent.stopped else left)
    except asyncio.CancelledError:
        _leave(task)
        raise
    if not task.done():
        _leave(task)
        raise _TooSlow
    return task.result()


async def _caught(awaitable: Awaitable[Value]) -> Value:
    """Await, with nothing but exceptions coming out: an exit raised in a task would take the event loop with it."""
    try:
        return await awaitable
    except (SystemExit, KeyboardInterrupt, GeneratorExit, asyncio.CancelledError) as error:
        if isinstance(error, asyncio.CancelledError) and (task := asyncio.current_task()) and task.cancelling():
            raise
        raise RuntimeError(_reason(error)) from None


def _leave(task: "asyncio.Task[Any]") -> None:
    task.cancel()
    _left_behind.add(task)
    task.add_done_callback(_done)


def _done(task: "asyncio.Task[Any]") -> None:
    _left_behind.discard(task)
    if not task.cancelled():
        task.exception()  # looked at, so that asyncio does not complain of it


def _reason(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else f"{text[:limit]}\n[{len(text) - limit:,} more characters cut]"
