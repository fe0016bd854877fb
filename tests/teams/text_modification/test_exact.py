"""What a program carries out: steps and their results, whatever the text."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.text_modification.exact.compare import unlike
from teams.text_modification.exact.masks import mask_of
from teams.text_modification.exact.normal import TARGETS, NoValue, rendered, sort_of
from teams.text_modification.exact.places import Edit, applied, occurrences, sentence_places, word_places
from teams.text_modification.exact.steps import carried_out, step_faults
from tools.counting import word_count

TEXT = st.text("abcde ABé.,\n-1", min_size=0, max_size=200)
WORDS = st.lists(
    st.sampled_from(["the", "book", "books", "Book", "a", "bookish", "B-52", "été", "3,5", "apple"]),
    min_size=3,
    max_size=30,
)


@given(TEXT)
def test_no_edits_leave_a_text_as_it_is(text: str) -> None:
    assert applied(text, []) == text
    assert unlike(text, text, text) == []


@given(TEXT, st.integers(0, 100), st.integers(0, 100), st.text("xyz", max_size=5))
def test_an_edit_changes_its_place_and_nothing_else(text: str, start: int, length: int, put: str) -> None:
    start = min(start, len(text))
    end = min(start + length, len(text))
    made = applied(text, [Edit(start, end, put)])
    assert made == text[:start] + put + text[end:]


@given(WORDS)
def test_replacing_takes_whole_words_and_follows_their_case(words: list[str]) -> None:
    text = " ".join(words)
    step = {"op": "replace", "pairs": [{"old": "book", "new": "volume"}], "which": "all", "n": 0}
    expected = " ".join({"book": "volume", "Book": "Volume"}.get(word, word) for word in words)
    assert carried_out(text, [step]) == expected


@given(WORDS, st.integers(2, 6))
def test_every_nth_word_is_counted_as_words_are(words: list[str], n: int) -> None:
    text = " ".join(words)
    step = {"op": "case", "to": "upper", "scope": "every_nth_word", "n": n, "pieces": []}
    expected = " ".join(word.upper() if at % n == 0 else word for at, word in enumerate(words, 1))
    assert carried_out(text, [step]) == expected
    assert len(word_places(text)) == word_count(text)


@given(st.dates(date(1000, 1, 1)), st.sampled_from([t for t in TARGETS if sort_of(t) == "date"]))
def test_dates_hold_their_day_in_every_form(day: date, target: str) -> None:
    said = rendered(day.isoformat(), target)
    assert str(day.year) in said
    assert str(day.day) in said


@given(st.integers(0, 23), st.integers(0, 59))
def test_times_can_be_told_apart(hour: int, minute: int) -> None:
    value = f"{hour}:{minute:02}"
    assert rendered(value, "HH:MM") == f"{hour:02}:{minute:02}"
    twelve = rendered(value, "h:MM am/pm")
    assert twelve.endswith("am" if hour < 12 else "pm")
    assert int(twelve.split(":")[0]) in (hour, hour - 12, 12)


@given(st.integers(-(10**9), 10**9))
def test_figures_are_grouped_by_thousands(number: int) -> None:
    assert rendered(str(number), "1,234.5").replace(",", "") == str(number)
    assert rendered(str(number), "1.234,5").replace(".", "") == str(number)


@pytest.mark.parametrize("value", ["", "5 March", "2024-13-01", "NaN", "1e99", "3 sheep"])
def test_a_value_that_is_none_is_refused(value: str) -> None:
    for target in ("YYYY-MM-DD", "HH:MM", "1,234.5", "km"):
        with pytest.raises(NoValue):
            rendered(value, target)


@pytest.mark.parametrize(
    ("value", "target", "decimals", "said"),
    [
        ("34 mile", "km", 1, "54.7 km"),
        ("39 °F", "°C", 0, "4 °C"),
        ("18 oz", "g", 0, "510 g"),
        ("60 mph", "km/h", 1, "96.6 km/h"),
    ],
)
def test_measures_are_converted(value: str, target: str, decimals: int, said: str) -> None:
    assert rendered(value, target, decimals) == said


@given(st.text("0123456789-/ ", min_size=1, max_size=20), st.integers(0, 6))
def test_stars_leave_the_last_characters_and_the_shape(hidden: str, n: int) -> None:
    masked = mask_of({"style": "keep_last", "n": n}, "", 1, hidden)
    digits = sum(map(str.isalnum, hidden))
    assert len(masked) == len(hidden)
    assert sum(map(str.isalnum, masked)) == min(n, digits)
    assert masked.count("*") == max(0, digits - n)


def test_the_same_person_keeps_a_number_and_another_gets_another() -> None:
    text = "Ada Brook met Bea. Ada Brook left, Bea stayed, Cem came."
    hide = [{"sort": "person", "as_written": [name], "label": "[NAME]"} for name in ("Cem", "Bea", "Ada Brook")]
    step = {"op": "mask", "style": "numbered", "n": 0, "hide": hide}
    assert carried_out(text, [step]) == "[NAME 1] met [NAME 2]. [NAME 1] left, [NAME 2] stayed, [NAME 3] came."


@given(WORDS, st.data())
def test_a_word_lost_anywhere_is_seen(words: list[str], data: st.DataObject) -> None:
    text = " ".join([*words, "end"])
    at = data.draw(st.integers(0, len(words) - 1))
    lost = " ".join([*words[:at], *words[at + 1 :], "end"])
    assert unlike(text, text, lost)


@pytest.mark.parametrize(
    ("expected", "result"),
    [
        ('He said "no" - twice.', "He said “no” – twice."),
        ("One **two** three.", "One __two__ three."),
        ("A line\nbroken by hand.", "A line broken by hand."),
        ("Two  spaces.", "Two spaces."),
    ],
)
def test_the_style_of_printing_is_let_be(expected: str, result: str) -> None:
    assert unlike(expected, expected, result) == []


def test_an_article_goes_with_its_word_but_only_beside_it() -> None:
    original, expected = "He ate a pear. She had a plan.", "He ate a apple. She had a plan."
    assert unlike(original, expected, "He ate an apple. She had a plan.") == []
    assert unlike(original, expected, "He ate an apple. She had no plan.")


def test_open_ends_of_sentences_are_said_to_be_open() -> None:
    assert sentence_places("He came. She left.") == [(0, 8), (9, 18)]
    step = {"op": "case", "to": "upper", "scope": "first_word_of_sentences", "n": 0, "pieces": []}
    assert any("open" in fault for fault in step_faults("Dear Ms Brook,\nhe came at 4 p.m. Then he left.", [step]))


@given(TEXT, st.text("abé. ", min_size=1, max_size=8))
def test_occurrences_hold_the_piece(text: str, piece: str) -> None:
    for start, end in occurrences(text, piece):
        assert text[start:end].split() == piece.split()


def test_the_first_three_are_counted_through_all_forms_of_a_word() -> None:
    text = "A jar, two jars, the jar, more jars."
    pairs = [{"old": "jar", "new": "tin"}, {"old": "jars", "new": "tins"}]

    def made(which: str, n: int) -> str:
        return carried_out(text, [{"op": "replace", "pairs": pairs, "which": which, "n": n}])

    assert made("first", 3) == "A tin, two tins, the tin, more jars."
    assert made("every", 2) == "A jar, two tins, the jar, more tins."
    assert made("last", 1) == "A jar, two jars, the jar, more tins."
