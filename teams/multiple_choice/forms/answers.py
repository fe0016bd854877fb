"""Which labels an answer names together: "**A, C and D**", a line of their own, "Answer: A, C"."""

from __future__ import annotations

import re
from collections.abc import Sequence

_JOINED = r"(?:\s*[,;&+/、，]\s*(?:[^\W\d_]{1,3}\s+)?|\s+[^\W\d_]{1,3}\s+|\s+)"
"""What stands between labels: a comma, a short word of any language, both."""


def labels_in(answer: str, labels: Sequence[str]) -> list[str] | None:
    """Return the labels an answer chooses, None where it names no set of them, or two different ones.

    Read are, the first that is found: a set in bold, a set that is a whole line, a set that ends a line after a colon.
    A label that begins a line with words behind it is discussed, not chosen.
    """
    label = rf"\(?(?:{'|'.join(map(re.escape, labels))})\)?"
    run = rf"{label}(?:{_JOINED}{label})*"
    looks = (
        rf"(?:\*\*|__|boxed\{{)\s*(?:[^*_\n:]{{1,60}}[:：]\s*)?({run})[.:]?\s*(?:\*\*|__|\}})",
        rf"^[\s>#*_-]*({run})[.:\s*_]*$",
        rf"[:：][\s*_]*({run})[.\s*_]*$",
    )
    for look in looks:
        found = [
            sorted(set(re.findall(rf"(?<!\w)(?:{'|'.join(map(re.escape, labels))})(?!\w)", match[1])))
            for match in re.finditer(look, answer, re.MULTILINE)
        ]
        # Single letters in bold set off what is discussed; the set is the longest that is named.
        wanted = [some for some in found if len(some) == max(map(len, found))] if found else []
        if wanted:
            return wanted[0] if all(some == wanted[0] for some in wanted) else None
    return None
