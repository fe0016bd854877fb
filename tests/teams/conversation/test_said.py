"""Whether a text says a value, however it is written; and whose words a turn is made of."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.conversation.examining import agrees, papers
from teams.conversation.reading import speaks_as_assistant, speaks_for_other
from teams.conversation.said import figures, holds, rounds_to, stands
from teams.conversation.turns import Asked, Turn, forms_at, turns_of
from teams.engine.demands import Demand
from teams.engine.records import Pair
from tests.teams.recording import recorded


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("84 euros", "It comes to €84.00 in all."),
        ("1,400", "a loss of 1400 crowns"),
        ("1.400 Euro", "rund 1400 Euro"),
        ("14 May", "on May 14th"),
        ("three months", "for 3 months"),
        ("Ida", "then Ida's turn comes"),
        ("half a litre", "one half of a litre"),
        ("84,50", "84.50 are left"),
        ("first year", "In the first year nothing happens."),
    ],
)
def test_a_value_is_found_however_it_is_written(value: str, text: str) -> None:
    assert holds(value, text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("14 May", "on 14 June"),
        ("84", "840 of them"),
        ("5", "at half past two"),
        ("Ida", "the idea is good"),
        ("1.4 million", "1.5 million"),
        ("three", "thirty"),
        ("euros", ""),
        ("1893", "in 1899"),
        ("first year", "with a cup in one hand"),
        ("412 bottles", "414 bottles"),
        ("8,412.60", "8,412.90"),
    ],
)
def test_another_value_is_not_taken_for_it(value: str, text: str) -> None:
    assert not holds(value, text)


@pytest.mark.parametrize(
    ("answer", "key", "is_same"),
    [
        ("she was not there", "she was there", False),
        ("the 3rd, no later", "the 3rd", True),
        ("Ida", "Ida's turn", True),
        ("1899", "1893", False),
        ("33.33", "33.3333", True),
    ],
)
def test_a_blind_answer_is_the_key_or_is_not(answer: str, key: str, is_same: bool) -> None:
    assert agrees(answer, key) is is_same


def test_a_name_is_no_common_word() -> None:
    assert stands("Winter", "as I told Ms Winter")
    assert not stands("Winter", "cleared late in winter")
    assert stands("winter", "Winter is near")


@given(st.integers(0, 10_000_000))
def test_thousands_are_read_in_every_style(number: int) -> None:
    for style in (f"{number}", f"{number:,}", f"{number:,}".replace(",", "."), f"{number:,}".replace(",", "\u202f")):
        assert figures(f"it is {style} in all") == [float(number)]
        assert holds(str(number), f"it is {style} in all")


@given(st.floats(0.01, 1e6, allow_nan=False))
def test_what_people_round_is_the_same(worth: float) -> None:
    assert rounds_to(worth, round(worth))
    assert rounds_to(worth, round(worth, 1))
    assert not rounds_to(worth, worth * 1.5 + 2)


_TEXTS = st.lists(st.text("abc 19", min_size=1, max_size=8).map(str.strip).filter(bool), max_size=3).map(tuple)
_FORMS = st.builds(
    Asked, st.builds(Demand, st.just("word_max"), st.fixed_dictionaries({"n": st.integers(1, 99)}), st.text(max_size=9)), st.booleans()
)  # fmt: skip


@given(st.integers(1, 6), _TEXTS, _TEXTS, st.text(max_size=9), st.lists(_FORMS, max_size=2).map(tuple))
def test_turns_are_data_and_come_back(number: int, says: tuple[str, ...], uses: tuple[str, ...], key: str, forms: tuple[Asked, ...]) -> None:  # fmt: skip
    turn = Turn(number, "refer", "about it", 1, says, uses, key=key, forms=forms)
    assert turns_of({"turns": [turn.as_dict()]}) == [turn]


def test_a_form_lasts_or_holds_for_its_answer_only() -> None:
    once, lasting = Demand("a", {}, "just this once"), Demand("b", {}, "from now on")
    turns = [Turn(1), Turn(2, "refer", forms=(Asked(once),)), Turn(3, "refer", forms=(Asked(lasting, True),)), Turn(4)]
    assert [[form.rule for form in forms_at(turns, n)] for n in (1, 2, 3, 4)] == [[], ["a"], ["b"], ["b"]]


def test_each_side_is_known_by_its_words() -> None:
    assert speaks_for_other("Peas with mint.\nUser: and else?") == "User:"
    assert speaks_for_other("Peas with mint.\n[2] assistant: and more") == "[2] assistant:"
    assert speaks_for_other("A user: somebody who uses it.") is None
    assert speaks_as_assistant("How can I help you today?")
    assert speaks_as_assistant("and what do I do with the peas?") is None


@pytest.mark.parametrize("pair", recorded("conversation"), ids=lambda pair: pair.id.removeprefix("conversation/"))
def test_every_turn_that_leans_is_shown_alone_to_somebody(pair: Pair) -> None:
    alone = [paper for paper in papers(pair) if paper.is_alone]
    assert alone
    assert all(len(paper.text) < 1200 for paper in alone), "the talk before it is not shown"
