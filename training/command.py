"""The commands of `python -m training`, each in a few lines: whom it calls with what it was told.

Whatever one needs is imported when it runs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from training.errors import UsageError
from training.words import Asked, read

if TYPE_CHECKING:
    from training.config import Config

Tell = Callable[[str], None]
MEANS: Final = (750.0, 2000.0, 4000.0)
"""Tokens a chat, for which an estimate without data is made beside its own."""
STOPPED: Final = 75
"""Exit code where training stopped before its end, as sysexits.h has it: a failure for now, try again."""


def run(words: Sequence[str], tell: Tell) -> int:
    """Read a command line and do it; return the exit code."""
    asked = read(words)
    return _COMMANDS[asked.options.command](asked, tell)


def _settings(asked: Asked) -> Config:
    from training import settings

    options = asked.options
    config = settings.read(options.config, options.preset, asked.overrides)
    if options.pairs:
        data = config.data.model_copy(update={"paths": tuple(path.expanduser() for path in options.pairs)})
        config = config.model_copy(update={"data": data})
    return config


def _with_data(asked: Asked) -> Config:
    config = _settings(asked)
    if not config.data.paths:
        raise UsageError("no pairs: --pairs PATH, a run's folder or what `python -m teams export` wrote")
    return config


def _prepare(asked: Asked, tell: Tell) -> int:
    from training.prepare import prepare

    prepare(_with_data(asked), tell=tell)
    return 0


def _preview(asked: Asked, tell: Tell) -> int:
    config, options = _with_data(asked), asked.options
    from training.preview import preview

    colour = False if options.no_colour else None
    preview(
        config, tell=tell, chats=options.chats, skill=options.skill, ids=options.ids, whole=options.whole, colour=colour
    )
    return 0


def _estimate(asked: Asked, tell: Tell) -> int:
    config = _settings(asked)
    from training import estimate, hardware
    from training.settings import assumptions

    asks = config.estimate
    devices = hardware.cpu() if config.device == "cpu" else hardware.here()
    if asks.hardware:
        devices = hardware.named(asks.hardware)
    if config.data.paths:
        from training.prepare import prepare

        lengths = estimate.prepared(config, prepare(config, tell=tell))
    else:
        lengths = estimate.expected(config)
    for line in estimate.told(estimate.reckon(config, devices, lengths), assumptions(config)):
        tell(line)
    if asks.mean_tokens and not lengths.real and devices.peak and config.max_steps < 0:
        means = sorted({asks.mean_tokens, *(mean for mean in MEANS if mean < config.packing.window)})
        tell("")
        for line in estimate.table(config, devices, means):
            tell(line)
    return 0


def _train(asked: Asked, tell: Tell) -> int:
    config = _with_data(asked)
    first = os.environ.get("RANK", "0") == "0"
    for line in _told(config, _preset(asked)) if first else ():
        tell(line)
    from training.trainer import train

    left = train(config, tell=tell, preset=_preset(asked))
    is_over = config.max_steps == 0 or left != config.out
    # To torchrun any number but 0 is a failure, of which it prints a traceback; clusters/node.sh looks for the model.
    return 0 if is_over or "TORCHELASTIC_RUN_ID" in os.environ else STOPPED


def _told(config: Config, preset: str) -> Iterator[str]:
    """Say what of a preset is its author's word and not its source's, and what is neither."""
    from training.settings import assumptions, changes

    if assumed := [line for line in assumptions(config) if not line.startswith("estimate.")]:
        yield f"assumed, since the source of {preset} does not say: {', '.join(assumed)}"
    elsewhere = ("estimate.", "assumed", "data.paths", "out ", "store ", "max_steps ")
    if problem := _too_small(config):
        yield problem
    if preset and (ours := [line for line in changes(config, preset) if not line.startswith(elsewhere)]):
        yield f"other than in {preset}: {', '.join(ours)}"


def _too_small(config: Config) -> str:
    """Say that the devices' memory will hardly do; reckoned, so that it is a word and no refusal."""
    from training.estimate import architecture
    from training.hardware import here
    from training.memory import shortage

    if config.device == "cpu" or config.max_steps == 0:
        return ""
    devices = here()
    if devices.is_cpu:
        return ""
    world, node = (int(os.environ.get(name, "1")) for name in ("WORLD_SIZE", "LOCAL_WORLD_SIZE"))
    try:
        return shortage(config, architecture(config), replace(devices, devices=world, per_node=node))
    except UsageError:  # it will be told by whom it stops
        return ""


def _preset(asked: Asked) -> str:
    from training.settings import named_in

    return asked.options.preset or (named_in(asked.options.config) if asked.options.config else "")


def _merge(asked: Asked, tell: Tell) -> int:
    from training.merge import merge

    options = asked.options
    _quiet()
    out = options.to or _beside(options.source) / "merged"
    merge(options.source, out, base=options.base, precision=options.precision, tell=tell)
    return 0


def _export(asked: Asked, tell: Tell) -> int:
    from training.export import DEFAULT, export

    options = asked.options
    _quiet()
    out = options.to or _beside(options.source) / DEFAULT
    export(options.source, out, base=options.base, precision=options.precision, tell=tell)
    tell(f"python -m training push {out} OWNER/NAME puts it on the hub")
    return 0


def _quiet() -> None:
    """Keep bars, and what libraries tell each other about their next versions, out of the user's sight."""
    import warnings

    from transformers.utils import logging

    logging.disable_progress_bar()
    warnings.simplefilter("ignore", FutureWarning)


def _beside(source: Path) -> Path:
    """Return the run's folder: what lies in a checkpoint goes with it when newer ones come."""
    from training.card import run_of

    return run_of(source)


def _push(asked: Asked, tell: Tell) -> int:
    from training.push import push

    options = asked.options
    tell(push(options.source, options.repository, public=options.public, tell=tell))
    return 0


def _doctor(asked: Asked, tell: Tell) -> int:
    from training.doctor import doctor

    options = asked.options
    config = _settings(asked) if options.config or options.preset or asked.overrides else None
    return doctor(config, tell)


_COMMANDS: Final = {
    "prepare": _prepare, "preview": _preview, "estimate": _estimate, "train": _train, "merge": _merge,
    "export": _export, "push": _push, "doctor": _doctor,
}  # fmt: skip
