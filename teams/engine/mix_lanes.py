"""Go through the seeds: every skill on a lane of its own, round after round, a bounded number of seeds in flight.

A lane's next round begins when its last is over, whatever the others do. A skill that has all its pairs begins no more
seeds; and none begins many more than it takes for the pairs it lacks, at the pace it gets them, or the last pair of
each would be paid for many times.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Iterator, Mapping

from agents.telemetry import seed_way
from teams.engine.engine import Engine
from teams.engine.mix_turns import Order
from teams.engine.records import Seed


class Lane:
    """One skill's way through its seeds."""

    def __init__(self, name: str, seeds: Callable[[int], Iterator[Seed]], rounds: int) -> None:
        """`seeds` reads the seeds anew for a round, from 1."""
        self.name, self._seeds, self._rounds = name, seeds, rounds
        self.in_flight = 0
        self._round, self._found = 0, iter(list[Seed]())
        self._is_read = True

    @property
    def may_begin(self) -> bool:
        """Say whether there may be another seed now."""
        return not self._is_read or (self.in_flight == 0 and self._round < self._rounds)

    async def next(self) -> tuple[Seed, int] | None:
        """Return the next seed and its round, or None at the end of a round."""
        if self._is_read:
            self._round += 1
            self._found = self._seeds(self._round)
            self._is_read = False
        seed: Seed | None = await asyncio.to_thread(next, self._found, None)
        self._is_read = seed is None
        return None if seed is None else (seed, self._round)


class Lanes:
    """The lanes of a run."""

    def __init__(self, engine: Engine, seeds: Mapping[str, Callable[[int], Iterator[Seed]]], rounds: int) -> None:
        self._engine = engine
        self._lanes = {name: Lane(name, of, rounds) for name, of in seeds.items()}
        self._order = Order(engine.weights.of_seeds)
        self._changed = asyncio.Event()

    async def go(self) -> None:
        """Begin seeds until there is enough or nothing left to try, and wait for those begun."""
        async with asyncio.TaskGroup() as group:
            while not self._engine.meter.stopping:
                self._changed.clear()
                ready = self._ready()
                if ready:
                    lane = self._lanes[self._order.next_of(ready)]
                    if begun := await lane.next():
                        lane.in_flight += 1
                        group.create_task(self._travel(lane, *begun))
                elif any(lane.in_flight for lane in self._lanes.values()):
                    await self._changed.wait()
                else:
                    return

    async def _travel(self, lane: Lane, seed: Seed, round: int) -> None:
        try:
            with seed_way(lane.name, seed.id, round):
                await self._engine.travel(lane.name, seed, round)
        finally:
            lane.in_flight -= 1
            self._changed.set()

    def _ready(self) -> list[str]:
        """Return the skills that may begin a seed now."""
        if sum(lane.in_flight for lane in self._lanes.values()) >= self._engine.hand.seeds_at_once:
            return []
        return [
            name
            for name, lane in self._lanes.items()
            if lane.may_begin and not self._engine.is_over(name) and lane.in_flight < self._most(name)
        ]

    def _most(self, name: str) -> float:
        """Return how many seeds a skill has use for at a time."""
        quota = self._engine.quotas[name]
        if quota is None:
            return math.inf
        lacks, rate = quota - self._engine.of[name].accepted, self._engine.weights.pairs_a_seed(name)
        # Twice what is needed where a seed makes many: they don't all come to something, and seeds take their time.
        return math.ceil(lacks / rate if rate < 1 else lacks * min(1.0, 2 / rate))
