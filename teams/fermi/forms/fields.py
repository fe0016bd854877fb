"""The fields of a tree in a draft, and what their writer has to know of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from teams.engine.stages.forms import closed, several, text
from teams.fermi.tree import MOST_LEAVES, MOST_STEPS

QUESTION = text(30, 1500, "as whoever answers will see it, who sees nothing else")
PLAN = text(10, 500, "what the size hangs on, and how one gets from things one can picture to it")
UNIT = text(0, 60, "`kg`, `cup / person / day`, `person / km^2`, `%`; empty for a bare number")
_NAME = {
    "type": "string",
    "pattern": "^[A-Za-z][A-Za-z0-9_]{0,39}$",
    "description": "a short name of letters and _, for the steps",
}
_BASIS = {
    "enum": ["said", "known", "assumed"],
    "description": "said: the question gives it; known: generally known; assumed: whoever answers has to think of it",
}
_LEAF: dict[str, Any] = {
    "name": _NAME,
    "what": text(5, 160, "what it is, in English, so that nobody mistakes it for something else"),
    "basis": _BASIS,
    "why": text(5, 250, "why about so much: what one has seen, held, counted, or can bound"),
    "low": {"type": "number", "description": "it is hardly less"},
    "high": {"type": "number", "description": "it is hardly more; the same as low for what is said exactly"},
    "unit": UNIT,
}
_STEP = {
    "name": _NAME,
    "what": text(3, 160, "what comes out"),
    "expression": text(1, 200, "of names of leaves and steps before it: people * cups, mass / density"),
    "unit": UNIT,
}
WORDS = {"words": text(3, 200, "the same as the asker writes it, with its figures: between 1 and 3 cups a day for each adult")}  # fmt: skip  # noqa: E501
SHOWN = {"words": text(1, 100, "its unit in words, as it stands behind the figure: cups a day for each adult")}


def tree(
    fewest: int = 3,
    most: int = MOST_LEAVES,
    *,
    steps: int = 1,
    most_steps: int = MOST_STEPS,
    leaf: Mapping[str, Any] | None = None,
    step: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the fields of a tree; `leaf` and `step` are what each has beside the usual."""
    leaves = several(closed({**_LEAF, **(leaf or {})}), fewest, most, "the assumptions, and what is given")
    meaning = "in order; the last is what is asked for"
    return {"leaves": leaves, "steps": several(closed({**_STEP, **(step or {})}), steps, most_steps, meaning)}


GUIDANCE = """\
The estimate is worked out by a program from your tree, so the tree has to be right:
- A leaf is one thing that one can picture, with a range: `low` and `high` such that you would be surprised outside of \
them. A share of 20 to 40 % is low 20, high 40, unit `%`.
- Units are looked at. What is counted is a unit like any other: `person`, `cup / person / day`, `car / km`. Use one \
word for one thing throughout, in the singular, in English; then what comes out of a step has to be what you say it is.
- Units are converted by the program: `cup / person / day` times `person` may be said to be `cup / year`. So a step \
holds no 60, no 365 and no 1000, and no figure that is an assumption: that is a leaf.
- A step is names with + - * / ** ( ), sqrt, exp, ln, pi. Draws over all ranges have to come out above zero."""
OTHER = """
- The second tree (`other`) reaches the same size by another route: other leaves, from another side (what is sold \
instead of what is used, the whole divided up instead of the part multiplied). A program compares the two; they may \
not differ by a factor of ten."""
