"""Is a cell told: its figure, its day, its words, in whatever spelling or rounding."""

from __future__ import annotations

import re
from datetime import date
from fractions import Fraction
from functools import lru_cache

from teams.data_to_text.data.model import Column, plain_number
from teams.engine.checks.spelling import days, in_digits, times
from teams.engine.checks.told import Told, told_in
from teams.engine.stages.forms.short import words

_UNPARTED = 0x2E80
"""From here on signs are written without blanks between words."""
MARK = re.compile(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+|^\s*#+\s.*$|\*\*|`", re.MULTILINE)
"""Marks of a layout: a list's numbers are no figures."""


def tells(answer: str, column: Column, text: str, tag: str = "") -> bool:
    """Say whether an answer tells a cell, in whatever words."""
    if not text:
        return True
    if column.type != "number" and _stands(_plain(text), _plain(answer)):
        return True
    if column.type == "number":
        return _tells_number(answer, Fraction(text), tag)
    if column.type in ("date", "moment"):
        return _tells_day(answer, text, tag)
    if column.type == "yes_no":
        return True  # said in words that no program knows: "open all winter"
    mine, theirs = words(text), set(words(answer))
    stems = {word[:5] for word in theirs}
    held = sum(word in theirs or word[:5] in stems for word in mine)
    return not mine or held >= len(mine) * (1 if len(mine) < 3 else 0.6)


def _stands(words: str, answer: str) -> bool:
    """Say whether words stand there whole, but for a case's ending: the Bo is not told where both boats are."""
    if any(ord(char) >= _UNPARTED for char in words):
        return words in answer
    ending = r"\w{0,3}" if len(words) > 4 else ""
    return re.search(rf"(?<!\w){re.escape(words)}(?:['’]?s|{ending})(?!\w)", answer) is not None


def _plain(said: str) -> str:
    return " ".join(re.sub(r"[*_`\"“”]", "", said).casefold().split())


_SCALES = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
_SCALED = re.compile(rf"(?<![\d.,])(\d[\d,]*(?:\.\d+)?)[ \u00a0-]({'|'.join(_SCALES)})\b", re.IGNORECASE)
_LOOSE = re.compile(r"\b(?:dozens|hundreds|thousands|millions|billions)\b", re.IGNORECASE)


@lru_cache(maxsize=512)
def figures_in(text: str, tag: str) -> tuple[Told, ...]:
    """Return the figures a text tells, in digits or in words, in the language of a tag."""
    read: list[Told] = []
    is_english = not tag or tag.startswith("en")
    for line in text.split("\n"):
        read += told_in(in_digits(_LOOSE.sub("", _SCALED.sub(_unscaled, line))) if is_english else line, tag)
    return tuple(read)


def _unscaled(match: re.Match[str]) -> str:
    return plain_number(Fraction(match[1].replace(",", "")) * _SCALES[match[2].lower()])


def _tells_number(answer: str, number: Fraction, tag: str) -> bool:
    return any(
        is_rounded(one.value, number)
        or is_rounded(one.value / 100, number)
        or (one.value >= 1000 and (is_rounded(one.value / 1000, number) or is_rounded(one.value / 10**6, number)))
        for one in figures_in(MARK.sub(" ", answer), tag)
    )


def _tells_day(answer: str, text: str, tag: str) -> bool:
    year, month, day = int(text[:4]), int(text[5:7] or 0), int(text[8:10] or 0)
    if len(text) == 4:
        return text in answer
    if day and any(d.agrees(date(year, month, day)) for d in days(answer)):
        return True
    named = {name.casefold() for name in month_names(month, tag)}
    has_month = (
        any(name in answer.casefold() for name in named)
        or f"{month}月" in answer
        or bool(re.search(rf"(?<!\d)0?{month}[./-]|[./-]0?{month}(?!\d)", answer))
    )
    has_day = not day or bool(re.search(rf"(?<!\d)0?{day}(?!\d)", answer))
    clock = text[11:16]
    if clock:
        hour, minute = int(clock[:2]), int(clock[3:])
        has_time = (hour, minute) in times(answer) or bool(
            re.search(rf"(?<!\d)0?{hour}\s?[:.h]\s?{minute:02}(?!\d)", answer)
        )
        # Of what happens on one day the day is said once, or in the heading.
        return has_time or (has_month and has_day and not minute)
    return has_month and has_day


@lru_cache(maxsize=64)
def month_names(month: int, tag: str) -> tuple[str, ...]:
    """Return what a month (from 1) is called in the language of a tag and in English, short names too."""
    from babel import Locale  # lazy: heavy

    found: set[str] = set()
    for language in {(tag or "en").partition("-")[0], "en"}:
        try:
            months = Locale.parse(language).months
        except Exception:
            continue
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                found.add(str(months[context][width][month]).rstrip("."))
    return tuple(sorted(name for name in found if len(name) > 2))


def is_rounded(said: Fraction, held: Fraction) -> bool:
    """Say whether a figure is another one, or that one rounded as far as its own digits show."""
    decimals, margin = _reach(said)
    # Most are far off, and exact numbers are slow.
    if abs(abs(float(said)) - abs(float(held))) > margin:
        return False
    if said == held or abs(said) == abs(held):
        return True
    if round(held, decimals) == said or round(abs(held), decimals) == abs(said):
        return decimals > 0 or abs(held) >= 10
    # 1,900 for 1,874: round figures of at least two digits that count.
    for zeros in range(1, 10):
        if said.denominator == 1 and said and said.numerator % 10**zeros == 0:
            if abs(held) >= 10 ** (zeros + 1) and round(held, -zeros) == said:
                return True
        else:
            break
    return False


@lru_cache(maxsize=4096)
def _reach(said: Fraction) -> tuple[int, float]:
    """Return how many decimals a figure shows, and how far from it at most what was rounded to it lies."""
    decimals, zeros = _decimals(said), 0
    while said.denominator == 1 and said and zeros < 9 and said.numerator % 10 ** (zeros + 1) == 0:
        zeros += 1
    return decimals, 0.5001 * 10.0 ** (zeros if zeros else -decimals) + abs(float(said)) * 1e-9


def _decimals(number: Fraction) -> int:
    for n in range(0, 7):
        if (number * 10**n).denominator == 1:
            return n
    return 6
