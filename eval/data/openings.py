"""Self-repetition: how requests and answers begin, and answers that go round in circles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from eval.data.batches import Batch, Places
from eval.data.findings import Finding, finding
from eval.data.rows import Item
from tools.word_hashes import words_in

SIZES = (4, 8)
_READ = 120
"""Characters in which eight words stand."""
_RUN = 6
_REPEATED = 0.5
"""Share of an answer's six-word runs that stood before, above which it is a loop."""
_FEWEST = 60
"""Words of an answer below which nothing is said of loops."""
TOP = 5
Key = tuple[str, str, int]
"""Skill, whether `request` or `answer`, words."""


class Openings:
    """Counts beginnings by skill, remembers one pair of each; finds answers that loop."""

    def __init__(self) -> None:
        self._counts: dict[Key, Counter[str]] = {}
        self._seen: dict[tuple[str, str, str], int] = {}
        self._pairs: Counter[str] = Counter()
        self._loops: list[tuple[int, float]] = []
        self._long = 0

    def add(self, batch: Batch) -> None:
        """Count the beginnings of pairs."""
        for at, item in enumerate(batch.items):
            self._pairs[item.skill] += 1
            for part, text in (("request", item.asked or item.request), ("answer", item.answer)):
                words = words_in(text[:_READ])
                for size in SIZES:
                    if len(words) >= size:
                        opening = " ".join(words[:size])
                        key = (item.skill, part, size)
                        self._counts.setdefault(key, Counter())[opening] += 1
                        if size == SIZES[0]:
                            self._seen.setdefault((item.skill, part, opening), batch.first + at)
        self._find_loops(batch)

    def _find_loops(self, batch: Batch) -> None:
        import numpy as np

        counts = np.diff(batch.words.bounds)[1::2]
        long = counts >= _FEWEST
        self._long += int(long.sum())
        if not long.any():
            return
        for _, keys, starts in batch.words.runs([_RUN]):
            text = np.searchsorted(batch.words.bounds, starts, "right") - 1
            in_long = (text % 2 == 1) & long[text // 2]
            own = text[in_long] // 2
            # A run is told apart by its answer too, so that one sort does for all answers.
            mixed = keys[in_long] ^ (own.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
            first = np.unique(mixed, return_index=True)[1]
            distinct = np.bincount(own[first], minlength=len(counts))
            total = np.bincount(own, minlength=len(counts))
            for at in np.flatnonzero((total > 0) & (distinct < (1 - _REPEATED) * total)).tolist():
                # A program that is shown again after each change, turn by turn, is no loop.
                if (share := max(map(_repeated, said_in(batch.items[at])), default=0.0)) > _REPEATED:
                    self._loops.append((batch.first + at, share))

    def result(self) -> dict[str, Any]:
        """Return the most common openings of each skill with their share, and how many answers loop."""
        openings = []
        for (skill, part, size), counter in sorted(self._counts.items()):
            n = self._pairs[skill]
            common = [{"words": words, "pairs": c, "share": c / n} for words, c in counter.most_common(TOP)]
            openings.append(
                {"skill": skill, "part": part, "size": size, "n": n, "distinct": len(counter), "most": common}
            )
        return {
            "openings": openings,
            "loops": {"n": self._long, "pairs": len(self._loops), "share": len(self._loops) / max(1, self._long)},
        }

    def findings(self, places: Places) -> Iterator[Finding | None]:
        """Yield the openings that stand too often, and the loops."""
        for (skill, part, size), counter in sorted(self._counts.items()):
            if size == SIZES[0]:
                words, count = counter.most_common(1)[0]
                n = self._pairs[skill]
                measured = f"“{words} …”: {count:,} of {n:,} ({count / n:.0%})"
                links = [places.link(self._seen[skill, part, words])]
                title = f"{skill}: the most common opening of {part}s"
                yield finding(f"opening_{part}", title, count / n, n, measured, links, skill)
        self._loops.sort(key=lambda loop: -loop[1])
        links = [places.link(number, f"{share:.0%} repeated") for number, share in self._loops[:20]]
        measured = f"{len(self._loops):,} of {self._long:,} answers of {_FEWEST} words or more"
        if self._long:
            yield finding(
                "loops", "Answers that go round in circles", len(self._loops) / self._long, self._long, measured, links
            )


def said_in(item: Item) -> Iterator[str]:
    """Yield the assistant's messages of a pair, or its answer where it has no messages."""
    listed = item.row.get("messages")
    if not isinstance(listed, list):
        yield item.answer
        return
    for message in listed:
        if (
            isinstance(message, Mapping)
            and message.get("role") == "assistant"
            and isinstance(message.get("content"), str)
        ):
            yield message["content"]


def _repeated(text: str) -> float:
    words = words_in(text)
    runs = [tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1)]
    return 1 - len(set(runs)) / len(runs) if len(words) >= _FEWEST else 0.0
