"""What may be said of a difference: its interval over items drawn again, an exact test, and what many tests cost.

All of it is paired: the same items, answered by both. What is drawn, swapped or counted is an item with all its turns,
for what one item earns in several turns hangs together. Where groups count alike (`macro`), items are drawn within
each group and the mean is over groups. Turning the two sides round turns every sign round and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from eval.results import RESAMPLES, ROUNDING, SEED

Pair = tuple[float, float]
"""Earned and possible."""
Mean = Literal["micro", "macro"]
PERMUTATIONS = 9999
MANY = 4000
"""Items beyond which a fifth of the permutations are drawn: the least p is 0.001 then, not 0.0002.

CPU seconds of one metric on one thread: 7 for 4,000 items and 12 for 16,000, which would take 47 with all of them.
"""
CELLS = 2_000_000
"""Of one slice of resamples: 16,000 items in 2,000 resamples at once would take a quarter of a gigabyte."""


@dataclass(frozen=True)
class Difference:
    """What the second side has more than the first, over the same items, in the metric's unit."""

    first: float | None
    second: float | None
    value: float | None
    """Second less first. None: nothing could be earned by one of them."""
    low: float | None
    high: float | None
    """95 % interval; None with fewer than two items, or in one of the groups that count alike, and where all items
    differ alike."""
    p: float | None
    """Two-sided, of the hypothesis that it makes no difference which side answered."""
    test: str
    """`McNemar, exact` where items are right or wrong and count alike, else `sign flips` of whole items."""
    n: int

    @property
    def relative(self) -> float | None:
        """Per cent of the first side's value, as the paper's tables give it; None where that is nothing."""
        if self.value is None or not self.first:
            return None
        return 100 * self.value / abs(self.first)


def difference(
    first: Sequence[Pair],
    second: Sequence[Pair],
    groups: Sequence[str],
    mean: Mean = "micro",
    scale: float = 1.0,
    most: float | None = None,
    tested: bool = True,
) -> Difference:
    """Compare what two sides earned on the same items, which stand in the same order in all three sequences.

    `most`: no group's ratio counts for more. Without `tested` there is no p: on 16,000 items it takes twelve seconds.
    """
    if not len(first) == len(second) == len(groups):
        raise ValueError("the two sides and the groups must be of the same items")
    table = _Table(first, second, groups, mean, most)
    if not len(first):
        return Difference(None, None, None, None, None, None, "", 0)
    one, other = table.values()
    value = None if one is None or other is None else scale * (other - one)
    low, high = table.interval() if value is not None and len(first) > 1 else (None, None)
    p, test = (None, "") if value is None or not tested else _test(first, second, table)
    return Difference(
        None if one is None else scale * one,
        None if other is None else scale * other,
        value,
        None if low is None else scale * low,
        None if high is None else scale * high,
        p,
        test,
        len(first),
    )


def holm(ps: Sequence[float | None]) -> list[float | None]:
    """Return the p-values as Holm's step-down method corrects them for being one of so many; None stays None.

    Source: Holm (1979), "A simple sequentially rejective multiple test procedure".
    """
    order = sorted((p, place) for place, p in enumerate(ps) if p is not None)
    made: list[float | None] = [None] * len(ps)
    least = 0.0
    for rank, (p, place) in enumerate(order):
        least = max(least, min(1.0, (len(order) - rank) * p))
        made[place] = least
    return made


def two_shares(first: int, of_first: int, second: int, of_second: int) -> float | None:
    """Return the p-value of two independent shares being one (Fisher's exact test); None where one is of nothing."""
    from scipy.stats import fisher_exact

    if not of_first or not of_second:
        return None
    return float(fisher_exact([[first, of_first - first], [second, of_second - second]]).pvalue)


def coin(heads: int, tails: int) -> float:
    """Return the exact two-sided p-value of so many heads and tails from a fair coin; of no tosses 1."""
    from scipy.stats import binomtest

    return float(binomtest(heads, heads + tails).pvalue) if heads + tails else 1.0


def _test(first: Sequence[Pair], second: Sequence[Pair], table: _Table) -> tuple[float, str]:
    plain = all(most == 1 and got in (0, 1) for got, most in (*first, *second))
    if plain and table.is_one:
        gained = sum(a[0] < b[0] for a, b in zip(first, second, strict=True))
        lost = sum(a[0] > b[0] for a, b in zip(first, second, strict=True))
        return coin(gained, lost), "McNemar, exact"
    return table.flipped(), "sign flips"


class _Table:
    """Earned and possible of both sides, sorted by group."""

    def __init__(
        self, first: Sequence[Pair], second: Sequence[Pair], groups: Sequence[str], mean: Mean, most: float | None
    ) -> None:
        import numpy

        self.most = numpy.inf if most is None else most
        names = ["" if mean == "micro" else group for group in groups]
        order = sorted(range(len(names)), key=lambda place: names[place])
        self.count = len(names)
        self.starts = [n for n, place in enumerate(order) if not n or names[order[n - 1]] != names[place]]
        self.is_one = len(self.starts) == 1
        # Rows: the items of the first side, then the same of the second.
        sides = [
            numpy.asarray([side[place] for place in order], dtype=float).reshape(-1, 2) for side in (first, second)
        ]
        self.both = numpy.concatenate(sides)

    def values(self) -> tuple[float | None, float | None]:
        """Return what either side comes to, over the groups in which both could earn something."""
        import numpy

        items = numpy.arange(self.count)
        one, other = self._means(items, items + self.count)
        return (None, None) if numpy.isnan(one) else (float(one), float(other))

    def interval(self) -> tuple[float | None, float | None]:
        """Return the percentile interval of the difference when items are drawn again within their groups.

        None where a group has a single item, as for `eval.results.bootstrap`, and where all draws say the same.
        """
        import numpy

        drawn = numpy.random.default_rng(SEED)
        ends = [*self.starts[1:], self.count]
        if min(end - start for start, end in zip(self.starts, ends, strict=True)) < 2:
            return None, None
        step, found = max(1, CELLS // self.count), []
        for begin in range(0, RESAMPLES, step):
            rows = min(step, RESAMPLES - begin)
            items = numpy.concatenate(
                [drawn.integers(start, end, (rows, end - start)) for start, end in zip(self.starts, ends, strict=True)],
                axis=1,
            )
            one, other = self._means(items, items + self.count)
            found.append(other - one)
        values = numpy.concatenate(found)
        values = values[~numpy.isnan(values)]
        if not len(values):
            return None, None
        low, high = numpy.percentile(values, [2.5, 97.5])
        # All items differ alike, in every draw: how far another would lie, nothing tells.
        return (float(low), float(high)) if high - low > ROUNDING else (None, None)

    def flipped(self) -> float:
        """Return the p-value of the difference when, of each item, either side may have been the other."""
        import numpy
        from scipy.stats import permutation_test

        if self.count < 2:
            return 1.0

        def apart(one: Any, other: Any, axis: int = -1) -> Any:
            first, second = self._means(one.astype(int), other.astype(int))
            # A resample in which one side could earn nothing says nothing; no difference is the careful reading.
            return numpy.nan_to_num(second - first)

        items = numpy.arange(self.count)
        count = PERMUTATIONS if self.count <= MANY else PERMUTATIONS // 5
        found = permutation_test(
            (items, items + self.count), apart, permutation_type="samples", vectorized=True,
            n_resamples=count, batch=max(1, CELLS // (4 * self.count)), rng=SEED,
        )  # fmt: skip
        return float(found.pvalue)

    def _means(self, one: Any, other: Any) -> tuple[Any, Any]:
        """Return the values of two choices of rows, along the last axis; not a number where there is none."""
        import numpy

        sums = [numpy.add.reduceat(self.both[rows], self.starts, axis=-2) for rows in (one, other)]
        some = (sums[0][..., 1] != 0) & (sums[1][..., 1] != 0)
        used = some.sum(axis=-1)
        ratios = (numpy.divide(s[..., 0], s[..., 1], out=numpy.zeros(some.shape), where=some) for s in sums)
        totals = (numpy.minimum(ratio, self.most).sum(axis=-1) for ratio in ratios)
        made = [numpy.where(used > 0, total / numpy.maximum(used, 1), numpy.nan) for total in totals]
        return made[0], made[1]
