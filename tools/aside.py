"""Run functions we did not write beside the event loop that holds the chats, so that one that blocks can't stop them.

An `async def` that calls `time.sleep`, or never comes back, would hold up every chat of the run. So plug-ins run on an
event loop in a daemon thread; where that loop no longer answers it is left behind and the next call gets a fresh one.
One loop for all of them, not one a call: plug-ins keep sessions and locks, which belong to the loop they were made on.
"""

import asyncio
import functools
import inspect
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, Future
from typing import Any

STUCK_AFTER = 1.0
"""Seconds without an answer after which the loop of an abandoned call counts as blocked."""


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
    loop, home = _fresh_loop(), asyncio.get_running_loop()
    arguments = {name: _across(value, home) for name, value in arguments.items()}

    async def call() -> Any:
        try:
            return await function(**arguments)
        except (SystemExit, KeyboardInterrupt) as error:  # raised in a task, it would end the loop
            raise RuntimeError(f"{type(error).__name__}: {error}") from None

    try:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(call(), loop))
    except asyncio.CancelledError:
        home.call_later(0, _leave_if_stuck, loop, home)
        raise


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
