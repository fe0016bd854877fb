"""What in the look of a passage shows that it is not of its kind; complaints to its writer."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NAME = re.compile(r"(?<![.!?:\n] )(?<!^)\b[^\W\d_a-z][^\W\d_]{2,}", re.MULTILINE)
_UNCASED = re.compile(r"[\u0590-\u06ff\u0900-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""Scripts without capitals: names can't be told by them."""


def _lines(passage: str) -> list[str]:
    return [line for line in passage.splitlines() if line.strip()]


def has_lines(passage: str) -> Iterator[str]:
    """Eight lines at least."""
    if (count := len(_lines(passage))) < 8:
        yield f"it has {count} lines; write ten or more, each on a line of its own"


def has_words(passage: str) -> Iterator[str]:
    """Twenty words at least, one a line."""
    if (count := len(_lines(passage))) < 20:
        yield f"it has {count} lines; write thirty words or more, each with its meaning on a line of its own"


def has_people(passage: str) -> Iterator[str]:
    """Five names at least."""
    if not _UNCASED.search(passage) and (count := len(set(_NAME.findall(passage)))) < 4:
        yield f"it names {count} people; six at least are needed, each with a first name"
