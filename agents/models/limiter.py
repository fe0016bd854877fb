"""Who may call an endpoint now: bounds the calls in flight and their pace, which it learns (see `pace`, `crowd`).

    async with limiter.slot() as slot:
        ...                       # one request
        slot.served()             # or slot.refused(retry_after=1.0), slot.failed()

A call that waits to be tried again holds no slot, and goes before calls that were not tried yet.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from types import TracebackType
from weakref import WeakKeyDictionary

from agents.models.crowd import Crowd
from agents.models.pace import START, Cohort, Pace

AT_ONCE = 64
GO_ON: ContextVar[Callable[[], None]] = ContextVar("go_on", default=lambda: None)
"""Asked when a call gets its slot, which may be long after it was begun; what it raises is the call's end."""
_LOOK_AGAIN = 1.0
"""Seconds after which a sleeping limiter looks whether the pace has changed."""


class Limiter:
    """Bound the calls to one endpoint. One limiter serves all clients of the endpoint in one event loop.

    `clock` returns seconds and `sleep` waits for them; both are real unless given.
    """

    def __init__(
        self,
        at_once: int = AT_ONCE,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        start: float = START,
    ) -> None:
        if at_once < 1:
            raise ValueError(f"at_once is {at_once!r}; it must be 1 or more")
        self.in_flight = 0
        self._clock, self._sleep = clock, sleep
        self._pace, self._crowd = Pace(clock(), start), Crowd(at_once)
        self._waiting: deque[tuple[asyncio.Future[Cohort], float]] = deque()
        self._waker: asyncio.Task[None] | None = None
        self._by_tokens, self._mean_tokens = False, 0.0

    @property
    def at_once(self) -> int:
        """Return how many calls may be in flight at most."""
        return self._crowd.most

    @property
    def room(self) -> int:
        """Return how many calls may be in flight now, after what was learned; never above `at_once`."""
        return max(1, int(self._crowd.size))

    @property
    def waiting(self) -> int:
        """Return how many calls wait for a slot."""
        return sum(not future.done() for future, _ in self._waiting)

    @property
    def rate(self) -> float | None:
        """Return requests a second allowed now; None while no limit was met."""
        return None if self._pace.limit is None else self._pace.rate

    def slot(self, tokens: float = 0.0, *, again: bool = False) -> "Slot":
        """Return a slot for one request, to be entered with `async with`.

        `tokens` estimates its size, for endpoints that count tokens; `again` lets it go before new calls.
        """
        return Slot(self, tokens, again)

    async def _enter(self, tokens: float, again: bool) -> Cohort:
        cost = self._cost(tokens)
        if not self._waiting and self._has_room() and self._pace.wait(now := self._clock()) <= 0:
            self.in_flight += 1
            return self._pace.leave(now, cost)
        future: asyncio.Future[Cohort] = asyncio.get_running_loop().create_future()
        (self._waiting.appendleft if again else self._waiting.append)((future, cost))
        self._admit()
        try:
            return await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled():  # let in and cancelled in one turn of the loop
                self._leave()
            raise

    def _leave(self) -> None:
        self.in_flight -= 1
        self._admit()

    def _has_room(self) -> bool:
        return self.in_flight < max(1, int(self._crowd.size))

    def _admit(self) -> None:
        """Let in whoever may go now, and see to it that somebody looks again when the next one may."""
        while self._waiting and self._has_room():
            future, cost = self._waiting[0]
            if future.done():
                self._waiting.popleft()
                continue
            now = self._clock()
            if self._pace.wait(now) > 0:
                if self._waker is None:
                    self._waker = asyncio.get_running_loop().create_task(self._wake())
                return
            self._waiting.popleft()
            self.in_flight += 1
            future.set_result(self._pace.leave(now, cost))

    async def _wake(self) -> None:
        try:
            while self._waiting and self._has_room():
                await self._sleep(min(_LOOK_AGAIN, self._pace.wait(self._clock())))
                self._admit()
        finally:
            self._waker = None

    def _cost(self, tokens: float) -> float:
        """Return what a request takes of the pace: 1, or where tokens are counted, its size over the mean."""
        if tokens <= 0:
            return 1.0
        self._mean_tokens += (tokens - self._mean_tokens) * (0.02 if self._mean_tokens else 1.0)
        return min(100.0, tokens / self._mean_tokens) if self._by_tokens else 1.0


class Slot:
    """Leave to send one request. Leaving it without a word (cancelled, connection lost) teaches nothing."""

    __slots__ = ("_again", "_began", "_cohort", "_limiter", "_tokens")

    def __init__(self, limiter: Limiter, tokens: float, again: bool) -> None:
        self._limiter, self._tokens, self._again = limiter, tokens, again
        self._began = 0.0

    async def __aenter__(self) -> "Slot":
        self._cohort = await self._limiter._enter(self._tokens, self._again)
        try:
            GO_ON.get()()
        except BaseException:
            self._limiter._leave()
            raise
        self._began = self._limiter._clock()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._limiter._leave()

    def served(self) -> None:
        """Say that the endpoint answered."""
        self._limiter._pace.served(self._cohort)
        self._ended(is_done=True)

    def refused(self, retry_after: float | None = None, *, by_tokens: bool = False) -> None:
        """Say that the endpoint refused for its load (429); `by_tokens` that it counts tokens, not requests."""
        limiter = self._limiter
        limiter._by_tokens = limiter._by_tokens or by_tokens
        limiter._pace.refused(self._cohort, limiter._clock(), retry_after)

    def failed(self, *, timed_out: bool = False) -> None:
        """Say that it failed otherwise; only an answer that took too long teaches something."""
        if timed_out:
            self._ended(is_done=False)

    def _ended(self, *, is_done: bool) -> None:
        limiter = self._limiter
        now = limiter._clock()
        is_full = bool(limiter._waiting) and limiter.in_flight >= int(limiter._crowd.size)
        limiter._crowd.ended(now, now - self._began, is_full=is_full, is_done=is_done)


_shared: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[str, str], Limiter]] = WeakKeyDictionary()


def shared_limiter(base_url: str, api_key: str | None = None, *, at_once: int = AT_ONCE) -> Limiter:
    """Return the limiter of an endpoint and key in the running event loop; the first caller sets `at_once`."""
    limiters = _shared.setdefault(asyncio.get_running_loop(), {})
    place = (base_url.rstrip("/"), api_key or "")
    if place not in limiters:
        limiters[place] = Limiter(at_once)
    return limiters[place]
