"""Does a derived value follow from its words: a figure, a date, a time of day, a length of time, a currency?

Read generously, in the language of the text: names of months, days, units and currencies come from the locale data. A
date that is only meant ("the Friday after") can't be read off its words; what can be held against them is.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from math import isclose
from typing import Any

from teams.engine.checks.spelling import in_digits, numbers, times, whole
from teams.text_extraction.record.fields import Field
from tools.calculator.arithmetic import compute
from tools.calculator.quantities import CannotCompute

_DATE = re.compile(r"(?:(?P<y>\d{4})(?:-(?P<m>\d{2})(?:-(?P<d>\d{2}))?)?|(?P<m2>\d{2})-(?P<d2>\d{2}))")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_DURATION = re.compile(
    r"P(?=\d|T\d)(?:(?P<years>\d+(?:\.\d+)?)Y)?(?:(?P<months>\d+(?:\.\d+)?)M)?(?:(?P<weeks>\d+(?:\.\d+)?)W)?"
    r"(?:(?P<days>\d+(?:\.\d+)?)D)?(?:T(?:(?P<hours>\d+(?:\.\d+)?)H)?(?:(?P<minutes>\d+(?:\.\d+)?)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_HOURS = {"years": 8766.0, "months": 730.5, "weeks": 168.0, "days": 24.0, "hours": 1.0, "minutes": 1 / 60, "seconds": 1 / 3600}  # fmt: skip  # noqa: E501
_SPAN = re.compile(r"(\d+(?:\.\d+)?)[ -]?(year|month|fortnight|week|day|night|hour|hr|h|minute|min|second|sec)s?\b")
_SPAN_HOURS = {
    "year": 8766.0, "month": 730.5, "fortnight": 336.0, "week": 168.0, "day": 24.0, "night": 24.0, "hour": 1.0,
    "hr": 1.0, "h": 1.0, "minute": 1 / 60, "min": 1 / 60, "second": 1 / 3600, "sec": 1 / 3600,
}  # fmt: skip
_LONE = re.compile(r"\b(?:an?|one) (?=(?:\w+ )?(?:year|month|fortnight|week|day|night|hour|minute|second)\b)", re.I)
_MEASURED = re.compile(r"(-?\d[\d.,]*)\s*(°?[A-Za-zµ²³%/]{1,20})")
_NUMERIC_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}(?:[./-]\d{1,4})?|[年月日]")
_ORDINAL = re.compile(r"(?<!\w)(\d{1,2})(?:st|nd|rd|th|er|[.º])(?!\w)")
_SMALL_CHANGE = 0.005


def underived(field: Field, value: str, said: str, passage: str, tag: str) -> Iterator[str]:
    """Yield why `value` does not follow from `said`; `passage` may hold the year of a date, `tag` is its language."""
    look = {
        "number": lambda: _number(field, value, said, tag),
        "date": lambda: _date(value, said, passage, tag),
        "time": lambda: _time(value, said, tag),
        "duration": lambda: _duration(value, said, tag),
        "currency": lambda: _currency(value, said, tag),
    }.get(field.type)
    if look:
        yield from look()


# Numbers


def _number(field: Field, value: str, said: str, tag: str) -> Iterator[str]:
    try:
        wanted = float(value)
    except ValueError:
        yield f"{value!r} is no number as JSON has them: 1250.5"
        return
    known = _numbers(said, tag)
    if any(isclose(wanted, n, rel_tol=1e-9, abs_tol=1e-9) for n in known):
        return
    if field.unit and any(isclose(wanted, n, rel_tol=_SMALL_CHANGE) for n in _converted(said, field.unit)):
        return
    more = f", nor is it {field.unit} of it" if field.unit else ""
    yield f"{value} does not stand in {said!r}{more}"


def _numbers(said: str, tag: str) -> set[float]:
    found = numbers(said)
    if tag not in ("", "en"):
        found |= numbers(_digits(said, tag))
        scales = [
            scale for word, scale in _scales(tag).items() if re.search(rf"(?<!\w){re.escape(word)}(?!\w)", said, re.I)
        ]
        found |= {n * scale for n in found for scale in scales}
    return found | {round(n * 100, 9) for n in found if "%" in said or "‰" in said}


def _digits(said: str, tag: str) -> str:
    from text_to_num import alpha2digit  # type: ignore[import-untyped]  # lazy: a compiled module

    try:
        return str(alpha2digit(said, tag.split("-")[0], threshold=0))
    except (ValueError, KeyError):  # a language it does not know
        return said


@lru_cache(maxsize=8)
def _scales(tag: str) -> dict[str, float]:
    """Words that multiply: `Millionen`, `Tsd.`, from the ways a language shortens figures."""
    locale = _locale(tag)
    found: dict[str, float] = {}
    for forms in (getattr(locale, "compact_decimal_formats", {}) or {}).values() if locale else ():
        for plural in forms.values():
            for power, pattern in plural.items():
                written = str(getattr(pattern, "pattern", pattern))
                word = re.sub(r"[0\s'.¤]+", " ", written).strip()
                if len(word) > 1:
                    found[word] = 10.0 ** (len(str(power)) - written.count("0"))
    return found


def _converted(said: str, unit: str) -> Iterator[float]:
    """What quantities of `said` come to in `unit`, by the calculator."""
    for many, own in _MEASURED.findall(whole(in_digits(said))):
        for n in numbers(many):
            try:
                told = compute(f"{n:.12g} {own} to {unit}")
            except CannotCompute:
                continue
            yield from numbers(told.partition(" ")[0])


# Dates and times


def _date(value: str, said: str, passage: str, tag: str) -> Iterator[str]:
    match = _DATE.fullmatch(value)
    if not match:
        yield f"{value!r} is no date: give YYYY-MM-DD, or YYYY-MM, YYYY or MM-DD where the text gives no more"
        return
    year, month, day = match["y"], int(match["m"] or match["m2"] or 0), int(match["d"] or match["d2"] or 0)
    if month > 12 or (month and day > monthrange(int(year or 2000), month)[1]) or (match["m"] and not month):
        yield f"there is no such day as {value}"
        return
    if year and year not in passage and f"{year[2:]}" not in re.findall(r"\d+", said):
        yield f"the year of {value} stands nowhere in the text: give MM-DD"
    figures, months = _numbers(said, tag), _months_in(said, tag)
    if not months and not _NUMERIC_DATE.search(said):
        yield from _meant(value, said, tag) if day else ()
        return
    if month and months and month not in months:
        yield f"{value} is in another month than {said!r}"
    elif month and not months and month not in figures and f"{month}" not in re.findall(r"\d+", said):
        yield f"the month of {value} is not in {said!r}"
    if day and day not in figures and f"{day}" not in [d.lstrip("0") for d in re.findall(r"\d+", said)]:
        yield f"the day of {value} is not in {said!r}"


def _meant(value: str, said: str, tag: str) -> Iterator[str]:
    """A date that is only meant: the weekday it is called by has to be its own, and "the 17th" the 17th."""
    ordinals = [int(n) for n in _ORDINAL.findall(said)]
    if ordinals and int(value[-2:]) not in ordinals:
        yield f"the day of {value} is not in {said!r}"
    if len(value) < 10:
        return
    named = {n for n, names in _names("days", tag).items() if any(_stands(name, said) for name in names)}
    if named and date.fromisoformat(value).weekday() not in named:
        yield f"{value} is no such weekday as {said!r}"


def _months_in(said: str, tag: str) -> set[int]:
    return {n for n, names in _names("months", tag).items() if any(_stands(name, said) for name in names)}


def _stands(name: str, said: str) -> bool:
    return bool(re.search(rf"(?<![^\W\d_]){re.escape(name)}(?![^\W\d_])", said, re.IGNORECASE))


@lru_cache(maxsize=16)
def _names(what: str, tag: str) -> dict[int, tuple[str, ...]]:
    """Names of months (from 1) or weekdays (from 0), in a language and in English."""
    found: dict[int, set[str]] = {}
    for locale in filter(None, (_locale(tag), _locale("en"))):
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for n, name in getattr(locale, what)[context][width].items():
                    found.setdefault(int(n), set()).add(str(name).rstrip("."))
    return {n: tuple(sorted(name for name in names if len(name) > 2)) for n, names in found.items()}


def _time(value: str, said: str, tag: str) -> Iterator[str]:
    match = _TIME.fullmatch(value)
    if not match:
        yield f"{value!r} is no time of day: give HH:MM"
        return
    hour, minute = int(match[1]), int(match[2])
    figures = _numbers(said, tag) | {float(d) for d in re.findall(r"\d{1,2}", said)}
    if (hour, minute) in times(said):
        return
    if not any(n % 12 == hour % 12 for n in figures) or (minute and minute not in figures | {15, 30, 45}):
        yield f"{value} is not the time that {said!r} tells"


def hours_of(value: str) -> float | None:
    """Return how many hours a length of time in ISO 8601 is, None if it is none."""
    match = _DURATION.fullmatch(value)
    if not match or value.endswith("T"):
        return None
    return sum(float(n) * _HOURS[unit] for unit, n in match.groupdict().items() if n)


def _duration(value: str, said: str, tag: str) -> Iterator[str]:
    wanted = hours_of(value)
    if wanted is None:
        yield f"{value!r} is no length of time in ISO 8601: P2W for two weeks, PT1H40M for an hour and forty minutes"
        return
    told = [float(n) * _SPAN_HOURS[unit] for n, unit in _SPAN.findall(_LONE.sub("1 ", whole(in_digits(said))).lower())]
    if told:
        if not any(isclose(wanted, hours, rel_tol=_SMALL_CHANGE) for hours in (*told, sum(told))):
            yield f"{value} is another length of time than {said!r}"
        return
    figures = _numbers(said, tag)
    if figures and not any(float(n) in figures or float(n) == 1 for n in re.findall(r"\d+(?:\.\d+)?", value)):
        yield f"{value} is another length of time than {said!r}"


# Currencies


def _currency(value: str, said: str, tag: str) -> Iterator[str]:
    if value not in _currencies():
        yield f"{value!r} is no currency's code"
    elif not any(name in said.casefold() for name in _called(value, tag)):
        yield f"{said!r} does not say that the currency is {value}; take the words of the text, or leave the field out"


@lru_cache(maxsize=1)
def _currencies() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies())


@lru_cache(maxsize=64)
def _called(code: str, tag: str) -> tuple[str, ...]:
    from babel.numbers import get_currency_name, get_currency_symbol

    said = {code}
    for locale in filter(None, (_locale(tag), _locale("en"))):
        names = {get_currency_name(code, count, locale=locale) for count in (1, 2)}
        said |= names | {get_currency_symbol(code, locale)}
    if code in _PLAIN:
        said |= set(_PLAIN[code].split())
    return tuple(name.casefold() for name in said if name)


_PLAIN = {
    "USD": "$ dollar dollars",
    "GBP": "£ pound pounds",
    "EUR": "€ euro",
    "JPY": "¥ yen",
    "CHF": "francs franken fr.",
}
"""What a currency is called in its own country, where others have the same name."""


@lru_cache(maxsize=16)
def _locale(tag: str) -> Any:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse((tag or "en").replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return None
