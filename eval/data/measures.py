"""How long things are: exact counts in arrays of four bytes each, quantiles and histograms of them."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping
from typing import Any

from eval.data.batches import Batch

LARGEST = (1 << 32) - 1
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
MEASURES: Mapping[str, str] = {
    "turns": "messages in a pair",
    "request_characters": "characters of the user's words",
    "answer_characters": "characters of the assistant's words",
    "request_tokens": "tokens of the user's words, about: UTF-8 bytes / 4",
    "answer_tokens": "tokens of the assistant's words, about: UTF-8 bytes / 4",
}


class Counts:
    """Whole numbers from 0 to 4 billion, all of them, at four bytes each."""

    def __init__(self) -> None:
        self._values = array("I")

    def __len__(self) -> int:
        return len(self._values)

    def add(self, value: int) -> None:
        """Take one in; what is larger than fits counts as the largest."""
        self._values.append(min(max(0, value), LARGEST))

    def result(self) -> dict[str, Any]:
        """Return `n`, `mean`, `least`, `most`, `quantiles` (nearest rank) and `histogram` in powers of two."""
        import numpy as np

        values = np.sort(np.frombuffer(self._values, np.uint32)) if self._values else np.zeros(0, np.uint32)
        n = len(values)
        if not n:
            return {"n": 0, "mean": 0.0, "least": 0, "most": 0, "quantiles": {}, "histogram": []}
        ranks = {q: int(values[max(0, -(-int(q * 1000) * n // 1000) - 1)]) for q in QUANTILES}
        return {
            "n": n,
            "mean": float(values.mean()),
            "least": int(values[0]),
            "most": int(values[-1]),
            "quantiles": {f"{q:g}": value for q, value in ranks.items()},
            "histogram": list(_histogram(values)),
        }


def _histogram(values: Any) -> Iterator[dict[str, int]]:
    """Yield `from`, `to` (not in it) and `count` of each power of two, from the first that holds any to the last."""
    import numpy as np

    edges = [0, *(1 << power for power in range(33))]
    counts = np.diff(np.searchsorted(values, np.array(edges, np.uint64)))
    used = np.flatnonzero(counts)
    for at in range(used[0], used[-1] + 1):
        yield {"from": edges[at], "to": edges[at + 1], "count": int(counts[at])}


class Lengths:
    """The measures of all pairs together and of each skill: 40 bytes a pair."""

    def __init__(self) -> None:
        self._all = {name: Counts() for name in MEASURES}
        self._skills: dict[str, dict[str, Counts]] = {}

    def add(self, batch: Batch) -> None:
        """Measure pairs."""
        for item in batch.items:
            measured = {
                "turns": item.turns,
                "request_characters": len(item.request),
                "answer_characters": len(item.answer),
                "request_tokens": tokens(item.request),
                "answer_tokens": tokens(item.answer),
            }
            of_skill = self._skills.get(item.skill)
            if of_skill is None:
                of_skill = self._skills.setdefault(item.skill, {name: Counts() for name in MEASURES})
            for name, value in measured.items():
                self._all[name].add(value)
                of_skill[name].add(value)

    def result(self) -> dict[str, Any]:
        """Return `measures` (what each is), `all` and `skills`."""
        return {
            "measures": dict(MEASURES),
            "all": {name: counts.result() for name, counts in self._all.items()},
            "skills": {
                skill: {name: counts.result() for name, counts in of.items()}
                for skill, of in sorted(self._skills.items())
            },
        }


def tokens(text: str) -> int:
    """Return about how many tokens a text has: a byte-pair tokenizer makes one of four bytes of English."""
    size = len(text) if text.isascii() else len(text.encode("utf-8", "replace"))
    return -(-size // 4)
