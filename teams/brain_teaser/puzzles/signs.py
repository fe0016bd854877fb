"""Signs to be put between digits, and sums of matches of which one lies wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from random import Random
from typing import Any

from teams.brain_teaser.puzzles.puzzle import Data, Puzzle, Telling, Twist

_MATCHES = {
    "0": "abcdef", "1": "bc", "2": "abdeg", "3": "abcdg", "4": "bcfg", "5": "acdfg", "6": "acdefg", "7": "abc",
    "8": "abcdefg", "9": "abcdfg",
}  # fmt: skip
"""Which of the seven places a digit fills: a at the top, then clockwise, g in the middle."""
_SEVENS = [(digit, frozenset(places)) for digit, places in _MATCHES.items()]


class MissingSigns(Puzzle):
    """Digits in a row, a result; which signs stand between them?"""

    name = "missing_signs"
    is_slow = True
    answers = "line"
    twists = ("unsolvable", "harder")

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data | None:
        digits = [random.randint(1, 9) for _ in range(6 if twist == "harder" else random.choice((4, 5)))]
        signs = "+-*/" if twist == "harder" else "+-*"
        placed = [random.choice(signs) for _ in digits[1:]]
        value = _value(digits, placed)
        if value.denominator != 1 or abs(value) > 500:
            return None
        wanted = int(value) + (random.randint(1, 9) if twist == "unsolvable" else 0)
        return {"digits": digits, "signs": signs, "wanted": wanted}

    def solutions(self, data: Data) -> list[Any]:
        digits = data["digits"]
        ways = product(data["signs"], repeat=len(digits) - 1)
        return [_line(digits, way, data["wanted"]) for way in ways if _value(digits, way) == data["wanted"]][:2]

    def telling(self, data: Data) -> Telling:
        names = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}
        signs = [names[sign] for sign in data["signs"]]
        rules = [
            f"On [X] the digits {' '.join(map(str, data['digits']))} stand in this order, and behind them ="
            f" {data['wanted']}.",
            f"Between each two neighbours one sign is to be put: {', '.join(signs[:-1])} or {signs[-1]}; a"
            " sign may be used"
            " more than once or not at all. Digits are not joined, and there are no brackets.",
            "Multiplication and division go before addition and subtraction, as usual.",
        ]
        exact = [" ".join(map(str, data["digits"]))]
        return Telling({"X": "where the digits stand"}, rules, "Which signs make it true? Give the whole line.", exact)

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        return (f"The line is {solution}.", "It says how the other ways to set the signs are ruled out.")


def _value(digits: Sequence[int], signs: Sequence[str]) -> Fraction:
    # Above and below the line apart: a thousand lines are worked out for a puzzle, hundreds of puzzles for a good one.
    above, below = 0, 1
    part, of, sign = digits[0], 1, 1
    for mark, digit in zip(signs, digits[1:], strict=True):
        if mark == "*":
            part *= digit
        elif mark == "/":
            of *= digit
        else:
            above, below = above * of + sign * part * below, below * of
            part, of, sign = digit, 1, 1 if mark == "+" else -1
    return Fraction(above * of + sign * part * below, below * of)


def _line(digits: Sequence[int], signs: Sequence[str], wanted: int) -> str:
    said = {"*": "×", "/": "÷", "-": "−", "+": "+"}
    middle = " ".join(f"{said[sign]} {digit}" for sign, digit in zip(signs, digits[1:], strict=True))
    return f"{digits[0]} {middle} = {wanted}"


class Matches(Puzzle):
    """A sum of matches that is wrong; one match is moved."""

    name = "matches"
    answers = "line"
    twists = ("unsolvable",)

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data | None:
        one, two, total = (random.randint(0, 9) for _ in range(3))
        line = f"{one}{random.choice('+-')}{two}={total}"
        return None if _holds(line) else {"line": line}

    def solutions(self, data: Data) -> list[Any]:
        return sorted({line for line in _moved(data["line"]) if _holds(line)})[:2]

    def key(self, data: Data, solution: Any) -> str:
        return _spaced(str(solution))

    def telling(self, data: Data) -> Telling:
        rules = [
            f"Laid out in [X], this sum is wrong: {_spaced(data['line'])}",
            "Digits are made as on a pocket calculator: 0 of six, 1 of two, 2 of five, 3 of five, 4 of four, 5 of five,"
            " 6 of six (with a top), 7 of three, 8 of seven, 9 of six (with a bottom); plus is made of two, one across"
            " the other, minus of one.",
            "Exactly one of them is to be moved to another place, in the digits or in the plus or minus, so"
            " that the sum is"
            " right; none is taken away, the equals sign is left alone, and it isn't read from another side.",
        ]
        return Telling(
            {"X": "matches, rods or the like, in the plural"},
            rules,
            "What does the sum say then?",
            [_spaced(data["line"])],
        )

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        return ("It says which one is moved, from where to where.", "No other move leads to a right sum.")


def _spaced(line: str) -> str:
    left, _, total = line.partition("=")
    sign = "+" if "+" in left else "-"
    one, two = left.split(sign)
    return f"{one} {'−' if sign == '-' else '+'} {two} = {total}"


def _holds(line: str) -> bool:
    left, _, total = line.partition("=")
    sign = "+" if "+" in left else "-"
    one, two = map(int, left.split(sign))
    return (one + two if sign == "+" else one - two) == int(total)


def _moved(line: str) -> Iterator[str]:
    """Every line that one match, moved, makes of this one."""
    places = [0, 1, 2, 4]  # digit, sign, digit, digit; the equals sign stands third
    for source in places:
        for without in _changed(line[source], -1):
            if source != 1:
                yield from (f"{line[:source]}{digit}{line[source + 1 :]}" for digit in _turned(line[source]))
            for target in places:
                if target != source:
                    for with_ in _changed(line[target], 1):
                        signs = list(line)
                        signs[source], signs[target] = without, with_
                        yield "".join(signs)


def _changed(sign: str, by: int) -> list[str]:
    """What a digit or sign becomes with one match fewer or more."""
    if sign in "+-":
        return [{"+": "-", "-": "+"}[sign]] if (sign == "+") == (by < 0) else []
    mine = frozenset(_MATCHES[sign])
    return [d for d, p in _SEVENS if len(p) == len(mine) + by and (p < mine if by < 0 else p > mine)]


def _turned(digit: str) -> list[str]:
    """What a digit becomes when one of its own matches is moved within it."""
    mine = frozenset(_MATCHES[digit])
    return [d for d, p in _SEVENS if len(p) == len(mine) and len(p & mine) == len(mine) - 1]
