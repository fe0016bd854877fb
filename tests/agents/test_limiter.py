"""The limiter in simulated time: a loop whose clock jumps, and servers that refuse, queue or fail by plain rules."""

import asyncio
import heapq
import random
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.models.crowd import Crowd
from agents.models.limiter import Limiter, shared_limiter
from agents.models.pace import Pace

T = TypeVar("T")


class JumpingLoop(asyncio.SelectorEventLoop):
    """An event loop that never waits: where nothing is ready, its clock jumps to the next timer."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def time(self) -> float:
        return self.now

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self.now = max(self.now, self._scheduled[0].when())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def simulate(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run `main` in simulated time."""
    with asyncio.Runner(loop_factory=JumpingLoop) as runner:
        return runner.run(main())


def limiter(at_once: int = 64, **settings: Any) -> Limiter:
    """Return a limiter on the simulated clock."""
    return Limiter(at_once, clock=asyncio.get_running_loop().time, sleep=asyncio.sleep, **settings)


class Server:
    """What an endpoint does to calls, and what it counted by second."""

    def __init__(
        self,
        *,
        latency: float = 0.05,
        rate: float = 0,
        burst: float = 10,
        stray: float = 0,
        workers: int = 0,
        retry_after: float | None = 1.0,
    ) -> None:
        self.latency, self.rate, self.burst, self.stray, self.retry_after = latency, rate, burst, stray, retry_after
        self.random = random.Random(7)
        self.bucket, self.filled = burst, 0.0
        self.free = [0.0] * workers
        self.served: list[float] = []
        self.refused: list[float] = []
        self.waits: list[float] = []

    def refuses(self, now: float) -> bool:
        self.bucket = min(self.burst, self.bucket + (now - self.filled) * self.rate)
        self.filled = now
        if self.random.random() < self.stray or (self.rate and self.bucket < 1):
            return True
        self.bucket -= 1
        return False

    async def call(self, door: Limiter, again: bool) -> bool:
        loop = asyncio.get_running_loop()
        async with door.slot(again=again) as slot:
            await asyncio.sleep(0.001 * self.random.random())
            if self.refuses(loop.time()):
                self.refused.append(loop.time())
                slot.refused(self.retry_after)
                return False
            wait = self.latency * self.random.uniform(0.8, 1.2)
            if self.free:
                begin = max(loop.time(), heapq.heappop(self.free))
                heapq.heappush(self.free, begin + wait)
                wait = begin + wait - loop.time()
            await asyncio.sleep(wait)
            self.waits.append(wait)
            self.served.append(loop.time())
            slot.served()
            return True

    def rates(self, begin: float, end: float) -> tuple[float, float]:
        """Return served a second, and the refused share, between two times."""
        served = sum(begin <= t < end for t in self.served)
        refused = sum(begin <= t < end for t in self.refused)
        return served / (end - begin), refused / max(1, served + refused)


def flood(server: Server, seconds: float, *, at_once: int = 64, chats: int = 512) -> Limiter:
    """Let many chats call one after another; a refused call comes back as the client's would."""

    async def chat(door: Limiter) -> None:
        while True:
            tries = 0
            while not await server.call(door, tries > 0):
                tries += 1
                pause = 0.5 * 2 ** min(tries, 5) * server.random.uniform(0.5, 1)
                await asyncio.sleep(max(server.retry_after or 0, pause))

    async def main() -> Limiter:
        door = limiter(at_once)
        await asyncio.wait([asyncio.ensure_future(chat(door)) for _ in range(chats)], timeout=seconds)
        return door

    return simulate(main)


@pytest.mark.parametrize("burst", [10, 100])
@pytest.mark.parametrize("latency", [0.05, 2.0])
def test_an_unknown_limit_is_found_and_kept_to(burst: float, latency: float) -> None:
    server = Server(rate=100, burst=burst, latency=latency)
    flood(server, 60, at_once=256)
    assert server.rates(10, 60)[0] >= 95
    assert server.rates(10, 60)[1] < 0.02
    assert server.rates(0, 60)[1] < 0.02


def test_a_slow_limit_is_found() -> None:
    server = Server(rate=5, burst=5, latency=1)
    flood(server, 300)
    assert server.rates(60, 300)[0] >= 4.5


def test_a_limit_that_rises_is_followed() -> None:
    server = Server(rate=50, burst=10)

    async def main() -> None:
        asyncio.get_running_loop().call_later(60, setattr, server, "rate", 200)
        door = limiter()
        await asyncio.wait([asyncio.ensure_future(_endless(server, door)) for _ in range(256)], timeout=240)

    simulate(main)
    assert 45 < server.rates(30, 60)[0] < 55
    assert server.rates(180, 240)[0] > 180


async def _endless(server: Server, door: Limiter) -> None:
    while True:
        if not await server.call(door, False):
            await asyncio.sleep(server.retry_after or 1)


def test_stray_refusals_change_nothing() -> None:
    """Each stray refusal stops its own call for a second, and no other."""
    clean, stray = Server(), Server(stray=0.05)
    flood(clean, 20)
    door = flood(stray, 20)
    assert stray.rates(5, 20)[0] >= 0.95 * clean.rates(5, 20)[0]
    assert door.rate is None


def test_stray_refusals_do_not_hide_a_limit() -> None:
    server = Server(rate=100, burst=20, stray=0.05)
    flood(server, 60)
    assert server.rates(10, 60)[0] >= 95
    assert server.rates(10, 60)[1] < 0.05 + 0.10


def test_nothing_refused_means_no_limit() -> None:
    server = Server(latency=0.01)
    door = flood(server, 5)
    assert door.rate is None
    assert server.rates(3, 5)[0] > 0.9 * 64 / 0.01 / 1.05


def test_all_wait_where_nobody_gets_through() -> None:
    """A quota that is used up: everybody is refused and told to come back in 20 s."""
    server = Server(rate=1e-9, burst=0, retry_after=20)
    flood(server, 19)
    assert len(server.refused) < 64


@pytest.mark.parametrize("retry_after", [1.0, None])
def test_an_outage_teaches_no_limit(retry_after: float | None) -> None:
    """A server that loads its model refuses everybody for a minute, and then nobody."""
    server = Server(rate=1e-9, burst=0, retry_after=retry_after)

    async def main() -> Limiter:
        asyncio.get_running_loop().call_later(60, setattr, server, "rate", 0)
        door = limiter()
        await asyncio.wait([asyncio.ensure_future(_endless(server, door)) for _ in range(256)], timeout=90)
        return door

    assert simulate(main).rate is None
    assert len(server.refused) < 600
    assert server.rates(80, 90)[0] > 0.9 * 64 / 0.05 / 1.05


def test_a_queueing_server_is_not_overfilled_and_not_starved() -> None:
    """It never says 429. Sixteen work at a time, 64 may be sent: more than sixteen only wait."""
    server = Server(workers=16)
    door = flood(server, 60)
    best = 16 / 0.05
    assert server.rates(10, 60)[0] > 0.97 * best
    assert 16 <= door.room < 48
    late = server.waits[-1000:]
    assert sum(late) / len(late) < 0.75 * 64 / best


def test_a_batching_server_keeps_its_crowd() -> None:
    """Slower with more at once, but it gets more done: nothing is held back for long."""
    crowd, now, lasts = Crowd(64), 0.0, []
    for _ in range(20_000):
        mean = 0.05 * (1 + crowd.size / 32)  # three times slower when full, and 21 times the throughput
        now += mean / crowd.size
        crowd.ended(now, mean, is_full=True)
        lasts.append(crowd.size)
    assert sum(lasts[-10_000:]) / 10_000 > 0.9 * 64


def test_the_crowd_never_passes_its_bounds() -> None:
    draw, crowd, now = random.Random(3), Crowd(8), 0.0
    for _ in range(20_000):
        now += draw.expovariate(50)
        crowd.ended(now, draw.expovariate(1), is_full=draw.random() < 0.9, is_done=draw.random() < 0.9)
        assert 1 <= crowd.size <= 8


def test_at_once_bounds_calls_in_flight() -> None:
    most = 0

    async def main() -> None:
        nonlocal most
        door = limiter(3)

        async def call() -> None:
            nonlocal most
            async with door.slot():
                most = max(most, door.in_flight)
                await asyncio.sleep(0.1)

        await asyncio.gather(*(call() for _ in range(50)))
        assert door.in_flight == door.waiting == 0

    simulate(main)
    assert most == 3


def test_calls_tried_again_go_first() -> None:
    order: list[str] = []

    async def main() -> None:
        door = limiter(1)

        async def call(name: str, again: bool) -> None:
            async with door.slot(again=again):
                order.append(name)
                await asyncio.sleep(0.1)

        first = asyncio.ensure_future(call("first", False))
        await asyncio.sleep(0.01)
        late = [asyncio.ensure_future(call("new", False)) for _ in range(2)]
        await asyncio.sleep(0.01)
        await asyncio.gather(first, *late, call("again", True))

    simulate(main)
    assert order == ["first", "again", "new", "new"]


@settings(max_examples=40)
@given(st.data())
def test_cancelling_leaks_no_slot(data: st.DataObject) -> None:
    """Whoever is cancelled, waiting, just let in, or in flight: all others get through and all slots come back."""
    at_once = data.draw(st.integers(1, 5))
    times = data.draw(st.lists(st.floats(0, 2), min_size=1, max_size=30))

    async def main() -> int:
        door, done = limiter(at_once, start=20.0), 0

        async def call() -> None:
            nonlocal done
            async with door.slot() as slot:
                assert door.in_flight <= at_once
                await asyncio.sleep(0.2)
                slot.served()
            done += 1

        loop, tasks = asyncio.get_running_loop(), [asyncio.ensure_future(call()) for _ in range(30)]
        for task, when in zip(tasks, times, strict=False):
            loop.call_later(when, task.cancel)
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert done == sum(end is None for end in ends) >= 30 - len(times)
        assert door.in_flight == door.waiting == 0
        await asyncio.sleep(2)
        assert len(asyncio.all_tasks()) == 1  # nobody is left behind who wakes others
        return done

    simulate(main)


def test_an_error_inside_gives_the_slot_back() -> None:
    async def main() -> None:
        door = limiter(1)
        for _ in range(3):
            with pytest.raises(RuntimeError, match="lost"):
                async with door.slot():
                    raise RuntimeError("lost")
        assert door.in_flight == 0

    simulate(main)


def test_tokens_count_where_the_endpoint_counts_tokens() -> None:
    """After a refusal for tokens, a call ten times the mean waits ten times as long."""

    async def main() -> tuple[float, float]:
        door, loop = limiter(1, start=10.0), asyncio.get_running_loop()
        async with door.slot(tokens=100) as slot:
            slot.refused(0.0, by_tokens=True)
        gaps = []
        for size in (100, 100, 100, 1000, 100):
            began = loop.time()
            async with door.slot(tokens=size):
                gaps.append(loop.time() - began)
        return gaps[2], gaps[4]

    usual, after_large = simulate(main)
    assert after_large > 5 * usual > 0


@settings(max_examples=100)
@given(st.lists(st.tuples(st.floats(0, 5), st.booleans(), st.one_of(st.none(), st.floats(0, 100))), max_size=300))
def test_the_pace_stays_sane_whatever_happens(events: list[tuple[float, bool, float | None]]) -> None:
    pace, now = Pace(0.0), 0.0
    for gap, is_refused, retry_after in events:
        now += gap
        wait = pace.wait(now)
        assert 0 <= wait <= 100 + 1 / pace.rate + 1
        now += wait
        cohort = pace.leave(now)
        if is_refused:
            pace.refused(cohort, now, retry_after)
        else:
            pace.served(cohort)
        assert 0.09 <= pace.rate <= 20_000
        assert 0 <= pace.stray <= 0.14


def test_at_once_must_be_positive() -> None:
    with pytest.raises(ValueError, match="1 or more"):
        Limiter(0)


async def test_one_limiter_for_an_endpoint_and_key() -> None:
    one = shared_limiter("http://127.0.0.1:1/v1", "key", at_once=7)
    assert shared_limiter("http://127.0.0.1:1/v1/", "key") is one
    assert one.at_once == 7
    assert shared_limiter("http://127.0.0.1:1/v1", "other key") is not one
