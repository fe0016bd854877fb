"""Texts that training data must not hold, found again by thirteen words in a row.

An index over the texts of benchmarks answers for any text which of theirs it overlaps. Texts of fewer words are found
as a whole; those of fewer than five are too common to tell anything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from tools.errors import ToolError
from tools.word_hashes import Hashed, hash_words, words_in

GRAM = 13
"""Words in a row that make an overlap with a benchmark, as since GPT-3."""
SHORTEST = 5
"""A benchmark's text of fewer words is too common to tell anything."""
_AT_ONCE = 2000
"""Texts hashed together."""
_SIEVE_BITS = 24
"""Of a run's key; 16 MB tell at once of nearly all runs that they are in no benchmark."""


class Unreadable(ToolError):
    """A file of texts can't be read; the message says where it is broken."""


class Overlaps:
    """Which of many texts another text overlaps. Memory: 16 bytes for each of their words, once they are read."""

    def __init__(self, texts: Iterable[tuple[int, str]], most: int | None = None) -> None:
        """Index texts, each under a number. Several may share one; the texts themselves are not kept.

        `most`: a run of words that stands under more numbers than that is boilerplate, and overlaps nothing.
        """
        import numpy as np

        keys, places, sizes = [np.zeros(0, np.uint64)], [np.zeros(0, np.int64)], set[int]()
        texts = iter(texts)
        while some := list(islice(texts, _AT_ONCE)):
            for size, key, at in _runs_to_keep(hash_words([text for _, text in some]), [n for n, _ in some]):
                sizes.add(size)
                keys.append(key)
                places.append(at)
        self.sizes = sorted(sizes)
        pairs = np.stack((np.concatenate(keys), np.concatenate(places).astype(np.uint64)), axis=1)
        pairs = np.unique(pairs, axis=0) if len(pairs) else pairs
        self.boilerplate = 0
        """Runs of words left out, as they stand under more than `most` numbers."""
        if most is not None and len(pairs):
            _, count = np.unique(pairs[:, 0], return_counts=True)
            self.boilerplate = int((count > most).sum())
            pairs = pairs[np.repeat(count <= most, count)]
        self._keys, self._places = pairs[:, 0].copy(), pairs[:, 1].astype(np.int64)
        self._sieve = np.zeros(1 << _SIEVE_BITS, bool)
        self._sieve[self._keys >> np.uint64(64 - _SIEVE_BITS)] = True

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, text: str) -> int | None:
        """Return the number of a text that `text` overlaps, by the longest run of words and the first, or None."""
        found: int | None = None
        for _, _, number in self.among(hash_words([text])):
            found = number
        return found

    def among(self, hashed: Hashed) -> Iterator[tuple[int, int, int]]:
        """Yield each overlap as `(size, start, number)`: `start` counts words in `hashed`.

        Short runs come before long ones, and of one size those further behind first: the last is the best.
        """
        import numpy as np

        for size, keys, starts in hashed.runs(self.sizes):
            maybe = np.flatnonzero(self._sieve[keys >> np.uint64(64 - _SIEVE_BITS)])
            left = np.searchsorted(self._keys, keys[maybe], "left")
            right = np.searchsorted(self._keys, keys[maybe], "right")
            for at in np.flatnonzero(right > left)[::-1]:
                for place in self._places[left[at] : right[at]][::-1]:
                    yield size, int(starts[maybe[at]]), int(place)


def _runs_to_keep(hashed: Hashed, numbers: Sequence[int]) -> Iterator[tuple[int, Any, Any]]:
    """Yield `(size, keys, numbers)`: of a long text every thirteen words, of a short one all of it."""
    import numpy as np

    lengths = np.diff(hashed.bounds)
    whose = np.repeat(np.arange(len(lengths)), lengths)
    of = np.asarray(numbers, np.int64)
    wanted = sorted({int(n) for n in np.minimum(lengths, GRAM) if n >= SHORTEST})
    for size, keys, starts in hashed.runs(wanted):
        text = whose[starts]
        kept = np.minimum(lengths[text], GRAM) == size
        yield size, keys[kept], of[text[kept]]


def texts_in(path: Path) -> Iterator[tuple[int, str]]:
    """Yield each text of a benchmark's file with its line: every string of a JSON line, every paragraph of a text file.

    Raises `Unreadable`, naming the line.
    """
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            if path.suffix == ".json":
                yield from ((1, text) for text in strings_in(json.load(file)))
            elif path.suffix in (".jsonl", ".ndjson"):
                for number, line in enumerate(file, 1):
                    yield from ((number, text) for text in strings_in(_row(line, number)))
            else:
                yield from _paragraphs(file)
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path}: can't be read ({error}); give JSONL or text files") from None


def _row(line: str, number: int) -> Any:
    try:
        return json.loads(line) if line.strip() else None
    except ValueError as error:
        raise ValueError(f"line {number} is no JSON: {error}") from None


def _paragraphs(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    start, held = 1, list[str]()
    for number, line in enumerate(lines, 1):
        if own := len(words_in(line)):
            start = start if held else number
            held.append(line)
            # A line may be a whole question; the paragraph holds what runs over line ends.
            if own < GRAM:
                yield number, line
        elif held:
            yield start, " ".join(held)
            held = []
    yield start, " ".join(held)


def strings_in(value: Any) -> Iterator[str]:
    """Yield every string inside a value that was read from JSON; names of fields are none of its texts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from strings_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings_in(inner)
