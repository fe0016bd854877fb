"""What in the look of a piece of material shows that it is not of its kind, and its parts where it has some."""

from __future__ import annotations

import re
from collections.abc import Iterator

from teams.engine.checks.leaks import stands_alone
from tools.counting import word_count

_FACT = re.compile(r"^\s*[-*•]\s+(\S.*)$", re.MULTILINE)
_PART = re.compile(r"^\s*\d{1,2}[.)]\s+(\S.*)$", re.MULTILINE)
_RULE = re.compile(r"^\s*-{3,}\s*$", re.MULTILINE)
_DIGIT = re.compile(r"\d")
FACTS, PARTS, PIECES = (8, 16), (4, 8), (2, 4)
_LONG_PIECE = 130


def pieces(passage: str) -> list[str]:
    """Return the pieces of material between lines of hyphens."""
    return [piece.strip() for piece in _RULE.split(passage) if piece.strip()]


def has_facts(passage: str) -> Iterator[str]:
    """Facts one a line, some with figures."""
    facts = _FACT.findall(passage)
    if not FACTS[0] <= len(facts) <= FACTS[1]:
        yield f"it has {len(facts)} lines that begin with a hyphen; ten to fourteen facts are wanted, one a line"
    elif sum(bool(_DIGIT.search(fact)) for fact in facts) < 3:
        yield "hardly a fact has a figure: nothing could be reckoned"


def has_pieces(passage: str) -> Iterator[str]:
    """Pieces with a line of hyphens between them."""
    found = pieces(passage)
    if not PIECES[0] <= len(found) <= PIECES[1]:
        yield f"it has {len(found)} pieces; three or four are wanted, with a line of three hyphens between them"
    elif long := [n for n, piece in enumerate(found, 1) if word_count(piece) > _LONG_PIECE]:
        yield f"piece {long[0]} is too long to be handed over in a message; ninety words at most"


def has_parts(passage: str) -> Iterator[str]:
    """The whole in a line, then its parts, numbered."""
    parts = _PART.findall(passage)
    if not PARTS[0] <= len(parts) <= PARTS[1]:
        yield f"it has {len(parts)} numbered parts; five to seven are wanted, each on a line of its own: 1., 2., 3."
    first = _PART.search(passage)
    if first and not passage[: first.start()].strip():
        yield "the whole request stands on the first line, before its parts"


def is_a_message(passage: str) -> Iterator[str]:
    """A message that brings along all it speaks of."""
    yield from (f"it speaks of what it doesn't bring along: {fault!r}" for fault in stands_alone(passage))
