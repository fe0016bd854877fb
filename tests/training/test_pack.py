"""Packs hold every chat once, never more than a window, and are as few as plain best-fit-decreasing makes."""

from bisect import bisect_left, insort

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.pack import Packs, alone, pack


@st.composite
def jobs(draw: st.DrawFn) -> tuple[list[int], int]:
    """Draw a window, and lengths of all kinds: many alike, near its divisors, or anything."""
    window = draw(st.integers(1, 300))
    near = [length for d in range(1, 6) for length in (window // d, window // d + 1) if 1 <= length <= window]
    length = st.one_of(st.integers(1, window), st.sampled_from(near or [1]))
    return draw(st.lists(length, max_size=200)), window


def best_fit_decreasing(lengths: list[int], window: int) -> list[int]:
    """Return the rooms left in the bins of the textbook's algorithm, sorted."""
    rooms: list[int] = []
    for length in sorted(lengths, reverse=True):
        tightest = bisect_left(rooms, length)
        room = rooms.pop(tightest) if tightest < len(rooms) else window
        insort(rooms, room - length)
    return rooms


def contents(packs: Packs, lengths: list[int]) -> list[int]:
    return [int(np.asarray(lengths)[packs[i]].sum()) for i in range(len(packs))]


@given(jobs(), st.none() | st.integers(0, 2**32))
def test_every_chat_is_in_one_pack_and_fits(job: tuple[list[int], int], seed: int | None) -> None:
    lengths, window = job
    packs = pack(lengths, window, seed=seed)
    assert sorted(packs.order.tolist()) == list(range(len(lengths)))
    assert packs.offsets[0] == 0
    assert packs.offsets[-1] == len(lengths)
    assert (np.diff(packs.offsets) > 0).all(), "an empty pack"
    assert all(held <= window for held in contents(packs, lengths))
    assert packs.order.dtype == packs.offsets.dtype == np.int64


@given(jobs(), st.none() | st.integers(0, 2**32))
def test_the_packs_are_those_of_plain_best_fit_decreasing(job: tuple[list[int], int], seed: int | None) -> None:
    """Not only as many: each as full."""
    lengths, window = job
    packs = pack(lengths, window, seed=seed)
    rooms = sorted(window - held for held in contents(packs, lengths))
    assert rooms == best_fit_decreasing(lengths, window)
    assert packs.fill == pytest.approx(sum(lengths) / (len(rooms) * window) if rooms else 1.0)


@given(jobs())
def test_a_seed_always_gives_the_same(job: tuple[list[int], int]) -> None:
    one, two = pack(*job, seed=7), pack(*job, seed=7)
    assert one.order.tolist() == two.order.tolist()
    assert one.offsets.tolist() == two.offsets.tolist()


def neighbours(packs: Packs) -> set[frozenset[int]]:
    return {frozenset(packs[i].tolist()) for i in range(len(packs))}


def test_another_seed_gives_other_neighbours_and_another_order() -> None:
    lengths = np.random.default_rng(0).integers(1, 60, 500)
    one, two = pack(lengths, 100, seed=1), pack(lengths, 100, seed=2)
    assert len(neighbours(one) & neighbours(two)) < len(one) / 4
    assert np.diff(one.offsets).tolist() != np.diff(two.offsets).tolist()


def test_seeded_packs_come_in_no_order_of_length() -> None:
    """A trainer that does not shuffle must not meet all long chats first."""
    lengths = np.random.default_rng(0).integers(1, 1000, 3000)
    packs = pack(lengths, 1000, seed=0)
    longest = np.array([lengths[packs[i]].max() for i in range(len(packs))])
    half = len(longest) // 2
    assert abs(longest[:half].mean() - longest[half:].mean()) < 50


@pytest.mark.parametrize("window", [65_535, 65_536, 100_000])
def test_windows_wider_than_sixteen_bits(window: int) -> None:
    lengths = np.random.default_rng(0).integers(1, window + 1, 400).tolist()
    packs = pack(lengths, window, seed=0)
    assert sorted(packs.order.tolist()) == list(range(400))
    assert sorted(window - held for held in contents(packs, lengths)) == best_fit_decreasing(lengths, window)


def test_lengths_like_those_of_real_chats_leave_hardly_a_gap() -> None:
    lengths = np.exp(np.random.default_rng(0).normal(np.log(600), 0.9, 100_000)).astype(int).clip(16, 8192)
    assert pack(lengths, 8192, seed=0).fill > 0.999


def test_nothing_makes_no_pack() -> None:
    packs = pack([], 10)
    assert len(packs) == 0
    assert packs.offsets.tolist() == [0]


@pytest.mark.parametrize("lengths", [[0], [11], [-1], [3, 11], [[1, 2], [3, 4]]])
@pytest.mark.parametrize("way", [pack, alone])
def test_what_does_not_fit_is_refused(way: object, lengths: list[int]) -> None:
    with pytest.raises(ValueError, match="length"):
        (pack if way is pack else alone)(lengths, 10)


@given(st.lists(st.integers(1, 50)), st.none() | st.integers(0, 9))
def test_unpacked_each_chat_has_its_own_window(lengths: list[int], seed: int | None) -> None:
    packs = alone(lengths, 50, seed=seed)
    assert np.diff(packs.offsets).tolist() == [1] * len(lengths)
    assert sorted(packs.order.tolist()) == list(range(len(lengths)))
