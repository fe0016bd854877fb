"""Two models over the same items of the same tasks: what differs, how sure that is, and which items changed.

Everything is recomputed from the items that both answered: a figure over other items is no comparison. What was not
measured alike (another judge, other data, another version) is said before any figure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from agents.errors import UsageError
from eval.compare.differences import Difference, Mean, Pair, difference, holm
from eval.compare.pairing import Pairing, Same, earned, failed_share, pair, unlike
from eval.folder import Evaluation, is_miniature, leaked, read_items, read_results
from eval.results import Result


@dataclass(frozen=True)
class Change:
    """One item that one side did better, with both answers."""

    id: str
    group: str
    asked: str
    target: str
    first: str
    """A's answer; of several turns the last."""
    second: str
    first_earned: Pair
    second_earned: Pair
    first_read: str
    """What was read out of A's answer."""
    second_read: str


@dataclass(frozen=True)
class Compared:
    """One metric of one task on both sides."""

    metric: str
    title: str
    difference: Difference
    higher: bool
    """More is better."""
    wins: int
    """Items that B did better."""
    ties: int
    losses: int
    corrected: float | None = None
    """The p-value after Holm's correction over the tasks' first metrics; None of other metrics."""


@dataclass(frozen=True)
class TaskCompared:
    """One task on both sides."""

    task: str
    title: str
    metrics: tuple[Compared, ...]
    """The first is the headline. Empty where no item is in both."""
    groups: Mapping[str, Difference]
    """Of the headline, by group."""
    gained: tuple[Change, ...]
    lost: tuple[Change, ...]
    paired: int
    left_out: Mapping[str, int]
    warnings: tuple[str, ...]
    unparsed: tuple[int, int]
    """Of the paired items, in A and in B."""
    is_miniature: bool


@dataclass(frozen=True)
class ModelsCompared:
    """All that two evaluations have in common."""

    first: str
    second: str
    folders: tuple[str, str]
    tasks: tuple[TaskCompared, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    warnings: tuple[str, ...] = field(default=())
    """What makes a figure below doubtful: to be read first."""


def compare(first: Path, second: Path) -> ModelsCompared:
    """Compare the evaluations in two folders.

    Raise `UsageError` where a folder can't be read, both are one, or they have no task in common.
    """
    if first.resolve() == second.resolve():
        raise UsageError(f"A and B are the same folder, {first}; name two")
    one, other = read_results(first), read_results(second)
    common = [task for task in one.results if task in other.results]
    if not common:
        raise UsageError(
            f"no task in common: {first} has {', '.join(one.results) or 'none'}; "
            f"{second} has {', '.join(other.results) or 'none'}"
        )
    tasks = corrected([_task(one, other, name) for name in common])
    return ModelsCompared(
        one.model,
        other.model,
        (str(first), str(second)),
        tuple(tasks),
        tuple(task for task in one.results if task not in other.results),
        tuple(task for task in other.results if task not in one.results),
        tuple(_warnings(one, other, tasks)),
    )


def corrected(tasks: list[TaskCompared]) -> list[TaskCompared]:
    """Return the tasks with the p-values of their first metrics corrected for being one of so many."""
    with_metric = [task for task in tasks if task.metrics]
    ps = holm([task.metrics[0].difference.p for task in with_metric])
    made = {}
    for task, p in zip(with_metric, ps, strict=True):
        head = replace(task.metrics[0], corrected=p)
        made[task.task] = replace(task, metrics=(head, *task.metrics[1:]))
    return [made.get(task.task, task) for task in tasks]


def _task(one: Evaluation, other: Evaluation, name: str) -> TaskCompared:
    first, second = one.results[name], other.results[name]
    pairing = pair(read_items(one.folder, name), read_items(other.folder, name))
    names = [metric for metric in first.figures if metric in second.figures]
    metrics = [_metric(first, second, pairing, metric) for metric in names]
    metrics = [metric for metric in metrics if metric.difference.n]
    head = metrics[0].metric if metrics else ""
    groups = _groups(first, pairing, head) if head else {}
    changes = list(_changes(pairing, head, _higher(first, head))) if head else []
    return TaskCompared(
        name,
        first.title or name,
        tuple(metrics),
        groups,
        tuple(change for better, change in changes if better),
        tuple(change for better, change in changes if not better),
        len(pairing.same),
        dict(pairing.left_out),
        (*unlike(first, second), *_doubts(pairing, first, second), *_undefined(first, groups)),
        (sum(x.first.unparsed for x in pairing.same), sum(x.second.unparsed for x in pairing.same)),
        is_miniature(first) or is_miniature(second),
    )


def _metric(first: Result, second: Result, pairing: Pairing, metric: str) -> Compared:
    same = earned(pairing.same, metric)
    signs = [_sign(one, metric, _higher(first, metric)) for one in same]
    return Compared(
        metric,
        str(first.metrics.get(metric, {}).get("title") or metric),
        _difference(first, same, metric, "macro" if first.mean == "macro" else "micro"),
        _higher(first, metric),
        sum(sign > 0 for sign in signs),
        sum(sign == 0 for sign in signs),
        sum(sign < 0 for sign in signs),
    )


def _difference(result: Result, same: list[Same], metric: str, mean: Mean, tested: bool = True) -> Difference:
    return difference(
        [one.first.values[metric] for one in same],
        [one.second.values[metric] for one in same],
        [one.first.group for one in same],
        mean,
        float(result.metrics.get(metric, {}).get("scale", 100.0)),
        result.metrics.get(metric, {}).get("most"),
        tested,
    )


def _groups(result: Result, pairing: Pairing, metric: str) -> dict[str, Difference]:
    groups: dict[str, list[Same]] = {}
    for one in earned(pairing.same, metric):
        groups.setdefault(one.first.group, []).append(one)
    if set(groups) <= {""}:
        return {}
    # No tests of groups: with 57 of MMLU's some would always come out.
    return {name: _difference(result, same, metric, "micro", tested=False) for name, same in sorted(groups.items())}


def _higher(result: Result, metric: str) -> bool:
    return bool(result.metrics.get(metric, {}).get("higher", True))


def _sign(one: Same, metric: str, higher: bool) -> int:
    """1: B did better."""
    ratios = [got / most if most else 0.0 for got, most in (one.first.values[metric], one.second.values[metric])]
    sign = (ratios[1] > ratios[0]) - (ratios[1] < ratios[0])
    return sign if higher else -sign


def _changes(pairing: Pairing, metric: str, higher: bool) -> Iterator[tuple[bool, Change]]:
    for one in earned(pairing.same, metric):
        if sign := _sign(one, metric, higher):
            first, second = one.first, one.second
            yield sign > 0, Change(
                one.id, first.group,
                first.turns[-1] if first.turns else "", "" if first.target is None else str(first.target),
                first.answers[-1] if first.answers else "", second.answers[-1] if second.answers else "",
                first.values[metric], second.values[metric],
                _read(first.extracted, first.unparsed), _read(second.extracted, second.unparsed),
            )  # fmt: skip


def _read(extracted: object, unparsed: bool) -> str:
    return "(unparsed)" if unparsed else "" if extracted is None else str(extracted)


def _doubts(pairing: Pairing, first: Result, second: Result) -> Iterator[str]:
    if pairing.asked_otherwise:
        yield f"{pairing.asked_otherwise} of {len(pairing.same)} items were asked in other words in A than in B"
    for side, result in (("A", first), ("B", second)):
        for name in ("incomplete", "fewer"):
            if said := result.about.get(name):
                yield f"{name} in {side}: {said}"
        if result.about.get("held_out") is False:
            yield f"the items are of seeds that were not held out: {side} may have been trained on them"
        if (share := failed_share(result)) is not None and share > 0.02:
            yield f"the judge of {side} gave no verdict on {share:.0%} of its questions"
        if ids := set(leaked(result)):
            there = sum(one.id in ids for one in pairing.same)
            yield f"{there} of {len(pairing.same)} items stand in what {side} was trained on"
    if not pairing.same:
        yield "no item is in both: nothing is compared"


def _undefined(result: Result, groups: Mapping[str, Difference]) -> Iterator[str]:
    lacking = [name for name, found in groups.items() if found.value is None]
    if lacking and result.mean == "macro":
        yield f"no figure in A or in B, and so in neither mean: {', '.join(lacking)}"


def _warnings(one: Evaluation, other: Evaluation, tasks: list[TaskCompared]) -> Iterator[str]:
    small = [task.title for task in tasks if task.is_miniature]
    if small:
        yield f"MINIATURE: {', '.join(small)} on packaged miniatures, which say nothing of the benchmarks of that name"
    if one.model == other.model:
        yield f"both folders are of {one.model}: they differ in something else than the model"
    said: dict[str, list[str]] = {}
    for task in tasks:
        for warning in task.warnings:
            said.setdefault(warning, []).append(task.title)
    yield from (f"{', '.join(titles)}: {warning}" for warning, titles in said.items())
