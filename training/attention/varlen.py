"""PyTorch's own flash attention over packed documents (`torch.nn.attention.varlen`, since 2.10): no other package.

Its signature changed from version to version, so what is passed depends on what it takes: 2.10 knows `is_causal` only,
2.11 `window_size` and `scale`, 2.12 `enable_gqa`. **Not verified on a GPU**: written by its documentation, and tested
on the CPU against a plain computation of what that documentation says.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor

from training.attention.backend import Backend, Machine, Needs, first
from training.attention.packed import refuse, register, unpacked

NAME = "torch_varlen"
LARGEST_HEAD = 256


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
    max_length_q: int | None = None,
    **others: Any,
) -> tuple[Tensor, None]:
    """Attend within documents; shapes as in `documents.attend`. Computed, and returned, in half precision."""
    if cu_seq_lens_q is None:
        return unpacked(module, query, key, value, attention_mask, dropout=dropout, scaling=scaling, **others)
    refuse(module, query, others)
    if dropout:
        raise ValueError("torch_varlen knows no dropout: set the model's attention_dropout to 0, or choose sdpa_docs")
    longest = max_length_q if max_length_q is not None else int(cu_seq_lens_q.diff().max())
    query, key, value = _halved(module, query, key, value)
    return run(*_kernel(), query, key, value, cu_seq_lens_q, longest, scaling, sliding_window)


def run(
    kernel: Callable[..., Any],
    parameters: frozenset[str],
    query: Tensor,
    key: Tensor,
    value: Tensor,
    ends: Tensor,
    longest: int,
    scaling: float | None,
    sliding_window: int | None,
) -> tuple[Tensor, None]:
    """Call `kernel`, whatever version of it this is.

    Raises:
        ValueError: documents longer than the window, and a kernel that knows none.
    """
    size, width = query.shape[-1], value.shape[-1]
    arguments: dict[str, Any] = {}
    if "window_size" in parameters:  # inclusive on both sides, so a window of 4 reaches 3 back
        arguments["window_size"] = (-1 if sliding_window is None else sliding_window - 1, 0)
    elif sliding_window is None or longest <= sliding_window:
        arguments["is_causal"] = True
    else:
        raise ValueError("this PyTorch's varlen_attn knows no sliding window: 2.11 does, or choose sdpa_docs")
    if scaling is not None and "scale" in parameters:
        arguments["scale"] = scaling
    elif scaling is not None:
        query = query * (scaling * size**0.5)
    if query.shape[1] != key.shape[1]:
        if "enable_gqa" in parameters:
            arguments["enable_gqa"] = True
        else:
            shared = query.shape[1] // key.shape[1]
            key, value = key.repeat_interleave(shared, dim=1), value.repeat_interleave(shared, dim=1)
    if width != size:  # one size for all is what it takes
        value = torch.nn.functional.pad(value, [0, size - width])
    flat = (part[0].transpose(0, 1) for part in (query, key, value))
    output = kernel(*flat, ends, ends, longest, longest, **arguments)
    return output[..., :width][None], None


def _halved(module: torch.nn.Module, query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Cast to half precision what came in full: under autocast, or with norms that an adapter keeps in full."""
    from transformers.integrations.flash_attention import get_target_dtype

    target = get_target_dtype(query, module)
    if target == torch.float32:
        raise ValueError("torch_varlen computes in half precision: memory.precision bf16, or attention sdpa_docs")
    return (query, key, value) if target is None else (query.to(target), key.to(target), value.to(target))


@cache
def _kernel() -> tuple[Callable[..., Any], frozenset[str]]:
    from torch.nn.attention.varlen import varlen_attn

    return varlen_attn, frozenset(inspect.signature(varlen_attn).parameters)


def _why_not(machine: Machine, needs: Needs) -> str:
    limits = {
        "no NVIDIA GPU": machine.kind != "cuda",
        "PyTorch before 2.10": not machine.varlen,
        "a GPU older than the A100": machine.capability < (8, 0),
        "precision is fp32": needs.precision == "fp32",
        "heads whose size is no multiple of 8": needs.head_dim % 8 != 0,
        f"heads of more than {LARGEST_HEAD}": needs.head_dim > LARGEST_HEAD,
        "the model has attention dropout": needs.dropout,
        "this PyTorch's knows no sliding window": needs.sliding and "window_size" not in machine.varlen,
        "its scores are capped": needs.capped,
        f"it has layers of {needs.layers}": bool(needs.layers),
        "the model doesn't take it": not (needs.sdpa and needs.pluggable),
    }
    return first(limits)


def _prepare() -> None:
    _kernel()
    register(NAME, attend)


TORCH_VARLEN = Backend(NAME, NAME, "flat", "PyTorch's flash attention over packed documents", _why_not, _prepare)
