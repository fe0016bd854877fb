"""Answer everyday questions about dates: working days, deadlines, ages, ISO weeks and spoken periods."""

import calendar
import re
from collections.abc import Collection
from datetime import date, timedelta

_PERIOD = re.compile(r"(\d+)\s*(day|week|month|year)s?")
_FORMATS = (
    re.compile(r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})"),
    re.compile(r"(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})\.\s?(?P<y>\d{4})"),
    re.compile(r"(?P<d>\d{1,2}) (?P<name>[A-Za-z]{3,}) (?P<y>\d{4})"),
    re.compile(r"(?P<name>[A-Za-z]{3,}) (?P<d>\d{1,2}), (?P<y>\d{4})"),
)


def parse_date(text: str) -> date:
    """Read a date written as 2026-03-09, 9.3.2026, 9 March 2026 or March 9, 2026.

    Month names may be cut to three letters. Slashes are refused, since 3/9 means two things.
    """
    for form in _FORMATS:
        found = form.fullmatch(text.strip())
        if found:
            parts = found.groupdict()
            month = int(parts["m"]) if "m" in parts else _month(parts["name"])
            return date(int(parts["y"]), month, int(parts["d"]))
    raise ValueError(f"{text!r} is not a date I can read; write it like 2026-03-09.")


def easter(year: int) -> date:
    """Return Easter Sunday of a year in the Gregorian calendar (1583 or later)."""
    if year < 1583:
        raise ValueError("The Gregorian calendar starts in 1583.")
    century, in_century = divmod(year, 100)
    golden = year % 19
    lunar_shift = (century - (century + 8) // 25 + 1) // 3
    full_moon = (19 * golden + century - century // 4 - lunar_shift + 15) % 30
    to_sunday = (32 + 2 * (century % 4) + 2 * (in_century // 4) - full_moon - in_century % 4) % 7
    late = (golden + 11 * full_moon + 22 * to_sunday) // 451
    month, day = divmod(full_moon + to_sunday - 7 * late + 114, 31)
    return date(year, month, day + 1)


def add_working_days(start: date, days: int, holidays: Collection[date] = ()) -> date:
    """Return the day that is so many working days after `start` (before it, if negative).

    Saturdays, Sundays and `holidays` do not count, nor does `start` itself.
    """
    step = timedelta(days=1 if days >= 0 else -1)
    day, left = start, abs(days)
    while left:
        day += step
        if is_working_day(day, holidays):
            left -= 1
    return day


def working_days_between(first: date, last: date, holidays: Collection[date] = ()) -> int:
    """Count the working days from `first` to `last`, both included."""
    if last < first:
        raise ValueError("The last day is before the first.")
    return sum(is_working_day(first + timedelta(days=n), holidays) for n in range((last - first).days + 1))


def is_working_day(day: date, holidays: Collection[date] = ()) -> bool:
    """Tell whether people work on this day: Monday to Friday, and no holiday."""
    return day.weekday() < 5 and day not in holidays


def add_months(day: date, months: int) -> date:
    """Move a date by whole months; the day is cut to the month's last (31 January + 1 month is 28 or 29 February)."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def add_period(day: date, period: str) -> date:
    """Move a date by a spoken period such as `2 weeks`, `1 month and 3 days`, `1 year`."""
    parts = _PERIOD.findall(period.lower())
    if not parts or _PERIOD.sub("", period.lower()).replace("and", "").strip(" ,"):
        raise ValueError(f"{period!r} is not a period; write it like '2 weeks and 3 days'.")
    for amount, unit in parts:
        if unit in ("month", "year"):
            day = add_months(day, int(amount) * (12 if unit == "year" else 1))
        else:
            day += timedelta(days=int(amount) * (7 if unit == "week" else 1))
    return day


def age(born: date, on: date) -> int:
    """Return someone's age in full years on a day. A birthday on 29 February is kept on 1 March in other years."""
    if on < born:
        raise ValueError("That day is before the birth.")
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def iso_week(day: date) -> str:
    """Return the ISO week of a day, such as `2026-W53`; the year may differ from the calendar's."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def _month(name: str) -> int:
    for number in range(1, 13):
        full = calendar.month_name[number].lower()
        if full == name.lower() or full[:3] == name.lower():
            return number
    raise ValueError(f"{name!r} is not the name of a month.")
