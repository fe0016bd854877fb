"""The length-controlled win rate: by hand, on constructed preferences, and where there is little to go by."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.length_control import length_controlled


def test_without_differences_in_length_it_is_the_win_rate() -> None:
    found = length_controlled([1.0] * 60 + [0.0] * 40, [100] * 100, [100] * 100)
    assert found is not None
    assert found.win_rate == pytest.approx(60, abs=0.1)
    assert found.length == 0


def test_a_judge_that_prefers_the_longer_is_pulled_to_a_half() -> None:
    # Ours is longer in 80 of 100 and wins exactly those.
    longer = [101 + number for number in range(80)]
    shorter = [99 - number for number in range(20)]
    preferences = [1.0] * 80 + [0.0] * 20
    found = length_controlled(preferences, longer + shorter, [100] * 100)
    assert found is not None
    assert abs(found.win_rate - 50) < 15
    assert found.length > 2


def test_a_judge_that_does_not_look_at_length_is_left_alone() -> None:
    lengths = [100 + (number % 10) * 20 for number in range(200)]
    preferences = [float(number // 10 % 4 == 0) for number in range(200)]  # a quarter, at every length alike
    found = length_controlled(preferences, lengths, [190] * 200)
    assert found is not None
    assert found.win_rate == pytest.approx(25, abs=0.5)
    assert abs(found.length) < 0.1


def test_weights_that_made_the_preferences_are_found_again() -> None:
    lengths = [100 + 7 * (number * 37 % 101) for number in range(800)]
    theirs = [400] * 800
    differences = [ours - reference for ours, reference in zip(lengths, theirs, strict=True)]
    average = sum(differences) / 800
    deviation = math.sqrt(sum((one - average) ** 2 for one in differences) / 799)
    hard = [((number * 13) % 7 - 3) / 2 for number in range(800)]
    logits = [-0.4 + 1.5 * math.tanh(one / deviation) + 0.5 * x for one, x in zip(differences, hard, strict=True)]
    found = length_controlled([1 / (1 + math.exp(-one)) for one in logits], lengths, theirs, hard)
    assert found is not None
    assert (found.model, found.length, found.difficulty) == pytest.approx((-0.4, 1.5, 0.5), abs=0.03)
    expected = 100 * sum(1 / (1 + math.exp(0.4 - 0.5 * x)) for x in hard) / 800
    assert found.win_rate == pytest.approx(expected, abs=0.3)


def test_one_judgement_controls_nothing() -> None:
    assert length_controlled([1.0], [5], [5]) is None


@given(
    st.lists(
        st.tuples(st.floats(0, 1), st.integers(0, 10_000), st.integers(1, 10_000), st.floats(-5, 5)),
        min_size=2,
        max_size=40,
    )
)
def test_it_is_always_a_share_and_turns_with_the_sides(rows: list[tuple[float, int, int, float]]) -> None:
    preferences, ours, theirs, hard = (list(column) for column in zip(*rows, strict=True))
    found = length_controlled(preferences, ours, theirs, hard)
    assert found is not None
    assert 0 <= found.win_rate <= 100
    other = length_controlled([1 - one for one in preferences], theirs, ours, [-one for one in hard])
    assert other is not None
    # With all signs turned, the model's and the difficulty's terms are turned too.
    assert other.model == pytest.approx(-found.model, abs=1e-6)
    assert other.length == pytest.approx(found.length, abs=1e-6)
