"""Does a date or a time of day come from what is known: said, meant ("tomorrow"), or reckoned ("for four nights")?"""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from dateutil.relativedelta import relativedelta

from teams.engine.checks.known import Known, Source
from teams.engine.checks.spelling import Day, days, in_digits, times, whole

_LEFT_OVER = re.compile(r"[A-Za-z0-9]+")
_ZONE = re.compile(r"(?:Z|UTC|GMT|[+-]\d\d:?\d\d)\s*$")
_SECONDS = re.compile(r"(?<=\d\d:\d\d):(?:00|59)(?:\.\d+)?")
_DAY = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4}"
    r"|\d{1,2}(?:st|nd|rd|th)?(?: of)? [A-Za-z]{3,9}\.?,?(?: \d{4})?"
    r"|[A-Za-z]{3,9}\.? \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?"
)
_TIME = re.compile(r"\d{1,2}:\d{2}(?:\s?[apAP]\.?[mM]\.?)?|\d{1,2}\s?[apAP]\.?[mM]\b")
_SPAN = re.compile(r"\b(\d+(?:\.\d+)?)[ -]?(minute|min|hour|hr|day|night|week|month|year)s?\b")
_MINUTES = {"second": 1 / 60, "minute": 1.0, "min": 1.0, "hour": 60.0, "hr": 60.0}
_ONE = re.compile(
    r"\ban (?=hour\b)|\ba (?=(?:minute|day|week|month|year) (?:later|earlier|after|before|from|ahead|longer|sooner)\b)"
)
_WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_FRIDAY = 4
_RELATIVE = {
    "today": (0, 0), "tonight": (0, 0), "now": (0, 0), "this morning": (0, 0), "this afternoon": (0, 0),
    "this evening": (0, 0), "tomorrow": (1, 1), "day after tomorrow": (2, 2), "yesterday": (-1, -1),
    "next week": (1, 13), "this week": (-6, 6), "weekend": (0, 13), "last week": (-13, -1), "last night": (-1, -1),
    "end of the month": (0, 31), "next month": (1, 62), "this month": (-31, 31), "last month": (-62, -1),
}  # fmt: skip


def is_moment(value: str) -> bool:
    """Say whether a text is a date, a time of day or both, and nothing else."""
    if len(value) > 40 or not (days(value) or times(value)) or (_DAY.search(value) and not days(value)):
        return False
    rest = _TIME.sub("", _DAY.sub("", _SECONDS.sub("", _ZONE.sub("", value.replace("T", " ")))))
    return not [left for left in _LEFT_OVER.findall(rest) if left.lower() not in ("at", "on", "the", *_WEEKDAYS)]


def moment_from(value: str, known: Known) -> tuple[str | None, str]:
    """Return who stated a moment, or None and what of it nobody said."""
    value = _SECONDS.sub("", _ZONE.sub("", value))
    named, clock = days(value), times(value)
    where = []
    if named:
        found = next((label for day in named if (label := _day_from(day, known))), None)
        if found is None:
            return None, "the date"
        where.append(found)
    # Midnight and the last minute bound a day that was named without a time.
    if clock and not (named and clock <= {(0, 0), (23, 59)}):
        found = next((label for time in clock if (label := _time_from(time, known))), None)
        if found is None:
            return None, "the time"
        where.append(found)
    return " and ".join(dict.fromkeys(where)), ""


def _day_from(day: Day, known: Known) -> str | None:
    for source in reversed(known.sources):
        if _named_in(day, source) and _year_known(day, source, known):
            return source.label
    return _meant(day, known)


def _named_in(day: Day, source: Source) -> bool:
    said = source.figures
    if any((d.month, d.day) == (day.month, day.day) for d in said.days):
        return True
    if (day.month, day.day) in said.days_apart:
        return True
    # "all of February": its first and its last day.
    bounds = {1, monthrange(day.year or 2000, day.month)[1]}
    return day.month in said.bare_months and day.day in bounds


def _year_known(day: Day, source: Source, known: Known) -> bool:
    if day.year is None:
        return True
    years = {d.year for d in source.figures.days if (d.month, d.day) == (day.month, day.day)} - {None}
    return day.year in years if years else day.year in known.numbers()


def _meant(day: Day, known: Known) -> str | None:
    """Reckon from the full dates that are known: "tomorrow", "next Friday", "for four nights"."""
    if day.year is None:
        return None
    try:
        target = date(day.year, day.month, day.day)
    except ValueError:
        return None
    words = in_digits(" ".join(source.text for source in known.user)).lower()
    for anchor in _full_days(known):
        gap = (target - anchor).days
        for phrase, (first, last) in _RELATIVE.items():
            if first <= gap <= last and phrase in words and (phrase != "weekend" or target.weekday() >= _FRIDAY):
                return f"reckoned: {phrase}, from {anchor}"
        name = _WEEKDAYS[target.weekday()]
        if 0 <= gap <= 13 and re.search(rf"\b{name}\b", words):
            return f"reckoned: {name}, from {anchor}"
        for many, unit in _spans(known):
            if target in _around(anchor, many, unit):
                return f"reckoned: {many:g} {unit}s from {anchor}"
    return None


def _around(anchor: date, many: float, unit: str) -> Iterator[date]:
    if unit in ("minute", "min", "hour", "hr") or many > 5000:
        return
    n = int(many)
    step = {
        "day": relativedelta(days=n), "night": relativedelta(days=n), "week": relativedelta(weeks=n),
        "month": relativedelta(months=n), "year": relativedelta(years=n),
    }[unit]  # fmt: skip
    try:
        yield anchor + step
        yield anchor - step
    except (ValueError, OverflowError):
        return


def _full_days(known: Known) -> list[date]:
    found = []
    for source in known.sources:
        for said in source.figures.days:
            if said.year is not None:
                try:
                    found.append(date(said.year, said.month, said.day))
                except ValueError:
                    continue
    return list(dict.fromkeys(sorted(found)))


def _time_from(time: tuple[int, int], known: Known) -> str | None:
    for source in reversed(known.sources):
        if time in source.figures.times:
            return source.label
    base = datetime(2000, 1, 2)
    lengths = [(f"{many:g} {unit}s", many * _MINUTES[unit]) for many, unit in _spans(known) if unit in _MINUTES]
    for start in {said for source in known.sources for said in source.figures.times}:
        for shown, minutes in lengths:
            if minutes < 60_000:
                span = timedelta(minutes=minutes)
                for end in (base.replace(hour=start[0], minute=start[1]) + sign * span for sign in (1, -1)):
                    if (end.hour, end.minute) == time:
                        return f"reckoned: {shown} from {start[0]:02}:{start[1]:02}"
    return None


def _spans(known: Known) -> list[tuple[float, str]]:
    """Every length of time that was stated: `two hours`, `an hour and a half`, a result's `minutes: 45`."""
    words = whole(in_digits(" ".join(source.text for source in known.sources)).lower())
    said = [(float(many), unit) for many, unit in _SPAN.findall(_ONE.sub("1 ", words))]
    return said + [(many, unit) for source in known.sources for many, unit in source.keyed if unit in _MINUTES]
