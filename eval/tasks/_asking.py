"""How the packaged tasks put their questions: the words stand in `_asking.md`, and what is lettered is lettered here."""

from __future__ import annotations

from collections.abc import Sequence
from string import ascii_uppercase

from agents.script import Script

_WORDS = Script.beside(__file__)


def letters(count: int) -> tuple[str, ...]:
    """Return the letters of so many options, from A."""
    return tuple(ascii_uppercase[:count])


def ask_choice(question: str, options: Sequence[str], passage: str = "") -> str:
    """Return the prompt for one of several options, lettered in their order."""
    *first, last = letters(len(options))
    return _said(
        "choice",
        passage=passage,
        question=question,
        options=list(zip(letters(len(options)), options, strict=True)),
        letters=f"{', '.join(first)} or {last}",
    )


def ask_number(question: str) -> str:
    """Return the prompt for a number."""
    return _said("number", question=question)


def ask_math(problem: str) -> str:
    """Return the prompt for a mathematical expression."""
    return _said("math", problem=problem)


def ask_passage(question: str, passage: str) -> str:
    """Return the prompt for a few words of a text, or that it does not hold them."""
    return _said("passage", question=question, passage=passage)


def _said(role: str, **facts: object) -> str:
    return _WORDS.role(role).prompt.render(facts).strip()
