"""What `torch.compile` is to leave as it is: code whose shapes follow from the data.

It would make a program of it for each window it sees, and give up after eight.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import torch

F = TypeVar("F", bound=Callable[..., Any])


def left_out(function: F) -> F:
    """Run a function, and all it calls, as it is."""
    return cast(F, torch.compiler.disable(function))  # type: ignore[no-untyped-call]


def stepped_over(function: F) -> F:
    """Run a function as it is, and compile what it calls."""
    return cast(F, torch.compiler.disable(function, recursive=False))  # type: ignore[no-untyped-call]
