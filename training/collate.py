"""Packs become a batch: one long row for kernels that are told where documents end, or rows for those that need a mask.

`Flat` lays all packs of a batch end to end and says where each document ends (`cu_seq_lens_*`, in the names that
transformers hands on to attention). `Rows` keeps a pack a row; documents are told apart by positions that start anew.
A mask over a flat batch would cost the square of all its tokens, so a backend with a mask gets rows.

Neither makes an `attention_mask`: with one, transformers no longer sees that positions start anew, and documents see
each other. Neither leaves a document's first token trained: it would be predicted from the document before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import torch
from torch import Tensor

IGNORED = -100
"""Label of a token that is not trained."""

Pack = Mapping[str, Any]
"""`input_ids` and `labels` int64 (n,), `lengths` int64 (documents,), and where there are some `weights` float32 (n,)
and `skills` int64 (documents,); tensors or arrays."""


class Flat:
    """Lay packs end to end.

    Gives `input_ids`, `labels` and `position_ids` int64 (1, tokens), `cu_seq_lens_q` and `cu_seq_lens_k` int32
    (documents + 1,), `max_length_q` and `max_length_k` as Python integers (a tensor would make each layer wait for the
    device), `weights` float32 (1, tokens) where a pack has some, and with `documents` also `doc_of` int64 (1, tokens),
    the number of a token's document in the batch, and `doc_skill` int64 (documents,).

    Raises:
        ValueError: lengths of a pack that do not add up to its tokens.
    """

    def __init__(self, *, documents: bool = False) -> None:
        self.documents = documents

    def __call__(self, packs: Sequence[Pack]) -> dict[str, Any]:
        lengths = torch.cat([_lengths(pack) for pack in packs])
        ends = torch.nn.functional.pad(lengths.cumsum(0), (1, 0))
        positions = torch.arange(int(ends[-1])) - ends[:-1].repeat_interleave(lengths)
        weights = _weights(packs)
        longest = int(lengths.max())
        batch: dict[str, Any] = {
            "input_ids": torch.cat([_whole(pack["input_ids"]) for pack in packs])[None],
            "labels": _trained(torch.cat([_whole(pack["labels"]) for pack in packs]), positions, weights)[None],
            "position_ids": positions[None],
            "cu_seq_lens_q": ends.to(torch.int32),
            "cu_seq_lens_k": ends.to(torch.int32),
            "max_length_q": longest,
            "max_length_k": longest,
        }
        if weights is not None:
            batch["weights"] = weights[None]
        if self.documents:
            batch["doc_of"] = torch.arange(len(lengths)).repeat_interleave(lengths)[None]
            batch["doc_skill"] = _skills(packs)
        return batch


class Rows:
    """Keep a pack a row, filled up to `width`, or to the longest of the batch.

    Gives `input_ids`, `labels` and `position_ids` int64 (packs, width), `weights` float32 (packs, width) where a pack
    has some, and with `documents` also `doc_of` int64 (packs, width), -1 where a row is filled up, and `doc_skill`
    int64 (documents,). What fills a row up is a document of its own: nothing sees it, and none of it is trained.

    Raises:
        ValueError: lengths of a pack that do not add up to its tokens, or a pack longer than `width`.
    """

    def __init__(self, *, width: int | None = None, pad: int = 0, documents: bool = False) -> None:
        self.width = width
        self.pad = pad
        self.documents = documents

    def __call__(self, packs: Sequence[Pack]) -> dict[str, Any]:
        longest = max(len(pack["input_ids"]) for pack in packs)
        width = longest if self.width is None else self.width
        if longest > width:
            raise ValueError(f"a pack of {longest} tokens in rows of {width}")
        flat = Flat(documents=self.documents)
        parts = [flat([pack]) for pack in packs]
        filling = {"input_ids": self.pad, "labels": IGNORED, "doc_of": -1, "weights": 1.0}
        batch: dict[str, Any] = {
            name: torch.cat([_fill(part[name], width, filling[name]) for part in parts])
            for name in ("input_ids", "labels")
        }
        batch["position_ids"] = torch.cat([_fill_positions(part["position_ids"], width) for part in parts])
        if any("weights" in part for part in parts):
            ones = [part.get("weights", torch.ones(part["labels"].shape)) for part in parts]
            batch["weights"] = torch.cat([_fill(one, width, filling["weights"]) for one in ones])
        if self.documents:
            seen = 0
            for part in parts:
                part["doc_of"], seen = part["doc_of"] + seen, seen + len(part["doc_skill"])
            batch["doc_of"] = torch.cat([_fill(part["doc_of"], width, filling["doc_of"]) for part in parts])
            batch["doc_skill"] = torch.cat([part["doc_skill"] for part in parts])
        return batch


def collator(kind: Literal["flat", "rows"], *, pad: int = 0, documents: bool = False) -> Flat | Rows:
    """Return the one that an `attention.Attention` asks for in its `collator`."""
    return Flat(documents=documents) if kind == "flat" else Rows(pad=pad, documents=documents)


def _whole(numbers: Any) -> Tensor:
    return torch.as_tensor(numbers, dtype=torch.int64)


def _lengths(pack: Pack) -> Tensor:
    lengths = _whole(pack["lengths"])
    tokens = len(pack["input_ids"])
    if not len(lengths) or int(lengths.min()) < 1 or int(lengths.sum()) != tokens:
        raise ValueError(f"a pack of {tokens} tokens whose documents have {lengths.tolist()}")
    return lengths


def _weights(packs: Sequence[Pack]) -> Tensor | None:
    """Return one weight a token (1 for packs that have none), or None where no pack has any."""
    if not any("weights" in pack for pack in packs):
        return None
    return torch.cat(
        [
            torch.as_tensor(pack["weights"], dtype=torch.float32)
            if "weights" in pack
            else torch.ones(len(pack["input_ids"]))
            for pack in packs
        ]
    )


def _trained(labels: Tensor, positions: Tensor, weights: Tensor | None) -> Tensor:
    """Take out what is not trained: first tokens, and those that would count for nothing but be counted."""
    out = positions == 0
    if weights is not None:
        out |= weights == 0
    return labels.masked_fill(out, IGNORED)


def _skills(packs: Sequence[Pack]) -> Tensor:
    return torch.cat([_whole(pack["skills"]) for pack in packs])


def _fill(row: Tensor, width: int, value: float) -> Tensor:
    return torch.nn.functional.pad(row, (0, width - row.shape[1]), value=value)


def _fill_positions(row: Tensor, width: int) -> Tensor:
    return torch.cat([row, torch.arange(width - row.shape[1])[None]], dim=1)
