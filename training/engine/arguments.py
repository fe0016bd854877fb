"""From our configuration to the Trainer's arguments: how a step is dealt to devices, and where a model's shards lie."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields
from importlib import import_module
from typing import Any

from training.config import Config
from training.errors import UsageError

NEVER = "no"


@dataclass(frozen=True, slots=True)
class World:
    """The processes of this run."""

    size: int = 1
    per_node: int = 1
    accelerator: bool = False
    """Is there a device other than the CPU?"""
    seen: int = 1
    """Devices that this one process sees."""
    rank: int = 0
    """This process's number among all."""


@dataclass(frozen=True, slots=True)
class Shards:
    """Who holds a model together."""

    kind: str
    """`none`: each process a whole one; `fsdp`: all one together; `hsdp`: those of a node one."""
    replicas: int = 1
    together: int = 1


def accumulation(config: Config, world: int) -> int:
    """Return how many batches of `per_device` windows a process adds up for a step.

    UsageError: the step's windows can't be dealt evenly.
    """
    windows, each = config.batch.windows, config.batch.per_device
    at_once = world * each
    if windows % at_once:
        below, above = windows // at_once * at_once, -(-windows // at_once) * at_once
        fitting = f"batch.windows {below} or {above}" if below else f"batch.windows {above}"
        smaller = [n for n in range(1, each) if windows % (world * n) == 0]
        other = f", or batch.per_device {smaller[-1]}" if smaller else ""
        raise UsageError(
            f"{windows} windows a step can't be dealt evenly to {world} device{'s' if world > 1 else ''} with {each} "
            f"at once: {fitting}{other}"
        )
    return windows // at_once


def shards(config: Config, world: World) -> Shards:
    """Decide how the model is shared. UsageError: it can't be as asked."""
    kind = config.memory.shard
    if kind == "auto":
        whole = world.size == 1 or not world.accelerator or config.lora is not None
        kind = "none" if whole else "fsdp" if world.size == world.per_node else "hsdp"
    if kind != "none" and world.size == 1:
        raise UsageError(f"memory.shard {kind} shares a model between devices, and there is one: `auto` or `none`")
    if kind != "none" and config.lora is not None and config.lora.bits == 4:
        raise UsageError("4-bit weights can't be sharded: memory.shard none, or lora.bits 16")
    if kind == "hsdp":
        if world.size == world.per_node:
            raise UsageError("memory.shard hsdp needs two nodes or more; on one, `fsdp` shares the model between all")
        return Shards("hsdp", world.size // world.per_node, world.per_node)
    return Shards(kind, 1, world.size if kind == "fsdp" else 1)


def one_process_a_device(world: World) -> None:
    """Refuse what the Trainer would turn into `DataParallel`, which tears packs apart."""
    if world.size == 1 and world.seen > 1:
        raise UsageError(
            f"{world.seen} devices and one process: start `torchrun --nproc-per-node {world.seen} -m training train …`"
            ", or let it see one with CUDA_VISIBLE_DEVICES=0"
        )


def sent(config: Config, shared: Shards) -> bool:
    """Say whether the first process alone loads the weights and sends each other its share.

    Else each holds all of them in the memory of its node until they are shared: eight times 29 GB for 7 billion
    parameters. Adapters' bases are in half precision, and adapters are drawn on what is there: each loads its own.
    """
    return shared.kind != "none" and config.lora is None


def share_of_rate(step: int, *, total: int, config: Config) -> float:
    """Return the learning rate after `step` of `total` steps as a share of the highest.

    It rises linearly over the warm-up; then it falls as the schedule says, to `lowest` at the end.
    """
    optimizer = config.optimizer
    if step < optimizer.warmup_steps:
        return step / optimizer.warmup_steps
    if optimizer.schedule == "constant":
        return 1.0
    gone = min(1.0, (step - optimizer.warmup_steps) / max(1, total - optimizer.warmup_steps))
    left = 1 - gone if optimizer.schedule == "linear" else (1 + math.cos(math.pi * gone)) / 2
    return optimizer.lowest + (1 - optimizer.lowest) * left


def arguments(config: Config, *, world: World, shared: Shards, layers: list[str], held_out: bool) -> dict[str, Any]:
    """Return the keyword arguments of `TrainingArguments`. layers: class names of the model's blocks, for shards."""
    save_every, evaluate_every = config.save, config.evaluate
    recompute = config.memory.checkpointing == "full"
    given: dict[str, Any] = {
        "output_dir": str(config.out),
        "per_device_train_batch_size": config.batch.per_device,
        "per_device_eval_batch_size": config.batch.per_device,
        "gradient_accumulation_steps": accumulation(config, world.size),
        "num_train_epochs": config.epochs,
        "max_steps": config.max_steps,
        "optim": config.optimizer.name,
        "learning_rate": config.optimizer.rate,
        "adam_beta1": config.optimizer.betas[0],
        "adam_beta2": config.optimizer.betas[1],
        "adam_epsilon": config.optimizer.eps,
        "weight_decay": config.optimizer.weight_decay,
        "max_grad_norm": config.optimizer.clip,
        "bf16": config.memory.precision == "bf16",
        "torch_compile": config.memory.compile,
        "use_cpu": not world.accelerator,
        "seed": config.seed,
        "data_seed": config.seed,
        "save_strategy": "epoch" if save_every == "epoch" else "steps",
        "save_steps": 500 if save_every == "epoch" else save_every,
        "save_total_limit": None,  # ours are removed once a newer one is whole, not before
        "eval_strategy": NEVER if not held_out else "epoch" if evaluate_every == "epoch" else "steps",
        "eval_steps": None if evaluate_every == "epoch" else evaluate_every,
        "logging_steps": config.log_every,
        "logging_nan_inf_filter": False,  # it would hide what `loop` stops at
        "report_to": list(config.report_to) or "none",
        "disable_tqdm": True,
        "remove_unused_columns": False,
        "average_tokens_across_devices": True,
        "ddp_find_unused_parameters": False,
        "dataloader_pin_memory": world.accelerator,
    }
    if shared.kind == "none":
        name = "activation_checkpointing" if _renamed() else "gradient_checkpointing"
        given[name] = recompute
        return given | ({f"{name}_kwargs": {"use_reentrant": False}} if recompute else {})
    given["fsdp"] = True
    given["fsdp_config"] = {
        "version": 2,
        "auto_wrap_policy": "TRANSFORMER_BASED_WRAP",
        "transformer_layer_cls_to_wrap": layers,
        "reshard_after_forward": True,
        "state_dict_type": "SHARDED_STATE_DICT",
        "activation_checkpointing": recompute,
        "cpu_ram_efficient_loading": sent(config, shared),
    }
    if shared.kind == "hsdp":
        accelerate: Any = import_module("accelerate")
        given["parallelism_config"] = accelerate.ParallelismConfig(
            dp_replicate_size=shared.replicas, dp_shard_size=shared.together
        )
    return given


def _renamed() -> bool:
    """Does this transformers call it `activation_checkpointing`? Since 5.2x; the old name warns."""
    from transformers import TrainingArguments

    return "activation_checkpointing" in {field.name for field in fields(TrainingArguments)}
