"""Crossings: what may not be left alone together, and people who share one lamp on a narrow bridge."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from random import Random
from typing import Any

from teams.brain_teaser.puzzles.puzzle import Data, Puzzle, Telling, Twist, named, slots
from teams.brain_teaser.puzzles.states import Step, cheapest

_Bank = tuple[frozenset[int], bool]
"""Who is still on the near side, and whether the boat or lamp is there."""


class Crossing(Puzzle):
    """A rower, a small boat, and passengers of whom some may not be left together without the rower."""

    name = "crossing"
    unit = "crossings"
    twists = ("twin", "unsolvable", "harder")
    is_tempting = True

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data:
        count = random.choice((5, 6) if twist == "harder" else (3, 4, 4, 5))
        pairs = list(combinations(range(1, count + 1), 2))
        clashes = [] if twist == "twin" else random.sample(pairs, random.randint(2, min(5, len(pairs))))
        if twist == "twin":  # a clash that never arises: those two fit into the boat at once, or sit apart anyway
            clashes = random.sample(pairs, 1)
        return {"count": count, "clashes": sorted(map(list, clashes)), "seats": random.choice((1, 2, 2))}

    def solutions(self, data: Data) -> list[Any]:
        everyone = frozenset(range(1, data["count"] + 1))
        found = cheapest((everyone, True), lambda bank: not bank[0] and not bank[1], lambda bank: _ferries(data, bank))
        return [{"fewest": found[0], "plan": found[1]}] if found else []

    def key(self, data: Data, solution: Any) -> Any:
        return solution["fewest"]

    def tempting(self, data: Data) -> int:
        """Every trip over carries as many as fit, and none comes back."""
        return 2 * -(-int(data["count"]) // int(data["seats"])) - 1

    def telling(self, data: Data) -> Telling:
        goods = list(slots("T", data["count"], ""))
        seats = "one of these" if data["seats"] == 1 else f"{data['seats']} of these"
        rules = [
            f"[K] has to bring {named(*goods)} over [W], all from the same side to the other.",
            f"[V] holds [K] and at most {seats} at a time; only [K] can bring it across, alone too.",
            *(f"[T{a}] and [T{b}] can't be left together on a side where [K] is not." for a, b in data["clashes"]),
            "All other company is harmless, and there is no other way over.",
        ]
        named_ = {"K": "who ferries", "W": "what is crossed", "V": "the boat, cart or lift"}
        ask = "What is the fewest crossings, each one way counted, that bring everything over, and how does it go?"
        return Telling(
            {**named_, **slots("T", data["count"], "a passenger or thing, with 'the' or its name")}, rules, ask
        )

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        bring = any(len(step) and n % 2 for n, step in enumerate(solution["plan"]))
        seen = "What has been brought over is taken back again on one of the ways back." if bring else (
            "It matters who goes over first and who stays."
        )  # fmt: skip
        return (seen, f"{solution['fewest']} crossings are the fewest: with fewer, not all get over by the rules.")

    def replayed(self, data: Data, moves: Sequence[Any]) -> str:
        bank: _Bank = (frozenset(range(1, data["count"] + 1)), True)
        for number, move in enumerate(moves, 1):
            then = {tuple(step): after for step, after, _ in _ferries(data, bank)}
            if tuple(sorted(move)) not in then:
                return f"crossing {number} can't be made, with {list(move)}"
            bank = then[tuple(sorted(move))]
        if bank[0] or bank[1]:
            return f"after {len(moves)} crossings not everything is over"
        fewest = self.solutions(data)[0]["fewest"]
        return "" if len(moves) == fewest else f"{len(moves)} crossings, and {fewest} are enough"


def _ferries(data: Data, bank: _Bank) -> Iterable[Step[_Bank]]:
    near, is_near = bank
    everyone = frozenset(range(1, data["count"] + 1))
    here = near if is_near else everyone - near
    for size in range(data["seats"] + 1):
        for load in combinations(sorted(here), size):
            then = near - set(load) if is_near else near | set(load)
            left = then if is_near else everyone - then
            if not any(a in left and b in left for a, b in data["clashes"]):
                yield list(load), (then, not is_near), 1


class Bridge(Puzzle):
    """People of different speed, two at a time, one lamp that has to come back."""

    name = "bridge"
    unit = "minutes"
    twists = ("twin", "unsolvable", "harder")
    is_tempting = True

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data:
        count = 5 if twist == "harder" else 4
        times = sorted(random.sample(range(1, 16), count))
        limit = self._least(times) - random.randint(1, 2) if twist == "unsolvable" else 0
        return {"times": times, "limit": max(limit, 1) if twist == "unsolvable" else 0}

    def _least(self, times: Sequence[int]) -> int:
        found = cheapest((frozenset(range(len(times))), True), lambda b: not b[0], lambda b: _walks(times, b))
        assert found
        return found[0]

    def solutions(self, data: Data) -> list[Any]:
        times = data["times"]
        found = cheapest((frozenset(range(len(times))), True), lambda b: not b[0], lambda b: _walks(times, b))
        if found is None or (data["limit"] and found[0] > data["limit"]):
            return []
        return [{"least": found[0], "plan": [[n + 1 for n in step] for step in found[1]]}]

    def key(self, data: Data, solution: Any) -> Any:
        return solution["least"]

    def tempting(self, data: Data) -> int:
        """The quickest takes all others over, one by one."""
        first, *others = data["times"]
        return int(sum(others) + (len(others) - 1) * first)

    def telling(self, data: Data) -> Telling:
        walkers = slots("P", len(data["times"]), "a person")
        speeds = [f"[{p}] needs {t} minute{'s' * (t > 1)}" for p, t in zip(walkers, data["times"], strict=True)]
        rules = [
            f"{named(*walkers)} have to go over [W] in the dark, all from the same side.",
            "At most two can be on it at a time, and whoever goes needs the one lamp; it has to be carried"
            " back by hand.",
            f"{'; '.join(speeds)} to go over, in either direction.",
            "Two who go together go at the pace of the slower.",
        ]
        asks = "What is the least number of minutes in which all can be over, and how?"
        if data["limit"]:
            asks = f"How do all of them get over within {data['limit']} minutes?"
        return Telling({"W": "a bridge, a ledge, a tunnel", **walkers}, rules, asks)

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        together = data["times"][-2:] in [[data["times"][n - 1] for n in step] for step in solution["plan"]]
        seen = (
            "The two slowest go over together, so that the slower time of one of them costs nothing."
            if together
            else "The quickest brings the lamp back each time: to send the two slowest together gains nothing here."
        )
        return (seen, f"No other order takes less than {solution['least']} minutes: the two plans there are, compared.")

    def replayed(self, data: Data, moves: Sequence[Any]) -> str:
        bank: _Bank = (frozenset(range(len(data["times"]))), True)
        spent = 0
        for number, move in enumerate(moves, 1):
            ways = {tuple(step): (after, price) for step, after, price in _walks(data["times"], bank)}
            who = tuple(sorted(n - 1 for n in move))
            if who not in ways:
                return f"walk {number} can't be made, by {list(move)}"
            bank, price = ways[who]
            spent += price
        least = self._least(data["times"])
        if bank[0]:
            return f"after {len(moves)} walks not all are over"
        return "" if spent == least else f"it takes {spent} minutes, and {least} are enough"


def _walks(times: Sequence[int], bank: _Bank) -> Iterable[Step[_Bank]]:
    near, is_near = bank
    here = near if is_near else frozenset(range(len(times))) - near
    for size in (1, 2):
        for pair in combinations(sorted(here), size):
            then = near - set(pair) if is_near else near | set(pair)
            yield list(pair), (then, not is_near), max(times[n] for n in pair)
