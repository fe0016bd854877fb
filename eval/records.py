"""What travels through an evaluation: an item that is asked, a reply, what was read out of it, a score."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from eval.judging import Judge

Message: TypeAlias = dict[str, str]
"""`{"role": "system" | "user" | "assistant", "content": …}`."""
Values: TypeAlias = Mapping[str, tuple[float, float]]
"""Of one item, by metric: what it earned and what it could have. A metric is the sum of the first over the sum of the
second, so that a right answer is (1, 1), three of four sub-questions (3, 4), and a rating of 7 in two turns (14, 2)."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing the user says."""

    ask: str
    given: str | None = None
    """The answer that stands in the history of later turns: a teacher's. None: the model's own."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a benchmark, as it is asked."""

    id: str
    """Unique in its task, the same on every machine."""
    turns: tuple[Turn, ...]
    system: str = ""
    target: Any = None
    """What is right, in the form that the task's `mark` wants. Never shown to the model."""
    options: tuple[str, ...] = ()
    """What can be chosen from, as lettered in the prompt."""
    group: str = ""
    """Subject, subset or set: where the task's mean is `macro`, groups count alike."""
    temperature: float = 0.0
    facts: Mapping[str, Any] = field(default_factory=dict)
    """What marking needs beside: the source text, the instructions to be checked, the reference answer."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model said to one request."""

    text: str
    finish: str = "stop"
    """`stop`; `length` where it was cut at the most tokens; `failed` where this request can't be answered."""
    prompt_tokens: int = 0
    completion_tokens: int = 0
    logprobs: Mapping[str, float] | None = None
    """Of the first token, by token, where it was asked for and the endpoint tells."""
    note: str = ""
    """Why it failed."""


@dataclass(frozen=True, slots=True)
class Extracted:
    """What was read out of an answer."""

    value: Any | None
    """None: nothing, or nothing that is settled."""
    how: str = ""
    """Which of the ordered patterns took it."""
    span: tuple[int, int] | None = None
    """Where in the answer it stands, in characters."""


@dataclass(frozen=True, slots=True)
class Score:
    """What one item came to."""

    values: Values = field(default_factory=dict)
    extracted: Any = None
    how: str = ""
    unparsed: bool = False
    """No answer could be read: it counts as wrong, and is told apart."""
    excluded: str = ""
    """Why it counts nowhere, if it doesn't: a judge that gave no verdict, a call that failed."""
    evidence: Any = None
    """What a judge said, or a checker found: JSON."""


class Speaker(Protocol):
    """A model that can be asked: behind an endpoint, in this process, or a function."""

    name: str
    """Names it in records and keys: the same model has the same name on every machine."""
    at_once: int
    """How many requests it takes at the same time."""

    async def say(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        temperature: float = 0.0,
        seed: int | None = None,
        top_logprobs: int = 0,
    ) -> Reply:
        """Answer. Raise `CallError` where this call failed, `EndpointError` where no other would do better."""

    def cost(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """Return what so many tokens cost, in US dollars; None where no price is known."""

    async def close(self) -> None:
        """Let go of whatever is held."""


Extract: TypeAlias = Callable[[Item, str], Extracted]
"""Reads the answer out of what the model said last."""
Mark: TypeAlias = Callable[[Item, Any], Values]
"""Says what an extracted value earns; of None (unparsed) what nothing earns."""
ScoreFunction: TypeAlias = "Callable[[Item, Sequence[str], Judge | None], Awaitable[Score]]"
"""Scores all answers of an item, with a judge where the task is judged."""
