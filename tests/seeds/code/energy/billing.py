"""Turn meter readings into monthly electricity bills with day and night rates, solar credit and a standing charge.

Money is in whole cents, energy in kilowatt hours (kWh). Readings go in, bills come out; nothing is stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

VAT_PERCENT = Decimal(20)
MAX_PLAUSIBLE_KWH_PER_DAY = 120


class ReadingError(ValueError):
    """Readings that no meter could have shown, or too few of them."""


@dataclass(frozen=True)
class Reading:
    """The three counters of a meter on one day. Counters only ever grow."""

    day: date
    day_kwh: int
    night_kwh: int
    exported_kwh: int = 0


@dataclass(frozen=True)
class Tariff:
    """Prices of one contract. Rates are in cents per kWh, the standing charge in cents per day."""

    name: str
    day_rate: Decimal
    night_rate: Decimal
    export_rate: Decimal
    standing_charge: Decimal


@dataclass(frozen=True)
class Bill:
    """What a customer owes for one period, in cents. A negative `total` is paid out to the customer."""

    days: int
    used_kwh: int
    energy: int
    standing: int
    export_credit: int
    vat: int
    total: int


TARIFFS = {
    "home": Tariff("home", Decimal("31.5"), Decimal("24.8"), Decimal("8.2"), Decimal("42")),
    "night_saver": Tariff("night_saver", Decimal("36.9"), Decimal("17.4"), Decimal("8.2"), Decimal("45")),
    "solar": Tariff("solar", Decimal("33.0"), Decimal("26.0"), Decimal("11.5"), Decimal("48")),
}


def bill(start: Reading, end: Reading, tariff: str) -> Bill:
    """Compute the bill for the time between two readings.

    VAT is charged on energy and the standing charge; the export credit is free of it. Raises `ReadingError` when the
    readings are in the wrong order, a counter went backwards or more was used than a house connection can carry.
    """
    prices = find_tariff(tariff)
    days = (end.day - start.day).days
    if days <= 0:
        raise ReadingError("The second reading must be later than the first.")
    by_day, by_night = end.day_kwh - start.day_kwh, end.night_kwh - start.night_kwh
    exported = end.exported_kwh - start.exported_kwh
    if min(by_day, by_night, exported) < 0:
        raise ReadingError("A counter went backwards; was the meter replaced?")
    if by_day + by_night > MAX_PLAUSIBLE_KWH_PER_DAY * days:
        raise ReadingError(f"{by_day + by_night} kWh in {days} days is not plausible; please check the reading.")
    energy = _cents(by_day * prices.day_rate + by_night * prices.night_rate)
    standing = _cents(days * prices.standing_charge)
    credit = _cents(exported * prices.export_rate)
    vat = _cents((energy + standing) * VAT_PERCENT / 100)
    return Bill(days, by_day + by_night, energy, standing, credit, vat, energy + standing + vat - credit)


def find_tariff(name: str) -> Tariff:
    """Return the tariff of this name."""
    if name not in TARIFFS:
        raise ReadingError(f"There is no tariff {name!r}; there are {', '.join(TARIFFS)}.")
    return TARIFFS[name]


def cheapest_tariff(start: Reading, end: Reading) -> tuple[str, int]:
    """Return the name of the tariff that would have cost least over this period, and its total in cents."""
    return min(((name, bill(start, end, name).total) for name in TARIFFS), key=lambda offer: offer[1])


def estimate_reading(readings: Sequence[Reading], on: date) -> Reading:
    """Estimate the counters on a day from real readings, oldest first.

    Between two readings the use is spread evenly; after the last one the average of the whole record goes on.
    Needs at least two readings and a day not before the first.
    """
    if len(readings) < 2:
        raise ReadingError("At least two readings are needed for an estimate.")
    if any(left.day >= right.day for left, right in pairwise(readings)):
        raise ReadingError("Readings must be in the order of time, one a day.")
    if on < readings[0].day:
        raise ReadingError("There is no estimate for a day before the first reading.")
    before, after = readings[0], readings[-1]
    for left, right in pairwise(readings):
        if left.day <= on <= right.day:
            before, after = left, right
            break
    share = Decimal((on - before.day).days) / Decimal((after.day - before.day).days)

    def between(first: int, last: int) -> int:
        return first + _cents((last - first) * share)

    return Reading(
        on,
        between(before.day_kwh, after.day_kwh),
        between(before.night_kwh, after.night_kwh),
        between(before.exported_kwh, after.exported_kwh),
    )


def instalment(yearly_cents: int, months: int = 12, round_to: int = 100) -> int:
    """Return a monthly advance payment that covers a yearly sum, rounded up to a multiple of `round_to` cents."""
    if yearly_cents < 0 or months < 1 or round_to < 1:
        raise ValueError("The yearly sum must not be negative; months and round_to must be at least 1.")
    return -(-yearly_cents // (months * round_to)) * round_to


def _cents(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))
