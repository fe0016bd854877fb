"""How people write sums, as Python expressions; and results, as people read them."""

import re
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from tools.calculator.quantities import CannotCompute

_DIGITS = 15
"""Significant digits shown of a rounded result."""
_SIGNS = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "^": "\0", "²": "\2", "³": "\3"})
_TARGET = re.compile(r"^(.*)\s(?:to|in|->|→)\s+([^()]+)$")
_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?![\w.])"
_UNIT = r"[^\W\d]\w*"
_MEASURE = re.compile(rf"(?<![\w.])({_NUMBER})\s*({_UNIT})(?![\w(])(\s*\*\*\s*-?\d+)?")
_TIGHT = re.compile(rf"(?<![\w.])((?:\d+(?:\.\d*)?|\.\d+))({_UNIT})(?![\w(])")
_ONE = r"\d+(?:\.\d+)?\s*[a-z]+"
_FAMILIES = (
    "days?|d|hours?|hr|h|minutes?|min|seconds?|sec|s",
    "feet|foot|ft|inch|inches|in",
    "lbs?|pounds?|oz|ounces?",
)
_COMPOUND = re.compile(
    "|".join(
        rf"(?<![\w.])\d+\s*(?:{units})(?:\s+(?:and\s+)?\d+(?:\.\d+)?\s*(?:{units})\b)+(?!\s*[\d(*/])"
        for units in _FAMILIES
    )
)
"""`3 h 20 min`, `5 ft 3 in`: one measure in two units."""
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?!\w)")
_PERCENT = re.compile(rf"({_NUMBER}|\))\s*%(?!\s*[\w(.])|({_NUMBER}|\))\s*%(?=\s*of\b)|({_NUMBER}|\))\s*percent\b")


def normal(expression: str) -> str:
    text = expression.strip().rstrip("=").translate(_SIGNS)
    text = text.replace("\0", "**").replace("\2", "**2").replace("\3", "**3")
    text = " ".join(text.split())
    text = re.sub(rf"√\s*({_NUMBER})", r"sqrt(\1)", text).replace("√", "sqrt")
    text = re.sub(r"(?<=\d)_(?=\d)", "", text)
    text = re.sub(r"°\s?([CF])\b", r"deg\1", text)
    text = _COMPOUND.sub(lambda match: f"({' + '.join(re.findall(_ONE, match[0]))})", text)
    if "(" not in text:
        text = _THOUSANDS.sub(lambda match: match[0].replace(",", ""), text)
    elif match := _THOUSANDS.search(text):  # inside a call a comma parts its arguments, too
        plain = match[0].replace(",", "")
        raise CannotCompute(f"is {match[0]} one number? Then write {plain}; else put a space after each comma")
    if match := re.search(r"[$€£¥]", text):
        raise CannotCompute(f"leave out {match[0]}: money has no unit here")
    if match := re.search(rf"({_NUMBER})%\s+({_NUMBER})", text):  # read as a remainder, it was never meant as one
        a, b = match[1], match[2]
        raise CannotCompute(f"is {match[0]} a percentage? Then write {a}% of {b}; for the remainder write {a} % {b}")
    text = re.sub(_PERCENT, lambda match: _percent(match[1] or match[2] or match[3]), text)
    return re.sub(r"(?<=[\w)])\s+of\s+(?=[\w(.])", " * ", text)


def _percent(number: str) -> str:
    return ") * percent" if number == ")" else f"({number} * percent)"


def split_target(text: str) -> tuple[str, str]:
    if match := _TARGET.search(text):
        return match[1], re.sub(r"\bin\b", "inch", match[2])
    return text, ""


def with_products(text: str) -> str:
    """Make `3 km / 2 h` a quotient of two measures, and give `in` (a word of Python's own) its full name."""
    text = re.sub(r"(?<=[\d ])in\b", " inch", text)
    text = _TIGHT.sub(lambda match: match[0] if _is_power(match[2]) else f"{match[1]} {match[2]}", text)
    return _MEASURE.sub(lambda match: f"({match[1]} * {match[2]}{match[3] or ''})", text).strip()


def _is_power(word: str) -> bool:
    return re.fullmatch(r"[eE]\d*", word) is not None


def as_text(value: Any, exact: bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return _number(value, exact)
    if value.dimensionless and len(value.unit_items()) > 1:  # 8 GB / 2 MB is 4000
        value = value.to("")
    return f"{_number(Fraction(value.magnitude), exact)} {_unit(value)}".strip()


def _unit(value: Any) -> str:
    """Write `meter**2 / second`. Pint's own form can't: its exponents are fractions here, as its numbers are."""
    above: list[str] = []
    below: list[str] = []
    for name, exponent in sorted(value.unit_items()):
        power = "" if abs(exponent) == 1 else f"**{abs(exponent)}"
        (above if exponent > 0 else below).append(f"{name}{power}")
    return " / ".join([" * ".join(above) or "1" if below else " * ".join(above), *below])


def _number(value: Fraction, exact: bool) -> str:
    if exact and value.denominator == 1:
        return str(value.numerator)
    rounded = _plain_decimal(Context(prec=_DIGITS).divide(Decimal(value.numerator), Decimal(value.denominator)))
    if not exact:
        return f"≈ {rounded}"
    if (places := _places(value.denominator)) is not None and places <= 30:
        return _fixed(value, places)
    if len(str(value)) > 60:
        return f"≈ {rounded}"
    return f"{value} (≈ {rounded})"


def _fixed(value: Fraction, places: int) -> str:
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def _plain_decimal(value: Decimal) -> str:
    if value and not -7 < value.adjusted() < 21:
        return f"{value.normalize():e}"
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _places(denominator: int) -> int | None:
    """How many decimals a fraction over `denominator` takes; None if they never end."""
    twos = (denominator & -denominator).bit_length() - 1
    rest, fives = denominator >> twos, 0
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None
