"""The packs of a split as a data set: what a trainer asks for by number, for each epoch its own.

An epoch sees a chat `often` times the mix of its skill, on average: the whole part each time, and the rest in some
epochs, evenly spread, so that half means every second one. How many packs there are never changes, whatever an epoch
draws: a trainer plans its steps by that, and finds its place again when it resumes. An epoch that needs fewer has some
packs split in two, so that no step is without a loss.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from hashlib import blake2b
from typing import Any, Self, TypedDict

import numpy as np
from numpy.typing import NDArray

from training.errors import UsageError
from training.pack import Packs, alone, pack
from training.store import Store

NO_LOSS = -100
"""Label of a token that is not trained, as PyTorch has it."""


class _Whole(TypedDict):
    input_ids: NDArray[np.int64]
    labels: NDArray[np.int64]
    lengths: NDArray[np.int64]
    skills: NDArray[np.int64]


class Pack(_Whole, total=False):
    """One window.

    input_ids, labels: (n,) tokens, n <= window; labels are NO_LOSS where nothing is trained, which a chat's first token
    never is. lengths: (chats,) tokens of each. skills: (chats,) index into the store's. weights: (n,) float32 of each
    token in the loss, 0 where there is none; only in stores where some weight is not 1, and then in every pack.
    """

    weights: NDArray[np.float32]


class PackedDataset:
    """Packs of a split, by number; PyTorch's map-style data set."""

    def __init__(
        self,
        store: Store,
        split: str = "train",
        *,
        window: int,
        seed: int = 0,
        epochs: int = 1,
        mix: Mapping[str, float] | None = None,
        once: bool = False,
        enabled: bool = True,
        repack: bool = True,
    ) -> None:
        """Pack epoch 0.

        epochs: how many different draws there are, where chats are not seen equally often; an epoch beyond takes the
        draw of one before. mix: skill to how often, over what the store says. once: for evaluation, each chat once.
        enabled, repack: as in the configuration's `packing`.
        UsageError: an unknown split, a skill in the mix that the store lacks, a chat longer than the window.
        """
        self.store = store
        self.window = window
        self._seed = seed
        self._repack = repack
        self._arrange = pack if enabled else alone
        self._chats = store.subset(split)
        self._often = np.ones(len(self._chats)) if once else _often(store, self._chats, mix or {})
        self._draws = 1 if not (self._often % 1).any() else max(1, epochs)
        self._multiple = 1
        longest = int(store.lengths[self._chats].max(initial=0))
        if longest > window:
            raise UsageError(
                f"a chat of {longest} tokens is longer than the window of {window}: prepare with this window"
            )
        self._most = max(len(self._arranged(self._drawn(draw), 0)) for draw in range(self._draws))
        if not self._most:
            raise UsageError(f"the mix leaves no chat of {split!r} to any of {self._draws} epochs: raise `data.mix`")
        self.epoch = 0
        self.packs = self._packed(0)

    def __len__(self) -> int:
        """Count the packs, those without loss at the end too. The same for every epoch."""
        return math.ceil(self._most / self._multiple) * self._multiple

    def __getitem__(self, number: int) -> Pack:
        """Return a pack; in 0 to len - 1."""
        if not 0 <= number < len(self):
            raise IndexError(f"pack {number} of {len(self)}")
        return self._read(self.packs[number]) if number < len(self.packs) else self._nothing()

    def pad_to(self, multiple: int) -> Self:
        """Append packs without loss until their number is a multiple; what a step takes on all devices together.

        Otherwise what a last step sees depends on the number of devices.
        """
        if multiple < 1:
            raise ValueError(f"a multiple is at least 1, not {multiple}")
        self._multiple = multiple
        return self

    def set_epoch(self, epoch: int) -> None:
        """Draw and pack anew, before workers take their copies; the same epoch is always the same."""
        if epoch != self.epoch:
            self.epoch = epoch
            self.packs = self._packed(epoch)

    @property
    def padding(self) -> int:
        """How many packs are without loss; fewer than the multiple."""
        return len(self) - self._most

    @property
    def fill(self) -> float:
        """Share of this epoch's windows that holds something, padding aside."""
        return self.packs.fill

    @property
    def lengths(self) -> NDArray[np.int64]:
        """(chats,) tokens of each chat this epoch sees, pack by pack."""
        return self.store.lengths[self.packs.order]

    @property
    def tokens(self) -> int:
        """Tokens this epoch sees."""
        return int(self.lengths.sum())

    @property
    def trained(self) -> int:
        """Tokens this epoch trains."""
        return int(self.store.trained[self.packs.order].sum(dtype=np.int64))

    @property
    def digest(self) -> str:
        """Hash of which chats, by number, share which of this epoch's packs: 16 hexadecimal digits."""
        found = blake2b(self.packs.order.astype("<i8").tobytes(), digest_size=8)
        found.update(self.packs.offsets.astype("<i8").tobytes())
        return found.hexdigest()

    def chats(self, number: int) -> list[str]:
        """Return the ids of a pack's chats; empty for padding."""
        return [self.store.chat(chat) for chat in self.packs[number]] if number < len(self.packs) else []

    def _packed(self, epoch: int) -> Packs:
        """Pack an epoch's draw into exactly `_most` packs."""
        mixed = np.random.SeedSequence([self._seed, epoch if self._repack else 0]).generate_state(1, np.uint64)
        draw = epoch % self._draws
        chats = self._drawn(draw)
        if len(chats) < self._most:
            chats = np.concatenate([chats, self._soonest(draw, self._most - len(chats))])
        packs = self._arranged(chats, int(mixed[0]))
        if len(packs) == self._most:
            return packs
        inside = np.setdiff1d(np.arange(len(chats)), packs.offsets)
        edges = inside[np.linspace(0, len(inside) - 1, self._most - len(packs)).astype(np.int64)]
        fill = packs.fill * len(packs) / self._most
        return Packs(packs.order, np.sort(np.concatenate([packs.offsets, edges])), fill)

    def _arranged(self, chats: NDArray[np.int64], seed: int) -> Packs:
        packs = self._arrange(self.store.lengths[chats], self.window, seed=seed)
        return Packs(chats[packs.order], packs.offsets, packs.fill)

    def _drawn(self, draw: int) -> NDArray[np.int64]:
        """Return the chats of a draw, each as many times as it is seen."""
        times = np.floor(self._often * (draw + 1) + self._phase) - np.floor(self._often * draw + self._phase)
        return np.repeat(self._chats, times.astype(np.int64))

    def _soonest(self, draw: int, count: int) -> NDArray[np.int64]:
        """Return chats that were all but drawn."""
        nearly = (self._often * (draw + 1) + self._phase) % 1 * (self._often % 1 > 0)
        return self._chats[np.argsort(-nearly, kind="stable")[:count]]

    @cached_property
    def _phase(self) -> NDArray[np.float64]:
        """(n,) in [0, 1): in which epochs the share of a chat falls. By its id, so that others don't change it."""
        phase = np.zeros(len(self._chats))
        for at in np.flatnonzero(self._often % 1):
            name = f"{self._seed}:{self.store.chat(self._chats[at])}".encode("utf-8", "surrogatepass")
            phase[at] = int.from_bytes(blake2b(name, digest_size=6).digest()) / 2**48
        return phase

    def _read(self, chats: NDArray[np.int64]) -> Pack:
        lengths = self.store.lengths[chats]
        ends = np.cumsum(lengths)
        ids, labels = np.empty(ends[-1], np.int64), np.full(ends[-1], NO_LOSS)
        weights = np.zeros(ends[-1], np.float32) if self.store.weighted else None
        for chat, end, length in zip(chats.tolist(), ends.tolist(), lengths.tolist(), strict=True):
            start = end - length
            tokens, spans, heavy = self.store.document(chat)
            ids[start:end] = tokens
            for (first, last), weight in zip(spans.tolist(), heavy.tolist(), strict=True):
                trained = slice(start + max(first, 1), start + last)  # nothing comes before a first token
                labels[trained] = ids[trained]
                if weights is not None:
                    weights[trained] = weight
        whole = Pack(input_ids=ids, labels=labels, lengths=lengths, skills=self.store.skill_of[chats].astype(np.int64))
        if weights is not None:
            whole["weights"] = weights
        return whole

    def _nothing(self) -> Pack:
        """Return the start of the shortest chat, without loss."""
        shortest = self._chats[self.store.lengths[self._chats].argmin()]
        ids = self.store.document(int(shortest))[0][:2].astype(np.int64)
        skills = self.store.skill_of[[shortest]].astype(np.int64)
        whole = Pack(input_ids=ids, labels=np.full(len(ids), NO_LOSS), lengths=np.array([len(ids)]), skills=skills)
        if self.store.weighted:
            whole["weights"] = np.zeros(len(ids), np.float32)
        return whole


def _often(store: Store, chats: NDArray[np.int64], mix: Mapping[str, float]) -> NDArray[np.float64]:
    store.check_mix(mix)
    of_skill: NDArray[Any] = np.array([mix.get(skill, 1.0) for skill in store.skills], np.float64)
    # As decimals: a float32's 0.1 times a mix of 10 is to be once.
    return np.round(store.often[chats] * of_skill[store.skill_of[chats]], 6) if len(chats) else np.ones(0)
