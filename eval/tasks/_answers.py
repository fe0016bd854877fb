"""How the packaged tasks read an answer and mark it: the extractors of `eval.extract`, in the form a task wants."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from eval.extract import choice, math, math_equal, number
from eval.records import Extracted, Item, Values


def read_choice(item: Item, answer: str) -> Extracted:
    """Read which option the answer chooses: its letter."""
    return choice(answer, item.options)


def read_number(item: Item, answer: str) -> Extracted:
    """Read the number that the answer ends at."""
    return number(answer)


def read_math(item: Item, answer: str) -> Extracted:
    """Read the expression that the answer ends at."""
    return math(answer)


def mark_choice(item: Item, value: Any) -> Values:
    """Give 1 for the right letter."""
    return _of_one(value == item.target)


def mark_number(item: Item, value: Any) -> Values:
    """Give 1 for the right number, however it is written: 3, 3.0 and 6/2 are one."""
    try:
        return _of_one(value is not None and Fraction(str(value)) == Fraction(str(item.target)))
    except (ValueError, ZeroDivisionError):
        return _of_one(False)


def mark_math(item: Item, value: Any) -> Values:
    """Give 1 for what is mathematically the same as the key."""
    return _of_one(value is not None and math_equal(str(value), str(item.target)))


def _of_one(right: bool) -> Values:
    return {"accuracy": (float(right), 1.0)}
