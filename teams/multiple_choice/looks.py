"""What in the look of a piece of material shows that it is not of its kind; complaints to its writer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.markup import bullets, numbered, tables

_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")


def lists_facts(passage: str) -> Iterator[str]:
    """A list of sentences."""
    facts = [item for item in bullets(passage) if len(item.text.split()) > 5 or len(item.text) > 30]
    if len(facts) < 6:
        wanted = "write eight at least, each a sentence on a line of its own that begins with a hyphen"
        yield f"it has {len(facts)} facts; {wanted}"


def sets_beliefs_against_facts(passage: str) -> Iterator[str]:
    """A table with three columns and several rows."""
    yield from _tabled(passage, columns=(3, 3), rows=4)


def compares(passage: str) -> Iterator[str]:
    """A table of things against respects."""
    yield from _tabled(passage, columns=(4, 7), rows=3)


def _tabled(passage: str, *, columns: tuple[int, int], rows: int) -> Iterator[str]:
    found = tables(passage)
    if not found:
        yield "there is no Markdown table in it"
        return
    table = found[0]
    if not columns[0] <= len(table.columns) <= columns[1]:
        wanted = str(columns[0]) if columns[0] == columns[1] else f"{columns[0]} to {columns[1]}"
        yield f"the table has {len(table.columns)} columns; {wanted} are wanted"
    if len(table.rows) < rows:
        yield f"the table has {len(table.rows)} rows; {rows} are wanted at least"


def gives_figures(passage: str) -> Iterator[str]:
    """Figures to reckon with."""
    figures = set(_FIGURE.findall(passage))
    if len(figures) < 5:
        yield f"it gives {len(figures)} figures; at least seven are wanted, with their units"


def numbers_steps(passage: str) -> Iterator[str]:
    """Steps in order."""
    steps = numbered(passage)
    if len(steps) < 4:
        yield f"it has {len(steps)} numbered steps; write five at least, each on a line of its own: 1., 2., 3."
