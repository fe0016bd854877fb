"""What must not come again among rows: a pair, and a seed of the held-out part among those that are trained."""

from __future__ import annotations

import hashlib
from array import array

import numpy as np

from training.errors import UsageError
from training.rows import Row

REMEMBERED = 4_000_000
"""Pairs, at some 80 bytes each. Of more, a file that is another's copy shows itself by its first ones."""


class Seeds:
    """Sees to it that no seed is in two splits: runs with the same seeds may have held out different shares of them.

    A seed is eight bytes of its hash here, of which a data set has millions; only those held out are known by name.
    """

    def __init__(self) -> None:
        self._trained = array("Q")
        self._held: dict[int, tuple[str, str, str]] = {}
        """Of each seed held out: it, its split, and where that stands."""

    def note(self, row: Row, split: str) -> None:
        if not row.own_seed:
            return
        seed = _eight_bytes(row.seed)
        if split != "train":
            self._held.setdefault(seed, (row.seed[:60], split, row.place))
        elif seed in self._held:
            self._refuse(seed, row.place)
        elif not self._trained or self._trained[-1] != seed:  # a run's rows of one seed mostly follow each other
            self._trained.append(seed)

    def refuse(self) -> None:
        if self._held:
            both = np.intersect1d(np.asarray(self._trained, np.uint64), np.array(list(self._held), np.uint64))
            if len(both):
                self._refuse(int(both[0]), "a row before it")

    def _refuse(self, seed: int, where: str) -> None:
        name, split, place = self._held[seed]
        raise UsageError(
            f"the seed {name!r} is in two splits: {split} at {place}, train at {where}; a data.hold_out "
            "as great as the greatest --hold-out of the runs holds it out in all of them, or leave one of the files out"
        )


class Twins:
    """Finds pairs that come twice: two runs said the same, or `pairs.jsonl` and `train.jsonl` of one are both named."""

    def __init__(self) -> None:
        self._known: set[int] = set()

    def is_one(self, row: Row) -> bool:
        """Return whether a row of this name and these words was there before. Raise `UsageError` where not all are
        remembered, and some are twins."""
        if row.id == row.place:  # it has no name of its own
            return False
        pair = _eight_bytes(f"{row.id}\0{row.messages[0]['content']}\0{row.messages[-1]['content']}")
        if pair not in self._known:
            if len(self._known) < REMEMBERED:
                self._known.add(pair)
            return False
        if len(self._known) == REMEMBERED:
            raise UsageError(
                f"{row.place}: the pair {row.id[:80]!r} was read before, in this file or another; of so many pairs "
                "each must come once (data.mix says how often it is seen)"
            )
        return True


def _eight_bytes(text: str) -> int:
    return int.from_bytes(hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())
