"""What a backend is, what a machine has, and what a model asks of attention: three records, so that choosing is plain
logic over them and can be tried for machines that are not at hand."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from typing import Any, Literal

PLAIN_LAYERS = {"full_attention", "sliding_attention"}
PACKAGES = {
    "flash-attn": "pip install flash-attn --no-build-isolation: it is compiled here, with nvcc, PyTorch and ninja, in "
    "some minutes on 64 cores and hours on few; nothing needs it",
    "flash-attn-3": "python setup.py install in the hopper/ folder of flash attention's sources; nothing needs it",
    "kernels": "pip install kernels: they come compiled from the hub",
}
"""Packages that bring an attention of their own, each with how it is had. flash-attn 2.8 is sources only."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The device, as far as attention cares."""

    kind: str
    """`cpu`, `cuda` (NVIDIA), `rocm`, `mps`, …; `none` is a `cuda` that PyTorch doesn't see."""
    capability: tuple[int, int] = (0, 0)
    """Of an NVIDIA GPU: (8, 0) is an A100, (9, 0) an H100 or H200."""
    packages: Mapping[str, str] = field(default_factory=dict)
    """Of `PACKAGES`: those that are installed, and their versions."""
    varlen: frozenset[str] = frozenset()
    """Parameters of PyTorch's own `varlen_attn`; empty where it has none (before 2.10)."""

    @classmethod
    def here(cls, device: str) -> Machine:
        """Look at this one. `device` as torch names it: `cpu`, `cuda`, `cuda:1`."""
        import torch

        kind, capability = torch.device(device).type, (0, 0)
        if kind == "cuda" and torch.version.hip:
            kind = "rocm"
        elif kind == "cuda" and torch.cuda.is_available():
            capability = torch.cuda.get_device_capability(device)
        elif kind == "cuda":
            kind = "none"
        return cls(kind, capability, _installed(), _varlen_parameters())


@dataclass(frozen=True, slots=True)
class Needs:
    """What a model's attention is, beyond causal softmax, and what its class in transformers offers."""

    precision: Literal["bf16", "fp16", "fp32"] = "bf16"
    head_dim: int = 64
    sliding: bool = False
    """Some layer sees only a window of tokens."""
    dropout: bool = False
    capped: bool = False
    """Its scores are capped, which PyTorch's attention can't do."""
    layers: str = ""
    """Kinds of layers beyond plain ones and such with a window, which need a mask of their own."""
    flash: bool = True
    sdpa: bool = True
    pluggable: bool = True
    """It calls what is registered by name, so that backends of our own can be put in."""

    @classmethod
    def of(cls, config: Any, precision: str) -> Needs:
        """Read a transformers configuration; None asks for nothing special. A class that transformers doesn't know is
        taken for a plain one: the leak check sees what comes of it."""
        kinds: Any = precision if precision in ("fp16", "fp32") else "bf16"
        if config is None:
            return cls(kinds)
        config = config.get_text_config() if hasattr(config, "get_text_config") else config
        model = _model_class(config)
        heads = getattr(config, "num_attention_heads", None) or 1
        return cls(
            precision=kinds,
            head_dim=getattr(config, "head_dim", None) or getattr(config, "hidden_size", heads) // heads,
            sliding=bool(getattr(config, "sliding_window", None)),
            dropout=bool(getattr(config, "attention_dropout", 0)),
            capped=bool(getattr(config, "attn_logit_softcapping", None)),
            layers=", ".join(sorted(set(getattr(config, "layer_types", None) or ()) - PLAIN_LAYERS)),
            flash=getattr(model, "_supports_flash_attn", True),
            sdpa=getattr(model, "_supports_sdpa", True),
            pluggable=getattr(model, "_supports_attention_backend", True),
        )


@dataclass(frozen=True, slots=True)
class Backend:
    """One way to compute attention over packed documents."""

    name: str
    """What a configuration calls it."""
    implementation: str
    """What transformers is told."""
    collator: Literal["flat", "rows"]
    good: str
    """What it is, in a few words."""
    why_not: Callable[[Machine, Needs], str]
    """Say in a few words what it lacks; nothing where it can be had."""
    prepare: Callable[[], None]
    """Load and register it. Raises whatever the loading raises."""
    fetches: bool = False
    """Preparing it may download."""


def first(limits: Mapping[str, bool]) -> str:
    """Return the first of the limits that holds, or nothing."""
    return next((limit for limit, holds in limits.items() if holds), "")


def _model_class(config: Any) -> Any:
    from transformers import AutoModelForCausalLM

    try:
        return AutoModelForCausalLM._model_mapping[type(config)]
    except KeyError:
        return None


def _installed() -> dict[str, str]:
    versions = {}
    for package in PACKAGES:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return versions


def _varlen_parameters() -> frozenset[str]:
    try:
        from torch.nn.attention.varlen import varlen_attn
    except ImportError:
        return frozenset()
    return frozenset(inspect.signature(varlen_attn).parameters)
