"""Packs become batches: what each token's position, document, label and weight is."""

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from training.collate import Flat, Rows, collator

lengths = st.lists(st.integers(1, 9), min_size=1, max_size=5)


@st.composite
def packs(draw: st.DrawFn, weighted: bool | None = None) -> list[dict[str, Any]]:
    """Some packs, as a PackedDataset gives them; some with weights, unless it is said which."""
    made = []
    for number, sizes in enumerate(draw(st.lists(lengths, min_size=1, max_size=4))):
        tokens = sum(sizes)
        ids = np.arange(tokens, dtype=np.int64) + 1000 * (number + 1)
        trained = np.array(draw(st.lists(st.booleans(), min_size=tokens, max_size=tokens)))
        pack: dict[str, Any] = {
            "input_ids": ids,
            "labels": np.where(trained, ids, -100),
            "lengths": np.array(sizes, dtype=np.int64),
            "skills": np.arange(len(sizes), dtype=np.int64) + 10 * number,
        }
        if draw(st.booleans()) if weighted is None else weighted:
            choices = st.sampled_from([0.0, 0.5, 1.0, 2.0])
            pack["weights"] = np.array(draw(st.lists(choices, min_size=tokens, max_size=tokens)), dtype=np.float32)
        made.append(pack)
    return made


def told(batch: list[dict[str, Any]]) -> list[list[tuple[int, int, int, float, int, int]]]:
    """Say token by token, in plain loops: id, label, position, weight, document, skill; a list a pack."""
    document, rows = -1, []
    for pack in batch:
        row, token = [], 0
        for length, skill in zip(pack["lengths"], pack["skills"], strict=True):
            document += 1
            for position in range(length):
                weight = float(pack["weights"][token]) if "weights" in pack else 1.0
                label = -100 if position == 0 or weight == 0 else int(pack["labels"][token])
                row.append((int(pack["input_ids"][token]), label, position, weight, document, int(skill)))
                token += 1
        rows.append(row)
    return rows


def read(batch: dict[str, Any], row: int) -> list[tuple[int, int, int, float, int, int]]:
    """Say the same of a row of a collated batch, without what fills it up."""
    weights = batch.get("weights", torch.ones(batch["labels"].shape))
    return [
        (int(i), int(label), int(position), float(weight), int(document), int(batch["doc_skill"][document]))
        for i, label, position, weight, document in zip(
            batch["input_ids"][row],
            batch["labels"][row],
            batch["position_ids"][row],
            weights[row],
            batch["doc_of"][row],
            strict=True,
        )
        if document >= 0
    ]


@given(packs())
def test_flat_lays_all_packs_end_to_end(batch: list[dict[str, Any]]) -> None:
    made = Flat(documents=True)(batch)
    assert read(made, 0) == [token for row in told(batch) for token in row]
    assert ("weights" in made) == any("weights" in pack for pack in batch)


@given(packs())
def test_flat_says_where_documents_end(batch: list[dict[str, Any]]) -> None:
    made = Flat()(batch)
    starts = [place for place, position in enumerate(made["position_ids"][0]) if position == 0]
    assert made["cu_seq_lens_q"].tolist() == [*starts, made["input_ids"].shape[1]]
    assert torch.equal(made["cu_seq_lens_q"], made["cu_seq_lens_k"])
    assert made["cu_seq_lens_q"].dtype == torch.int32
    assert type(made["max_length_q"]) is int, "a tensor makes every layer wait for the device"
    assert made["max_length_q"] == made["max_length_k"] == max(max(pack["lengths"]) for pack in batch)


@given(packs(), st.integers(0, 7))
def test_rows_keep_a_pack_a_row(batch: list[dict[str, Any]], spare: int) -> None:
    width = max(len(pack["input_ids"]) for pack in batch) + spare
    made = Rows(width=width, pad=7, documents=True)(batch)
    assert made["input_ids"].shape == (len(batch), width)
    assert [read(made, row) for row in range(len(batch))] == told(batch)
    filled = made["doc_of"] == -1
    assert filled.sum() == made["doc_of"].numel() - sum(len(pack["input_ids"]) for pack in batch)
    assert made["input_ids"][filled].eq(7).all()
    assert made["labels"][filled].eq(-100).all()
    for row, pack in enumerate(batch):
        here = made["position_ids"][row, len(pack["input_ids"]) :]
        assert here.tolist() == list(range(len(here))), "what fills a row up is a document of its own"


@given(packs())
def test_both_train_the_same_tokens(batch: list[dict[str, Any]]) -> None:
    flat, rows = Flat()(batch), Rows()(batch)
    assert flat["labels"][flat["labels"] != -100].tolist() == rows["labels"][rows["labels"] != -100].tolist()


@pytest.mark.parametrize("kind", [Flat, Rows])
@given(batch=packs(weighted=False))
def test_no_mask_and_nothing_that_was_not_asked_for(kind: Any, batch: list[dict[str, Any]]) -> None:
    """An attention mask, even of ones, makes transformers forget where documents end."""
    made = kind()(batch)
    assert not made.keys() & {"attention_mask", "weights", "doc_of", "doc_skill"}


@pytest.mark.parametrize("lengths", [[3, 1], [3, 3], [5, 0], []])
def test_lengths_must_add_up(lengths: list[int]) -> None:
    pack = {"input_ids": np.arange(5), "labels": np.arange(5), "lengths": np.array(lengths, dtype=np.int64)}
    with pytest.raises(ValueError, match="5 tokens whose documents"):
        Flat()([pack])


def test_a_pack_longer_than_a_row_is_refused() -> None:
    pack = {"input_ids": np.arange(5), "labels": np.arange(5), "lengths": np.array([5])}
    with pytest.raises(ValueError, match="5 tokens in rows of 4"):
        Rows(width=4)([pack])


def test_the_kind_is_what_attention_asks_for() -> None:
    assert isinstance(collator("flat"), Flat)
    rows = collator("rows", pad=3, documents=True)
    assert isinstance(rows, Rows)
    assert (rows.pad, rows.documents) == (3, True)
