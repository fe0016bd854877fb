"""A pack is its chats, token by token; an epoch is what the mix says; their number never changes."""

import pickle
from collections import Counter
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.errors import UsageError
from training.packed import NO_LOSS, PackedDataset
from training.store import Store, Writer

WINDOW = 64


def stored(
    folder: Path, *, weights: tuple[float, ...] = (1.0,), often: float = 1.0, numbers: range = range(200)
) -> Store:
    """Write chats of which token i of chat n is unlike its neighbours, with up to three trained spans."""
    rng = np.random.default_rng(5)
    with Writer(folder, vocab=50_000, meta={}) as writer:
        for number in numbers:
            length = int(rng.integers(1, WINDOW + 1))
            edges = np.sort(rng.integers(0, length + 1, 2 * int(rng.integers(0, 4))))
            spans = edges.reshape(-1, 2)
            heavy = rng.choice(weights, len(spans))
            skill, split = ("rag", "mcq")[number % 2], "test" if number % 10 == 9 else "train"
            writer.add(rng.integers(0, 50_000, length), spans, heavy, skill, split, f"chat {number}", often)
        return writer.finish()


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return stored(tmp_path_factory.mktemp("plain") / "s")


@pytest.fixture(scope="module")
def weighted(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return stored(tmp_path_factory.mktemp("weighted") / "s", weights=(0.5, 1.0, 2.0))


def taken_apart(dataset: PackedDataset) -> dict[str, list[tuple[Any, ...]]]:
    """Return what packs hold of each chat: ids, labels, weights, skill."""
    seen: dict[str, list[tuple[Any, ...]]] = {}
    for number in range(len(dataset)):
        one, at = dataset[number], 0
        assert at + one["lengths"].sum() == len(one["input_ids"]) <= dataset.window
        for name, length, skill in zip(dataset.chats(number), one["lengths"], one["skills"], strict=False):
            part = slice(at, at + length)
            heavy = one["weights"][part].tolist() if "weights" in one else None
            seen.setdefault(name, []).append(
                (one["input_ids"][part].tolist(), one["labels"][part].tolist(), heavy, skill)
            )
            at += length
    return seen


def expected(store: Store, chat: int) -> tuple[Any, ...]:
    """Return the same token by token, the slow way."""
    ids, spans, weights = store.document(chat)
    labels, heavy = [NO_LOSS] * len(ids), [0.0] * len(ids)
    for (start, end), weight in zip(spans.tolist(), weights.tolist(), strict=True):
        for at in range(start, end):
            if at:
                labels[at], heavy[at] = int(ids[at]), weight
    return ids.tolist(), labels, heavy if store.weighted else None, store.skill_of[chat]


@pytest.mark.parametrize("kind", ["plain", "weighted"])
@pytest.mark.parametrize("enabled", [True, False])
def test_packs_hold_each_chat_of_the_split_as_it_was(store: Store, weighted: Store, kind: str, enabled: bool) -> None:
    source = store if kind == "plain" else weighted
    dataset = PackedDataset(source, "train", window=WINDOW, enabled=enabled).pad_to(7)
    seen = taken_apart(dataset)
    chats = source.subset("train")
    assert seen == {source.chat(chat): [expected(source, chat)] for chat in chats}
    assert dataset.tokens == source.lengths[chats].sum()
    assert dataset.trained == source.trained[chats].sum()
    assert dataset.trained == sum((dataset[i]["labels"] != NO_LOSS).sum() for i in range(len(dataset)))


def test_a_pack_is_what_a_collator_is_promised(weighted: Store) -> None:
    one = PackedDataset(weighted, window=WINDOW)[0]
    kinds = {"input_ids": np.int64, "labels": np.int64, "lengths": np.int64, "skills": np.int64, "weights": np.float32}
    assert {name: column.dtype for name, column in one.items()} == kinds  # type: ignore[attr-defined]
    assert all(column.flags.writeable for column in one.values()), "torch.from_numpy warns"  # type: ignore[attr-defined]


def test_packed_windows_are_fewer_than_chats_and_fuller(store: Store) -> None:
    packed, unpacked = (PackedDataset(store, window=WINDOW, enabled=enabled) for enabled in (True, False))
    assert len(unpacked) == len(store.subset("train"))
    assert len(packed) < 0.7 * len(unpacked)
    assert packed.fill > 0.97 > unpacked.fill


# The tail


@pytest.mark.parametrize("multiple", [1, 2, 13, 1000])
def test_padding_brings_the_number_to_a_multiple_and_has_no_loss(weighted: Store, multiple: int) -> None:
    dataset = PackedDataset(weighted, window=WINDOW).pad_to(multiple)
    bare = len(PackedDataset(weighted, window=WINDOW))
    assert len(dataset) % multiple == 0
    assert len(dataset) - bare == dataset.padding < multiple
    for number in range(bare, len(dataset)):
        one = dataset[number]
        assert (one["labels"] == NO_LOSS).all()
        assert not one["weights"].any()
        assert len(one["input_ids"]) == len(one["labels"]) == one["lengths"].sum() >= 1
        assert dataset.chats(number) == []


def test_there_is_no_pack_beyond_the_last(store: Store) -> None:
    dataset = PackedDataset(store, window=WINDOW).pad_to(50)
    with pytest.raises(IndexError):
        dataset[len(dataset)]
    assert sum(1 for _ in dataset) == len(dataset)  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="at least 1"):
        dataset.pad_to(0)


# Epochs


def pairs(dataset: PackedDataset) -> set[frozenset[str]]:
    return {frozenset(dataset.chats(i)) for i in range(len(dataset))}


def order(dataset: PackedDataset) -> list[list[str]]:
    return [dataset.chats(i) for i in range(len(dataset))]


def test_each_epoch_has_other_neighbours_and_is_the_same_when_it_comes_again(store: Store) -> None:
    dataset = PackedDataset(store, window=WINDOW, seed=3, epochs=3)
    first = order(dataset)
    dataset.set_epoch(2)
    third = order(dataset)
    assert third != first
    assert sorted(chain(*third)) == sorted(chain(*first))
    dataset.set_epoch(0)
    assert order(dataset) == first
    resumed = PackedDataset(store, window=WINDOW, seed=3, epochs=3)
    resumed.set_epoch(2)
    assert order(resumed) == third
    assert order(PackedDataset(store, window=WINDOW, seed=4)) != first


def test_a_digest_tells_windows_apart(store: Store, weighted: Store) -> None:
    asked: list[dict[str, Any]] = [{}, {"seed": 1}, {"mix": {"rag": 0.5}}, {"enabled": False}, {"split": "test"}]
    digests = [PackedDataset(store, window=WINDOW, **given).digest for given in asked]
    digests.append(PackedDataset(store, window=WINDOW + 1).digest)
    dataset = PackedDataset(store, window=WINDOW)
    assert dataset.digest == digests[0]
    dataset.set_epoch(1)
    assert len({*digests, dataset.digest}) == 7


def test_without_repacking_neighbours_stay(store: Store) -> None:
    dataset = PackedDataset(store, window=WINDOW, repack=False)
    first = pairs(dataset)
    dataset.set_epoch(1)
    assert pairs(dataset) == first


@given(st.sampled_from([0.1, 0.25, 1 / 3, 0.5, 0.9, 1.0, 1.5, 2.0, 2.75]), st.integers(1, 7), st.integers(0, 3))
def test_over_the_epochs_a_chat_is_seen_as_often_as_the_mix_says(
    store: Store, often: float, epochs: int, seed: int
) -> None:
    """Each chat to within one, whatever falls to one epoch; the other skill as before; and as many packs each time."""
    dataset = PackedDataset(store, window=WINDOW, seed=seed, epochs=epochs, mix={"rag": often})
    seen: Counter[str] = Counter()
    for epoch in range(epochs):
        dataset.set_epoch(epoch)
        assert len(dataset) == len(PackedDataset(store, window=WINDOW, seed=seed, epochs=epochs, mix={"rag": often}))
        now = Counter(chain(*order(dataset)))
        assert all(
            abs(now[store.chat(chat)] - often) < 1 for chat in store.subset("train") if store.skill_of[chat] == 0
        )
        seen += now
    for chat in store.subset("train"):
        times, mean = seen[store.chat(chat)], epochs * (often if store.skills[store.skill_of[chat]] == "rag" else 1)
        assert abs(times - mean) < 1
    mixed = [seen[store.chat(chat)] for chat in store.subset("train") if store.skill_of[chat] == 0]
    assert sum(mixed) == pytest.approx(len(mixed) * epochs * often, abs=4 * np.sqrt(len(mixed) / 4))


def test_what_the_store_says_and_the_mix_multiply(tmp_path: Path) -> None:
    store = stored(tmp_path / "s", often=0.1)
    dataset = PackedDataset(store, window=WINDOW, mix={"rag": 10, "mcq": 20})
    seen = Counter(chain(*order(dataset)))
    assert {store.chat(chat): 1 + store.skill_of[chat] for chat in store.subset("train")} == seen


def test_the_share_of_a_chat_does_not_depend_on_the_others(tmp_path: Path) -> None:
    few, many = stored(tmp_path / "few", numbers=range(100, 200)), stored(tmp_path / "many")
    mix = {"rag": 0.5, "mcq": 0.5}
    drawn = [set(chain(*order(PackedDataset(store, window=WINDOW, epochs=2, mix=mix)))) for store in (few, many)]
    in_both = {few.chat(chat) for chat in range(100)}
    assert drawn[0] == drawn[1] & in_both
    assert 20 < len(drawn[0]) < 70


@pytest.mark.parametrize("enabled", [True, False])
@pytest.mark.parametrize("often", [0.03, 0.3, 0.5, 1.4])
def test_whatever_is_drawn_there_are_as_many_packs_and_none_without_chats(
    store: Store, enabled: bool, often: float
) -> None:
    """A step without a loss would be a division by nothing."""
    for seed in range(5):
        mix = {"rag": often, "mcq": often}
        dataset = PackedDataset(store, window=WINDOW, epochs=5, mix=mix, seed=seed, enabled=enabled).pad_to(4)
        planned = len(dataset)
        for epoch in range(8):
            dataset.set_epoch(epoch)
            assert len(dataset) == planned
            real = planned - dataset.padding
            assert planned - 4 < real
            assert all(dataset.chats(number) for number in range(real))
            assert [dataset.chats(number) for number in range(real, planned)] == [[]] * dataset.padding
            assert dataset.fill == pytest.approx(dataset.tokens / (real * WINDOW))
            assert all(dataset[number]["lengths"].sum() <= WINDOW for number in range(real))


def test_epochs_of_other_draws_need_other_numbers_of_packs(store: Store) -> None:
    """Otherwise the test above would show nothing."""
    counts = set()
    for seed in range(5):
        dataset = PackedDataset(store, window=WINDOW, epochs=5, mix={"rag": 0.3, "mcq": 0.3}, seed=seed)
        counts |= {len(dataset._arranged(dataset._drawn(draw), 0)) for draw in range(5)}
    assert len(counts) > 2


def test_evaluation_sees_each_chat_once(store: Store) -> None:
    dataset = PackedDataset(store, "test", window=WINDOW, once=True, mix={"rag": 5, "no such": 1})
    assert sorted(chain(*order(dataset))) == sorted(store.chat(chat) for chat in store.subset("test"))


# Refusals


def test_refusals_say_what_would_be_right(store: Store) -> None:
    with pytest.raises(UsageError, match=r"names code, story; the data has: mcq, rag"):
        PackedDataset(store, window=WINDOW, mix={"code": 1, "story": 2, "rag": 1})
    with pytest.raises(UsageError, match=f"longer than the window of {WINDOW // 2}: prepare"):
        PackedDataset(store, window=WINDOW // 2)
    with pytest.raises(UsageError, match=r"'validation'; there are: train, test"):
        PackedDataset(store, "validation", window=WINDOW)


def test_a_mix_that_leaves_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="leaves no chat"):
        PackedDataset(stored(tmp_path / "s", numbers=range(2)), window=WINDOW, mix={"rag": 1e-6, "mcq": 1e-6})


def test_it_travels_to_workers(store: Store) -> None:
    dataset = PackedDataset(store, window=WINDOW)
    dataset.set_epoch(1)
    assert order(pickle.loads(pickle.dumps(dataset))) == order(dataset)
