"""What a run will take: steps, tokens, memory, hours, money; for this machine or for any that is named.

Computing is counted as the documents are: attention within each of them. Hours are those of a share of the device's
peak (MFU), which nobody knows before a run: three are shown, and the one that somebody's hours would mean.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from training.config import Config
from training.engine.arguments import accumulation
from training.errors import UsageError
from training.flops import Architecture, carried, counted, flops_per_token, lengths_like, recomputed_per_token
from training.hardware import Hardware
from training.memory import Room, fits, remedies, room, sharding
from training.memory import told as size

if TYPE_CHECKING:
    from training.store import Store


@dataclass(frozen=True)
class Lengths:
    """How long the documents of an epoch are."""

    tokens: NDArray[Any]
    """Of each; or of some that stand for all."""
    examples: float
    """How many there are in an epoch."""
    windows: int
    """How many they fill."""
    real: bool
    """Counted in a store, not drawn after a mean."""
    trained: int = 0
    """Tokens that are in the loss; 0: not known."""

    @property
    def mean(self) -> float:
        return float(np.mean(self.tokens)) if len(self.tokens) else 0.0

    @property
    def total(self) -> float:
        """Tokens an epoch."""
        return self.mean * self.examples


@dataclass(frozen=True)
class Estimate:
    """A run reckoned through."""

    config: Config
    made: Architecture
    hardware: Hardware
    lengths: Lengths
    shard: str
    shards: int
    room: Room
    per_token: float
    """Operations."""
    recomputed: float
    """Operations that checkpointing adds to a token."""

    @property
    def steps_an_epoch(self) -> int:
        return math.ceil(self.lengths.windows / self.config.batch.windows)

    @property
    def steps(self) -> int:
        asked = math.ceil(self.config.epochs * self.steps_an_epoch)
        return asked if self.config.max_steps < 0 else min(asked, self.config.max_steps)

    @property
    def tokens(self) -> float:
        """In all steps."""
        whole = self.config.epochs * self.lengths.total
        everything = math.ceil(self.config.epochs * self.steps_an_epoch)
        return whole * self.steps / everything if everything else 0.0

    @property
    def flops(self) -> float:
        return self.tokens * self.per_token

    def hours(self, mfu: float) -> float:
        """Return how long it takes at this share of the peak."""
        speed = self.hardware.devices * self.hardware.peak * mfu
        return self.flops / speed / 3600 if speed else math.inf

    def mfu(self, hours: float) -> float:
        """Return the share of the peak at which it takes so long."""
        return self.hours(1.0) / hours

    def rate(self, hours: float) -> float:
        """Return the tokens a second of one device where it takes so long."""
        return self.tokens / hours / 3600 / self.hardware.devices if hours else 0.0


def reckon(config: Config, hardware: Hardware, lengths: Lengths) -> Estimate:
    """Return the estimate; UsageError where nothing is known of the model."""
    made = architecture(config)
    shard, shards = sharding(config, hardware)
    documents = lengths.tokens
    share = lengths.trained / lengths.total if lengths.trained else 1.0
    per_token = flops_per_token(made, documents, trained=share, frozen=config.lora is not None)
    again = recomputed_per_token(made, documents) if config.memory.checkpointing == "full" else 0.0
    held = room(config, made, shards)
    return Estimate(config, made, hardware, lengths, shard, shards, held, per_token, again)


def architecture(config: Config) -> Architecture:
    """Return the model's architecture: of its folder, of those we carry, or of the hub."""
    return _architecture(config.model.name, config.model.revision)


@cache
def _architecture(name: str, revision: str) -> Architecture:
    from transformers import AutoConfig

    known = None if Path(name).exists() else carried(name)
    try:
        if known is not None:
            return counted(AutoConfig.for_model(known.pop("model_type"), **known))
        return counted(AutoConfig.from_pretrained(name, revision=revision))
    except (OSError, ValueError) as error:
        said = str(error).strip().splitlines()[0][:200]
        raise UsageError(f"model.name: {name} is no folder with a config.json, and no hub's: {said}") from None


def expected(config: Config) -> Lengths:
    """Return lengths drawn after `estimate.mean_tokens`; UsageError where neither it nor data is given."""
    asked = config.estimate
    if not asked.mean_tokens or not asked.examples:
        raise UsageError("nothing to reckon with: give --pairs PATH, or --mean-tokens N and --examples N")
    window = config.packing.window
    drawn = lengths_like(asked.mean_tokens, window)
    full = math.ceil(asked.mean_tokens * asked.examples / window) if config.packing.enabled else asked.examples
    return Lengths(drawn, asked.examples, full, real=False)


def prepared(config: Config, store: Store) -> Lengths:
    """Return what a store's first epoch sees."""
    from training.packed import PackedDataset

    packing = config.packing
    epoch = PackedDataset(
        store, window=packing.window, seed=config.seed, epochs=math.ceil(config.epochs), mix=config.data.mix,
        enabled=packing.enabled, repack=packing.repack,
    )  # fmt: skip
    return Lengths(epoch.lengths, len(epoch.lengths), len(epoch), real=True, trained=epoch.trained)


# -- telling


def told(found: Estimate, assumed: Sequence[str] = ()) -> Iterator[str]:
    """Yield the lines of an estimate."""
    config, lengths = found.config, found.lengths
    kind = " alone, random weights" if config.model.init == "random" else ""
    name = Path(config.model.name)
    shown = name.stem if name.exists() else name
    yield f"model     {shown}{kind}: {_count(found.made.parameters)} parameters"
    drawn = "" if lengths.real else ", as assumed"
    yield (
        f"data      {lengths.examples:,.0f} chats, {_count(lengths.total)} tokens an epoch "
        f"(mean {lengths.mean:,.0f}{drawn})"
    )
    if lengths.real:
        full, trained = lengths.total / lengths.windows / config.packing.window, lengths.trained / lengths.total
        yield f"          {lengths.windows:,} windows, {full:.1%} full; {trained:.0%} of the tokens trained"
    yield from _batch(found)
    yield (
        f"steps     {found.steps:,} ({found.steps_an_epoch:,} an epoch, {config.epochs:g} epochs), "
        f"{_count(found.tokens)} tokens"
    )
    at_once = found.hardware.devices * config.batch.per_device
    fewer = max(lengths.windows // 50 // at_once, 1) * at_once
    if found.steps_an_epoch < 10 and fewer < config.batch.windows:
        few = f"an epoch is {found.steps_an_epoch} step{'s' if found.steps_an_epoch > 1 else ''} of that size"
        yield f"          {few}: for so few chats take --batch.windows={fewer}"
    if found.steps and (share := config.optimizer.warmup_steps / found.steps) > 0.1:
        yield f"          warm-up is {share:.0%} of them: --optimizer.warmup_steps={max(found.steps // 20, 1)} is usual"
    whole = flops_per_token(found.made, [config.packing.window], frozen=config.lora is not None)
    yield (
        f"compute   {found.per_token / 1e9:.4g} GFLOP a token, attention within documents "
        f"({whole / 1e9:.4g} across windows); {found.flops:.3g} FLOP in all"
    )
    yield from _memory(found)
    yield from _time(found)
    yield from (f"assumed   {line}" for line in assumed)


def _batch(found: Estimate) -> Iterator[str]:
    batch, devices = found.config.batch, found.hardware.devices
    window = found.config.packing.window
    yield f"batch     {batch.windows:,} windows of {window:,}: {_count(batch.windows * window)} tokens a step at most"
    try:
        times = accumulation(found.config, devices)
    except UsageError as error:
        yield f"          {error}"
        return
    each = f" on each of {devices}" if devices > 1 else ""
    yield f"          {batch.per_device} at once{each}, {times} time{'s' if times > 1 else ''} a step"


def _memory(found: Estimate) -> Iterator[str]:
    held, hardware = found.room, found.hardware
    how = {"none": "a whole model on each", "fsdp": "sharded over all", "hsdp": f"sharded over {found.shards}"}[
        found.shard
    ]
    where = f"on each device, {how}" if hardware.devices > 1 else "on the device"
    yield f"memory    about {size(held.total)} of {size(hardware.memory)} {where}"
    yield f"          {held}"
    if fits(held, hardware):
        return
    ways = remedies(found.config, found.made, hardware)
    yield f"          It will not fit. {'It would with ' + ways if ways else 'Take a smaller model or more devices'}."


def _time(found: Estimate) -> Iterator[str]:
    hardware, asked = found.hardware, found.config.estimate
    if not hardware.peak:
        yield f"time      the peak of {hardware.name} isn't known: name one that is like it, --hardware '8 x H100'"
        return
    reached = asked.mfu or hardware.reached
    shares = [reached] if asked.mfu else [reached - 0.1, reached, reached + 0.1]
    spans = [f"{_span(found.hours(share))} at {share:.0%} MFU" for share in shares]
    rate = found.rate(found.hours(reached))
    yield f"time      {hardware}: {', '.join(spans)}; {rate:,.0f} tokens/s a device at {reached:.0%}"
    price = asked.price if asked.price is not None else hardware.price
    if price:
        hours = found.hours(reached) * hardware.devices
        whose = "" if asked.price is not None else ", about what one is rented for: --price says another"
        yield f"cost      {hours * price:,.0f} USD for {hours:,.0f} device-hours at {price:g} an hour{whose}"
    if asked.hours:
        yield (
            f"          {asked.hours:g} hours, as given, would be {found.mfu(asked.hours):.1%} MFU, "
            f"{found.rate(asked.hours):,.0f} tokens/s a device"
        )


def table(config: Config, hardware: Hardware, means: Sequence[float]) -> Iterator[str]:
    """Yield a row for each mean length of as many chats: what they'd take, in `estimate.hours` if those are given."""
    asked = config.estimate
    yield "mean tokens | an epoch | in all | steps (s each) | hours | tokens/s a device | MFU | with recomputing"
    yield "---:|---:|---:|---:|---:|---:|---:|---:"
    for mean in means:
        updated = config.model_copy(update={"estimate": asked.model_copy(update={"mean_tokens": mean})})
        found = reckon(updated, hardware, expected(updated))
        hours = asked.hours or found.hours(asked.mfu or hardware.reached)
        mfu = found.mfu(hours)
        spent = mfu * (1 + found.recomputed / found.per_token)
        yield (
            f"{mean:,.0f} | {_count(found.lengths.total)} | {_count(found.tokens)} | "
            f"{found.steps:,} ({hours * 3600 / max(found.steps, 1):.1f}) | {hours:,.1f} | {found.rate(hours):,.0f} | "
            f"{mfu:.1%} | {spent:.1%}"
        )


def _count(number: float) -> str:
    for least, unit, letter in ((1e9, 1e9, "B"), (1e6, 1e6, "M"), (1e4, 1e3, "k")):
        if number >= least:
            return f"{number / unit:,.2f} {letter}"
    return f"{number:,.0f}"


def _span(hours: float) -> str:
    if hours < 1 / 60:
        return f"{hours * 3600:.0f} s"
    return (
        f"{hours * 60:.0f} min"
        if hours < 2
        else f"{hours:,.{hours < 20:d}f} h"
        if hours < 96
        else f"{hours / 24:,.1f} days"
    )
