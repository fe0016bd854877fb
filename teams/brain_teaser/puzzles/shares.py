"""More sums that trap: empties, speeds, shares of shares, digits, halves, what is left."""

from __future__ import annotations

from fractions import Fraction
from random import Random

from teams.brain_teaser.puzzles.puzzle import Data, Telling
from teams.brain_teaser.puzzles.traps import Trap


class Empties(Trap):
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


class ThereAndBack(Trap):
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


class UpAndDown(Trap):
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


class Digits(Trap):
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


class Half(Trap):
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


class AllBut(Trap):
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
