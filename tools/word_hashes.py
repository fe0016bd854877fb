"""Texts as arrays of word hashes, many texts at once: what finding equal runs of words costs little with.

A word's hash is a polynomial over its letters, a run's one over its words, both modulo 2^64 and mixed at the end. That
is arithmetic on whole arrays: some 30 ns a letter, where a hash function called for each run of words takes ten times
that. Hashes are fixed: the same in every process and on every machine. They are no defence against somebody who
constructs collisions; by chance, two among 10^8 runs of words collide with a probability of 1 in 4,000.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

# Scripts written without spaces are compared character by character.
_ALONE = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f"
_WORD = re.compile(rf"[{_ALONE}]|[^\W_{_ALONE}]+")
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
_LETTER, _NEXT = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93
_LETTERS, _WORDS = 0xBF58476D1CE4E5B9 | 1, 0x94D049BB133111EB | 1
_NUMBER = 0x5851F42D4C957F2D
_MASK = (1 << 64) - 1


def folded(text: str) -> str:
    """Return a text in one spelling: lower case, without accents."""
    if not text.isascii():
        text = _BEYOND_ASCII.sub(_without_accents, text)
    return text.casefold()


def _without_accents(match: re.Match[str]) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", match[0]) if not unicodedata.combining(c))


def words_in(text: str) -> list[str]:
    """Return a text's words in one spelling: lower case, no accents, no marks."""
    return _WORD.findall(folded(text))


@dataclass(frozen=True)
class Hashed:
    """Some texts, as the hashes of their words one after the other."""

    words: Any
    """uint64, one a word of all texts."""
    bounds: Any
    """int64, one more than there are texts: the words of text `i` are `words[bounds[i]:bounds[i + 1]]`."""
    numbers: Any
    """bool, one a word: it is all of digits."""

    def joined(self, several: int) -> Hashed:
        """Return the same words with every `several` texts taken as one."""
        return Hashed(self.words, self.bounds[::several], self.numbers)

    def numbers_alike(self, most: float = 1.0) -> Hashed:
        """Return the same texts, in which any two words all of digits are the same.

        `most`: texts of which a greater share is numbers keep them: there the numbers are what is said.
        """
        import numpy as np

        lengths = np.diff(self.bounds)
        counted = np.concatenate(([0], np.cumsum(self.numbers)))
        is_told_by_words = counted[self.bounds[1:]] - counted[self.bounds[:-1]] <= most * lengths
        replaced = self.numbers & np.repeat(is_told_by_words, lengths)
        return Hashed(np.where(replaced, np.uint64(_NUMBER), self.words), self.bounds, self.numbers)

    def runs(self, sizes: Sequence[int]) -> Iterator[tuple[int, Any, Any]]:
        """Yield `(size, keys, starts)` for each of some sizes, ascending: all runs of so many words inside one text.

        `keys`: uint64. `starts`: int64, the place of each run's first word in `words`. The size is part of the key:
        five words in the middle of a long text are not the short question.
        """
        import numpy as np

        count, power, rolled = len(self.words), 1, np.zeros(0, np.uint64)
        # How many words of its text are left from each word on.
        left = np.repeat(self.bounds[1:], np.diff(self.bounds)) - np.arange(count)
        for size in range(1, max(sizes, default=0) + 1):
            fits = count - size + 1
            if fits < 1:
                return
            added = self.words[size - 1 :] * np.uint64(power)
            rolled = added if size == 1 else rolled[:fits] + added
            power = power * _WORDS & _MASK
            if size in sizes:
                starts = np.flatnonzero(left[:fits] >= size)
                yield size, _mixed(rolled[starts] + np.uint64(size * _NEXT & _MASK)), starts


def hash_words(texts: Sequence[str]) -> Hashed:
    """Hash the words of texts, as `words_in` finds them."""
    import numpy as np

    spelled = [folded(text) for text in texts]
    joined = "\n".join(spelled)
    letters = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    ends_of_texts = np.cumsum([len(text) + 1 for text in spelled]) if spelled else np.zeros(0, np.int64)
    if not len(letters):
        return Hashed(np.zeros(0, np.uint64), np.zeros(len(texts) + 1, np.int64), np.zeros(0, bool))
    what = _table()[letters]
    is_in, is_alone = what > 0, what == 2
    before = np.concatenate(([0], what[:-1]))
    starts = np.flatnonzero(is_in & ((before != 1) | is_alone))
    after = np.concatenate((what[1:], [0]))
    ends = np.flatnonzero(is_in & ((after != 1) | is_alone)) + 1
    powers, inverse = _powers(1 << max(16, len(letters).bit_length()))
    values = _mixed((letters.astype(np.uint64) + np.uint64(1)) * np.uint64(_LETTER))
    summed = np.concatenate((np.zeros(1, np.uint64), np.cumsum(values * powers[: len(letters)], dtype=np.uint64)))
    words = _mixed((summed[ends] - summed[starts]) * inverse[starts])
    digits = np.concatenate(([0], np.cumsum((letters >= 48) & (letters <= 57))))
    bounds = np.concatenate(([0], np.searchsorted(starts, ends_of_texts)))
    return Hashed(words, bounds.astype(np.int64), digits[ends] - digits[starts] == ends - starts)


def _mixed(values: Any) -> Any:
    import numpy as np

    values = (values ^ (values >> np.uint64(31))) * np.uint64(_NEXT)
    return values ^ (values >> np.uint64(29))


@lru_cache(maxsize=1)
def _table() -> Any:
    """What each character is: 0 between words, 1 part of one, 2 a word by itself."""
    import numpy as np

    table = np.fromiter((chr(code).isalnum() for code in range(0x110000)), np.uint8, 0x110000)
    for first, last in re.findall("(.)-(.)", _ALONE):
        table[ord(first) : ord(last) + 1] = 2
    return table


@lru_cache(maxsize=2)
def _powers(count: int) -> tuple[Any, Any]:
    """The powers of the letters' multiplier and of its inverse, each `count` of them."""
    import numpy as np

    made = []
    for base in (_LETTERS, pow(_LETTERS, -1, 1 << 64)):
        powers = np.full(count, base, np.uint64)
        powers[0] = 1
        made.append(np.cumprod(powers, dtype=np.uint64))
    return made[0], made[1]
