"""What a program sees of a text that was put into other words: figures, copied runs, length of sentences and words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from teams.engine.checks.copying import copied_runs
from teams.engine.checks.figures import figures_grounded
from teams.text_modification.exact.compare import folded
from teams.text_modification.exact.places import occurrences
from tools.counting import plain_words, sentences, word_count
from tools.markup import MARKER

_FIGURE = re.compile(r"\d(?:[\d.,'’\u00a0\u202f]*\d)?")
_SPACED = re.compile(r"(?<=\d) (?=\d{3}(?!\d))")
_WRITTEN_OUT = 12
"""Figures up to so many may be written in words."""


def figures(text: str) -> list[str]:
    """Return the figures of a text as bare digits, so that 1,200 and 1.200 are the same; list numbers aside."""
    found = []
    for line in text.split("\n"):
        bare = line.strip()
        if (mark := MARKER.match(bare)) and bare[:1].isdigit():
            bare = bare[mark.end() :]
        found += [re.sub(r"\D", "", match) for match in _FIGURE.findall(bare)]
    return found


def lost_figures(original: str, result: str) -> list[str]:
    """Return the figures of the original that the result has not, those small enough to be written out aside.

    8,930 is found again in 8930, 8.930 and "8 930"; where a space may part two figures as well, either reading counts.
    """
    there = {*figures(result), *figures(_SPACED.sub("", result)), *re.findall(r"\d+", result)}
    return [
        f for f in dict.fromkeys(figures(original)) if f not in there and not (len(f) < 3 and int(f) <= _WRITTEN_OUT)
    ]


def new_figures(original: str, result: str, allowed: Iterable[str] = ()) -> list[str]:
    """Return what of the result's figures the original does not give, those that the request itself names aside."""
    # Not a source like the original: with the request's own figures nearly any other is the sum of some.
    named = {figure for text in allowed for figure in figures(text)}
    return [fault for fault in figures_grounded(result, [original]) if not set(figures(fault)) & named]


def figure_faults(original: str, result: str, *, most_lost: float = 0.1) -> Iterator[str]:
    """Yield what of the figures of an original is lost beyond the share allowed."""
    lost, count = lost_figures(original, result), len(set(figures(original)))
    if lost and len(lost) > most_lost * count:
        yield f"{len(lost)} of {count} figures are lost: {', '.join(lost[:6])}"


def longest_run(result: str, original: str, kept: Sequence[str] = ()) -> tuple[int, str]:
    """Return the longest run of words that a result copies, and its words; terms that have to stay part a run."""
    for piece in kept:
        for start, end in reversed(occurrences(result, piece, any_case=True)):
            result = f"{result[:start]}\n§\n{result[end:]}"
    longest = max(copied_runs(result, original, run=3), key=lambda run: run.words, default=None)
    return (longest.words, " ".join(longest.text.split())) if longest else (0, "")


def missing(result: str, pieces: Iterable[str]) -> list[str]:
    """Return which of the pieces do not stand in the result, whatever the style of printing and the case."""
    read = folded(result).casefold()
    return [piece for piece in pieces if folded(piece).replace("\n", " ").casefold() not in read.replace("\n", " ")]


def sentence_length(text: str) -> float:
    """Return how many words a sentence of the text has on average."""
    found = sentences(text)
    return sum(map(word_count, found)) / len(found) if found else 0.0


def word_length(text: str) -> float:
    """Return how many letters a word of the text has on average."""
    found = plain_words(text)
    return sum(map(len, found)) / len(found) if found else 0.0


def growth(original: str, result: str) -> float:
    """Return how many times as many words the result has."""
    return word_count(result) / max(1, word_count(original))


def kept_words(original: str, result: str) -> tuple[float, list[str]]:
    """Return which share of the original's words the result has, and the result's words that the original has not."""
    old, new = plain_words(original), plain_words(result)
    there, known = set(new), set(old)
    share = sum(word in there for word in old) / max(1, len(old))
    return share, [word for word in new if word not in known]
