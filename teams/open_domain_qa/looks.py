"""What in the look of a passage shows that it is not of its kind; complaints to its writer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_LINK = re.compile(r"→|->|—>|=>")


def _lines(passage: str) -> list[str]:
    return [line for line in passage.splitlines() if line.strip()]


def has_facts(passage: str) -> Iterator[str]:
    """Ten facts or more, each on its line."""
    if (count := len(_lines(passage))) < 8:
        yield f"it has {count} lines; write ten facts or more, each on a line of its own"


def has_links(passage: str) -> Iterator[str]:
    """A link a line, with its arrow."""
    if (count := sum(bool(_LINK.search(line)) for line in _lines(passage))) < 6:
        yield f"{count} lines hold a link; write eight or more, each on its line as: one idea — how → the other: why"


def has_quantities(passage: str) -> Iterator[str]:
    """Six figures at least, to reckon with."""
    if (count := len(_FIGURE.findall(passage))) < 6:
        yield f"it holds {count} figures; six quantities at least are needed, in digits"


def has_table(passage: str) -> Iterator[str]:
    """A header and six rows with as many cells."""
    cells = Counter(line.strip().strip("|").count("|") for line in _lines(passage) if "|" in line)
    if not cells or max(cells) < 1 or cells.most_common(1)[0][1] < 7:
        yield "the data have to stand in a table, a row a line with | between the columns: a header, six rows at least"


def has_beliefs(passage: str) -> Iterator[str]:
    """Four beliefs, each a paragraph or a line of its own."""
    if (count := len(_lines(passage))) < 4:
        yield f"it has {count} paragraphs; give each belief one of its own, four at least"
