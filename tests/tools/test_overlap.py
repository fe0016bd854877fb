"""Equal runs of words are found by arithmetic on arrays exactly where comparing the words finds them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.overlap import GRAM, Overlaps, Unreadable, texts_in
from tools.word_hashes import hash_words, words_in

ANY = st.text(st.characters(), max_size=60)
FEW = st.lists(st.sampled_from(["the", "Tide", "mill", "é", "東", "京都", "12", "a_b", "ﬁn", "\ud800"]), max_size=40)


@given(st.lists(ANY, max_size=5))
def test_as_many_hashes_as_words_in_every_text(texts: list[str]) -> None:
    hashed = hash_words(texts)
    counts = [int(b - a) for a, b in zip(hashed.bounds, hashed.bounds[1:], strict=False)]
    assert counts == [len(words_in(text)) for text in texts]


@given(st.lists(ANY | FEW.map(" ".join), max_size=4), st.booleans())
def test_hashes_are_equal_where_words_are(texts: list[str], alike: bool) -> None:
    words = [word for text in texts for word in words_in(text)]
    if alike:
        words = ["0" if word.isascii() and word.isdigit() else word for word in words]
    hashes = (hash_words(texts).numbers_alike() if alike else hash_words(texts)).words.tolist()
    assert len(set(words)) == len(set(hashes)) == len(set(zip(words, hashes, strict=True)))


@given(st.lists(FEW.map(" ".join), max_size=4), st.integers(1, 6))
def test_runs_stay_inside_their_text(texts: list[str], size: int) -> None:
    expected = [tuple(w[i : i + size]) for w in map(words_in, texts) for i in range(len(w) - size + 1)]
    found = [(keys.tolist(), starts.tolist()) for _, keys, starts in hash_words(texts).runs([size])]
    keys = found[0][0] if found else []
    assert len(keys) == len(expected)
    assert len(set(expected)) == len(set(keys)) == len(set(zip(expected, keys, strict=True)))


@settings(max_examples=60)
@given(st.lists(FEW.map(" ".join), max_size=4), FEW.map(" ".join))
def test_overlap_is_what_comparing_words_finds(texts: list[str], other: str) -> None:
    found = Overlaps(enumerate(texts)).find(other)
    has = words_in(other)
    expected = set()
    for number, text in enumerate(texts):
        words = words_in(text)
        size = min(len(words), GRAM)
        runs = {tuple(words[i : i + size]) for i in range(len(words) - size + 1)} if size >= 5 else set()
        if runs & {tuple(has[i : i + size]) for i in range(len(has) - size + 1)}:
            expected.add(number)
    assert (found in expected) if expected else found is None


def test_words_that_many_texts_share_are_boilerplate() -> None:
    stem = "Answer the following question by one letter and say nothing else besides please"
    trees = ("lime", "pine", "yew", "oak")
    texts = [(n, f"{stem} and item number {n} speaks of {trees[n]} trees") for n in range(4)]
    sieved = Overlaps(texts, most=2)
    assert sieved.boilerplate
    assert sieved.find(f"{stem} now") is None
    assert Overlaps(texts).find(f"{stem} now") is not None
    assert sieved.find(texts[3][1]) == 3


def test_a_broken_line_is_named(tmp_path: Path) -> None:
    path = tmp_path / "b.jsonl"
    path.write_text('{"a": "b"}\n{"a": \n')
    with pytest.raises(Unreadable, match="line 2"):
        list(texts_in(path))
