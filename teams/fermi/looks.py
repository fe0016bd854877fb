"""What in the look of a passage shows that it is not of its kind; complaints to its writer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from teams.engine.checks.spelling import in_digits

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


def _lines(passage: str) -> list[str]:
    return [line for line in passage.splitlines() if line.strip()]


def _with_figures(passage: str, fewest: int, what: str) -> Iterator[str]:
    count = sum(bool(_FIGURE.search(line)) for line in _lines(passage))
    if count < fewest:
        yield f"{count} lines hold a figure; {fewest} {what} or more are wanted, each on its own line, in digits"


def has_quantities(passage: str) -> Iterator[str]:
    """Eight quantities, a line each."""
    yield from _with_figures(passage, 7, "quantities")


def has_sizes(passage: str) -> Iterator[str]:
    """Ten sizes, a line each."""
    yield from _with_figures(passage, 8, "sizes")


def has_claims(passage: str) -> Iterator[str]:
    """Six claims with figures, a line each."""
    yield from _with_figures(passage, 5, "claims")


def has_some_figures(passage: str) -> Iterator[str]:
    """A few figures to reckon with."""
    if (count := len(_FIGURE.findall(in_digits(passage)))) < 3:
        yield f"it holds {count} figures; three at least are needed, in digits"


def has_outline(passage: str) -> Iterator[str]:
    """Two outlines, a dash a line."""
    if (count := sum(line.lstrip().startswith(("-", "–", "*", "•")) for line in _lines(passage))) < 7:
        yield f"{count} lines begin with a dash; two outlines are wanted, a dash and an indent a line, with ranges"
