"""What is to be otherwise in a chat that is held again, and what its log says where the journal has no answer.

A chat is held again up to some turn from the journal alone. From that turn on one role has other words: those of a
person, or its own after another prompt. From it on roles may be played by other models too, in this chat and in those
after it. Everybody else goes on as before.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from jinja2 import Template, TemplateError

from agents.errors import CallError

if TYPE_CHECKING:
    from agents.models.model import Model


_MARK = re.compile(r"!\d+")
"""In the ids of what is born in a branch, and in no others."""


def unmarked(id: str) -> str:
    """Return the id that a record or a chat of a branch has in the run. What is drawn by an id is drawn by this one."""
    return _MARK.sub("", id)


class NotInJournal(CallError):
    """What is asked was never asked in the run, and nobody may be asked anew."""


class UnfitAnswer(CallError):
    """A person's answer is not what the role's reply must be; the message says what is wrong with it."""


@dataclass
class Change:
    """One role of one chat, from one turn on; and who plays the roles from then on."""

    chat: str
    turn: int
    """Of the call from which the chat differs, as its log counts."""
    role: str
    mark: str
    """Tells what is asked anew from what was asked in the run, in the keys of the journal."""
    prompt: str | None = None
    """The role's system message from that turn on, in this chat."""
    models: Mapping[str, Model] = field(default_factory=dict)
    """Who plays a role from that turn on, in this chat and in those after it."""
    template: Template | None = None
    """In place of `prompt`: of what the role's system messages are made from that turn on, here and in the chats after
    it."""
    answer: str | dict[str, Any] | None = None
    """What the role says at that turn: text, or a call `{"name", "arguments": {}}`."""
    form: str = ""
    """In words, in which form that is to be given."""
    persons: frozenset[str] = frozenset()
    """Roles that people played in the run. Models play them from that turn on."""
    reached: bool = False
    """The chat came as far as that turn."""
    heard: set[tuple[str, str, str, int]] = field(default_factory=set)
    """What was asked on this way, new or known: table, chat, key and number."""

    def is_anew(self, role: str, turn: int) -> bool:
        """Say whether what a role says at a turn of this chat must not come from the run."""
        if turn < self.turn or role != self.role:
            return turn > self.turn and role in self.models
        if self.prompt is not None or self.template or role in self.models:
            return True
        return turn == self.turn and (self.answer is not None or not self.models)

    def is_anew_after(self, role: str) -> bool:
        """Say the same of a chat that is held beside this one or after it."""
        return self.reached and (role in self.models or (role == self.role and self.template is not None))

    def prompt_of(self, chat: str, role: str, facts: Mapping[str, Any]) -> str | None:
        """Return what a role is told in a chat in place of its own prompt, if anything is.

        `facts` are what its own is made with. Raises `CallError`: none can be made of the template with these.
        """
        if role != self.role:
            return None
        if self.template is None:
            return self.prompt if chat == self.chat else None
        try:
            return self.template.render(facts)
        except TemplateError as error:
            raise CallError(f"the changed prompt of {role} can't be made: {error}") from None

    def said(self) -> dict[str, Any]:
        """Return the person's answer as a reply is stored."""
        spent = {"finish": "stop", "prompt_tokens": 0, "completion_tokens": 0}
        if isinstance(self.answer, dict):
            arguments = json.dumps(self.answer["arguments"], ensure_ascii=False)
            return {**spent, "calls": [{"name": self.answer["name"], "arguments": arguments}]}
        return {**spent, "content": self.answer}
