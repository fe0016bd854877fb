"""Bold, italic and other marks in Markdown: set, and told apart from the text they stand in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from teams.text_modification.exact.places import Edit, all_places, chosen, occurrences

MARKS: Mapping[str, tuple[str, str]] = {
    "bold": ("**", "**"),
    "italic": ("*", "*"),
    "bold_italic": ("***", "***"),
    "underline": ("<u>", "</u>"),
    "strike": ("~~", "~~"),
    "code": ("`", "`"),
}
_OTHER_WAYS = (
    (re.compile(r"(?<![\w_])___(?=\S)(.+?)(?<=\S)___(?![\w_])", re.DOTALL), r"***\1***"),
    (re.compile(r"(?<![\w_])__(?=\S)(.+?)(?<=\S)__(?![\w_])", re.DOTALL), r"**\1**"),
    (re.compile(r"(?<![\w_])_(?=\S)([^_\n]+?)(?<=\S)_(?![\w_])"), r"*\1*"),
    (re.compile(r"<(?:b|strong)>(.+?)</(?:b|strong)>", re.DOTALL), r"**\1**"),
    (re.compile(r"<(?:i|em)>(.+?)</(?:i|em)>", re.DOTALL), r"*\1*"),
    (re.compile(r"<(?:s|del)>(.+?)</(?:s|del)>", re.DOTALL), r"~~\1~~"),
    (re.compile(r"<ins>(.+?)</ins>", re.DOTALL), r"<u>\1</u>"),
)


def one_way(text: str) -> str:
    """Return the text with its marks written in one of the ways that mean the same."""
    for pattern, put in _OTHER_WAYS:
        text = pattern.sub(put, text)
    return text


def unmarked(text: str) -> str:
    """Return the text without the marks."""
    for opening, closing in MARKS.values():
        text = text.replace(opening, "").replace(closing, "")
    return text


def mark_edits(text: str, step: Mapping[str, Any]) -> list[Edit]:
    """Return the edits. `step`: `mark`, `pieces`, `which`, `n` (of each piece by itself)."""
    opening, closing = MARKS[step["mark"]]
    pieces, which = step["pieces"], step.get("which", "all")
    wanted = {place for piece in pieces for place in chosen(occurrences(text, piece), which, step.get("n", 0))}
    return [Edit(a, b, f"{opening}{text[a:b]}{closing}") for a, b in all_places(text, pieces) if (a, b) in wanted]


def mark_faults(text: str, step: Mapping[str, Any]) -> Iterator[str]:
    """Yield what keeps marks from being set."""
    for piece in step["pieces"]:
        if not occurrences(text, piece):
            yield f"{piece!r} does not stand in the text"
        elif "\n\n" in piece or len(piece) > 300:
            yield f"{piece[:40]!r} is too long for a mark: it may not reach over a paragraph"
    if step.get("which", "all") != "all" and step.get("n", 0) < 1:
        yield "`n` has to say how many, from 1"
