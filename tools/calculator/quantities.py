"""Numbers of the calculator: bounded fractions, their exact roots, and decimals where nothing is exact."""

import math
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

MAX_BITS = 4_000
"""Size of numerator and denominator, about 1,200 digits: what is larger is refused before it is computed."""
MAX_EXPONENT = 99
"""Of a unit."""
DECIMAL = Context(prec=34)


class CannotCompute(Exception):
    """The expression has no value; the message tells the model why and what to write instead."""


def bounded(value: Any) -> Any:
    number = value if isinstance(value, Fraction) else getattr(value, "magnitude", None)
    if isinstance(number, Fraction) and max(number.numerator.bit_length(), number.denominator.bit_length()) > MAX_BITS:
        raise CannotCompute("a number is too large")
    if hasattr(value, "unit_items") and any(abs(exponent) > MAX_EXPONENT for _, exponent in value.unit_items()):
        raise CannotCompute("the power of a unit is too large")  # converting it would raise its factor to that power
    return value


def plain(value: Any) -> Fraction:
    if isinstance(value, bool):
        raise CannotCompute("a comparison has no number")
    if isinstance(value, Fraction):
        return value
    if value.dimensionless:
        return Fraction(value.to("").magnitude)
    raise CannotCompute("this needs a plain number, not one with a unit")


def exact_root(base: Fraction, degree: int) -> Fraction | None:
    if degree > 64:
        return None
    roots = [_integer_root(number, degree) for number in (base.numerator, base.denominator)]
    return None if None in roots else Fraction(*roots)  # type: ignore[arg-type]


def _integer_root(number: int, degree: int) -> int | None:
    if degree == 2:
        root = math.isqrt(number)
    else:
        low, root = 0, 1 << (number.bit_length() // degree + 1)
        while low < root:
            middle = (low + root + 1) // 2
            low, root = (middle, root) if middle**degree <= number else (low, middle - 1)
    return root if root**degree == number else None


def decimal(value: Fraction) -> Decimal:
    return DECIMAL.divide(Decimal(value.numerator), Decimal(value.denominator))


def from_decimal(value: Decimal) -> Fraction:
    if not value.is_finite() or (abs(value.adjusted()) > MAX_BITS // 4 and value):
        raise CannotCompute("a number is too large or too small")
    return Fraction(value)
