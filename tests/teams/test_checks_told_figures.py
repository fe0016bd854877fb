"""Figures in a few words: what they are worth, in which unit, in which language."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from teams.engine.checks.figures import figures_grounded
from teams.engine.checks.told import measure, told_in, value_in, value_of, with_points


@pytest.mark.parametrize(
    ("words", "tag", "values"),
    [
        (r"\frac{3}{4}", "", ["3/4"]), (r"2\tfrac{1}{2} hours", "", ["5/2"]), ("2½ hours", "", ["5/2"]),
        (r"$\frac{11}{36} \approx 30.6\%$", "", ["11/36", "30.6"]), ("9 3/8 inches", "", ["75/8"]),
        (r"27\,000\ \text{m}^3", "", ["27000"]), ("3.2 × 10^5 km", "", ["320000"]), ("3.2×10⁻² s", "", ["0.032"]),
        ("1e6 J", "", ["1000000"]), ("−4.5 °C", "", ["-4.5"]), ("12,000 of 48,000", "", ["12000", "48000"]),
        ("2.5 million people", "", ["2500000"]), ("約153人", "ja", ["153"]), ("3万円", "ja", ["30000"]),
        ("1.250,50 Euro", "de", ["1250.5"]), ("1.250 Personen", "de", ["1250"]),
        ("0,31", "de", ["0.31"]),
        ("0.306", "de", ["0.306"]),
        ("0,9", "German", ["0.9"]), ("2,5", "Deutsch", ["2.5"]),
        ("1 250,5 mètres", "fr", ["1250.5"]), ("2,5 миллиона", "ru", ["2.5"]),
        ("in 1990, 300 people", "", ["1990", "300"]),
        ("2 h 15 min", "", ["9/4"]), ("4 euros and 20 cents", "", ["4.2"]),
        ("3 and 4 hours", "", ["3", "4"]), ("1/0", "", []), ("nothing here", "", []), ("3 × 10^999", "", []),
    ],
)  # fmt: skip
def test_figures_are_read_as_they_are_written(words: str, tag: str, values: list[str]) -> None:
    assert [one.value for one in told_in(words, tag)] == [Fraction(value) for value in values]


@pytest.mark.parametrize(
    ("unit", "name"),
    [
        ("km/h", "kilometer / hour"), ("kilometres per hour", "kilometer / hour"),
        ("square metres", "meter**2"),
        ("m²", "meter**2"), ("euros", "euro"), ("%", "%"), ("per cent", "%"), ("bags", ""),
        ("full days of work", "day"),
        ("trips a day", ""), ("Stunden", "hour"), ("kilomètres", "kilometer"), ("", ""),
        ("kilograms of flour", "kilogram"),
    ],
)  # fmt: skip
def test_a_unit_has_one_name(unit: str, name: str) -> None:
    assert measure(unit) == name


WAYS = [
    ("hour", "minutes", Fraction(60)),
    ("meter", "km", Fraction(1, 1000)),
    ("euro", "cents", Fraction(100)),
    ("meter / second", "km/h", Fraction(18, 5)),
]


@given(st.integers(1, 10_000), st.sampled_from(WAYS))
def test_a_figure_in_another_unit_of_its_sort_is_the_same(n: int, way: tuple[str, str, Fraction]) -> None:
    unit, other, factor = way
    told = told_in(f"{float(n * factor):.12g} {other}")
    assert [value_in(one, unit) for one in told] == [pytest.approx(n)]
    assert value_in(told_in(f"{n} kg")[0], unit) is None


@example("0/0", "")
@example("7 1/0", "")
@given(st.text(max_size=80), st.sampled_from(["", "de", "fr", "ja", "x-y"]))
def test_no_words_break_the_reader(words: str, tag: str) -> None:
    for one in told_in(words, tag):
        value_in(one, measure(words))
    value_of(words)


@given(st.fractions(-10_000, 10_000, max_denominator=999))
def test_results_of_the_calculator_are_exact(value: Fraction) -> None:
    assert value_of(f"{value} (≈ {float(value):.10g})") == value
    assert told_in(f"It is {value}.".replace("-", "−"))[0].value == value


def test_results_with_units_and_roots() -> None:
    assert value_of("12 meter / second**2") == 12
    assert value_of("≈ 1.5e-07") == Fraction("1.5e-7")
    assert value_of("true") is None
    assert value_of("9" * 400) is None


def test_figures_of_other_languages_are_written_as_in_english() -> None:
    assert with_points("1.284.000 Räder, 0,9 Tonnen, am 12.10.2025 um 20.30 Uhr", "de") == (
        "1284000 Räder, 0.9 Tonnen, am 12.10.2025 um 20.30 Uhr"
    )
    assert with_points("1.284 and 1,284", "en") == "1.284 and 1,284"


def test_decimals_of_an_answer_are_looked_for_as_one_figure() -> None:
    text = "Je Nacht 1,5 Tonnen. Das kleine braucht zwei Fünftel weniger, und es kamen 1.284.000 Leute."
    said = "Es sind **0,9 Tonnen**: 1,5 − 0,6 = 0,9, und 1.284.000 Leute."
    assert figures_grounded(said, [text, "1.5 - 1.5 * 2 / 5 0.9 Tonnen"], tag="de") == []
    assert figures_grounded("Es sind **7,3 Tonnen**.", [text], tag="de")
