"""What forms have in common whose truth is carried out: a draft is tried at the desk, and again with the answer."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from sandbox import Sandbox
from teams.engine.stages.forms import Draft, Facts, Form, text
from teams.engine.verdict import Finding

PROGRAM = text(20, 1800, "Python, standard library only, without input; short")


class Executed(Form):
    """A form with a program of its own."""

    @abstractmethod
    async def tried(self, box: Sandbox, draft: Draft) -> list[str]:
        """Carry out a draft and return what is wrong with it, as words to its writer."""

    @abstractmethod
    async def carried_out(self, box: Sandbox, facts: Facts, answer: str) -> list[Finding]:
        """Carry out the key, and the answer where it can be, and return what was found."""


def found(check: str, fault: str, held: str) -> Finding:
    return Finding(check, not fault, fault or held, "sandbox")


def optional(fields: dict[str, Any], small: bool, *dropped: str) -> dict[str, Any]:
    """Return the fields of a draft, without those a small model can't fill."""
    return {name: field for name, field in fields.items() if not (small and name in dropped)}
