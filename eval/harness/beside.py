"""Our scores beside the harness's, item by item, and why they differ.

Three things can differ: what was asked (other prompts, or options compared by likelihood instead of an answer), what
was answered because of it, and what was read out of the same words.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.folder import Marked

_PER_CENT = ("eqbench",)
"""Metrics that the harness gives of 100, where all others are of 1."""
_TAIL = 110
"""Characters of an answer's end that are shown."""


@dataclass(frozen=True)
class Beside:
    """One item, scored by both."""

    item: str
    leaf: str
    filter: str
    ours: float
    theirs: float
    why: str
    """Empty where both say the same."""


def beside(marked: Sequence[Marked], kept: Mapping[str, Any], metric: str) -> list[Beside]:
    """Return every reading of the harness beside our mark of the same item, by `metric`.

    Items that we excluded are left out.
    """
    by_id = {one.id: one for one in marked if not one.excluded and metric in one.values}
    return [
        Beside(
            reading["item"],
            reading["leaf"],
            reading["filter"],
            _share(by_id[reading["item"]], metric),
            _first(reading["metrics"]),
            _why(by_id[reading["item"]], metric, reading),
        )
        for reading in kept["readings"]
        if reading["item"] in by_id and reading["metrics"]
    ]


def _share(one: Marked, metric: str) -> float:
    earned, possible = one.values[metric]
    return earned / possible if possible else 0.0


def _first(metrics: Mapping[str, float]) -> float:
    """The harness's headline of an item: accuracy before length-normalised accuracy, exact match before others."""
    for name in ("prompt_level_strict_acc", "acc", "exact_match", "f1", "em"):
        if name in metrics:
            return metrics[name]
    name, value = next(iter(metrics.items()))
    return value / 100 if name in _PER_CENT else value


def _why(one: Marked, metric: str, reading: Mapping[str, Any]) -> str:
    ours, theirs = _share(one, metric), _first(reading["metrics"])
    if abs(ours - theirs) < 1e-9:
        return ""
    answer = one.answers[-1] if one.answers else ""
    said = f"it said “…{' '.join(answer.split())[-_TAIL:]}”"
    if not reading["generated"]:
        return f"other protocol: the harness found {reading['read']!r} likeliest; asked, {said}"
    if reading["answer"].strip() == answer.strip():
        return f"same words, read otherwise: we {one.extracted!r}, the harness {reading['read']!r}; {said}"
    whole = reading["read"].strip() == reading["answer"].strip()
    return (
        f"other prompt, other answer: to ours {said}, read as {one.extracted!r}; "
        f"to theirs “…{' '.join(reading['answer'].split())[-_TAIL:]}”, "
        + ("taken whole" if whole else f"read as {reading['read'][:_TAIL]!r}")
    )


def table(task: str, rows: Sequence[Beside]) -> Iterator[str]:
    """Yield the means by leaf and filter, how many items agree, and a line for each that doesn't."""
    kinds = list(dict.fromkeys((row.leaf, row.filter) for row in rows))
    for leaf, name in kinds:
        ones = [row for row in rows if (row.leaf, row.filter) == (leaf, name)]
        ours, theirs = (
            100 * sum(values) / len(ones) for values in zip(*((r.ours, r.theirs) for r in ones), strict=True)
        )
        same = sum(not row.why for row in ones)
        yield f"{task}: ours {ours:.1f}, {leaf} ({name}) {theirs:.1f}; {same} of {len(ones)} items alike"
        for row in ones:
            if row.why:
                yield f"    {row.item}: ours {row.ours:g}, theirs {row.theirs:g}; {row.why}"
