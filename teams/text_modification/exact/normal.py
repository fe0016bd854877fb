"""Dates, times, figures and measures in one form: what stands in a text, its value, and the form it is to have.

The value is said in one way (2024-03-05, 14:30, 1234.5, 2.5 mile), so that a program can compare it with the words in
the text and write the form itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any

from babel.dates import format_date

from teams.text_modification.exact.places import Edit, all_places, occurrences

_DATES: Mapping[str, Callable[[date, str], str]] = {
    "YYYY-MM-DD": lambda d, tag: d.isoformat(),
    "DD.MM.YYYY": lambda d, tag: d.strftime("%d.%m.%Y"),
    "DD/MM/YYYY": lambda d, tag: d.strftime("%d/%m/%Y"),
    "MM/DD/YYYY": lambda d, tag: d.strftime("%m/%d/%Y"),
    "D Month YYYY": lambda d, tag: format_date(d, "d MMMM y", locale=tag),
    "Month D, YYYY": lambda d, tag: format_date(d, "MMMM d, y", locale=tag),
}
_TIMES: Mapping[str, Callable[[int, int], str]] = {
    "HH:MM": lambda h, m: f"{h:02}:{m:02}",
    "h:MM am/pm": lambda h, m: f"{(h - 1) % 12 + 1}:{m:02} {'am' if h < 12 else 'pm'}",
}
_SEPARATORS: Mapping[str, tuple[str, str]] = {
    "1,234.5": (",", "."),
    "1.234,5": (".", ","),
    "1 234,5": (" ", ","),
    "1234.5": ("", "."),
}
UNITS = (
    "km",
    "m",
    "cm",
    "mm",
    "mi",
    "ft",
    "in",
    "kg",
    "g",
    "t",
    "lb",
    "oz",
    "L",
    "mL",
    "°C",
    "°F",
    "km/h",
    "mph",
    "ha",
)
TARGETS = (*_DATES, *_TIMES, *_SEPARATORS, *UNITS)
_LOOKS = {
    "YYYY-MM-DD": r"\d{4}-\d\d-\d\d",
    "DD.MM.YYYY": r"\d\d\.\d\d\.\d{4}",
    "DD/MM/YYYY": r"\d\d/\d\d/\d{4}",
    "MM/DD/YYYY": r"\d\d/\d\d/\d{4}",
    "D Month YYYY": r"\d{1,2} [^\W\d]+ \d{4}",
    "Month D, YYYY": r"[^\W\d]+ \d{1,2}, \d{4}",
    "HH:MM": r"\d\d:\d\d",
    "h:MM am/pm": r"\d{1,2}:\d\d [ap]m",
}
_ANY_DATE = re.compile(
    r"(?<![\w/.-])(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))(?![\w/-])"
)
_ANY_TIME = re.compile(
    r"(?<![\d:.])\d{1,2}:\d\d(?![\d:])(?:\s?[ap]\.?m\b\.?)?|\b\d{1,2}(?:\.\d\d)?\s?[ap]\.?m\b\.?", re.IGNORECASE
)
_PINT = {"L": "liter", "mL": "milliliter", "°C": "degC", "°F": "degF", "mph": "mile/hour", "km/h": "km/hour",
         "ha": "hectare", "t": "metric_ton", "in": "inch", "mi": "mile", "lb": "pound", "oz": "ounce"}  # fmt: skip


class NoValue(ValueError):
    """A value is not said in the one way it has to be; says what would be right."""


def sort_of(target: str) -> str:
    """Return what a form is a form of: `date`, `time`, `number` or `measure`."""
    sorts = (("date", _DATES), ("time", _TIMES), ("number", _SEPARATORS))
    return next((name for name, forms in sorts if target in forms), "measure")


def rendered(value: str, target: str, decimals: int = 0, tag: str = "en") -> str:
    """Return a value in the form wanted. Raises `NoValue`."""
    match sort_of(target):
        case "date":
            return _DATES[target](_date(value), tag or "en")
        case "time":
            return _TIMES[target](*_time(value))
        case "number":
            return _grouped(_number(value), *_SEPARATORS[target])
        case _:
            return f"{_converted(value, target):.{decimals}f} {target}"


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise NoValue(f"the value of a date is said as 2024-03-05, not {value!r}") from None


def _time(value: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,2}):(\d\d)", value.strip())
    if not match or int(match[1]) > 23 or int(match[2]) > 59:
        raise NoValue(f"the value of a time is said as 14:30, not {value!r}")
    return int(match[1]), int(match[2])


def _number(value: str) -> Decimal:
    try:
        number = Decimal(value.strip())
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or abs(number) >= 10**15:
        raise NoValue(f"the value of a figure is said as 1234.5, not {value!r}")
    return number


def _grouped(number: Decimal, group: str, point: str) -> str:
    whole, _, rest = f"{abs(number):f}".partition(".")
    parts = f"{int(whole):,}".replace(",", group)
    return ("-" if number < 0 else "") + parts + (point + rest if rest else "")


def _converted(value: str, target: str) -> float:
    match = re.fullmatch(r"\s*(-?[\d.]+)\s*([^\d\s].*?)\s*", value)
    if not match:
        raise NoValue(f"a measure is said as '2.5 mile', not {value!r}")
    try:
        amount = _units().Quantity(float(match[1]), _PINT.get(match[2], match[2]))
        return float(amount.to(_PINT.get(target, target)).magnitude)
    except Exception as error:  # pint raises a dozen kinds
        raise NoValue(f"{value!r} can't be given in {target}: {str(error).splitlines()[0][:80]}") from None


@cache
def _units() -> Any:
    import pint

    return pint.UnitRegistry()


def normal_edits(text: str, step: Mapping[str, Any]) -> list[Edit]:
    """Return the edits. `step`: `target`, `decimals`, `items` (each `find` as it stands there, and its `value`)."""
    edits = []
    for item in step["items"]:
        put = rendered(item["value"], step["target"], step.get("decimals", 0), step.get("tag", "en"))
        edits += [Edit(start, end, put) for start, end in occurrences(text, item["find"]) if text[start:end] != put]
    return edits


def normal_faults(text: str, step: Mapping[str, Any]) -> Iterator[str]:
    """Yield what is wrong with values, what does not stand in the text, and what of the sort was forgotten."""
    target = step["target"]
    for item in step["items"]:
        find = item["find"]
        if not occurrences(text, find):
            yield f"{find!r} does not stand in the text"
            continue
        try:
            rendered(item["value"], target, step.get("decimals", 0))
        except NoValue as error:
            yield str(error)
            continue
        if not _says(find, item["value"], sort_of(target)):
            yield f"{find!r} does not mean {item['value']!r}"
    covered = all_places(text, [item["find"] for item in step["items"]])
    pattern = {"date": _ANY_DATE, "time": _ANY_TIME}.get(sort_of(target))
    for match in pattern.finditer(text) if pattern else ():
        is_covered = any(a < match.end() and match.start() < b for a, b in covered)
        if not is_covered and not re.fullmatch(_LOOKS.get(target, "(?!)"), match.group()):
            yield f"{match.group()!r} is forgotten"


def _says(find: str, value: str, sort: str) -> bool:
    """Whether the digits of what stands in the text are digits of the value; words can't be read in every language."""
    figures = [int(digits) for digits in re.findall(r"\d+", find)]
    match sort:
        case "date":
            meant = _date(value)
            return all(f in (meant.year, meant.year % 100, meant.month, meant.day) for f in figures)
        case "time":
            hour, minute = _time(value)
            return all(f in (hour, hour % 12, (hour - 1) % 12 + 1, minute) for f in figures)
        case _:
            said = re.match(r"\s*-?([\d.]+)", value)
            amount = re.search(r"\d(?:[\d.,'’\s]*\d)?", find)
            return not said or not amount or _digits(said[1]) == _digits(amount.group())


def _digits(figure: str) -> str:
    return re.sub(r"\D", "", figure).lstrip("0").rstrip("0") or "0"


def is_named(target: str, wording: str) -> bool:
    """Whether a request says the form it wants: by its pattern, or by an example of it."""
    if target.casefold() in wording.casefold():
        return True
    return re.search(_LOOKS.get(target, "(?!)"), wording) is not None
