"""Functions of the calculator: how many numbers each takes, and what it does with them."""

import math
from collections.abc import Callable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol

from tools.calculator.quantities import DECIMAL, CannotCompute, decimal, from_decimal, plain


class Walk(Protocol):
    """What a function may ask of the evaluation it is part of."""

    exact: bool

    def root(self, base: Any, exponent: Fraction) -> Any: ...


def _rounded(function: Callable[[Decimal], Decimal]) -> Callable[..., Fraction]:
    def call(walk: Walk, value: Any) -> Fraction:
        walk.exact = False
        return from_decimal(function(decimal(plain(value))))

    return call


def _float(function: Callable[[float], float]) -> Callable[..., Fraction]:
    def call(walk: Walk, value: Any) -> Fraction:
        walk.exact = False
        if not isinstance(value, Fraction | bool) and str(value.dimensionality) == "dimensionless":
            value = Fraction(value.to("radian").magnitude)
        return Fraction(repr(function(float(plain(value)))))

    return call


def _log(walk: Walk, value: Any, base: Any = None) -> Fraction:
    number = plain(value)
    if number <= 0:
        raise CannotCompute("a logarithm needs a number above zero")
    walk.exact = False
    if base is None:
        return from_decimal(DECIMAL.ln(decimal(number)))
    return from_decimal(DECIMAL.divide(DECIMAL.ln(decimal(number)), DECIMAL.ln(decimal(plain(base)))))


def _log10(walk: Walk, value: Any) -> Fraction:
    number = plain(value)
    if number <= 0:
        raise CannotCompute("a logarithm needs a number above zero")
    exponent = len(str(number.numerator)) - len(str(number.denominator))
    if Fraction(10) ** exponent == number:
        return Fraction(exponent)
    walk.exact = False
    return from_decimal(DECIMAL.log10(decimal(number)))


def _whole(value: Any, most: int = 10**9) -> int:
    number = plain(value)
    if number.denominator != 1 or not 0 <= number <= most:
        raise CannotCompute(f"this needs a whole number from 0 to {most}")
    return int(number)


def _choose(function: Callable[[int, int], int]) -> Callable[..., Fraction]:
    return lambda walk, n, k: Fraction(function(_whole(n, 1000), _whole(k, 1000)))


def _round(walk: Walk, value: Any, places: Any = Fraction(0)) -> Any:
    """Round half up, as people do it, not half to even."""
    step = Fraction(1, 10 ** _whole(places, 100))
    number = value if isinstance(value, Fraction) else value.magnitude
    result = math.floor(abs(number) / step + Fraction(1, 2)) * step * (-1 if number < 0 else 1)
    return result if isinstance(value, Fraction) else result * value.units


def _pick(function: Callable[[Sequence[Any]], Any]) -> Callable[..., Any]:
    return lambda walk, *values: function(values)


def _median(values: Sequence[Any]) -> Any:
    ordered = sorted(values)
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def _integers(function: Callable[..., int]) -> Callable[..., Fraction]:
    return lambda walk, *values: Fraction(function(*(_whole(value, 10**300) for value in values)))


FUNCTIONS: dict[str, tuple[int, int, Callable[..., Any]]] = {
    "sqrt": (1, 1, lambda walk, x: walk.root(x, Fraction(1, 2))),
    "cbrt": (1, 1, lambda walk, x: walk.root(x, Fraction(1, 3))),
    "root": (2, 2, lambda walk, x, n: walk.root(x, 1 / plain(n))),
    "exp": (1, 1, _rounded(DECIMAL.exp)),
    "ln": (1, 1, _log),
    "log": (1, 2, _log),
    "log10": (1, 1, _log10),
    "log2": (1, 1, lambda walk, x: _log(walk, x, Fraction(2))),
    "sin": (1, 1, _float(math.sin)),
    "cos": (1, 1, _float(math.cos)),
    "tan": (1, 1, _float(math.tan)),
    "asin": (1, 1, _float(math.asin)),
    "acos": (1, 1, _float(math.acos)),
    "atan": (1, 1, _float(math.atan)),
    "abs": (1, 1, lambda walk, x: abs(x)),
    "round": (1, 2, _round),
    "floor": (1, 1, lambda walk, x: Fraction(math.floor(plain(x)))),
    "ceil": (1, 1, lambda walk, x: Fraction(math.ceil(plain(x)))),
    "factorial": (1, 1, lambda walk, n: Fraction(math.factorial(_whole(n, 450)))),
    "comb": (2, 2, _choose(math.comb)),
    "perm": (2, 2, _choose(math.perm)),
    "gcd": (2, 99, _integers(math.gcd)),
    "lcm": (2, 99, _integers(math.lcm)),
    "min": (1, 99, _pick(min)),
    "max": (1, 99, _pick(max)),
    "sum": (1, 99, _pick(lambda values: sum(values[1:], values[0]))),
    "mean": (1, 99, _pick(lambda values: sum(values[1:], values[0]) / len(values))),
    "median": (1, 99, _pick(_median)),
}
