"""Rows of numbers with a rule, and the proof that no other simple rule goes on in another way.

A row has one solution only if every rule of these families that fits the numbers shown, with numbers to spare, leads to
the same next one: polynomials, recurrences, well-known rows, two rows in one, digits at work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from random import Random
from typing import Any

from teams.brain_teaser.puzzles.puzzle import Data, Puzzle, Telling, Twist

Row = Sequence[int]
_SPARE = 2
"""Numbers a rule has to fit beyond those that fix it."""
_LARGEST = 10**7


class NumberRow(Puzzle):
    """Which number comes next, or stands in the gap at the end?"""

    name = "number_row"
    twists = ("twin", "harder")
    is_tempting = True

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data | None:
        names = {"twin": ("steps",), "harder": _HARD}.get(twist, _PLAIN)
        family = random.choice(names)
        count = random.choice((6, 7)) if family != "interleaved" else 8
        row = _drawn(random, family, count)
        if not row or max(map(abs, row)) > _LARGEST or len(set(row)) < len(row) - 1:
            return None
        return {"row": row, "family": family}

    def solutions(self, data: Data) -> list[Any]:
        """What any rule leads to, each value once; the rule that was meant comes first."""
        found = dict(continuations(data["row"]))
        if data["family"] not in found:
            return []
        meant = found.pop(data["family"])
        return list(dict.fromkeys([meant, *found.values()]))[:2]

    def tempting(self, data: Data) -> int:
        """The last step once more."""
        row = data["row"]
        return int(2 * row[-1] - row[-2])

    def telling(self, data: Data) -> Telling:
        shown = ", ".join(map(str, data["row"]))
        rules = [f"The numbers, in this order: {shown}, …", "They follow one rule from the first to the last."]
        return Telling({}, rules, "Which number comes next, and by which rule?", [shown])

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        return (
            f"The rule: {_RULES[data['family']]}.",
            "It shows that the rule yields every number of the row, and the next.",
        )


_RULES = {
    "steps": "the same amount is added each time",
    "factor": "each number is the one before times a fixed factor",
    "curve": "the differences grow by the same amount each time (a formula with n²)",
    "cubic": "the differences of the differences grow by the same amount (a formula with n³)",
    "affine": "each number is the one before times a fixed factor, plus a fixed amount",
    "two_before": "each number is the sum of the two before it, plus a fixed amount or nothing",
    "three_before": "each number is the sum of the three before it",
    "turns": "two steps take turns: one multiplies, the other adds",
    "interleaved": "two rows take turns, each with a step of its own",
    "primes": "the primes, each with the same amount added",
    "digit_sum": "each number is the one before plus the sum of its digits",
    "digit_product": "each number is the one before plus the product of its digits",
    "growing_factor": "the factor itself grows by one each time",
    "look_and_say": "each number reads the one before aloud: how many of which digit",
}
_PLAIN = ("curve", "affine", "two_before", "turns", "interleaved", "primes", "growing_factor", "factor", "digit_sum")
_HARD = ("cubic", "three_before", "digit_sum", "digit_product", "affine", "interleaved", "look_and_say")


def _drawn(random: Random, family: str, count: int) -> list[int]:
    a, b, c = random.randint(1, 12), random.randint(2, 5), random.randint(1, 9)
    n = range(1, count + 1)
    if family == "steps":
        return [a + (c + 1) * k for k in n]
    if family == "factor":
        return [a * b**k for k in range(count)]
    if family == "curve":
        return [random_a * k * k + a * k + c for random_a in (b - 1,) for k in n]
    if family == "cubic":
        return [k**3 + a * k + c for k in n]
    if family == "interleaved":
        return [a + (c + 1) * (k // 2) if k % 2 == 0 else 2 * a + 20 - b * (k // 2) for k in range(count)]
    if family == "primes":
        primes = [k for k in range(2, 60) if all(k % d for d in range(2, isqrt(k) + 1))]
        start = random.randint(0, 5)
        return [k + a for k in primes[start : start + count]]
    row = [a, a + c, 2 * a + c + 1][: {"two_before": 2, "three_before": 3}.get(family, 1)]
    if family == "look_and_say":
        row = [random.randint(1, 9)]
    while len(row) < count:
        row.append(_next(family, row, (b, c)))
        if row[-1] > _LARGEST * 100:
            return []
    return row


def _next(family: str, row: Row, how: tuple[int, int]) -> int:
    b, c = how
    last = row[-1]
    if family == "affine":
        return last * b + c
    if family == "two_before":
        return last + row[-2] + (c if c % 2 else 0)
    if family == "three_before":
        return sum(row[-3:])
    if family == "turns":
        return last * b if len(row) % 2 else last + c
    if family == "growing_factor":
        return last * (len(row) + b - 1)
    return _by_digits(family, last)


def _by_digits(family: str, last: int) -> int:
    digits = [int(d) for d in str(abs(last))]
    if family == "digit_sum":
        return last + sum(digits)
    if family == "digit_product":
        made = 1
        for digit in digits:
            made *= digit
        return last + made
    said, at, text = "", 0, str(last)
    while at < len(text):
        run = len(text[at:]) - len(text[at:].lstrip(text[at]))
        said, at = f"{said}{run}{text[at]}", at + run
    return int(said)


def continuations(row: Row) -> Iterator[tuple[str, int]]:
    """Yield every family that fits a row, with the number it goes on with."""
    for degree, name in enumerate(("steps", "curve", "cubic"), 1):
        if len(row) >= degree + 1 + _SPARE and (then := _polynomial(row, degree)) is not None:
            yield name, then
    yield from _recurrences(row)
    yield from _in_turns(row)
    for family in ("digit_sum", "digit_product", "look_and_say"):
        if row[0] >= 0 and all(b == _by_digits(family, a) for a, b in pairwise(row) if a >= 0) and row[-1] >= 0:
            yield family, _by_digits(family, row[-1])
    yield from _known(row)


def _polynomial(row: Row, degree: int) -> int | None:
    lines = [list(row)]
    for _ in range(degree):
        lines.append([b - a for a, b in pairwise(lines[-1])])
    if len(set(lines[-1])) != 1:
        return None
    return sum(line[-1] for line in lines)


def _recurrences(row: Row) -> Iterator[tuple[str, int]]:
    """One before (times and plus), two and three before, a factor that grows."""
    step = row[1] - row[0]
    if step:
        times = Fraction(row[2] - row[1], step)
        plus = row[1] - times * row[0]
        if all(b == times * a + plus for a, b in pairwise(row)):
            then = times * row[-1] + plus
            if then.denominator == 1:
                yield ("factor" if not plus else "affine"), int(then)
    if len(row) >= 3 + _SPARE:
        plus_two = row[2] - row[1] - row[0]
        if all(row[n] == row[n - 1] + row[n - 2] + plus_two for n in range(2, len(row))):
            yield "two_before", row[-1] + row[-2] + plus_two
        if all(row[n] == sum(row[n - 3 : n]) for n in range(3, len(row))):
            yield "three_before", sum(row[-3:])
        yield from _linear(row)
    if all(row[:-1]) and all(b % a == 0 for a, b in pairwise(row)):
        factors = [b // a for a, b in pairwise(row)]
        steps = {b - a for a, b in pairwise(factors)}
        if len(steps) == 1:
            yield ("growing_factor" if steps != {0} else "factor"), row[-1] * (factors[-1] + steps.pop())


def _linear(row: Row) -> Iterator[tuple[str, int]]:
    """`p` times the last plus `q` times the one before, small whole numbers both."""
    for p in range(-4, 5):
        for q in range(-4, 5):
            if (p, q) not in ((0, 0), (1, 1)) and all(
                row[n] == p * row[n - 1] + q * row[n - 2] for n in range(2, len(row))
            ):
                yield f"linear {p} {q}", p * row[-1] + q * row[-2]


def _in_turns(row: Row) -> Iterator[tuple[str, int]]:
    """Two operations in turn, or two rows of equal steps."""
    if len(row) >= 6:
        for first in (0, 1):
            factors = {Fraction(row[n + 1], row[n]) if row[n] else None for n in range(first, len(row) - 1, 2)}
            steps = {row[n + 1] - row[n] for n in range(1 - first, len(row) - 1, 2)}
            if len(factors) == len(steps) == 1 and (factor := factors.pop()) is not None and factor.denominator == 1:
                is_factor = (len(row) - 1) % 2 == first
                yield "turns", int(row[-1] * factor) if is_factor else row[-1] + steps.pop()
    if len(row) >= 6:
        steps_of = [{b - a for a, b in pairwise(row[n::2])} for n in (0, 1)]
        if all(len(steps) == 1 for steps in steps_of):
            yield "interleaved", row[-2] + steps_of[len(row) % 2].pop()


def _known(row: Row) -> Iterator[tuple[str, int]]:
    primes = [k for k in range(2, 400) if all(k % d for d in range(2, isqrt(k) + 1))]
    for start in range(len(primes) - len(row)):
        off = row[0] - primes[start]
        if abs(off) <= 20 and all(k == p + off for k, p in zip(row, primes[start:], strict=False)):
            yield "primes", primes[start + len(row)] + off
