"""What has been trained so far, and how fast: counted in every process, added up where it is logged or saved.

The counts are kept with each checkpoint, so that a resumed run goes on counting where it stopped.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import torch


@dataclass(slots=True)
class Totals:
    """Of all processes, since the first start."""

    packs: int = 0
    chats: int = 0
    tokens: int = 0
    trained: int = 0
    """Tokens with a loss."""
    seconds: float = 0.0
    """Spent in training steps, without evaluation and saving."""

    def to_json(self) -> dict[str, float]:
        """Return them as JSON."""
        return asdict(self)

    @classmethod
    def of(cls, saved: dict[str, Any]) -> Totals:
        """Read them back; what an older version did not count starts at nothing."""
        return cls(**{field.name: saved.get(field.name, 0) for field in fields(cls)})


class Meter:
    """Count batches in one process; say totals and speed of all."""

    def __init__(
        self,
        *,
        add_up: Callable[[torch.Tensor], torch.Tensor],
        devices: int,
        flops: float = 0.0,
        peak: float = 0.0,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        """Count. add_up: sums a float64 vector over processes. flops: operations a token. peak: operations a second of
        one device; where either is 0 no MFU is said."""
        self.totals = Totals()
        self._add_up, self._devices, self._flops, self._peak, self._clock = add_up, devices, flops, peak, clock
        self.new: list[int] = [0] * 4
        """Counts since the last `collect`; see `add`. Never changed in place."""
        self._seconds = 0.0
        self._since: float | None = None

    def step_begins(self) -> None:
        """Start the clock, where it stands; it runs on between steps, since fetching batches is part of training."""
        if self._since is None:
            self._since = self._clock()

    def add(self, counts: Sequence[int]) -> None:
        """Count a batch: packs, chats, tokens, trained tokens."""
        self.new = [old + new for old, new in zip(self.new, counts, strict=True)]

    def pause(self) -> None:
        """Stop the clock: what comes is no training."""
        if self._since is not None:
            self._seconds += self._clock() - self._since
            self._since = None

    def collect(self) -> dict[str, float]:
        """Add up all processes since the last time (each of them must call it) and return totals and speed.

        Speed is tokens a second, of all devices and of one, and the share of the devices' peak (MFU, in percent).
        """
        running = self._since is not None
        self.pause()
        if running:
            self.step_begins()
        summed = self._add_up(torch.tensor([*self.new, self._seconds], dtype=torch.float64)).tolist()
        packs, chats, tokens, trained = (int(value) for value in summed[:4])
        seconds = summed[4] / self._devices
        self.new, self._seconds = [0] * 4, 0.0
        was = self.totals
        self.totals = Totals(
            was.packs + packs,
            was.chats + chats,
            was.tokens + tokens,
            was.trained + trained,
            was.seconds + seconds,
        )
        said: dict[str, float] = {"tokens": self.totals.tokens, "trained_tokens": self.totals.trained}
        if tokens and seconds > 0:
            said["tokens_per_second"] = round(tokens / seconds, 1)
            said["tokens_per_second_per_device"] = round(tokens / seconds / self._devices, 1)
            if self._flops * self._peak:
                said["mfu"] = round(100 * self._flops * tokens / seconds / self._devices / self._peak, 2)
        return said
