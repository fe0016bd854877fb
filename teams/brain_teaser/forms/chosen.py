"""Puzzles with options: one of them is the way out, the others are where the mind goes first."""

from __future__ import annotations

from random import Random
from typing import Any

from teams.engine.stages.forms import Asked, Choice, Draft, text


class Puzzled(Choice):
    """One right option; nothing it is to be read from."""

    name = "puzzled"
    quotes = False

    def draft(self, small: bool) -> dict[str, Any]:
        made = {name: field for name, field in super().draft(small).items() if name != "evidence"}
        turn = text(10, 300, "what everybody takes for granted here, and what is so instead")
        return {**made, "question": text(25, 1200, "as the reader will see it, who sees nothing else"), "turn": turn}

    def asked(self, draft: Draft, random: Random) -> Asked:
        made = super().asked(draft, random)
        return Asked(made.text, {**made.facts, "points": [draft["turn"].strip(), f"Right: {draft['right'].strip()}"]})
