"""What a training run holds on one device, in bytes, and how many devices must share a model for it to fit.

Weights, gradients and AdamW's two moments are in FP32 where all is trained, with a BF16 copy to compute with; a base
that adapters are trained on is in BF16, or in four bits. What a layer keeps for its backward pass was counted from the
tensors that transformers' Llama-like layers save (a test counts them again); the rest is allowance.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass, fields
from typing import Any, Final

from training.config import Config, Lora
from training.engine.arguments import World, shards
from training.flops import Architecture
from training.hardware import GB, Hardware

KEPT: Final = {"fp32": (32, 16, 8), "autocast": (30, 8, 4), "bf16": (20, 8, 4)}
"""Bytes that a layer keeps for a token: for each of the hidden size, of the feed-forward's, of keys (or values)."""
STREAM: Final = {"fp32": 4, "autocast": 4, "bf16": 2}
"""Bytes of a number that goes from layer to layer."""
NF4: Final = 0.52
"""Bytes of a weight in four bits, with its scales."""
PIECE: Final = {"cpu": 64 * 2**20, "gpu": 256 * 2**20}
"""Bytes of the logits that a chunked loss holds at once; as `training.cross_entropy` has it."""
ALLOWANCE: Final = 1.5 * GB
"""For the driver's own, the kernels' and what lies between allocations; with 5 % of the rest."""
FITS: Final = 0.97


@dataclass(frozen=True)
class Room:
    """Bytes on one device at the worst moment."""

    weights: float
    gradients: float
    optimizer: float
    copies: float
    """Weights in the precision that is computed in, and what is gathered from other devices."""
    activations: float
    logits: float
    rest: float

    @property
    def total(self) -> float:
        return float(sum(astuple(self)))

    def __str__(self) -> str:
        parts = [(field.name, getattr(self, field.name)) for field in fields(self)]
        return ", ".join(f"{name} {told(value)}" for name, value in parts if value >= self.total / 1000)


def told(size: float) -> str:
    """Say a number of bytes."""
    return f"{size / GB:.1f} GB" if size >= 0.1 * GB else f"{size / 1e6:.1f} MB"


def room(config: Config, made: Architecture, shards: int = 1) -> Room:
    """Return what a device holds where `shards` of them share one model."""
    sharded, bf16 = shards > 1, config.memory.precision == "bf16"
    how = "fp32" if not bf16 else "bf16" if sharded or config.lora else "autocast"
    trained = adapters(made, config.lora) + _grown(config, made) if config.lora else made.parameters
    base = _base(made, config.lora, bf16) if config.lora else 0.0
    through, layer = _activations(config, made, how)
    copies = 0.0
    if sharded:
        copies = 6.0 * made.linear / made.layers + 2.0 * made.head * (1 if made.tied else 2)
    elif how == "autocast":  # let go before the backward pass, in which a layer's tensors are there instead
        copies = max(2.0 * made.linear - layer, 0.0)
    logits = _logits(config, made)
    if config.memory.checkpointing == "full":  # before the first layer's tensors are there again
        logits = max(logits - layer, 0.0)
    held = (
        (base + 4.0 * trained) / shards,
        4.0 * trained / shards,
        moments(config.optimizer.name) * trained / shards,
        copies,
        through + layer,
        logits,
    )
    return Room(*held, rest=ALLOWANCE + 0.05 * sum(held) if config.device != "cpu" else 0.0)


def adapters(made: Architecture, lora: Lora) -> int:
    """Return how many numbers the adapters have."""
    queries, keys = made.heads * made.head_dim, made.kv_heads * made.head_dim
    ends = {
        "q_proj": made.hidden + queries, "k_proj": made.hidden + keys, "v_proj": made.hidden + keys,
        "o_proj": made.hidden + queries, "gate_proj": (made.hidden + made.intermediate) * made.experts,
        "up_proj": (made.hidden + made.intermediate) * made.experts,
        "down_proj": (made.hidden + made.intermediate) * made.experts,
    }  # fmt: skip
    if not made.gated:
        del ends["gate_proj"]
    chosen = [ends[name] for name in lora.targets if name in ends] or list(ends.values())
    return lora.rank * made.layers * sum(chosen)


def _grown(config: Config, made: Architecture) -> int:
    """A template that adds tokens has the embedding trained beside the adapters: of the built-in ones, that is ours."""
    return made.head * (1 if made.tied else 2) if config.model.template == "orca3" else 0


def moments(optimizer: str) -> float:
    """Return the bytes that an optimizer of this name keeps for a weight."""
    if "8bit" in optimizer:
        return 2.0
    if "4bit" in optimizer:
        return 1.0
    return 4.0 if optimizer in ("sgd", "lion_32bit") else 0.1 if "adafactor" in optimizer else 8.0


def _base(made: Architecture, lora: Lora, bf16: bool) -> float:
    each = NF4 if lora.bits == 4 else 2.0 if bf16 else 4.0
    return made.linear * each + (made.parameters - made.linear) * (2.0 if bf16 else 4.0)


def _activations(config: Config, made: Architecture, how: str) -> tuple[float, float]:
    """What is kept of all layers, and what of one while its backward pass goes on."""
    hidden, feed, keys = KEPT[how]
    layer = hidden * made.hidden + feed * made.intermediate * made.experts_used + keys * made.kv_heads * made.head_dim
    tokens = float(config.batch.per_device * config.packing.window)
    if config.memory.checkpointing == "full":
        return tokens * made.layers * STREAM[how] * made.hidden, tokens * layer
    return tokens * (made.layers - 1) * layer, tokens * layer


def _logits(config: Config, made: Architecture) -> float:
    """Logits with what is made of them, in pieces or all at once; in pieces, the head and its gradient once more."""
    tokens = config.batch.per_device * config.packing.window
    if config.memory.loss == "plain":
        return 12.0 * tokens * made.vocab
    piece = min(PIECE["cpu" if config.device == "cpu" else "gpu"], 4.0 * tokens * made.vocab)
    gradient = 0.0 if config.lora else 4.0 * made.head
    return 2.5 * piece + gradient + (2.0 * made.head if config.memory.precision == "bf16" else 0.0)


def sharding(config: Config, hardware: Hardware) -> tuple[str, int]:
    """Return which of `none`, `fsdp`, `hsdp` it is, and how many devices share a model. UsageError: it can't be."""
    shared = shards(config, World(hardware.devices, min(hardware.per_node, hardware.devices), not hardware.is_cpu))
    return shared.kind, shared.together


def fits(held: Room, hardware: Hardware) -> bool:
    return held.total <= FITS * hardware.memory


def shortage(config: Config, made: Architecture, hardware: Hardware) -> str:
    """Say what is lacking and what would do; empty where it fits."""
    held = room(config, made, sharding(config, hardware)[1])
    if fits(held, hardware):
        return ""
    ways = remedies(config, made, hardware)
    return (
        f"about {told(held.total)} are wanted on each device, which has {told(hardware.memory)}: it will hardly fit. "
        + (f"It would with {ways}" if ways else "Take a smaller model, or more devices")
    )


def remedies(config: Config, made: Architecture, hardware: Hardware) -> str:
    """Return what makes it fit, as words for the command line: the first that does, the least change first; or ""."""
    cheap = {"batch.per_device": 1, "memory.checkpointing": "full", "memory.loss": "chunked", "memory.shard": "auto"}
    if config.memory.loss != "plain":
        del cheap["memory.loss"]
    ways: list[dict[str, Any]] = [dict(list(cheap.items())[: n + 1]) for n in range(len(cheap))]
    if config.lora is None:
        ways += [{**cheap, "optimizer.name": "adamw_8bit"}, {**cheap, "lora.rank": 16, "optimizer.rate": 2e-4}]
    few = {**ways[-1], "lora.bits": 4}
    for way in (*ways, few, {**few, "packing.window": 2048}):
        changed = _changed(config, way)
        if fits(room(changed, made, sharding(changed, hardware)[1]), hardware):
            said = [f"--{name}={value}" for name, value in way.items() if _differs(config, name, value)]
            return " ".join(said)
    return ""


def _changed(config: Config, way: Mapping[str, Any]) -> Config:
    for name, value in way.items():
        section, field = name.split(".")
        below = getattr(config, section) or Lora()
        config = config.model_copy(update={section: below.model_copy(update={field: value})})
    return config


def _differs(config: Config, name: str, value: object) -> bool:
    section, field = name.split(".")
    return bool(getattr(getattr(config, section), field, None) != value)
