"""Capital and small letters: which words of a text change, and into what."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from teams.text_modification.exact.places import Edit, all_places, sentence_places, word_places


def _title(word: str) -> str:
    first = next((n for n, c in enumerate(word) if c.isalnum()), 0)
    return word[:first] + word[first : first + 1].upper() + word[first + 1 :]


CASES: Mapping[str, Callable[[str], str]] = {
    "upper": str.upper,
    "lower": str.lower,
    "capital_first": _title,
    "swap": str.swapcase,
}
SCOPES = (
    "all",
    "pieces",
    "every_nth_word",
    "first_word_of_sentences",
    "last_word_of_sentences",
    "sentences_beginning",
    "first_sentence_of_paragraphs",
)


def places(text: str, scope: str, n: int, pieces: tuple[str, ...]) -> list[tuple[int, int]] | None:
    """Return the places whose case changes; None where the text does not settle them."""
    if scope == "pieces":
        return all_places(text, pieces)
    words = word_places(text)
    if scope == "all":
        return words
    if scope == "every_nth_word":
        return words[n - 1 :: n] if n else []
    spans = sentence_places(text)
    if spans is None:
        return None
    if scope == "sentences_beginning":
        return [s for s in spans if any(_begins(text[slice(*s)], piece) for piece in pieces)]
    if scope == "first_sentence_of_paragraphs":
        return [s for n, s in enumerate(spans) if not n or "\n\n" in text[spans[n - 1][1] : s[0]].replace(" ", "")]
    edge = 0 if scope == "first_word_of_sentences" else -1
    inside = ([w for w in words if s[0] <= w[0] < s[1]] for s in spans)
    return [found[edge] for found in inside if found]


def _begins(sentence: str, piece: str) -> bool:
    """Whether a sentence begins with a letter or a word, in capitals or not."""
    bare = sentence.lstrip("\"'“‘«([*_#- ").casefold()
    wanted = piece.strip().casefold()
    return bare.startswith(wanted) and (len(wanted) == 1 or not bare[len(wanted) : len(wanted) + 1].isalnum())


def case_edits(text: str, step: Mapping[str, Any]) -> list[Edit]:
    """Return the edits of a change of case. `step`: `to`, `scope`, `n`, `pieces`."""
    change = CASES[step["to"]]
    found = places(text, step["scope"], step.get("n", 0), tuple(step.get("pieces", ()))) or []
    if step["to"] == "capital_first":  # each word of a longer piece by itself
        words = word_places(text)
        found = [w for s in found for w in words if s[0] <= w[0] < s[1]]
    return [Edit(a, b, change(text[a:b])) for a, b in found if change(text[a:b]) != text[a:b]]


def case_faults(text: str, step: Mapping[str, Any]) -> Iterator[str]:
    """Yield what keeps a change of case from being carried out."""
    scope, n, pieces = step["scope"], step.get("n", 0), tuple(step.get("pieces", ()))
    if scope in ("pieces", "sentences_beginning") and not pieces:
        yield f"`pieces` has to hold what {scope!r} means"
    elif scope == "every_nth_word" and n < 2:
        yield "`n` has to be 2 at least for every n-th word"
    elif places(text, scope, n, pieces) is None:
        yield "where some sentences of this text end is open; choose a scope that does not need it"
