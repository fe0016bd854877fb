"""The turns of a planned conversation as data: what each has to say, to lean on, and to bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from teams.conversation.sorts import OPEN, SORTS, Sort
from teams.engine.demands import Demand

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Asked:
    """A form asked for in a turn."""

    demand: Demand
    lasts: bool = False
    """It holds from that turn on, and not for its answer alone."""


@dataclass(frozen=True)
class Turn:
    """One turn of the user, as it was planned."""

    number: int
    """From 1, the first message."""
    sort: str = OPEN
    about: str = ""
    """What the user is after: a direction, not the words."""
    leans_on: int = 0
    says: tuple[str, ...] = ()
    """Words the message has to hold."""
    uses: tuple[str, ...] = ()
    """Words said before that the answer has to hold, and the message must not."""
    gone: tuple[str, ...] = ()
    """Words the answer must not hold any more."""
    key: str = ""
    """The right answer, where there is one."""
    expression: str = ""
    """The calculation that gives it."""
    piece: str = ""
    """Material that the message brings along, word by word."""
    message: str = ""
    """The message, where nobody has to find its words any more."""
    forms: tuple[Asked, ...] = ()

    @property
    def kind(self) -> Sort | None:
        """Its sort; None for the first."""
        return SORTS.get(self.sort)

    @property
    def leans(self) -> bool:
        """It must not be understood alone."""
        return bool(self.kind and self.kind.leans)

    def worded(self, words: str) -> str:
        """The whole message: the person's words, the piece, the forms asked for."""
        parts = [words.strip(), self.piece]
        asked = " ".join(form.demand.statement for form in self.forms)
        whole = "\n\n".join(part for part in parts if part)
        joint = "\n\n" if self.piece or "\n\n" in words else " "
        return f"{whole}{joint}{asked}".strip() if asked else whole

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON values, without what is empty."""
        made = {name: value for name, value in asdict(self).items() if value or name in ("number", "sort")}
        return {name: list(value) if isinstance(value, tuple) else value for name, value in made.items()}


def turns_of(facts: Facts) -> list[Turn]:
    """Return the planned turns of an instruction, the first one first."""
    return [_turn(given) for given in facts["turns"]]


def _turn(given: Mapping[str, Any]) -> Turn:
    lists = {name: tuple(given.get(name, ())) for name in ("says", "uses", "gone")}
    forms = tuple(Asked(Demand(**form["demand"]), form["lasts"]) for form in given.get("forms", ()))
    made: dict[str, Any] = {**given, **lists, "forms": forms}
    return Turn(**made)


def forms_at(turns: Sequence[Turn], number: int) -> list[Demand]:
    """Return the forms that the answer to turn `number` has to keep: its own, and those that last since before."""
    return [
        form.demand
        for turn in turns
        for form in turn.forms
        if turn.number == number or (form.lasts and turn.number < number)
    ]
