"""Plain computations of what GPU kernels document, with the same arguments, for where there is no GPU."""

from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

Window = tuple[int, int]


def attend(query: Tensor, key: Tensor, value: Tensor, window: Window, scale: float | None) -> Tensor:
    """Attend within one document, (tokens, heads, size); token i sees those from i - left to i + right."""
    left, right = window
    shared = query.shape[1] // key.shape[1]
    key, value = key.repeat_interleave(shared, 1), value.repeat_interleave(shared, 1)
    scores = torch.einsum("qhd,khd->hqk", query, key) * (query.shape[-1] ** -0.5 if scale is None else scale)
    ahead = torch.arange(len(key)) - torch.arange(len(query))[:, None]
    seen = (ahead >= -left if left >= 0 else ahead > -len(key) - 1) & (
        ahead <= right if right >= 0 else ahead < len(key)
    )
    return torch.einsum("hqk,khd->qhd", scores.masked_fill(~seen, float("-inf")).softmax(-1), value)


def documents(
    query: Tensor, key: Tensor, value: Tensor, ends: Tensor, window: Window, scale: float | None = None
) -> Tensor:
    """Attend within each of the packed documents."""
    sizes = ends.diff().tolist()
    parts = zip(query.split(sizes), key.split(sizes), value.split(sizes), strict=True)
    return torch.cat([attend(*part, window, scale) for part in parts])


def varlen_2_10(
    q: Tensor, k: Tensor, v: Tensor, cu_q: Tensor, cu_k: Tensor, max_q: int, max_k: int, is_causal: bool = False
) -> Tensor:  # fmt: skip
    """PyTorch 2.10's: causal or not, its own scale, as many heads everywhere."""
    _check(q, k, v, cu_q, cu_k, max_q, max_k, grouped=False)
    return documents(q, k, v, cu_q, (-1, 0 if is_causal else -1))


def varlen_2_11(
    q: Tensor, k: Tensor, v: Tensor, cu_q: Tensor, cu_k: Tensor, max_q: int, max_k: int, *, scale: float | None = None,
    window_size: Window = (-1, -1),
) -> Tensor:  # fmt: skip
    """PyTorch 2.11's: a window and a scale."""
    _check(q, k, v, cu_q, cu_k, max_q, max_k, grouped=False)
    return documents(q, k, v, cu_q, window_size, scale)


def varlen_2_13(
    q: Tensor, k: Tensor, v: Tensor, cu_q: Tensor, cu_k: Tensor, max_q: int, max_k: int, *, scale: float | None = None,
    window_size: Window = (-1, -1), enable_gqa: bool = False,
) -> Tensor:  # fmt: skip
    """PyTorch 2.13's: fewer heads for keys, where it is told."""
    _check(q, k, v, cu_q, cu_k, max_q, max_k, grouped=enable_gqa)
    return documents(q, k, v, cu_q, window_size, scale)


VARLEN: dict[str, Callable[..., Tensor]] = {"2.10": varlen_2_10, "2.11": varlen_2_11, "2.13": varlen_2_13}


def flash_varlen(
    q: Tensor, k: Tensor, v: Tensor, cu_seqlens_q: Tensor, cu_seqlens_k: Tensor, max_seqlen_q: int, max_seqlen_k: int,
    dropout_p: float = 0.0, softmax_scale: float | None = None, causal: bool = False, window_size: Window = (-1, -1),
) -> Tensor:  # fmt: skip
    """flash-attn's for packed documents."""
    _check(q, k, v, cu_seqlens_q, cu_seqlens_k, max_seqlen_q, max_seqlen_k, grouped=True)
    return documents(q, k, v, cu_seqlens_q, (window_size[0], 0 if causal else window_size[1]), softmax_scale)


def flash(
    q: Tensor, k: Tensor, v: Tensor, dropout_p: float = 0.0, softmax_scale: float | None = None, causal: bool = False,
    window_size: Window = (-1, -1),
) -> Tensor:  # fmt: skip
    """flash-attn's for rows, each one document."""
    window = (window_size[0], 0 if causal else window_size[1])
    return torch.stack([attend(*row, window, softmax_scale) for row in zip(q, k, v, strict=True)])


def _check(q: Tensor, k: Tensor, v: Tensor, cu_q: Any, cu_k: Any, max_q: Any, max_k: Any, *, grouped: bool) -> None:
    """What real kernels refuse, or worse, read as something else."""
    assert cu_q.dtype == cu_k.dtype == torch.int32
    assert cu_q[0] == 0
    assert cu_q[-1] == len(q) == len(k) == len(v)
    assert type(max_q) is type(max_k) is int
    assert max_q >= cu_q.diff().max()
    assert q.shape[-1] == k.shape[-1] == v.shape[-1]
    assert q.stride(-1) == k.stride(-1) == v.stride(-1) == 1
    assert grouped or q.shape[1] == k.shape[1] == v.shape[1]
