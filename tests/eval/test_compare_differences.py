"""Differences against scipy and against cases worked out by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from eval.compare.differences import Pair, coin, difference, holm, two_shares
from eval.results import bootstrap, wilson

RIGHT, WRONG = (1.0, 1.0), (0.0, 1.0)
ratios = st.tuples(st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0]), st.sampled_from([0.0, 1.0, 2.0, 3.0]))
tables = st.lists(st.tuples(ratios, ratios, st.sampled_from("ab")), min_size=1, max_size=9)


def test_a_case_by_hand() -> None:
    """Eight items: 1 lost, 5 gained. McNemar: 2 · (C(6,0) + C(6,1)) / 2⁶ = 14/64."""
    first = [RIGHT] * 2 + [WRONG] * 6
    second = [RIGHT, WRONG] + [RIGHT] * 5 + [WRONG]
    found = difference(first, second, [""] * 8, scale=100)
    assert (found.first, found.second, found.value, found.n) == (25, 75, 50, 8)
    assert found.relative == 200
    assert found.test == "McNemar, exact"
    assert found.p == pytest.approx(14 / 64)
    assert found.low is not None
    assert found.low < 50 < (found.high or 0)


def test_sign_flips_by_hand() -> None:
    """Three items, each better by the same: of the 8 ways to flip, 2 are as far out."""
    found = difference([(0, 2)] * 3, [(1, 2)] * 3, [""] * 3)
    assert (found.value, found.test) == (0.5, "sign flips")
    assert found.p == pytest.approx(2 / 8)


def test_sign_flips_are_scipys_own() -> None:
    first, second = [0.1, 0.4, 0.5, 0.9, 0.3, 0.2, 0.7], [0.3, 0.35, 0.8, 0.95, 0.6, 0.1, 0.9]
    theirs = stats.permutation_test(
        (second, first), lambda a, b: sum(a) / len(a) - sum(b) / len(b), permutation_type="samples"
    )
    ours = difference([(v, 1) for v in first], [(v, 1) for v in second], [""] * 7)
    assert ours.p == pytest.approx(theirs.pvalue)
    assert ours.value == pytest.approx(theirs.statistic)


def test_groups_count_alike_where_the_mean_is_macro() -> None:
    """Group a: 1 item, 0 → 1; group b: 3 items, all right → one wrong. Micro: 0; macro: (1 − 1/3) / 2."""
    first, second = [WRONG, RIGHT, RIGHT, RIGHT], [RIGHT, WRONG, RIGHT, RIGHT]
    groups = ["a", "b", "b", "b"]
    assert difference(first, second, groups).value == 0
    macro = difference(first, second, groups, "macro")
    assert macro.value == pytest.approx(1 / 3)
    assert macro.test == "sign flips"


def test_a_group_of_one_item_leaves_no_interval() -> None:
    """Drawn again, its one item is always the same: six sets of one item each gave an interval of no width."""
    first, second = [(4.0, 10.0)] * 4, [(4.0, 10.0), (8.0, 10.0), (6.0, 10.0), (9.0, 10.0)]
    alone = difference(first, second, ["a", "b", "c", "d"], "macro")
    assert (alone.low, alone.high) == (None, None)
    assert alone.value == pytest.approx(0.275)
    assert difference(first, second, ["a", "b", "b", "b"], "macro").low is None
    paired = difference(first, second, ["a", "b", "b", "a"], "macro")
    assert paired.low is not None
    assert paired.low < 0.275 < (paired.high or 0)
    assert difference(first, second, ["a", "b", "c", "d"]).low is not None, "groups don't matter to a micro mean"


def test_turns_are_pooled_as_the_paper_pools_them() -> None:
    """A judge's 5 of 10 and 27 of 27: 32/37, whatever the mean of items would be."""
    found = difference([(5, 10), (27, 27)], [(10, 10), (27, 27)], ["", ""], scale=10)
    assert found.first == pytest.approx(10 * 32 / 37)
    assert found.second == 10


def test_a_group_counts_for_no_more_than_the_most() -> None:
    """Groups at 12/10 and 5/10: 0.85 as they are, 0.75 where a ratio of 1 is the most."""
    first, second = [(12, 10), (5, 10)], [(10, 10), (5, 10)]
    assert difference(first, second, ["a", "b"], "macro").first == pytest.approx(0.85)
    assert difference(first, second, ["a", "b"], "macro", most=1).value == 0


def test_the_interval_is_that_of_paired_draws() -> None:
    """Against scipy's paired bootstrap, of other draws: they agree to a few hundredths."""
    first = [WRONG if n % 3 else RIGHT for n in range(90)]
    second = [WRONG if n % 4 else RIGHT for n in range(90)]
    ours = difference(first, second, [""] * 90)
    theirs = stats.bootstrap(
        ([a for a, _ in first], [b for b, _ in second]),
        lambda a, b, axis: b.mean(axis=axis) - a.mean(axis=axis),
        paired=True, method="percentile", n_resamples=4000, rng=1,
    ).confidence_interval  # fmt: skip
    assert ours.low == pytest.approx(theirs.low, abs=0.03)
    assert ours.high == pytest.approx(theirs.high, abs=0.03)


def test_nothing_and_one_item() -> None:
    assert difference([], [], []).value is None
    one = difference([WRONG], [RIGHT], [""])
    assert (one.value, one.low, one.high, one.p, one.relative) == (1, None, None, 1, None)
    nothing = difference([(0, 0)] * 2, [(0, 0)] * 2, ["", ""])
    assert (nothing.value, nothing.p) == (None, None)


@settings(max_examples=40)
@given(tables, st.sampled_from(["micro", "macro"]))
def test_turned_round_only_the_sign_turns(table: list[tuple[Pair, Pair, str]], mean: str) -> None:
    first, second, groups = [list(column) for column in zip(*table, strict=True)]
    one = difference(first, second, groups, mean)  # type: ignore[arg-type]
    other = difference(second, first, groups, mean)  # type: ignore[arg-type]
    assert (one.first, one.second) == (other.second, other.first)
    for here, there in ((one.value, other.value), (one.low, other.high), (one.high, other.low)):
        assert (here is None) == (there is None)
        assert here is None or here == pytest.approx(-there, abs=1e-12)
    assert one.p == pytest.approx(other.p) if one.p is not None else other.p is None


@settings(max_examples=30)
@given(tables, st.sampled_from(["micro", "macro"]))
def test_the_same_twice_is_no_difference(table: list[tuple[Pair, Pair, str]], mean: str) -> None:
    side, groups = [first for first, _, _ in table], [group for _, _, group in table]
    found = difference(side, side, groups, mean)  # type: ignore[arg-type]
    assert found.value in (0, None)
    assert found.p in (1, None)


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, None, 0.03]) == [pytest.approx(0.03), pytest.approx(0.06), None, pytest.approx(0.06)]
    assert holm([0.9, 0.8]) == [1, 1]
    assert holm([]) == []


@given(st.lists(st.floats(0, 1), max_size=8))
def test_holm_never_makes_anything_surer_and_keeps_the_order(ps: list[float]) -> None:
    made = [p or 0.0 for p in holm(ps)]
    assert all(before <= after <= 1 for before, after in zip(ps, made, strict=True))
    ranked = [made[place] for place in sorted(range(len(ps)), key=lambda place: ps[place])]
    assert ranked == sorted(ranked)


def test_shares() -> None:
    low, high = wilson(8, 10)
    assert (low, high) == (pytest.approx(0.4902, abs=1e-4), pytest.approx(0.9433, abs=1e-4))  # Wilson's, tabulated
    assert two_shares(3, 3, 0, 0) is None
    assert two_shares(3, 3, 0, 3) == pytest.approx(2 / 20)
    assert coin(0, 0) == 1
    assert coin(5, 1) == pytest.approx(14 / 64)


def test_groups_of_single_items_feign_no_certainty() -> None:
    one, other = [(0.0, 1.0), (1.0, 1.0), (1.0, 1.0)], [(1.0, 1.0), (0.0, 1.0), (1.0, 1.0)]
    alone = difference(one, other, ["a", "b", "b"], "macro")
    assert alone.value is not None
    assert (alone.low, alone.high) == (None, None)
    assert difference(one, other, ["b", "b", "b"], "macro").low is not None
    assert difference(one, other, ["a", "b", "b"], "micro").low is not None, "one table: groups count for nothing"
    assert bootstrap([one[:1], one[1:]]) == (None, None)
    assert bootstrap([one]) != (None, None)


@pytest.mark.parametrize("apart", [0.0, 1.0])
@pytest.mark.parametrize("groups", [["", "", "", ""], ["a", "a", "b", "b"]])
def test_items_that_differ_alike_tell_nothing_of_the_next(apart: float, groups: list[str]) -> None:
    for found in (
        difference([(0.0, 1.0)] * 4, [(apart, 1.0)] * 4, groups),
        difference([(0.0, 1.0)] * 4, [(apart, 1.0)] * 4, groups, "macro"),
    ):
        assert found.value == apart
        assert (found.low, found.high) == (None, None), "four of four: no proof of exactly so much"
