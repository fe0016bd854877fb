"""The reckoning that an answer shows: each stated product or quotient is found, read with its units and done again.

`80 million people × 2 cups a day = 160 million cups a day` is a link: two operands and a result. A result may be
rounded as estimates are, and may be in another unit than its operands: 2 km × 500 g/m = 1 tonne.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import log10

from teams.engine.checks.told import SHARE, Told, told_in
from teams.fermi.expression import number, quantity, read
from teams.fermi.tree import apart
from teams.fermi.units import Quantity, Wrong, counted, elsewhere, measure_of, told, unit

NEAR = 0.05
"""Share by which a stated result may be off: its operands are shown rounded."""
_LOOSE = 0.15
"""The same behind ≈."""
_SAME = 0.18
"""Orders of magnitude within which a figure is another one rounded: 1.4 to 1, 1.5 to 2."""
_FENCE = re.compile(r"```\w*\n?|`")
_EQUALS = re.compile(r"[=≈≃≅]|(?<=\s)(?:→|~)(?=\s)|\\approx")
_OPERATOR = re.compile(r"([×*·x÷/+−–-])\s*(\(*)\s*[~≈$€£¥]?\s*$")
_ASIDE = re.compile(r"\([^()\d]*\)|\[[^\]\d]*\]")
_POWER = re.compile(r"^\s*(?:\^|\*\*)?\s*([²³]|(?<=[\^*])\s?\d)")
_RAISED = {"²": "2", "³": "3"}
_BARE_POWER = re.compile(r"(?<![\d.,×x·*]\s)(?<![\d.,×x·*])10\s?(?:\^|\*\*)\s?\{?\(?([-−]?\d{1,2})\)?\}?")
_RAISED_POWER = re.compile(r"(?<![\d.,×x·*]\s)(?<![\d.,×x·*])10([⁻⁰¹²³⁴-⁹]{1,3})")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_SIGNS = ("L", "W", "J", "N", "V", "K")
"""Measures of one capital letter, which are words to other readers."""
_PER = frozenset("per a an each pro par por je jede jeden jedes al à".split())  # noqa: SIM905
_HOURS = re.compile(r"\b(kilo|mega|giga|tera)?watt[- ]?hours?\b", re.IGNORECASE)
_SIGNS_OF = {"kilo": "kWh", "mega": "MWh", "giga": "GWh", "tera": "TWh", "": "Wh"}
_RATE = re.compile(r"\s*(?:/|(?:per|an?|each|pro|par|por|al|je)\s)\s*([^\W\d]+[²³]?)")
_FUNCTION = re.compile(r"(?:sqrt|√|exp|log|ln|ⁿ|\bmin|\bmax|!)\s*\(?\s*$", re.IGNORECASE)


@dataclass(frozen=True)
class Link:
    """One stated result: what was worked out, and what it is said to come to."""

    said: str
    operands: tuple[Told, ...]
    value: float
    """Of the bare numbers."""
    quantity: Quantity | None
    """With the measures they have, where all that have one can be read."""
    result: Told
    is_rounded: bool
    """Behind ≈."""


def links(answer: str, tag: str = "") -> list[Link]:
    """Return the sums that an answer shows, in order."""
    return list(_links(answer, tag))


@lru_cache(maxsize=128)
def _read(line: str, tag: str) -> tuple[Told, ...]:
    return tuple(_rated(one, line) for one in told_in(line, tag))


def _rated(one: Told, line: str) -> Told:
    """Put what money is for into its unit where that is a measure: 0.3 euros a kWh. Several stones are no weight."""
    if one.word == "stones":
        return replace(one, unit="")
    match = _RATE.match(line, one.end)
    if not match or unit(one.unit).dims.keys() != {counted(one.unit)} or not measure_of(match[1].rstrip("²³")):
        return one
    return replace(one, unit=f"{one.unit} / {match[1]}", end=match.end())


def plain(answer: str) -> str:
    """Return an answer's words without marks that stand between figures: bold, code, LaTeX's dollars, 10^6 as 1e6."""
    text = _HOURS.sub(lambda match: _SIGNS_OF[(match[1] or "").lower()], _FENCE.sub(" ", answer))
    text = text.replace("**", "").replace("__", "").replace("\\times", "×").replace("\\cdot", "×")
    text = text.replace("\\,", "").replace("{,}", ",").replace("\\approx", "≈").replace("π", "3.14159")
    text = re.sub(r"\\(?:text|mathrm)\{([^{}]*)\}", r" \1 ", text)
    text = re.sub(r"(?<!\w)\$(?=[^$\n]*[=≈×][^$\n]*\$)|(?<=\S)\$(?!\d)", " ", text)
    text = _BARE_POWER.sub(lambda match: f"1e{match[1].replace('−', '-')}", text)
    return _RAISED_POWER.sub(lambda match: f"1e{match[1].translate(_DIGITS)}", text)


def _links(answer: str, tag: str) -> Iterator[Link]:
    for line in re.split(r"\n|(?<=[.;!?])\s+(?=[^\d\s])|;|\|", plain(answer)):
        parts = _EQUALS.split(line)
        signs = [match.group() for match in _EQUALS.finditer(line)]
        for left, sign, right in zip(parts, signs, parts[1:], strict=False):
            made = _chain(left, tag)
            results = _read(right, tag)
            if not made or not results or not _leads(right, results[0]):
                continue
            if _is_chain(right, results):
                continue  # = 3 × 4 = 12: the next pair reads it
            expression, operands = made
            value = _value(expression, [_bare(one) for one in operands])
            if value is not None:
                shown = f"{left.strip()[-90:]} {sign.strip()} {right[: results[0].end].strip()}"
                yield Link(shown, operands, value, _measured(expression, operands), results[0], sign.strip() != "=")


def _leads(right: str, first: Told) -> bool:
    """Whether a figure stands where the result of a sum stands: before any word that could make it another's."""
    return len(re.findall(r"[^\W\d_]+", right[: first.start])) <= 3


def _is_chain(right: str, results: Sequence[Told]) -> bool:
    return len(results) > 1 and bool(_OPERATOR.search(_ASIDE.sub(" ", right[results[0].end : results[1].start])))


def _chain(left: str, tag: str) -> tuple[str, tuple[Told, ...]] | None:
    """Return the expression that ends a piece of text, with @0, @1 … for its figures; None where there is none."""
    figures = _read(left, tag)
    if not figures:
        return None
    pieces: list[str] = []
    kept: list[Told] = []
    after = left[figures[-1].end :]
    tail = f"{_raised(after)}{')' * _ASIDE.sub(' ', after).count(')')}{_closed_power(after)}"
    for at in range(len(figures) - 1, -1, -1):
        one = figures[at]
        gap = _ASIDE.sub(" ", left[figures[at - 1].end if at else 0 : one.start])
        sign = _OPERATOR.search(gap)
        if at and sign and _FUNCTION.search(gap):
            return None
        kept.insert(0, one)
        if at and not sign and (joined := _joined(gap, figures[at - 1], one)):
            pieces.insert(0, f"@{at}@{tail}")
            tail = joined
            continue
        opened = "(" * (len(sign[2]) if sign and at else _opening(gap))
        pieces.insert(0, f"{opened}@{at}@{tail}")
        if not at or not sign or not _is_sign(gap, sign):
            if sign and at and sign[1] in "–-−":  # 2–4 cups: the end of a range is no operand
                return None
            break
        raised = gap[: sign.start()]
        tail = f"{_raised(raised)}{')' * raised.count(')')}{_closed_power(raised)}{_operator(sign[1])}"
    if len(kept) < 2 and "/" not in left[kept[0].start : kept[0].end]:
        return None
    first = len(figures) - len(kept)
    expression = "".join(pieces)
    for n in range(len(kept)):
        expression = expression.replace(f"@{first + n}@", f"v{n}")
    lacking = expression.count(")") - expression.count("(")
    return ("(" * lacking + expression if lacking > 0 else expression + ")" * -lacking), tuple(kept)


def _joined(gap: str, before: Told, one: Told) -> str:
    """The operator that is no sign: `60 % of 80 million`, and a minus that was read as part of its figure."""
    if before.unit == SHARE and len(gap.split()) <= 4 and not re.search(r"[,;:()]", gap):
        return "*"
    return "+" if one.value < 0 and not re.search(r"[,;:]", gap) else ""


def _opening(gap: str) -> int:
    match = re.search(r"(\(+)\s*[~≈$€£¥]?\s*$", gap)
    return len(match[1]) if match else 0


def _is_sign(gap: str, sign: re.Match[str]) -> bool:
    """A dash is a minus only with room on both sides, and x is a times only as a word of its own."""
    if sign[1] in "–-−+":
        return bool(re.search(r"\s[–−+-]\s", gap))
    return sign[1] != "x" or bool(re.search(r"(?:^|\s|\d)x\s", gap))


def _operator(sign: str) -> str:
    return {"×": "*", "·": "*", "x": "*", "÷": "/", "−": "-", "–": "-"}.get(sign, sign)


def _raised(after: str) -> str:
    match = _POWER.match(after)
    return f"**{_RAISED.get(match[1].strip(), match[1].strip())}" if match and after.strip()[:1] in "²³^*" else ""


def _closed_power(gap: str) -> str:
    match = re.search(r"\)\s*(?:(?:\^|\*\*)\s?(\d)|([²³]))", gap)
    return f"**{match[1] or _RAISED[match[2]]}" if match else ""


def _bare(one: Told) -> float:
    return float(one.value) / 100 if one.unit == SHARE else float(one.value)


def quantity_of(one: Told) -> Quantity | None:
    """Return a figure with its measure, a bare number where it has none that is known; None if it can't be read."""
    is_sign = one.word in _SIGNS or (len(one.word) == 2 and one.word[-1].isalpha() and one.word.lower() != one.word)
    is_measure = (is_sign or len(one.word) > 2) and one.word != "stones"
    named = one.unit or (one.word if is_measure and measure_of(one.word) else "")
    named = named or elsewhere(one.word)
    try:
        size = unit("%" if one.unit == SHARE else named)
    except Wrong:
        return None
    return Quantity(float(one.value) * size.value, size.dims)


def _value(expression: str, values: Sequence[float]) -> float | None:
    try:
        return number(read(expression), {f"v{n}": value for n, value in enumerate(values)})
    except Wrong:
        return None


def _measured(expression: str, operands: Sequence[Told]) -> Quantity | None:
    values = {f"v{n}": quantity_of(one) for n, one in enumerate(operands)}
    if any(one is None for one in values.values()):
        return None
    try:
        return quantity(read(expression), {name: one for name, one in values.items() if one is not None})
    except Wrong:
        return None


def broken(link: Link) -> str:
    """Say what is wrong with a stated result; '' if it holds, to rounding, in bare numbers or with its units."""
    stated = float(link.result.value)
    if any(holds(link.value, one, link.is_rounded) for one in {stated, _bare(link.result)}):
        return _of_another_sort(link)
    made = link.quantity
    for result in _readings(link.result):
        if made and result.dims == made.dims and stated:
            size = result.value / stated
            fits = holds(made.value / size, stated, link.is_rounded)
            return "" if fits else f"{link.said!r}: it is {made.value / size:.3g} {link.result.unit}".strip()
    # A measure of a language whose words are not known here: thousands of them are another one's thing.
    is_open = all(one.word and not one.unit for one in (link.result, link.operands[-1]))
    if is_open and link.result.word != link.operands[-1].word and not link.result.word.isascii():
        off = apart(link.value, stated) if stated > 0 else 0.0
        if off > 2 and abs(off - round(off)) < 0.1:
            return ""
    return f"{link.said!r}: it is {link.value:.3g}"


def _readings(one: Told) -> Iterator[Quantity]:
    """A figure with its measure, and, of what is so much a day, so much."""
    if read := quantity_of(one):
        yield read
    for at in range(one.unit.count(" / ")):
        if read := quantity_of(replace(one, unit=one.unit.rsplit(" / ", at + 1)[0])):
            yield read


def _of_another_sort(link: Link) -> str:
    """Whether measures were multiplied and something else came out, or the same in another size.

    10 L × 3 = 30 kg; 40,000 km / 0.5 m = 80,000 steps.
    """
    made, result = link.quantity, quantity_of(link.result)
    if made is None or result is None:
        return ""
    # So much a year may come of so much: what is counted a year has no measure of its own.
    same = next((one for one in _readings(link.result) if made.dims and one.dims == made.dims), None)
    counts = any(one.word and not (quantity_of(one) or made).dims for one in link.operands)
    if same or (made.dims == result.dims and not counts):
        return _in_another_size(link, made, same or result)
    # How often within a time is a bare number: a day's worth for each of 365.
    if counts or not made.dims or not result.dims or _lone(made, result) == {"second"}:
        return ""
    return f"{link.said!r}: {told(made.dims)} is no {link.result.unit or link.result.word}"


def _in_another_size(link: Link, made: Quantity, result: Quantity) -> str:
    """Whether figures fit and their measures don't: 180,000 books × 0.4 kg = 72,000 tonnes."""
    stated = float(link.result.value)
    size = result.value / stated if stated else 1.0
    # A bare number may convert: 93,600 g / 1,000 = 93.6 kg.
    off = apart(made.value, result.value)
    bare = [float(one.value) for one in link.operands if not one.word and not one.unit and one.value > 0]
    converts = any(abs(abs(log10(number)) - off) < 0.05 for number in bare)
    is_bare = converts or (not made.dims and (not link.result.word or link.result.word.casefold() in _PER))
    fits = is_bare or holds(made.value / size, stated, link.is_rounded)
    return "" if fits else f"{link.said!r}: it is {made.value / size:.3g}"


def _lone(one: Quantity, other: Quantity) -> set[str]:
    """Base units whose powers differ."""
    return {name for name in {*one.dims, *other.dims} if one.dims.get(name, 0) != other.dims.get(name, 0)}


def holds(value: float, stated: float, is_rounded: bool = False) -> bool:
    """Whether a stated figure is a value, rounded as people do it: 161 million is 200 million."""
    off = _LOOSE if is_rounded else NEAR
    if abs(value - stated) <= off * max(abs(value), abs(stated)):
        return True
    if value <= 0 or stated <= 0:
        return False
    return apart(float(f"{value:.{_digits(stated) - 1}e}"), stated) < 0.003


def _digits(value: float) -> int:
    """How many digits of a figure count, trailing zeros left out."""
    return max(1, len(f"{abs(value):.12e}".split("e")[0].rstrip("0").replace(".", "")))


def digits(value: float) -> int:
    """Return how many digits of a figure count."""
    return _digits(value)


def is_about(one: float, other: float) -> bool:
    """Whether one figure is another one rounded to a single digit."""
    return apart(one, other) < _SAME
