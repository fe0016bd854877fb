"""A chat as it is trained on: what exported rows are turned into, and what the encoder takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Speaker = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class Call:
    """An assistant's call of a function."""

    id: str
    name: str
    arguments: str
    """JSON, as the model wrote it."""


@dataclass(frozen=True, slots=True)
class Message:
    """One turn."""

    role: Speaker
    content: str
    calls: tuple[Call, ...] = ()
    reasoning: str = ""
    """What the assistant thought before it spoke; templates that know none leave it out."""
    call_id: str = ""
    """Of a tool's result: the call it answers."""
    name: str = ""
    weight: float | None = None
    """How much a token of it counts in the loss; None: as its role does (assistant 1, others 0). 0 is never trained."""


@dataclass(frozen=True, slots=True)
class Chat:
    """One training example."""

    id: str
    messages: tuple[Message, ...]
    tools: tuple[Mapping[str, Any], ...] = ()
    """Function schemas in the form {"type": "function", "function": {…}}."""
    skill: str = ""
    split: str = "train"
    """`train`, or the name of a held-out part. Chats of one seed share it."""
    weight: float = 1.0
    """How often it is seen in an epoch, on average."""
