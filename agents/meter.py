"""What a run spent so far, by role; and the one place that says whether it may go on spending."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field


class Stopped(Exception):
    """The run is ending (budget, Ctrl-C, enough pairs): no new call is begun. Nothing is wrong with the chat."""


@dataclass
class Usage:
    """Calls and tokens; `replayed` calls cost nothing and are counted apart."""

    calls: int = 0
    replayed: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    """In the currency of the price, as a rule US dollars; 0 where no price is known."""


@dataclass
class Meter:
    """Counts calls and tokens by role and refuses new calls once the run is to end."""

    max_tokens: int | None = None
    max_cost: float | None = None
    by_role: dict[str, Usage] = field(default_factory=lambda: defaultdict(Usage))
    total: Usage = field(default_factory=Usage)
    in_flight: int = 0
    stopping: str | None = None
    """Why the run is ending, in words for the summary."""
    started: float = field(default_factory=time.monotonic)
    on_stop: Callable[[], None] = lambda: None

    def stop(self, why: str) -> None:
        """Let what is in flight finish; begin nothing new."""
        if self.stopping is None:
            self.stopping = why
            self.on_stop()

    def check(self) -> None:
        """Raise `Stopped` if no new call may begin."""
        if self.stopping is None:
            spent = self.total.prompt_tokens + self.total.completion_tokens
            if self.max_tokens is not None and spent >= self.max_tokens:
                self.stop(f"budget of {self.max_tokens:,} tokens spent")
            elif self.max_cost is not None and self.total.cost >= self.max_cost:
                self.stop(f"budget of {self.max_cost:g} spent")
        if self.stopping is not None:
            raise Stopped(self.stopping)

    def count(self, role: str, prompt: int, completion: int, cost: float, replayed: bool) -> None:
        for usage in (self.by_role[role], self.total):
            if replayed:
                usage.replayed += 1
            else:
                usage.calls += 1
                usage.prompt_tokens += prompt
                usage.completion_tokens += completion
                usage.cost += cost
