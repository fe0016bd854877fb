"""Prices: what is written is what is read, what is unknown stays unknown."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import UsageError
from agents.models.price import Price, known_price, parse_price

dollars = st.floats(0, 1e6, allow_nan=False)


@given(dollars, dollars)
def test_a_written_price_is_read_back(one: float, other: float) -> None:
    assert parse_price(f"{one!r},{other!r}") == Price(one, other)
    assert parse_price(f" ${one!r} , {other!r}") == Price(one, other)


@pytest.mark.parametrize("text", ["", "1", "1,", "1,2,3", "1;2", "a,b", "-1,2", "nan,1", "1,inf"])
def test_anything_else_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match=r"0\.15,0\.60"):
        parse_price(text)


@given(st.text(max_size=20))
def test_any_text_is_a_price_or_a_clear_error(text: str) -> None:
    try:
        price = parse_price(text)
    except UsageError:
        return
    assert price.input >= 0
    assert price.output >= 0


def test_cost_is_per_million() -> None:
    assert math.isclose(Price(0.15, 0.60).cost(2_000_000, 500_000), 0.60)
    assert Price(1, 2).cost(0, 0) == 0


def test_known_and_unknown_models() -> None:
    assert known_price("gpt-4o-mini-2024-07-18") == known_price("gpt-4o-mini") == Price(0.15, 0.6)
    assert known_price("qwen2.5-1.5b-instruct") is None
    assert known_price("") is None
