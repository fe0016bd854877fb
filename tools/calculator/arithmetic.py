"""Exact arithmetic on what a model types: parsed as a Python expression, walked by us, never executed.

Numbers are fractions throughout, so that `0.1 + 0.2` is 0.3. What has no exact result (`sqrt(2)`, `log`, `sin`) is
computed to 30 digits and marks the whole result as rounded. Units are pint's.
"""

import ast
import operator
from collections.abc import Callable, Sequence
from contextlib import suppress
from decimal import Decimal, DecimalException
from fractions import Fraction
from typing import Any

from tools.calculator.functions import FUNCTIONS
from tools.calculator.notation import as_text, normal, split_target, with_products
from tools.calculator.quantities import (
    DECIMAL,
    MAX_BITS,
    CannotCompute,
    bounded,
    decimal,
    exact_root,
    from_decimal,
    plain,
)
from tools.calculator.units import convert, unit, with_units

MAX_CHARS = 1_000
_PI = Fraction("3.14159265358979323846264338327950288419716939937510")
_E = Fraction("2.71828182845904523536028747135266249775724709369995")


def compute(expression: str) -> str:
    """Return the value of `expression` as text, exact unless it starts with `≈`. Raises `CannotCompute`."""
    if len(expression) > MAX_CHARS:
        raise CannotCompute(f"the expression is longer than {MAX_CHARS} characters")
    text, target = split_target(normal(expression))
    try:
        value, exact = _evaluate(text)
        if target:
            value = convert(value, _evaluate(target)[0])
        return as_text(value, exact)
    except SyntaxError:
        raise CannotCompute(
            f"{expression.strip()!r} is not an expression; write numbers, + - * / ** ( ), percent, functions, units"
        ) from None
    except CannotCompute:
        raise
    except ZeroDivisionError:
        raise CannotCompute("division by zero") from None
    except RecursionError:
        raise CannotCompute("the expression is nested too deeply") from None
    except DecimalException:
        raise CannotCompute("a number is too large or too small") from None
    except (ValueError, MemoryError, OverflowError, TypeError, ArithmeticError) as error:
        raise CannotCompute(str(error) or type(error).__name__) from None


def partial_results(expression: str) -> list[str]:
    """Return what the calculations inside `expression` come to, as `compute` says them; [] where it can't be read."""
    try:
        tree = ast.parse(with_products(split_target(normal(expression[:MAX_CHARS]))[0]), mode="eval")
    except (CannotCompute, SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    found = []
    for node in ast.walk(tree.body):
        if isinstance(node, ast.BinOp) and node is not tree.body:
            with suppress(CannotCompute):
                found.append(compute(ast.unparse(node)))
    return found


def _evaluate(text: str) -> tuple[Any, bool]:
    source = with_products(text)
    walk = _Walk(source)
    return walk.value(ast.parse(source, mode="eval").body), walk.exact


class _Walk:
    """Evaluates one expression, and remembers whether everything in it was exact.

    A value is a fraction, a pint quantity of fractions, or a truth value.
    """

    def __init__(self, source: str) -> None:
        self._source = source
        self.exact = True

    def value(self, node: ast.expr) -> Any:
        match node:
            case ast.Constant():
                return bounded(self._literal(node))
            case ast.Name(id=name):
                return self._name(name)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return -self.value(operand)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.value(operand)
            case ast.BinOp(left=left, op=op, right=right):
                return self._binary(op, left, right)
            case ast.Compare(left=left, ops=[op], comparators=[right]) if type(op) in _COMPARE:
                return self._compare(op, self.value(left), self.value(right))
            case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
                return self._call(name, [self.value(argument) for argument in arguments])
        raise CannotCompute(f"{ast.unparse(node)!r} can't be computed; use + - * / // % ** and functions")

    def _literal(self, node: ast.Constant) -> Fraction:
        if type(node.value) not in (int, float):
            raise CannotCompute(f"{ast.unparse(node)} is no number")
        # From the source, not from the tree: there it is a float and has lost digits.
        number = Decimal((ast.get_source_segment(self._source, node) or "").replace("_", ""))
        if abs(number.adjusted()) > MAX_BITS // 4:
            raise CannotCompute("a number is too large or too small")
        return Fraction(number)

    def _name(self, name: str) -> Any:
        if name in ("pi", "π", "e", "tau"):
            self.exact = False
            return {"pi": _PI, "π": _PI, "e": _E, "tau": 2 * _PI}[name]
        if name == "percent":
            return Fraction(1, 100)
        if name in FUNCTIONS and name != "min":  # without brackets that is a minute
            raise CannotCompute(f"{name} is a function: write {name}(…)") from None
        return unit(name)

    def _binary(self, op: ast.operator, left: ast.expr, right: ast.expr) -> Any:
        if isinstance(op, ast.Add | ast.Sub) and _is_percent(right) and not _is_percent(left):
            word = "+" if isinstance(op, ast.Add) else "-"
            raise CannotCompute(f"a percentage of what? For `200 {word} 15%` write `200 {word} 15% of 200`")
        a, b = self.value(left), self.value(right)
        if isinstance(op, ast.Pow):
            return self._power(a, b)
        if type(op) not in _BINARY:
            raise CannotCompute(f"{ast.unparse(ast.BinOp(left, op, right))!r}: no such operation here")
        if isinstance(a, bool) or isinstance(b, bool):
            raise CannotCompute("a comparison has no number")
        return bounded(with_units(_BINARY[type(op)], a, b))

    def _compare(self, op: ast.cmpop, a: Any, b: Any) -> bool:
        if not self.exact and isinstance(a, Fraction) and isinstance(b, Fraction) and abs(a - b) <= abs(a) / 10**20:
            a = b
        return bool(with_units(_COMPARE[type(op)], a, b))

    def _power(self, base: Any, exponent: Any) -> Any:
        if not isinstance(exponent, Fraction):
            raise CannotCompute("an exponent must be a plain number")
        if exponent.denominator != 1:
            return self.root(base, exponent)
        number = base if isinstance(base, Fraction) else base.magnitude
        size = max(number.numerator.bit_length(), number.denominator.bit_length())
        if (size > 1 and abs(exponent) * size > MAX_BITS) or abs(exponent) > 10**6:
            raise CannotCompute("the power is too large")
        return bounded(base ** int(exponent))

    def root(self, base: Any, exponent: Fraction) -> Any:
        base = plain(base)
        if base < 0:
            raise CannotCompute("a root of a negative number is not real")
        if (exact := exact_root(base, exponent.denominator)) is not None:
            return self._power(exact, Fraction(exponent.numerator))
        self.exact = False
        return from_decimal(DECIMAL.power(decimal(base), decimal(exponent)))

    def _call(self, name: str, values: Sequence[Any]) -> Any:
        if name not in FUNCTIONS:
            raise CannotCompute(f"there is no function {name!r}; there are: {', '.join(sorted(FUNCTIONS))}")
        least, most, function = FUNCTIONS[name]
        if not least <= len(values) <= most:
            takes = f"{least}" if least == most else f"at least {least}" if most > 9 else f"{least} to {most}"
            raise CannotCompute(f"{name} takes {takes} numbers, not {len(values)}")
        return bounded(function(self, *values))


def _is_percent(node: ast.expr) -> bool:
    return isinstance(node, ast.BinOp) and isinstance(node.right, ast.Name) and node.right.id == "percent"


_COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}  # fmt: skip
_BINARY: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.FloorDiv: lambda a, b: Fraction(plain(a) // plain(b)), ast.Mod: operator.mod,
}  # fmt: skip
