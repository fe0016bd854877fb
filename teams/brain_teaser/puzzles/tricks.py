"""Sums that trap: the answer that comes to mind is wrong, and in the twin it is right.

After Frederick's Cognitive Reflection Test and the old puzzle books. Each is worked out by going through what happens,
not by the formula that one would use on paper.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from itertools import count
from random import Random
from typing import Any

from teams.brain_teaser.puzzles.puzzle import Data, Puzzle, Telling, Twist


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


class _Together(Trap):
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


class _Doubling(Trap):
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


class _Machines(Trap):
    unit = "minutes"
    seen = "Each works at its own pace: with as many more workers, as many more pieces take the same time."

    def drawn(self, random: Random, is_twin: bool) -> Data:
        few, time = random.randint(3, 9), random.randint(3, 9)
        many, pieces = few * random.randint(3, 20), few * random.randint(3, 20)
        return {"few": few, "time": time, "many": many, "pieces": random.choice((many, many, pieces))}

    def worked(self, data: Data) -> Fraction:
        each = Fraction(data["time"])  # for one piece, of one worker
        return Fraction(each * data["pieces"] / data["many"])

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


class _Climb(Trap):
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


class _Cuts(Trap):
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


class _Knockout(Trap):
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


class _Empties(Trap):
    seen = "The new ones become empty in their turn, and count again."

    def drawn(self, random: Random, is_twin: bool) -> Data:
        return {"bought": random.randint(12, 60), "for_one": random.randint(3, 6)}

    def worked(self, data: Data) -> int:
        used = empty = data["bought"]
        while empty >= data["for_one"]:
            new = empty // data["for_one"]
            used, empty = used + new, empty % data["for_one"] + new
        return int(used)

    def common(self, data: Data) -> int:
        return int(data["bought"] + data["bought"] // data["for_one"])

    def told(self, data: Data) -> Telling:
        rules = [
            f"[A] has bought {data['bought']} [X].",
            f"For every {data['for_one']} that are empty or used up one gets a new one for nothing, as often"
            " as one can;"
            " there is no credit and nobody to lend any.",
        ]
        names = {"A": "a person", "X": "things that are used up and leave something behind, in the plural"}
        return Telling(names, rules, "How many of them can [A] use up in all?")


class _ThereAndBack(Trap):
    unit = "kilometres an hour"
    seen = "More time is spent at the slower speed, so that the mean lies nearer to it."

    def drawn(self, random: Random, is_twin: bool) -> Data:
        one, two = random.sample((4, 5, 6, 8, 10, 12, 15, 20, 24, 30, 40, 60), 2)
        return {"out": one, "back": two}

    def worked(self, data: Data) -> Fraction:
        way = Fraction(data["out"] * data["back"])
        return Fraction(2 * way / (way / data["out"] + way / data["back"]))

    def common(self, data: Data) -> Fraction:
        return Fraction(data["out"] + data["back"], 2)

    def told(self, data: Data) -> Telling:
        rules = [
            f"[A] goes from [X] to [Y] at a steady {data['out']} kilometres an hour.",
            f"Without a stop [A] comes back by the same way at a steady {data['back']} kilometres an hour.",
        ]
        names = {"A": "who goes", "X": "a place", "Y": "another place"}
        return Telling(names, rules, "What is the mean speed of the whole journey, in kilometres an hour?")


class _UpAndDown(Trap):
    unit = "%"
    seen = "The second share is taken of another amount than the first."

    def drawn(self, random: Random, is_twin: bool) -> Data:
        return {"share": random.choice((5, 10, 15, 20, 25, 30, 40, 50)), "first": random.choice(("up", "down"))}

    def worked(self, data: Data) -> Fraction:
        amount = Fraction(100)
        for way in ("up", "down") if data["first"] == "up" else ("down", "up"):
            amount += amount * data["share"] / 100 * (1 if way == "up" else -1)
        return amount

    def common(self, data: Data) -> int:
        return 100

    def told(self, data: Data) -> Telling:
        up, down = f"raised by {data['share']} per cent", f"lowered by {data['share']} per cent"
        one, two = (up, down) if data["first"] == "up" else (down, up)
        rules = [f"The price or amount of [X] is {one}.", f"Later it is {two} of what it was by then."]
        return Telling(
            {"X": "what has a price or amount"}, rules, "How many per cent of what it was at first is it now?"
        )


class _Digits(Trap):
    seen = "Numbers in which the digit stands twice count twice, and a whole decade may begin with it."

    def drawn(self, random: Random, is_twin: bool) -> Data:
        return {"last": random.choice((60, 80, 99, 100, 120, 150, 199, 250)), "digit": random.randint(1, 9)}

    def worked(self, data: Data) -> int:
        return sum(str(n).count(str(data["digit"])) for n in range(1, data["last"] + 1))

    def common(self, data: Data) -> int:
        return int(data["last"]) // 10

    def told(self, data: Data) -> Telling:
        rules = [
            f"[A] writes the numbers from 1 to {data['last']} on [X], each number once, with digits cut out"
            " for the purpose."
        ]
        names = {"A": "who numbers them", "X": "what is numbered, in the plural"}
        return Telling(names, rules, f"How often is the digit {data['digit']} needed?")


class _Half(Trap):
    unit = "kilograms"
    seen = "What is told beside the half is the other half."

    def drawn(self, random: Random, is_twin: bool) -> Data:
        return {"part": random.randint(2, 9), "of": random.choice((2, 3, 4))}

    def worked(self, data: Data) -> Fraction | int | None:
        found = [n for n in range(1, 200) if Fraction(n) == data["part"] + Fraction(n, data["of"])]
        return found[0] if len(found) == 1 else None

    def common(self, data: Data) -> Fraction:
        return Fraction(data["part"]) + Fraction(data["part"], data["of"])

    def told(self, data: Data) -> Telling:
        share = {2: "half", 3: "a third of", 4: "a quarter of"}[data["of"]]
        rules = [f"[X] weighs {data['part']} kilograms and {share} its own weight besides."]
        return Telling({"X": "a heavy thing"}, rules, "How many kilograms does [X] weigh?")


class _AllBut(Trap):
    seen = "All but so many are gone: so many are left."

    def drawn(self, random: Random, is_twin: bool) -> Data:
        had = random.randint(12, 60)
        return {"had": had, "but": random.randint(3, had // 2 - 1), "is_plain": is_twin}

    has_twin = True

    def worked(self, data: Data) -> int:
        pieces = list(range(data["had"]))
        return len(pieces[data["but"] :] if data["is_plain"] else pieces[: data["but"]])

    def common(self, data: Data) -> int:
        return int(data["had"] - data["but"])

    def told(self, data: Data) -> Telling:
        gone = f"{data['but']} of them are" if data["is_plain"] else f"All but {data['but']} are"
        rules = [f"[A] has {data['had']} [X].", f"{gone} lost, sold or given away."]
        return Telling({"A": "who has them", "X": "things, in the plural"}, rules, "How many has [A] left?")


TRAPS = {
    "together": _Together(), "doubling": _Doubling(), "machines": _Machines(), "climb": _Climb(), "cuts": _Cuts(),
    "knockout": _Knockout(), "empties": _Empties(), "there_and_back": _ThereAndBack(), "up_and_down": _UpAndDown(),
    "digits": _Digits(), "half": _Half(), "all_but": _AllBut(),
}  # fmt: skip


class Trick(Puzzle):
    """A sum that traps, of any sort."""

    name = "trick"
    answers = "share"
    twists = ("twin",)
    is_tempting = True

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data:
        sorts = [sort for sort, trap in TRAPS.items() if trap.has_twin or twist != "twin"]
        sort = random.choice(sorts)
        return {"sort": sort, **TRAPS[sort].drawn(random, twist == "twin")}

    def solutions(self, data: Data) -> list[Any]:
        worked = TRAPS[data["sort"]].worked(data)
        return [] if worked is None else [str(Fraction(worked))]

    def tempting(self, data: Data) -> str:
        return str(Fraction(TRAPS[data["sort"]].common(data)))

    def unit_of(self, data: Data) -> str:
        return TRAPS[data["sort"]].unit

    def telling(self, data: Data) -> Telling:
        return TRAPS[data["sort"]].told(data)

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        if solution == self.tempting(data):
            return ("The plain sum is right here: there is nothing hidden.", "It shows the sum.")
        wrong = f"It says why {self.tempting(data)}, which comes to mind, is wrong."
        return (TRAPS[data["sort"]].seen, wrong)
