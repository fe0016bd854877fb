"""Arguments that lead astray: what is to be found is the step at which they do."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from teams.engine.checks.quotes import locate
from teams.engine.stages.forms import Asked, Draft, Open, several, text


class Flawed(Open):
    """An argument that looks sound, with a conclusion that can't be so, or two that can't both."""

    name = "flawed"
    quotes = False

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "conclusion": text(8, 300, "what the argument comes to, and nobody can accept"),
            "question": text(60, 2200, "the argument step by step, and what is asked; its reader sees nothing else"),
            "broken": text(6, 300, "the words of the question at which it goes wrong, exactly as they stand there"),
            "flaw": text(20, 500, "what is wrong with them"),
            "points": several(text(10, 300, ""), 2, 4, "what a good answer says, each a full sentence"),
        }

    def complaints(self, draft: Draft, passage: str) -> Iterator[str]:
        if locate(draft["broken"], draft["question"]) is None:
            yield f"the question does not say {draft['broken']!r}: quote the broken step letter by letter"
        if draft["flaw"].strip().casefold() in draft["question"].casefold():
            yield "the question says what is wrong with it"

    def asked(self, draft: Draft, random: Random) -> Asked:
        made = super().asked(draft, random)
        points = [draft["flaw"].strip(), *made.facts["points"]][:5]
        return Asked(
            made.text, {**made.facts, "points": points, "broken": draft["broken"], "key": draft["flaw"].strip()}
        )
