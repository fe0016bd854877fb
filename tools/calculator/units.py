"""Units of the calculator, which are pint's."""

import operator
from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any

from tools.calculator.quantities import CannotCompute


@cache
def _registry() -> Any:
    import pint

    return pint.UnitRegistry(non_int_type=Fraction)


def unit(name: str) -> Any:
    import pint

    units = _registry()
    try:
        return units.Quantity(Fraction(1), units.Unit(name))
    except (pint.errors.PintError, AttributeError, ValueError):
        raise CannotCompute(f"{name!r} is neither a number, a function nor a unit; put in the value itself") from None


def with_units(operation: Callable[[Any, Any], Any], a: Any, b: Any) -> Any:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return operation(a, b)
    import pint

    if operation is operator.mul and isinstance(a, Fraction) and b.magnitude == 1:
        return _registry().Quantity(a, b.units)  # 25 °C is a temperature, not 25 times the temperature 1 °C
    try:
        return operation(a, b)
    except pint.errors.PintError as error:
        raise CannotCompute(_said(error)) from None


def convert(value: Any, target: Any) -> Any:
    import pint

    if isinstance(value, Fraction | bool) or isinstance(target, Fraction | bool):
        raise CannotCompute("both what is converted and what it is converted to need a unit")
    try:
        return value.to(target.units)
    except pint.errors.PintError as error:
        raise CannotCompute(_said(error)) from None


def _said(error: Exception) -> str:
    try:
        return str(error)
    except TypeError:  # pint can't write every unit of fractions, such as B, the bel
        return "these units don't go together"
