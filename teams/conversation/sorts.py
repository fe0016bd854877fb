"""The sorts of turn a user takes in a conversation, and what a program can ask of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from teams.conversation.words import script
from teams.engine.flow import Kind

Value = Literal["says", "uses", "key", "form", "piece"]
MT101, MT_EVAL, RELEASED = "MT-Bench-101", "MT-Eval", "released follow_up"


@dataclass(frozen=True)
class Sort(Kind):
    """A sort of turn."""

    leans: bool = True
    """It can't be understood without the turn it leans on: whoever is shown it alone says so."""
    needs: tuple[Value, ...] = ()
    """What a plan has to name for it, so that a program can tell whether it came out."""
    repeats: bool = False
    """Its answer may be much like an earlier one."""


def _sort(name: str, source: str, needs: str = "", *, leans: bool = True, repeats: bool = False) -> Sort:
    return Sort(name, script.brief(name), source, leans, tuple(needs.split()), repeats)  # type: ignore[arg-type]


OPEN = "open"
"""The sort of the first turn: the kind of the conversation says what it is."""
SORTS = {
    sort.name: sort
    for sort in (
        _sort("ask", RELEASED, leans=False),
        _sort("tell", MT101, "says", leans=False),
        _sort("recall", MT101, "uses"),
        _sort("refer", MT101),
        _sort("deliver", MT101, "piece", leans=False),
        _sort("shift", MT101, leans=False),
        _sort("similar", MT101, "key", leans=False),
        _sort("rephrase", MT101, "uses"),
        _sort("reformat", MT101, "form", repeats=True),
        _sort("correct", MT101, "says key"),
        _sort("doubt", MT101, "uses"),
        _sort("reckon", MT101, "key"),
        _sort("infer", MT101, "key"),
        _sort("settle", MT101, "says"),
        _sort("gap", "QuAC"),
        _sort("expand", MT_EVAL),
        _sort("amend", MT_EVAL, "uses", repeats=True),
        _sort("add", "Lost in Conversation", "says", repeats=True),
        _sort("shorten", RELEASED, "uses", repeats=True),
        _sort("more", RELEASED),
        _sort("check", RELEASED),
        _sort("opinion", RELEASED),
        _sort("change", "ours", "says", repeats=True),
        _sort("slip", "ours", "says uses", leans=False),
    )
}
"""By name; `slip` and `deliver` may well be understood alone, and aren't what they seem."""
