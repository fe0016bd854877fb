"""Requirements: every rule is met and broken, a request says what is checked or its writer hears why not."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.creative_content.rules import RULES, broken, misread, stands_at_odds
from teams.creative_content.rules.measure import labelled, part_count, speakers, steps, times, title_of, without_title
from teams.creative_content.sums import wrong_sums
from tests.teams.creative_content.faults import SCENE, need

PROSE = (
    "The gate was open. Nobody had opened it.\n\nBy nine the pond had gone after the sea, and the boat lay on its side."
)
VERSE = "Mud on the sill\nUnder the gate\nDoors standing still\n\nEven the eels are late"
STEPS = "Bread\n\n1. Wash the barley.\n2. Wait, and wait.\n3. Eat."
CASES = [
    ("word_count", PROSE, need("word_count", "", low=10, high=40), need("word_count", "", high=10)),
    ("words_about", PROSE, need("words_about", "", high=24), need("words_about", "", high=60)),
    ("characters", PROSE, need("characters", "", high=200), need("characters", "", high=50)),
    ("sentences", PROSE, need("sentences", "", low=3, high=3), need("sentences", "", low=5)),
    ("sentence_length", PROSE, need("sentence_length", "", high=18), need("sentence_length", "", high=6)),
    ("paragraphs", PROSE, need("paragraphs", "", low=2, high=2), need("paragraphs", "", high=1)),
    ("lines", VERSE, need("lines", "", low=4, high=4), need("lines", "", low=5)),
    ("stanzas", VERSE, need("stanzas", "", low=2), need("stanzas", "", low=3)),
    ("parts", "## One\n\na\n\n## Two\n\nb", need("parts", "", low=2, high=2), need("parts", "", low=3)),
    ("steps", STEPS, need("steps", "", low=3, high=3), need("steps", "", high=2)),
    ("words_in", PROSE, need("words_in", "", "pond", "on its side"), need("words_in", "", "gates")),
    ("words_out", PROSE, need("words_out", "", "gates", "river"), need("words_out", "", "The sea")),
    ("phrase_returns", STEPS, need("phrase_returns", "", "wait", low=2, high=2), need("phrase_returns", "", "eat", low=2)),
    ("opens_with", STEPS, need("opens_with", "", "Bread"), need("opens_with", "", "Wash")),
    ("closes_with", PROSE, need("closes_with", "", "lay on its side."), need("closes_with", "", "lay on")),
    ("title", STEPS, need("title", "", high=2), need("title", "", high=0)),
    ("lipogram", PROSE, need("lipogram", "", "z"), need("lipogram", "", "e")),
    ("acrostic", VERSE, need("acrostic", "", "mude"), need("acrostic", "", "mudd")),
    ("speakers", SCENE, need("speakers", "", low=2, high=2), need("speakers", "", high=1)),
    ("speakers_are", SCENE, need("speakers_are", "", "Ruth", "Otto"), need("speakers_are", "", "Ruth", "Ada")),
    ("turn_length", SCENE, need("turn_length", "", high=40), need("turn_length", "", high=3)),
    ("labels", "Speech: a\n\nCard: b", need("labels", "", "Speech", "Card"), need("labels", "", "Card", "Speech")),
    ("no_questions", PROSE, need("no_questions", ""), None),
    ("no_exclamations", PROSE, need("no_exclamations", ""), None),
    ("no_speech", PROSE, need("no_speech", ""), None),
    ("no_digits", PROSE, need("no_digits", ""), None),
]  # fmt: skip


def test_every_rule_has_a_case() -> None:
    assert {name for name, *_ in CASES} == set(RULES)


@pytest.mark.parametrize(("name", "piece", "met", "missed"), CASES)
def test_a_rule_is_met_and_broken(
    name: str, piece: str, met: Mapping[str, Any], missed: Mapping[str, Any] | None
) -> None:
    assert broken(piece, met) == []
    if name == "title":
        assert broken(PROSE, met)
    elif missed is None:
        assert broken(f'{piece}\n\n"Why 4?" she asked. "Go!"', met)
    else:
        assert broken(piece, missed)


@given(st.sampled_from(sorted(RULES)), st.text(max_size=200), st.integers(0, 9), st.integers(0, 9))
def test_no_text_breaks_a_rule(name: str, piece: str, low: int, high: int) -> None:
    assert isinstance(broken(piece, need(name, "", "a word", low=low, high=high)), list)
    assert broken("", need(name, "", "a", low=low, high=high))


REQUEST = """Could I have it in about 200 words, at most 3 paragraphs, without "soul" and "dream"? It must begin with "Item 9" and I want 9.20 in it somewhere. Oh, and no question marks, and never a letter k."""


@pytest.mark.parametrize(
    "asked",
    [
        need("words_about", "in about 200 words", high=200),
        need("paragraphs", "at most 3 paragraphs", high=3),
        need("words_out", 'without "soul" and "dream"', "soul", "dream"),
        need("opens_with", 'It must begin with "Item 9"', "Item 9"),
        need("words_in", "I want 9.20 in it somewhere", "9.20"),
        need("no_questions", "no question marks"),
        need("lipogram", "never a letter k", "k"),
    ],
)
def test_a_request_that_says_it(asked: Mapping[str, Any]) -> None:
    assert list(misread(asked, REQUEST)) == []


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (need("words_about", "in about 250 words", high=250), "quote it letter by letter"),
        (need("words_about", "in about 200 words", high=250), "does not name 250"),
        (need("word_count", "in about 200 words", high=200), "no upper limit"),
        (need("words_about", "at most 3 paragraphs", high=3), "does not ask for what words_about"),
        (need("paragraphs", "at most 3 paragraphs", low=3), "no lower limit"),
        (need("paragraphs", "at most 3 paragraphs"), "needs `from` or `to`"),
        (need("paragraphs", "at most 3 paragraphs", low=5, high=3), "`from` is more than `to`"),
        (need("words_in", 'without "soul" and "dream"', "soul"), "keeps words out"),
        (need("words_out", "I want 9.20 in it somewhere", "9.20"), "does not ask for what words_out"),
        (need("words_out", 'without "soul" and "dream"', "soul", "heart"), "does not name 'heart'"),
        (need("words_out", 'without "soul" and "dream"'), "needs one to"),
        (need("opens_with", 'It must begin with "Item 9"', "Item 9", "Item"), "one entry"),
        (need("lipogram", "never a letter k", "kk"), "one letter"),
    ],
)
def test_a_request_that_does_not_say_it(asked: Mapping[str, Any], why: str) -> None:
    assert any(why in fault for fault in misread(asked, REQUEST)), list(misread(asked, REQUEST))


def test_in_another_language_figures_and_words_are_looked_for_alone() -> None:
    request = 'Höchstens 120 Wörter, und "Schlüssel" soll vorkommen; zwei Absätze.'
    assert list(misread(need("word_count", "Höchstens 120 Wörter", high=120), request, "de")) == []
    assert list(misread(need("paragraphs", "zwei Absätze", low=2, high=2), request, "de")) == []
    assert list(misread(need("word_count", "Höchstens 120 Wörter", high=130), request, "de"))
    assert list(misread(need("words_in", '"Schlüssel" soll vorkommen', "Lampe"), request, "de"))


@pytest.mark.parametrize(
    ("needs", "is_at_odds"),
    [
        ([need("word_count", "", high=100), need("words_about", "", high=200)], True),
        ([need("words_in", "", "the soul"), need("words_out", "", "soul")], True),
        ([need("lipogram", "", "k"), need("closes_with", "", "the clock stopped")], True),
        ([need("no_digits", ""), need("words_in", "", "9.20")], True),
        ([need("no_questions", ""), need("no_exclamations", "")], False),
        ([need("word_count", "", high=100), need("words_in", "", "a"), need("words_out", "", "b")], False),
    ],
)
def test_what_can_not_all_be_met_is_told(needs: list[Mapping[str, Any]], is_at_odds: bool) -> None:
    assert bool(list(stands_at_odds(needs))) == is_at_odds


def test_what_rules_look_at() -> None:
    assert title_of(STEPS) == "Bread"
    assert without_title("It was late, and the boat had gone.\n\nNobody spoke.").startswith("It was late")
    assert part_count("INT. MILL - NIGHT\n\nADA\nNo.\n\nEXT. POND - DAY\n\nADA\nYes.") == 2
    assert part_count("One.\n\n***\n\nTwo.\n\n***\n\nThree.") == 3
    assert part_count("# The diary\n\n## Monday\n\na\n\n## Tuesday\n\nb") == 2
    assert speakers("RUTH: No.\n\nShe empties a pocket onto the bench: tickets.\n\nOTTO: Mine.") == ["ruth", "otto"]
    assert speakers("RUTH\nYou're not on the list.\n\nOTTO\n(pouring)\nI'm early.\n\nRUTH\nNo.") == ["ruth", "otto"]
    assert steps("1. a\n2) b\nStep 3: c") == [1, 2, 3]
    assert times("BANG went the gate! BANG went the gate!", "Bang went the gate!") == 2
    assert times("the gates", "gate") == 0
    assert labelled("**Speech**\nFriends.\n\n**Card:** Come.", ["Speech", "Card"]) == {
        "Speech": "Friends.",
        "Card": "Come.",
    }
    assert labelled("Speech: a\nSpeech: b", ["Speech"]) is None


@given(st.integers(-999, 999), st.integers(1, 99), st.sampled_from(["+", "-", "×", "*"]), st.integers(-3, 3))
def test_sums_are_wrong_exactly_when_they_do_not_come_out(a: int, b: int, sign: str, off: int) -> None:
    a = abs(a)
    right = {"+": a + b, "-": a - b, "×": a * b, "*": a * b}[sign]
    assert bool(wrong_sums(f"So that is {a} {sign} {b} = {right + off} in all.")) == bool(off)


@pytest.mark.parametrize(
    "fine",
    ["10/3 ≈ 3.33", "1,200 / 4 = 300", "3,5 · 2 = 7", "x = 3 + 4", "7 = 5 + 2", r"$\frac{3}{4} \times 8 = 6$",
     "4 · 6 + 8 · 18 = 24 + 144 = 168", "pages 12-14", "1.5 h × 60 = 90", "n/3 · 6 + 2n/3 · 18 = 14n", "2 × 3 = 6 = 12 / 2"],
)  # fmt: skip
def test_what_comes_out_or_is_no_sum_is_let_be(fine: str) -> None:
    assert wrong_sums(fine) == []


@given(st.text("0123456789 +-*/=().,×÷≈^", max_size=80))
def test_no_row_of_signs_keeps_the_calculator_busy(text: str) -> None:
    assert isinstance(wrong_sums(text), list)


def test_stage_directions_in_brackets_are_not_said() -> None:
    long = "RUTH: No.\n\n(She goes out, comes back in, takes her coat and goes out again.)\n\nOTTO: (slowly, to the wall) Yes."
    assert broken(long, need("turn_length", "", high=3)) == []
    bare = long.replace("(She", "She").replace("again.)", "again.")
    assert any("in brackets" in fault for fault in broken(bare, need("turn_length", "", high=3)))
