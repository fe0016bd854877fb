"""What in the look of a passage shows that no task of its kinds could be made of it; in any language."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORD = re.compile(r"[^\W\d_]+")
_ROW = re.compile(r"^.*(?:\||\t|;|,).*\d.*$", re.MULTILINE)
ROWS = 10
WORDS = 60
PAIRS = 14


def has_table(passage: str) -> Iterator[str]:
    """Yield a fault where there are fewer rows with figures than a register has."""
    rows = len(_ROW.findall(passage))
    if rows < ROWS:
        yield f"it has {rows} rows of a table with figures; a register has at least {ROWS + 2}, one a line"


def has_words(passage: str) -> Iterator[str]:
    """Yield a fault where there are too few different words."""
    found = {word.casefold() for word in _WORD.findall(passage) if len(word) > 2 or word > "\u3000"}
    if len(found) < WORDS:
        yield f"it has {len(found)} different words; a lexicon of this sort has at least {WORDS}"


def has_pairs(passage: str) -> Iterator[str]:
    """Yield a fault where there are too few lines."""
    lines = [line for line in passage.splitlines() if line.strip()]
    if len(lines) < PAIRS:
        yield f"it has {len(lines)} lines; four relations with their pairs, one a line, have at least {PAIRS}"
