"""Does a calculation follow from its question? Every figure it uses has to be said there, or be known to all."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from math import isclose

from teams.engine.checks.arithmetic import agree
from teams.engine.checks.known import Known
from teams.engine.checks.told import value_of
from teams.engine.tongue import tongue
from teams.open_domain_qa.algebra import figure_of
from tools.calculator.arithmetic import compute
from tools.calculator.quantities import CannotCompute

Figure = Fraction | float
_FIGURE = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\d.])")
_EXPONENT = re.compile(r"(?:\*\*|\^)\s*-?\d+(?!\s*[.\d])")
_OF_COURSE = (0, 1, 2, 10, 100, 1000)
"""Figures that come with reckoning itself: halves, squares, per cent, powers of ten."""
_WORDED = ("de", "fr", "es", "pt", "nl", "it")
_SUM = re.compile(
    r"(?<![\w.,=^])((?:[-−]?\({0,9}\s{0,9}[\d.,]*\d\s*%?\s*\)*\s*[-+*/×·÷−–]\s*){1,60}\({0,9}\s{0,9}[-−]?[\d.,]*\d%?(?:\s*\))*)\s*(=|≈)\s*"
    r"([-−]?\d[\d,]*(?:\.\d+)?(?:\s?%)?)(?!\s*[-+*/×·÷^(\d])(?![,.]?\d)"
)


def result(expression: str) -> float | None:
    """Return the figure a calculation comes to, or None if it comes to none."""
    try:
        return figure_of(compute(expression))
    except CannotCompute:
        return None


def exact(expression: str) -> Fraction | None:
    """Return the same without rounding: of a number of thirty digits, each counts."""
    try:
        return value_of(compute(expression))
    except CannotCompute:
        return None


def stated(text: str) -> set[float]:
    """Return the figures that a text says, in digits or in words."""
    known = Known()
    known.add("text", text)
    if (tag := tongue(text).partition("-")[0]) in _WORDED:
        from text_to_num import alpha2digit  # type: ignore[import-untyped]  # lazy: a compiled module

        known.add("words", alpha2digit(text, tag, threshold=0))
    return set(known.numbers())


def unsaid(expression: str, question: str, taken: Iterable[float] = ()) -> list[str]:
    """Return the figures of a calculation that neither its question says nor everybody knows.

    `taken` are those that the author says are known to all: sixty minutes to the hour. A percentage may stand as a
    fraction or as what it leaves.
    """
    given = [*stated(question), *taken, *_OF_COURSE]
    shares = [share for n in given for share in (n / 100, 1 - n / 100, 1 + n / 100, 100 - n, 100 + n, n * 100)]
    used = dict.fromkeys(_FIGURE.findall(_EXPONENT.sub("", expression)))
    return [said for said in used if not any(isclose(float(said), n, rel_tol=1e-9) for n in (*given, *shares))]


def broken_sums(answer: str, question: str = "") -> Iterator[str]:
    """Yield the sums in an answer that don't come out: `12 × 4 = 46`. Rounded results are let be.

    So are sums that stand in the question: an asker's own mistake may be quoted.
    """
    text, asked = _clean(answer), "".join(_clean(question).split())
    for match in _SUM.finditer(text):
        value = result(re.sub(r"(?<=\d),(?=\d{3})", "", match[1]))
        said = _number(match[3])
        quoted = "".join(match[0].split()) in asked
        if quoted or value is None or said is None or _goes_on_before(text[: match.start()], match[1]):
            continue
        if not any(agree(said, v) or isclose(said, v, rel_tol=0.006) for v in (value, *_shares(value, match[3]))):
            yield f"{match[0].strip()!r}: it is {value:.6g}"


def _shares(value: float, said: str) -> tuple[float, ...]:
    return (100 * value,) if said.endswith("%") else ()


def _goes_on_before(before: str, left: str) -> bool:
    """Whether a sum began earlier than could be read: `2 kg − 3 × 4 = …`, `x + 3 × 4 = …`."""
    last = before.rstrip()[-1:]
    return bool(last) and (last in "+-−–*/×·÷^=(" or (left.lstrip()[:1] in "-−–" and (last.isalnum() or last in ")%")))


def _clean(answer: str) -> str:
    """Leave out what is no sum: code, formulas in LaTeX that a pattern can't follow, bold marks."""
    text = re.sub(r"```.*?(?:```|\Z)", " ", answer, flags=re.DOTALL)
    text = text.replace("\\times", "×").replace("\\cdot", "×").replace("$", "").replace("**", "")
    return re.sub(r"\\[a-z]+\{[^\n]*", " ", text)


def _number(said: str) -> float | None:
    text = said.replace(",", "").replace("−", "-").rstrip(".% ")
    return float(text) if re.fullmatch(r"-?\d+(?:\.\d+)?", text) else None


def close(value: Figure, key: Figure, *, whole: bool) -> bool:
    """Whether a figure is the key: exactly for what is counted, however large, else to rounding."""
    if whole:
        return abs(Fraction(value) - Fraction(key)) < Fraction(1, 10**6)
    return _rounded(float(value), float(key))


def _rounded(value: float, key: float) -> bool:
    if isclose(value, key, rel_tol=0.005):
        return True
    # To tens or hundreds, as the question may have asked, with two figures that count at least: 410 for 405.7.
    if any(value == round(key, -places) and abs(value) >= 10 ** (places + 1) for places in (1, 2, 3)):
        return True
    # Rounded to fewer places than that, but not so far that anything would do.
    return bool(value) and agree(value, key) and isclose(value, key, rel_tol=0.03)


def lone(values: Sequence[float]) -> bool:
    """Whether values are all the same."""
    return all(isclose(value, values[0], rel_tol=1e-9, abs_tol=1e-12) for value in values)
