"""Figures as people of a language write them: 80 million, 1,200, 0.03."""

from __future__ import annotations

from teams.engine.checks.told import with_points
from teams.fermi.tree import rounded

_LARGE = ((1e12, "trillion"), (1e9, "billion"), (1e6, "million"))
_SMALLEST = 1e-4


def written(value: float, tag: str = "", digits: int = 2) -> str:
    """Return a size with so many digits that count, as it stands in a sentence of a language ('' for English)."""
    size = rounded(value, digits)
    comma = _has_comma(tag)
    if not tag or tag.casefold().startswith("en"):
        for least, word in _LARGE:
            if least <= size < 1000 * least:
                return f"{size / least:.4g} {word}"
    if size >= 1e15 or size < _SMALLEST:
        figure, _, power = f"{size:.{digits - 1}e}".partition("e")
        bare = figure.rstrip("0").rstrip(".") if "." in figure else figure
        return f"{bare.replace('.', ',') if comma else bare} × 10^{int(power)}"
    said = (
        f"{size:,.0f}" if size >= 100 else f"{size:.{max(digits + 3, 4)}g}" if size >= 1 else f"{size:.10f}".rstrip("0")
    )
    return said.translate(str.maketrans(",.", ".,")) if comma else said


def _has_comma(tag: str) -> bool:
    """Whether 2,5 is two and a half in a language: as the reader of figures has it."""
    return with_points("2,5", tag) == "2.5"
