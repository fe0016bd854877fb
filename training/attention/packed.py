"""What our own backends share: how they are registered with transformers, and what they refuse.

A backend is a function that every attention layer calls. Where a flat batch says where documents end (`cu_seq_lens_q`),
it needs no mask, and none may be built: over a flat batch it would cost the square of all tokens. Where nothing says
so, the model is being used as models are elsewhere (generation, padded rows), and PyTorch's masked attention does it.
Positions that start anew while nothing says where documents end are refused: they were packed by somebody, and would
see each other.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

UNKNOWN = ("softcap", "s_aux", "position_bias")
"""What changes the scores and our backends do not compute."""

Attend = Callable[..., tuple[Tensor, None]]


def register(name: str, attend: Attend) -> None:
    """Make `attend` what transformers calls for `name`, under the same signature as its own.

    `attend(module, query, key, value, attention_mask, **arguments)` gets (batch, heads, tokens, head size) and gives
    (batch, tokens, heads, head size), None.
    """
    from transformers import AttentionInterface
    from transformers.masking_utils import AttentionMaskInterface

    AttentionInterface.register(name, attend)
    AttentionMaskInterface.register(name, _mask)


def _mask(*positional: Any, **arguments: Any) -> Tensor | None:
    """Make the mask that PyTorch's attention needs where documents aren't packed; none, but a sign, where they are."""
    from transformers.masking_utils import sdpa_mask

    # transformers clears this flag where it sees positions start anew; with a mask of the caller's it doesn't look.
    packed = not arguments.get("allow_is_causal_skip", True) and arguments.get("attention_mask") is None
    if packed and arguments.get("q_length") == arguments.get("kv_length"):
        return torch.empty(0, dtype=torch.bool, device=arguments.get("device"))
    mask: Tensor | None = sdpa_mask(*positional, **arguments)
    return mask


def unpacked(
    module: torch.nn.Module, query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None, **arguments: Any
) -> tuple[Tensor, None]:
    """Attend where nothing says that documents are packed.

    Raises:
        ValueError: positions start anew all the same.
    """
    from transformers.integrations.sdpa_attention import sdpa_attention_forward

    if mask is not None and not mask.numel():
        raise ValueError("positions start anew, but no `cu_seq_lens_q` says where documents end: batch with Flat()")
    output: tuple[Tensor, None] = sdpa_attention_forward(module, query, key, value, mask, **arguments)
    return output


def refuse(module: torch.nn.Module, query: Tensor, arguments: dict[str, Any]) -> None:
    """Refuse what would be computed wrongly.

    Raises:
        ValueError: more than one row, attention that is not causal, or scores that are more than products.
    """
    if query.shape[0] != 1:
        raise ValueError(f"`cu_seq_lens_q` goes with one flat row, not {query.shape[0]}: batch with Flat()")
    if arguments.get("is_causal") is False or not getattr(module, "is_causal", True):
        raise ValueError("packed attention is causal, and this layer's isn't: choose attention sdpa or eager")
    for name in UNKNOWN:
        if arguments.get(name) is not None:
            raise ValueError(f"packed attention doesn't know the model's `{name}`: choose attention eager")
