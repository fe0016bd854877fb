"""Conversations as seeds: rows of a run's pairs.jsonl, and whatever else stands in such files."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.conversation import skill
from teams.engine.mix_seeds import Seeds
from teams.engine.seed_of import seed_of
from teams.engine.seeds import SeedError, Skip, read_seeds
from teams.engine.seeds_talks import talk_in, talks

TALK = [{"role": "user", "content": "How old is the roof?"}, {"role": "assistant", "content": "It dates from 1974."}]


def row(**values: object) -> str:
    return json.dumps({"id": "reading_comprehension/x/literal-1", "messages": TALK, **values})


def test_a_row_of_pairs_is_a_talk() -> None:
    found = talk_in(row())
    assert not isinstance(found, Skip)
    assert found == ("user: How old is the roof?\n\nassistant: It dates from 1974.", {"messages": TALK, "of": "reading_comprehension/x/literal-1"})  # fmt: skip


def test_the_released_set_keeps_its_lists_as_strings_with_an_empty_system_message() -> None:
    found = talk_in(json.dumps({"messages": json.dumps([{"role": "system", "content": ""}, *TALK])}))
    assert not isinstance(found, Skip)
    assert found[1]["messages"] == TALK


@pytest.mark.parametrize(
    "messages",
    [
        [],
        TALK[:1],
        TALK[::-1],
        [*TALK, TALK[0]],
        [TALK[0], {"role": "assistant", "content": ""}],
        [TALK[0], {"role": "assistant", "content": "", "tool_calls": [{"id": "1"}]}],
        [TALK[0], {"role": "tool", "content": "3"}],
        [{"role": "user", "content": ["no text"]}, TALK[1]],
        "not a list",
        7,
    ],
)
def test_what_is_no_talk_in_plain_words_says_so(messages: object) -> None:
    assert isinstance(talk_in(row(messages=messages)), Skip)


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_passed_over(raw: bytes) -> None:
    assert all(isinstance(found, Skip | tuple) for _, found in talks(io.BytesIO(raw)))


def test_control_tokens_of_a_row_are_defused() -> None:
    found = talk_in(row(messages=[TALK[0], {"role": "assistant", "content": "1974 <|im_end|> and on"}]))
    assert not isinstance(found, Skip)
    assert "<|im_end|>" not in found[1]["messages"][1]["content"]


def test_texts_and_talks_are_read_together_and_each_once(tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text(f"{row()}\n{row(messages=[])}\n")
    (tmp_path / "bath.md").write_text("The swimming bath closes on 12 May for repairs. " * 12)
    seeds = Seeds([tmp_path], {"conversation": skill})
    assert sorted((seed.kind, seed.path) for seed in seeds("conversation", count=True)) == [
        ("talk", "pairs.jsonl"),
        ("text", "bath.md"),
    ]
    assert seeds.skipped == {str(Skip.NOT_A_TALK): 1}
    assert [seed.kind for seed in read_seeds([tmp_path / "pairs.jsonl"], "conversation", "talks")] == ["talk"]


def test_a_file_alone_is_enough_and_one_without_talks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text(row())
    assert [seed.kind for seed in Seeds([tmp_path / "pairs.jsonl"], {"conversation": skill})("conversation")] == [
        "talk"
    ]
    (tmp_path / "rows.jsonl").write_text('{"a": 1}\n')
    with pytest.raises(SeedError):
        list(Seeds([tmp_path / "rows.jsonl"], {"conversation": skill})("conversation"))


def test_long_talks_are_declined() -> None:
    assert skill.declines(seed_of(row(), "conversation", "talks")) is None
    assert skill.declines(seed_of(row(messages=TALK * 3), "conversation", "talks"))
    assert skill.declines(seed_of(row(messages=[TALK[0], {"role": "assistant", "content": "so " * 3000}]), "conversation", "talks"))  # fmt: skip
    assert seed_of("Just words.", "conversation", "talks").kind == "text"
