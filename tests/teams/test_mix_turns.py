"""Turns: in proportion, never more at once than may be, nobody left waiting, cancelled ones harm nobody."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from teams.engine.acceptance import Tally
from teams.engine.mix_turns import Order, Turns, Weights


def weights(shares: dict[str, float], quotas: dict[str, int | None] | None = None, **accepted: int) -> Weights:
    of = {name: Tally() for name in shares}
    made = Weights(shares, quotas or dict.fromkeys(shares), of, dict.fromkeys(shares, 1.0))
    for name, number in accepted.items():
        of[name].accepted = number
    return made


@given(st.lists(st.integers(1, 100), min_size=1, max_size=8), st.integers(1, 400))
def test_turns_are_near_their_shares_after_any_number(shares: list[int], number: int) -> None:
    names = {f"s{n}": float(share) for n, share in enumerate(shares)}
    order = Order(weights(names).of)
    had = Counter(order.next_of(names) for _ in range(number))
    for name, share in names.items():
        assert abs(had[name] - number * share / sum(shares)) < len(shares)


def test_who_was_away_has_no_claim_to_the_turns_of_that_time() -> None:
    order = Order(weights({"a": 1, "b": 1}).of)
    for _ in range(100):
        order.next_of(["a"])
    had = Counter(order.next_of(["a", "b"]) for _ in range(20))
    assert abs(had["a"] - had["b"]) <= 2


def test_who_lags_gets_up_to_twice_its_share() -> None:
    far = weights({"a": 1, "b": 1}, {"a": 100, "b": 100}, a=90, b=0).of(["a", "b"])
    assert far["b"] == 2 * far["a"]
    near = weights({"a": 1, "b": 1}, {"a": 100, "b": 100}, a=52, b=50).of(["a", "b"])
    assert 1 < near["b"] / near["a"] < 2


async def test_no_more_at_once_than_may_be_and_all_in_the_end() -> None:
    turns, running, most = Turns(["a", "b", "c"], 3, weights({"a": 5, "b": 1, "c": 1})), 0, 0
    draw = random.Random(1)

    async def work(name: str) -> None:
        nonlocal running, most
        async with turns.turn(name):
            running += 1
            most = max(most, running)
            try:
                await asyncio.sleep(draw.random() / 1000)
            finally:
                running -= 1

    tasks = [asyncio.create_task(work(draw.choice("abc"))) for _ in range(200)]
    for task in draw.sample(tasks, 60):
        await asyncio.sleep(0)
        task.cancel()
    done = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 20)
    assert most == 3
    assert sum(result is None for result in done) >= 140
    async with asyncio.timeout(5), turns.turn("a"), turns.turn("b"), turns.turn("c"):
        pass  # what was cancelled holds nothing


async def test_a_few_are_served_between_hundreds() -> None:
    turns, served = Turns(["wide", "slim"], 2, weights({"wide": 1, "slim": 1})), list[str]()

    async def work(name: str) -> None:
        async with turns.turn(name):
            served.append(name)
            await asyncio.sleep(0)

    async with asyncio.TaskGroup() as group:
        for _ in range(300):
            group.create_task(work("wide"))
        await asyncio.sleep(0)
        for _ in range(10):
            group.create_task(work("slim"))
    last = len(served) - served[::-1].index("slim")
    assert last < 40
