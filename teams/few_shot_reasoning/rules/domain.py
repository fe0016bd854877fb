"""What a family of rules can do: draw one, carry it out, tell it, name its rivals, find inputs for it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random
from typing import Any

Spec = Mapping[str, Any]
"""A rule as data (JSON): which pieces it is made of. The domain carries it out."""
Matter = Mapping[str, Any]
"""What of a seed a rule works on: words, records, names. JSON."""
Rival = tuple[str | Callable[[], str], Callable[[Any], Any]]
"""A simpler rule, with its name (or what tells it: of thousands few are ever named); it raises `Unfit` where it says
nothing."""


class Unfit(Exception):
    """A rule says nothing of this input; the message says why."""


def name_of(rival: Rival) -> str:
    """Return a rival's name."""
    return rival[0] if isinstance(rival[0], str) else rival[0]()


class Domain(ABC):
    """A family of rules over one type of value."""

    name: str = ""
    is_english: bool = False
    """Its examples or reasons are worded by the program, in English."""
    is_labelled: bool = False
    """Outputs are labels of a small set: several shots share one."""
    has_reasons: bool = False
    """Shots always show their reasons."""
    least: int = 3
    """Fewest shots."""
    spare: int = 4
    """Shots beyond those asked for that may be needed to kill the last rivals."""
    is_bare: bool = True
    """Its shots are `input -> output` and can stand in any layout; else an input asks its own question."""

    @abstractmethod
    def wants(self, small: bool) -> dict[str, Any]:
        """Return the schemas of what a writer hands in for it, by name; none where the program draws all."""

    def complaints(self, matter: Matter) -> Iterator[str]:
        """Yield what is wrong with what was handed in."""
        yield from ()

    @abstractmethod
    def draw(self, random: Random, matter: Matter) -> Spec:
        """Draw a rule. Raises `Unfit` where the matter does not do for one."""

    @abstractmethod
    def told(self, spec: Spec) -> str:
        """Say the rule in words."""

    @abstractmethod
    def run(self, spec: Spec, x: Any) -> Any:
        """Carry the rule out on one input. Raises `Unfit`."""

    @abstractmethod
    def inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        """Return inputs to draw shots and the query from, twelve or so."""

    def queries(self, spec: Spec, random: Random, matter: Matter) -> list[Any] | None:
        """Return the inputs to take the query from, where it is to be unlike the shots; None: any of the pool."""
        return None

    def odd_inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        """Return inputs unlike the others in size or sort, on which the rule still holds; none where there are none."""
        return []

    def long_inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        """Return inputs clearly longer than the others; none where there are none."""
        return []

    @abstractmethod
    def rivals(self, spec: Spec) -> Iterator[Rival]:
        """Yield rules as simple or simpler."""

    def gaps(self, spec: Spec, shots: Sequence[Any], query: Any) -> Iterator[str]:
        """Yield what the query needs and the shots don't show, where that can be said without trying rivals."""
        yield from ()

    def shown(self, x: Any) -> str:
        """Write an input as a user would."""
        return str(x)

    def said(self, y: Any) -> str:
        """Write an output."""
        return str(y)

    def steps(self, spec: Spec, x: Any) -> list[str]:
        """Return the reasons of a shot, a sentence each; none where the family has none."""
        return []

    def deeper(self, spec: Spec, random: Random, matter: Matter) -> Spec | None:
        """Lay a second rule over the first; None where that can't be."""
        return None
