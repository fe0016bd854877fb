"""Drafts of every form, drawn by hypothesis: short sentences that differ."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

SUBJECTS = ("The ferry", "A miller", "Ada Brook", "The council", "Her cousin", "The old bridge", "Nobody", "A clerk")
VERBS = ("left", "paid for", "refused", "painted", "counted", "forgot", "lent", "opened")
OBJECTS = ("the lane", "nine jars", "a letter", "the north gate", "two boats", "the school", "her key", "a map")

sentences = st.builds("{} {} {}.".format, st.sampled_from(SUBJECTS), st.sampled_from(VERBS), st.sampled_from(OBJECTS))
names = st.text("abcdefghijklmnoprstuvw", min_size=4, max_size=9)


@st.composite
def choices(draw: st.DrawFn, wrong: int = 3) -> dict[str, Any]:
    """One right and some wrong options, of one length, none of which holds another."""
    told = draw(st.lists(sentences, min_size=wrong + 1, max_size=wrong + 1, unique_by=lambda s: s.split()[-1]))
    return {
        "evidence": [],
        "question": "What happened at the quay on that day?",
        "right": told[0],
        "wrong": [{"option": option, "because": "that was another day"} for option in told[1:]],
    }


@st.composite
def orders(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "evidence": [],
        "question": "In which order did these things happen?",
        "items": draw(st.lists(sentences, min_size=3, max_size=6, unique=True)),
    }


@st.composite
def pairings(draw: st.DrawFn) -> dict[str, Any]:
    left = draw(st.lists(names, min_size=3, max_size=5, unique=True))
    right = draw(st.lists(sentences, min_size=len(left), max_size=len(left), unique=True))
    return {
        "evidence": [],
        "question": "Who did what?",
        "pairs": [{"left": a, "right": b} for a, b in zip(left, right, strict=True)],
    }


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    told = draw(st.lists(sentences, min_size=2, max_size=4, unique=True))
    truths = [True, False, *draw(st.lists(st.booleans(), min_size=len(told) - 2, max_size=len(told) - 2))]
    made = [{"because": "it is told so", "statement": s, "is_true": t} for s, t in zip(told, truths, strict=True)]
    return {
        "evidence": [],
        "question": "True or false?",
        "marks": {"if_true": "true", "if_false": "false"},
        "statements": made,
    }
