"""Games for two without luck, played to their end by the program: who wins, and by which move."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from random import Random
from typing import Any

from teams.brain_teaser.puzzles.puzzle import Data, Puzzle, Telling, Twist, slots


class Taking(Puzzle):
    """One heap, certain numbers may be taken; who takes the last wins, or loses."""

    name = "taking"
    twists = ("unsolvable", "harder")

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data:
        most = random.randint(2, 5)
        moves = sorted(random.sample(range(1, 8), 3)) if twist == "harder" else list(range(1, most + 1))
        if moves[0] != 1:
            moves = [1, *moves[1:]]
        return {"heap": random.randint(12, 40), "moves": moves, "last_wins": random.random() < 0.7}

    def solutions(self, data: Data) -> list[Any]:
        """First moves after which the other is lost, whatever they do."""
        moves, last_wins = tuple(data["moves"]), data["last_wins"]
        return [n for n in moves if n <= data["heap"] and not _wins(data["heap"] - n, moves, last_wins)][:2]

    def telling(self, data: Data) -> Telling:
        moves = data["moves"]
        usual = moves == list(range(1, moves[-1] + 1))
        how = f"from 1 to {moves[-1]}" if usual else f"{', '.join(map(str, moves[:-1]))} or {moves[-1]}"
        rules = [
            f"There are {data['heap']} [T]. [A] and [B] take turns; [A] begins.",
            f"Whoever's turn it is takes {how} of them, never more than are left; nobody may pass.",
            f"Whoever takes the last one {'wins' if data['last_wins'] else 'loses'}.",
            "Both play without a mistake.",
        ]
        what = {"T": "small things, in the plural", "A": "a player", "B": "another player"}
        return Telling(what, rules, "How many must [A] take first, so as to be sure to win?")

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        left = data["heap"] - solution
        return (
            f"It leaves {left}, a number from which whoever is to move loses, and says how to come to such a"
            " number again.",
            "Every other first move leaves a number from which the other can win.",
        )


@cache
def _wins(heap: int, moves: tuple[int, ...], last_wins: bool) -> bool:
    """Does whoever is to move win?"""
    if not heap:
        return not last_wins
    return any(not _wins(heap - n, moves, last_wins) for n in moves if n <= heap)


class Heaps(Puzzle):
    """Several heaps; from one of them any number may be taken; the last one wins."""

    name = "heaps"
    answers = "names"
    twists = ("unsolvable", "harder")

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data | None:
        count = 4 if twist == "harder" else random.choice((2, 3, 3))
        heaps = [random.randint(1, 9) for _ in range(count)]
        if twist == "unsolvable":
            last = heaps[0] ^ (heaps[1] if count > 2 else 0)
            heaps = [*heaps[: 2 if count > 2 else 1], last]
        elif len(set(heaps)) < count:
            return None  # beside two that are alike, a third is simply taken away
        return {"heaps": heaps}

    def solutions(self, data: Data) -> list[Any]:
        heaps = tuple(data["heaps"])
        if 0 in heaps or len(set(heaps)) < len(heaps) - 1:
            return [0, 0]  # a heap of nothing: thrown away
        found = []
        for place, heap in enumerate(heaps):
            for left in range(heap):
                if not _first_wins(tuple(sorted((*heaps[:place], left, *heaps[place + 1 :])))):
                    found.append([place + 1, heap - left])
        return found[:2]

    def key(self, data: Data, solution: Any) -> list[str]:
        return [f"H{solution[0]}"]

    def telling(self, data: Data) -> Telling:
        heaps = slots("H", len(data["heaps"]), "a heap, row or basket")
        held = ", ".join(f"{count} in [{heap}]" for heap, count in zip(heaps, data["heaps"], strict=True))
        rules = [
            f"There are {held} of [T]. [A] and [B] take turns; [A] begins.",
            "Whoever's turn it is takes as many as they like, one at least, but from one of these places"
            " only; nobody may pass.",
            "Whoever takes the very last one of all wins. Both play without a mistake.",
        ]
        what = {"T": "small things, in the plural", "A": "a player", "B": "another player"}
        return Telling(
            {**what, **heaps}, rules, "From which of these places must [A] take first, and how many, to be sure to win?"
        )

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        place, taken = solution
        return (
            f"[A] takes {taken} from [H{place}].",
            "It shows why the position left behind is lost for whoever is to move, and that every other"
            " first move fails.",
        )


@cache
def _first_wins(heaps: tuple[int, ...]) -> bool:
    return any(
        not _first_wins(tuple(sorted((*heaps[:place], left, *heaps[place + 1 :]))))
        for place, heap in enumerate(heaps)
        for left in range(heap)
    )
