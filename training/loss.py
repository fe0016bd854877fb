"""The loss of a language model, over trained positions only and without all its logits at once.

`install_loss` replaces a model's `forward` where labels are given: the decoder runs, positions that are trained are
picked, and only those go through the head. Four kinds: `chunked` (`training.cross_entropy`), `liger` (the same idea as
a Triton kernel, where the package is installed and the batch is on a GPU; not verified on one), `plain` (all logits,
for models that do more to them than their head does), and `auto`, the first of liger, chunked and plain that there is.

Whatever the kind, the loss is the sum over trained tokens of weight x cross-entropy, divided by `num_items_in_batch`,
or by the batch's own number of trained tokens; the weights are not in the divisor, so that a loss does not depend on
how tokens fall into batches. What a router adds is weighted by a batch's trained tokens too: as it is, it would count
once for each batch of a step. No cache is kept, which would let packed documents see each other. Without labels the
model is what it was.
"""

from __future__ import annotations

import functools
import importlib.util
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import MethodType
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy as plain_cross_entropy
from torch.utils.checkpoint import checkpoint
from transformers.utils.generic import ModelOutput

from training.collate import IGNORED
from training.compiling import left_out, stepped_over
from training.cross_entropy import ROOM, cross_entropy
from training.errors import UsageError

KINDS = ("auto", "chunked", "liger", "plain")
Losses = tuple[Tensor, Tensor]
"""The weighted sum, a scalar with a gradient, and the unweighted losses float32 (n,) without one."""


@dataclass
class LossOutput(ModelOutput):
    """What a model with a loss installed returns where labels are given."""

    loss: Tensor | None = None
    token_losses: Tensor | None = None
    """Float32, of the labels' shape, where the batch names documents (`doc_of`): each trained token's loss, unweighted,
    at the token's own place; 0 elsewhere."""


def install_loss(model: Any, kind: str = "auto") -> str:
    """Replace the model's `forward` where labels are given; adapters may be put on before or after.

    It takes what the collators give (`weights`, `doc_of` and `doc_skill` too) and `num_items_in_batch`, and returns a
    `LossOutput` without logits.

    Returns:
        The kind that was installed.

    Raises:
        UsageError: the model has no head, or not one that `kind` can do.
    """
    return put_loss(model, kind_for(model, kind))


def put_loss(model: Any, kind: str) -> str:
    """Install a kind that `kind_for` returned, for this model or one like it."""
    model = bare(model)
    model.forward = MethodType(_forward(model.forward, kind), model)
    model.accepts_loss_kwargs = True  # asked by the Trainer, else it would divide by accumulation steps once more
    return kind


def kind_for(model: Any, kind: str = "auto") -> str:
    """Return the kind that `install_loss` would install; UsageError as there."""
    model = bare(model)
    if head_of(model) is None:
        raise UsageError(f"{type(model).__name__} has no lm_head: train a model for causal language modelling")
    if kind not in KINDS:
        raise UsageError(f"memory.loss {kind!r}: there are {', '.join(KINDS)}")
    odd = _odd(model)
    if kind == "auto":
        kind = "plain" if odd else "liger" if _liger_here() else "chunked"
    elif kind != "plain" and odd:
        raise UsageError(f"memory.loss {kind} would be wrong for {type(model).__name__}: {odd}; choose plain")
    elif kind == "liger" and not _liger_here():
        raise UsageError("memory.loss liger needs the package liger-kernel and a GPU; chunked needs neither")
    return kind


def by_skill(output: LossOutput, batch: dict[str, Any], skills: int) -> tuple[Tensor, Tensor]:
    """Sum the losses of a batch that names documents: float64 (skills,), and int64 (skills,) trained tokens of each."""
    assert output.token_losses is not None
    labels = batch["labels"]
    trained = labels != IGNORED
    skill_of = batch["doc_skill"][batch["doc_of"][trained]]
    sums = torch.zeros(skills, dtype=torch.float64, device=labels.device)
    sums.index_add_(0, skill_of, output.token_losses[trained].double())
    return sums, torch.bincount(skill_of, minlength=skills)


def bare(model: Any) -> Any:
    """Return the causal language model within adapters and wrappers for many processes."""
    while True:
        if hasattr(model, "get_base_model"):
            model = model.get_base_model()
        elif type(model).__name__ in ("DistributedDataParallel", "OptimizedModule", "FullyShardedDataParallel"):
            model = getattr(model, "module", None) or model._orig_mod
        else:
            return model


def decoder_of(model: Any) -> Any:
    """Return what makes hidden states of tokens."""
    return getattr(bare(model), "base_model", bare(model))


def head_of(model: Any) -> Any:
    """Return what makes logits of hidden states, or None."""
    return bare(model).get_output_embeddings()


def _forward(bound: Callable[..., Any], kind: str) -> Callable[..., Any]:
    original = getattr(bound, "__func__", lambda self, *positional, **given: bound(*positional, **given))

    @stepped_over  # the decoder is compiled; here shapes follow from the data
    @functools.wraps(original)  # generation asks for the names of its parameters
    def forward(self: Any, *positional: Any, labels: Tensor | None = None, **given: Any) -> Any:
        if labels is None:
            return original(self, *positional, **given)
        weights, divisor = given.pop("weights", None), given.pop("num_items_in_batch", None)
        named = given.pop("doc_of", None) is not None
        given = {name: value for name, value in given.items() if name not in ("doc_skill", "return_dict")}
        given["use_cache"] = False
        places, aside = (labels[:, 1:] != IGNORED).flatten().nonzero()[:, 0], 0.0
        places += places // max(1, labels.shape[1] - 1)  # where each is predicted, rows laid end to end
        targets = labels.flatten()[places + 1]
        weights = weights.flatten()[places + 1] if weights is not None else None
        if kind == "plain":
            outputs = original(self, *positional, **given)
            total, losses = _plain(outputs.logits.flatten(0, 1)[places], targets, weights)
            if getattr(outputs, "aux_loss", None) is not None:
                aside = outputs.aux_loss * getattr(self.config, "router_aux_loss_coef", 0.0) * len(targets)
        else:
            hidden = decoder_of(self)(*positional, **given).last_hidden_state.flatten(0, 1)[places]
            total, losses = of_head(head_of(self), hidden, targets, weights, kind == "liger" and not named)
        count = max(1, len(targets)) if divisor is None else divisor
        loss = (total + aside) / (count.to(total.device) if isinstance(count, Tensor) else count)
        return LossOutput(loss=loss, token_losses=_placed(losses, labels, places) if named else None)

    return forward


@left_out
def _placed(losses: Tensor, labels: Tensor, places: Tensor) -> Tensor:
    placed = torch.zeros(labels.numel(), dtype=torch.float32, device=labels.device)
    placed[places + 1] = losses.detach()
    return placed.view(labels.shape)


@left_out
def _plain(logits: Tensor, targets: Tensor, weights: Tensor | None) -> Losses:
    losses = plain_cross_entropy(logits.float(), targets, reduction="none")
    return (losses if weights is None else losses * weights).sum(), losses.detach()


@left_out
def of_head(head: Any, hidden: Tensor, targets: Tensor, weights: Tensor | None, liger: bool) -> Losses:
    """Return weighted sum and losses of `hidden` (n, width), what predicts each of the `targets` (n,), by a head."""
    plain = isinstance(head, torch.nn.Linear) and type(head).forward is torch.nn.Linear.forward
    if not plain or "forward" in vars(head):  # something else is done there: an adapter, weights kept elsewhere
        return _through(head, hidden, targets, weights)
    matrix, bias = _gathered(head.weight), _gathered(head.bias) if head.bias is not None else None
    hidden = hidden.to(matrix.device)
    if liger and hidden.is_cuda and weights is None and len(targets):
        return _liger(hidden, matrix, bias, targets)
    return cross_entropy(hidden, matrix, bias, targets, weights)


def _through(head: Any, hidden: Tensor, targets: Tensor, weights: Tensor | None) -> Losses:
    """Go through a head that is more than a matrix (an adapter on it, quantised, trained beside the base): pieces
    again, computed once more in the backward pass."""

    def piece(part: Tensor, wanted: Tensor, weight: Tensor | None) -> Losses:
        return _plain(head(part), wanted, weight)

    rows = max(1, ROOM // (4 * head.out_features)) if hasattr(head, "out_features") else 256
    sums: list[Tensor] = []
    losses: list[Tensor] = []
    for start in range(0, max(1, len(targets)), rows):
        part = slice(start, start + rows)
        weight = weights[part] if weights is not None else None
        some, each = checkpoint(piece, hidden[part], targets[part], weight, use_reentrant=False)
        sums.append(some)
        losses.append(each)
    return torch.stack(sums).sum(), torch.cat(losses)


def _gathered(parameter: Tensor) -> Tensor:
    """Gather a parameter that is sharded over processes, so that its gradient comes back averaged over them, as that of
    every other sharded parameter does."""
    from torch.distributed.tensor import DTensor, Partial, Replicate

    if not isinstance(parameter, DTensor):
        return parameter
    mesh = parameter.device_mesh
    whole = parameter.redistribute(placements=[Replicate()] * mesh.ndim)
    local = whole.to_local(grad_placements=[Partial()] * mesh.ndim)
    if local.requires_grad:
        local.register_hook(lambda gradient: gradient / mesh.size())  # type: ignore[no-untyped-call]
    return local


def _liger_here() -> bool:
    return importlib.util.find_spec("liger_kernel") is not None and torch.cuda.is_available()


def _liger(hidden: Tensor, matrix: Tensor, bias: Tensor | None, targets: Tensor) -> Losses:
    """Not verified on a GPU."""
    from liger_kernel.transformers import LigerFusedLinearCrossEntropyLoss

    options: dict[str, Any] = {"reduction": "sum"}
    if "accum_dtype" in inspect.signature(LigerFusedLinearCrossEntropyLoss).parameters:
        options["accum_dtype"] = torch.float32
    kind = torch.get_autocast_dtype("cuda") if torch.is_autocast_enabled("cuda") else hidden.dtype
    total = LigerFusedLinearCrossEntropyLoss(**options)(matrix.to(kind), hidden.to(kind), targets, bias)
    return total.float(), torch.zeros(len(targets), device=hidden.device)


def _odd(model: Any) -> str:
    """Say what a model does to its logits or its loss beyond its head, or nothing.

    Its own `forward` is run on made-up hidden states in the decoder's place, large ones, so that a cap shows. So there
    is no list of such models to be kept.
    """
    head, decoder = head_of(model), decoder_of(model)
    if decoder is model:
        return "its decoder and its head are one"
    if getattr(model.config, "output_router_logits", False):
        return "its router has a loss of its own (output_router_logits)"
    matrix = next(head.parameters())
    if matrix.is_meta:
        return ""
    width = getattr(head, "in_features", model.config.get_text_config().hidden_size)
    hidden = 500 * torch.randn(1, 3, width, generator=torch.Generator().manual_seed(0))
    hidden = hidden.to(matrix.device, matrix.dtype if matrix.is_floating_point() else torch.float32)
    try:
        with torch.no_grad(), _in_place_of(decoder, _MadeUp(hidden)):
            logits = model.forward(input_ids=torch.zeros(1, 3, dtype=torch.int64, device=matrix.device)).logits
            alike = torch.allclose(logits.float(), head(hidden).float(), rtol=1e-2, atol=1e-2)
    except Exception as problem:
        return f"what it does with its logits could not be seen ({problem})"
    return "" if alike else "it changes its logits after its head"


@contextmanager
def _in_place_of(decoder: Any, outputs: Any) -> Iterator[None]:
    before = decoder.__dict__.get("forward")
    decoder.forward = lambda *positional, **given: outputs
    try:
        yield
    finally:
        del decoder.forward
        if before is not None:
            decoder.forward = before


class _MadeUp:
    """Outputs of a decoder of which only the hidden states are known."""

    def __init__(self, hidden: Tensor) -> None:
        self.last_hidden_state = hidden

    def __getattr__(self, name: str) -> None:
        return None

    def __getitem__(self, place: Any) -> Tensor | None:
        return self.last_hidden_state if place == 0 else None
