"""Cross-entropy of a linear head, some rows of logits at a time.

All logits at once are the largest thing in training: 8192 tokens of a vocabulary of 32,000 are 1 GB in float32, and the
backward pass needs them three times. Here a piece of them is made, turned into its loss and its gradients at once, and
forgotten; the backward pass only scales what is there. The head's gradient is summed in float32 over the pieces,
whatever the head is in, so that pieces round no more than one product would.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

ROOM = 64 * 2**20
"""Bytes of float32 logits at a time."""
ROOM_ON_A_GPU = 256 * 2**20


def cross_entropy(
    hidden: Tensor, head: Tensor, bias: Tensor | None, targets: Tensor, weights: Tensor | None
) -> tuple[Tensor, Tensor]:
    """Return the weighted sum of the losses, and each loss.

    Args:
        hidden: (n, width), what predicts each target.
        head: (vocabulary, width); `bias` (vocabulary,).
        targets: int64 (n,), all of them trained.
        weights: float32 (n,), how much each counts; None: all 1.

    Returns:
        The sum, a float32 scalar with a gradient, for one backward pass; and the losses, float32 (n,), unweighted and
        without one. The products are computed in the type of autocast where it is on, else in that of `hidden`.
    """
    room = ROOM_ON_A_GPU if hidden.is_cuda else ROOM
    rows = max(1, room // (4 * head.shape[0]))
    kind = hidden.device.type
    computed = torch.get_autocast_dtype(kind) if torch.is_autocast_enabled(kind) else hidden.dtype
    learning = torch.is_grad_enabled()
    total, losses = _Pieces.apply(  # type: ignore[no-untyped-call]
        hidden, head, bias, targets, weights, rows, computed, learning
    )
    return total, losses


class _Pieces(torch.autograd.Function):
    """Loss and gradients in one pass over pieces of `rows` logits."""

    @staticmethod
    def forward(
        ctx: Any,
        hidden: Tensor,
        head: Tensor,
        bias: Tensor | None,
        targets: Tensor,
        weights: Tensor | None,
        rows: int,
        computed: torch.dtype,
        learning: bool,
    ) -> tuple[Tensor, Tensor]:
        wanted = [learning and needed for needed in ctx.needs_input_grad[:3]]
        ctx.types = hidden.dtype, head.dtype, bias.dtype if bias is not None else None
        of_hidden = torch.empty_like(hidden) if wanted[0] else None
        of_head = torch.zeros(head.shape, dtype=torch.float32, device=head.device) if wanted[1] else None
        of_bias = torch.zeros(head.shape[0], dtype=torch.float32, device=head.device) if wanted[2] else None
        losses = torch.empty(len(targets), dtype=torch.float32, device=hidden.device)
        head = head.to(computed)
        with torch.autocast(hidden.device.type, enabled=False):
            for start in range(0, len(targets), rows):
                piece = slice(start, start + rows)
                part = hidden[piece].to(computed)
                errors, losses[piece] = _errors(part, head, bias, targets[piece], any(wanted))
                if weights is not None:
                    errors *= weights[piece, None]
                if of_bias is not None:
                    of_bias += errors.sum(0)
                errors = errors.to(computed)
                if of_hidden is not None:
                    of_hidden[piece] = errors @ head
                if of_head is not None:
                    _add_product(of_head, errors.t(), part)
        ctx.gradients = of_hidden, of_head, of_bias
        ctx.mark_non_differentiable(losses)
        return (losses if weights is None else losses * weights).sum(), losses

    @staticmethod
    def backward(ctx: Any, *given: Tensor) -> tuple[Tensor | None, ...]:
        if ctx.gradients is None:
            raise RuntimeError("the gradients of this loss were given away in an earlier backward pass")
        gradients, ctx.gradients = ctx.gradients, None
        scaled = (
            None if gradient is None else gradient.mul_(given[0]).to(kind)
            for gradient, kind in zip(gradients, ctx.types, strict=True)
        )
        return *scaled, None, None, None, None, None


def _errors(part: Tensor, head: Tensor, bias: Tensor | None, targets: Tensor, wanted: bool) -> tuple[Tensor, Tensor]:
    """Return the gradient of each loss by its logits, float32 (rows, vocabulary), and the losses; the former is
    whatever remains of the logits where it isn't wanted."""
    logits = (part @ head.t()).float()
    if bias is not None:
        logits += bias.float()
    norms = logits.logsumexp(dim=-1)
    losses = norms - logits.gather(1, targets[:, None])[:, 0]
    if wanted:
        logits.sub_(norms[:, None]).exp_()
        logits.scatter_add_(1, targets[:, None], logits.new_full((len(targets), 1), -1.0))
    return logits, losses


def _add_product(total: Tensor, left: Tensor, right: Tensor) -> None:
    """Add to a float32 sum without rounding the product on the way."""
    if left.is_cuda and left.dtype != total.dtype:  # this keyword is for CUDA alone; not verified on a GPU
        total += torch.mm(left, right, out_dtype=total.dtype)
    else:
        total.addmm_(left.to(total.dtype), right.to(total.dtype))
