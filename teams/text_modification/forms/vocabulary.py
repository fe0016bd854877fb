"""Rewriting under a rule on words and letters that a program can see."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from teams.engine.stages.forms import Draft, several, text
from teams.text_modification.conditions import CONDITIONS, condition_complaints, condition_faults
from teams.text_modification.forms.change import Change, named
from tools.counting import plain_words, sentences, word_count

RULES = (
    "every_word_begins",
    "every_nth_word_begins",
    "sentences_begin_with_vowel",
    "sentences_begin_with",
    "sentences_climb_the_alphabet",
    "without_letter",
    "words_no_longer_than",
    "acrostic_of_lines",
)
_LETTERED = ("every_word_begins", "every_nth_word_begins", "without_letter")
VOWELS = "aeiou"


class Constrained(Change):
    """The matter of a text under a rule of the game."""

    name = "constrained"
    shape = "exact"

    def fields(self) -> dict[str, Any]:
        return {
            "told": several(text(5, 200, ""), 1, 4, "what of the text the result tells all the same; few"),
            "rule": {
                "enum": list(RULES),
                "description": "sentences_climb_the_alphabet: the first sentence begins with the first letter, the "
                "next with the one after it; acrostic_of_lines: the first letters of the lines",
            },
            "letters": text(
                0,
                24,
                "the letter meant; for sentences_begin_with a letter or word; for the acrostic its word; for climbing "
                "the first letter; else empty",
            ),
            "n": {
                "type": "integer",
                "minimum": 0,
                "maximum": 20,
                "description": "every n-th word, or most letters of a word; else 0",
            },
            "words": {"type": "integer", "minimum": 5, "maximum": 250, "description": "fewest words of the result"},
            "conditions": CONDITIONS,
        }

    def more(self, wants: Mapping[str, Any]) -> dict[str, Any]:
        return {"points": list(wants["told"])}

    def wrong(self, draft: Draft, passage: str) -> Iterator[str]:
        wording, rule, letters, n = draft["question"], draft["rule"], draft["letters"].strip(), draft["n"]
        if rule in _LETTERED and not (len(letters) == 1 and letters.isalpha()):
            yield f"{rule} needs one letter"
        elif rule in ("sentences_begin_with", "acrostic_of_lines", "sentences_climb_the_alphabet") and not letters:
            yield f"{rule} needs its `letters`"
        elif letters and rule != "sentences_begin_with_vowel":
            yield from named(wording, [letters], "the letter or word")
        if rule in ("every_nth_word_begins", "words_no_longer_than"):
            yield from [f"{rule} needs `n`, from 2"] if n < 2 else _figure_named(wording, n)
        if rule == "every_word_begins" and draft["words"] > 60:
            yield "nobody can write so many words that all begin with one letter; ask for 12 to 40"
        yield from named(wording, [str(draft["words"])], "how many words it has at least, in digits:")
        yield from condition_complaints(draft["conditions"], wording, passage)

    def faults(self, original: str, result: str, wants: Mapping[str, Any], wording: str) -> Iterator[str]:
        broken = list(_broken(result, wants["rule"], wants["letters"].strip(), wants["n"]))
        if broken:
            shown = ", ".join(repr(one) for one in broken[:8])
            yield f"{wants['rule'].replace('_', ' ')} is not kept {len(broken)} times: {shown}"
        if (count := word_count(result)) < wants["words"]:
            yield f"it has {count} words; at least {wants['words']} were asked for"
        yield from condition_faults(result, wants["conditions"])

    def compared(self, original: str, result: str, wants: Mapping[str, Any]) -> str:
        return f"{wants['rule']} {wants['letters']!r} {wants['n'] or ''} holds for {word_count(result)} words"


def _figure_named(wording: str, n: int) -> Iterator[str]:
    # Second and third have words of their own.
    if n > 3:
        yield from named(wording, [str(n)], "the figure in digits:")


def plain(letter: str) -> str:
    """Return a letter without its marks, small: é is e, Ä is a."""
    return unicodedata.normalize("NFD", letter.casefold())[:1]


def _broken(result: str, rule: str, letters: str, n: int) -> Iterator[str]:
    """Yield the words, sentences and lines that break a rule."""
    if rule == "acrostic_of_lines":
        lines = [line for line in result.splitlines() if any(map(str.isalnum, line))]
        found = "".join(plain(_start(line)) for line in lines)
        wanted = "".join(plain(c) for c in letters if c.isalnum())
        yield from [f"the lines begin with {found!r}, not {wanted!r}"] * (found != wanted)
    elif "sentences" in rule:
        yield from _broken_sentences(result, rule, letters)
    else:
        yield from _broken_words(plain_words(result), rule, letters, n)


def _broken_words(words: list[str], rule: str, letters: str, n: int) -> Iterator[str]:
    first = plain(letters)
    match rule:
        case "every_word_begins":
            yield from (word for word in words if plain(word) != first)
        case "every_nth_word_begins":
            yield from (
                f"{word} (word {at})" for at, word in enumerate(words, 1) if at % n == 0 and plain(word) != first
            )
        case "without_letter":
            yield from (word for word in words if letters.casefold() in word)
        case "words_no_longer_than":
            yield from (word for word in words if sum(map(str.isalnum, word)) > n)


def _broken_sentences(result: str, rule: str, letters: str) -> Iterator[str]:
    for at, sentence in enumerate(sentences(result)):
        start = _start(sentence)
        match rule:
            case "sentences_begin_with_vowel":
                is_kept = plain(start) in VOWELS
            case "sentences_begin_with":
                is_kept = start.casefold().startswith(letters.casefold())
            case _:
                is_kept = plain(start) == chr(ord("a") + (ord(plain(letters)) - ord("a") + at) % 26)
        if not is_kept:
            yield sentence[:30]


def _start(sentence: str) -> str:
    return sentence[next((n for n, c in enumerate(sentence) if c.isalnum()), 0) :]
