"""Sentences of a text and the words in them that make an answer: what a program can pick for a model that can't."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from tools.counting import sentences, word_count

_NAME = re.compile(r"(?<=[a-z,;] )(?:[A-Z][\w'’-]+)(?: (?:of|de|van|von|the) (?=[A-Z])| [A-Z][\w'’-]+)*")
_MEASURE = re.compile(
    r"(?<![\w.,])(?:\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)"
    r"(?: (?:percent|million|thousand))?(?: [a-z]{2,11}(?:s|en|et))?(?![\w,.]\d)"
)
_LAST = re.compile(r"\b(?:a|an|the|its|their) (?:[a-z-]{3,} ){0,2}[a-z-]{4,}(?=[.!]$)")
"""What a sentence ends in, as in: The ebb turns the great wheel."""
_MARKUP = re.compile(r"^[#>|*\-\d.\s]+|[|`*_]{2,}|https?:")
FEWEST, MOST = 8, 34
"""Words of a sentence that something is asked about."""


@dataclass(frozen=True)
class Fact:
    """A sentence, and the words of it that are to be the answer; they stand in the text once."""

    sentence: str
    answer: str


def facts_of(text: str) -> list[Fact]:
    """Return what can be asked about: one entry a sentence and span, in the order of the text."""
    return list(_facts(text))


def _facts(text: str) -> Iterator[Fact]:
    for paragraph in text.split("\n\n"):
        if _MARKUP.match(paragraph.strip()):
            continue
        for sentence in sentences(" ".join(paragraph.split())):
            if not FEWEST <= word_count(sentence) <= MOST or not sentence.rstrip("\"'”’)").endswith((".", "!")):
                continue
            for match in (m for look in (_NAME, _MEASURE, _LAST) for m in look.finditer(sentence)):
                answer = match.group().strip()
                if len(answer) > 1 and text.count(answer) == 1 and sentence.count(answer) == 1:
                    yield Fact(sentence, answer)


def drawn(text: str, random: Random) -> Fact | None:
    """Draw a fact; None where a text has none."""
    found = facts_of(text)
    return random.choice(found) if found else None
