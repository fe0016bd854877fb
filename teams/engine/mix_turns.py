"""Whose turn it is: skills share the places for seeds and the endpoint by what each still lacks.

A skill with a hundred chats on a seed would otherwise fill the endpoint's queue, and one with few of them wait behind
it for as long as the queue is. So both are given out in turn: seeds to be begun, and chats to be held. Turns are in
proportion to the mix, whatever turns take; a skill that lags behind the furthest gets up to twice its share, so that
the accepted pairs stay near the mix. Never more: a skill whose pairs all fail must not take the places of those that
get somewhere.
"""

from __future__ import annotations

import asyncio
import math
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import asynccontextmanager

from teams.engine.acceptance import Tally

SOON = 0.05
"""Seconds till a turn is passed on, where the newest is to have it."""
LAG = 0.05
"""Part of its pairs by which a skill is behind when it gets twice its share."""


class Weights:
    """What each skill's turns weigh, from its share and how far it is."""

    def __init__(
        self,
        shares: Mapping[str, float],
        quotas: Mapping[str, int | None],
        of: Mapping[str, Tally],
        expected: Mapping[str, float],
    ) -> None:
        """`expected`: pairs that come of a seed of each skill, before any is known."""
        whole = sum(shares.values())
        self._shares = {name: share / whole for name, share in shares.items()}
        self._quotas, self._of, self._expected = quotas, of, expected
        self._before = {name: tally.accepted for name, tally in of.items()}

    def of(self, names: Collection[str]) -> dict[str, float]:
        """Return positive weights; infinite for a skill that has all its pairs: what it still holds ends at once."""
        progress = {name: self._progress(name) for name in self._quotas}
        front = max(progress.values())
        return {name: self._weight(name, front - progress[name]) for name in names}

    def of_seeds(self, names: Collection[str]) -> dict[str, float]:
        """Return the weights where seeds are begun: one that yields many pairs counts for as many."""
        return {name: weight / max(1.0, self.pairs_a_seed(name)) for name, weight in self.of(names).items()}

    def pairs_a_seed(self, name: str) -> float:
        """Return how many pairs come of a seed, after what is known so far."""
        tally = self._of[name]
        return (tally.accepted - self._before[name] + self._expected[name]) / (tally.ended + 1)

    def _weight(self, name: str, behind: float) -> float:
        if self._progress(name) >= 1:
            return math.inf
        return self._shares[name] * (1 + min(behind, LAG) / LAG)

    def _progress(self, name: str) -> float:
        quota = self._quotas[name]
        return 0.0 if quota is None else min(1.0, self._of[name].accepted / quota) if quota else 1.0


class Order:
    """Gives out turns in proportion to weights that change: whose next turn would be served first, has it."""

    def __init__(self, weights: Callable[[Collection[str]], Mapping[str, float]]) -> None:
        self._weights, self._now = weights, 0.0
        self._served: dict[str, float] = defaultdict(float)
        self._waiting: set[str] = set()

    def next_of(self, names: Collection[str]) -> str:
        """Say who of those that wait is next, and count the turn. Who comes back has no claim to what is past."""
        for name in set(names) - self._waiting:
            self._served[name] = max(self._served[name], self._now)
        self._waiting = set(names)
        self._now = max(self._now, min(self._served[name] for name in names))
        weights = self._weights(names)
        ends = {name: self._served[name] + 1 / weights[name] for name in names}
        following = min(names, key=lambda name: -1.0 if weights[name] == math.inf else ends[name])
        self._served[following] = ends[following]
        return following


class Turns:
    """At most `most` chats at a time, given out fairly among skills; within a skill, first come first served."""

    def __init__(
        self, names: Collection[str], most: int | None, weights: Weights, *, newest_first: bool = False
    ) -> None:
        """None for `most` holds nothing back: where there is one skill, the endpoint's own queue is all it takes.

        `newest_first`: what came of the last chat comes before what waited longer, for people who follow one pair.
        """
        self._newest_first = newest_first
        self._most, self._held = most, 0
        self._order = Order(weights.of)
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {name: deque() for name in names}

    @asynccontextmanager
    async def turn(self, name: str) -> AsyncIterator[None]:
        """Wait for a turn of a skill, and give it back after."""
        await self._take(name)
        try:
            yield
        finally:
            self._give()

    async def _take(self, name: str) -> None:
        if self._has_room() and not self._waiters():
            self._order.next_of([name])
            self._held += 1
            return
        mine: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting[name].append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._give()
            raise

    def _give(self) -> None:
        if self._newest_first:
            # What comes of the chat that ends here is not in the queue yet.
            asyncio.get_running_loop().call_later(SOON, self._pass_on)
        else:
            self._pass_on()

    def _pass_on(self) -> None:
        self._held -= 1
        while self._has_room() and (waiting := self._waiters()):
            self._held += 1
            queue = self._waiting[self._order.next_of(waiting)]
            (queue.pop() if self._newest_first else queue.popleft()).set_result(None)

    def _has_room(self) -> bool:
        return self._most is None or self._held < self._most

    def _waiters(self) -> list[str]:
        for queue in self._waiting.values():
            while queue and queue[0].done():  # cancelled while it waited
                queue.popleft()
            while queue and queue[-1].done():
                queue.pop()
        return [name for name, queue in self._waiting.items() if queue]
