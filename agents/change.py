"""What is to be otherwise in a chat that is held again, and what its log says where the journal has no answer.

A chat is held again up to some turn from the journal alone. From that turn on one role has other words: those of a
person, or its own after another prompt or by another model. Everybody else goes on as before.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agents.errors import CallError

if TYPE_CHECKING:
    from agents.models.model import Model


class NotInJournal(CallError):
    """What is asked was never asked in the run, and nobody may be asked anew."""


class UnfitAnswer(CallError):
    """A person's answer is not what the role's reply must be; the message says what is wrong with it."""


@dataclass
class Change:
    """One role of one chat, from one turn on."""

    chat: str
    turn: int
    """Of the call from which the chat differs, as its log counts."""
    role: str
    mark: str
    """Tells what is asked anew from what was asked in the run, in the keys of the journal."""
    prompt: str | None = None
    """The role's system message from that turn on."""
    model: Model | None = None
    answer: str | dict[str, Any] | None = None
    """What the role says at that turn: text, or a call `{"name", "arguments": {}}`."""
    reached: bool = False
    """The chat came as far as that turn."""
    heard: set[tuple[str, str, str, int]] = field(default_factory=set)
    """What was asked on this way, new or known: table, chat, key and number."""

    def is_anew(self, role: str, turn: int) -> bool:
        """Say whether what a role says at a turn must not come from the run."""
        if role != self.role or turn < self.turn:
            return False
        return turn == self.turn or self.prompt is not None or self.model is not None

    def said(self) -> dict[str, Any]:
        """Return the person's answer as a reply is stored."""
        spent = {"finish": "stop", "prompt_tokens": 0, "completion_tokens": 0}
        if isinstance(self.answer, dict):
            arguments = json.dumps(self.answer["arguments"], ensure_ascii=False)
            return {**spent, "calls": [{"name": self.answer["name"], "arguments": arguments}]}
        return {**spent, "content": self.answer}
