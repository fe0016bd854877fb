"""Quantiles are exact, histograms lose nothing, samples are the same in every order."""

from __future__ import annotations

from itertools import pairwise
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from eval.data.measures import LARGEST, QUANTILES, Counts, tokens
from eval.data.rows import item_of
from eval.data.sample import Sample
from eval.data.thresholds import TABLE
from tests.eval.datasets import row

VALUES = st.lists(st.integers(0, 2**34), min_size=1, max_size=60)


@given(VALUES)
def test_quantiles_are_values_with_that_share_at_or_below(values: list[int]) -> None:
    counts = Counts()
    for value in values:
        counts.add(value)
    kept = [min(value, LARGEST) for value in values]
    found = counts.result()
    assert (found["least"], found["most"], found["n"]) == (min(kept), max(kept), len(kept))
    for q in QUANTILES:
        value = found["quantiles"][f"{q:g}"]
        assert value in kept
        assert sum(one <= value for one in kept) >= q * len(kept)
        assert sum(one < value for one in kept) < q * len(kept)


@given(VALUES)
def test_histogram_holds_every_value_once(values: list[int]) -> None:
    counts = Counts()
    for value in values:
        counts.add(value)
    rows = counts.result()["histogram"]
    for part in rows:
        inside = sum(part["from"] <= min(value, LARGEST) < part["to"] for value in values)
        assert part["count"] == inside
    assert sum(part["count"] for part in rows) == len(values)
    assert all(one["to"] == other["from"] for one, other in pairwise(rows))


def test_nothing_measured_is_no_crash() -> None:
    assert Counts().result()["n"] == 0


@given(st.text(st.characters()))
def test_tokens_are_a_quarter_of_the_bytes(text: str) -> None:
    assert tokens(text) == -(-len(text.encode("utf-8", "replace")) // 4)


@given(st.integers(0, 30), st.integers(0, 5), st.randoms(use_true_random=False))
def test_a_sample_is_the_same_in_every_order(size: int, seed: int, random: Random) -> None:
    items = [item_of(row(n), 0, n) for n in range(20)]
    forward, shuffled = Sample(size, seed), Sample(size, seed)
    order = list(range(20))
    random.shuffle(order)
    for n in range(20):
        forward.add(n, items[n])
    for n in order:
        shuffled.add(n, items[n])
    assert [n for n, _ in forward.pairs()] == [n for n, _ in shuffled.pairs()]
    assert len(forward.pairs()) == min(size, 20)


def test_families_are_together_in_a_sample() -> None:
    def refined(n: int, step: int) -> dict[str, object]:
        made = row(n)
        return {**made, "id": f"{made['id']}/harder-{step}", "kinds": {**made["kinds"], "refine": ["harder"]}}

    sample = Sample(8)
    for n in range(20):
        for at, one in enumerate((row(n), refined(n, 1), refined(n, 2), refined(n, 3))):
            sample.add(4 * n + at, item_of(one, 0, 1))
    roots = [item.root for _, item in sample.pairs()]
    assert sorted(roots.count(root) for root in {*roots}) == [4, 4]


def test_every_threshold_has_its_reason_and_an_order() -> None:
    for key, threshold in TABLE.items():
        assert len(threshold.why) > 20, key
        assert (threshold.bad <= threshold.doubtful) == threshold.low_is_bad or threshold.bad == threshold.doubtful, key
        assert threshold.judge(threshold.doubtful, 10**6) == "good", key
        assert threshold.judge(0.0 if threshold.low_is_bad else 10**6, 10**6) == "bad", key
