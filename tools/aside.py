"""Run functions we did not write beside the event loop that holds the chats, so that one that blocks can't stop them.

An `async def` that calls `time.sleep`, or never comes back, would hold up every chat of the run. So plug-ins run on an
event loop in a daemon thread; where that loop no longer answers it is left behind and the next call gets a fresh one.
One loop for all of them, not one a call: plug-ins keep sessions and locks, which belong to the loop they were made on.
"""

import asyncio
import functools
import inspect
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, Future
from contextvars import ContextVar
from typing import Any

STUCK_AFTER = 1.0
"""Seconds without an answer after which the loop of an abandoned call counts as blocked."""

PATIENCE = 300.0
"""Seconds a call waits for a loop that others hold up, before that loop is left behind."""
_LOOK_EVERY = 0.2


class Clock:
    """How long a call has run. It stands still while the call waits for a loop that another call holds up."""

    def __init__(self) -> None:
        self._spent, self._since = 0.0, time.monotonic()
        self.stopped = False

    def stop(self) -> None:
        self._spent, self.stopped = self.spent, True

    def go(self) -> None:
        self._since, self.stopped = time.monotonic(), False

    @property
    def spent(self) -> float:
        """Seconds."""
        return self._spent if self.stopped else self._spent + time.monotonic() - self._since


clock: ContextVar[Clock | None] = ContextVar("clock", default=None)
"""The clock of the call in whose course something is run aside."""


class _Loop(asyncio.SelectorEventLoop):
    """An event loop whose `to_thread` uses daemon threads: one that hangs must not keep the program from ending."""

    def run_in_executor(self, executor: Executor | None, func: Callable[..., Any], *args: Any) -> Any:  # type: ignore[override]
        if executor is not None:
            return super().run_in_executor(executor, func, *args)
        result: Future[Any] = Future()
        threading.Thread(target=_settle, args=(result, func, args), daemon=True).start()
        return asyncio.wrap_future(result, loop=self)


def _settle(result: "Future[Any]", func: Callable[..., Any], args: tuple[Any, ...]) -> None:
    if not result.set_running_or_notify_cancel():
        return
    try:
        value = func(*args)
    except BaseException as error:
        result.set_exception(error)
    else:
        result.set_result(value)


_loop: _Loop | None = None


async def run_aside(function: Callable[..., Awaitable[Any]], /, **arguments: Any) -> Any:
    """Await `function(**arguments)` on the plug-ins' loop. Arguments with async methods keep running on ours."""
    home = asyncio.get_running_loop()
    arguments = {name: _across(value, home) for name, value in arguments.items()}
    while True:
        loop, turn = _fresh_loop(), _Turn(clock.get() or Clock())
        future = asyncio.wrap_future(asyncio.run_coroutine_threadsafe(turn.take(function, arguments), loop))
        try:
            if await _begins(turn, future, loop):
                return await future
        except asyncio.CancelledError:
            turn.claim()  # not begun, it never will
            future.cancel()
            home.call_later(0, _leave_if_stuck, loop, home)
            raise


async def _begins(turn: "_Turn", future: "asyncio.Future[Any]", loop: _Loop) -> bool:
    """Wait until the call has begun. False if it never will: its loop is held up by another and left behind."""
    global _loop
    asked = time.monotonic()
    while not turn.begun:
        await asyncio.wait({future}, timeout=_LOOK_EVERY)
        late = time.monotonic() - asked > PATIENCE
        if (late or _loop is not loop) and turn.claim():
            future.cancel()
            _loop = None if _loop is loop else _loop
            return False
        if future.done():
            break
    return True


class _Turn:
    """One call on its way to the plug-ins' loop: either it begins there or it is withdrawn, never both."""

    def __init__(self, spent: Clock) -> None:
        self._clock, self._lock = spent, threading.Lock()
        self.begun = False
        spent.stop()

    async def take(self, function: Callable[..., Awaitable[Any]], arguments: dict[str, Any]) -> Any:
        if not self.claim():
            return None
        self.begun = True
        self._clock.go()
        try:
            return await function(**arguments)
        except (SystemExit, KeyboardInterrupt) as error:  # raised in a task, it would end the loop
            raise RuntimeError(f"{type(error).__name__}: {error}") from None

    def claim(self) -> bool:
        """Claim the call, which only one can: whoever is to make it, or whoever won't wait for that."""
        return self._lock.acquire(blocking=False)


def _fresh_loop() -> _Loop:
    global _loop
    if _loop is None:
        _loop = _Loop()
        threading.Thread(target=_loop.run_forever, name="plug-ins", daemon=True).start()
    return _loop


def _leave_if_stuck(loop: _Loop, home: asyncio.AbstractEventLoop) -> None:
    answered = threading.Event()
    loop.call_soon_threadsafe(answered.set)

    def look() -> None:
        global _loop
        if _loop is loop and not answered.is_set():
            _loop = None

    home.call_later(STUCK_AFTER, look)


class _Across:
    """Stands for an object of another loop: its async methods run there, whoever awaits them."""

    def __init__(self, value: Any, home: asyncio.AbstractEventLoop) -> None:
        self._value, self._home = value, home

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self._value, name)
        if not inspect.iscoroutinefunction(attribute):
            return attribute

        @functools.wraps(attribute)
        async def call(*args: Any, **kwargs: Any) -> Any:
            future = asyncio.run_coroutine_threadsafe(attribute(*args, **kwargs), self._home)
            return _across(await asyncio.wrap_future(future), self._home)

        return call


def _across(value: Any, home: asyncio.AbstractEventLoop) -> Any:
    methods = (getattr(type(value), name, None) for name in dir(type(value)) if not name.startswith("_"))
    return _Across(value, home) if any(map(inspect.iscoroutinefunction, methods)) else value
