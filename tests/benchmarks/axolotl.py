"""axolotl as a peer of the benchmarks, where it is installed: its sampler that packs, and its masks.

It pins versions of its own, so it is best put into an environment of its own, without what it asks for:

    pip install --no-deps axolotl colorama addict && pip install numba
"""

from __future__ import annotations

import importlib.metadata
import logging
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Packs = list[list[int]]


def name() -> str:
    """Return what it is called in tables."""
    return f"axolotl {importlib.metadata.version('axolotl')}"


def packer(window: int) -> Callable[[NDArray[np.int64]], Packs]:
    """Return its packing with its defaults, compiled already. ImportError: it is not installed."""
    from axolotl.utils.samplers.multipack import MultipackBatchSampler

    def packed(lengths: NDArray[np.int64]) -> Packs:
        order = np.random.default_rng(0).permutation(len(lengths)).tolist()
        sampler = MultipackBatchSampler(
            order, batch_size=1, batch_max_len=window, lengths=lengths, bin_size=200, group_size=100_000,
            num_processes=1, drop_last=True,
        )  # fmt: skip
        return [pack for batch in sampler.generate_batches() for pack in batch]

    packed(np.arange(1, 50))
    return packed


def masker(tokenizer: Any, template: str, end: str) -> Callable[[Mapping[str, Any]], tuple[list[int], list[int]]]:
    """Return its way from `messages` and `tools` to ids and labels, with its defaults but for the token that ends a
    turn, which it must be told. ImportError: it is not installed."""
    from axolotl.prompt_strategies.chat_template import load
    from axolotl.utils.dict import DictDefault

    logging.getLogger("axolotl").setLevel(logging.ERROR)
    told = {"chat_template": "jinja", "chat_template_jinja": template, "sequence_len": 1 << 20, "eot_tokens": [end]}
    strategy = load(tokenizer, DictDefault({"train_on_inputs": False, **told}))

    def masked(prompt: Mapping[str, Any]) -> tuple[list[int], list[int]]:
        made = strategy.tokenize_prompt(dict(prompt))
        return list(made["input_ids"]), list(made["labels"])

    return masked
