"""Pairs that repeat others: word by word, nearly (MinHash), and one request under several answers.

The signatures are datasketch's. The bands are sorted arrays here in place of its index of Python sets, which takes ten
times the memory. Two pairs meet if one of 12 bands of 5 hashes agrees, and are near if 0.8 of all 60 do: texts alike
by 0.8 meet with a chance of 0.99. Within a band, each is held against the first and against its neighbour, so that the
time stays linear however many are alike. Numbers count as one and the same (a copy with other numbers is a copy),
except in texts that are made of them.

Where a text was brought along (`facts.ask`), what was asked and answered must be alike and the message too: two
questions on one text are two pairs.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

from eval.data.batches import Batch, Places
from eval.data.findings import Finding, finding
from eval.data.rows import Item, facts_of
from tools.word_hashes import hash_words

THRESHOLD = 0.8
BANDS, ROWS = 12, 5
_OF_MESSAGE = 3
"""Rows of a band that are the message's, where a text was brought along: one wording over many texts fills no band."""
_HASHES = BANDS * ROWS
_SHINGLE = 3
_NUMBERS = 0.4
"""Share of a text above which its numbers are what is said."""
CLUSTERS = 10
"""Clusters told of."""


class Repeats:
    """Remembers every pair by 60 hashes of four bytes and two of eight: 256 bytes, twice that with a text."""

    def __init__(self) -> None:
        from datasketch import MinHash  # type: ignore[import-untyped]  # lazy: it brings numpy

        self._blank = MinHash(num_perm=_HASHES, seed=1, scheme="affine32", hashfunc=int)
        self._signatures, self._messages = array("I"), array("I")
        self._whole, self._requests = array("Q"), array("Q")

    def add(self, batch: Batch) -> None:
        """Remember pairs."""
        with_text = [item for item in batch.items if item.asked]
        texts = [text for item in with_text for text in (item.asked, _own(item), item.request)]
        told = iter(self._of_brought(texts))
        for item, signature in zip(batch.items, self._sign(batch.words.joined(2)), strict=True):
            own, message = next(told) if item.asked else (signature, signature)
            self._signatures.frombytes(own.tobytes())
            self._messages.frombytes(message.tobytes())
            request, answer = item.request.strip(), item.answer.strip()
            self._requests.append(_digest(f"{item.system}\0{request}"))
            self._whole.append(_digest(f"{item.system}\0{request}\0{answer}"))

    def _of_brought(self, texts: Sequence[str]) -> Iterator[tuple[Any, Any]]:
        """Yield the signature of what was asked and answered, and that of the message."""
        import numpy as np

        hashed = hash_words(texts)
        bounds = hashed.bounds
        asked = self._sign(type(hashed)(hashed.words, np.sort(np.r_[bounds[::3], bounds[2::3]]), hashed.numbers))
        return zip(asked[::2], asked[1::2], strict=True)

    def _sign(self, hashed: Any) -> list[Any]:
        """Return a signature (60 uint32) for each text."""
        import numpy as np

        alike = hashed.numbers_alike(_NUMBERS)
        runs = {size: (keys, np.searchsorted(starts, alike.bounds)) for size, keys, starts in alike.runs([1, _SHINGLE])}
        made = []
        for at in range(len(alike.bounds) - 1):
            minhash = self._blank.copy()
            for size in (_SHINGLE, 1):
                keys, bounds = runs.get(size, (np.zeros(0, np.uint64), np.zeros(len(alike.bounds), np.int64)))
                # A text too short for three words in a row is known by its single words.
                if own := (keys[bounds[at] : bounds[at + 1]] >> np.uint64(32)).tolist():
                    minhash.update_batch(own)
                    break
            made.append(minhash.hashvalues.astype(np.uint32))
        return made

    def result(self, places: Places) -> dict[str, Any]:
        """Return shares and the largest clusters with the ids of their pairs."""
        import numpy as np

        n = len(self._whole)
        whole = np.frombuffer(self._whole, np.uint64) if n else np.zeros(0, np.uint64)
        exact = _repeated(whole)
        firsts = [int(np.flatnonzero(whole == whole[number])[0]) for number in exact[:20]]
        one = np.sort(np.unique(whole, return_index=True)[1]) if n else exact
        # Of rows that are the same word by word only one is asked whether its request has other answers.
        conflicting = one[_also_elsewhere(np.frombuffer(self._requests, np.uint64)[one])] if n else exact
        clusters = self._clusters()
        near = sum(len(cluster) - 1 for cluster in clusters)
        return {
            "n": n,
            "method": f"MinHash of {_HASHES} hashes over runs of {_SHINGLE} words, {BANDS} bands; numbers alike; "
            f"near means {THRESHOLD} of the hashes agree",
            "exact": {
                "pairs": len(exact),
                "share": len(exact) / n if n else 0.0,
                "numbers": exact[:20].tolist(),
                "of": firsts,
            },
            "near": {"pairs": near, "share": near / n if n else 0.0, "clusters": len(clusters)},
            "same_request": {
                "pairs": len(conflicting),
                "share": len(conflicting) / n if n else 0.0,
                "numbers": conflicting[:20].tolist(),
            },
            "largest": [
                {"size": len(cluster), "pairs": [link.as_json() for link in places.links(cluster[:8])]}
                for cluster in clusters[:CLUSTERS]
            ],
            "numbers": [cluster[:8] for cluster in clusters[:CLUSTERS]],
        }

    def _clusters(self) -> list[list[int]]:
        """Return clusters of two or more, the largest first, each in the order of the pairs."""
        import numpy as np

        n = len(self._whole)
        own = np.frombuffer(self._signatures, np.uint32).reshape(n, _HASHES)
        message = np.frombuffer(self._messages, np.uint32).reshape(n, _HASHES)
        parents = np.arange(n)
        for band in range(BANDS):
            left, right = _meeting(own, message, band)
            for at in range(0, len(left), 100_000):
                a, b = left[at : at + 100_000], right[at : at + 100_000]
                alike = (own[a] == own[b]).mean(axis=1) >= THRESHOLD
                alike &= (message[a] == message[b]).mean(axis=1) >= THRESHOLD
                for x, y in zip(a[alike].tolist(), b[alike].tolist(), strict=True):
                    _join(parents, x, y)
        roots: dict[int, list[int]] = {}
        for number in range(n):
            root = _root(parents, number)
            if root != number:
                roots.setdefault(root, [root]).append(number)
        return sorted(roots.values(), key=lambda cluster: (-len(cluster), cluster))


def findings(result: dict[str, Any], places: Places) -> Iterator[Finding | None]:
    """Yield what is repeated."""
    n, exact, near, same = result["n"], result["exact"], result["near"], result["same_request"]
    copies = [
        places.link(number, f"as {places.link(first).id}")
        for number, first in zip(exact["numbers"], exact["of"], strict=True)
    ]
    count = f"{exact['pairs']:,} of {n:,} pairs ({exact['share']:.2%})"
    yield finding("exact", "Pairs that repeat another word by word", exact["share"], n, count, copies)
    count = f"{near['pairs']:,} of {n:,} pairs ({near['share']:.2%}) in {near['clusters']:,} clusters"
    near_ones = [places.link(cluster[1], f"near {places.link(cluster[0]).id}") for cluster in result["numbers"]]
    yield finding("near", "Near-duplicates", near["share"], n, count, near_ones)
    if result["largest"]:
        size = result["largest"][0]["size"]
        yield finding(
            "cluster",
            "The largest cluster of near-duplicates",
            size,
            n,
            f"{size:,} pairs",
            places.links(result["numbers"][0]),
        )
    count = f"{same['pairs']:,} of {n:,} pairs ({same['share']:.2%})"
    yield finding(
        "same_request", "One request with several answers", same["share"], n, count, places.links(same["numbers"])
    )


def _own(item: Item) -> str:
    """The answer, unless it is the text that was brought, changed: then only what was asked tells it from siblings."""
    return "" if facts_of(item.row).get("asks_for") == "text" else item.answer


def _meeting(own: Any, message: Any, band: int) -> tuple[Any, Any]:
    """Return pairs that a band brings together: each member with the first of its bucket, and with the one before."""
    import numpy as np

    start, split = band * ROWS, band * ROWS + ROWS - _OF_MESSAGE
    rows = np.concatenate((own[:, start:split], message[:, split : start + ROWS]), axis=1).astype(np.uint64)
    keys = np.zeros(len(rows), np.uint64)
    for column in range(ROWS):
        keys = (keys ^ rows[:, column]) * np.uint64(0x9E3779B97F4A7C15)
        keys ^= keys >> np.uint64(29)
    order = np.argsort(keys, kind="stable")
    ranked = keys[order]
    is_first = np.r_[True, ranked[1:] != ranked[:-1]] if len(ranked) else np.zeros(0, bool)
    firsts = order[np.maximum.accumulate(np.where(is_first, np.arange(len(order)), 0))] if len(order) else order
    later = np.flatnonzero(~is_first)
    return np.r_[firsts[later], order[later - 1]], np.r_[order[later], order[later]]


def _root(parents: Any, number: int) -> int:
    while parents[number] != number:
        parents[number] = parents[parents[number]]
        number = int(parents[number])
    return number


def _join(parents: Any, one: int, other: int) -> None:
    a, b = _root(parents, one), _root(parents, other)
    if a != b:
        parents[max(a, b)] = min(a, b)


def _repeated(keys: Any) -> Any:
    """Return, in order, the places of keys that stood before."""
    import numpy as np

    first = np.unique(keys, return_index=True)[1]
    seen = np.ones(len(keys), bool)
    seen[first] = False
    return np.flatnonzero(seen)


def _also_elsewhere(keys: Any) -> Any:
    """Return, in order, the places of keys that stand more than once."""
    import numpy as np

    _, inverse, counts = np.unique(keys, return_inverse=True, return_counts=True)
    places = np.flatnonzero(counts[inverse] > 1)
    return places[np.argsort(inverse[places], kind="stable")]


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest(), "little")
