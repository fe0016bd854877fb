"""Which packs make up a step: the same ones in the same step, however many devices share them.

The Trainer fills a last step that the devices can't share evenly with packs it has already seen, shuffles by a
generator whose state depends on what was drawn before, and counts an epoch's steps once. So the order is drawn here
from seed and epoch alone, and every epoch is brought to the same whole number of steps by packs without a loss.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from torch.utils.data import Dataset

Item = Mapping[str, Any]
"""A pack: `input_ids` and `labels` (n,), `lengths` and `skills` (chats,), `weights` (n,) where not all are 1."""
Collate = Callable[[Sequence[Item]], dict[str, Any]]
PACKS, COUNTS = "packs", "counts"
"""What `Counted` adds to a batch and the loop takes out again."""


class Packed(Protocol):
    """Packs of one epoch, and a way to the next; `training.packed.PackedDataset`."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> Item: ...

    def set_epoch(self, epoch: int, /) -> None: ...

    def pad_to(self, multiple: int, /) -> Any: ...

    def chats(self, number: int, /) -> list[str]: ...

    @property
    def padding(self) -> int: ...

    @property
    def digest(self) -> str: ...


class Steps(Dataset[Item]):
    """Packs in the order they are trained, epoch by epoch, each a whole number of steps.

    Item i belongs to step i // windows of its epoch. Packs without a loss come last.
    """

    def __init__(self, packed: Packed, *, windows: int, seed: int) -> None:
        """Order `packed` into steps of `windows` packs."""
        packed.pad_to(windows)
        self.packed = packed
        self.per_epoch = len(packed) // windows
        """Steps."""
        self._seed = seed
        self.set_epoch(0)
        self.drawn = self._digest()
        """Hash of the first epoch's windows in their order: 16 hexadecimal digits. Another version of what packs, or of
        what it draws by, gives another, and so does other data."""

    def __len__(self) -> int:
        return len(self._order)

    def __getitem__(self, position: int) -> Item:
        number = int(self._order[position])
        return {**self.packed[number], PACKS: number if number < self._real else -1}

    def set_epoch(self, epoch: int) -> None:
        """Pack and order anew; the same epoch gives the same steps in every process and after every resume."""
        self.packed.set_epoch(epoch)
        self._real = len(self.packed) - self.packed.padding
        drawn = np.random.default_rng([self._seed, epoch]).permutation(self._real)
        self._order: NDArray[np.int64] = np.concatenate([drawn, np.arange(self._real, len(self.packed))])

    def _digest(self) -> str:
        order = self._order.astype("<i8").tobytes()
        return blake2b(self.packed.digest.encode() + order, digest_size=8).hexdigest()


@dataclass(frozen=True, slots=True)
class Counted:
    """A collator that also says what is in its batch."""

    collate: Collate

    def __call__(self, items: Iterable[Item]) -> dict[str, Any]:
        """Collate, and add `packs`, the numbers of the packs, and `counts`: see `count`."""
        rows = list(items)
        batch = self.collate([{key: value for key, value in row.items() if key != PACKS} for row in rows])
        batch[PACKS] = tuple(int(row.get(PACKS, -1)) for row in rows)
        batch[COUNTS] = count(rows)
        return batch


def count(rows: Sequence[Item]) -> tuple[int, int, int, int]:
    """Return packs, chats, tokens and tokens with a loss, those without a loss at an epoch's end left out."""
    real = [row for row in rows if row.get(PACKS, -1) != -1]
    chats = sum(len(row["lengths"]) for row in real)
    trained = sum(int((np.asarray(row["labels"]) != -100).sum()) for row in real)
    return len(real), chats, sum(len(row["input_ids"]) for row in real), trained
