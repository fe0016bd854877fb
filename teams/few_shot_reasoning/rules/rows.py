"""Rules over lists of numbers and lists of words."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from itertools import accumulate, pairwise
from random import Random
from typing import Any

from teams.few_shot_reasoning.rules.chain import Atom, Chain
from teams.few_shot_reasoning.rules.domain import Matter, Spec
from teams.few_shot_reasoning.rules.letters import Lettered, clean, is_vowel

_COMMON = {
    "reverse": Atom("turn the list round", lambda xs: xs[::-1]),
    "drop_first": Atom("leave out the first", lambda xs: xs[1:]),
    "drop_last": Atom("leave out the last", lambda xs: xs[:-1]),
    "first": Atom("keep the first {0}", lambda xs, k: xs[:k], ((2,), (3,))),
    "last": Atom("keep the last {0}", lambda xs, k: xs[-k:], ((2,), (3,))),
    "odd_places": Atom("keep every other one, from the first", lambda xs: xs[::2]),
    "even_places": Atom("keep every other one, from the second", lambda xs: xs[1::2]),
    "swap_ends": Atom("swap the first and the last", lambda xs: [xs[-1], *xs[1:-1], xs[0]] if len(xs) > 1 else xs),
    "left": Atom("move the first {0} to the end", lambda xs, k: xs[k:] + xs[:k], ((1,), (2,))),
    "right": Atom("move the last to the front", lambda xs: xs[-1:] + xs[:-1]),
    "once": Atom("keep each only where it comes first", lambda xs: list(dict.fromkeys(xs))),
    "again": Atom("write the first once more at the end", lambda xs: [*xs, xs[0]]),
    "same": Atom("leave it", lambda xs: xs, is_drawn=False),
}
NUMBERS = {
    **_COMMON,
    "sorted": Atom("sort from small to large", lambda xs: sorted(xs)),
    "falling": Atom("sort from large to small", lambda xs: sorted(xs, reverse=True)),
    "even": Atom("keep the even numbers", lambda xs: [x for x in xs if x % 2 == 0]),
    "odd": Atom("keep the odd numbers", lambda xs: [x for x in xs if x % 2]),
    "above": Atom("keep those greater than {0}", lambda xs, k: [x for x in xs if x > k], tuple((k,) for k in (5, 8, 10, 12, 15, 20, 30))),
    "below": Atom("keep those less than {0}", lambda xs, k: [x for x in xs if x < k], tuple((k,) for k in (5, 8, 10, 12, 15, 20, 30))),
    "plus": Atom("add {0} to each", lambda xs, k: [x + k for x in xs], tuple((k,) for k in range(1, 8))),
    "times": Atom("multiply each by {0}", lambda xs, k: [x * k for x in xs], ((2,), (3,), (4,), (5,))),
    "sums": Atom("put for each the sum of all up to it", lambda xs: list(accumulate(xs))),
    "gaps": Atom("put the differences of neighbours, each from the one before it", lambda xs: [b - a for a, b in pairwise(xs)]),
    "neighbours": Atom("put the sums of neighbours", lambda xs: [a + b for a, b in pairwise(xs)]),
    "highest": Atom("put for each the largest up to it", lambda xs: list(accumulate(xs, max))),
    "no_largest": Atom("leave out the largest", lambda xs: [x for x in xs if x != max(xs)]),
    "no_smallest": Atom("leave out the smallest", lambda xs: [x for x in xs if x != min(xs)]),
    "count_after": Atom("write at the end how many there are", lambda xs: [*xs, len(xs)]),
    "total_after": Atom("write at the end the sum of all", lambda xs: [*xs, sum(xs)]),
    "indexed": Atom("add to each its place, counted from 1", lambda xs: [x + n for n, x in enumerate(xs, 1)]),
    "from_largest": Atom("put for each how much the largest exceeds it", lambda xs: [max(xs) - x for x in xs]),
}  # fmt: skip
NUMBER_TESTS = {
    "sum_even": Atom("the numbers add up to an even number", lambda xs: sum(xs) % 2 == 0),
    "falls": Atom("the first is greater than the last", lambda xs: xs[0] > xs[-1]),
    "doubles": Atom("a number comes twice", lambda xs: len(set(xs)) < len(xs)),
    "long": Atom("there are more than {0} numbers", lambda xs, k: len(xs) > k, ((3,), (4,), (5,))),
    "even_count": Atom("there is an even number of them", lambda xs: len(xs) % 2 == 0),
    "first_even": Atom("the first is even", lambda xs: xs[0] % 2 == 0),
    "last_even": Atom("the last is even", lambda xs: xs[-1] % 2 == 0),
    "has_above": Atom("one of them is greater than {0}", lambda xs, k: max(xs) > k, ((20,), (30,), (40,))),
    "led": Atom("the largest comes first", lambda xs: xs[0] == max(xs)),
}
PHRASES = {
    **_COMMON,
    "sorted": Atom("sort them by the alphabet", lambda ws: sorted(ws)),
    "falling": Atom("sort them by the alphabet from the end", lambda ws: sorted(ws, reverse=True)),
    "by_length": Atom("sort them from short to long, in their order where as long", lambda ws: sorted(ws, key=len)),
    "by_last": Atom("sort them by their last letters, in their order where the same", lambda ws: sorted(ws, key=lambda w: w[-1])),
    "long": Atom("keep those of more than {0} letters", lambda ws, k: [w for w in ws if len(w) > k], ((4,), (5,), (6,))),
    "short": Atom("keep those of fewer than {0} letters", lambda ws, k: [w for w in ws if len(w) < k], ((5,), (6,), (7,))),
    "vowel_start": Atom("keep those that begin with a vowel", lambda ws: [w for w in ws if is_vowel(w[0])]),
    "vowel_end": Atom("keep those that end in a vowel", lambda ws: [w for w in ws if is_vowel(w[-1])]),
    "upper": Atom("write the longest in capitals, the first of them if as long", lambda ws: _capital_longest(ws)),
    "backwards": Atom("write each backwards", lambda ws: [w[::-1] for w in ws]),
    "initials": Atom("keep their first {0} letters", lambda ws, k: [w[:k] for w in ws], ((1,), (2,), (3,))),
    "finals": Atom("keep their last {0} letters", lambda ws, k: [w[-k:] for w in ws], ((1,), (2,))),
    "lengths": Atom("put for each the number of its letters", lambda ws: [str(len(w)) for w in ws]),
    "no_longest": Atom("leave out the longest, the first of them if as long", lambda ws: [w for n, w in enumerate(ws) if n != _longest(ws)]),
    "turned_first": Atom("write the first backwards", lambda ws: [ws[0][::-1], *ws[1:]]),
}  # fmt: skip
PHRASE_TESTS = {
    "even_count": Atom("there is an even number of them", lambda ws: len(ws) % 2 == 0),
    "long": Atom("there are more than {0}", lambda ws, k: len(ws) > k, ((3,), (4,))),
    "ordered": Atom("the first comes before the last in the alphabet", lambda ws: ws[0] < ws[-1]),
    "first_longer": Atom("the first is longer than the last", lambda ws: len(ws[0]) > len(ws[-1])),
    "vowel_first": Atom("the first begins with a vowel", lambda ws: is_vowel(ws[0][0])),
}


def _longest(words: list[str]) -> int:
    return max(range(len(words)), key=lambda n: (len(words[n]), -n))


def _capital_longest(words: list[str]) -> list[str]:
    at = _longest(words)
    return [w.upper() if n == at else w for n, w in enumerate(words)]


class Rows(Chain):
    """A list of whole numbers in, a list out."""

    name = "rows"
    atoms, tests = NUMBERS, NUMBER_TESTS

    def __init__(self, exceptional: bool = False) -> None:
        self.exceptional = exceptional
        self.lengths = (1,) if exceptional else (1, 2, 2)

    def wants(self, small: bool) -> dict[str, Any]:
        return {}

    def inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        return [self._list(random, 4, 6, 40) for _ in range(24)]

    def odd_inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        return [[x * random.choice((1, 1, 10)) + 50 for x in self._list(random, 4, 6, 60)] for _ in range(6)]

    def long_inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        return [self._list(random, 9, 12, 40) for _ in range(6)]

    def _list(self, random: Random, fewest: int, most: int, largest: int) -> list[int]:
        found = [random.randint(1, largest) for _ in range(random.randint(fewest, most))]
        if random.random() < 0.4:  # a number that comes twice tells some rules apart
            found[-1] = found[0]
        return found

    def is_slight(self, y: Any) -> bool:
        return len(y) < 2

    def shown(self, x: Any) -> str:
        return "[" + ", ".join(map(str, x)) + "]"

    def said(self, y: Any) -> str:
        return self.shown(y)


class Phrases(Lettered, Chain):
    """A list of words in, a list of words out."""

    name = "phrases"
    atoms, tests = PHRASES, PHRASE_TESTS

    def __init__(self, exceptional: bool = False) -> None:
        self.exceptional = exceptional
        self.lengths = (1,) if exceptional else (1, 2, 2)

    def inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        return self._lists(random, matter, 3, 5)

    def long_inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        return self._lists(random, matter, 7, 9)[:6]

    def _lists(self, random: Random, matter: Matter, fewest: int, most: int) -> list[Any]:
        words = clean(matter["words"])
        return [random.sample(words, min(len(words), random.randint(fewest, most))) for _ in range(24)]

    def is_slight(self, y: Any) -> bool:
        return len(y) < 2

    def shown(self, x: Any) -> str:
        return ", ".join(x)

    def said(self, y: Any) -> str:
        return self.shown(y)
