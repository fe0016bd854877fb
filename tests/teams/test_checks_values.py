"""A value is found in the user's words in whatever spelling, and one that was never said is not."""

# ruff: noqa: E501  # rows of data

from datetime import date, time, timedelta
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from teams.engine.checks.arithmetic import agree, derived
from teams.engine.checks.known import Known, Parameter, Source
from teams.engine.checks.origin import origin
from teams.engine.checks.spelling import days, numbers, times

settings.register_profile("unhurried")  # the first reading loads compiled tables
settings.load_profile("unhurried")

ONES = [
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
    "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
]  # fmt: skip
TENS = ["", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]


def spell(n: int) -> str:
    if n < 20:
        return ONES[n]
    if n < 100:
        return TENS[n // 10] + (f"-{ONES[n % 10]}" if n % 10 else "")
    if n < 1000:
        return f"{ONES[n // 100]} hundred" + (f" and {spell(n % 100)}" if n % 100 else "")
    return f"{spell(n // 1000)} thousand" + (f" {spell(n % 1000)}" if n % 1000 else "")


def said(text: str, *more: str) -> Known:
    return Known([Source("user", text, by_user=True), *(Source("result", other) for other in more)])


def where(value: Any, text: str, schema: dict[str, Any] | None = None, name: str = "value", *more: str) -> str | None:
    return origin(value, Parameter(name, schema or {}), said(text, *more))


NUMBER = [
    str, "{:,}".format, spell, "${:,}".format, "{} EUR".format, "€{:,}.00".format, "#{}".format, "{} of them".format,
    "{}%".format, "No. {}".format, "({})".format, "{}.".format, "{},".format, "x{}".format,
]  # fmt: skip
FRAMES = [
    "I need {} today.",
    "{}",
    "Please make it {}, thank you!",
    "From 3 shelves, take {} and go.",
    "It's about {}?",
]


@given(st.integers(0, 99_999), st.sampled_from(NUMBER), st.sampled_from(FRAMES))
def test_an_integer_is_found_in_any_spelling(n: int, form: Any, frame: str) -> None:
    assert where(n, frame.format(form(n))) == "user"


@given(st.integers(4, 99_999), st.integers(4, 99_999), st.sampled_from(NUMBER))
def test_another_integer_is_not(n: int, other: int, form: Any) -> None:
    text = f"Please make it {form(n)}."
    assume(other not in numbers(text))
    assert where(other, text) is None


@given(st.decimals(0, 10_000, places=2), st.sampled_from(["{:,}", "{}", "${:,}", "{} %"]))
def test_a_decimal_is_found(n: Any, form: str) -> None:
    assert where(float(n), f"It costs {form.format(n)} there.") == "user"


@given(st.decimals("0.01", 9999, places=2))
def test_a_decimal_comma_is_found(n: Any) -> None:
    assert where(float(n), f"It costs {n} €.".replace(".", ",", 1)) == "user"


DATES = [
    "%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%b %d, %Y", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%A, %d %B %Y",
    "%d %b %Y", "%d-%b-%Y", "the %dth of %B %Y", "%B %dth, %Y", "%Y%m%d",
]  # fmt: skip
any_day = st.dates(date(1990, 1, 1), date(2049, 12, 31))


@given(any_day, st.sampled_from(DATES), st.sampled_from(FRAMES))
def test_a_date_is_found_in_any_spelling(day: date, form: str, frame: str) -> None:
    assert where(day.isoformat(), frame.format(day.strftime(form))) == "user"


@given(any_day, st.integers(1, 4000), st.sampled_from(DATES))
def test_another_date_is_not(day: date, gap: int, form: str) -> None:
    other = day + timedelta(days=gap)
    assume((other.month, other.day) != (day.day, day.month))
    # "in March 2024 on the 3rd": day and month may be said apart, so they must both differ to be told.
    assume(other.year != day.year and (other.month, other.day) != (day.month, day.day))
    assert where(other.isoformat(), f"Make it {day.strftime(form)}.") is None


@given(any_day, any_day)
def test_a_year_nobody_said_is_invented(day: date, other: date) -> None:
    assume(day.year != other.year and str(day.year)[2:] != str(other.day))
    assert where(day.isoformat(), f"Make it {day.strftime('%d %B')}.") is None
    assert where(day.isoformat(), f"Make it {day.strftime('%d %B')}.", None, "on", f"It is {day.year}.") == "user"


@given(any_day, st.integers(1, 60))
def test_tomorrow_and_four_nights_need_a_day_to_start_from(today: date, nights: int) -> None:
    tomorrow = (today + timedelta(days=1)).isoformat()
    assert where(tomorrow, "Do it tomorrow.") is None
    assert "tomorrow" in (where(tomorrow, "Do it tomorrow.", None, "on", f"Today is {today}.") or "")
    leave = (today + timedelta(days=nights)).isoformat()
    assert where(leave, f"From {today} for {nights} nights.")


@given(st.times(), st.sampled_from(["%H:%M", "%I:%M %p", "%I:%M%p", "%H:%M:%S"]))
def test_a_time_is_found_in_any_spelling(at: time, form: str) -> None:
    assert where(at.strftime("%H:%M"), f"See you at {at.strftime(form)}.")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("15:00", "at 3 pm"), ("15:00", "at three in the afternoon"), ("09:30", "at half past nine"), ("16:45", "a quarter to five, pm"),
        ("12:00", "at noon"), ("00:00", "at midnight"), ("08:00", "8 o'clock"), ("2024-05-11T19:00:00Z", "May 11, 2024 at 7pm"),
        ("2025-06-07", "from 3 to 7 June 2025"), ("2025-06-07", "from June 3rd to the 7th, 2025"), ("17:00", "from 3 pm for two hours"),
        (120, "twice sixty, that is 120"), (12, "a dozen eggs"), (0.5, "half a litre"), (0.15, "a 15% tip"), (1500, "1.5k"),
        (2_000_000, "2 million"), (-5, "five below zero"), (-20, "withdraw 20"), (1.5, "one and a half hours"), (0.75, "3/4 of it"),
        ("B-1042", "order b1042"), ("b_1042", "order B-1042"), ("+49 30 123456", "call +49 30 123456"), ("4930123456", "call 49 30 123456 or 4930123456"),
        ("anna@example.com", "mail Anna@Example.com"), ("https://example.com/a?b=1", "see https://example.com/a?b=1"),
        ("living_room", "the living room"), ("livingRoom", "in the living room"), ("Zurich", "to Zürich"), ("bookings", "my booking"),
        ("vegetarian", "a Vegetarian menu"), ("Running late, be there soon", "tell her I'm running late and will be there soon"),
        ("Team lunch with Ana", "put a team lunch with Ana in my calendar"), (["milk", "eggs"], "buy eggs and milk"),
    ],
)  # fmt: skip
def test_spellings(value: Any, text: str) -> None:
    assert all(where(leaf, text) for leaf in (value if isinstance(value, list) else [value]))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("15:00", "at 4 pm"), ("03:00", "at 3 pm"), (13, "a dozen eggs"), (250, "2.5 and 2,5"), ("B-1043", "order B-1042"), ("B-104", "order B-1042"),
        ("bob@example.com", "mail anna@example.com"), ("https://example.com/b", "see https://example.com/a"), ("bedroom", "the living room"),
        ("Paris, France", "fly to Paris"), ("Anna Smith", "tell Anna"), ("", "nothing"), ("Everything went well yesterday", "write to Bob"),
        ("tomorrow", "next week"), ("4711", "my number is 471"), (True, "book a room"), (1, "book a room"),
    ],
)  # fmt: skip
def test_inventions(value: Any, text: str) -> None:
    assert where(value, text, {"description": "Something else"}, "thing") is None


@pytest.mark.parametrize(
    ("value", "text", "name", "schema"),
    [
        ("EUR", "in euros", "currency", {"description": "ISO code"}), ("USD", "$40", "currency", {"enum": ["USD", "EUR"]}),
        ("DE", "to Germany", "country", {"description": "ISO country code"}), ("fr", "into French", "target_language", {"description": "code"}),
        ("en-US", "in English", "locale", {"description": "locale"}), ("imperial", "in miles", "units", {"enum": ["metric", "imperial"]}),
        ("desc", "newest first", "order", {"enum": ["asc", "desc"]}), (3, "it is urgent", "priority", {"description": "1 = low, 2 = normal, 3 = urgent"}),
        ("P1", "the site is down", "severity", {"enum": ["P1", "P2"], "description": "P1: site down, P2: minor"}),
        ("express_shipping", "send it express", "shipping", {"enum": ["standard_shipping", "express_shipping"]}),
        (120, "for 2 hours", "minutes", {}), (2.5, "2500 grams", "weight", {"description": "in kilograms"}), (1999, "$19.99", "price", {"description": "in cents"}),
        (10, "show them", "limit", {"default": 10}), (10, "show them", "limit", {"description": "How many. Defaults to 10."}),
        ("none", "remind me", "repeat", {"default": "none"}), (True, "with breakfast", "breakfast", {}), (False, "no breakfast", "breakfast", {}),
        (1, "book a room", "quantity", {}), ("ORD-1042", "order 1042", "order", {"description": "Id such as ORD-17"}),
    ],
)  # fmt: skip
def test_what_the_schema_explains(value: Any, text: str, name: str, schema: dict[str, Any]) -> None:
    assert where(value, text, schema, name)


@pytest.mark.parametrize(
    ("value", "text", "name", "schema"),
    [
        ("GBP", "in euros", "currency", {"description": "ISO code"}), ("FR", "to Germany", "country", {"description": "ISO country code"}),
        ("metric", "in miles", "units", {"enum": ["metric", "imperial"]}), ("asc", "newest first", "order", {"enum": ["asc", "desc"]}),
        (1, "it is urgent", "priority", {"description": "1 = low, 2 = normal, 3 = urgent"}), (150, "for 2 hours", "minutes", {}),
        ("P2", "the site is down", "severity", {"enum": ["P1", "P2"], "description": "P1: site down, P2: minor bug"}),
        (20, "show them", "limit", {"default": 10}), ("ORD-1043", "order 1042", "order", {"description": "Id such as ORD-17"}),
        ("ORD-17", "my order", "order", {"description": "Id such as ORD-17"}),
    ],
)  # fmt: skip
def test_what_the_schema_does_not_explain(value: Any, text: str, name: str, schema: dict[str, Any]) -> None:
    assert where(value, text, schema, name) is None


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=200))
def test_any_text_can_be_read(text: str) -> None:
    assert isinstance(numbers(text), set)
    assert isinstance(days(text), set)
    assert isinstance(times(text), set)
    where(text, "some words", {"description": text, "enum": ["a"]}, text or "x")
    where("some words", text)


@given(st.floats(1, 9999).map(lambda x: round(x, 2)), st.floats(1, 9999).map(lambda x: round(x, 2)))
def test_sums_of_two_are_found(a: float, b: float) -> None:
    for value in (a + b, a - b, a * b, round(a / b, 2)):
        assert derived(value, {a, b}) is not None


@given(st.lists(st.integers(2, 5000), min_size=2, max_size=8))
def test_a_column_is_summed_averaged_and_counted(column: list[int]) -> None:
    assert derived(sum(column), (), [column])
    assert derived(len(column), (), [column])
    assert derived(round(sum(column) / len(column), 2), (), [column])


def test_rounding_goes_as_far_as_the_figure_shows() -> None:
    assert agree(33.3, 33.333)
    assert agree(33, 33.4)
    assert not agree(33.4, 33.333)
    assert not agree(34, 33.4)
