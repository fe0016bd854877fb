"""SIGTERM and SIGINT end a run after the next batch with a checkpoint, in all processes after the same one.

A cluster sends the signal to one process, to each, or to each at another time; so all ask each other again and again.
Where one process trains, a second signal ends it at once, as without us; a launcher of several hands a signal on that
they have had already, so there it is not listened to.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import torch
from transformers import TrainerCallback

SIGNALS = (signal.SIGTERM, signal.SIGINT)
ASKED = 8
"""How often in a step processes ask each other, about."""


class Wish:
    """Did somebody ask to stop?"""

    def __init__(self) -> None:
        self.name = ""
        """Of the signal; empty while nobody did."""


@contextmanager
def listening(*, twice: bool = True) -> Iterator[Wish]:
    """Take note of the signals, and put the old handlers back. Outside the main thread nothing is listened to.

    twice: does a second one do what it did before?
    """
    wish = Wish()
    if threading.current_thread() is not threading.main_thread():
        yield wish
        return
    before = {number: signal.getsignal(number) for number in SIGNALS}

    def note(number: int, frame: FrameType | None) -> None:
        wish.name = signal.Signals(number).name
        if twice:
            restore()

    def restore() -> None:
        for each, handler in before.items():
            signal.signal(each, handler if handler is not None else signal.SIG_DFL)

    for number in SIGNALS:
        signal.signal(number, note)
    try:
        yield wish
    finally:
        restore()


class StopSoon(TrainerCallback):
    """Saves and stops after the batch in which a process was asked to.

    A step of many batches may take longer than the time there is, so it isn't waited for: what it has added up is
    dropped, the generators are put back to where the step began, and the checkpoint is that of the step before.
    """

    def __init__(self, wish: Wish, loop: Any) -> None:
        """loop: a PackLoop."""
        self._wish, self._loop = wish, loop
        loop.asked = lambda: loop.anyone(bool(wish.name))
        self.stopped = False
        self._unsaved = False
        self._batches = 0
        self._before: tuple[Any, Any] = None, None

    def on_epoch_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Remember where the epoch began: before its loader draws, as it will again."""
        self._before = generators(args.device), self._loop.meter.new

    def on_step_begin(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Remember where the step began."""
        self._batches = 0
        if state.global_step % self._loop.course.steps.per_epoch:
            self._before = generators(args.device), self._loop.meter.new

    def on_substep_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Ask some times a step; each asking makes all processes wait for each other."""
        self._batches += 1
        often = 1 if args.world_size == 1 else max(1, args.gradient_accumulation_steps // ASKED)
        if self._batches % often == 0 and self._asked():
            put_back(self._before[0])
            self._loop.meter.new = self._before[1]
            self._unsaved = control.should_training_stop = True

    def on_step_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Ask, and end here if one was asked to: there is little time, so nothing is evaluated."""
        if self._asked():
            control.should_save, control.should_training_stop, control.should_evaluate = True, True, False

    def on_epoch_end(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        """Save what was not saved at a step's end, and nothing twice."""
        if self.stopped:
            control.should_save, control.should_evaluate = self._unsaved, False

    def _asked(self) -> bool:
        self.stopped = self._loop.asked()
        return self.stopped


def generators(device: torch.device) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Return the states of the generators that training on a device draws from."""
    return torch.random.get_rng_state(), torch.cuda.get_rng_state() if device.type == "cuda" else None


def put_back(states: tuple[torch.Tensor, torch.Tensor | None]) -> None:
    """Set the generators to what `generators` returned."""
    torch.random.set_rng_state(states[0])
    if states[1] is not None:
        torch.cuda.set_rng_state(states[1])
