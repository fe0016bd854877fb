"""Intervals where resampling says nothing: items that all earned the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from eval.results import bootstrap, interval
from eval.task import Metric

SHARE, MARK = Metric("accuracy"), Metric("mark", scale=1.0)


@given(st.integers(2, 400), st.booleans())
def test_all_wrong_is_no_proof_that_the_next_is_wrong(count: int, right: bool) -> None:
    same = [(float(right), 1.0)] * count
    low, high = interval([same], SHARE)
    assert low is not None
    assert high is not None
    # The rule of three: after n wrong ones without exception, some 3/n may be right.
    width = high - low
    assert 3 / (count + 4) < width < 4 / count
    assert (high == 1 and low < 1) if right else (low == 0 and high > 0)


def test_a_real_chance_is_covered_where_resampling_covers_nothing() -> None:
    """One in ten right, eight items: in 43 % of the draws all are wrong, and an interval of no width never holds it."""
    chance, count = 0.1, 8
    covered = 0.0
    for right in range(count + 1):
        low, high = interval([[(1.0, 1.0)] * right + [(0.0, 1.0)] * (count - right)], SHARE)
        assert low is not None
        assert high is not None
        if low <= chance <= high:
            covered += stats.binom.pmf(right, count, chance)
    assert covered > 0.95
    assert bootstrap([[(0.0, 1.0)] * count]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("groups", "metric"),
    [
        pytest.param([[(7.0, 10.0), (7.0, 10.0)]], SHARE, id="half right, all of them"),
        pytest.param([[(7.0, 1.0), (7.0, 1.0), (7.0, 1.0)]], MARK, id="marks that have no bound here"),
        pytest.param([[(0.0, 8.0), (0.0, 9.0)]], Metric("orca", scale=10.0), id="nothing beside the teacher's"),
        pytest.param([[(1.0, 1.0)] * 3, [(1.0, 1.0)] * 5], SHARE, id="groups that count alike"),
        pytest.param([[(0.0, 1.0)] * 5, [(1.0, 1.0)] * 5], SHARE, id="groups that are alike in themselves"),
        pytest.param([[(0.0, 10.0)] * 3, [(2.0, 10.0), (1.8, 9.0)]], Metric("orca", scale=10.0), id="sets, the same"),
        pytest.param([[(1.0, 1.0)]], SHARE, id="one item"),
        pytest.param([[(1.0, 1.0), (0.0, 0.0)]], SHARE, id="one that could earn something"),
        pytest.param([], SHARE, id="none"),
    ],
)
def test_where_nothing_is_known_no_interval_is_given(groups: list[list[tuple[float, float]]], metric: Metric) -> None:
    assert interval(groups, metric) == (None, None)


@given(st.lists(st.integers(0, 4), min_size=2, max_size=30).filter(lambda marks: len(set(marks)) > 1))
def test_items_that_differ_are_resampled(marks: list[int]) -> None:
    pairs = [(float(mark), 4.0) for mark in marks]
    assert interval([pairs], SHARE) == bootstrap([pairs])
