"""Pairs, some at a time, with the hashes of their words, reckoned once for all that wants them."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from eval.data.findings import PairLink
from eval.data.rows import Item
from eval.data.sources import Source
from tools.word_hashes import Hashed, hash_words

AT_ONCE = 64
"""Pairs hashed together: as many as a processor's cache holds."""


@dataclass(frozen=True)
class Batch:
    """Some pairs in a row."""

    first: int
    """The number of the first among all pairs."""
    items: Sequence[Item]
    words: Hashed
    """Of the request and of the answer of each pair: two texts a pair."""

    def lengths(self) -> tuple[list[int], list[int]]:
        """Return how many words requests and answers have."""
        import numpy as np

        counts = np.diff(self.words.bounds)
        return counts[::2].tolist(), counts[1::2].tolist()


class Places:
    """Where each pair stands, by its number: some 150 bytes a pair."""

    def __init__(self, sources: Sequence[Source]) -> None:
        """`sources`: what was read."""
        self._sources = sources
        self._ids: list[str] = []
        self._of, self._lines = array("H"), array("I")

    def __len__(self) -> int:
        return len(self._ids)

    def add(self, item: Item) -> None:
        """Note the next pair."""
        self._ids.append(item.id)
        self._of.append(item.source)
        self._lines.append(item.line)

    def link(self, number: int, note: str = "") -> PairLink:
        """Return where a pair is to be found."""
        source = self._sources[self._of[number]]
        return PairLink(str(source.path), self._ids[number], self._lines[number], note, source.is_run)

    def links(self, numbers: Iterable[int]) -> list[PairLink]:
        """Return where some pairs are to be found."""
        return [self.link(number) for number in numbers]


def batches(
    sources: Sequence[Source], places: Places, tell: Callable[[int], None] = lambda count: None
) -> Iterator[Batch]:
    """Yield all pairs of all sources, batch by batch; each is noted in `places`, `tell` is told how many there were."""
    items = (item for number, source in enumerate(sources) for item in source.items(number))
    first = 0
    while some := list(islice(items, AT_ONCE)):
        for item in some:
            places.add(item)
        yield Batch(first, some, hash_words([text for item in some for text in (item.request, item.answer)]))
        first += len(some)
        tell(first)
