"""A language model as the rest of the project knows it: a client, what its endpoint can do, and what it costs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from autogen_core.models import ChatCompletionClient

    from agents.models.price import Price

Client: TypeAlias = "ChatCompletionClient"
"""Any of AutoGen's model clients."""


@dataclass(frozen=True)
class Abilities:
    """What an endpoint can do, as its self-test found (see `abilities.py`)."""

    tools: Literal["native", "actions"] = "native"
    """`actions`: it does not call tools; the action protocol stands in (see `actions.py`)."""
    schemas: Literal["native", "grammar", "prompt"] = "native"
    """How a reply is held to a JSON schema: by `response_format`, by a compact llama.cpp grammar, or not at all."""
    system: bool = True
    """It takes a system message."""
    small: bool = False
    """So small that it is asked for one thing at a time, in short words."""
    context: int | None = None
    """Tokens of one call, prompt and reply, if it says."""


async def nothing() -> None:
    """Close nothing: what a model that holds nothing open is closed with."""


@dataclass(frozen=True)
class Model:
    """One model on one endpoint. Shared by all chats; closed once, at the end."""

    name: str
    """The same on every machine and in every run: it goes into records and keys of the journal."""
    client: Client
    abilities: Abilities = Abilities()
    price: Price | None = None
    close: Callable[[], Awaitable[None]] = nothing
    at_once: int | None = None
    """How many calls it answers at the same time, where that is known; more would only wait."""
