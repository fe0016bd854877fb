"""Find pairs that are nearly one already accepted (MinHash), and pairs that overlap a benchmark (word 13-grams).

Digits count as one and the same, so that a copy with other numbers is a twin. Everything is a pure function of the
texts: hashes are fixed, and the order in which pairs are added decides only which of two twins is the first.
"""

import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from agents.errors import UsageError
from teams.engine.checks.conversation import Conversation
from teams.engine.records import Pair
from teams.engine.verdict import Finding
from tools.overlap import Overlaps, Unreadable, texts_in
from tools.word_hashes import words_in

_DIGITS = re.compile(r"\d+")
_BANDS, _ROWS = 12, 5
"""Twins meet in one of 12 bands of 5: texts alike by 0.8 are compared with a chance of 0.99, by 0.5 of 0.31."""
_OF_BROUGHT = 3
"""Rows of a band that are the brought text's, where one is: so one wording over many texts fills no band."""
_CROWD = 32
"""Pairs remembered in one band: those alike in part, and yet no twins."""
_SHINGLE = 3


def pair_text(pair: Pair) -> str:
    """Return what makes a pair what it is: the user's words, the calls, the answer.

    Not the tools siblings share, nor a text that was brought along: `facts["ask"]` is what was asked about it. Where
    the answer is that text, changed (`facts["asks_for"]`), only what was asked tells it from its siblings. Examples
    all of figures are told apart by the rule behind them (`facts["rule_told"]`), as digits count for nothing.
    """
    talk = Conversation(pair)
    if pair.facts.get("asks_for") == "text":
        return str(pair.facts["ask"])
    calls = [f"{call.name} {call.raw}" for call in talk.calls]
    said = [w.text for w in talk.words("user")]
    if ask := pair.facts.get("ask"):
        said[:1] = [str(ask)]
    rule = str(pair.facts.get("rule_told", ""))
    return "\n".join([*said, *calls, *(w.text for w in talk.plain), rule])


def brought_text(pair: Pair) -> str:
    """Return the message that brings a text along (empty if none does): siblings share the text, often the question."""
    said = Conversation(pair).words("user") if pair.facts.get("ask") else []
    return said[0].text if said else ""


class Twins:
    """Accepted pairs, remembered by 60 minimal hashes each.

    Where a text is brought along, two pairs are twins if what is asked and answered is alike, and so is the message:
    one question on two texts makes two pairs, and so do two questions on one text. A pair that comes again word by word
    (digits aside) is always found.

    Memory: about 2 kB a pair (1.7 to 2.5 measured; 13 entries and 480 bytes of hashes), whatever its length.
    """

    def __init__(self, threshold: float = 0.8) -> None:
        """Take texts as twins whose word triples agree by at least `threshold` (Jaccard, estimated)."""
        self.threshold = threshold
        self._ids: list[str] = []
        self._hashes = array("I")
        self._brought = array("I")
        self._bands: dict[int, int | tuple[int, ...]] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def check(self, pair: Pair) -> Finding:
        """Return the finding `no_twin`: failed with the twin's id, or with how many pairs it was compared."""
        if twin := self.find(pair.id, pair_text(pair), brought_text(pair)):
            return Finding("no_twin", False, f"nearly the same as {twin}")
        return Finding("no_twin", True, f"unlike all {len(self)} accepted pairs")

    def add(self, pair: Pair) -> None:
        """Remember an accepted pair."""
        self.remember(pair.id, pair_text(pair), brought_text(pair))

    def find(self, id: str, text: str, brought: str = "") -> str | None:
        """Return the id of the accepted pair most like `text`, or None. A pair is no twin of itself."""
        signature, other = _sign(text), _sign(brought) if brought else ()
        met = {at for key in _keys(signature, other) for at in _places(self._bands.get(key, ()))}
        alike = sorted((-self._alike(signature, other, at), at) for at in met if self._ids[at] != id)
        return self._ids[alike[0][1]] if alike and -alike[0][0] >= self.threshold else None

    def remember(self, id: str, text: str, brought: str = "") -> None:
        """Remember a text under an id."""
        signature, other = _sign(text), _sign(brought) if brought else ()
        for key in _keys(signature, other):
            before = _places(self._bands.get(key, ()))
            if not before:
                self._bands[key] = len(self._ids)
            elif len(before) < _CROWD:
                self._bands[key] = (*before, len(self._ids))
        self._ids.append(id)
        self._hashes.extend(signature)
        self._brought.extend(other or [0] * (_BANDS * _ROWS))

    def _alike(self, signature: Sequence[int], brought: Sequence[int], at: int) -> float:
        """How alike two pairs are: the less alike of what is asked and answered and of the message."""
        shares = [_shared(signature, self._hashes, at)]
        if brought:
            shares.append(_shared(brought, self._brought, at))
        return min(shares)


def _shared(signature: Sequence[int], hashes: Sequence[int], at: int) -> float:
    size = _BANDS * _ROWS
    return sum(a == b for a, b in zip(signature, hashes[at * size : (at + 1) * size], strict=True)) / size


def _places(found: int | tuple[int, ...]) -> tuple[int, ...]:
    return (found,) if isinstance(found, int) else found


@lru_cache(maxsize=1)
def _blank() -> Any:
    from datasketch import MinHash  # type: ignore[import-untyped]  # lazy: it brings numpy

    return MinHash(num_perm=_BANDS * _ROWS, seed=1)


@lru_cache(maxsize=32)  # what is kept was compared just before; siblings bring the same text along
def _sign(text: str) -> tuple[int, ...]:
    words = words_in(_DIGITS.sub("0", text))
    shingles = {" ".join(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1))}
    # Drawing the permutations takes longer than using them, hence the copy.
    minhash = _blank().copy()
    minhash.update_batch([shingle.encode("utf-8", "replace") for shingle in sorted(shingles)])
    return tuple(int(value) for value in minhash.hashvalues)


def _keys(signature: Sequence[int], brought: Sequence[int]) -> Iterator[int]:
    """Under what a pair is remembered: its bands, and all its hashes, so that no crowd hides one that comes again."""
    other = brought or signature
    for band in range(_BANDS):
        start = band * _ROWS
        own = _ROWS - _OF_BROUGHT
        rows = array("Q", [band, *signature[start : start + own], *other[start + own : start + _ROWS]])
        yield _hash(rows.tobytes())
    yield _hash(array("Q", [_BANDS, *signature, *brought]).tobytes())


def _hash(data: bytes) -> int:
    return int.from_bytes(blake2b(data, digest_size=8).digest(), "big")


class Benchmarks:
    """Texts that training data must not hold, as hashes of their word 13-grams; shorter questions as a whole."""

    def __init__(self, paths: Iterable[Path]) -> None:
        """Read JSONL, JSON or text files. Raise `UsageError` for one that can't be read."""
        self.paths = [Path(path) for path in paths]
        try:
            self._overlaps = Overlaps(
                (number << 32 | line, text) for number, path in enumerate(self.paths) for line, text in texts_in(path)
            )
        except Unreadable as error:
            raise UsageError(f"--decontaminate {error}") from None

    def check(self, pair: Pair) -> Finding:
        """Return the finding `not_in_benchmark`: failed with file and line, or with what it was compared."""
        talk = Conversation(pair)
        if place := self.find("\n".join(w.text for role in ("user", "assistant") for w in talk.words(role))):
            return Finding("not_in_benchmark", False, f"overlaps {place}")
        return Finding("not_in_benchmark", True, f"no overlap with {', '.join(path.name for path in self.paths)}")

    def find(self, text: str) -> str | None:
        """Return file and line of the first overlap with a text, as `mmlu.jsonl, line 12`, or None."""
        place = self._overlaps.find(text)
        return None if place is None else f"{self.paths[place >> 32].name}, line {place & 0xFFFFFFFF}"
