"""How much computing a token costs, with attention counted within its own document and not across the whole window.

A multiplication and an addition are two operations. A training token costs its forward pass three times (the backward
pass is two: for the activations, for the weights); what is computed again for want of memory is not counted, so that
the share of the peak (MFU) says what was got and not what was spent. Source: PaLM, arXiv:2204.02311, appendix B.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from training.errors import Uncounted, UsageError

UNGATED: Final = frozenset({"gpt_neox", "phi", "starcoder2", "nemotron", "persimmon"})
"""Families whose layers have two matrices after attention; the others have three."""
OTHERWISE: Final = (
    "kv_lora_rank",
    "linear_num_value_heads",
    "state_size",
    "conv_L_cache",
    "multi_query",
    "mamba_d_state",
)
"""Fields of architectures with attention of another sort, or with none."""
EXPERTS: Final = ("num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts")
ASKED: Final = ("num_experts_per_tok", "num_experts_per_token", "moe_k", "moe_topk", "top_k_experts")
"""What families call the number of their experts, and how many of them a token meets."""
SIGMA: Final = 0.9
"""Of the logarithm of real chats' lengths: what a mean alone is drawn out to."""
SHORTEST: Final = 16


@dataclass(frozen=True)
class Counts:
    """Weights as transformers itself makes them, where a configuration's fields don't tell all."""

    everything: int
    matrices: int
    """In the layers: all but norms, biases and the embeddings at both ends."""
    experts: int
    """Of the matrices, those of which a token meets some."""


@dataclass(frozen=True)
class Architecture:
    """What of a decoder decides its size and its cost."""

    hidden: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    intermediate: int
    vocab: int
    tied: bool = False
    gated: bool = True
    experts: int = 1
    experts_used: int = 1
    windows: tuple[int, ...] = ()
    """Of each layer that looks back no further; 0 where it does. Empty: none has a window."""
    biases: int = 0
    """Numbers in a layer that are in no matrix, norms apart."""
    counts: Counts | None = None
    """From the model itself; None: by the fields above."""

    @property
    def attention(self) -> int:
        """Weights of a layer's attention."""
        return self.hidden * self.head_dim * (2 * self.heads + 2 * self.kv_heads)

    @property
    def feed(self) -> int:
        """Weights of one feed-forward part."""
        return (3 if self.gated else 2) * self.hidden * self.intermediate

    @property
    def head(self) -> int:
        """Weights of the output layer."""
        return self.vocab * self.hidden

    @property
    def router(self) -> int:
        return self.hidden * self.experts if self.experts > 1 else 0

    @property
    def parameters(self) -> int:
        """All weights; of a Llama-like model within a thousandth of what transformers counts."""
        if self.counts:
            return self.counts.everything
        layer = self.attention + self.router + self.experts * self.feed + 2 * self.hidden + self.biases
        return self.layers * layer + self.hidden + self.head * (1 if self.tied else 2)

    @property
    def body(self) -> int:
        """Weights that a token is multiplied with, the output layer's apart."""
        if self.counts:
            idle = 1 - self.experts_used / self.experts
            return round(self.counts.matrices - idle * self.counts.experts)
        return self.layers * (self.attention + self.router + self.experts_used * self.feed)

    @property
    def linear(self) -> int:
        """Weights in the layers' matrices, all experts: what adapters lie beside."""
        if self.counts:
            return self.counts.matrices - self.layers * self.router
        return self.layers * (self.attention + self.experts * self.feed)

    @classmethod
    def of(cls, config: Any) -> Architecture:
        """Read a transformers configuration, or one as a mapping (`config.json`).

        Raises Uncounted where it isn't one of a decoder as we know them.
        """
        if isinstance(config, Architecture):
            return config
        given = dict(config if isinstance(config, Mapping) else config.to_dict())
        given = {**given, **dict(given.get("text_config") or {})}
        kind = str(given.get("model_type", "?"))
        needed = ("hidden_size", "num_hidden_layers", "num_attention_heads", "vocab_size")
        given |= {name: getattr(config, name, None) for name in needed if name not in given}  # some have other names
        if lacking := [name for name in needed if not given.get(name)]:
            raise Uncounted(f"can't reckon with a {kind} model: its configuration has no {', '.join(lacking)}")
        if other := [name for name in OTHERWISE if given.get(name)]:
            raise Uncounted(
                f"can't reckon with a {kind} model: its layers are of another sort ({other[0]}). `train` tries it all "
                "the same, and shows no MFU"
            )
        hidden, heads = int(given["hidden_size"]), int(given["num_attention_heads"])
        kv_heads, head_dim = (
            int(given.get("num_key_value_heads") or heads),
            int(given.get("head_dim") or hidden // heads),
        )
        experts = next((int(given[name]) for name in EXPERTS if given.get(name)), 1)
        wide = given.get("moe_intermediate_size") if experts > 1 else None
        used = next((int(given[name]) for name in ASKED if given.get(name)), 1) if experts > 1 else 1
        feed = wide or given.get("intermediate_size") or 4 * hidden
        if isinstance(feed, list | tuple):  # of each layer
            feed = sum(feed) / len(feed)
        return cls(
            hidden, int(given["num_hidden_layers"]), heads, kv_heads, head_dim,
            int(feed), int(given["vocab_size"]),
            bool(given.get("tie_word_embeddings", False)), kind not in UNGATED, experts, used, _windows(given),
            head_dim * (heads + 2 * kv_heads) if given.get("attention_bias", kind == "qwen2") else 0,
        )  # fmt: skip


def _windows(given: Mapping[str, Any]) -> tuple[int, ...]:
    window = given.get("sliding_window")
    if not window or given.get("use_sliding_window") is False:
        return ()
    kinds = given.get("layer_types") or ["sliding_attention"] * int(given["num_hidden_layers"])
    return tuple(int(window) if kind == "sliding_attention" else 0 for kind in kinds)


def counted(config: Any) -> Architecture:
    """Return the architecture of a transformers configuration, its weights counted in the model it makes.

    The model is made without its weights. Where transformers can't make it, what the fields say has to do. Raises
    Uncounted as `Architecture.of`.
    """
    import torch
    from transformers import AutoModelForCausalLM

    made = Architecture.of(config)
    try:
        with torch.device("meta"):
            model = AutoModelForCausalLM.from_config(deepcopy(config))
    except Exception:  # whatever somebody's model raises
        return made
    ends = [end.weight for end in (model.get_input_embeddings(), model.get_output_embeddings()) if end is not None]
    inner = {
        name: part.numel()
        for name, part in model.named_parameters()
        if part.ndim > 1 and not any(part is end for end in ends)
    }
    experts = sum(size for name, size in inner.items() if ".experts." in name) if made.experts > 1 else 0
    counts = Counts(sum(part.numel() for part in model.parameters()), sum(inner.values()), experts)
    return replace(made, counts=counts, tied=len(ends) > 1 and ends[0] is ends[1])


def carried(name: str) -> dict[str, Any] | None:
    """Return the configuration of a hub's model that comes with us; None where there is none."""
    file = Path(__file__).parent / "models" / f"{name.rsplit('/', 1)[-1]}.json"
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.is_file() else None


def context(lengths: ArrayLike, window: int = 0) -> float:
    """Return how many tokens a token sees on average, itself among them, in documents of these lengths.

    `window`: it looks back no further than so many tokens; 0: to its document's beginning.
    """
    n = np.asarray(lengths, dtype=np.float64)
    if not n.sum():
        return 0.0
    short = np.minimum(n, window) if window else n
    seen = short * (short + 1) / 2 + (n - short) * short
    return float(seen.sum() / n.sum())


def flops_per_token(config: Any, lengths: ArrayLike, *, trained: float = 1.0, frozen: bool = False) -> float:
    """Return the operations that training takes for a token of documents of these `lengths`.

    `config`: an `Architecture`, a transformers configuration or a mapping. `trained`: the share of tokens for which
    logits are computed; 1 is how it is usually counted. `frozen`: adapters alone are trained, whose own cost is left
    out.
    """
    made = Architecture.of(config)
    weights = 2.0 * (made.body + trained * made.head)
    attention = 4.0 * made.heads * made.head_dim * _seen(made, lengths)
    return weights * (2 if frozen else 3) + attention * 3


def recomputed_per_token(config: Any, lengths: ArrayLike) -> float:
    """Return what `checkpointing: full` adds: the layers' forward pass once more."""
    made = Architecture.of(config)
    return 2.0 * made.body + 4.0 * made.heads * made.head_dim * _seen(made, lengths)


def _seen(made: Architecture, lengths: ArrayLike) -> float:
    """Sum `context` over the layers."""
    windows = made.windows or (0,) * made.layers
    each = {window: context(lengths, window) for window in set(windows)}
    return sum(each[window] for window in windows)


def lengths_like(mean: float, window: int, count: int = 4096) -> NDArray[np.float64]:
    """Return `count` lengths of the given mean, none over `window`, spread as those of real chats are.

    Lognormal, cut at both ends: the quantiles, so that the same mean gives the same lengths. Raises UsageError where
    the mean doesn't fit.
    """
    from statistics import NormalDist

    if not SHORTEST < mean < window:
        raise UsageError(f"a mean of {mean:g} tokens must lie between {SHORTEST} and the window of {window}")
    normal = NormalDist()
    shape = np.exp(SIGMA * np.array([normal.inv_cdf((n + 0.5) / count) for n in range(count)]))
    low, high = 0.0, float(window) * 64
    for _ in range(80):
        middle = (low + high) / 2
        if np.clip(middle * shape, SHORTEST, window).mean() < mean:
            low = middle
        else:
            high = middle
    return np.asarray(np.clip(high * shape, SHORTEST, window), dtype=np.float64)
