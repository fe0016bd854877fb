"""Read numbers, dates and times out of prose, in the many ways people write them."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from math import isfinite

from dateutil.parser import ParserError
from dateutil.parser import parse as parse_date

_NUMBER = re.compile(
    r"(?P<sign>(?<![\w)])[-−])?"
    r"(?P<digits>\d{1,3}(?:(?P<group>[,.'’\u00a0\u202f ])\d{3})(?:(?P=group)\d{3})*(?!\d)(?:[.,]\d+)?"
    r"|\d+(?:[.,]\d+)?|(?<!\d)\.\d+)(?P<exponent>e[+-]?\d{1,3}\b)?"
    r"\s?(?P<suffix>%|(?:percent|k|K|m|M|bn|B|hundred|thousand|million|billion|dozen)\b)?"
)
_SCALE = {"k": 1e3, "m": 1e6, "bn": 1e9, "b": 1e9, "hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9}
_SCALE |= {"dozen": 12, "%": 0.01, "percent": 0.01}
_SAID = {
    "once": 1, "single": 1, "twice": 2, "double": 2, "couple": 2, "pair": 2, "both": 2, "thrice": 3, "triple": 3,
    "dozen": 12, "half": 0.5, "quarter": 0.25, "none": 0, "hundred": 100, "thousand": 1000, "million": 1e6,
    "fortnight": 14, "daily": 1, "weekly": 7, "½": 0.5, "¼": 0.25, "¾": 0.75,
}  # fmt: skip
_FRACTION = re.compile(r"(?:(\d+)\s+)?\b(\d{1,3})/(\d{1,3})\b")
_AND_A_HALF = re.compile(r"(\d+) and a (half|quarter)|(\d+)([½¼¾])")

_AN_HOUR = {"half": 0.5, "quarter": 0.25}
_COINS = r"euros?|pounds?|dollars?|quid|francs?"
_WHOLE = (
    (r"\b3 quarters of an hour\b", lambda m: "45 minutes"),
    (r"\b(?:a )?quarter (?:of an )?hour\b", lambda m: "15 minutes"),
    (r"\bhalf an hour\b|\bhalf[- ]hour\b", lambda m: "30 minutes"),
    (
        r"\b(\d+|an?) (hour|day|week|month|year)s? and (?:an? )?(half|quarter)\b",
        lambda m: f"{_count(m[1]) + _AN_HOUR[m[3]]:g} {m[2]}s",
    ),
    (
        r"\b(\d+) and (?:a )?(half|quarter) (hour|day|week|month|year)s?\b",
        lambda m: f"{int(m[1]) + _AN_HOUR[m[2]]:g} {m[3]}s",
    ),
    (
        r"\b(\d+|an) ?(?:hours?|hrs?|h)(?:,? and|,)? ?(\d{1,2}) ?(?:minutes?|mins?|m)\b|\b(\d+)h ?(\d\d)\b",
        lambda m: f"{_count(m[1] or m[3]) * 60 + int(m[2] or m[4])} minutes",
    ),
    (
        rf"\b(\d+) ?({_COINS})(?:,? and|,)? (\d{{1,2}}) ?(?:cents?|pence|p|centimes?)\b",
        lambda m: f"{m[1]}.{m[3]:0>2} {m[2]}",
    ),
    (rf"\b(\d+) ({_COINS}) (\d\d)(?=[.,;!?)]|$| (?:for|an?|the|per|each)\b)", lambda m: f"{m[1]}.{m[3]} {m[2]}"),
)
_HOLDS_PARTS = re.compile(rf"\b(?:hour|half|quarter|{_COINS})|\dh", re.IGNORECASE)
"""Without one of these words nothing is in two parts."""

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}|\b\d{{1,2}}[-/.]\d{{1,2}}[-/.](?:\d{{4}}|\d{{2}})\b|\b(?:19|20)\d{{6}}\b"
    rf"|\b{_ORDINAL}(?: of)?[ -]{_MONTH}\b\.?,?(?:[ -](?:\d{{4}}|'?\d{{2}})\b)?"
    rf"|\b{_MONTH}\.? (?:the )?{_ORDINAL}\b(?:,? \d{{4}}\b)?",
    re.IGNORECASE,
)
_MONTH_NAMED = re.compile(rf"\b{_MONTH}\b", re.IGNORECASE)
_YEAR_MONTH = re.compile(r"\b((?:19|20)\d\d)-(\d\d)\b")
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2})(?:[:.](\d{2}))?(?::\d{2}(?:\.\d+)?)?\s?([ap])\.?\s?m\b", re.IGNORECASE)
_CLOCK_24 = re.compile(r"(?<![\d:.,])([01]?\d|2[0-4])[:h]([0-5]\d)(?!\d)")
_ABOUT = re.compile(
    r"\b(half past|quarter past|quarter to|at|by|until|till|before|after|from|to|around) (\d{1,2})\b"
    r"(?![:.]?\d|\s?[ap]\.?m\b)"
)
_O_CLOCK = re.compile(
    r"\b(\d{1,2})(?:\s?[-–]\s?\d{1,2})? ?(?:o['’]?clock|in the (?:morning|afternoon|evening)|tonight)"
)
_INNER_HYPHEN = re.compile(r"(?<=[A-Za-z])-(?=[A-Za-z])")
_MONTHS = (
    "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Day:
    """A date as it was said: the year may be left open."""

    year: int | None
    month: int
    day: int

    def agrees(self, other: date) -> bool:
        return (self.month, self.day) == (other.month, other.day) and self.year in (None, other.year)


@dataclass(frozen=True)
class Figures:
    """Everything countable that a text says."""

    numbers: frozenset[float] = frozenset()
    days: frozenset[Day] = frozenset()
    months: frozenset[int] = frozenset()
    times: frozenset[tuple[int, int]] = frozenset()
    bare_months: frozenset[int] = frozenset()
    """Months named without a day: `all of February`."""
    days_apart: frozenset[tuple[int, int]] = frozenset()
    """(month, day) said in two places: `from 3 to 7 June` names 3 June without saying so."""


@lru_cache(maxsize=512)
def figures(text: str) -> Figures:
    """Return the numbers, dates, months and times of a text.

    Read generously: `3,5` is 3.5 and 3 and 5, `03/04/2024` is in March and in April, `at 3` is 03:00 and 15:00.
    """
    return Figures(
        frozenset(numbers(text)),
        frozenset(days(text)),
        frozenset(_months(text)),
        frozenset(times(text)),
        frozenset(_named_months(_DATE.sub(" ", text))),
        frozenset(_days_apart(text)),
    )


def numbers(text: str) -> set[float]:
    """Return every number a text states, in digits or words."""
    return set(_numbers(text))


@lru_cache(maxsize=1024)
def _numbers(text: str) -> frozenset[float]:
    # Once as it stands, as `2 million` is taken apart when words become digits.
    digits = in_digits(text)
    found = {n for said in {text, digits, whole(digits)} for match in _NUMBER.finditer(said) for n in _readings(match)}
    text = digits
    words = set(re.findall(r"[a-z]+|[½¼¾]", text.lower()))
    found |= {value for word, value in _SAID.items() if word in words}
    found |= {2.0} if "every other" in text.lower() else set()
    for wholes, over, under in _FRACTION.findall(text):
        if int(under):
            found.add(int(wholes or 0) + int(over) / int(under))
    for n, part, m, sign in _AND_A_HALF.findall(text.lower()):
        found.add(int(n or m) + _SAID[part or sign])
    return frozenset(found)


@lru_cache(maxsize=1024)
def in_digits(text: str) -> str:
    """Write number words as digits: `twenty-three` becomes 23."""
    from text_to_num import alpha2digit  # type: ignore[import-untyped]  # lazy: a compiled module

    # `six-sided` holds a six; `twenty-three` is read as well without its hyphen.
    clean = _INNER_HYPHEN.sub(" ", text.encode("utf-8", "replace").decode())
    return str(alpha2digit(clean, "en", threshold=0))


def whole(text: str) -> str:
    """Write what is said in two parts as one: `2 hours 15 minutes` as 135 minutes, `3 pounds 40` as 3.40 pounds."""
    if _HOLDS_PARTS.search(text):
        for said, written in _WHOLE:
            text = re.sub(said, written, text, flags=re.IGNORECASE)
    return text


def _count(word: str) -> int:
    return 1 if word.lower() in ("a", "an") else int(word)


def _readings(match: re.Match[str]) -> set[float]:
    digits, group = match["digits"], match["group"]
    # Whatever groups thousands goes; of the two marks, the other one is the decimal.
    found = {float(digits.replace(group or "\0", "").replace(",", "."))}
    pieces = digits.split(group) if group else []
    # `101,102,103` are rooms; of `1,234` no part is a number of its own, and `123.456` is one with decimals.
    listed = len(pieces[0]) == 3 and (group != "." or len(pieces) > 2) if pieces else False
    if group == " " or listed or (not group and "," in digits):
        found |= {float(piece) for piece in re.findall(r"\d+(?:\.\d+)?", digits)}
    elif group == "." and digits.count(".") == 1 and "," not in digits:
        found.add(float(digits))
    found = {n * float(f"1{match['exponent'] or 'e0'}") for n in found}
    # An id such as a1b2e678 reads as a number beyond all numbers.
    found = {n for n in found if isfinite(n)}
    if suffix := match["suffix"]:
        found |= {n * _SCALE[suffix.lower()] for n in found}
    return {-n for n in found} if match["sign"] else found


def days(text: str) -> set[Day]:
    """Return every date a text names with its day."""
    found = set()
    for match in _DATE.finditer(text):
        for day_first in (True, False):
            if day := _day(match.group(), day_first):
                found.add(day)
    return found


@lru_cache(maxsize=1024)
def _day(said: str, day_first: bool) -> Day | None:
    year_first = bool(re.match(r"\d{4}", said))
    try:
        # Read twice with different leap years to fall back on: where they show, no year was said.
        one, other = (
            parse_date(said.replace(" of ", " "), default=datetime(y, 1, 1), dayfirst=day_first and not year_first)
            for y in (2000, 2004)
        )
    except (ParserError, OverflowError, ValueError):
        return None
    return Day(one.year if one.year == other.year else None, one.month, one.day)


def _days_apart(text: str) -> set[tuple[int, int]]:
    months = _named_months(text)
    rest = numbers(_DATE.sub(" ", text)) if months else ()
    return {(month, int(n)) for month in months for n in rest if n in range(1, 32)}


def _named_months(text: str) -> set[int]:
    written = {int(m) for _, m in _YEAR_MONTH.findall(text) if 1 <= int(m) <= 12}
    return written | {_MONTHS.index(name[:3].lower()) + 1 for name in _MONTH_NAMED.findall(text)}


def _months(text: str) -> set[int]:
    return _named_months(text) | {day.month for day in days(text)}


def times(text: str) -> set[tuple[int, int]]:
    """Return every time of day a text names, as (hour, minute)."""
    low = in_digits(text).lower().replace("sharp", "")
    found = set()
    for hour, minute, half in _CLOCK.findall(low):
        found.add((int(hour) % 12 + (12 if half.lower() == "p" else 0), int(minute or 0)))
    for hour, minute in _CLOCK_24.findall(text):
        # `3:30` may be either half of the day, `15:30` and `03:30` only one.
        found |= {(h % 24, int(minute)) for h in (int(hour), int(hour) + 12 * (len(hour) == 1 or hour in "10 11 12"))}
    for how, hour in _ABOUT.findall(low):
        if 0 < int(hour) <= 12:
            found |= {_about(how, int(hour)), _about(how, int(hour) + 12)}
    for hour in _O_CLOCK.findall(low):
        found |= {(int(hour) % 24, 0), ((int(hour) + 12) % 24, 0)}
    words = set(re.findall(r"[a-z]+", low))
    found |= {(12, 0)} if words & {"noon", "midday", "lunchtime"} else set()
    return found | ({(0, 0), (23, 59)} if "midnight" in words else set())


def _about(how: str, hour: int) -> tuple[int, int]:
    if how == "quarter to":
        return ((hour - 1) % 24, 45)
    return (hour % 24, {"half past": 30, "quarter past": 15}.get(how, 0))
