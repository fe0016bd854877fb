"""Loss on held-out chats, over all and by skill, exact whatever the batches: sums are added, and divided once.

Every trained token counts once, whatever its weight: weights say what to learn from, not how good a model is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from training.engine.batches import COUNTS, PACKS
from training.loss import by_skill
from training.packed import PackedDataset
from training.store import Store


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What is evaluated on."""

    packs: Sequence[PackedDataset]
    """Of each held-out split."""
    skills: Sequence[str]
    """The store's."""

    @classmethod
    def of(cls, store: Store, *, window: int, multiple: int) -> HeldOut:
        """Pack every split of the store but `train`, each chat once.

        multiple: windows that all processes take at once; where there are fewer, some without a loss are added.
        """
        splits = [name for name in store.splits if name != "train"]
        packs = [PackedDataset(store, split, window=window, once=True, repack=False) for split in splits]
        return cls([one.pad_to(multiple) for one in packs], store.skills)

    def __bool__(self) -> bool:
        return bool(self.packs)


def sums(batches: Iterable[dict[str, Any]], token_losses: Callable[[dict[str, Any]], Any], skills: int) -> Tensor:
    """Return float64 (2, skills): losses in nats and trained tokens of this process's batches.

    token_losses: the model's output for a batch that names documents; see `training.loss.LossOutput`.
    """
    found = torch.zeros(2, skills, dtype=torch.float64)
    for batch in batches:
        batch = {name: value for name, value in batch.items() if name not in (PACKS, COUNTS, "weights")}
        losses, tokens = by_skill(token_losses(batch), batch, skills)
        found += torch.stack([losses, tokens.double()]).cpu()
    return found


def metrics(found: Tensor, skills: Sequence[str], prefix: str) -> dict[str, float]:
    """Return the mean loss a trained token, over all and by skill, from `sums` of all processes."""
    losses, tokens = found
    said = {f"{prefix}_loss": _mean(losses.sum(), tokens.sum()), f"{prefix}_tokens": int(tokens.sum())}
    for skill, loss, count in zip(skills, losses, tokens, strict=True):
        if count:
            said[f"{prefix}_loss_{skill or 'none'}"] = _mean(loss, count)
    return said


def _mean(loss: Tensor, tokens: Tensor) -> float:
    return float(loss / tokens) if tokens else float("nan")
