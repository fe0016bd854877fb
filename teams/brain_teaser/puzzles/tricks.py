"""Sums that trap: the answer that comes to mind is wrong, and in the twin it is right.

After Frederick's Cognitive Reflection Test and the old puzzle books. Each is worked out by going through what happens,
not by the formula that one would use on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from random import Random
from typing import Any

from teams.brain_teaser.puzzles.puzzle import Data, Puzzle, Telling, Twist
from teams.brain_teaser.puzzles.shares import AllBut, Digits, Empties, Half, ThereAndBack, UpAndDown
from teams.brain_teaser.puzzles.traps import Climb, Cuts, Doubling, Knockout, Machines, Together

TRAPS = {
    "together": Together(), "doubling": Doubling(), "machines": Machines(), "climb": Climb(), "cuts": Cuts(),
    "knockout": Knockout(), "empties": Empties(), "there_and_back": ThereAndBack(), "up_and_down": UpAndDown(),
    "digits": Digits(), "half": Half(), "all_but": AllBut(),
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
