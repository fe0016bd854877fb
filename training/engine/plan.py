"""What was decided before a model is loaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from training.config import Config
from training.engine.arguments import Shards, World


@dataclass(frozen=True, slots=True)
class Plan:
    """All that a run needs beside the weights."""

    config: Config
    world: World
    shared: Shards
    store: Any
    tokenizer: Any
    made: Any
    """The model's transformers configuration."""
    attention: Any
    steps: Any
    total: int
    """Steps of the whole run."""
    grown: bool = False
    """Has the template given the tokenizer tokens that the model has never seen?"""
