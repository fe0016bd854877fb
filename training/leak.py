"""Do documents that share a window see each other? Looked at before the first step, with the model and the batches that
will train, since nothing else would tell: a leaking set-up trains without a word, and worse.

Two questions are asked of what the decoder makes of each token. Does it change when another document of its window is
exchanged for one of the same length? The same kernels run on the same shapes, so that even in half precision what
doesn't leak hardly changes. And is it what it is when its document is alone? That also sees positions that don't start
anew, and what comes with several packs in a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.collate import IGNORED
from training.errors import UsageError
from training.loss import bare, decoder_of

LENGTHS = ((24, 17), (9,))
"""Tokens of the documents of each pack."""
EXCHANGED = {torch.float64: 1e-6, torch.float32: 1e-3, torch.float16: 1e-2, torch.bfloat16: 2e-2}
ALONE = {torch.float64: 1e-6, torch.float32: 1e-2, torch.float16: 3e-2, torch.bfloat16: 1e-1}
"""How far a token's hidden state may be off, in parts of its size (of the norm). A leak moves that of a document's
first token, which has only itself to see, by a good part of it; rounding, and kernels that differ with the shape, by
less."""

Documents = Sequence[Sequence[NDArray[np.int64]]]
Collator = Callable[[list[dict[str, Any]]], dict[str, Any]]


def check_leak(model: Any, collator: Collator, vocab: int, precision: str = "") -> None:
    """Compare packed documents with exchanged ones, and with each alone.

    Call it where training will be: on the model's device, with its loss installed, in every process alike.

    Args:
        collator: What makes the batches of training.
        vocab: How many tokens there are to make documents of.
        precision: `bf16` or `fp16` where training computes in it while the weights are kept in full.

    Raises:
        UsageError: documents see each other, or one isn't what it is alone.
    """
    random = np.random.default_rng(0)
    packs = [[random.integers(0, vocab, length) for length in lengths] for lengths in LENGTHS]
    first = [[random.integers(0, vocab, LENGTHS[0][0]), *packs[0][1:]], *packs[1:]]
    second = [[packs[0][0], random.integers(0, vocab, LENGTHS[0][1])], *packs[1:]]
    was = model.training
    model.eval()
    try:
        with torch.no_grad(), _autocast(model, precision):
            packed = _states(model, collator, packs)
            others = {0: _states(model, collator, second)[0]}
            others |= {number: states for number, states in enumerate(_states(model, collator, first)) if number}
            alone = [_states(model, collator, [[document]])[0] for pack in packs for document in pack]
    finally:
        model.train(was)
    kind = _computed(model, precision)
    setup = f"attention {_implementation(model)} on batches of {type(collator).__name__}"
    _compare(packed, [others[number] for number in range(len(packed))], EXCHANGED[kind], setup, "see each other")
    _compare(packed, alone, ALONE[kind], setup, "are not what they are alone")


def _compare(states: list[Tensor], others: list[Tensor], most: float, setup: str, wrong: str) -> None:
    away = [((a - b).norm(dim=-1) / b.norm(dim=-1)).max().item() for a, b in zip(states, others, strict=True)]
    if not all(distance <= most for distance in away):  # so, since what is not a number is not well
        raise UsageError(
            f"{setup}: packed documents {wrong} (hidden states are off by {max(away, key=_or_infinite):.2g} of "
            f"their size, {most:g} would be rounding); choose another model.attention, `python -m training doctor` "
            "says which there are"
        )


def _or_infinite(number: float) -> float:
    return number if number == number else float("inf")


def _states(model: Any, collator: Collator, packs: Documents) -> list[Tensor]:
    """Return what the decoder makes of each document, float32 (tokens, width), in the very call that trains."""
    seen: list[Tensor] = []

    def keep(module: Any, given: Any, outputs: Any) -> None:
        seen.append(outputs[0].float() if outputs[0].dtype != torch.float64 else outputs[0])

    batch = collator([_item(pack) for pack in packs])
    device = next(model.parameters()).device
    batch = {name: value.to(device) if isinstance(value, Tensor) else value for name, value in batch.items()}
    hook = decoder_of(model).register_forward_hook(keep)
    try:
        model(**batch)
    finally:
        hook.remove()
    states = seen[-1]
    tokens = [sum(map(len, pack)) for pack in packs]
    if len(states) == len(packs):  # rows; what fills them up is left out
        states = torch.cat([row[:count] for row, count in zip(states, tokens, strict=True)])[None]
    lengths = [len(document) for pack in packs for document in pack]
    return list(torch.split(states[0], lengths))


def _item(documents: Sequence[NDArray[np.int64]]) -> dict[str, Any]:
    ids = np.concatenate(documents)
    labels = ids.copy()
    lengths = np.array([len(document) for document in documents])
    labels[np.cumsum(lengths) - lengths] = IGNORED
    return {"input_ids": ids, "labels": labels, "lengths": lengths, "skills": np.zeros(len(documents), dtype=np.int64)}


def _computed(model: Any, precision: str) -> torch.dtype:
    """Return the type that is computed in; weights may be held in one that nothing is computed in (QLoRA's are)."""
    said = {"bf16": torch.bfloat16, "fp16": torch.float16}.get(precision)
    return said or next((p.dtype for p in model.parameters() if p.dtype in ALONE), torch.bfloat16)


def _autocast(model: Any, precision: str) -> AbstractContextManager[Any]:
    if precision not in ("bf16", "fp16"):
        return nullcontext()
    kind = next(model.parameters()).device.type
    return torch.autocast(kind, torch.bfloat16 if precision == "bf16" else torch.float16)


def _implementation(model: Any) -> str:
    return str(getattr(bare(model).config, "_attn_implementation", "of its own"))
