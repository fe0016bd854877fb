"""The worn voice is told from prose by people.

Measured on 2.1 million words of fiction by Chekhov (Garnett), Chopin, Conan Doyle, O. Henry, Wodehouse and Woolf, in
pieces of 400 words: of 5,005 pieces one was called worn, for a door and a box that were unlocked; the pattern is gone.
The articles among our seeds are read here.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.creative_content.worn import too_worn, worn
from tests.teams.creative_content.faults import LETTER_DE, POEM, RECORDED, SCENE, WORN, answer_of
from tests.teams.recording import read

ARTICLES = sorted((Path(__file__).parents[2] / "seeds" / "articles").iterdir())
AD = """Introducing the Lumo 700, a game-changer for your weekends. Nestled in a box the size of a picnic basket, it seamlessly powers your adventures. Look no further: it's not just a battery, it's freedom. Elevate your outdoors and unlock your potential."""  # noqa: E501
CHILD = """Little did Timmy the tortoise know, this was the day that would change everything. His eyes sparkled with wonder. And so, Timmy learned that the real treasure was the friends he had made."""  # noqa: E501
POST = """Life is a journey, a tapestry of moments. In a world where everything moves fast, it is a gentle reminder that resilience in small things resonates deeply. Let's embrace it."""  # noqa: E501


@pytest.mark.parametrize("text", [WORN, AD, CHILD, POST], ids=["story", "advertisement", "children", "post"])
def test_the_worn_voice_is_heard(text: str) -> None:
    assert len(too_worn(text)) >= 3


@pytest.mark.parametrize("path", ARTICLES, ids=lambda path: path.stem)
def test_prose_by_people_is_not_called_worn(path: Path) -> None:
    assert too_worn(path.read_text(encoding="utf-8")) == []


def test_the_recorded_pieces_are_not_worn() -> None:
    pieces = [answer_of(read(path).pair(line)) for path in RECORDED for line in read(path).pairs if line["accepted"]]
    assert len(pieces) > 5
    assert [too_worn(piece) for piece in (*pieces, SCENE, POEM, LETTER_DE)] == [[]] * (len(pieces) + 3)


def test_one_phrase_proves_nothing_and_a_name_does() -> None:
    assert worn("He couldn't help but laugh.")
    assert too_worn("He couldn't help but laugh.") == []
    assert [one.sort for one in too_worn("Elara closed the gate and went home.")] == ["name"]


def test_what_the_request_names_is_not_held_against_the_piece() -> None:
    assert too_worn("Elara closed the gate.", asked="My daughter Elara is five.") == []


def test_allowance_grows_with_length() -> None:
    once = "She couldn't help but laugh. It was barely above a whisper."
    assert too_worn(once)
    assert too_worn(once + " The boat was late and they took the other one." * 200) == []


@given(st.text(max_size=400))
def test_any_text_can_be_read(text: str) -> None:
    assert set(too_worn(text)) <= set(worn(text))
