"""Two data sets from the same seeds: what is accepted of each kind, lengths, what stands in both, what changed.

Seeds are known by the hash of their content, so that the same document counts as the same wherever it lay. Where the
seeds or the teacher differ, that is said first: then a difference may be theirs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from agents.errors import UsageError
from eval.compare.dataset import DataSet, read
from eval.compare.differences import Difference, difference, holm, two_shares
from eval.data.near import Repeats
from eval.results import wilson

DATA_JSON = "data.json"
NOTABLE = 20
"""Changes told of each sort."""


@dataclass(frozen=True)
class Rate:
    """How many of those that came to the checks were accepted."""

    accepted: int
    of: int
    low: float | None
    high: float | None
    """Wilson's 95 % interval, in per cent."""

    @property
    def value(self) -> float | None:
        """In per cent; None of nothing."""
        return 100 * self.accepted / self.of if self.of else None


@dataclass(frozen=True)
class CellCompared:
    """One kind of one skill, or a reason, on both sides."""

    name: str
    first: Rate
    second: Rate
    p: float | None
    """Fisher's exact test."""
    corrected: float | None = None
    """After Holm's correction over all that stand in one table."""


@dataclass(frozen=True)
class Lengths:
    """How long something is in words."""

    name: str
    first: float | None
    second: float | None
    """Medians."""
    longer: float | None
    """In how many of a hundred draws of one from each B's is the longer."""
    p: float | None
    """Mann-Whitney's."""


@dataclass(frozen=True)
class DataCompared:
    """All there is to say of two data sets."""

    paths: tuple[str, str]
    pairs: tuple[int, int]
    seeds: tuple[int, int, int]
    """In A, in B, in both."""
    teachers: tuple[tuple[str, ...], tuple[str, ...]]
    warnings: tuple[str, ...]
    acceptance: Difference | None
    """Per cent over the seeds of both, whole seeds being drawn; None where one side says nothing of what fell."""
    cells: tuple[CellCompared, ...]
    reasons: tuple[CellCompared, ...]
    """Shares are of all that came to the checks: less is better."""
    lengths: tuple[Lengths, ...]
    same: int
    """Pairs of B whose request and answer stand word by word in A."""
    near: int
    """Clusters of near-duplicates with pairs of both."""
    findings: tuple[tuple[str, str, str], ...] = ()
    """What `python -m eval data` found in one and not alike in the other: title, in A, in B."""
    changed: tuple[tuple[str, int, int], ...] = ()
    """Seeds whose accepted pairs changed most: place of the seed, in A, in B."""
    only: tuple[tuple[str, ...], tuple[str, ...]] = field(default=((), ()))
    """Kinds that stand in one alone."""


def compare(first: Path, second: Path) -> tuple[DataCompared, DataSet, DataSet]:
    """Compare two data sets. Raise `UsageError` where one can't be read, or both are one."""
    if first.resolve() == second.resolve():
        raise UsageError(f"A and B are the same data, {first}; name two")
    repeats = Repeats()
    one, other = read(first, repeats), read(second, repeats)
    cells = sorted(set(one.accepted) | set(one.fallen) | set(other.accepted) | set(other.fallen))
    knows = one.knows_fallen and other.knows_fallen
    same, near = _across(one, other, repeats)
    both = sorted(one.seeds & other.seeds)
    return (
        DataCompared(
            (str(first), str(second)),
            (len(one.items), len(other.items)),
            (len(one.seeds), len(other.seeds), len(both)),
            (tuple(sorted(one.teachers)), tuple(sorted(other.teachers))),
            tuple(_warnings(one, other)),
            _acceptance(one, other, both) if knows and both else None,
            _corrected([_cell(f"{s} · {k}", one.accepted[s, k], one.fallen[s, k], other.accepted[s, k],
                              other.fallen[s, k]) for s, k in cells]) if knows else (),
            tuple(_reasons(one, other)) if knows else (),
            tuple(_lengths(one, other)),
            same,
            near,
            tuple(_findings(one.path, other.path)),
            tuple(_seeds(one, other, both)),
            (_only(one, other), _only(other, one)),
        ),
        one,
        other,
    )  # fmt: skip


def _warnings(one: DataSet, other: DataSet) -> Iterator[str]:
    both = one.seeds & other.seeds
    for side, data in (("A", one), ("B", other)):
        if not data.seeds:
            yield f"{side} does not say which seeds it is from: nothing can be paired"
        if not data.teachers:
            yield f"{side} does not say which models made it"
        if data.unread:
            yield f"{data.unread} rows of {side} could not be read"
    if one.seeds and other.seeds and one.seeds != other.seeds:
        yield (
            f"not the same seeds: {len(one.seeds)} in A, {len(other.seeds)} in B, {len(both)} in both; "
            "what differs may come from the seeds"
        )
    if one.teachers and other.teachers and one.teachers != other.teachers:
        yield (
            f"not the same teacher: {', '.join(sorted(one.teachers))} in A, {', '.join(sorted(other.teachers))} in B; "
            "what differs may come from the models"
        )
    for side, data in (("A", one), ("B", other)):
        if not data.knows_fallen:
            yield f"{side} is an exported file: it holds nothing of what was rejected, so acceptance is not compared"


def _rate(accepted: int, of: int) -> Rate:
    low, high = wilson(accepted, of) if of else (None, None)
    return Rate(accepted, of, None if low is None else 100 * low, None if high is None else 100 * high)


def _cell(name: str, accepted: int, fallen: int, then_accepted: int, then_fallen: int) -> CellCompared:
    of, then_of = accepted + fallen, then_accepted + then_fallen
    return CellCompared(
        name, _rate(accepted, of), _rate(then_accepted, then_of), two_shares(accepted, of, then_accepted, then_of)
    )


def _corrected(cells: Sequence[CellCompared]) -> tuple[CellCompared, ...]:
    corrected = holm([cell.p for cell in cells])
    return tuple(
        CellCompared(cell.name, cell.first, cell.second, cell.p, p) for cell, p in zip(cells, corrected, strict=True)
    )


def _reasons(one: DataSet, other: DataSet) -> Iterator[CellCompared]:
    all_one, all_other = (len(data.items) + sum(data.fallen.values()) for data in (one, other))
    names = sorted(set(one.reasons) | set(other.reasons))
    made = _corrected(
        [
            CellCompared(
                name, _rate(one.reasons[name], all_one), _rate(other.reasons[name], all_other),
                two_shares(one.reasons[name], all_one, other.reasons[name], all_other),
            )
            for name in names
        ]
    )  # fmt: skip
    yield from sorted(made, key=lambda cell: (1.0 if cell.p is None else cell.p, cell.name))[:NOTABLE]


def _acceptance(one: DataSet, other: DataSet, seeds: Sequence[str]) -> Difference:
    sides = [
        [(float(data.by_seed[seed][0]), float(sum(data.by_seed[seed]))) for seed in seeds] for data in (one, other)
    ]
    return difference(sides[0], sides[1], [""] * len(seeds), scale=100)


def _lengths(one: DataSet, other: DataSet) -> Iterator[Lengths]:
    from scipy.stats import mannwhitneyu

    for name in ("request", "answer"):
        first, second = ([getattr(item, f"{name}_words") for item in data.items] for data in (one, other))
        if not first or not second:
            yield Lengths(name, median(first) if first else None, median(second) if second else None, None, None)
            continue
        found = mannwhitneyu(second, first)
        longer = 100 * float(found.statistic) / (len(first) * len(second))
        yield Lengths(name, median(first), median(second), longer, float(found.pvalue))


def _across(one: DataSet, other: DataSet, repeats: Repeats) -> tuple[int, int]:
    """Pairs of B that stand in A word by word, and clusters of near-duplicates that span both."""
    whole = {item.said for item in one.items}
    same = sum(item.said in whole for item in other.items)
    border = len(one.items)
    clusters = repeats.clusters() if border or other.items else []
    return same, sum(min(cluster) < border <= max(cluster) for cluster in clusters)


def _seeds(one: DataSet, other: DataSet, seeds: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    places = {**other.places, **one.places}
    moved = [(one.by_seed[seed][0], other.by_seed[seed][0], places.get(seed, seed)) for seed in seeds]
    for before, after, place in sorted(moved, key=lambda row: (-abs(row[1] - row[0]), row[2]))[:NOTABLE]:
        if before != after:
            yield place, before, after


def _only(one: DataSet, other: DataSet) -> tuple[str, ...]:
    return tuple(sorted(f"{skill} · {kind}" for skill, kind in set(one.accepted) - set(other.accepted)))


def _findings(first: Path, second: Path) -> Iterator[tuple[str, str, str]]:
    """Hold two reports of `python -m eval data` against each other, where both runs have one."""
    one, other = (_reported(path) for path in (first, second))
    if one is None or other is None:
        return
    for key in dict.fromkeys([*one, *other]):
        here, there = one.get(key, {}), other.get(key, {})
        told = [f"{side.get('severity', '')}: {side.get('measured', '')}" if side else "–" for side in (here, there)]
        if told[0] != told[1]:
            yield str(here.get("title") or there.get("title") or key), told[0], told[1]


def _reported(path: Path) -> dict[str, dict[str, Any]] | None:
    try:
        found = json.loads((path / DATA_JSON).read_text("utf-8"))["findings"]
        listed = [one for one in found if isinstance(one, dict)]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return {f"{one.get('key')}, {one.get('skill') or ''}": one for one in listed}
