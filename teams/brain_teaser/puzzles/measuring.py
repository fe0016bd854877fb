"""Measuring: vessels without marks, a balance without weights, a scale that is read once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import count
from random import Random
from typing import Any

from teams.brain_teaser.puzzles.puzzle import Data, Puzzle, Telling, Twist, slots
from teams.brain_teaser.puzzles.states import Step, cheapest

_Levels = tuple[int, ...]


class Pouring(Puzzle):
    """Vessels of known size and nothing else to measure with."""

    name = "pouring"
    unit = "steps"
    twists = ("unsolvable", "harder")

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data | None:
        sizes = sorted(random.sample(range(3, 13), 3 if twist == "harder" else 2), reverse=True)
        if twist == "unsolvable":  # all sizes have a factor that the target has not
            factor = random.choice((2, 3))
            sizes = sorted(random.sample([n * factor for n in range(1, 7)], 2), reverse=True)
        has_tap = twist != "harder" or random.random() < 0.5
        target = random.randint(1, sizes[0] - 1)
        data = {"sizes": sizes, "target": target, "tap": has_tap}
        found = self.solutions(data)
        # What one sees at a glance is no puzzle; and 6 litres in 6 steps would hide which of them an answer means.
        return None if found and (found[0]["fewest"] < 4 or found[0]["fewest"] in (target, *sizes)) else data

    def solutions(self, data: Data) -> list[Any]:
        sizes, target = data["sizes"], data["target"]
        start = tuple(0 for _ in sizes) if data["tap"] else (sizes[0], *(0 for _ in sizes[1:]))
        found = cheapest(start, lambda levels: target in levels, lambda levels: _pours(data, levels))
        return [{"fewest": found[0], "plan": found[1]}] if found else []

    def key(self, data: Data, solution: Any) -> Any:
        return solution["fewest"]

    def telling(self, data: Data) -> Telling:
        cans = list(slots("V", len(data["sizes"]), ""))
        holds = [f"[{v}] holds exactly {size} litres" for v, size in zip(cans, data["sizes"], strict=True)]
        source = (
            "All are empty. [S] comes from a tap, as much as one likes, and what isn't wanted may be poured away."
            if data["tap"]
            else "[V1] is full of [S], the others are empty; there is no more of it, and none may be spilt."
        )
        rules = [
            f"{'; '.join(holds)}; none has any marks, and nothing else can measure.",
            source,
            "A step is to fill one vessel, to empty one, or to pour from one into another until that is"
            " full or this empty."
            if data["tap"]
            else "A step is to pour from one vessel into another until that is full or this empty.",
        ]  # fmt: skip
        ask = f"What is the fewest steps after which one vessel holds exactly {data['target']} litres?"
        what = {"S": "what is measured"} if not data["tap"] else {"S": "what comes from the tap"}
        return Telling({**what, **slots("V", len(data["sizes"]), "a vessel")}, rules, ask)

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        return (
            f"It gives the steps one by one, with what each vessel holds after each, down to {data['target']} litres.",
            f"{solution['fewest']} steps are the fewest; a shorter way does not exist.",
        )

    def replayed(self, data: Data, moves: Sequence[Any]) -> str:
        sizes = data["sizes"]
        levels: _Levels = tuple(0 for _ in sizes) if data["tap"] else (sizes[0], *(0 for _ in sizes[1:]))
        for number, move in enumerate(moves, 1):
            ways = {tuple(step): after for step, after, _ in _pours(data, levels)}
            if tuple(move) not in ways:
                return f"step {number} can't be taken: {list(move)} with {list(levels)} litres"
            levels = ways[tuple(move)]
        if data["target"] not in levels:
            return f"after {len(moves)} steps the vessels hold {list(levels)}"
        fewest = self.solutions(data)[0]["fewest"]
        return "" if len(moves) == fewest else f"{len(moves)} steps, and {fewest} are enough"


def _pours(data: Data, levels: _Levels) -> Iterable[Step[_Levels]]:
    """Steps as [from, to]; 0 is the tap, or the drain."""
    sizes = data["sizes"]

    def with_(changes: dict[int, int]) -> _Levels:
        return tuple(changes.get(n, level) for n, level in enumerate(levels))

    for n, size in enumerate(sizes):
        if data["tap"] and levels[n] < size:
            yield [0, n + 1], with_({n: size}), 1
        if data["tap"] and levels[n]:
            yield [n + 1, 0], with_({n: 0}), 1
        for m, other in enumerate(sizes):
            if n != m and levels[n] and levels[m] < other:
                moved = min(levels[n], other - levels[m])
                yield [n + 1, m + 1], with_({n: levels[n] - moved, m: levels[m] + moved}), 1


class OddOne(Puzzle):
    """One of many that look alike weighs more, or is wrong in either way; a balance tells sides apart, no more."""

    name = "odd_one"
    unit = "weighings"
    twists = ("twin", "unsolvable", "harder")
    is_tempting = True

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data:
        either = twist == "harder" or random.random() < 0.3
        most = {"harder": 40, "twin": 5}.get(twist, 30)
        pieces = random.randint(4, 12 if either else most)
        data = {"pieces": pieces, "either": either, "limit": 0}
        needed = self._needed(data)
        return {**data, "limit": needed - 1 if twist == "unsolvable" else 0} if needed else data

    def _needed(self, data: Data) -> int:
        unknown, high = (data["pieces"], 0) if data["either"] else (0, data["pieces"])
        return next(n for n in count(0) if _sorted_out(unknown, high, 0, 0, n))

    def solutions(self, data: Data) -> list[Any]:
        needed = self._needed(data)
        return [] if data["limit"] and needed > data["limit"] else [needed]

    def tempting(self, data: Data) -> int:
        """Half on either side, and half of the heavier half, until one is left."""
        halving = (data["pieces"] - 1).bit_length()
        return int(halving + data["either"])

    def telling(self, data: Data) -> Telling:
        how = (
            "is either lighter or heavier than the rest, nobody knows which"
            if data["either"]
            else "is a little heavier"
        )
        rules = [
            f"There are {data['pieces']} [T] that look alike; exactly one of them {how}; the others weigh the same.",
            "There is a balance with two pans and no weights: it shows which side is heavier, or that they are equal.",
        ]
        find = "which one it is, and whether it is lighter or heavier" if data["either"] else "which one it is"
        ask = f"What is the fewest weighings that are sure, however they fall out, to find {find}? Give the plan too."
        if data["limit"]:
            most = f"{data['limit']} weighing{'s' * (data['limit'] > 1)}"
            ask = f"How does one find, in {most} at most and for certain, {find}?"
        return Telling({"T": "things that look alike, in the plural"}, rules, ask)

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        cases = 2 * data["pieces"] if data["either"] else data["pieces"]
        return (
            "Each weighing has three outcomes, not two, so that things are put aside as a third group.",
            f"Fewer than {solution} can't do it: {cases} cases have to be told apart, by at most three"
            " outcomes each time.",
        )


@cache
def _sorted_out(unknown: int, high: int, low: int, good: int, left: int) -> bool:
    """Can the odd one be found in `left` weighings? `high` may be heavier, `low` lighter, `good` are sound.

    All ways to load the pans are tried that differ by more than which of like pieces is taken.
    """
    if unknown + high + low <= 1 and not (unknown and not (high or low)):
        return True
    if unknown == 1 and not high and not low:
        return good > 0 and left > 0
    if not left or 2 * unknown + high + low > 3**left:
        return False
    return any(_settles(unknown, high, low, good, left, pans) for pans in _pans(unknown, high, low, good))


def _pans(unknown: int, high: int, low: int, good: int) -> Iterable[tuple[int, int, int, int, int, int]]:
    """How many of each sort lie left and right; sound pieces make the pans equal."""
    for u1 in range(unknown + 1):
        for u2 in range(min(u1, unknown - u1) + 1):
            for h1 in range(high + 1):
                for h2 in range(high - h1 + 1):
                    for l1 in range(low + 1):
                        for l2 in range(low - l1 + 1):
                            lack = abs(u1 + h1 + l1 - u2 - h2 - l2)
                            if lack <= good and u1 + u2 + h1 + h2 + l1 + l2:
                                yield u1, u2, h1, h2, l1, l2


def _settles(
    unknown: int, high: int, low: int, good: int, left: int, pans: tuple[int, int, int, int, int, int]
) -> bool:
    u1, u2, h1, h2, l1, l2 = pans
    total = unknown + high + low + good
    equal = (unknown - u1 - u2, high - h1 - h2, low - l1 - l2)
    outcomes = (equal, (0, u1 + h1, u2 + l2), (0, u2 + h2, u1 + l1))
    return all(
        2 * u + h + low_ <= 3 ** (left - 1) and _sorted_out(u, h, low_, total - u - h - low_, left - 1)
        for u, h, low_ in outcomes
    )


class OneReading(Puzzle):
    """Sacks of pieces, one sack false, a scale that is read once."""

    name = "one_reading"
    twists = ("unsolvable", "harder")

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data:
        sacks = random.randint(6, 14)
        true, off = random.choice((10, 12, 20, 25, 50)), random.choice((-2, -1, 1, 2, 3))
        step = random.choice((1, 2)) if twist == "harder" else 1
        taken = [step * n + (step > 1) for n in range(1, sacks + 1)]
        false = random.randint(2, sacks)
        reading = sum(taken) * true + taken[false - 1] * off
        if twist == "unsolvable":
            reading = sum(taken) * true + (taken[-1] + random.randint(1, 3)) * off
        return {"taken": taken, "true": true, "false": true + off, "reading": reading}

    def solutions(self, data: Data) -> list[Any]:
        taken, true, false = data["taken"], data["true"], data["false"]
        even = sum(taken) * true
        return [n for n, count in enumerate(taken, 1) if even + count * (false - true) == data["reading"]][:2]

    def telling(self, data: Data) -> Telling:
        taken = data["taken"]
        rules = [
            f"There are {len(taken)} [S], numbered from 1 to {len(taken)}, full of [T]. In all but one of"
            " them each piece"
            f" weighs {data['true']} grams; in the one that is false each piece weighs {data['false']} grams.",
            f"{taken[0]} piece{'s' * (taken[0] > 1)} from the first, {taken[1]} from the second, {taken[2]}"
            " from the third"
            f" and so on, {taken[-1]} from the last, are laid on a scale together.",
            f"The scale shows {data['reading']} grams.",
        ]
        ask = "Which number has the false one?"
        return Telling({"S": "sacks, crates or rolls", "T": "pieces, in the plural"}, rules, ask)

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        even = sum(data["taken"]) * data["true"]
        off = data["reading"] - even
        return (
            f"If all were sound the scale would show {even} grams; it shows {abs(off)}"
            f" {'more' if off > 0 else 'less'}.",
            "Each number of pieces was taken once only, so that the difference points to one of them and to no other.",
        )
