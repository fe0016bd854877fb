"""What a list shows of the place where searched words stand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.view.snippets import BEFORE, LENGTH, first_hit, pattern_of

WORD = st.text("abcxyzäöß", min_size=1, max_size=8)


def shown(q: str, *texts: str) -> str:
    pattern = pattern_of(q)
    assert pattern
    return first_hit(texts, pattern)


@pytest.mark.parametrize(
    ("q", "texts", "part"),
    [
        ("art", ("a cart", "the art of"), "the art of"),
        ("art", ("a cart", "no such word"), "a cart"),
        ("Of The", ("Sum\nOF  the parts",), "Sum OF the parts"),
        ("ümläut", ("ein ÜMLÄUT",), "ein ÜMLÄUT"),
        ("world", ("İİİ hello World",), "İİİ hello World"),
        ("橋", ("東京の橋は長い",), "東京の橋は長い"),
        ("a.b", ("axb a.b",), "axb a.b"),
        ("", (), ""),
    ],
)
def test_the_words_found_are_shown(q: str, texts: tuple[str, ...], part: str) -> None:
    assert (shown(q, *texts) if q else "") == part


@given(st.lists(WORD, max_size=60), WORD, st.lists(WORD, max_size=60))
def test_a_word_that_is_there_is_in_what_is_shown(before: list[str], word: str, after: list[str]) -> None:
    said = shown(word.upper() if "ß" not in word else word, " ".join([*before, word, *after]))
    assert word in said
    assert len(said) <= LENGTH + 2
    assert said.find(word) <= BEFORE + 1 or not said.startswith("…")
