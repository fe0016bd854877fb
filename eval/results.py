"""From scored items to figures: ratios of sums, their intervals, and what was left out.

An interval is the 2.5 and 97.5 percentiles over resamples of *items* (all turns of one together), with a fixed seed;
where groups count alike, items are drawn within each group. Items that all earned the same vary in no resample, and
tell less than an interval of no width would say: see `interval`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from eval.records import Item, Reply, Score
from eval.task import Metric, Task

RESAMPLES = 2000
ROUNDING = 1e-12
"""Between sums of the same numbers in another order."""
PER_CENT = 100.0
"""Scale of a metric whose items earn something between nothing and all."""
SEED = 20240703
"""Of the resampling: any number will do, if it is always the same."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One item with all that became of it."""

    item: Item
    replies: tuple[Reply, ...]
    """One for each turn that was asked."""
    score: Score

    def row(self) -> dict[str, Any]:
        """Return it as one JSON line of the items' file."""
        return {
            "id": self.item.id,
            "group": self.item.group,
            "turns": [turn.ask for turn in self.item.turns],
            "answers": [reply.text for reply in self.replies],
            "finish": [reply.finish for reply in self.replies],
            "target": self.item.target,
            "score": asdict(self.score),
        }


@dataclass(frozen=True)
class Figure:
    """One figure of a task."""

    metric: str
    value: float | None
    """None: nothing could be earned."""
    low: float | None
    high: float | None
    """95 % interval over items; None where nothing tells how far another one would lie (see `interval`)."""
    n: int
    """Items in it."""


@dataclass
class Result:
    """One task's figures for one model, and everything needed to know what they mean."""

    task: str
    title: str
    model: str
    figures: dict[str, Figure]
    """By metric; the first is the headline."""
    groups: dict[str, dict[str, Figure]] = field(default_factory=dict)
    """By group, then metric."""
    more: dict[str, float] = field(default_factory=dict)
    items: int = 0
    """Asked."""
    scored: int = 0
    unparsed: int = 0
    """Of those scored: no answer could be read. They count as wrong."""
    unanswered: int = 0
    """Of those scored: the model said nothing at all, or could not be given the request."""
    cut: int = 0
    """Answers that reached the most tokens."""
    excluded: dict[str, int] = field(default_factory=dict)
    """Items that count nowhere, by reason."""
    patterns: dict[str, int] = field(default_factory=dict)
    """How answers were read."""
    mean: str = "micro"
    """Over items, or (`macro`) over their groups."""
    metrics: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By name: what `Metric` says of each, so that a result can be compared without its task."""
    about: dict[str, Any] = field(default_factory=dict)
    """Model, judge, extractor, sampling, where the data are from and their hash, versions."""


def result_of(task: Task, scored: Sequence[Scored], model: str, about: Mapping[str, Any]) -> Result:
    """Return the figures of a task over its scored items."""
    counted = [one for one in scored if not one.score.excluded]
    groups: dict[str, list[Scored]] = defaultdict(list)
    for one in counted:
        groups[one.item.group].append(one)
    return Result(
        task=task.name,
        title=task.title,
        model=model,
        figures={metric.name: figure(metric, groups, task.mean) for metric in task.metrics},
        groups={
            name: {metric.name: figure(metric, {name: ones}, "micro") for metric in task.metrics}
            for name, ones in sorted(groups.items())
            if name
        },
        more=dict(task.more(counted)) if task.more and counted else {},
        items=len(scored),
        scored=len(counted),
        unparsed=sum(one.score.unparsed for one in counted),
        unanswered=sum(all(not reply.text.strip() for reply in one.replies) for one in counted),
        cut=sum(any(reply.finish == "length" for reply in one.replies) for one in scored),
        excluded=dict(Counter(one.score.excluded for one in scored if one.score.excluded)),
        patterns=dict(Counter(one.score.how for one in counted if one.score.how).most_common()),
        mean=task.mean,
        metrics={one.name: asdict(one) for one in task.metrics},
        about=dict(about),
    )


def figure(metric: Metric, groups: Mapping[str, Sequence[Scored]], mean: str) -> Figure:
    """Return one metric over groups of items, with its interval."""
    earned = [[one.score.values[metric.name] for one in ones if metric.name in one.score.values]
              for ones in groups.values()]  # fmt: skip
    earned = [pairs for pairs in earned if pairs]
    pooled = [[pair for pairs in earned for pair in pairs]] if mean == "micro" else earned
    value = mean_of(pooled, metric.most)
    low, high = interval(pooled, metric)
    return Figure(
        metric.name,
        None if value is None else metric.scale * value,
        None if low is None else metric.scale * low,
        None if high is None else metric.scale * high,
        sum(map(len, pooled)),
    )


def mean_of(groups: Sequence[Sequence[tuple[float, float]]], most: float | None = None) -> float | None:
    """Return the mean over groups of (sum earned / sum possible), none of them above `most`.

    Groups where nothing is possible don't count.
    """
    ratios = []
    for pairs in groups:
        possible = sum(most for _, most in pairs)
        if possible:
            ratio = sum(got for got, _ in pairs) / possible
            ratios.append(ratio if most is None else min(ratio, most))
    return sum(ratios) / len(ratios) if ratios else None


def interval(groups: Sequence[Sequence[tuple[float, float]]], metric: Metric) -> tuple[float | None, float | None]:
    """Return the 95 % interval of `mean_of`: by resampling, but where the items of each group earned the same share.

    Eight wrong answers of eight are no proof that the next is wrong, too: of a score in per cent that all items earned
    wholly, or nothing of, it is Wilson's (0 to 32 % there). Of others that are all alike nothing is known: None.
    """
    low, high = bootstrap(groups, most=metric.most)
    if low is None or high is None or high - low > ROUNDING:
        return low, high
    count = sum(possible != 0 for pairs in groups for _, possible in pairs)
    if len(groups) > 1 or count < 2 or metric.scale != PER_CENT or round(low, 9) not in (0, 1):
        return None, None
    return wilson(round(low) * count, count)


def wilson(count: int, of: int) -> tuple[float, float]:
    """Return Wilson's 95 % interval of a share of `of` things, at least one, as shares."""
    from scipy.stats import binomtest

    found = binomtest(count, of).proportion_ci(method="wilson")
    return float(found.low), float(found.high)


def bootstrap(
    groups: Sequence[Sequence[tuple[float, float]]], resamples: int = RESAMPLES, most: float | None = None
) -> tuple[float | None, float | None]:
    """Return the 95 % percentile interval of `mean_of` when items are drawn again, within each group, with replacement.

    Items are drawn, not turns: what one item earned in several turns hangs together (train_eval C4). None, where a
    group has only one item: drawn again, it is always the same, and would make the interval too narrow, or of no width.
    """
    import numpy

    if not groups or min(map(len, groups)) < 2:
        return None, None
    drawn = numpy.random.default_rng(SEED)
    ratios, used = numpy.zeros(resamples), numpy.zeros(resamples)
    for pairs in groups:
        table = numpy.asarray(pairs, dtype=float)
        # In slices: 16,000 items in 2,000 resamples at once would take a quarter of a gigabyte.
        step = max(1, 4_000_000 // len(table))
        for start in range(0, resamples, step):
            count = min(step, resamples - start)
            sums = table[drawn.integers(0, len(table), (count, len(table)))].sum(axis=1)
            some = sums[:, 1] != 0
            place = slice(start, start + count)
            found = numpy.divide(sums[:, 0], sums[:, 1], out=numpy.zeros(count), where=some)
            ratios[place] += found if most is None else numpy.minimum(found, most)
            used[place] += some
    values = ratios[used > 0] / used[used > 0]
    if not len(values):
        return None, None
    low, high = numpy.percentile(values, [2.5, 97.5])
    return float(low), float(high)
