"""Sums a text writes out, worked out again by the calculator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from teams.engine.checks.arithmetic import agree
from tools.calculator.arithmetic import compute
from tools.calculator.quantities import CannotCompute

_SIDE = r"[(\d][\d\s.,()+*/^-]*[\d)]"
_SUM = re.compile(
    rf"(?<![\w.,/^*+)-])(?<!- )({_SIDE}(?:\s*=\s*{_SIDE})*)\s*(=|≈)\s*(-?\d[\d.,]*\d|-?\d)(?![\w^(%]| ?[*/])"
)
_OPERATOR = re.compile(r"[+*/^]|(?<=[\d)])\s*-")
_SIGNS = {"×": "*", "·": "*", "⋅": "*", "÷": "/", "−": "-", "–": "-", "²": "^2", "³": "^3", "\\times": "*",
          "\\cdot": "*", "\\div": "/", "\\approx": "≈", "\u00a0": " ", "\u202f": " ", "$": " ", "\\,": ""}  # fmt: skip
_FRACTION = re.compile(r"\\d?frac\{([\d.,]+)\}\{([\d.,]+)\}")
_TIMES = re.compile(r"(?<=\d)\s*[xX]\s*(?=\d)")
_LONGEST = 120


def wrong_sums(text: str) -> list[str]:
    """Return the sums of a text that do not come out, each with what does: `6 × 7 = 43 (it is 42)`."""
    read = _FRACTION.sub(r"(\1/\2)", text)
    for sign, plain in _SIGNS.items():
        read = read.replace(sign, plain)
    read = _TIMES.sub("*", read)
    found: list[str] = []
    for line in read.split("\n"):
        for match in _SUM.finditer(line[:2000]):
            for side in match.group(1).split("="):
                found += _fault(side.strip(), match.group(3), rounded=match.group(2) == "≈")
    return found


def _fault(side: str, result: str, rounded: bool) -> Iterator[str]:
    if len(side) > _LONGEST or not _OPERATOR.search(side):
        return
    values = [value for left in _readings(side) if (value := _value(left)) is not None]
    targets = [target for right in _readings(result) if (target := _value(right)) is not None]
    if not values or not targets:
        return
    room = 0.01 if rounded else 0.0
    if not any(agree(t, v) or abs(t - v) <= room * abs(v) for v in values for t in targets):
        yield f"{side} = {result} (it is {values[0]:g})"


def _readings(text: str) -> Iterator[str]:
    """A comma or a point may part thousands or decimals; what comes out by either is right."""
    yield re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text).replace(",", ".")
    yield re.sub(r"(?<=\d)[.](?=\d{3}(?!\d))", "", text).replace(",", ".")


def _value(text: str) -> float | None:
    try:
        return float(Fraction(compute(text.replace(" ", ""))))
    except (CannotCompute, ValueError, ZeroDivisionError, OverflowError):
        return None
