"""Is the loss that will train the plain one? Tried before the first step, on the device that trains.

A fused kernel that is wrong for a chip, a compiler or a precision gives a loss that falls all the same. So sum and
gradients of a made-up head are compared with those that PyTorch computes plainly, in double precision on the CPU.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy as plain_cross_entropy

from training.errors import UsageError
from training.loss import of_head

TOKENS, WIDTH, VOCABULARY = 200, 64, 1003
MOST = {True: 2e-2, False: 1e-4}
"""How far it may be off, in parts of the size of what is compared; in half precision, and in full."""
Tell = Callable[[str], None]


def tried(kind: str, asked: str, *, device: str, half: bool, tell: Tell) -> str:
    """Return `kind` where it computes what the plain loss does, else the next on the ladder that does.

    asked: what the configuration says; one that is asked for by name is had or refused. half: is it computed in bf16?
    UsageError: it differs, and nothing else may be taken.
    """
    while kind != "plain" and (far := distance(kind, device=device, half=half)) is not None:
        following = "chunked" if kind == "liger" else "plain"
        said = f"the {kind} loss is not the plain one on this device (off by {far:.2g} of its size)"
        if asked != "auto":
            raise UsageError(f"{said}: memory.loss {following}")
        tell(f"{said}: {following} is taken")
        kind = following
    return kind


def distance(kind: str, *, device: str, half: bool) -> float | None:
    """Return how far sum and gradients are off, in parts of their size; None where that is rounding."""
    hidden, matrix, targets = _problem(half)
    wanted = _plainly(hidden, matrix, targets)
    head = torch.nn.Linear(WIDTH, VOCABULARY, bias=False, device="meta")  # elsewhere it would draw
    head.weight = torch.nn.Parameter(matrix.to(device))
    given = hidden.to(device, torch.float32).requires_grad_()
    try:
        with torch.autocast(device, torch.bfloat16) if half else nullcontext():
            total, _ = of_head(head, given, targets.to(device), None, kind == "liger")
        torch.autograd.backward(3 * total)
    except Exception:  # a kernel that does not compile here is not to be had
        return float("inf")
    assert given.grad is not None
    assert head.weight.grad is not None
    found = (total.detach(), given.grad / 3, head.weight.grad / 3)
    off = [_off(one.double().cpu(), other) for one, other in zip(found, wanted, strict=True)]
    return None if all(part <= MOST[half] for part in off) else max(off)


def _problem(half: bool) -> tuple[Tensor, Tensor, Tensor]:
    """Make hidden states (tokens, width), a head's matrix (vocabulary, width) and targets; numbers that bf16 has, so
    that rounding is what the computation adds. No generator that training draws from is touched."""
    random = torch.Generator().manual_seed(0)
    hidden = torch.randn(TOKENS, WIDTH, generator=random)
    matrix = torch.randn(VOCABULARY, WIDTH, generator=random) / 4
    if half:
        hidden, matrix = hidden.bfloat16().float(), matrix.bfloat16().float()
    return hidden, matrix, torch.randint(0, VOCABULARY, (TOKENS,), generator=random)


def _plainly(hidden: Tensor, matrix: Tensor, targets: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    hidden, matrix = hidden.double().requires_grad_(), matrix.double().requires_grad_()
    total = plain_cross_entropy(hidden @ matrix.t(), targets, reduction="sum")
    torch.autograd.backward(total)
    assert hidden.grad is not None
    assert matrix.grad is not None
    return total.detach(), hidden.grad, matrix.grad


def _off(found: Tensor, wanted: Tensor) -> float:
    far = float((found - wanted).norm() / wanted.norm())
    return far if far == far else float("inf")
