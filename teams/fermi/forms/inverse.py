"""The way back: a total is given, and what one factor has to be for it; the program solves for it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from teams.engine.stages.forms import Asked, Draft, text
from teams.fermi.forms.estimate import Estimate
from teams.fermi.tree import Reckoned, Tree, apart, reckoned, rounded, solved, tree_of
from teams.fermi.units import Wrong

_FAR = 3.0
"""Orders of magnitude by which the solution may lie off what one would have guessed."""


class Inverse(Estimate):
    """What would one thing have to be, for the whole to come to so much?"""

    name = "inverse"
    has_other = False

    def beside(self) -> dict[str, Any]:
        return {
            "unknown": text(1, 40, "the name of the leaf that is asked for; its range is what one would guess of it"),
            "wanted": {
                "type": "number",
                "description": "what the last step has to come to, in its unit; the question says it",
            },
        }

    def guidance(self, small: bool) -> str:
        return (
            f"{super().guidance(small)}\n- The tree leads forwards, from the leaves to the whole. The question gives"
            " the whole (`wanted`, in digits) and asks for one leaf (`unknown`), which it does not give; the program"
            " solves for it."
        )

    def looks(self, draft: Draft, main: Tree, made: Reckoned) -> Iterator[str]:
        leaf = next((leaf for leaf in main.leaves if leaf.name == draft["unknown"].strip()), None)
        if leaf is None or leaf.basis == "said":
            yield f"{draft['unknown']!r} has to be the name of a leaf that the question does not say"
            return
        if not draft["wanted"] > 0:
            yield "what is wanted has to be above zero"
            return
        try:
            value = solved(main, leaf.name, draft["wanted"])
        except Wrong as wrong:
            yield str(wrong)
            return
        if apart(value, leaf.middle) > _FAR:
            yield f"{leaf.name} would have to be {value:.2g} {leaf.unit}: that is so far off that nobody would ask"

    def key_of(self, draft: Draft, main: Tree, made: Reckoned) -> tuple[float, float, float]:
        value = solved(main, draft["unknown"].strip(), draft["wanted"])
        spread = max((made.high / made.low) ** 0.5, 1.5)
        return rounded(value), rounded(value / spread), rounded(value * spread)

    def unit_of(self, draft: Draft, main: Tree) -> str:
        return next(leaf.unit for leaf in main.leaves if leaf.name == draft["unknown"].strip())

    def asked(self, draft: Draft, random: Random) -> Asked:
        made = super().asked(draft, random)
        main = tree_of(draft)
        kept = {"unknown": draft["unknown"].strip(), "wanted": draft["wanted"], "whole": main.unit}
        return Asked(made.text, {**made.facts, **kept, "forwards": rounded(reckoned(main).value)})
