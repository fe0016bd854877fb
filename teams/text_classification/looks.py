"""What in the look of a text shows that it is not of its kind; complaints to its writer."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TURN = re.compile(r"^\s*(?:\*\*)?([^\W\d_][\w .'’-]{0,40}?)(?:\*\*)?\s?[:：](?:\*\*)?\s*\S", re.MULTILINE)


def has_turns(passage: str) -> Iterator[str]:
    """Turns of two people at least, each begun with a name and a colon."""
    names = _TURN.findall(passage)
    if len(set(names)) < 2 or len(names) < 3:
        yield "at least three turns of two people are wanted, each begun with the name and a colon"


def is_addressed(passage: str) -> Iterator[str]:
    """A letter's look: a greeting on a line of its own at the top, a name at the end."""
    lines = [line.strip() for line in passage.splitlines() if line.strip()]
    if len(lines) < 3 or len(lines[-1].split()) > 8:
        yield "an e-mail has a greeting, paragraphs, and ends with who sends it, each on lines of their own"
