"""Puzzles that a program dealt: their writer gives names and words, everything else is proven already."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from teams.brain_teaser.forms import keys
from teams.engine.stages.forms import Asked, Draft, Facts, Form, Paper, closed, several, text

QUESTION = text(40, 2600, "the whole puzzle as whoever solves it will see it, who sees nothing else")
_NAME = closed({"slot": text(1, 4, "its letter, as in [A]"), "name": text(1, 60, "as it stands in the puzzle")})
_BESIDE = {
    "herring": text(15, 300, "the sentence of the puzzle that leads astray, exactly as it stands there"),
    "attempt": text(15, 400, "the sentences with the asker's own try, exactly as they stand there"),
}


@dataclass(frozen=True)
class Dealt(Form):
    """A puzzle in words, over an instance whose solution was found by search."""

    beside: str = ""
    """What its writer points out in it: a `herring`, an `attempt`."""

    name = "dealt"
    shape = "prose"
    quotes = False

    def draft(self, small: bool) -> dict[str, Any]:
        names = several(_NAME, 0, 16, "a name for each letter in brackets, none of them twice")
        beside = {self.beside: _BESIDE[self.beside]} if self.beside else {}
        return {"idea": text(5, 400, "the scene, and who asks"), "names": names, "question": QUESTION, **beside}

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        if self.beside and draft[self.beside].strip() not in draft["question"]:
            yield f"{self.beside!r} has to stand in the puzzle exactly as you hand it in"

    def asked(self, draft: Draft, random: Random) -> Asked:
        question = draft["question"].strip()
        return Asked(question, {"question": question, self.beside or "herring": draft.get(self.beside, "")})

    def paper(self, facts: Facts, random: Random) -> Paper:
        unit = f"\n({facts['unit']})" if facts["unit"] else ""
        candidates = random.sample(facts["candidates"], len(facts["candidates"]))
        return Paper(f"{facts['ask']}{unit}", keys.schema(facts["answers"], candidates, facts["unit"]))

    def found(self, answer: str, facts: Facts) -> str | None:
        said = keys.said(answer)
        return said if keys.is_readable(said, facts["answers"], facts) else None

    def agrees(self, value: Any, facts: Facts) -> bool:
        if value is None or not facts.get("answerable", True):
            return False
        return keys.agrees(value, facts["key"], facts["answers"], facts)

    def told(self, facts: Facts) -> Any:
        return ", ".join(facts["key"]) if isinstance(facts["key"], list) else f"{facts['key']} {facts['unit']}".strip()

    def how(self, facts: Facts) -> str:
        return keys.how(facts["answers"])


def with_herring(form: Form) -> Form:
    return Dealt("herring") if isinstance(form, Dealt) else form


def with_attempt(form: Form) -> Form:
    return Dealt("attempt") if isinstance(form, Dealt) else form


def put(line: str, names: Mapping[str, str]) -> str:
    """Return a line of a telling with names in place of its brackets."""
    for slot, name in names.items():
        line = line.replace(f"[{slot}]", name)
    return line
