"""Sums as an answer writes them, carried out again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from math import isclose

from tools.calculator.arithmetic import compute
from tools.calculator.quantities import CannotCompute

_SUM = re.compile(r"(?<![\w.)%^])([-(]{0,6}\d[\d.,()+\-−–*/×·÷ ]{0,160}?)\s*=\s*([-−]?\d+(?:[.,]\d+)*)(?![\d/])")
_SIGNS = str.maketrans({"×": "*", "·": "*", "÷": "/", "−": "-", "–": "-"})


def broken_sums(answer: str) -> Iterator[str]:
    """Yield the sums that don't come out: `12 × 4 = 46`. What is rounded to what it shows is let be."""
    text = re.sub(r"```.*?(?:```|\Z)", " ", answer.replace("**", ""), flags=re.DOTALL)
    for match in _SUM.finditer(text):
        left = re.sub(r"(?<=\d),(?=\d{3})", "", match[1]).translate(_SIGNS)
        before = text[: match.start()].rstrip()[-1:]
        if not re.search(r"[+\-*/]", left.lstrip("-(")) or (before and before in "+-−*/×÷=("):
            continue
        said = match[2].replace(",", "").replace("−", "-")
        try:
            value = float(compute(left).lstrip("≈ "))
        except (CannotCompute, ValueError):
            continue
        places = len(said.partition(".")[2])
        if not isclose(round(value, places), float(said), rel_tol=1e-6, abs_tol=0.5 * 10.0**-places):
            yield f"{match[0].strip()!r}: it is {value:g}"
