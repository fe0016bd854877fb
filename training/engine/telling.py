"""What a reader is told before the first step, and what speed is measured against."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from typing import Any

from training.config import Config
from training.engine.arguments import World
from training.engine.plan import Plan
from training.errors import UsageError
from training.flops import counted, flops_per_token
from training.hardware import Hardware, here

Tell = Callable[[str], None]


def tell_steps(config: Config, packed: Any, per_epoch: int, total: int, tell: Tell) -> None:
    """Say how full the packs are and how many steps they make, and whether the warm-up fits."""
    packs = len(packed) - packed.padding
    tell(
        f"{packs:,} packs of {config.packing.window:,} tokens, {100 * packed.fill:.2f} % full; {total:,} steps, "
        f"{per_epoch:,} an epoch, of {config.batch.windows:,} windows, {packed.padding} of an epoch's last step empty"
    )
    if 0 < total <= config.optimizer.warmup_steps:
        tell(
            f"the warm-up of {config.optimizer.warmup_steps} steps is as long as the run or longer: the rate never "
            f"gets to {config.optimizer.rate:g}. Lower optimizer.warmup_steps"
        )


def tell_limits(config: Config, store: Any, made: Any, tell: Tell) -> None:
    """Say what is no fault and may surprise: chats longer than the model's positions, and that nothing is held out."""
    positions, longest = getattr(made.get_text_config(), "max_position_embeddings", None), int(store.lengths.max())
    if positions and longest > positions:
        tell(
            f"the longest chat has {longest:,} tokens, and the model's positions end at {positions:,}: it will be poor "
            f"at what comes after them; packing.window {positions} cuts such chats back"
        )
    if set(store.splits) <= {"train"}:
        why = "there are too few seeds for data.hold_out" if config.data.hold_out else "data.hold_out 0.05 would do it"
        tell(f"nothing is held out, so that nothing is known of how it does on other chats: {why}")


def tell_model(model: Any, plan: Plan, tell: Tell) -> None:
    """Say how large the model is and who holds it."""
    whole = sum(part.numel() for part in model.parameters())
    trained = sum(part.numel() for part in model.parameters() if part.requires_grad)
    share = "" if whole == trained else f", {trained:,} of them trained"
    tell(
        f"{plan.made.model_type}, {whole:,} parameters{share}; {plan.world.size} process"
        f"{'es' if plan.world.size > 1 else ''}, model {'in each' if plan.shared.kind == 'none' else plan.shared.kind}"
    )


def tell_grace(world: World, tell: Tell) -> None:
    """Say how long processes are given to save, where nobody has said it: a launcher ends them after that."""
    if world.size > 1 and "TORCHELASTIC_RUN_ID" in os.environ and "TORCH_ELASTIC_SHUTDOWN_TIMEOUT" not in os.environ:
        tell(
            "torchrun kills its processes half a minute after a signal, which may be too short for a batch and a "
            "checkpoint: start it with TORCH_ELASTIC_SHUTDOWN_TIMEOUT=570 in the environment, or its --shutdown-timeout"
        )


def speed(plan: Plan) -> dict[str, float]:
    """Return what the share of the devices' peak is reckoned from; nothing where processes share a CPU."""
    if not plan.world.accelerator and plan.world.size > 1:
        return {}
    packed, frozen = plan.steps.packed, plan.config.lora is not None
    try:  # logits are made of trained tokens alone, so no more is counted
        made, share = counted(plan.made), packed.trained / packed.tokens
        per_token = flops_per_token(made, packed.lengths, trained=share, frozen=frozen)
    except UsageError:
        return {}
    return {"flops": per_token, "peak": _hardware().peak}


@cache
def _hardware() -> Hardware:
    return here()
