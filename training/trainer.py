"""Train: prepared chats, a model, and what keeps the one from spoiling the other, put together in order.

What can be refused is refused before anything costs time: how a step is dealt to devices, then the data, then attention
and its leak check, then the checkpoint to go on from. The loop itself is in `training.engine`.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from training.config import Config
from training.engine.arguments import Shards, World, accumulation, arguments, one_process_a_device, sent, shards
from training.engine.checkpoints import MODEL, Checkpoint, newest, set_up
from training.engine.guards import (
    alone_in,
    check_agreed,
    check_optimizer,
    check_out,
    check_packed,
    check_shards,
    check_trackers,
    clear_words,
    make_out,
    quiet,
    settle_loss,
)
from training.engine.model import check_lora
from training.engine.plan import Plan
from training.engine.telling import speed, tell_grace, tell_limits, tell_model, tell_steps
from training.errors import UsageError

Tell = Callable[[str], None]


def train(config: Config, *, tell: Tell, preset: str = "") -> Path:
    """Train as configured, from the newest whole checkpoint in `config.out` where there is one.

    preset: the name that the settings, which are kept in `config.out`, give as theirs.

    Returns the folder of the trained model (of its adapters, with LoRA); `config.out` itself where a signal or
    `max_steps` 0 ended it before. Start it once for each device, with torchrun or accelerate. UsageError: something is
    not as it must be; what was trained so far is in the checkpoints.
    """
    quiet()
    world = find_world(config)
    check_lora(config)
    check_optimizer(config)
    check_trackers(config)
    check_out(config.out)
    tell = tell if int(os.environ.get("RANK", "0")) == 0 else lambda _: None
    tell_grace(world, tell)
    plan = prepare_plan(config, world, tell)
    if config.max_steps == 0:
        check_only(plan, tell)
        return config.out
    make_out(config.out)
    with alone_in(config.out), clear_words(config):
        return run(plan, tell, preset)


def find_world(config: Config) -> World:
    """Look at the processes and devices of this run, take this process's own, and refuse what they can't do."""
    import torch

    device = config.device != "cpu" and torch.cuda.is_available()
    if device:
        local = int(os.environ.get("LOCAL_RANK", "0"))
        if local >= torch.cuda.device_count():
            raise UsageError(
                f"{local + 1} processes or more on a node with {torch.cuda.device_count()} devices: start "
                f"`torchrun --nproc-per-node {torch.cuda.device_count()} …`"
            )
        torch.cuda.set_device(local)  # else all of a node load onto the first
        if config.memory.precision == "bf16" and not torch.cuda.is_bf16_supported(including_emulation=False):
            raise UsageError(f"{torch.cuda.get_device_name()} can't compute in bf16: memory.precision fp32")
    size = int(os.environ.get("WORLD_SIZE", "1"))
    here = int(os.environ.get("LOCAL_WORLD_SIZE", str(size)))
    seen = torch.cuda.device_count() if device else 1
    world = World(size, here, device, seen, int(os.environ.get("RANK", "0")))
    if config.max_steps != 0:
        one_process_a_device(world)
    accumulation(config, world.size)
    return world


def prepare_plan(config: Config, world: World, tell: Tell) -> Plan:
    """Decide everything that needs no weights."""
    from training.attention import choose
    from training.engine.batches import Steps
    from training.engine.model import architecture, has_grown
    from training.packed import PackedDataset
    from training.prepare import prepare
    from training.templates import prepare_tokenizer

    shared = _shards(config, world, tell)
    store = prepare(config, tell=tell)
    tokenizer = prepare_tokenizer(config.model)
    made = architecture(config.model, tell)
    if config.model.tokenizer:
        tell(f"tokens by {config.model.tokenizer}, which is not the model's own tokenizer")
    device = "cuda" if world.accelerator else "cpu"
    attention = choose(config.model.attention, device, made, config.memory.precision)
    tell(attention.why)
    packed = PackedDataset(
        store,
        "train",
        window=config.packing.window,
        seed=config.seed,
        epochs=math.ceil(config.epochs),
        mix=config.data.mix,
        enabled=config.packing.enabled,
        repack=config.packing.repack,
    )
    steps = Steps(packed, windows=config.batch.windows, seed=config.seed)
    total = config.max_steps if config.max_steps > 0 else math.ceil(config.epochs * steps.per_epoch)
    tell_steps(config, packed, steps.per_epoch, total, tell)
    tell_limits(config, store, made, tell)
    grown = has_grown(config.model, tokenizer)
    return Plan(config, world, shared, store, tokenizer, made, attention, steps, total, grown)


def check_only(plan: Plan, tell: Tell) -> None:
    """Build the model without its weights and check what can be checked without them."""
    from training.engine.model import load

    model = load(
        plan.config, plan.made, implementation=plan.attention.implementation, tokens=len(plan.tokenizer), without="meta"
    )
    count = sum(part.numel() for part in model.parameters())
    check_packed(plan, None)
    tell(f"{type(model).__name__} of {count:,} parameters, without weights: all is set up, nothing is trained")


def run(plan: Plan, tell: Tell, preset: str = "") -> Path:
    """Load, check, train, and save; the settings are kept once nothing refuses them any more."""
    from training.card import record
    from training.engine.interruption import StopSoon, listening

    config = plan.config
    made = set_up(
        config, data=plan.store.folder.name, steps=plan.total, shards=_files(plan.shared), drawn=plan.steps.drawn
    )
    last = newest(config.out, made)
    with listening(twice=plan.world.size == 1) as wish:
        loop = build(plan, made, tell)
        if loop.is_world_process_zero():
            record(config, preset)
        stop = StopSoon(wish, loop)
        loop.add_callback(stop)
        _go(loop, plan, last, tell)
        if stop.stopped:
            tell(
                f"stopped at step {loop.state.global_step} of {plan.total} ({wish.name or 'a signal'} to a process): "
                f"the checkpoint is in {config.out}; the same command goes on from there"
            )
            return config.out
        folder = config.out / MODEL
        loop.save_trained(folder, half=config.memory.precision == "bf16")
        tell(f"trained {loop.meter.totals.trained:,} tokens in {plan.total} steps: the model is in {folder}")
        return folder


def build(plan: Plan, made: dict[str, Any], tell: Tell) -> Any:
    """Load the model and put the loop around it."""
    from training.collate import collator
    from training.engine.batches import Counted
    from training.engine.evaluation import HeldOut
    from training.engine.keeper import Keeper
    from training.engine.loop import Course, Data
    from training.engine.model import load, with_adapters
    from training.loss import put_loss

    config, world = plan.config, plan.world
    model = load(
        config,
        plan.made,
        implementation=plan.attention.implementation,
        tokens=len(plan.tokenizer),
        without="cpu" if world.rank and sent(config, plan.shared) else "",
        tell=tell,
    )
    loss = "TRL's"
    if config.engine == "own":
        loss = put_loss(model, settle_loss(plan, model, tell))
    check_packed(plan, model)
    if config.lora is not None:
        model = with_adapters(model, config.lora, seed=config.seed, grown=plan.grown)
    tell_model(model, plan, tell)
    evaluated = HeldOut.of(plan.store, window=config.packing.window, multiple=world.size * config.batch.per_device)
    given = arguments(
        config,
        world=world,
        shared=plan.shared,
        layers=sorted(getattr(model, "_no_split_modules", None) or []),
        held_out=bool(evaluated),
    )
    pad = plan.tokenizer.pad_token_id or 0
    batches = Counted(collator(plan.attention.collator, pad=pad))
    named = collator(plan.attention.collator, pad=pad, documents=True)
    loop = _engine(config)(model, given, Data(plan.steps, batches, plan.tokenizer))
    loop.take(Course(config, plan.steps, evaluated, named), **speed(plan))
    loop.add_callback(Keeper(loop, out=config.out, made=made, keep=config.keep, tell=tell))
    check_shards(plan, loop)
    check_agreed(loop, {**made, "model.attention": plan.attention.name, "memory.loss": loss})
    return loop


def _go(loop: Any, plan: Plan, last: Checkpoint | None, tell: Tell) -> None:
    from training.engine.checkpoints import remove_old

    if last is not None:
        loop.meter.totals = last.totals
        tell(f"going on from {last.path}: step {last.step} of {plan.total}")
    check_agreed(loop, {"step": last.step if last is not None else 0})
    if loop.is_world_process_zero():
        remove_old(plan.config.out, plan.config.keep)
    loop.accelerator.wait_for_everyone()
    loop.train(resume_from_checkpoint=str(last.path) if last is not None else None)


def _shards(config: Config, world: World, tell: Tell) -> Shards:
    try:
        return shards(config, world)
    except UsageError as error:
        if config.max_steps != 0:
            raise
        tell(f"not as it will be trained: {error}")
        return Shards("none")


def _engine(config: Config) -> Callable[..., Any]:
    if config.engine == "trl":
        from training.engine.trl_engine import trl_loop

        return trl_loop
    from training.engine.loop import own_loop

    return own_loop


def _files(shared: Shards) -> str:
    return "whole" if shared.kind == "none" else "shards"
