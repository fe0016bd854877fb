"""A user's message made of its parts: the text it brings along, what is asked, and the format that is asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from teams.engine.demands import Demand, combine

QUESTION = "Read the following text and answer the question.\n\n{text}\n\n{ask}"
LABELS = (
    ("Text:\n{text}\n\n{ask}", "en"),
    (QUESTION, "en"),
    ("{ask}\n\nText:\n{text}", "en"),
    ("{text}\n\n---\n\n{ask}", ""),
    ("{text}\n\n{ask}", ""),
    ('"""\n{text}\n"""\n\n{ask}', ""),
    ('{ask}\n\n"""\n{text}\n"""', ""),
)
"""Ways to bring a text along, each with the language of its words; those without words suit all."""


def demands_of(facts: Mapping[str, Any]) -> list[Demand]:
    """Return the formats an instruction asks for."""
    return [Demand(**given) for given in facts.get("demands", ())]


def compose(
    ask: str, text: str, demands: Sequence[str], random: Random, *, english: bool, is_question: bool = True
) -> str:
    """Return the message: `text` ('' if none is shown) and `ask` with the wordings of format rules joined to it.

    Without `is_question` what is asked for is something else than an answer, such as the text itself changed.
    """
    asked = f"{ask}\n\n{combine(list(demands), random)}" if demands else ask
    if not text:
        return asked
    layouts = [layout for layout, language in LABELS if english or not language]
    layouts = [layout for layout in layouts if is_question or layout != QUESTION]
    # What is put in is never scanned again: texts are full of braces.
    before, _, after = random.choice(layouts).partition("{text}")
    return before.replace("{ask}", asked) + text + after.replace("{ask}", asked)
