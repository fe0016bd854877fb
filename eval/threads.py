"""Run what blocks in a thread that nobody waits for at the end.

`asyncio.to_thread` has its threads waited for when the loop closes: a second Ctrl-C would then take as long as whatever
a model run here is saying. What such a call would have returned is lost, as all calls in flight are.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

T = TypeVar("T")
CALLED = "model"
"""What these threads are called."""


async def in_thread(call: Callable[[], T]) -> T:
    """Return what `call` returns, or raise what it raises; a `StopIteration`, which no future carries, as an error."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(set_: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop is closed: whoever asked has gone
            loop.call_soon_threadsafe(lambda: None if future.done() else set_())

    def work() -> None:
        try:
            made = call()
        except StopIteration as error:
            stopped = RuntimeError(f"StopIteration {error}".strip())
            settle(lambda: future.set_exception(stopped))
        except BaseException as error:
            failed = error  # the name of a caught error ends with its block
            settle(lambda: future.set_exception(failed))
        else:
            settle(lambda: future.set_result(made))

    threading.Thread(target=work, name=CALLED, daemon=True).start()
    return await future
