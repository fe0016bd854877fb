"""The little language in which an estimate is reckoned: names, numbers, + - * / **, a few functions; read, never run.

The same walk goes over quantities, so that units are looked at, and over bare floats, so that a thousand draws of the
assumptions cost little.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from teams.fermi.units import Quantity, Wrong, told

LONGEST = 300
_NODES = 90
_LITERAL = 12
"""Larger numbers in an expression are assumptions or conversions: the one has to be named, the other is done."""
_ROUND = (100, 1000)
_OPERATIONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}  # fmt: skip
_OF_NUMBERS: dict[str, Callable[[float], float]] = {
    "exp": math.exp, "ln": math.log, "log": math.log, "log10": math.log10, "log2": math.log2,
}  # fmt: skip
_ROOTS = {"sqrt": 1 / 2, "cbrt": 1 / 3}
_PICKS: dict[str, Callable[..., Any]] = {"min": min, "max": max}
FUNCTIONS = (*_OF_NUMBERS, *_ROOTS, *_PICKS)


def read(expression: str) -> ast.expr:
    """Return the tree of an expression. Raises `Wrong`, naming what is no part of the language."""
    text = expression.replace("^", "**").replace("×", "*").replace("·", "*").replace("÷", "/").replace("−", "-")
    if len(text) > LONGEST:
        raise Wrong(f"{len(text)} characters are too many for one step: split it")
    try:
        body = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Wrong(f"{expression!r} can't be read: names of leaves and steps, + - * / **, brackets") from None
    nodes = list(ast.walk(body))
    if len(nodes) > _NODES:
        raise Wrong(f"{expression!r} is too long for one step: split it")
    for node in nodes:
        _allowed(node)
    return body


def _allowed(node: ast.AST) -> None:
    match node:
        case ast.Constant(value=value) if type(value) in (int, float):
            assert isinstance(value, int | float)
            if not (abs(value) <= _LITERAL or value in _ROUND):
                raise Wrong(
                    f"{value:g} stands in a step: units are converted for you (no 60, no 365); what is assumed has to"
                    " be a leaf with its range"
                )
        case ast.BinOp(op=op) if type(op) in _OPERATIONS:
            pass
        case ast.Call(func=ast.Name(id=name), keywords=[], args=args) if name in FUNCTIONS:
            if not args or (name not in _PICKS and len(args) > 1):
                raise Wrong(f"{name} takes {'numbers' if name in _PICKS else 'one number'}")
        case ast.Name() | ast.UnaryOp(op=ast.USub()) | ast.Load() | ast.operator() | ast.unaryop():
            pass
        case _:
            raise Wrong(f"{ast.unparse(node) if isinstance(node, ast.expr) else 'that'!r} is not part of a step")


def names_in(expression: str) -> list[str]:
    """Return the names a step uses, in order; functions and pi are none."""
    return list(dict.fromkeys(_names(read(expression))))


def _names(node: ast.expr) -> Iterator[str]:
    called = {id(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}
    found = [one for one in ast.walk(node) if isinstance(one, ast.Name) and id(one) not in called]
    for one in sorted(found, key=lambda name: name.col_offset):
        if one.id != "pi":
            yield one.id


def value(node: ast.expr, values: Mapping[str, Any], one: Callable[[float], Any]) -> Any:
    """Return the value of a tree; `one` makes a number what `values` are: a float, or a bare quantity."""
    match node:
        case ast.Constant(value=number):
            return one(float(number))  # type: ignore[arg-type]
        case ast.Name(id="pi"):
            return one(math.pi)
        case ast.Name(id=name):
            if name not in values:
                raise Wrong(f"there is no leaf and no step before it called {name!r}")
            return values[name]
        case ast.UnaryOp(operand=operand):
            return -value(operand, values, one)
        case ast.BinOp(left=left, op=op, right=right):
            return _OPERATIONS[type(op)](value(left, values, one), value(right, values, one))
        case ast.Call(func=ast.Name(id=name), args=args):
            return _called(name, [value(arg, values, one) for arg in args], one)
    raise Wrong("that is not part of a step")


def _called(name: str, args: list[Any], one: Callable[[float], Any]) -> Any:
    if name in _ROOTS:
        return args[0] ** one(_ROOTS[name])
    if name in _PICKS:
        if isinstance(args[0], Quantity):
            return _PICKS[name](args, key=lambda arg: arg._alike(args[0], "compared").value)
        return _PICKS[name](args)
    if isinstance(args[0], Quantity):
        if args[0].dims:
            raise Wrong(f"{name} wants a bare number, not {told(args[0].dims)}")
        return one(_OF_NUMBERS[name](args[0].value))
    return _OF_NUMBERS[name](args[0])


def quantity(node: ast.expr, values: Mapping[str, Quantity]) -> Quantity:
    """Return a step's value with its dimensions. Raises `Wrong`."""
    made = _guarded(node, values, lambda number: Quantity(number, {}))
    if not isinstance(made, Quantity) or not isinstance(made.value, float) or not math.isfinite(made.value):
        raise Wrong("it comes to no number that could be written down")
    return made


def number(node: ast.expr, values: Mapping[str, float]) -> float:
    """Return a step's value where all values are floats in base units. Raises `Wrong`."""
    made = _guarded(node, values, float)
    if not isinstance(made, float | int) or not math.isfinite(made):
        raise Wrong("it comes to no number that could be written down")
    return float(made)


def _guarded(node: ast.expr, values: Mapping[str, Any], one: Callable[[float], Any]) -> Any:
    try:
        return value(node, values, one)
    except ZeroDivisionError:
        raise Wrong("it divides by zero") from None
    except (OverflowError, ValueError, RecursionError):
        raise Wrong("it comes to no number that could be written down") from None
