"""Attention under a mask that transformers builds from positions that start anew: slow, and anywhere.

A mask costs the square of a row, so these get rows, never a flat batch.
"""

from __future__ import annotations

from training.attention.backend import Backend, Machine, Needs, first


def _why_not_sdpa(machine: Machine, needs: Needs) -> str:
    return first({"its scores are capped": needs.capped, "the model doesn't take it": not needs.sdpa})


def _nothing() -> None:
    """transformers has both."""


SDPA = Backend("sdpa", "sdpa", "rows", "PyTorch's attention under a mask", _why_not_sdpa, _nothing)
EAGER = Backend("eager", "eager", "rows", "the model's own attention under a mask", lambda machine, needs: "", _nothing)
