"""Forms whose truth is carried out: on the data shown, and on others, so that what was only read off does not pass."""

from __future__ import annotations

from abc import abstractmethod
from random import Random

from sandbox import Sandbox
from teams.data_to_text.data.changes import second
from teams.data_to_text.data.model import Data
from teams.data_to_text.forms.base import DataForm
from teams.engine.schemas import several, text
from teams.engine.stages.forms import Draft, Facts
from teams.engine.verdict import Finding
from tools.markup import fences

POINTS = several(text(10, 300, ""), 1, 3, "what a good answer explains beside it, each a full sentence")
TRIES = 6
"""Other sets of data on which all is carried out as well."""


class Executed(DataForm):
    """A form whose truth is carried out."""

    shape = "code"
    is_closed = False

    @abstractmethod
    async def tried(self, box: Sandbox | None, draft: Draft, data: Data) -> list[str]:
        """Carry out a draft and return what is wrong with it, as words to its writer."""

    @abstractmethod
    async def carried_out(self, box: Sandbox | None, facts: Facts, answer: str) -> list[Finding]:
        """Carry out the key and the answer and return what was found."""


def blocks_of(answer: str, *labels: str) -> list[str]:
    """Return the fenced blocks of an answer in one of some languages, or with none named, the last first."""
    found = [block.body for block in fences(answer) if block.label.casefold() in ("", *labels) and block.body.strip()]
    return found[::-1]


def another(data: Data, attempt: int) -> Data:
    """Return the second set of data, drawn by its own content."""
    return second(data, Random(f"{data.title}{attempt}"))
