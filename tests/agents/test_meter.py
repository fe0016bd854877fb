"""What was spent adds up, whoever looks: by role, by skill and stage, in all; and what was replayed cost nothing."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.meter import Call, Meter, Stopped, Usage

TOKENS = st.integers(0, 10_000)
CALLS = st.builds(
    Call,
    prompt=TOKENS,
    completion=TOKENS,
    cost=st.integers(0, 5).map(float),
    replayed=st.booleans(),
    repeated=st.sampled_from([0.0, 0.25, 0.5, 1.0]),  # exact, so that sums agree in any order
    cached=st.none() | TOKENS,
)
PLACES = st.none() | st.tuples(st.sampled_from(["tool_use", "conversation"]), st.sampled_from(["instruct", "check"]))
COUNTED = st.lists(st.tuples(st.sampled_from("abc"), PLACES, CALLS), max_size=30)


def added(usages: Iterable[Usage]) -> tuple[float, ...]:
    rows = [dataclasses.astuple(usage) for usage in usages]
    return tuple(sum(column) for column in zip(*rows, strict=True)) if rows else dataclasses.astuple(Usage())


@given(COUNTED)
def test_counts_add_up(counted: list[tuple[str, tuple[str, str] | None, Call]]) -> None:
    meter, outside = Meter(), Usage()
    for role, place, call in counted:
        if place:
            meter.of(*place).count(role, call)
        else:
            meter.count(role, call)
            outside.add(call)
    whole = dataclasses.astuple(meter.total)
    assert added(meter.by_role.values()) == whole
    assert added([*meter.by_stage.values(), outside]) == whole
    assert set(meter.by_stage) == {place for _, place, _ in counted if place}
    assert meter.total.calls + meter.total.replayed == len(counted)
    sent = [call for _, _, call in counted if not call.replayed]
    assert meter.total.prompt_tokens == sum(call.prompt for call in sent)
    assert meter.total.repeated_tokens <= meter.total.prompt_tokens
    assert meter.total.cached_tokens <= meter.total.told_tokens <= meter.total.prompt_tokens


def test_a_replayed_call_costs_nothing_anywhere() -> None:
    meter = Meter(max_tokens=100)
    meter.of("tool_use", "check").count("judge", Call(1000, 500, 2.0, True, 0.5, 300))
    assert meter.total == meter.by_role["judge"] == meter.by_stage["tool_use", "check"] == Usage(replayed=1)
    meter.check()


def test_where_the_endpoint_says_nothing_of_a_cache_nothing_is_told() -> None:
    meter = Meter()
    meter.count("clerk", Call(100, 1))
    meter.count("clerk", Call(60, 1, cached=0))
    meter.count("clerk", Call(40, 1, cached=30))
    assert (meter.total.prompt_tokens, meter.total.told_tokens, meter.total.cached_tokens) == (200, 100, 30)


def test_a_stage_may_not_spend_what_the_run_has_not() -> None:
    meter = Meter(max_tokens=10)
    stage = meter.of("tool_use", "instruct")
    stage.check()
    meter.of("conversation", "respond").count("user", Call(5, 5))
    with pytest.raises(Stopped, match="budget of 10 tokens spent"):
        stage.check()
    assert meter.stopping


def test_a_skill_that_has_its_pairs_ends_alone() -> None:
    meter, pairs = Meter(), []
    full, other = meter.of("tool_use", "respond", lambda: len(pairs) > 1), meter.of("conversation", "respond")
    full.check()
    pairs += ["one", "two"]
    with pytest.raises(Stopped, match="tool_use has all its pairs"):
        full.check()
    other.check()
    assert meter.stopping is None


def test_calls_in_flight_are_the_runs_however_they_end() -> None:
    meter = Meter()
    with meter.of("tool_use", "check").calling(), meter.calling():
        assert meter.in_flight == 2
    with pytest.raises(KeyError), meter.of("tool_use", "check").calling():
        raise KeyError
    assert meter.in_flight == 0
