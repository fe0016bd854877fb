"""How figures are written: the same everywhere, and what is missing is a dash, never a nought."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Iterable, Sequence
from html import escape

from agents.view.plain import inert, one_line

NOTHING = "–"
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~$])")


def number(value: float | None, digits: int = 2, *, signed: bool = False) -> str:
    """Return a figure, with its sign where asked for; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return NOTHING
    made = f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"
    # A nought has no sign.
    return made.lstrip("+-") if not float(made) else made


def interval(low: float | None, high: float | None, digits: int = 2, *, signed: bool = False) -> str:
    """Return both ends of an interval, or nothing where there is none."""
    if low is None or high is None:
        return ""
    return f"[{number(low, digits, signed=signed)}, {number(high, digits, signed=signed)}]"


ASKEW = 0.25
"""Share of an interval's half by which its middle may lie beside the figure and "±" still tell where it ends."""


def with_interval(value: float | None, low: float | None, high: float | None, digits: int = 2) -> str:
    """Return a figure with its interval: `56.80 ± 1.20`, or where that lies askew `0.00 [0.00, 27.75]`."""
    if value is None or low is None or high is None:
        return number(value, digits)
    half = (high - low) / 2
    if abs(low + half - value) > ASKEW * half + 10**-digits:
        return f"{number(value, digits)} {interval(low, high, digits)}"
    return f"{number(value, digits)} ± {number(half, digits)}"


def percent(value: float | None, digits: int = 1) -> str:
    """Return a relative change."""
    return NOTHING if value is None else f"{number(value, digits, signed=True)} %"


def chance(p: float | None) -> str:
    """Return a p-value."""
    return NOTHING if p is None else "< 0.0001" if p < 0.0001 else f"{p:.4f}" if p < 0.1 else f"{p:.2f}"


def markdown(text: object, most: int = 0) -> str:
    """Return foreign words as Markdown that only shows them, on one line."""
    marked = _MARKDOWN.sub(r"\\\1", one_line(str(text), most)).replace("://", ":\u200b//")
    return escape(marked, quote=False)


def markdown_table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; cells are Markdown on one line."""
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def csv_of(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as a CSV file's text.

    Words that a spreadsheet would take for a formula get an apostrophe before them. None is an empty cell; a figure has
    all its digits.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(heads)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return out.getvalue()


def _cell(value: object) -> object:
    if value is None or isinstance(value, (bool, int, float)):
        return "" if value is None else value
    words = inert(str(value)).replace("\r", "\n")
    return f"'{words}" if words[:1] in tuple("=+-@\t'") and words[:1] else words
