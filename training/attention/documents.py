"""PyTorch's scaled dot product attention, once for each document: exact on any device, and without a mask.

Its cost is that of the documents, not of the window: on a CPU, 8192 tokens of eleven documents take well under half of
what one masked call takes. On a GPU each document is a launch of its own, so kernels for packed documents come before
it on the ladder.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from training.attention.backend import Backend, Machine, Needs, first
from training.attention.packed import refuse, register, unpacked
from training.compiling import left_out

NAME = "sdpa_docs"


@left_out  # each number of documents would be a program of its own
def attend(
    module: torch.nn.Module,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    dropout: float = 0.0,
    scaling: float | None = None,
    sliding_window: int | None = None,
    cu_seq_lens_q: Tensor | None = None,
    **others: Any,
) -> tuple[Tensor, None]:
    """Attend within documents.

    Args:
        query: (1, heads, tokens, size); `key` and `value` may have fewer heads, each of which serves several of the
            query's.
        cu_seq_lens_q: int32 (documents + 1,), where each starts and the last ends; without it see `packed.unpacked`.
        sliding_window: How many tokens one sees, itself included.

    Returns:
        (1, tokens, heads, size of a value), and None for the weights.
    """
    if cu_seq_lens_q is None:
        return unpacked(module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **others)
    refuse(module, query, others)
    ends = _ends(cu_seq_lens_q)
    parts = []
    for start, end in pairwise(ends):
        narrow = sliding_window is not None and end - start > sliding_window
        parts.append(
            scaled_dot_product_attention(
                query[:, :, start:end],
                key[:, :, start:end],
                value[:, :, start:end],
                attn_mask=_window(end - start, sliding_window or 0, query.device) if narrow else None,
                is_causal=not narrow,
                dropout_p=dropout,
                scale=scaling,
                enable_gqa=query.shape[1] != key.shape[1],
            )
        )
    return torch.cat(parts, dim=2).transpose(1, 2).contiguous(), None


def _ends(cu_seq_lens: Tensor) -> list[int]:
    """Read them once a batch: on a GPU each reading waits for the device, and every layer asks."""
    known: list[int] | None = getattr(cu_seq_lens, "_as_list", None)
    if known is None:
        known = cu_seq_lens.tolist()
        cu_seq_lens._as_list = known  # type: ignore[attr-defined]
    return known


def _window(tokens: int, width: int, device: torch.device) -> Tensor:
    """Make a (tokens, tokens) mask, true where a token sees another: itself and the `width` - 1 before it."""
    place = torch.arange(tokens, device=device)
    back = place[:, None] - place
    return (back >= 0) & (back < width)


def _why_not(machine: Machine, needs: Needs) -> str:
    limits = {
        "its scores are capped": needs.capped,
        f"it has layers of {needs.layers}": bool(needs.layers),
        "the model doesn't take it": not (needs.sdpa and needs.pluggable),
    }
    return first(limits)


SDPA_DOCS = Backend(
    NAME, NAME, "flat", "PyTorch's attention, document by document", _why_not, lambda: register(NAME, attend)
)
