"""Stated products are found and reckoned again, with units; final figures and ranges are read as they are meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.fermi.answers import follows
from teams.fermi.chain import broken, holds, links
from teams.fermi.final import final, has_range, letter, ranges
from teams.fermi.writing import written

HOLD = [
    ("80 million people × 2 cups a day = 160 million cups a day", ""),
    ("Total: 160 million × 10 g = 1,600 tonnes a day.", ""),
    ("2 km × 500 g/m = 1 tonne", ""),
    ("(83 million / 2.5) × 3 ≈ 100 million", ""),
    ("10^6 × 3 = 3 × 10^6", ""),
    ("30 km / 5 km/h = 6 h", ""),
    ("π × (6 m)² × 2 m = 226 m³", ""),
    ("4 L/day × 365 days = 1,460 L", ""),
    ("60 % of 80 million × 0.5 = 24 million", ""),
    ("40,000 km / 0.5 m = 80 million steps", ""),
    ("$5 × 200 = $1,000", ""),
    ("100 W × 24 h = 2.4 kWh", ""),
    ("1 − 0.2 = 0.8", ""),
    ("180,000 books a year × 0.4 kg = 72,000 kg a year", ""),
    ("72,000 kg / 1,000 kg per tonne = 72 tonnes", ""),
    ("5 m × 3 trees = 15 m", ""),
    ("8 trains × 2.5 hours × 100 people = 2,000 people", ""),
    ("50 kg × 10 hours = 500 kg a day", ""),
    ("2,080 hours × 50 kg = 104,000 kg", ""),
    ("93,600 g / 1,000 = 93.6 kg", ""),
    ("2,400 kWh a year × 0.3 euros a kWh = 720 euros a year", ""),
    ("2,400 kilowatt-hours × €0.30/kWh = 720 euros", ""),
    ("15 tonnes × 80 euros per tonne = 1,200 euros", ""),
    ("2 stones × 50 euros = 100 euros", ""),
    ("12 stone × 6.35 kg per stone = 76 kg", ""),
    ("72,000 kg a year / 26 = 2,800 kg a fortnight", ""),
    (r"$1.6 \times 10^8 \times 365 \approx 6 \times 10^{10}$", ""),
    ("| cups | 3 × 4 = 12 |", ""),
    ("83 Millionen × 1,5 Tassen = 125 Millionen Tassen", "de"),
    ("180.000 Bücher im Jahr × 0,4 kg = 72 Tonnen im Jahr", "de"),
    ("12 000 personnes × 0,4 kg = 4,8 tonnes", "fr"),
]
BREAK = [
    ("80 million people × 2 cups a day = 16 million cups a day", ""),
    ("100 W × 24 h = 24 kWh", ""),
    ("10 L × 3 = 30 kg", ""),
    ("40,000 km / 0.5 m = 80,000 steps", ""),
    ("12 × 4 = 58", ""),
    ("180,000 books × 0.4 kg = 72,000 tonnes", ""),
    ("180,000 books a year × 0.4 kg = 72,000 tonnes a year", ""),
    ("5 km × 3 = 15 m", ""),
    ("2,400 Wh × 0.3 euros a kWh = 720 euros", ""),
    ("15 tonnes × 80 euros per kg = 1,200 euros", ""),
    ("83 Millionen × 1,5 Tassen = 12,5 Millionen Tassen", "de"),
]


@pytest.mark.parametrize(("said", "tag"), HOLD)
def test_sums_that_hold_are_let_be(said: str, tag: str) -> None:
    found = links(said, tag)
    assert found
    assert [broken(link) for link in found] == [""]


@pytest.mark.parametrize(("said", "tag"), BREAK)
def test_sums_that_do_not_hold_are_found(said: str, tag: str) -> None:
    assert [broken(link) for link in links(said, tag)] != [""]
    assert links(said, tag)


@pytest.mark.parametrize(
    "said", ["2–4 cups × 10 = 30", "Let x = 3.", "It is 12 = a dozen.", "No sums here.", "a = b × c"]
)
def test_what_is_no_sum_is_not_taken_for_one(said: str) -> None:
    assert not links(said)


@given(st.integers(2, 9000), st.integers(2, 900), st.sampled_from(["", " cups", " kg", " km"]))
def test_a_true_product_holds_and_a_hundredfold_one_does_not(one: int, other: int, word: str) -> None:
    right = f"{one:,} people × {other:,}{word} = {one * other:,}{word}"
    wrong = f"{one:,} people × {other:,}{word} = {one * other * 100:,}{word}"
    assert [broken(link) for link in links(right)] == [""]
    assert [bool(broken(link)) for link in links(wrong)] == [True]


@given(st.text(alphabet="0123456789 .,×=/()kgm%^²≈–−*abc\n", max_size=80))
def test_any_text_can_be_read(text: str) -> None:
    for link in links(text):
        broken(link)


def test_rounding_is_no_mistake_and_doubling_is() -> None:
    assert holds(161e6, 200e6)
    assert holds(161e6, 160e6)
    assert not holds(161e6, 300e6)
    assert not holds(161e6, 140e6)


@pytest.mark.parametrize(
    ("answer", "unit", "value"),
    [
        ("x **2** y **about 2,000 tonnes a year**", "t / year", 2000),
        ("**2,000 kg a day**", "t / year", 730.5),
        ("**roughly 2 Mt per year (0.5 to 5 million t)**", "t / year", 2e6),
        ("**2–8 million tonnes**", "t / year", 4e6),
        ("**about 1 in 5 million**", "", 2e-7),
        ("**0.02 %**", "", 2e-4),
        ("**about 3,000 cups**", "cup / day", 3000),
        ("**3 hours**", "t / year", None),
        ("about 3,000 cups", "cup / day", None),
    ],
)
def test_the_final_figure_is_read_in_the_unit_asked_for(answer: str, unit: str, value: float | None) -> None:
    assert final(answer, {"unit": unit}) == (pytest.approx(value) if value is not None else None)


def test_ranges_are_read_with_what_both_ends_share() -> None:
    facts = {"unit": "t / year"}
    assert ranges("between 600 and 6,000 tonnes", facts)[0] == pytest.approx((600, 6000))
    assert ranges("0.5 to 5 million t", facts)[0][0] == pytest.approx(5e5)
    assert has_range("from 1 to 10 million tonnes", 3e6, facts)
    assert not has_range("from 1 to 10 tonnes", 3e6, facts)
    assert has_range("good to a factor of three", 3e6, facts)


@pytest.mark.parametrize(
    ("ends", "is_right"),
    [
        ("**about 160,000 cups a day**", True),
        ("between 80,000 and 320,000 cups a day", True),
        ('{"estimate": "160,000 cups a day"}', True),
        ("**about 9 million cups a day**", False),
        ("Roughly 4,000 cups a day.", False),
    ],
)
def test_in_another_form_a_figure_still_has_to_be_near_its_sums(ends: str, is_right: bool) -> None:
    facts = {"form": "estimate", "unit": "cup / day", "demands": [{"rule": "one_paragraph"}]}
    shown = f"80,000 people × 2 cups a day = 160,000 cups a day.\n{ends}"
    assert (follows(shown, facts) == []) is is_right
    assert follows(ends, facts) == []  # where the form leaves no room for sums an examiner reads it


def test_one_letter_in_bold_is_a_choice() -> None:
    assert letter("So it is **B**.", "ABC") == "B"
    assert letter("**A** or **B**", "ABC") is None
    assert letter("**Answer: C.** A long talk about A and B follows here, with more words.", "ABC") == "C"


@given(st.floats(1e-3, 9e13), st.sampled_from(["", "German", "French"]))
def test_a_figure_that_is_written_is_read_again(value: float, language: str) -> None:
    said = f"**{written(value, language)} Kisten**"
    found = final(said, {"unit": "crate", "language": language})
    assert found == pytest.approx(value, rel=0.06)
