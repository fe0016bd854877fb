"""Places in a text: where words stand, which of them are meant, and what the text is once they are changed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from tools.counting import sentence_count, sentences
from tools.markup import MARKER

WHICH = ("all", "first", "last", "every")
"""All occurrences, the first n, the last n, every n-th."""


@dataclass(frozen=True)
class Edit:
    """What stands from `start` to `end` (characters, end not included) becomes `put`."""

    start: int
    end: int
    put: str


def applied(text: str, edits: Iterable[Edit]) -> str:
    """Return the text with all edits made at once; where two overlap, the one that begins first, the longer of two."""
    made, at = [], 0
    for edit in sorted(edits, key=lambda e: (e.start, -e.end)):
        if edit.start < at:
            continue
        made += [text[at : edit.start], edit.put]
        at = edit.end
    return "".join(made) + text[at:]


def occurrences(text: str, piece: str, *, any_case: bool = False) -> list[tuple[int, int]]:
    """Return where `piece` stands as words of its own; a line break in the text is a space in the piece."""
    words = piece.split()
    if not words:
        return []
    pattern = r"\s+".join(map(re.escape, words))
    before = r"(?<!\w)" if words[0][0].isalnum() and words[0][0] < "\u2e80" else ""
    after = r"(?!\w)" if words[-1][-1].isalnum() and words[-1][-1] < "\u2e80" else ""
    found = re.finditer(before + pattern + after, text, re.IGNORECASE if any_case else 0)
    return [match.span() for match in found]


def chosen(places: Sequence[tuple[int, int]], which: str, n: int) -> list[tuple[int, int]]:
    """Return those of the places that `which` and `n` mean."""
    if which == "first":
        return list(places[:n])
    if which == "last":
        return list(places[-n:]) if n else []
    if which == "every":
        return list(places[n - 1 :: n]) if n else []
    return list(places)


def all_places(text: str, pieces: Iterable[str], *, any_case: bool = False) -> list[tuple[int, int]]:
    """Return where any of the pieces stands, in the order of the text; of two that overlap the longer."""
    found = [place for piece in pieces for place in occurrences(text, piece, any_case=any_case)]
    kept: list[tuple[int, int]] = []
    for start, end in sorted(set(found), key=lambda p: (p[0], -p[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def word_places(text: str) -> list[tuple[int, int]]:
    """Return where the words of a text stand, counted as `tools.counting` does: what stands between spaces and holds
    a letter or digit, list marks aside."""
    return list(_word_places(text))


@lru_cache(maxsize=64)
def _word_places(text: str) -> tuple[tuple[int, int], ...]:
    found: list[tuple[int, int]] = []
    at = 0
    for line in text.split("\n"):
        lead = len(line) - len(line.lstrip())
        mark = MARKER.match(line.lstrip())
        skip = lead + (mark.end() if mark else 0)
        found += [
            (at + m.start(), at + m.end())
            for m in re.finditer(r"[^\s—–…|]+", line)
            if m.start() >= skip and _is_word(m[0])
        ]
        at += len(line) + 1
    return tuple(found)


def _is_word(token: str) -> bool:
    return any(c.isalnum() for c in token)


def sentence_places(text: str) -> list[tuple[int, int]] | None:
    """Return where the sentences of a text stand; None where it is open where some of them end."""
    count = sentence_count(text)
    if count.least != count.most:
        return None
    found, at = [], 0
    for sentence in sentences(text):
        pattern = r"\s+(?:[-*+•>|#]+\s+)?".join(map(re.escape, sentence.split()))
        match = re.compile(pattern).search(text, at)
        if match is None:
            return None
        found.append(match.span())
        at = match.end()
    return found
