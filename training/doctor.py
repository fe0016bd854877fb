"""`python -m training doctor`: what training needs, what is there, and what to do about the rest; one line each.

It looks and does not touch: nothing is installed, fetched or written. With settings it looks at what they ask for too.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

from training.config import Config
from training.errors import Uncounted, UsageError

NEEDED: Final = ("torch", "transformers", "accelerate")
"""Without these nothing is trained."""
INSTALL: Final = "pip install 'agentinstruct[train]'"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at."""

    level: Literal["ok", "note", "bad"]
    """`note`: it goes without. `bad`: nothing can be trained, or not as asked."""
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.level:4}  {self.what}" + (f" -> {self.remedy}" if self.remedy else "")


Look = Callable[[Config | None], Iterator[Finding]]


def doctor(config: Config | None, tell: Callable[[str], None]) -> int:
    """Tell what was found, a line each; return 0 if training can start, else 1."""
    problems = 0
    for finding in examine(config):
        tell("".join(c if c.isprintable() else " " for c in str(finding)))
        problems += finding.level == "bad"
    tell("Training can start." if not problems else f"Training can't start: {problems} line(s) above begin with 'bad'.")
    return 1 if problems else 0


def examine(config: Config | None) -> Iterator[Finding]:
    """Look at everything, one after the other. Never raises: what can't be looked at is a finding too."""
    found = list(packages(config))
    yield from found
    if any(finding.level == "bad" for finding in found):
        return
    looks: tuple[Look, ...] = (extras, devices, attention, hub, store)
    for look in looks if config is None else (*looks, model, data, memory, out):
        try:
            yield from look(config)
        except Uncounted:  # `model` says it once
            continue
        except UsageError as error:
            yield Finding("bad", f"{look.__name__}: {error}")
        except Exception as error:
            said = " ".join(str(error).split())[:300]
            yield Finding("bad", f"{look.__name__} could not be looked at: {type(error).__name__}: {said}")


# -- this installation


def packages(config: Config | None) -> Iterator[Finding]:
    """Are the libraries there?"""
    from importlib.metadata import version

    yield Finding("ok", f"Python {'.'.join(map(str, sys.version_info[:3]))}")
    lacking = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if lacking:
        yield Finding("bad", f"{', '.join(lacking)} not installed", INSTALL)
    else:
        yield Finding("ok", ", ".join(f"{name} {version(name)}" for name in NEEDED))


def extras(config: Config | None) -> Iterator[Finding]:
    """Is there what some settings want?"""
    wants: dict[str, tuple[bool, str, str]] = {
        "peft": (config is not None and config.lora is not None, "adapters (`lora`)", INSTALL),
        "bitsandbytes": (
            config is not None and (bool(config.lora and config.lora.bits == 4) or "8bit" in config.optimizer.name),
            "`lora.bits: 4` and optimizers in 8 bits",
            "pip install bitsandbytes",
        ),
        "trl": (config is not None and config.engine == "trl", "`engine: trl`", "pip install 'agentinstruct[trl]'"),
        "liger_kernel": (
            config is not None and config.memory.loss == "liger", "`memory.loss: liger`", "pip install liger-kernel"
        ),
        "pyarrow": (False, "pairs in Parquet", "pip install 'agentinstruct[parquet]'"),
    }  # fmt: skip
    for name, (wanted, what, remedy) in wants.items():
        if importlib.util.find_spec(name) is not None:
            yield Finding("ok", f"{name}: {what}")
        elif wanted:
            yield Finding("bad", f"{name} is not installed, and {what} needs it", remedy)
        else:
            yield Finding("note", f"{name} is not installed: no {what}", remedy)


def devices(config: Config | None) -> Iterator[Finding]:
    """What is there to compute on?"""
    import torch

    from training.hardware import GB, here

    found = here()
    if found.is_cpu:
        cuda = " PyTorch is a build without CUDA." if shutil.which("nvidia-smi") and not torch.version.cuda else ""
        what = f"no GPU that PyTorch sees: {os.cpu_count()} CPU cores, {found.memory / GB:.0f} GB.{cuda}"
        remedy = "install the build for your GPU, as pytorch.org says" if cuda else "preset tiny-cpu trains here"
        yield Finding("note", what, remedy)
        return
    peak = f"{found.peak / 1e12:.0f} TFLOP/s" if found.peak else "of unknown speed: no MFU is shown"
    yield Finding("ok", f"{found}: {found.memory / GB:.0f} GB each, {peak}")
    if not torch.cuda.is_bf16_supported():
        yield Finding("bad", f"{found.name} has no BF16", "--memory.precision=fp32, slowly; or a GPU since the A100")
    if found.devices > 1 and "WORLD_SIZE" not in os.environ:
        yield Finding("note", f"{found.devices} GPUs", f"torchrun --nproc-per-node {found.devices} -m training train …")


def attention(config: Config | None) -> Iterator[Finding]:
    """Which ways of keeping packed chats apart are there?"""
    import torch

    from training.attention import available
    from training.attention.backend import PACKAGES

    device = "cuda" if torch.cuda.is_available() and (config is None or config.device != "cpu") else "cpu"
    asked = config.model.attention if config else "auto"
    there = available(device)
    for name, can, why in there:
        level: Literal["ok", "note", "bad"] = "ok" if can else "bad" if name == asked else "note"
        remedy = next((how for package, how in PACKAGES.items() if why == f"{package} is not installed"), "")
        yield Finding(level, f"attention {name}: {why}", remedy)
    if asked != "auto" and asked not in {name for name, _, _ in there}:
        yield Finding("bad", f"there is no attention {asked}", f"auto, {', '.join(name for name, _, _ in there)}")


def hub(config: Config | None) -> Iterator[Finding]:
    """Where would models come from?"""
    if os.environ.get("HF_HUB_OFFLINE", "") in ("1", "true", "True", "TRUE", "yes", "on"):
        yield Finding("note", "HF_HUB_OFFLINE is set: models must be folders, or in the cache already")
    else:
        yield Finding("ok", "models may come from the hub")


def store(config: Config | None) -> Iterator[Finding]:
    """Can tokens be kept?"""
    from training.prepare import store_folder

    folder = store_folder(config or Config.model_validate({"model": {"name": "-"}}))
    yield from _room(folder, 1.0, "prepared tokens", "--store=FOLDER is another")


# -- what is asked for


def model(config: Config | None) -> Iterator[Finding]:
    """Is the model known, and has its tokenizer a template?"""
    assert config is not None
    from training.estimate import architecture

    try:
        made = architecture(config)
        yield Finding("ok", f"model {config.model.name}: {made.parameters / 1e9:.2f} billion parameters")
    except Uncounted as error:
        yield Finding("note", str(error))
    from training.templates import load_template, prepare_tokenizer

    tokenizer = prepare_tokenizer(config.model)
    template = load_template(config.model.template, tokenizer)
    yield Finding("ok", f"template {template.name}: a turn ends with {template.end_of_turn}")


def data(config: Config | None) -> Iterator[Finding]:
    """Is there something to train on?"""
    assert config is not None
    if not config.data.paths:
        yield Finding("note", "no pairs are named", "--pairs PATH")
        return
    from training.reading import read_rows

    first = next(iter(read_rows(config.data)), None)
    if first is None:
        yield Finding("bad", "no pair is to be trained on", "other --pairs, or --data.verdict=any")
    else:
        yield Finding("ok", f"pairs in {', '.join(map(str, config.data.paths))}")


def memory(config: Config | None) -> Iterator[Finding]:
    """Does it fit?"""
    assert config is not None
    from training.estimate import architecture
    from training.hardware import GB, cpu, here, named
    from training.memory import fits, remedies, room, sharding

    device: Any = cpu() if config.device == "cpu" else here()
    if config.estimate.hardware and device.is_cpu and config.device != "cpu":
        device = named(config.estimate.hardware)
    made = architecture(config)
    held = room(config, made, sharding(config, device)[1])
    what = f"about {held.total / GB:.1f} GB on each of {device}, which has {device.memory / GB:.0f}"
    if fits(held, device):
        yield Finding("ok", what)
    else:
        yield Finding("bad", what, remedies(config, made, device) or "a smaller model, or more devices")


def out(config: Config | None) -> Iterator[Finding]:
    """Is there room for checkpoints: sixteen bytes a weight each, one more while it is written, and the model?"""
    assert config is not None
    from training.estimate import architecture
    from training.hardware import GB
    from training.memory import adapters

    made = architecture(config)
    trained = adapters(made, config.lora) if config.lora else made.parameters
    needed = (12.0 * trained * (config.keep + 1) + 2.0 * trained) / GB
    yield from _room(
        config.out, needed, f"{config.keep + 1} checkpoints and the model", "--keep=1, or --out=FOLDER elsewhere"
    )


def _room(folder: Path, needed: float, what: str, remedy: str) -> Iterator[Finding]:
    there = folder.absolute()
    while not there.exists():
        there = there.parent
    if not os.access(there, os.W_OK):
        yield Finding("bad", f"nothing can be written to {there}", remedy)
        return
    free = shutil.disk_usage(there).free / 1e9
    said = f"{free:.0f} GB free for {what} in {folder}" + (f", about {needed:.1f} wanted" if needed >= 1.5 else "")
    yield Finding("ok", said) if free > needed else Finding("bad", said, remedy)
