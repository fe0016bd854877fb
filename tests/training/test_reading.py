"""Rows of files and run folders, and a clear word for each that can't be read."""

from __future__ import annotations

import copy
import errno
import fcntl
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from teams.engine.export import export
from teams.engine.seeds import hold_out
from training import repeats
from training.config import Data
from training.errors import UsageError
from training.flatten import flatten, split_of
from training.reading import Row, read_rows, sources
from training.rows import row_of

STRONG = Path(__file__).parents[1] / "runs" / "tool_use" / "strong"
PAIR = {"id": "one", "messages": [{"role": "user", "content": "2+2?"}, {"role": "assistant", "content": "4"}]}

ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(10**400) | st.floats() | st.text() | st.just("\ud83d"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["hash", "name", "x"]), inner),
    max_leaves=4,
)
CALL = {"id": "c", "function": {"name": "f", "arguments": "{}"}}
WHOLE: dict[str, Any] = {
    "id": "one",
    "skill": "s",
    "stage": "s",
    "split": "train",
    "seed": {"hash": "h"},
    "outcome": None,
    "facts": {"outcome": "failed"},
    "verdict": {"accepted": True},
    "tools": [{"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}],
    "messages": [
        {"role": "user", "content": "2+2?"},
        {"role": "assistant", "content": "4", "weight": 1, "train": True, "reasoning": "hm", "tool_calls": [CALL]},
    ],
}


def written(path: Path, *rows: Any) -> Path:
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return path


def read(*paths: Path, **data: Any) -> list[Row]:
    return list(read_rows(Data(paths=paths, **data)))


def refused(*paths: Path, **data: Any) -> str:
    with pytest.raises(UsageError) as caught:
        read(*paths, **data)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_run_folder_and_its_file_say_the_same() -> None:
    rows = read(STRONG)
    assert [row.id for row in rows] == [row.id for row in read(STRONG / "pairs.jsonl")]
    assert all(
        row.accepted and row.skill == "tool_use" and row.tools and row.place.endswith(str(n))
        for n, row in enumerate(rows, 1)
    )
    assert rows[0].seed == json.loads((STRONG / "pairs.jsonl").read_text().splitlines()[0])["seed"]["hash"]


def test_any_verdict_brings_what_a_run_rejected() -> None:
    accepted, every = read(STRONG), read(STRONG, verdict="any")
    assert len(every) > len(accepted)
    assert every[: len(accepted)] == accepted
    assert not any(row.accepted for row in every[len(accepted) :])
    assert read(STRONG / "rejected.jsonl", verdict="any") == every[len(accepted) :]
    assert "data.verdict=any" in refused(STRONG / "rejected.jsonl")


def test_parquet_brings_what_json_lines_bring(tmp_path: Path) -> None:
    raw = [json.loads(line) for line in (STRONG / "pairs.jsonl").read_text().splitlines()]
    export(raw, tmp_path / "pairs.parquet", "parquet")
    export(raw, tmp_path / "pairs.jsonl", "messages")
    for mine, its in zip(read(tmp_path / "pairs.parquet"), read(tmp_path / "pairs.jsonl"), strict=True):
        assert (mine.id, mine.seed, mine.split, mine.tools) == (its.id, its.seed, its.split, its.tools)
        for one, other in zip(mine.messages, its.messages, strict=True):
            assert {k: v for k, v in one.items() if v} == {k: v for k, v in other.items() if v}


def test_only_what_was_asked_for(tmp_path: Path) -> None:
    rows = [
        {**PAIR, "id": f"{skill} {stage}", "skill": skill, "stage": stage}
        for skill in ("rag", "fermi")
        for stage in ("instruct", "refine")
    ]
    path = written(tmp_path / "rows.jsonl", *rows)
    assert [row.id for row in read(path, skills=["rag"], stages=["refine"])] == ["rag refine"]
    assert "there are: 'fermi', 'rag'" in refused(path, skills=["coding"])
    assert "data.mix" in refused(path, mix={"raag": 2})


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ('{"messages": [', ":2: no JSON"),
        ("[1]", ":2: not a JSON object"),
        ({"id": 1, "conversations": []}, "--format messages"),
        ({"messages": []}, ":2: no 'messages'"),
        ({"messages": [{"from": "human", "value": "x"}]}, "message 1 has no role"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "no text"),
        ({**PAIR, "tools": [{"type": "retrieval"}]}, "tool 1 is no function"),
        ({**PAIR, "tools": "[{"}, "no JSON"),
        (
            json.dumps({**PAIR, "facts": {"x": 1}})[:-1] + ', "tools": ' + "[" * 900 + "]" * 900 + "}",
            "tool 1 is no function",
        ),
        (json.dumps(PAIR)[:-1] + ', "tools": [{"name": "f", "parameters": ' + "[" * 900 + "]" * 900 + "}]}", "nested"),
        ({**PAIR, "verdict": "good"}, "'verdict'"),
        ({**PAIR, "verdict": {"accepted": "false"}}, "'verdict'"),
        ({**PAIR, "verdict": False}, "'verdict'"),
        ({**PAIR, "tools": 5}, "a list of functions"),
        ({**PAIR, "split": "training"}, "'split' is 'training'; train is right"),
        ({**PAIR, "split": ["test"]}, "'split'"),
    ],
)
def test_a_bad_row_is_refused_with_its_place(row: Any, word: str, tmp_path: Path) -> None:
    path = written(tmp_path / "rows.jsonl", PAIR, row)
    said = refused(path)
    assert word in said
    assert str(path) in said


def test_files_that_are_not_pairs(tmp_path: Path) -> None:
    assert "no data" in refused()
    assert "is not there" in refused(tmp_path / "no.jsonl")
    assert "holds no pairs.jsonl" in refused(tmp_path)
    assert "no pairs in it" in refused(written(tmp_path / "empty.jsonl"))
    (tmp_path / "latin.jsonl").write_bytes(b'{"messages": "\xe9"}')
    assert "not UTF-8" in refused(tmp_path / "latin.jsonl")
    (tmp_path / "false.parquet").write_text("no")
    assert "Parquet" in refused(tmp_path / "false.parquet")
    path = written(tmp_path / "one.jsonl", PAIR)
    assert "named twice" in refused(path, path.parent / "." / path.name)


def test_nothing_to_train_on(tmp_path: Path) -> None:
    bad = {**PAIR, "verdict": {"accepted": False}}
    path = written(tmp_path / "bad.jsonl", bad, {**bad, "id": "two"})
    assert "none of 2 pairs is accepted" in refused(path)
    assert len(read(path, verdict="any")) == 2
    asked = {"messages": PAIR["messages"][:1]}
    assert "'assistant'" in refused(written(tmp_path / "asked.jsonl", asked))


def test_a_run_being_written_is_refused_until_it_ends(tmp_path: Path) -> None:
    path = written(tmp_path / "pairs.jsonl", PAIR)
    with (tmp_path / "run.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "still being written" in refused(tmp_path)
        assert "still being written" in refused(path)
        assert "still being written" in refused(written(tmp_path / "train.jsonl", PAIR))
    assert len(read(tmp_path)) == 1


def test_halves_of_surrogate_pairs_and_parts_of_content(tmp_path: Path) -> None:
    parts = [{"type": "text", "text": "a"}, {"type": "text", "text": "b\ud83d"}]
    row = {"messages": [{"role": "developer", "content": parts}, {"role": "assistant", "content": None}]}
    (found,) = read(written(tmp_path / "rows.jsonl", row))
    assert [message["role"] for message in found.messages] == ["system", "assistant"]
    assert [message["content"] for message in found.messages] == ["ab\ufffd", ""]


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the ways to all that is inside a value."""
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [way for key, inner in inside for way in ((*at, key), *places(inner, (*at, key)))]


@settings(max_examples=400)
@given(st.sampled_from(places(WHOLE)), ODD)
def test_whatever_a_field_holds_it_is_a_row_or_refused(way: tuple[Any, ...], odd: Any) -> None:
    raw = copy.deepcopy(WHOLE)
    inside: Any = raw
    for key in way[:-1]:
        inside = inside[key]
    inside[way[-1]] = odd
    try:
        chats = flatten(row_of(raw, "f:1"), Data(hold_out=0.5, turns="each"))
    except UsageError as error:
        assert "\n" not in str(error)
        return
    for chat in chats:
        assert all(isinstance(m.content + m.reasoning + m.name + m.call_id, str) for m in chat.messages)
        assert all(m.weight is None or np.float32(m.weight) < np.inf for m in chat.messages)
        assert chat.split in ("train", "test")


def test_a_row_that_names_no_split_is_trained_and_one_that_is_held_out_is_not(tmp_path: Path) -> None:
    named = ["train", None, "", "test", "validation", "dev"]
    path = written(tmp_path / "rows.jsonl", *({**PAIR, "id": str(name), "split": name} for name in named))
    splits = [split_of(row, Data()) for row in read(path)]
    assert splits == ["train", "train", "train", "test", "validation", "dev"]


@pytest.mark.parametrize("held_first", [True, False])
def test_a_seed_in_two_splits_is_refused(held_first: bool, tmp_path: Path) -> None:
    shared = next(f"seed {n}" for n in range(1000) if hold_out(f"seed {n}", 0.2))
    runs = [
        written(
            tmp_path / f"{split}.jsonl",
            *({**PAIR, "id": f"{split} {n}", "split": split, "seed": {"hash": shared}} for n in range(2)),
        )
        for split in ("test", "train")
    ]
    files = runs if held_first else runs[::-1]
    said = refused(*files)
    assert f"the seed {shared!r} is in two splits: test at {tmp_path}" in said
    assert [split_of(row, Data(hold_out=0.2)) for row in read(*files, hold_out=0.2)] == ["test"] * 4, "as it advises"


def test_rows_without_a_seed_are_nobody_s_twin(tmp_path: Path) -> None:
    rows = [{**PAIR, "id": split, "split": split} for split in ("test", "train")]
    assert len(read(written(tmp_path / "rows.jsonl", *rows))) == 2


def test_a_pair_that_comes_twice_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As by `--pairs runs/my-run/*.jsonl`."""
    other = {**PAIR, "id": "two"}
    whole, part = written(tmp_path / "pairs.jsonl", PAIR, other), written(tmp_path / "train.jsonl", other)
    assert [(row.id, row.again) for row in read(whole, part)] == [("one", False), ("two", False), ("two", True)]
    elsewhere = {**PAIR, "messages": [PAIR["messages"][0], {"role": "assistant", "content": "four"}]}
    assert not any(row.again for row in read(whole, written(tmp_path / "run 2.jsonl", elsewhere))), "other words"
    nameless = {"messages": PAIR["messages"]}
    assert not any(row.again for row in read(written(tmp_path / "rows.jsonl", nameless, nameless)))
    monkeypatch.setattr(repeats, "REMEMBERED", 2)
    assert f"{tmp_path}/train.jsonl:1: the pair 'two' was read before" in refused(whole, part)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path / "rows.jsonl", PAIR)

    def broken(*_: Any) -> Any:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(hashlib, "file_digest", broken)
    with pytest.raises(UsageError, match=r"rows\.jsonl can't be read: Input/output error"):
        sources(Data(paths=(path,)))


def test_sources_are_the_bytes(tmp_path: Path) -> None:
    path = written(tmp_path / "rows.jsonl", PAIR)
    data = Data(paths=(path,))
    assert sources(data) == {str(path): hashlib.sha256(path.read_bytes()).hexdigest()}


def test_a_seed_is_held_out_as_a_run_would(tmp_path: Path) -> None:
    rows = [{**PAIR, "id": str(n), "seed": {"hash": f"seed {n // 2}"}} for n in range(200)]
    rows.append({**PAIR, "id": "named", "split": "test", "seed": {"hash": "other"}})
    path = written(tmp_path / "rows.jsonl", *rows)
    *drawn, named = read(path)
    data = Data(paths=(path,), hold_out=0.3)
    splits = [split_of(row, data) for row in drawn]
    assert splits[::2] == splits[1::2], "two rows of one seed are in one split"
    assert splits == ["test" if hold_out(row.seed, 0.3) else "train" for row in drawn]
    assert 0 < splits.count("test") < len(splits)
    assert split_of(named, Data()) == "test"
