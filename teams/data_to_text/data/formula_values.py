"""What the cells and steps of a formula come to: values, how they are reckoned with, and what can't be worked out."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

Held = Fraction | str | bool | None


class BadFormula(ValueError):
    """A formula that can't be read or carried out; says why in a line."""


class Failed(BadFormula):
    """A value that a sheet shows as #N/A or #DIV/0!; it goes through a formula like any other."""


def lifted(of: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Apply to single values, or cell by cell to blocks."""
    if not isinstance(left, list) and not isinstance(right, list):
        return _kept(of, left, right)
    rows = len(left) if isinstance(left, list) else len(right)
    width = len(left[0]) if isinstance(left, list) else len(right[0])

    def pick(block: Any, m: int, n: int) -> Any:
        if not isinstance(block, list):
            return block
        if m >= len(block) or n >= len(block[0]):
            return Failed("ranges of different sizes")
        return block[m][n]

    return [[_kept(of, pick(left, m, n), pick(right, m, n)) for n in range(width)] for m in range(rows)]


def _kept(of: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Apply to two values; what can't be worked out is a value too."""
    for one in (left, right):
        if isinstance(one, Failed):
            return one
    try:
        return of(left, right)
    except Failed as failure:
        return failure


def number_of(held: Any) -> Fraction:
    """Return a value as a number, as a sheet takes it. Raises `Failed`."""
    if isinstance(held, bool):
        return Fraction(int(held))
    if held is None or held == "":
        return Fraction(0)
    if isinstance(held, Fraction):
        return held
    try:
        return Fraction(str(held))
    except (ValueError, ZeroDivisionError):
        raise Failed(f"{str(held)[:40]!r} is no number") from None


def text_of(held: Any) -> str:
    """Return a value as a sheet shows it."""
    if isinstance(held, bool):
        return str(held).upper()
    if isinstance(held, Fraction):
        return str(held.numerator) if held.denominator == 1 else f"{float(held):.10g}"
    return "" if held is None else str(held)


def plus(left: Any, right: Any, sign: str) -> Fraction:
    return number_of(left) + (number_of(right) if sign == "+" else -number_of(right))


def times(left: Any, right: Any, sign: str) -> Fraction:
    a, b = number_of(left), number_of(right)
    if sign == "*":
        return a * b
    if not b:
        raise Failed("it divides by 0")
    return a / b


def power_of(left: Any, right: Any) -> Fraction:
    """Raise one value to another. Raises `Failed` where that is no number, or a huge one."""
    base, power = number_of(left), number_of(right)
    if abs(power) > 64 or abs(base) > 10**12:
        raise Failed("too large a power")
    if power.denominator == 1 and (base or power >= 0):
        return base ** int(power)
    if base < 0:
        raise Failed("a root of what is below zero")
    return Fraction(float(base) ** float(power))


def compare(left: Any, right: Any, sign: str) -> bool:
    """Compare as a sheet does: whatever the case of letters, texts after all numbers."""
    if left is None:
        left = "" if isinstance(right, str) else Fraction(0)
    if right is None:
        right = "" if isinstance(left, str) else Fraction(0)
    a: Any = left.casefold() if isinstance(left, str) else left
    b: Any = right.casefold() if isinstance(right, str) else right
    if isinstance(a, str) != isinstance(b, str):
        return (
            sign == "<>" or (sign in ("<", "<=") and isinstance(b, str)) or (sign in (">", ">=") and isinstance(a, str))
        )
    return bool({"=": a == b, "<>": a != b, "<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[sign])


def flat(*given: Any) -> list[Any]:
    """Return all cells of some values and blocks, one after the other."""
    found: list[Any] = []
    for one in given:
        found += [cell for row in one for cell in row] if isinstance(one, list) else [one]
    return found
