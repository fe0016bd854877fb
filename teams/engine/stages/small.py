"""Items with a small model: the program picks what is asked about, the model finds the words, one sentence at a time.

Left to itself a model of a few billion parameters quotes what is not there, writes the brief into the question and asks
a question where a change is wanted (measured on 1.5B: of ten items none was fit). So it is asked for one sentence, and
not shown more than it needs; where a program can say the whole, it is asked for nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.role import Role
from teams.engine.flow import Drop, Program, Scene, Seat, Staging
from teams.engine.stages.forms import Draft
from teams.engine.talk import Talk, in_turn

TRIES = 3
"""Times a sentence is asked for."""
Problem = Callable[[str, Sequence[str]], str]
"""Says what is wrong with a sentence, '' if nothing is: `(the sentence, those before)`."""


@dataclass
class SmallDesk:
    """The program that asks for one sentence after the other and puts the item together."""

    worder: str
    tasks: Sequence[str]
    """One for each sentence; none where the program says all."""
    form: Mapping[str, Any]
    problem_of: Problem
    item: Callable[[Sequence[str]], Draft]
    """Puts the item together from the sentences."""
    taken: list[str] = field(default_factory=list)
    tries: int = 0
    problem: str = ""

    def speak(self, talk: Talk) -> str:
        if talk[-1].source == self.worder:
            said = str(next(iter(talk.value(self.worder).values()))).strip()
            self.problem = self.problem_of(said, self.taken)
            self.tries += 1
            if not self.problem:
                self.taken.append(said)
                self.tries = 0
        if self.is_over:
            return "Thank you." if not self.problem else "That was all."
        # Not what was wrong with the last: a small model writes that into the next.
        return self.tasks[len(self.taken)]

    @property
    def is_over(self) -> bool:
        return len(self.taken) == len(self.tasks) or self.tries >= TRIES

    def draft(self) -> Draft:
        """Return the item. Raises `Drop` if it came to nothing."""
        if len(self.taken) < len(self.tasks):
            raise Drop(f"no item was fit: {self.problem}")
        return self.item(self.taken)


@dataclass(frozen=True)
class SmallWay:
    """How items are made with a small model, where it is asked for less than a whole item."""

    worder: Role
    desk: Callable[[Scene], SmallDesk | None]
    """Sets up the item of a scene's kind; None where this way does not serve. Raises `Drop` where the text holds
    nothing for it."""


def small_staging(worder: Role, desk: SmallDesk) -> Staging:
    """Return the chat in which the sentences of an item are asked for."""
    seats: list[Seat | Program] = [Program("desk", desk.speak, "asks for sentences"), Seat(worder, schema=desk.form)]
    return Staging("One item is wanted.", seats, in_turn(worder.name, "desk", lambda: desk.is_over, program_first=True))
