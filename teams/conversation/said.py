"""Does a text say a value: the same figures and the same words, however they are written?"""

from __future__ import annotations

import re
import unicodedata

from teams.engine.checks.measures import unit_of
from teams.engine.checks.quotes import locate
from teams.engine.checks.spelling import in_digits
from teams.engine.stages.forms.short import words

_FIGURE = re.compile(r"(?<![\w.,])\d[\d.,\u00a0\u202f']*\d|\d")
_GROUPED = re.compile(r"\d{1,3}(?:[.,\u00a0\u202f']\d{3})+(?P<rest>[.,]\d{1,2})?")
_MONEY = frozenset("eur euro euros usd dollar dollars gbp pound pounds chf franken cent cents pence".split())  # noqa: SIM905
_LONG_STEM = 6
_ORDINAL = re.compile(
    r"\b(?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)\b", re.IGNORECASE
)
CLOSE = 0.005
"""Rounding that two figures may differ by outright; of figures below 1 it is a share. 1893 is not 1899."""
_TINY = 1e-9


def figures(text: str) -> list[float]:
    """Return the figures of a text, also those written as English words."""
    return [_value(match.group()) for match in _FIGURE.finditer(in_digits(text))]


def _value(written: str) -> float:
    if found := _GROUPED.fullmatch(written):
        whole = re.sub(r"\D", "", written[: found.start("rest")] if found["rest"] else written)
        return float(f"{whole}.{found['rest'][1:]}" if found["rest"] else whole)
    parts = re.split(r"[.,]", re.sub(r"[\u00a0\u202f']", "", written))
    return float("".join(parts[:-1]) + "." + parts[-1]) if len(parts) > 1 else float(parts[0])


def same_figure(one: float, other: float) -> bool:
    """Say whether two figures are one: a whole figure is no other whole one, however near."""
    return abs(one - other) <= CLOSE * min(1.0, abs(one)) + _TINY


def rounds_to(worth: float, told: float) -> bool:
    """Say whether a figure is another one, as it is or rounded as people round: to whole ones, to one or two places."""
    return same_figure(worth, told) or any(abs(round(worth, places) - told) < _TINY for places in (0, 1, 2))


def holds(value: str, text: str) -> bool:
    """Say whether `text` holds `value`: as it stands, or its figures and its words in any order; units may change."""
    if locate(value, text, any_case=True) is not None:
        return True
    wanted, there = figures(value), figures(text)
    if not all(any(same_figure(figure, other) for other in there) for figure in wanted):
        return False
    named = [word for word in words(in_digits(value)) if not re.search(r"\d", word)]
    # Units may change (84 euros, €84); "first year" is more than a 1.
    if wanted and not _ORDINAL.search(value):
        named = [word for word in named if not (unit_of(word) or word in _MONEY)]
    if not wanted and not named:
        return False
    said = set(words(text))
    return all(_said(word, said) for word in named)


def stands(value: str, text: str) -> bool:
    """Say whether just these words stand there; a name is none without its capital (Ms Winter, in winter)."""
    return locate(value, text, any_case=value == value.lower()) is not None


def _said(word: str, said: set[str]) -> bool:
    """Say whether a word stands there, its ending aside where it is long enough to be known without."""
    if word in said:
        return True
    stem = word[: max(_LONG_STEM - 1, len(word) - 2)]
    return len(word) >= _LONG_STEM and any(other.startswith(stem) for other in said)


def folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
