"""The cheapest way through a space of states, or the proof that there is none, once all that can be reached is seen."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Hashable, Iterable
from itertools import count
from typing import Any, TypeVar

State = TypeVar("State", bound=Hashable)
Step = tuple[Any, State, int]
"""What is done, where it leads, what it costs."""
MOST = 100_000
"""States looked at before a search is given up."""


class TooLarge(Exception):
    """A space of states that is not searched to its end: nothing is proven of it."""


def cheapest(
    start: State, is_goal: Callable[[State], bool], steps: Callable[[State], Iterable[Step[State]]]
) -> tuple[int, list[Any]] | None:
    """Return the least cost with a plan that has it, or None once all states are seen and none is the goal.

    Raises `TooLarge`.
    """
    number = count()  # states need no order of their own
    open_: list[tuple[int, int, State]] = [(0, next(number), start)]
    cost: dict[State, int] = {start: 0}
    came: dict[State, tuple[Any, State]] = {}
    done: set[State] = set()
    while open_:
        spent, _, state = heapq.heappop(open_)
        if state in done:
            continue
        done.add(state)
        if is_goal(state):
            return spent, _plan(came, state)
        if len(done) > MOST:
            raise TooLarge(f"more than {MOST} states")
        for what, then, price in steps(state):
            if then not in cost or spent + price < cost[then]:
                cost[then] = spent + price
                came[then] = (what, state)
                heapq.heappush(open_, (spent + price, next(number), then))
    return None


def _plan(came: dict[State, tuple[Any, State]], state: State) -> list[Any]:
    plan = []
    while state in came:
        what, state = came[state]
        plan.append(what)
    return plan[::-1]
