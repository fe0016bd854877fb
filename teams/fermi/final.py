"""The figure an answer ends in, and the range it gives: read in the unit that was asked for, whatever it is told in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import sqrt
from typing import Any

from teams.engine.checks.told import SHARE, Told, told_in
from teams.fermi.chain import plain, quantity_of
from teams.fermi.tree import apart
from teams.fermi.units import Wrong, unit

_BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
_ONE_IN = re.compile(
    r"(?<![\d.,])1\s*(?:in|zu|:|out of|sur|su|en|em|op|auf|из|of|von|de cada|chance in|/)\s*(?=[\d~≈])|一\s*/",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?。])\s+|\n+")
_JOINING = re.compile(r"^[^\d.;:=≈×*/+()]{0,26}$")
_FACTOR = re.compile(
    r"factor of|factor (?:two|three|five|ten)|times either way|order of magnitude|Faktor|Größenordnung|facteur|ordre de"
    r" grandeur|factor de|orden de magnitud|fattore|ordine di grandezza|fator|ordem de grandeza|в \w+ раз|порядк"
    r"|倍|数量级|桁",
    re.IGNORECASE,
)
_LETTER = re.compile(r"(?<![\w'’])([A-J])(?!\w|['’])")
_ALIKE = 0.12


def bold(answer: str) -> list[str]:
    """Return what stands in bold."""
    return [" ".join(piece.split()) for piece in _BOLD.findall(answer)]


def letter(answer: str, letters: str) -> str | None:
    """Return the one letter that stands in bold, or leads a short answer; None where there is none or several."""
    found = {one for piece in bold(answer) for one in _LETTER.findall(piece) if one in letters}
    if not found and len(answer.split()) <= 12:
        found = {one for one in _LETTER.findall(answer) if one in letters}
    return found.pop() if len(found) == 1 else None


def in_unit(words: str, facts: Mapping[str, Any]) -> list[float]:
    """Return the figures of a few words that can be meant in the unit of the key, in it."""
    tag, wanted = str(facts.get("language") or ""), str(facts["unit"])
    return [value for one, value in _fitting(words, wanted, tag)]


def _fitting(words: str, wanted: str, tag: str) -> Iterator[tuple[Told, float]]:
    text = plain(words)
    asked = unit(wanted)
    odds = [] if asked.dims else [match.end() for match in _ONE_IN.finditer(text)]
    figures = told_in(text, tag)
    inverse = {n for n, one in enumerate(figures) if any(0 <= one.start - end <= 2 for end in odds)}
    for n, one in enumerate(figures):
        if n + 1 in inverse and one.value == 1:
            continue
        if n in inverse and one.value > 0:
            yield one, (1 / float(one.value)) / asked.value
        elif (value := _as(one, wanted)) is not None:
            yield one, value


def _as(one: Told, wanted: str) -> float | None:
    """Return a figure in a unit; None for one that measures something else.

    Where so much a year is asked for, so much alone is meant to be that.
    """
    asked = unit(wanted)
    if one.unit == SHARE:
        return float(one.value) / 100 / asked.value if not asked.dims else None
    size = quantity_of(one)
    if size is None or not size.dims:
        return float(one.value)
    parts = [part.strip() for part in re.split(r"/|\bper\b", wanted)]
    for kept in range(len(parts), 0, -1):
        try:
            whole = unit(" / ".join(parts[:kept]))
        except Wrong:
            continue
        measured = {name: n for name, n in whole.dims.items() if name in _MEASURED}
        if measured == dict(size.dims):
            return size.value / whole.value
    return None


_MEASURED = frozenset("meter kilogram second ampere kelvin mole candela bit euro dollar gbp yen franc".split())  # noqa: SIM905


def final(answer: str, facts: Mapping[str, Any]) -> float | None:
    """Return the figure an answer comes to, in the key's unit: the last in bold, or of a last sentence without any."""
    pieces = bold(answer)
    for piece in reversed(pieces):
        if values := in_unit(piece, facts):
            spans = ranges(piece, facts) if len(values) == 2 else []
            return sqrt(spans[0][0]) * sqrt(spans[0][1]) if spans else one_of(values)
    if pieces and not facts.get("demands"):
        return None
    sentences = [one for one in _SENTENCE.split(answer.strip()) if in_unit(one, facts)] if facts.get("demands") else []
    values = in_unit(sentences[-1], facts) if sentences else []
    return one_of(values) if len(values) <= 2 else None


def one_of(values: Sequence[float]) -> float | None:
    """Return the figure that several mean: the same in two units, or the middle of a range."""
    above = [value for value in values if value > 0]
    if len(above) != len(values) or not above:
        return None
    if max(apart(one, above[0]) for one in above) < _ALIKE:
        return above[0]
    if len(above) == 2 and above[0] < above[1]:
        return sqrt(above[0]) * sqrt(above[1])
    if len(above) == 3 and above[1] < above[2] and above[1] <= above[0] <= above[2]:
        return above[0]  # about 2,000 (600 to 6,000)
    return None


def ranges(words: str, facts: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Return the ranges that are told: 600–6,000 tonnes, between 0.5 and 5 million."""
    text = plain(words)
    found = list(_fitting(words, str(facts["unit"]), str(facts.get("language") or "")))
    made = []
    for (one, low), (other, high) in pairwise(found):
        if not _JOINING.match(text[one.end : other.start]):
            continue
        # 5 to 20 million: the first goes without the word that belongs to both, or without its measure.
        scale = float(other.value) / _bare_digits(text, other) if not one.unit or one.unit == other.unit else 1.0
        lows = [low, low * scale, float(one.value) * scale * high / float(other.value) if other.value else low]
        fitting = [value for value in lows if 0 < value < high]
        if fitting:
            made.append((max(fitting), high))
    return made


def _bare_digits(text: str, one: Told) -> float:
    """The figure as it is written, without million."""
    match = re.match(r"[\d.,'’\u00a0\u202f ]*\d", text[one.start :].lstrip("~≈$€£¥ "))
    try:
        bare = float(re.sub(r"[^\d.]", "", match[0])) if match else 0.0
    except ValueError:
        bare = 0.0
    scale = float(one.value) / bare if bare else 1.0
    near = min((1.0, 1e3, 1e6, 1e9, 1e12), key=lambda power: apart(power, scale) if scale > 0 else 0.0)
    return float(one.value) / near if near else float(one.value)


def has_range(answer: str, value: float, facts: Mapping[str, Any]) -> bool:
    """Whether an answer says how far its figure may be off: two ends around it, or a factor."""
    around = any(low <= value * 1.01 and high >= value * 0.99 for low, high in ranges(answer, facts))
    return around or bool(_FACTOR.search(answer))
