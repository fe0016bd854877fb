"""What of a bench stands in the training part: the same seed, the same words, nearly the same, or half of it.

Only what is known of the *candidates* is kept in memory; training rows stream past, so that a run of any size can be
held against a bench. Near-duplicates are found by MinHash (datasketch) and then measured exactly.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

SHINGLE, ALIKE = 3, 0.7
"""Words in a shingle; share of shingles in common from which two texts are near-duplicates. Digits count as one."""
GRAM, HELD = 13, 0.5
"""Words in a row, as since GPT-3; share of a candidate's that one training text may hold before it is kept out."""
_HASHES, _MEET = 64, 0.45
"""Of the search, which must miss nothing that measures `ALIKE`; what it finds too much is measured exactly."""
# Scripts written without spaces are compared character by character.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|[^\W_]+")
_DIGITS = re.compile(r"\d+")

SEED, SAME, NEAR, PART = (
    "its seed is in the training part",
    "its words are in the training part",
    "nearly the same as a training text",
    "half of its 13-grams are in one training text",
)


def words_of(messages: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the words of all that user and assistant say, folded; not the system's, which siblings share."""
    said = [str(message.get("content") or "") for message in messages if message.get("role") != "system"]
    return _WORD.findall(unicodedata.normalize("NFKC", "\n".join(said)).casefold())


def asked_of(messages: Sequence[Mapping[str, Any]]) -> str:
    """Return what the user says, folded: two items that ask the same are the same."""
    return " ".join(words_of([message for message in messages if message.get("role") == "user"]))


class Overlap:
    """Candidates, and which of them were found in training rows. `found` maps a candidate's number to the reason."""

    def __init__(self, candidates: Sequence[tuple[str, Sequence[Mapping[str, Any]]]]) -> None:
        """Take each candidate's seed hash and messages."""
        from datasketch import MinHashLSH  # type: ignore[import-untyped]  # lazy: it brings numpy

        self.found: dict[int, str] = {}
        self._seeds: dict[str, list[int]] = defaultdict(list)
        self._asked: dict[str, list[int]] = defaultdict(list)
        self._grams: dict[int, list[int]] = defaultdict(list)
        self._sizes: list[int] = []
        self._shingles: list[set[str]] = []
        self._near = MinHashLSH(threshold=_MEET, num_perm=_HASHES)
        for number, (seed, messages) in enumerate(candidates):
            words = words_of(messages)
            if seed:
                self._seeds[seed].append(number)
            self._asked[asked_of(messages)].append(number)
            grams = _grams(words)
            self._sizes.append(len(grams))
            for gram in grams:
                self._grams[gram].append(number)
            shingles = _shingles(words)
            self._shingles.append(shingles)
            self._near.insert(number, _signature(shingles))

    def see(self, seed: str, messages: Sequence[Mapping[str, Any]]) -> None:
        """Hold one training row against all candidates."""
        self._note(self._seeds.get(seed, ()), SEED)
        self._note(self._asked.get(asked_of(messages), ()), SAME)
        words = words_of(messages)
        shared = Counter(number for gram in _grams(words) for number in self._grams.get(gram, ()))
        self._note([number for number, count in shared.items() if count >= HELD * self._sizes[number]], PART)
        shingles = _shingles(words)
        for number in self._near.query(_signature(shingles)):
            own = self._shingles[number]
            if len(own & shingles) >= ALIKE * len(own | shingles):
                self._note([number], NEAR)

    def _note(self, numbers: Iterable[int], why: str) -> None:
        for number in numbers:
            self.found.setdefault(number, why)


def _grams(words: Sequence[str]) -> set[int]:
    return {hash(tuple(words[n : n + GRAM])) for n in range(len(words) - GRAM + 1)}


def _shingles(words: Sequence[str]) -> set[str]:
    even = [_DIGITS.sub("0", word) for word in words]
    return {" ".join(even[n : n + SHINGLE]) for n in range(max(1, len(even) - SHINGLE + 1))}


def _signature(shingles: set[str]) -> Any:
    from datasketch import MinHash

    made = MinHash(num_perm=_HASHES, seed=1)
    made.update_batch([shingle.encode("utf-8", "replace") for shingle in sorted(shingles)])
    return made
