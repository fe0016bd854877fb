"""Chances that deceive, counted out exactly; and draws in the dark at their worst."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, product
from random import Random
from typing import Any

from teams.brain_teaser.puzzles.puzzle import Data, Puzzle, Telling, Twist, named, slots

Case = tuple[Fraction, bool, bool]
"""Its weight, whether what is known holds in it, whether what is asked does."""


class Chance(Puzzle):
    """A probability once something is known."""

    name = "chance"
    answers = "share"
    twists = ("twin", "harder")
    is_tempting = True

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data:
        sort = random.choice(("doors", "doors", "boxes", "pair", "test") if twist != "twin" else ("doors", "pair"))
        large = twist == "harder"
        if sort == "doors":
            doors = random.randint(4, 7) if large or random.random() < 0.5 else 3
            opened = random.randint(1, doors - 2)
            return {"sort": sort, "doors": doors, "opened": opened, "knows": twist != "twin"}
        if sort == "boxes":
            size = random.choice((3, 4)) if large else 2
            boxes = [[n, size - n] for n in sorted(random.sample(range(size + 1), 3), reverse=True)]
            return {"sort": sort, "boxes": boxes}
        if sort == "pair":
            many = random.choice((3, 4)) if large else 2
            known = "first" if twist == "twin" else "any"
            return {"sort": sort, "many": many, "known": known, "sides": random.choice((2, 2, 6))}
        ill, of = random.choice((1, 2, 5)), random.choice((100, 200, 500, 1000))
        return {
            "sort": sort,
            "ill": ill,
            "of": of,
            "found": random.choice((90, 95, 100)),
            "false": random.choice((2, 5, 10)),
        }

    def solutions(self, data: Data) -> list[Any]:
        cases = list(_CASES[data["sort"]](data))
        known = sum(weight for weight, holds, _ in cases if holds)
        return [str(Fraction(sum(weight for weight, holds, is_so in cases if holds and is_so), 1) / known)]

    def tempting(self, data: Data) -> str:
        return str(
            {
                "doors": lambda: Fraction(1, data["doors"] - data["opened"]),
                "boxes": lambda: Fraction(1, sum(gold > 0 for gold, _ in data["boxes"])),
                "pair": lambda: Fraction(1, data["sides"] ** (data["many"] - 1)),
                "test": lambda: Fraction(data["found"], 100),
            }[data["sort"]]()
        )

    def telling(self, data: Data) -> Telling:
        return _TOLD[data["sort"]](data)

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        counted = "It counts the cases that are left, each with its weight, and does not take them for equal unseen."
        return (_SEEN[data["sort"]] if data.get("knows", True) else _BY_CHANCE, counted)


def _doors(data: Data) -> Iterator[Case]:
    """Door 1 is chosen; which are opened is drawn, among the empty ones if whoever opens knows; then one switches."""
    doors, opened = range(1, data["doors"] + 1), data["opened"]
    for prize in doors:
        others = [d for d in doors if d != 1]
        free = list(combinations([d for d in others if not data["knows"] or d != prize], opened))
        for open_ in free:
            left = [d for d in others if d not in open_]
            weight = Fraction(1, len(doors) * len(free))
            for taken in left:
                yield weight / len(left), prize not in open_, taken == prize


def _boxes(data: Data) -> Iterator[Case]:
    for gold, other in data["boxes"]:
        pieces = [True] * gold + [False] * other
        for first, second in ((a, b) for a in range(len(pieces)) for b in range(len(pieces)) if a != b):
            weight = Fraction(1, len(data["boxes"]) * len(pieces) * (len(pieces) - 1))
            yield weight, pieces[first], pieces[second]


def _pair(data: Data) -> Iterator[Case]:
    """Each of several is of one of `sides` sorts; one that is told, or any, is of the first."""
    for sorts in product(range(data["sides"]), repeat=data["many"]):
        holds = sorts[0] == 0 if data["known"] == "first" else 0 in sorts
        yield Fraction(1), holds, set(sorts) == {0}


def _test(data: Data) -> Iterator[Case]:
    ill = Fraction(data["ill"], data["of"])
    for is_ill in (True, False):
        shows = Fraction(data["found"] if is_ill else data["false"], 100)
        yield (ill if is_ill else 1 - ill) * shows, True, is_ill


def _tell_doors(data: Data) -> Telling:
    opened, left = data["opened"], data["doors"] - data["opened"] - 1
    others = "the one other door that is shut" if left == 1 else f"one of the {left} other doors that are shut, by lot"
    how = (
        f"[H], who knows where it is, has to open {opened} of the other doors behind which it is not, by"
        " lot among these."
        if data["knows"]
        else f"[H], who does not know where it is, opens {opened} of the other doors by lot; by chance it is not there."
    )
    rules = [
        f"[X] is behind one of {data['doors']} doors, behind each with the same chance.",
        "[G] chooses one door, which stays shut for now.",
        how,
        f"Now [G] may stay with the first choice or take {others}; [G] does the latter.",
    ]
    what = {"X": "what is to be found", "H": "who opens", "G": "who guesses"}
    return Telling(what, rules, "What is the chance that [G] now has [X]?")


def _tell_boxes(data: Data) -> Telling:
    boxes = slots("B", len(data["boxes"]), "a box, bag or drawer")
    held = "; ".join(
        f"[{box}] holds {gold} [Y] and {other} [Z]" for box, (gold, other) in zip(boxes, data["boxes"], strict=True)
    )
    rules = [
        f"{held}; from outside they look the same.",
        "One of them is chosen by lot, and one piece is drawn from it blindly. It is one of the [Y].",
        "Without putting it back, a second piece is drawn blindly from the same one.",
    ]
    names = {"Y": "pieces of one sort, in the plural", "Z": "pieces of the other sort, in the plural"}
    return Telling({**boxes, **names}, rules, "What is the chance that the second piece is one of the [Y] too?")


def _tell_pair(data: Data) -> Telling:
    many, sides = data["many"], data["sides"]
    asked = "the first of them is" if data["known"] == "first" else "at least one of them, no matter which, is"
    rules = [
        f"There are {many} [T], each of one of {sides} sorts, all sorts as likely, each for itself; one sort is [Y].",
        f"[G], who can see them all, is asked if {asked} of the sort [Y], and truly says yes. Nothing else is known.",
    ]
    names = {"T": "things or people, in the plural", "Y": "one of the sorts", "G": "who knows"}
    return Telling(names, rules, f"What is the chance that all {many} are [Y]?")


def _tell_test(data: Data) -> Telling:
    rules = [
        f"Of every {data['of']} [T], {data['ill']} {'has' if data['ill'] == 1 else 'have'} [F].",
        f"A test shows [F] in {data['found']} of 100 that have it, and also, wrongly, in {data['false']}"
        " of 100 that do not.",
        "One is taken by lot, and the test shows [F].",
    ]
    return Telling(
        {"T": "things, in the plural", "F": "a hidden fault"}, rules, "What is the chance that it really has [F]?"
    )


_CASES = {"doors": _doors, "boxes": _boxes, "pair": _pair, "test": _test}
_TOLD = {"doors": _tell_doors, "boxes": _tell_boxes, "pair": _tell_pair, "test": _tell_test}
_SEEN = {
    "doors": "Whoever opens knows and avoids the prize, so that the first choice is no better than it was.",
    "boxes": "A box with more of the drawn sort is more likely to be the one that was chosen.",
    "pair": "What is told leaves several arrangements over, and not the sort of one that is pointed at.",
    "test": "The sound ones are so many that their false alarms weigh heavily beside the true ones.",
}
_BY_CHANCE = "Nobody chose what was opened, so that all doors that are shut are alike: here the plain answer is right."


class Surety(Puzzle):
    """The fewest to draw in the dark, so as to be sure."""

    name = "surety"
    unit = ""
    twists = ("unsolvable", "harder")

    def drawn(self, random: Random, twist: Twist, words: Sequence[str]) -> Data:
        sorts = random.choice((4, 5) if twist == "harder" else (2, 3))
        counts = [random.randint(2, 12) for _ in range(sorts)]
        aim = random.choice(("same", "each", "certain"))
        wanted = {"same": random.randint(2, 4), "each": 1, "certain": random.randint(1, 3)}[aim]
        if twist == "unsolvable":
            aim, wanted = "certain", counts[0] + random.randint(1, 2)
        return {"counts": counts, "aim": aim, "wanted": wanted}

    def solutions(self, data: Data) -> list[Any]:
        """The largest draw that still fails, and one more."""
        counts, aim, wanted = data["counts"], data["aim"], data["wanted"]
        failing = -1
        for draw in product(*(range(count + 1) for count in counts)):
            done = {
                "same": max(draw) >= wanted, "each": min(draw) >= wanted, "certain": draw[0] >= wanted,
            }[aim]  # fmt: skip
            failing = failing if done else max(failing, sum(draw))
        return [failing + 1] if failing < sum(counts) else []

    def tempting(self, data: Data) -> int:
        return int({"same": data["wanted"], "each": len(data["counts"]), "certain": data["wanted"]}[data["aim"]])

    def telling(self, data: Data) -> Telling:
        sorts = slots("Y", len(data["counts"]), "things of one sort, in the plural")
        held = ", ".join(f"{count} [{sort}]" for sort, count in zip(sorts, data["counts"], strict=True))
        rules = [f"In [D] there are {held}, and nothing else.", "They can't be told apart by touch, and it is dark."]
        wanted = data["wanted"]
        aim = {
            "same": f"at least {wanted} of one sort, whichever",
            "each": f"at least one of each of {named(*sorts)}",
            "certain": f"at least {wanted} of the [Y1]",
        }[data["aim"]]
        ask = f"What is the fewest that [G] has to take out, to be certain to have {aim}?"
        return Telling({"D": "where they lie", "G": "who takes them", **sorts}, rules, ask)

    def insight(self, data: Data, solution: Any) -> Sequence[str]:
        return (
            "It thinks of the worst draw, not the likely one.",
            f"With {solution - 1} it can still fail, by a draw that is named; one more can't.",
        )
