"""Sums and formulas in words: what is read, what follows from a question, what doesn't come out."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.engine.checks.unnamed import unnamed_works
from teams.open_domain_qa.algebra import evaluated, figure_of, formulas_in, letters_of, same
from teams.open_domain_qa.reckoning import broken_sums, close, exact, result, unsaid
from teams.open_domain_qa.wording import dated_words

POINTS = [{"a": 3.0, "b": 5.0}, {"a": 2.0, "b": 7.5}]
positive = st.floats(0.1, 50).map(lambda x: round(x, 3))


@given(a=positive, b=positive)
def test_formulas_are_evaluated_as_written(a: float, b: float) -> None:
    values = {"a": a, "b": b}
    for formula, wanted in (
        ("2ab/(a+b)", 2 * a * b / (a + b)),
        (r"\frac{a^{2}}{b}", a * a / b),
        ("sqrt(a² + b^2)", math.hypot(a, b)),
        ("3(a + 1)(b - 2)", 3 * (a + 1) * (b - 2)),
        ("a·b − b", a * b - b),
        ("2 π a", 2 * math.pi * a),
    ):
        value = evaluated(formula, values)
        assert value is not None
        assert math.isclose(value, wanted, rel_tol=1e-6, abs_tol=1e-9)


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader_of_formulas(text: str) -> None:
    evaluated(text, POINTS[0])
    formulas_in(text, POINTS)
    list(broken_sums(text))
    unsaid(text, text)
    dated_words(text)
    unnamed_works(text)


@pytest.mark.parametrize("formula", ["c + a", "a +", "__import__('os')", "9**9**9**9", "a" * 400, ""])
def test_what_is_no_formula_in_these_letters_has_no_value(formula: str) -> None:
    assert evaluated(formula, POINTS[0]) is None


def test_letters_and_factorials() -> None:
    assert letters_of("2ab/(a + b)", ["a", "b", "c"]) == {"a", "b"}
    assert evaluated("a! + (a + 1)!", {"a": 3.0}) == 30
    assert evaluated("C(5, 2)", {"a": 3.0}) == 10
    assert same("n(n+1)/2", "(n^2 + n)/2", [{"n": 4.0}, {"n": 9.0}])
    assert not same("n^2/2", "n(n+1)/2", [{"n": 4.0}, {"n": 9.0}])
    assert not same("n", "n", [])


def test_formulas_are_found_in_answers() -> None:
    set_off = "With $t = 1/a + 1/b$ the mean is\n\n$$v = \\frac{2ab}{a+b}$$\n\nwhatever a is."
    assert same(formulas_in(set_off, POINTS)[-1], "2ab/(a+b)", POINTS)
    in_line = "Adding both, **v = 2ab/(a + b)** kilometres per hour."
    assert same(formulas_in(in_line, POINTS)[-1], "2ab/(a+b)", POINTS)
    assert formulas_in("There is no formula here, and 3 = 3.", POINTS) == []


@given(a=st.integers(1, 999), b=st.integers(1, 999))
def test_a_sum_that_comes_out_is_let_be_and_one_that_does_not_is_found(a: int, b: int) -> None:
    assert list(broken_sums(f"First {a} × {b} = {a * b:,} pieces, then {a} + {b} = {a + b}.")) == []
    assert list(broken_sums(f"So {a / b:.3f} of it: {a} / {b} ≈ {a / b:.3f}.")) == []
    assert len(list(broken_sums(f"That is {a} + {b} = {a + b + max(2, (a + b) // 20)}."))) == 1


@pytest.mark.parametrize(
    "said",
    [
        "3.2 / 4 = 80 %", "2^3 × 2 = 16", "x + 3 × 4 = 20", "10 kg − 3 × 2 = 4", "1/3 + 1/6 = 1/2", "= 5 × 3 = 15",
        "5 × 3 = 15 kg", "(2 + 3) × 4 = 20",
    ],
)  # fmt: skip
def test_sums_that_only_look_broken_are_let_be(said: str) -> None:
    assert list(broken_sums(said)) == []


def test_an_askers_own_mistake_may_be_quoted() -> None:
    assert list(broken_sums("You wrote 12 × 4 = 46; it is 48.", "I got 12 × 4 = 46. Where is my mistake?")) == []


def test_figures_of_a_calculation_are_those_of_its_question() -> None:
    coat = "A coat of 240 euros gets 15 % cheaper, and two dozen are sold."
    assert unsaid("240 * (1 - 0.15) * 24", coat) == []
    assert unsaid("85% of 240 * 24", coat) == []
    assert unsaid("240 * 7", coat) == ["7"]
    assert unsaid("240 * 7", coat, [7]) == []
    assert unsaid("240 ** 3", coat) == []


@pytest.mark.parametrize(
    ("value", "key", "is_whole", "right"),
    [(153, 153, True, True), (154, 153, True, False), (0.33, 1 / 3, False, True), (0.3, 1 / 3, False, False),
     (44.2, 44.186, False, True), (0.0, 0.03, False, False), (410, 405.66, False, True), (400, 405.66, False, False),
     (420, 405.66, False, False), (410, 405.66, True, False), (3.0, 3.46, False, False)],
)  # fmt: skip
def test_rounding_is_let_be_and_guessing_is_not(value: float, key: float, is_whole: bool, right: bool) -> None:
    assert close(value, key, whole=is_whole) is right


def test_results_of_the_calculator_are_read() -> None:
    assert figure_of("11/36 (≈ 0.305555555555556)") == pytest.approx(11 / 36)
    assert figure_of("≈ 1.5e-07") == pytest.approx(1.5e-7)
    assert result("65 mile/hour to km/hour") == pytest.approx(104.60736)
    assert result("not a sum at all") is None


def test_results_beyond_floats_are_none_and_large_whole_ones_are_exact() -> None:
    assert result("2^1100") is None
    assert result("factorial(200)") is None
    assert evaluated("a**400", {"a": 10.0}) is None
    assert exact("2^64") == 2**64
    assert close(2**64, exact("2^64") or 0, whole=True)
    assert not close(2**64 + 1, exact("2^64") or 0, whole=True)


def test_words_of_the_day_and_works_without_a_name() -> None:
    assert dated_words("Who is currently the mayor?") == ["currently"]
    assert dated_words("Wer ist derzeit im Amt?") == ["derzeit"]
    assert dated_words("Which current flows through the wire?") == []
    assert unnamed_works("Why did the study fail?") == ["the study"]
    assert unnamed_works("I read a study on bees. Why did the study fail?") == []
    assert unnamed_works("What does the study of birds teach?") == []
