"""Who looks on while chats are held: hears what is said in them, and may speak in a role's place.

A chat's log tells its onlooker everything. The one here does nothing but remember where a person spoke; those who
print and ask stand in `teams/engine/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

PERSON = "person"
"""Name of the model under which a person's words stand in journal and rows."""


@dataclass(frozen=True)
class Turn:
    """A role's turn to speak, as a person needs to know it."""

    chat: str
    role: str
    prompt: str
    """The role's system message."""
    heard: Sequence[tuple[str, str]]
    """Who said what, oldest first: only what this role hears."""
    tools: Sequence[Mapping[str, Any]]
    """Schemas of the tools that may be called now."""
    must_call: bool
    schema: Mapping[str, Any] | None
    """JSON schema of the reply, where it must have a form."""
    complaint: Callable[[Mapping[str, Any]], str]
    """What is wrong with a reply, as a model would be told; '' if it can be used."""


class Onlooker:
    """Looks on and does nothing. `watches`: wants to hear; `steps`: wants to be asked after each reply."""

    watches = False
    steps = False

    def __init__(self) -> None:
        self.persons: dict[str, set[str]] = {}
        """By chat, those roles whose words came from a person; what was said beside a chat counts as said in it."""

    def person_spoke(self, chat: str, role: str) -> None:
        """Remember that what a role said in a chat is a person's."""
        self.persons.setdefault(chat.partition("/aside-")[0], set()).add(role)

    def said(self, chat: str, source: str, type_: str, text: str, extra: Any) -> None:
        """Hear a message that is no role's reply: an opening, a program's words, a tool's result."""

    def replied(self, chat: str, role: str, reply: Mapping[str, Any], complaint: str) -> None:
        """Hear what a model said for a role, and what is wrong with it, if anything is."""

    async def instead(self, turn: Turn, reply: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return what is to be said in place of a model's usable reply, or None to let it stand."""
        return None

    async def speak(self, turn: Turn) -> dict[str, Any]:
        """Return what a person says whose role it is."""
        raise NotImplementedError(f"nobody is here to play {turn.role}")

    def ended(self, chat: str) -> None:
        """Hear that a chat is over, however it ended."""

    def judged(self, id: str, accepted: bool, reasons: Sequence[str]) -> None:
        """Hear of a pair's verdict."""

    def fell_out(self, id: str, stage: str, reasons: Sequence[str]) -> None:
        """Hear of a chat, seed or pair that came to nothing."""
