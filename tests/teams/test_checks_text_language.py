"""Text in another language is noticed; names, code, quotations and short strings are no evidence."""

# rows of data

import pytest

pytest.importorskip("teams.engine.tongue", reason="what tells languages apart is not there yet")

from teams.engine.checks.language import in_language

GERMAN = "Die Brücke über den Fluss bleibt den ganzen Winter geschlossen, weil niemand das Eis räumen will."
ENGLISH = "The bridge over the river stays closed for the whole winter, because nobody wants to clear the ice."
FRENCH = "Le pont sur la rivière reste fermé tout l'hiver, parce que personne ne veut enlever la glace."


@pytest.mark.parametrize(("text", "tag"), [(GERMAN, "de-AT"), (ENGLISH, "en"), (FRENCH, "French")])
def test_the_right_language(text: str, tag: str) -> None:
    assert in_language([text], tag) == []


@pytest.mark.parametrize(("text", "tag"), [(GERMAN, "en"), (ENGLISH, "German"), (FRENCH, "es"), (ENGLISH, "fr")])
def test_another_language(text: str, tag: str) -> None:
    assert in_language([text], tag)


def test_what_is_no_evidence() -> None:
    assert (
        in_language([f"{GERMAN}\n\n```python\nfor name in names: print(name)\n```\n\nOK", f"„{ENGLISH}“"], "de") == []
    )
    assert in_language([f"{GERMAN}\n\n{ENGLISH}"], "de", "en") == []
    assert in_language([f"{GERMAN}\n\n{ENGLISH} {ENGLISH} {ENGLISH}"], "de")
