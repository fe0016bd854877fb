"""Drafts of every form of classification, drawn by hypothesis."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

names = (
    st.text("abcdefghijklmnoprstuvwäéж_ ", min_size=3, max_size=16)
    .map(lambda s: " ".join(s.split()))
    .filter(lambda s: len(s) > 2 and s[0].isalnum() and s[-1].isalnum())
)
means = st.text("abcdefgh ,.\"'|ü日", min_size=0, max_size=40).map(lambda s: " ".join(s.split()))
"""Definitions hold commas, quotation marks, bars: what layouts have to carry."""
COMMON = {
    "evidence": [],
    "question": "Where does this one go, if it has to go somewhere?",
    "rule": "",
    "borderline": "",
}


def label_sets(fewest: int = 3, most: int = 6) -> st.SearchStrategy[list[dict[str, str]]]:
    unique = st.lists(names, min_size=fewest, max_size=most, unique_by=lambda s: s.casefold().replace("_", " "))
    return unique.flatmap(
        lambda told: st.lists(means, min_size=len(told), max_size=len(told)).map(
            lambda said: [{"name": name, "means": mean} for name, mean in zip(told, said, strict=True)]
        )
    )


@st.composite
def labels(draw: st.DrawFn) -> dict[str, Any]:
    found = draw(label_sets())
    return {**COMMON, "labels": found, "gold": found[0]["name"], "near": found[1]["name"], "why_not": "it lacks a part"}


@st.composite
def several(draw: st.DrawFn) -> dict[str, Any]:
    found = draw(label_sets())
    held = draw(st.integers(1, len(found) - 1))
    gold = [one["name"] for one in found[:held]]
    return {**COMMON, "labels": found, "gold": gold, "near": found[-1]["name"], "why_not": "it lacks a part"}


@st.composite
def paths(draw: st.DrawFn) -> dict[str, Any]:
    found = draw(label_sets(4, 8))
    groups = draw(st.lists(names, min_size=2, max_size=2, unique_by=str.casefold))
    half = len(found) // 2
    tree = [{"name": groups[0], "leaves": found[:half]}, {"name": groups[1], "leaves": found[half:]}]
    gold, near = f"{groups[0]} > {found[0]['name']}", f"{groups[1]} > {found[-1]['name']}"
    return {**COMMON, "labels": tree, "gold": gold, "near": near, "why_not": "it lacks a part"}


@st.composite
def rows(draw: st.DrawFn, aspects: bool = False) -> dict[str, Any]:
    found = draw(label_sets())
    told = draw(st.lists(names, min_size=3, max_size=6, unique_by=lambda s: s.casefold().replace("_", " ")))
    golds = [found[n % 2]["name"] for n in range(len(told))]
    items = [
        {"text": text if aspects else f"{text} came by and left a note.", "because": "so it is told", "gold": gold}
        for text, gold in zip(told, golds, strict=True)
    ]
    return {**{k: v for k, v in COMMON.items() if k != "evidence"}, "labels": found, "items": items}
