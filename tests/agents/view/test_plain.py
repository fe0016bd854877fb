"""Nothing that was written by a model or a document steers a terminal, whatever it is."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from agents.view.plain import columns, inert, one_line, wrapped

ANY = st.text(st.characters())
"""All of Unicode, lone halves of characters too."""
STEERS = ("Cc", "Cf", "Cs", "Cn", "Zl", "Zp")
MAY = "\n\u200c\u200d"
HOSTILE = st.text(
    st.sampled_from("\x1b[]0;?\x07\x9b\x90\\\u202e\u2066\u2069\u200f\ud83d\udc00\r\n\t\x08a é漢\u0301\U000e0041")
)


def steers(text: str) -> set[str]:
    return {letter for letter in text if unicodedata.category(letter) in STEERS and letter not in MAY}


@given(st.one_of(ANY, HOSTILE))
def test_what_is_inert_steers_nothing_and_stays_as_it_is(text: str) -> None:
    shown = inert(text)
    assert not steers(shown)
    assert inert(shown) == shown
    shown.encode()
    assert shown.count("\n") == text.count("\n")


def test_every_character_there_is_comes_out_harmless() -> None:
    named = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) not in ("Cn", "Co", "Lo")]
    assert len(named) > 10_000
    assert not steers(inert("".join(named)))


@given(st.text(st.characters(exclude_categories=("Cc", "Cf", "Cs", "Cn", "Zl", "Zp"))))
def test_words_of_any_language_are_left_as_they_are(text: str) -> None:
    assert inert(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[2J\x1b]0;owned\x07", "␛[2J␛]0;owned␇"),
        ("a\tb\r\nc\rd", "a    b\nc␍d"),
        ("\u202egnp.exe", "[U+202E]gnp.exe"),
        ("\x9b31m", "[U+009B]31m"),
        ("half \ud83d", "half [U+D83D]"),
        ("👩\u200d💻 क्\u200dष", "👩\u200d💻 क्\u200dष"),
    ],
)
def test_what_would_steer_becomes_a_mark_that_can_be_read(text: str, shown: str) -> None:
    assert inert(text) == shown


@given(st.one_of(ANY, HOSTILE), st.integers(1, 40))
def test_one_line_is_one_line_of_no_more_than_was_asked(text: str, most: int) -> None:
    line = one_line(text, most)
    assert "\n" not in line
    assert not steers(line)
    marks = sum(len(inert(letter)) - 1 for letter in text[: 4 * most])
    assert len(line) <= most + marks


@given(st.one_of(ANY, HOSTILE), st.integers(20, 60))
@example("\x80\x80\x80\u0300\u0300", 20)
def test_wrapping_loses_no_letter_and_keeps_to_the_width(text: str, width: int) -> None:
    shown = inert(text)
    lines = list(wrapped(shown, width))
    assert "".join("".join(lines).split()) == "".join(shown.split())
    assert all(columns(line) <= 2 * width for line in lines)
    assert all(columns(line) <= width for line in lines if line.isascii())
