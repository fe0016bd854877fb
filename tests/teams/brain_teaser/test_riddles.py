"""What is invented is accounted for, sentence by sentence, as far as its kind of puzzle can be."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from teams.brain_teaser.forms import DETAIL, RIDDLE, STORY
from teams.brain_teaser.forms.riddle import unaccounted
from teams.brain_teaser.puzzles import PUZZLES, deal

BARROW = (
    "I have two legs, and stand on them only when I rest;\n"
    "my one foot has neither heel nor toe.\n"
    "I carry an orchard home in autumn.\n"
    "What am I?"
)
LETTER = (
    "Dear Rolf,\nthe man showed red apples of this year from his one tree. "
    "In May a frost had killed all its flowers, and no others came. "
    "The rain in June came when it should.\n"
    "Tell the others how I could know: did they grow there?\nYour Agnes of the long wet summer fair"
)


def clue(quote: str) -> dict[str, str]:
    return {"quote": quote, "because": "this is how it is true of it"}


def draft(question: str, *quotes: str) -> dict[str, Any]:
    rival = {"answer": "a donkey", "excluded_by": quotes[0], "because": "a donkey is not like that"}
    told = {"turn": "one thinks of a creature", "answer": "a wheelbarrow", "also": []}
    return {**told, "question": question, "clues": [clue(quote) for quote in quotes], "rivals": [rival]}


def test_a_line_of_a_riddle_that_no_clue_accounts_for_is_named() -> None:
    quotes = ("stand on them only when I rest", "has neither heel nor toe")
    assert unaccounted(BARROW, [clue(quote) for quote in quotes]) == ["I carry an orchard home in autumn."]
    assert list(RIDDLE.complaints(draft(BARROW, *quotes), "")) == [
        "no clue accounts for 'I carry an orchard home in autumn.'"
    ]
    assert not list(RIDDLE.complaints(draft(BARROW, *quotes, "I carry an orchard home"), ""))


def test_what_asks_and_who_signs_after_it_need_no_clue() -> None:
    quotes = [clue("of this year from his one tree"), clue("killed all its flowers"), clue("rain in June")]
    assert unaccounted(LETTER, quotes) == []


def test_one_detail_decides_and_its_colour_is_not_accounted_for() -> None:
    said = draft(LETTER, "of this year from his one tree", "killed all its flowers")
    assert list(STORY.complaints(said, "")) == ["no clue accounts for 'The rain in June came when it should.'"]
    assert not list(DETAIL.complaints(said, ""))
    said["clues"][0]["quote"] = "of last year"
    assert list(DETAIL.complaints(said, "")) == [
        "the question does not say 'of last year': quote the clue letter by letter"
    ]


def test_eight_lines_can_be_accounted_for_one_by_one() -> None:
    assert RIDDLE.draft(False)["clues"]["maxItems"] >= 8


@pytest.mark.parametrize("seed", range(40))
def test_what_is_dealt_is_neither_what_everybody_has_heard_nor_seen_at_once(seed: int) -> None:
    census = deal(PUZZLES["census"], Random(seed))
    assert census is not None
    assert census.data["product"] not in (36, 72)
    heaps = deal(PUZZLES["heaps"], Random(seed), "harder" if seed % 2 else "")
    assert heaps is not None
    assert len({*heaps.data["heaps"]}) == len(heaps.data["heaps"]), "no heap is the twin of another"
    family = deal(PUZZLES["siblings"], Random(seed), "harder")
    assert family is not None
    assert family.key >= 8
