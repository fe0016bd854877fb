"""What a run spent so far, by role, skill and stage; and the one place that says whether it may go on spending."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from agents.prefixes import Prefixes


class Stopped(Exception):
    """The run is ending (budget, Ctrl-C, enough pairs): no new call is begun. Nothing is wrong with the chat."""


class Call(NamedTuple):
    """What one call took."""

    prompt: int
    """Tokens."""
    completion: int
    cost: float = 0.0
    replayed: bool = False
    """It was answered from the journal and cost nothing."""
    repeated: float = 0.0
    """Which share of the prompt, 0 to 1, repeats the beginning of an earlier one."""
    cached: int | None = None
    """How many of the prompt's tokens the endpoint says it had in its cache; None where it says nothing."""


@dataclass
class Usage:
    """Calls and tokens; `replayed` calls cost nothing and are counted apart."""

    calls: int = 0
    replayed: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    """In the currency of the price, as a rule US dollars; 0 where no price is known."""
    repeated_tokens: float = 0.0
    """Prompt tokens that repeat the beginning of an earlier prompt, as we reckon (see `agents/prefixes.py`)."""
    cached_tokens: int = 0
    """Prompt tokens that the endpoint says it took from its cache."""
    told_tokens: int = 0
    """Prompt tokens of those calls whose endpoint says anything of a cache."""

    def add(self, call: Call) -> None:
        """Count one call."""
        if call.replayed:
            self.replayed += 1
            return
        self.calls += 1
        self.prompt_tokens += call.prompt
        self.completion_tokens += call.completion
        self.cost += call.cost
        self.repeated_tokens += call.repeated * call.prompt
        if call.cached is not None:
            self.cached_tokens += min(call.cached, call.prompt)
            self.told_tokens += call.prompt


@dataclass
class Meter:
    """Counts calls and tokens and refuses new calls once the run is to end."""

    max_tokens: int | None = None
    max_cost: float | None = None
    by_role: dict[str, Usage] = field(default_factory=lambda: defaultdict(Usage))
    by_stage: dict[tuple[str, str], Usage] = field(default_factory=lambda: defaultdict(Usage))
    """By skill and stage: what chats count through `of`."""
    total: Usage = field(default_factory=Usage)
    prefixes: Prefixes = field(default_factory=Prefixes)
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

    @contextmanager
    def calling(self) -> Iterator[None]:
        """Count a call as in flight, however it ends."""
        self.in_flight += 1
        try:
            yield
        finally:
            self.in_flight -= 1

    def count(self, role: str, call: Call, stage: tuple[str, str] | None = None) -> None:
        """Count one call of a role; `stage` names the skill and the stage it served, if any."""
        self.by_role[role].add(call)
        self.total.add(call)
        if stage:
            self.by_stage[stage].add(call)

    def of(self, skill: str, stage: str, is_full: Callable[[], bool] = lambda: False) -> StageMeter:
        """Return this meter as the chats of one stage of a skill use it: what they count there counts here too.

        Once `is_full` says that the skill has all its pairs, no new call of it may begin.
        """
        return StageMeter(self, skill, stage, is_full)


@dataclass(frozen=True)
class StageMeter:
    """A run's meter in the hands of a chat that serves one stage of one skill."""

    meter: Meter
    skill: str
    stage: str
    is_full: Callable[[], bool]

    @property
    def prefixes(self) -> Prefixes:
        return self.meter.prefixes

    def check(self) -> None:
        """Raise `Stopped` if no new call may begin."""
        self.meter.check()
        if self.is_full():
            raise Stopped(f"{self.skill} has all its pairs")

    def calling(self) -> AbstractContextManager[None]:
        """Count a call as in flight, however it ends."""
        return self.meter.calling()

    def count(self, role: str, call: Call) -> None:
        """Count one call of a role."""
        self.meter.count(role, call, (self.skill, self.stage))
