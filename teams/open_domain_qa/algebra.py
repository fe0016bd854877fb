"""Formulas in letters: read as people and LaTeX write them, evaluated by the calculator at given values.

Two formulas are the same if they give the same at points that nobody chose for them; that needs no algebra, and what
is evaluated is never executed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import isclose

from teams.engine.checks.told import value_of
from tools.calculator.arithmetic import compute
from tools.calculator.functions import FUNCTIONS
from tools.calculator.quantities import CannotCompute

Values = Mapping[str, float]
LETTER = re.compile(r"[A-Za-z](?:_?\d)?")
"""What a formula's letter looks like: `n`, `v0`, `t_1`."""
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z]+(?:_?\d+)?)|(\*\*|[-+*/^(),!]))")
_CONSTANTS = ("pi", "e")
_SIGNS = str.maketrans({"×": "*", "·": "*", "⋅": "*", "÷": "/", "−": "-", "–": "-", "π": " pi ", "[": "(", "]": ")"})
_POWERS = {"²": "^2", "³": "^3", "⁴": "^4", "⁵": "^5"}
_INNER = r"\{([^{}]*)\}"
_LATEX = (
    (re.compile(rf"\\[dt]?frac\s*{_INNER}\s*{_INNER}"), r"((\1)/(\2))"),
    (re.compile(rf"\\d?binom\s*{_INNER}\s*{_INNER}"), r"comb(\1, \2)"),
    (re.compile(rf"\\sqrt\s*{_INNER}"), r"sqrt(\1)"),
    (re.compile(rf"\^\s*{_INNER}"), r"^(\1)"),
    (re.compile(rf"\\(?:text|mathrm|boxed|mathbf|operatorname)\s*{_INNER}"), r" \1 "),
)
_BARE = re.compile(r"\\(?:left|right|,|;|!|quad|displaystyle)")
_PIECES = re.compile(r"`([^`\n]+)`|\$\$?([^$]+)\$\$?|\\[(\[](.+?)\\[)\]]", re.DOTALL)
_LONGEST = 300


def plain(formula: str) -> str:
    """Return a formula without LaTeX: `\\frac{a}{b}` becomes `((a)/(b))`."""
    text = _BARE.sub(" ", formula.translate(_SIGNS))
    for sign, power in _POWERS.items():
        text = text.replace(sign, power)
    for _ in range(8):  # from the innermost braces outwards
        before = text
        for pattern, put in _LATEX:
            text = pattern.sub(put, text)
        if text == before:
            break
    text = re.sub(r"\\(cdot|times)", " * ", text)
    text = re.sub(r"\\(pi|ln|log|exp|sin|cos|tan)\b", r" \1", text)
    return re.sub(r"√\s*\(", "sqrt(", text).replace("{", "(").replace("}", ")")


def evaluated(formula: str, values: Values) -> float | None:
    """Return the value of `formula` where its letters have `values`, or None if it can't be read or has none."""
    if len(formula) > _LONGEST:
        return None
    pieces = _pieces(plain(formula), values)
    if not pieces:
        return None
    try:
        return figure_of(compute("".join(_joined(pieces))))
    except CannotCompute:
        return None


def figure_of(said: str) -> float | None:
    """Return the number in a result of the calculator, whichever way it is written; None for one beyond all floats."""
    value = value_of(said)
    return None if value is None else float(value)


def letters_of(formula: str, known: Sequence[str]) -> set[str]:
    """Return which of the letters `known` stand in a formula."""
    found = set()
    for _, name, _ in _TOKEN.findall(plain(formula)):
        found |= set(_split(name, known)) if name else set()
    return found & set(known)


def same(one: str, other: str, points: Sequence[Values]) -> bool:
    """Whether two formulas have the same value at every point."""
    for values in points:
        a, b = evaluated(one, values), evaluated(other, values)
        if a is None or b is None or not isclose(a, b, rel_tol=1e-6, abs_tol=1e-9):
            return False
    return bool(points)


def formulas_in(answer: str, points: Sequence[Values]) -> list[str]:
    """Return the formulas in letters that an answer states, in order: what stands behind the last `=` of a piece."""
    letters = list(points[0]) if points else []
    found = []
    for piece in _stated(answer):
        for said in _starts(piece.rpartition("=")[2]):
            if letters_of(said, letters) and all(evaluated(said, values) is not None for values in points):
                found.append(said.strip())
                break
    return found


def _stated(answer: str) -> Iterator[str]:
    """Yield formulas that are set off, and lines with an `=`."""
    for line in answer.splitlines():
        pieces = [next(filter(None, groups)) for groups in _PIECES.findall(line)]
        if pieces:
            yield from pieces
        elif "=" in line:
            yield line.strip().strip("*_ ").rstrip(".")
    for block in re.findall(r"\\\[(.+?)\\\]|\$\$(.+?)\$\$", answer, re.DOTALL):
        yield " ".join("".join(block).split()).rstrip(".")


def _starts(text: str) -> Iterator[str]:
    """Yield a text and then ever shorter beginnings of it: a sentence may go on behind its formula."""
    yield text[:_LONGEST].strip().rstrip(".,;*")
    cuts = [match.start() for match in re.finditer(r"[\s,;:.](?=\s|$)|\s", text[:_LONGEST])]
    for cut in reversed(cuts[-24:]):
        if text[:cut].strip():
            yield text[:cut].strip().rstrip("+-*/=,.")


def _pieces(text: str, values: Values) -> list[str]:
    """Return the tokens of a formula with values in place of letters; [] if something in it can't be read."""
    pieces: list[str] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if not match:
            return []
        at = match.end()
        number, name, sign = match.groups()
        if name:
            parts = _split(name, list(values))
            if not parts:
                return []
            pieces += [f"({values[part]!r})" if part in values else part for part in parts]
        elif sign == "!":
            if not _with_factorial(pieces):
                return []
        else:
            pieces.append("**" if sign == "^" else number or sign)
    return pieces


def _split(name: str, letters: Sequence[str]) -> list[str]:
    """Return the factors that a word stands for: itself, or letters side by side (`ab`)."""
    if name in letters or name in FUNCTIONS or name in _CONSTANTS:
        return [name]
    if name == "C":
        return ["comb"]
    parts = LETTER.findall(name)
    return parts if "".join(parts) == name and all(part in letters for part in parts) else []


def _with_factorial(pieces: list[str]) -> bool:
    """Put `factorial()` around the last operand."""
    if not pieces:
        return False
    start = len(pieces) - 1
    if pieces[-1] == ")":
        depth = 0
        for start in range(len(pieces) - 1, -1, -1):
            depth += (pieces[start] == ")") - (pieces[start] == "(")
            if not depth:
                break
    pieces[start:] = [f"factorial({''.join(_joined(pieces[start:]))})"]
    return True


def _joined(pieces: Sequence[str]) -> Iterator[str]:
    """Yield tokens with the signs of multiplication that people leave out."""
    for n, piece in enumerate(pieces):
        before = pieces[n - 1] if n else ""
        ends = bool(before) and before not in ("+", "-", "*", "/", "**", "(", ",") and before not in FUNCTIONS
        begins = piece not in ("+", "-", "*", "/", "**", ")", ",")
        yield f"*{piece}" if ends and begins else piece
