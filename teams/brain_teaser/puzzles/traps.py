"""Sums that trap, each worked out by going through what happens: prices, growth, workers, a climb, cuts, games."""

from __future__ import annotations

from abc import ABC, abstractmethod
from fractions import Fraction
from itertools import count
from random import Random

from teams.brain_teaser.puzzles.puzzle import Data, Telling


class Trap(ABC):
    """One sort of sum."""

    unit = ""

    @abstractmethod
    def drawn(self, random: Random, is_twin: bool) -> Data: ...

    @abstractmethod
    def worked(self, data: Data) -> Fraction | int | None: ...

    @abstractmethod
    def common(self, data: Data) -> Fraction | int: ...

    @abstractmethod
    def told(self, data: Data) -> Telling: ...

    seen = ""
    has_twin = False


class Together(Trap):
    unit = "cents"
    seen = "The dearer one costs the difference more than the other, not the difference itself."

    def drawn(self, random: Random, is_twin: bool) -> Data:
        apart = random.randint(5, 40) * 10
        return {"together": apart + 2 * random.randint(2, 45), "apart": apart}

    def worked(self, data: Data) -> int | None:
        found = [n for n in range(1, data["together"]) if n + n + data["apart"] == data["together"]]
        return found[0] if len(found) == 1 else None

    def common(self, data: Data) -> int:
        return int(data["together"] - data["apart"])

    def told(self, data: Data) -> Telling:
        rules = [
            f"[A] and [B] cost {data['together']} cents together.",
            f"[A] costs {data['apart']} cents more than [B].",
        ]
        return Telling({"A": "a thing", "B": "a cheaper thing"}, rules, "How many cents does [B] cost?")


class Doubling(Trap):
    unit = "days"
    seen = "What doubles every day was half as much one day earlier."
    has_twin = True

    def drawn(self, random: Random, is_twin: bool) -> Data:
        part = random.choice((2, 4, 8))
        full = part * random.randint(4, 12)
        return {"full": full, "part": part, "doubles": not is_twin}

    def worked(self, data: Data) -> Fraction | int | None:
        share = Fraction(1, data["part"])
        for day in range(data["full"] + 1):
            if data["doubles"] and Fraction(1, 2 ** (data["full"] - day)) == share:
                return day
            if not data["doubles"] and Fraction(day, data["full"]) == share:
                return day
        return None

    def common(self, data: Data) -> Fraction:
        return Fraction(data["full"], data["part"])

    def told(self, data: Data) -> Telling:
        part = {2: "half", 4: "a quarter", 8: "an eighth"}[data["part"]]
        grows = (
            "It doubles from each day to the next."
            if data["doubles"]
            else "It began from nothing, and each day adds as much as the day before."
        )
        rules = [f"[X] spreads over [Y]. {grows}", f"After {data['full']} days it covers all of it."]
        names = {"X": "what spreads", "Y": "what it covers"}
        return Telling(names, rules, f"After how many days did it cover {part} of [Y]?")


class Machines(Trap):
    unit = "minutes"
    seen = "Each works at its own pace: with as many more workers, as many more pieces take the same time."

    def drawn(self, random: Random, is_twin: bool) -> Data:
        few, time = random.randint(3, 9), random.randint(3, 9)
        many, rounds = few * random.randint(3, 20), random.randint(2, 5)
        return {"few": few, "time": time, "many": many, "pieces": random.choice((many, many, many * rounds))}

    def worked(self, data: Data) -> int | None:
        # Each makes its pieces alone: of a last round that is not full it would be open who works on what.
        rounds, rest = divmod(data["pieces"], data["many"])
        return int(data["time"] * rounds) if not rest else None

    def common(self, data: Data) -> Fraction | int:
        return (
            int(data["many"])
            if data["many"] == data["pieces"]
            else Fraction(data["time"] * data["pieces"], data["few"])
        )

    def told(self, data: Data) -> Telling:
        rules = [
            f"{data['few']} [W], working side by side at the same steady pace, each for itself, take"
            f" {data['time']} minutes"
            f" to make {data['few']} [P].",
            f"Now {data['many']} of them are to make {data['pieces']} [P] at that pace.",
        ]
        names = {"W": "workers or machines, in the plural", "P": "pieces, in the plural"}
        return Telling(names, rules, "How many minutes do they take?")


class Climb(Trap):
    unit = "days"
    seen = "On the last day it is out before it slips back."
    has_twin = True

    def drawn(self, random: Random, is_twin: bool) -> Data:
        up = random.randint(3, 9)
        return {"up": up, "down": 0 if is_twin else random.randint(1, up - 1), "height": random.randint(up + 4, 40)}

    def worked(self, data: Data) -> int | None:
        at = 0
        for day in count(1):
            at += data["up"]
            if at >= data["height"]:
                return day
            at -= data["down"]
            if day > 500:
                break
        return None

    def common(self, data: Data) -> int:
        return -(-int(data["height"]) // int(data["up"] - data["down"]))

    def told(self, data: Data) -> Telling:
        down = f"slips back {data['down']} metres" if data["down"] else "rests without slipping"
        rules = [
            f"[X] has to get up [Y], which is {data['height']} metres high, from the very bottom.",
            f"By day it climbs {data['up']} metres; in the night that follows it {down}.",
            "Once it has reached the top it stays there.",
        ]
        return Telling(
            {"X": "who climbs", "Y": "what is climbed"}, rules, "On which day, counted from 1, does it reach the top?"
        )


class Cuts(Trap):
    unit = "minutes"
    seen = "What takes time are the cuts, and there is one cut fewer than pieces."

    def drawn(self, random: Random, is_twin: bool) -> Data:
        first, second = random.sample(range(3, 13), 2)
        return {"first": first, "each": random.randint(2, 9), "second": second}

    def worked(self, data: Data) -> Fraction:
        time = (data["first"] - 1) * data["each"]
        return Fraction(time, len(range(1, data["first"]))) * len(range(1, data["second"]))

    def common(self, data: Data) -> Fraction:
        return Fraction((data["first"] - 1) * data["each"] * data["second"], data["first"])

    def told(self, data: Data) -> Telling:
        time = (data["first"] - 1) * data["each"]
        rules = [
            f"[A] cuts [X], crosswise and one cut at a time, into {data['first']} pieces in {time} minutes.",
            f"Another [X] just like it is to be cut in the same way into {data['second']} pieces, each cut"
            " as quick as before.",
        ]
        names = {"A": "who cuts", "X": "a long thing"}
        return Telling(names, rules, "How many minutes does that take?")


class Knockout(Trap):
    seen = "Each game puts out one, and all but one have to be put out."

    def drawn(self, random: Random, is_twin: bool) -> Data:
        return {"players": random.randint(19, 230)}

    def worked(self, data: Data) -> int:
        left, games = data["players"], 0
        while left > 1:
            games += left // 2
            left -= left // 2
        return int(games)

    def common(self, data: Data) -> int:
        return int(data["players"]) // 2

    def told(self, data: Data) -> Telling:
        rules = [
            f"{data['players']} [P] play for one prize: two against one another in each game, and whoever"
            " loses is out.",
            "If they are odd in a round, one is passed on without a game. There are no draws.",
        ]
        names = {"P": "players, in the plural"}
        return Telling(names, rules, "How many games are there in all, until one is left?")
