"""Expressions, read and computed at given values of their letters: no symbolic algebra, so nothing that can hang.

A recursive-descent reader over tokens, with floats at its ends: a power like 9^9^9^9 is infinite, at once.
"""

from __future__ import annotations

import cmath
import math as mathematics
import re
from collections.abc import Callable, Mapping

LONGEST, DEEPEST = 400, 40
_TOKEN = re.compile(r"\s{0,9}(\d{1,40}(?:\.\d{0,40})?|\.\d{1,40}|\\?[A-Za-z]{1,20}|\*\*|[-+*/^(){}\[\]|!_,·×÷√π∞°²³])")
_FUNCTIONS: Mapping[str, Callable[[complex], complex]] = {
    "sqrt": cmath.sqrt, "sin": cmath.sin, "cos": cmath.cos, "tan": cmath.tan, "exp": cmath.exp, "ln": cmath.log,
    "log": cmath.log, "arcsin": cmath.asin, "arccos": cmath.acos, "arctan": cmath.atan, "sinh": cmath.sinh,
    "cosh": cmath.cosh, "tanh": cmath.tanh, "abs": abs,
}  # fmt: skip
_CONSTANTS: Mapping[str, complex] = {
    "pi": cmath.pi,
    "π": cmath.pi,
    "e": cmath.e,
    "i": 1j,
    "infty": mathematics.inf,
    "∞": mathematics.inf,
}


class NotComputable(ValueError):
    """It is no expression that can be read here, or it has no value."""


def compute(expression: str, letters: Mapping[str, complex]) -> complex:
    """Return the value of an expression in LaTeX or plain text. Raise `NotComputable`."""
    if len(expression) > LONGEST:
        raise NotComputable("too long")
    try:
        reader = _Reader(expression, letters)
        value = reader.total()
        if reader.at < len(reader.tokens):
            raise NotComputable(f"stray {reader.tokens[reader.at]}")
    except (ArithmeticError, ValueError, IndexError) as error:
        raise NotComputable(str(error)) from None
    return value


def names(expression: str) -> set[str]:
    """Return the letters of an expression that are neither functions nor constants."""
    found: set[str] = set()
    for token in re.findall(r"\\?[A-Za-z]{1,20}", expression[:LONGEST]):
        found |= {one for one in _split(token.lstrip("\\")) if one not in _FUNCTIONS and one not in _CONSTANTS}
    return found - {"frac", "cdot", "times", "div", "pm", "circ"}


def _split(word: str) -> list[str]:
    """Part a run of letters into known names and single letters: `xy` is a product, `sqrt` is not."""
    known = [*_FUNCTIONS, *_CONSTANTS, "frac", "cdot", "times", "div", "alpha", "beta", "gamma", "theta", "lambda"]
    for name in sorted(known, key=len, reverse=True):
        if len(name) > 1 and word.startswith(name):
            return [name, *(_split(word[len(name) :]))]
    return [word[0], *_split(word[1:])] if word else []


def _tokens(expression: str) -> list[str]:
    tokens, at = [], 0
    while at < len(expression.rstrip()):
        found = _TOKEN.match(expression, at)
        if not found:
            raise NotComputable(f"no expression at {expression[at : at + 10]!r}")
        token = found[1]
        if (token[0].isalpha() and token not in "π") or token[0] == "\\":
            tokens += _split(token.lstrip("\\"))
        else:
            tokens.append({"**": "^", "·": "*", "×": "*", "÷": "/"}.get(token, token))
        at = found.end()
    return [{"cdot": "*", "times": "*", "div": "/"}.get(token, token) for token in tokens]


class _Reader:
    """total := term (± term)* ; term := power ((*|/)? power)* ; power := [-] atom [^ power]"""

    def __init__(self, expression: str, letters: Mapping[str, complex]) -> None:
        self.tokens, self.at, self.depth, self.letters = _tokens(expression), 0, 0, letters

    def total(self) -> complex:
        self.depth += 1
        if self.depth > DEEPEST:
            raise NotComputable("nested too deep")
        value = self.term()
        while self.peek() in ("+", "-"):
            value = value + self.term() if self.take() == "+" else value - self.term()
        self.depth -= 1
        return value

    def term(self) -> complex:
        value = self.signed()
        while self.at < len(self.tokens) and self.peek() not in ("+", "-", ")", "}", "]", "|", ",", "!"):
            if self.peek() in ("*", "/"):
                value = value * self.signed() if self.take() == "*" else value / self.signed()
            else:
                value *= self.power()
        return value

    def signed(self) -> complex:
        sign = 1
        while self.peek() in ("-", "+"):
            sign = -sign if self.take() == "-" else sign
        return sign * self.power()

    def power(self) -> complex:
        value = self.atom()
        while self.peek() in ("²", "³", "!", "°"):
            mark = self.take()
            value = _factorial(value) if mark == "!" else value if mark == "°" else value ** (2 if mark == "²" else 3)
        if self.peek() == "^":
            self.take()
            self.depth += 1
            if self.depth > DEEPEST:
                raise NotComputable("powers of powers")
            value = complex(value) ** complex(self.signed())
            self.depth -= 1
        return value

    def atom(self) -> complex:
        token = self.take()
        if token in "([{":
            return self._until({"(": ")", "[": "]", "{": "}"}[token])
        if token == "|":
            return abs(self._until("|"))
        if token[0].isdigit() or token[0] == ".":
            return self._mixed(float(token))
        if token == "frac":
            over = self._argument()
            return over / self._argument()
        if token in _FUNCTIONS or token == "√":
            return self._applied(token)
        if token in _CONSTANTS and token not in self.letters:
            return _CONSTANTS[token]
        if token in self.letters:
            return self.letters[token]
        raise NotComputable(f"no value for {token}")

    def _mixed(self, whole: float) -> complex:
        """A whole number before a fraction of numbers is a mixed number, not a product."""
        if (
            self.peek() == "frac"
            and whole.is_integer()
            and all(token[0] in "{}0123456789" for token in self.tokens[self.at + 1 : self.at + 7][:6])
        ):
            return whole + self.atom()
        return whole

    def _argument(self) -> complex:
        if self.peek() == "{":
            return self.atom()
        token = self.take()
        if token[0].isdigit() and len(token) > 1 and "." not in token:  # \frac56 is five sixths
            self.at -= 1
            self.tokens[self.at : self.at + 1] = [token[0], token[1:]]
            token = self.take()
        return float(token) if token[0].isdigit() else self.letters.get(token, _CONSTANTS.get(token, mathematics.nan))

    def _applied(self, name: str) -> complex:
        root: complex = 2
        if name in ("sqrt", "√") and self.peek() == "[":
            self.take()
            root = self._until("]")
        power = None
        if self.peek() == "^":
            self.take()
            power = self._argument()
        inner = self._argument() if name in ("sqrt", "√") and self.peek() not in ("(", "{") else self.power()
        value = inner ** (1 / root) if root != 2 else _FUNCTIONS["sqrt" if name == "√" else name](inner)
        return value if power is None else value**power

    def _until(self, closing: str) -> complex:
        value = self.total()
        if self.take() != closing:
            raise NotComputable(f"no {closing}")
        return value

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]


def _factorial(value: complex) -> complex:
    whole = complex(value)
    if whole.imag or not 0 <= whole.real <= 170 or not whole.real.is_integer():
        raise NotComputable("no factorial of that")
    return float(mathematics.factorial(int(whole.real)))
