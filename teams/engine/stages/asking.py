"""Kinds of the stages of text skills: what a table of transformations, instructions or goals says of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from agents.script import Script
from teams.engine.flow import Kind
from teams.engine.stages.forms import SHORT, Form


def _nothing(text: str) -> Iterator[str]:
    yield from ()


def _as_it_is(form: Form) -> Form:
    return form


@dataclass(frozen=True)
class Transformation(Kind):
    """A way to rewrite a seed into a passage."""

    words: tuple[int, int] = (150, 450)
    """Fewest and most words of the passage."""
    looks: Callable[[str], Iterator[str]] = _nothing
    """What in the look of a passage shows that it is not of this kind: no speakers, no steps, no lines of verse."""
    tools: tuple[str, ...] = ()
    is_seed: bool = False
    """The passage is the seed itself: nobody rewrites it."""
    may_copy: bool = False
    """What it takes from the seed may stand there as it stood: code that is cut free."""


@dataclass(frozen=True)
class Asking(Kind):
    """A sort of thing to ask."""

    form: Form = SHORT
    tools: tuple[str, ...] = ()
    """Registered tools that whoever answers may use."""
    is_small: bool = False
    """A model of a few billion parameters can write and answer it."""
    goals: tuple[str, ...] = ()
    """Refinement goals that make sense for it."""
    needs_sandbox: bool = False
    """What it asks for has to be executed: it is not tried where nothing can be."""
    per_chat: int = 2
    """Items asked for in one chat with a strong writer; a small one is asked for one."""


@dataclass(frozen=True)
class Goal(Kind):
    """A goal of refinement."""

    edits: bool = False
    """The passage is changed."""
    is_answerable: bool = True
    """The question can still be answered afterwards."""
    asks_anew: bool = True
    """The item is written anew; else it stays word by word."""
    new_key: bool = False
    """The right answer has to be another one than before."""
    becomes: str = ""
    """Name of the kind the item is of afterwards, where that is another one."""
    refit: Callable[[Form], Form] = _as_it_is
    """The form into which the new item is written, from that of its kind: with more options, say."""

    def kind_of(self, before: Asking, kinds: Mapping[str, Asking]) -> Asking:
        """Return the kind of an item refined toward this goal, in the form its editor fills in."""
        kind = kinds[self.becomes] if self.becomes else before
        return replace(kind, form=self.refit(kind.form))


def by_name(kinds: Sequence[Kind]) -> Mapping[str, Kind]:
    return {kind.name: kind for kind in kinds}


def checked(script: Script, kinds: Sequence[Kind]) -> None:
    """Refuse a table with a name twice; briefs are asked of the script when kinds are made, and fail there."""
    names = [kind.name for kind in kinds]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{script.path.name}: twice in one table: {', '.join(twice)}")
