"""What programs see of a text in other words: what turns a sentence is seen, what is truly reworded is let be."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.text_modification.faithful import foreign, near_copy, unfaithful
from tests.teams.text_modification.pairs import NOTICE, PARAPHRASED, REWORDED, RULES


@pytest.mark.parametrize(("original", "result"), [(RULES, REWORDED), (NOTICE, PARAPHRASED)])
def test_what_is_reworded_is_let_be(original: str, result: str) -> None:
    assert not [*unfaithful(original, result), *foreign(original, result), *near_copy(original, result)]


@given(st.text("abcdefg hijk.,!?\n0123456789%€-", max_size=300), st.text("abcdefg hijk.,!?\n0123456789", max_size=300))
def test_no_text_is_too_odd_to_be_looked_at(original: str, result: str) -> None:
    for fault in (*unfaithful(original, result), *foreign(original, result), *near_copy(original, result)):
        assert fault


@given(st.lists(st.sampled_from(RULES.split()), max_size=60))
def test_a_text_is_as_faithful_to_itself_as_can_be(words: list[str]) -> None:
    text = " ".join(words)
    assert not list(unfaithful(text, text))


@pytest.mark.parametrize(
    ("said", "now"),
    [
        ("The gate is not locked in winter.", "The gate is locked in winter."),
        ("Der Hund der Nachbarn darf nicht in den Garten laufen.", "Der Hund der Nachbarn darf in den Garten laufen."),
        ("Members must report every broken thing.", "Members can report every broken thing."),
        ("Les membres doivent signaler chaque outil cassé.", "Les membres peuvent signaler chaque outil cassé."),
        ("Nobody lends the ladder to strangers.", "Somebody lends the ladder to strangers."),
        ("The loan runs for 21 days.", "The loan runs for 21 hours."),
        ("The deposit is 50 euros for each machine.", "The deposit is 50 percent for each machine."),
    ],
)
def test_small_words_that_turn_a_sentence_are_seen(said: str, now: str) -> None:
    assert list(unfaithful(said, now))


@pytest.mark.parametrize(
    ("said", "now"),
    [
        ("Nobody pays more than 10 euros for a late book.", "For a late book 10 euros are the most that is paid."),
        ("Books for children cost nothing.", "Books for children are free."),
        ("The gate is not locked in winter.", "The gate stays open in winter."),
        ("Members must report every broken thing.", "Every broken thing has to be reported by members."),
        ("It takes 2 hours and costs 30 euros.", "For €30 it is done in 120 minutes."),
    ],
)
def test_the_same_in_other_words_is_no_fault(said: str, now: str) -> None:
    assert not list(unfaithful(said, now))


def test_another_language_and_a_copy_with_words_exchanged_are_seen() -> None:
    german = (
        "Die Bücherei schließt ab dem 1. Juni um 18 Uhr, und wer ein Buch zu spät bringt, zahlt 2 Euro in der Woche."
    )
    assert list(foreign(NOTICE, german))
    assert not list(foreign(german, german))
    assert list(near_copy(RULES, RULES.replace("report", "tell").replace("charge", "fee")))
