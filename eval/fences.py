"""Fence what others wrote, so that a judge sees where it begins and ends, and nothing in it can end it early.

The mark in the fences is a hash of all that they hold: the same on every machine, and not to be foreseen by whoever
writes the text, since writing the mark into it would change the mark.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import count


@dataclass(frozen=True, slots=True)
class Fenced:
    """Texts between lines that carry one mark."""

    mark: str
    """Occurs in none of the texts."""
    blocks: Mapping[str, str]
    """By title: the text with its two lines."""


def fenced(texts: Mapping[str, str]) -> Fenced:
    """Fence texts that one prompt will hold, each under its title, such as `answer`."""
    mark = mark_of(texts.values())
    return Fenced(mark, {title: f"--- {title} {mark} begins ---\n{text}\n--- {title} {mark} ends ---"
                         for title, text in texts.items()})  # fmt: skip


def mark_of(texts: Iterable[str]) -> str:
    """Return a mark that occurs in none of the texts: six hexadecimal digits."""
    material = "\0".join(texts)
    lowered = material.lower()
    for number in count():
        raw = f"{number}\0{material}".encode(errors="replace")
        mark = hashlib.blake2b(raw, digest_size=3).hexdigest()
        if mark not in lowered:
            return mark
    raise AssertionError
