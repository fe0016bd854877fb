"""Keep documents that share a window apart: which way attention does it, and why that one.

The ladder, the best first: flash attention's own packages, the hub's ready-built kernels, PyTorch's flash attention
over packed documents, PyTorch's attention document by document, and attention under a mask. `auto` takes the first
that this machine and this model can have and says what it passed over; one that is asked for by name is had or refused.
Whatever is taken, `training.leak` looks before the first step whether it really keeps documents apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from training.attention.backend import Backend, Machine, Needs
from training.errors import UsageError


@dataclass(frozen=True, slots=True)
class Attention:
    """What was chosen."""

    name: str
    """As a configuration's `model.attention` says it."""
    implementation: str
    """What transformers is told (`attn_implementation`)."""
    collator: Literal["flat", "rows"]
    """How batches must be made: see `training.collate`."""
    why: str
    """One line for the user."""


def choose(name: str, device: str, model_config: Any = None, precision: str = "bf16") -> Attention:
    """Choose how attention keeps packed documents apart, and load it.

    Args:
        name: `auto`, or one of the ladder's.
        device: As torch names it, where the model will train.
        model_config: The model's transformers configuration.
        precision: What is computed in: `bf16`, `fp16` or `fp32`.

    Raises:
        UsageError: one that is asked for can't be had, or there is none of that name.
    """
    ladder = _ladder()
    machine, needs = Machine.here(device), Needs.of(model_config, precision)
    if name == "auto":
        return climb(ladder, machine, needs)
    asked = next((backend for backend in ladder if name in (backend.name, backend.implementation)), None)
    if asked is None:
        raise UsageError(f"model.attention {name!r}: there are auto, {', '.join(b.name for b in ladder)}")
    if lacks := asked.why_not(machine, needs) or _failure(asked):
        raise UsageError(
            f"model.attention {name} can't be had here ({lacks}); model.attention auto would take "
            f"{climb(ladder, machine, needs).name}"
        )
    return Attention(
        asked.name, asked.implementation, asked.collator, f"attention {asked.name}: {asked.good}, as asked"
    )


def climb(ladder: tuple[Backend, ...], machine: Machine, needs: Needs) -> Attention:
    """Take the first of `ladder` that can be had and loaded."""
    passed: dict[str, list[str]] = {}
    for backend in ladder:
        if lacks := backend.why_not(machine, needs) or _failure(backend):
            passed.setdefault(lacks, []).append(backend.name)
            continue
        over = "; ".join(f"{', '.join(names)} ({reason})" for reason, names in passed.items())
        why = f"attention {backend.name}: {backend.good}" + (f"; passed over: {over}" if over else "")
        return Attention(backend.name, backend.implementation, backend.collator, why)
    raise UsageError(f"no attention for this model: {passed}")


def available(device: str) -> list[tuple[str, bool, str]]:
    """Say of each, the best first: its name, whether it can be had on `device`, and what it is or what it lacks.

    Nothing is downloaded: what would be fetched from the hub is taken to be there.
    """
    machine, found = Machine.here(device), []
    for backend in _ladder():
        lacks = backend.why_not(machine, Needs())
        if not lacks and not backend.fetches:
            lacks = _failure(backend)
        good = backend.good + (", fetched when first used" if backend.fetches else "")
        found.append((backend.name, not lacks, lacks or good))
    return found


def _failure(backend: Backend) -> str:
    """Load it, and say what went wrong: a wheel for another PyTorch or a hub out of reach is no reason to stop."""
    try:
        backend.prepare()
    except Exception as problem:
        return f"it does not load: {str(problem).strip().splitlines()[0] if str(problem).strip() else problem!r}"
    return ""


def _ladder() -> tuple[Backend, ...]:
    from training.attention.documents import SDPA_DOCS
    from training.attention.flash import FLASH_2, FLASH_3, HUB_2, HUB_3
    from training.attention.masked import EAGER, SDPA
    from training.attention.varlen import TORCH_VARLEN

    return (FLASH_3, FLASH_2, HUB_3, HUB_2, TORCH_VARLEN, SDPA_DOCS, SDPA, EAGER)
