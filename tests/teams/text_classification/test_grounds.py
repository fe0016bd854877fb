"""An account of a label rests on the text, not on what the label means, in whatever language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.text_classification.grounds import frame, is_grounded, quote_faults
from tests.teams.text_classification.faults import INTENT, TICKET

FACTS = {**INTENT, "labels": [{**one, "shown": one["name"]} for one in INTENT["labels"]]}  # type: ignore[dict-item]
AROUND = frame(FACTS)


@given(st.lists(st.sampled_from(AROUND.split()), max_size=40))
def test_words_of_the_definitions_alone_are_no_grounds(words: list[str]) -> None:
    # A single word of the frame may stand in the text too: it says nothing of it all the same.
    assert not is_grounded(" ".join(words), TICKET, AROUND)


@given(st.sampled_from([s for s in TICKET.split(". ") if len(s.split()) > 5]))
def test_what_the_text_says_is(sentence: str) -> None:
    assert is_grounded(f"It says: “{sentence}”.", TICKET, AROUND)


@pytest.mark.parametrize(
    ("reason", "text", "holds"),
    [
        ("刃こぼれがあると書かれている。", "返却されたのこぎりに刃こぼれがあり、柄も緩んでいた。", True),
        ("この分類に当てはまるからである。", "返却されたのこぎりに刃こぼれがあり、柄も緩んでいた。", False),
        ("Пила вернулась с погнутыми зубьями.", "Соседская пила вернулась, зубья у неё погнуты, пила скрипит.", True),
        ("Это именно то, что описывает данная метка.", "Соседская пила вернулась, зубья у неё погнуты.", False),
        (
            "Marta asks for it.",
            "This came from Marta, who wants the red ladder back before she starts on her roof.",
            True,
        ),
    ],
)
def test_grounds_are_seen_in_any_language(reason: str, text: str, holds: bool) -> None:
    assert is_grounded(reason, text, "labels: defect, praise") is holds


def test_evidence_points_at_something() -> None:
    assert not list(quote_faults("my name is now on the list", TICKET))
    for wrong in (TICKET, "so", "it", "my name is on your list", 7, None):
        assert list(quote_faults(wrong, TICKET))
