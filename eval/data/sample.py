"""A stated sample: families of pairs chosen by a hash of their root and a seed, the same whatever order they come in.

A pair is in the sample together with those refined from the same instruction, each with the same chance.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

from eval.data.rows import Item


@dataclass(order=True, frozen=True)
class _Held:
    priority: int
    """Negative, so that the heap's first is the one to go."""
    id: str
    number: int
    item: Item = field(compare=False)


class Sample:
    """Holds at most `size` of the pairs it is shown."""

    def __init__(self, size: int, seed: int = 0) -> None:
        """`size`: pairs held. `seed`: another draws another sample."""
        self.size, self.seed, self.seen = size, seed, 0
        self._heap: list[_Held] = []

    def add(self, number: int, item: Item) -> None:
        """Show it a pair."""
        self.seen += 1
        if self.size <= 0:
            return
        text = f"{self.seed}:{item.root}".encode("utf-8", "replace")
        held = _Held(-int.from_bytes(blake2b(text, digest_size=8).digest(), "big"), item.id, number, item)
        if len(self._heap) < self.size:
            heapq.heappush(self._heap, held)
        elif held.priority > self._heap[0].priority:
            heapq.heapreplace(self._heap, held)

    def pairs(self) -> list[tuple[int, Item]]:
        """Return the sample: `(number, item)` in the order of the pairs."""
        return sorted(((held.number, held.item) for held in self._heap), key=lambda one: one[0])

    def stated(self) -> str:
        """Say what it is."""
        return f"{len(self._heap):,} of {self.seen:,} pairs, whole families by a hash of their root, seed {self.seed}"


def by_skill(pairs: Sequence[tuple[int, Item]]) -> dict[str, list[tuple[int, Item]]]:
    """Return the pairs of each skill."""
    found: dict[str, list[tuple[int, Item]]] = {}
    for number, item in pairs:
        found.setdefault(item.skill, []).append((number, item))
    return dict(sorted(found.items()))
