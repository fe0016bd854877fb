"""What keeps a training from being wrong without a word, and what turns faults of the machine into words."""

from __future__ import annotations

import errno
import os
import shutil
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch.distributed.checkpoint.api import CheckpointException

from training.config import Config
from training.engine.plan import Plan
from training.errors import ProcessError, UsageError

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
FULL_WORDS = ("os error 28", "os error 27", "[Errno 28]", "[Errno 27]", "[Errno 122]", "inline_container.cc")
"""How those say it that write through Rust (safetensors) and C++ (torch), or tell of other processes (shards)."""


def check_packed(plan: Plan, model: Any) -> None:
    """Look whether packed chats see each other: in the model itself, or, where it is None or its parts will lie on many
    devices, in a small one of its kind. UsageError: they do."""
    from training.collate import collator
    from training.engine.model import twin
    from training.leak import check_leak
    from training.loss import kind_for, put_loss

    device = "cuda" if plan.world.accelerator else "cpu"
    if model is None or plan.shared.kind != "none":
        looked_at = twin(plan.made, implementation=plan.attention.implementation, device=device)
        if plan.config.engine == "own":
            put_loss(looked_at, kind_for(looked_at))
    else:  # one in four bits was loaded where it stays, and can't be moved
        looked_at = model if model.device.type == device else model.to(device)
    made, kept = collator(plan.attention.collator), getattr(looked_at.config, "use_cache", None)
    looked_at.config.use_cache = False  # as each Trainer sets it
    try:
        check_leak(looked_at, made, looked_at.config.vocab_size, plan.config.memory.precision)
    finally:
        looked_at.config.use_cache = kept


def check_shards(plan: Plan, loop: Any) -> None:
    """Look whether a model is shared as it is to be. UsageError: as a whole in each, or by others' settings."""
    kind = str(loop.accelerator.distributed_type).rsplit(".", 1)[-1]
    if plan.shared.kind == "none" and kind in ("FSDP", "DEEPSPEED"):
        raise UsageError(
            f"accelerate's own settings share the model ({kind}), and memory.shard is none: say memory.shard fsdp or "
            "hsdp, or launch with plain settings"
        )
    if plan.shared.kind != "none" and kind != "FSDP":
        raise UsageError(
            f"memory.shard {plan.shared.kind} can't be had on a CPU, where accelerate would train a whole model in "
            "each process without a word: memory.shard none"
        )


def check_agreed(loop: Any, facts: Mapping[str, Any]) -> None:
    """Look whether all processes are about to do the same. UsageError: they aren't; what differs is named.

    facts: what each has found out for itself. Nothing else would tell: gradients of one data, or of one attention, are
    added to those of another.
    """
    if loop.accelerator.num_processes == 1:
        return
    every: list[Any] = [None] * loop.accelerator.num_processes
    torch.distributed.all_gather_object(every, dict(facts))
    differing = sorted(name for name in facts if any(one.get(name) != facts[name] for one in every))
    if not differing:
        return
    if differing == ["step"]:
        raise UsageError(
            "the processes see different checkpoints: `out` must be a folder that all nodes share (NFS, Lustre, …)"
        )
    said = "; ".join(f"{name} is {_by_process(every, name)}" for name in differing[:3])
    raise UsageError(
        f"the processes would not do the same: {said}. Give all nodes the same data, settings and packages, or say the "
        "one that all can have"
    )


def _by_process(every: Sequence[Mapping[str, Any]], name: str) -> str:
    """Say who has which value: `sdpa_docs in process 3, torch_varlen in the others`."""
    who: dict[str, list[int]] = {}
    for number, facts in enumerate(every):
        who.setdefault(str(facts.get(name)), []).append(number)
    ordered = sorted(who.items(), key=lambda one: len(one[1]))
    few = [f"{value} in process {', '.join(map(str, numbers[:4]))}" for value, numbers in ordered[:-1][:3]]
    return f"{', '.join(few)}, {ordered[-1][0]} in the others"


def settle_loss(plan: Plan, model: Any, tell: Callable[[str], None]) -> str:
    """Return the kind of loss to train with, tried on this process's device.

    Where the parts of the model will lie on many devices a small one of its kind is asked: all processes get the same
    answer, also those that hold no weights. UsageError: the kind that is asked for is wrong here.
    """
    from training.engine.model import twin
    from training.loss import kind_for
    from training.loss_check import tried

    asked, device = plan.config.memory.loss, "cuda" if plan.world.accelerator else "cpu"
    if plan.shared.kind != "none":
        model = twin(plan.made, implementation=plan.attention.implementation, device="cpu")
    half = plan.config.memory.precision == "bf16"
    return tried(kind_for(model, asked), asked, device=device, half=half, tell=tell)


def check_optimizer(config: Config) -> None:
    """Look whether the Trainer knows the optimizer. UsageError: it doesn't."""
    from difflib import get_close_matches

    from transformers.training_args import OptimizerNames

    known = [str(one.value) for one in OptimizerNames]
    if config.optimizer.name not in known:
        near = get_close_matches(config.optimizer.name, known, 3) or ["adamw_torch_fused", "adamw_torch", "adamw_8bit"]
        raise UsageError(
            f"optimizer.name {config.optimizer.name}: the Trainer has no such; it has {', '.join(near)}, …"
        )


def check_trackers(config: Config) -> None:
    """Look whether what figures are reported to is installed. UsageError: it isn't, or it is unknown."""
    from transformers.integrations import get_available_reporting_integrations

    there = get_available_reporting_integrations()
    if lacking := [name for name in config.report_to if name not in there]:
        raise UsageError(
            f"report_to {', '.join(lacking)}: not installed here, or unknown; there can be had: "
            f"{', '.join(sorted(there)) or 'none'}"
        )


def check_out(out: Path) -> None:
    """Look whether a folder can be made and written to, and make nothing. UsageError: it can't."""
    there = out.absolute()
    while not there.exists():
        there = there.parent
    if not there.is_dir():
        raise UsageError(f"{there} is a file: give a folder as `out`")
    if not os.access(there, os.W_OK | os.X_OK):
        raise UsageError(f"nothing can be written to {there}: give another `out`")


def make_out(out: Path) -> None:
    """Make the folder of a run. UsageError: it can't be."""
    check_out(out)
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{out} can't be made ({error.strerror}): give another `out`") from None


@contextmanager
def alone_in(out: Path) -> Iterator[None]:
    """Keep a second training out of the folder. UsageError: one is in it."""
    from filelock import FileLock, Timeout

    if int(os.environ.get("RANK", "0")) != 0:
        yield
        return
    lock = FileLock(out / ".training.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise UsageError(f"another process trains in {out}: wait for it, or give another `out`") from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def clear_words(config: Config) -> Iterator[None]:
    """Turn what a user can mend, a device or a disk too small, into one line."""
    try:
        yield
    except torch.OutOfMemoryError as error:
        raise ProcessError(
            f"the device's memory is too small ({str(error).splitlines()[0][:160]}). What helps, the cheapest first: "
            f"{', '.join(_ways(config))}; `estimate` says how much is needed"
        ) from error
    except (Exception, CheckpointException) as error:  # the latter, of shards, is no Exception
        if not _disk_full(error):
            raise
        free = shutil.disk_usage(config.out).free / 2**20
        raise ProcessError(
            f"no room for a checkpoint in {config.out.resolve()} ({free:,.0f} MiB are left): free some, or lower "
            "`keep`; the same command goes on from the last whole checkpoint"
        ) from error


def _disk_full(error: BaseException | None) -> bool:
    """Say whether a file could not be written; of three writers each says it in its own way."""
    while error is not None:
        if isinstance(error, OSError) and error.errno in FULL:
            return True
        if any(word in str(error) for word in FULL_WORDS) and "Reader" not in str(error):
            return True
        error = error.__cause__ or error.__context__
    return False


def _ways(config: Config) -> list[str]:
    lora = ["lora (preset lora)"] if config.lora is None else ["lora.bits 4"] if config.lora.bits != 4 else []
    return [
        *(["batch.per_device 1"] if config.batch.per_device > 1 else []),
        *(["memory.checkpointing full"] if config.memory.checkpointing != "full" else []),
        *lora,
        *(["memory.shard fsdp on more devices"] if config.lora is None else []),
        "a smaller packing.window",
    ]


def quiet() -> None:
    """Leave out what transformers says: our lines say it, and its bars would fill a log file."""
    from transformers.utils import logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    warnings.filterwarnings("ignore", category=FutureWarning, module=r"(transformers|peft|accelerate|trl)\b")
