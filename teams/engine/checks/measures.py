"""Numbers with a unit, whether it stands beside them, in a key or in a description, and told in another unit."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from math import isclose
from typing import Any

from teams.engine.checks.arithmetic import agree
from teams.engine.checks.known import Known, Parameter, split_name
from teams.engine.checks.spelling import in_digits, whole

_FULL = """
second minute hour day week fortnight month year millisecond
gram kilogram milligram microgram tonne ton ounce pound stone
meter centimeter millimeter kilometer mile yard foot inch
liter milliliter centiliter deciliter gallon pint
hectare acre
watt kilowatt megawatt
joule kilojoule calorie kilocalorie kilowatt_hour watt_hour megawatt_hour
bit byte kilobyte megabyte gigabyte terabyte
degree radian
pascal bar psi
kilometer_per_hour mile_per_hour knot
"""
_DIMENSION = {unit: kind for kind, line in enumerate(_FULL.split("\n")) for unit in line.split()}
"""What can be told in one another stands on one line."""
_SHORT = {
    "ms": "millisecond", "sec": "second", "secs": "second", "min": "minute", "mins": "minute", "hr": "hour",
    "hrs": "hour", "kg": "kilogram", "kilo": "kilogram", "kilos": "kilogram", "mg": "milligram", "lb": "pound",
    "lbs": "pound", "oz": "ounce", "km": "kilometer", "cm": "centimeter", "mm": "millimeter", "mi": "mile",
    "ft": "foot", "feet": "foot", "ml": "milliliter", "cl": "centiliter", "dl": "deciliter", "ha": "hectare",
    "kw": "kilowatt", "mw": "megawatt", "kwh": "kilowatt_hour", "wh": "watt_hour", "mwh": "megawatt_hour",
    "kj": "kilojoule", "kcal": "kilocalorie", "kb": "kilobyte", "mb": "megabyte", "gb": "gigabyte", "tb": "terabyte",
    "kph": "kilometer_per_hour", "kmh": "kilometer_per_hour", "mph": "mile_per_hour", "inches": "inch",
}  # fmt: skip
_LETTER = {"s": "second", "h": "hour", "m": "meter", "g": "gram", "l": "liter", "d": "day", "t": "tonne", "w": "watt"}
"""Units beside a figure or at the end of a key; anywhere else they are letters."""
_SECONDS = {"millisecond": 0.001, "second": 1.0, "minute": 60.0, "hour": 3600.0, "day": 86_400.0, "week": 604_800.0}
_SECONDS |= {"fortnight": 1_209_600.0, "month": 2_629_800.0, "year": 31_557_600.0}
MINOR = "minor"
"""The hundredth part of a currency, whatever it is called."""
_MINOR_WORDS = frozenset("cent cents ct cts pence penny pennies centime centimes cent_amount".split())  # noqa: SIM905
_SAYS_MINOR = re.compile(
    r"\b(?:cents?|pence|pennies|centimes?)\b|\bminor (?:currency )?units?\b|\bhundredths of\b", re.IGNORECASE
)
_SAYS_UNIT = re.compile(r"\b(?:in|number of|how many|as|whole) ([a-z]{3,14})\b", re.IGNORECASE)
_QUANTITY = re.compile(r"(-?\d+(?:\.\d+)?)[ -]?([a-zA-Z]{1,14})\b")
_WORD = re.compile(r"[a-z]{2,14}")
_MONEY_TOLD = re.compile(r"[$€£¥]|\b(?:euros?|pounds?|dollars?|quid|bucks|francs?|eur|gbp|usd|chf)\b", re.IGNORECASE)
_MINOR_TOLD = re.compile(r"\b(?:cents?|pence|pennies|centimes?)\b|\dp\b", re.IGNORECASE)
_NEARLY = re.compile(
    r"\b(?:about|around|roughly|nearly|almost|approximately|approx|just (?:over|under)|close to"
    r"|more or less)\b|[~≈]",
    re.IGNORECASE,
)


@lru_cache(maxsize=2048)
def unit_of(word: str, *, beside: bool = False) -> str | None:
    """Return the unit a word names, None if it names none. `beside`: it stands by a figure, or ends a key."""
    word = word.lower()
    if word in _MINOR_WORDS:
        return MINOR
    if word in _SHORT or (beside and word in _LETTER):
        return _SHORT.get(word) or _LETTER[word]
    bare = word.removesuffix("s").replace("metre", "meter").replace("litre", "liter")
    return bare if bare in _DIMENSION else None


def keyed(value: Any, key: str = "", described: str = "") -> Iterator[tuple[float, str]]:
    """Yield the numbers of a result or of arguments with the units that their keys or a description name."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from keyed(inner, str(name), described)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for inner in value:
            yield from keyed(inner, key, described)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from ((float(value), unit) for unit in _units_of(key, described))


@lru_cache(maxsize=2048)
def _units_of(key: str, described: str) -> tuple[str, ...]:
    words = split_name(key).split()
    named = [unit_of(word, beside=i == len(words) - 1) for i, word in enumerate(words)]
    # What the key itself says goes before what is said of all numbers at once.
    if found := tuple(unit for unit in named if unit):
        return found
    general = {unit for word in _SAYS_UNIT.findall(described) if (unit := unit_of(word)) and unit != MINOR}
    return (*sorted(general), *([MINOR] if _SAYS_MINOR.search(described) else ()))


def beside(text: str) -> Iterator[tuple[float, str]]:
    """Yield the numbers of a text that are followed by a unit: `1590 cents`, `2 hours`, `an hour and a half`."""
    for many, word in _QUANTITY.findall(_read(text)):
        if unit := unit_of(word, beside=True):
            yield float(many), unit


@lru_cache(maxsize=512)
def _read(text: str) -> str:
    return whole(in_digits(text))


def quantities(known: Known) -> set[tuple[float, str]]:
    """Return every quantity that was stated."""
    return {q for source in known.sources for q in (*beside(source.text), *source.keyed)}


def major(stated: Iterable[tuple[float, str]]) -> set[float]:
    """Return the amounts of money stated in cents or pence, in euros or pounds."""
    return {round(value / 100, 2) for value, unit in stated if unit == MINOR}


def told_otherwise(n: float, sentence: str, stated: Iterable[tuple[float, str]], numbers: Iterable[float]) -> bool:
    """Say whether a figure is a stated quantity in another unit, or rounded where its sentence says so."""
    nearly = bool(_NEARLY.search(sentence))
    if nearly and any(_close(n, value) for value in numbers):
        return True
    if _is_money(n, sentence) and any(
        isclose(n, amount, abs_tol=1e-6) or (nearly and _close(n, amount)) for amount in major(stated)
    ):
        return True
    if _MINOR_TOLD.search(sentence) and any(isclose(n / 100, value, rel_tol=1e-9) for value in numbers):
        return True
    targets = {unit for word in _WORD.findall(sentence.lower()) if (unit := unit_of(word)) and unit != MINOR}
    targets |= {unit for _, unit in beside(sentence)} - {MINOR}
    return any(
        isclose(n, value * ratio, rel_tol=1e-6) or (nearly and _close(n, value * ratio)) or _rounded(n, value * ratio)
        for value, unit in stated
        for target in targets
        if (ratio := _ratio(unit, target)) is not None and unit != target
    )


def _is_money(n: float, sentence: str) -> bool:
    return bool(_MONEY_TOLD.search(sentence)) or bool(re.search(rf"(?<![\d.]){n:.2f}(?!\d)", sentence.replace(",", "")))


def _rounded(n: float, value: float) -> bool:
    return abs(value) >= 10 and agree(n, value)


def _close(n: float, value: float) -> bool:
    """Say whether `n` is a value rounded to one, two or three digits that count, and not far off."""
    return abs(n - value) <= 0.1 * abs(value) and any(isclose(n, float(f"{value:.{d}g}")) for d in (1, 2, 3))


def converted(value: float, parameter: Parameter, known: Known) -> str | None:
    """Return the quantity that a number expresses in the unit its parameter asks for: `2 hours` as 120 minutes."""
    about = f"{split_name(parameter.name)} {parameter.description}".lower()
    if _SAYS_MINOR.search(about) and (label := known.number(value / 100)):
        return f"{label}, in cents"
    targets = {unit for word in _WORD.findall(about) if (unit := unit_of(word))} - {MINOR}
    if not targets:
        return None
    for source in reversed(known.sources):
        for many, unit in (*beside(source.text), *source.keyed):
            for target in targets:
                ratio = _ratio(unit, target) if many else None
                if ratio and isclose(many * ratio, value, rel_tol=1e-6):
                    return f"{source.label}: {many:g} {unit}s in {target}s"
    return None


@lru_cache(maxsize=1)
def _registry() -> Any:
    import pint  # its definitions take a second to read; only conversions other than of time need them

    return pint.UnitRegistry()


@lru_cache(maxsize=4096)
def _ratio(unit: str, target: str) -> float | None:
    if unit == target:
        return 1.0
    if _DIMENSION.get(unit, unit) != _DIMENSION.get(target, target):
        return None
    if unit in _SECONDS:
        return _SECONDS[unit] / _SECONDS[target]
    return float(_registry().Quantity(1, unit).to(target).magnitude)
