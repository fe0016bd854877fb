"""Options as they stand in an answer: repeated as a list, judged line by line, named by their text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from eval.extract.visible import blank

_LINE = re.compile(
    r"^[ \t>|]{0,6}(?:[-*•][ \t]{1,3})?(\[[ xX✓]?\][ \t]{0,2})?(?:[-*•][ \t]{1,3})?[*_(\[]{0,4}"
    r"(?:option |choice )?([A-Pa-p])(?:(?=[*_]{0,3}[).\]:])[).\]:*_]{1,6}|[*_]{1,3}|(?=[ \t]{0,2}[|✓✔✅✗✘❌–—:-])"
    r"|(?= (?:is|are|yes|no|nope|nah|right|wrong|correct)\b))"
    r"[ \t]{0,3}[|:–—-]{0,2}[ \t]{0,3}([^\n]{0,400})$",
    re.MULTILINE,
)
_GOOD = re.compile(r"[✓✔✅☑]|\b(?:correct|right|yes|true|fits|best|works|richtig|correcta?)\b", re.IGNORECASE)
_BAD = re.compile(
    r"[✗✘❌]|\b(?:incorrect|wrong|no|not|false|doesn[’']t|isn[’']t|nope|nah|falsch|untrue|unlike|neither|but)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that begins with the letter of an option."""

    letter: str
    body: str
    start: int
    end: int
    ticked: bool | None = None
    """True for `[x]`, False for `[ ]`, None where there is no such box."""


def lines(words: str, letters: str) -> list[Line]:
    """Return the lines that begin with an option's letter, if there are two different ones at least; else none."""
    found = []
    for one in _LINE.finditer(words):
        letter = one[2].upper()
        if letter in letters:
            ticked = None if one[1] is None else one[1].strip() not in ("[ ]", "[]")
            found.append(Line(letter, one[3], one.start(), one.end(), ticked))
    return found if len({one.letter for one in found}) > 1 else []


def judged(listed: Sequence[Line]) -> list[Line]:
    """Return the lines whose body says that the option is right, where others' bodies do not."""
    ticks = [one for one in listed if one.ticked]
    if ticks:
        return ticks
    good = [one for one in listed if _GOOD.search(one.body) and not _BAD.search(one.body)]
    return good if len(good) < len(listed) else []


def without_echo(words: str, options: Sequence[str], letters: str, least: int = 2) -> str:
    """Return the words with a repeated list of options blanked: `least` or more labels, each with just its own text,
    and nothing between them but marks."""
    places = sorted(_labelled(words, options, letters))
    group: list[tuple[int, int, str]] = []
    for place in [*places, (len(words) + 99, 0, "")]:
        if group and not _adjoining(words, group[-1][1], place[0]):
            if len({letter for _, _, letter in group}) >= least:
                words = blank(words, group[0][0], group[-1][1])
            group = []
        group.append(place)
    return words


def _labelled(words: str, options: Sequence[str], letters: str) -> list[tuple[int, int, str]]:
    found = []
    for letter, option in zip(letters, options, strict=False):
        pattern = re.compile(
            rf"(?<![A-Za-z0-9])[*_(\[]{{0,4}}{letter}[).\]:*_]{{1,5}}\s{{0,3}}[-–—:]?\s{{0,3}}{_loosely(option)}"
            r"[.;,*_]{0,4}(?=\s|$|\()",
            re.IGNORECASE,
        )
        found += [(one.start(), one.end(), letter) for one in pattern.finditer(words)]
    return found[:2_000]


def _adjoining(words: str, end: int, start: int) -> bool:
    return 0 <= start - end <= 12 and not re.search(r"[A-Za-z0-9]", re.sub(r"\b(?:or|and)\b", "", words[end:start]))


def option_places(words: str, options: Sequence[str], letters: str) -> list[tuple[int, int, str]]:
    """Return where texts of options stand, in order; an option within a longer one's match is not counted."""
    found = []
    for letter, option in zip(letters, options, strict=False):
        if not option.strip():
            continue
        pattern = re.compile(rf"(?<![\w.,]){_loosely(option)}(?![\w]|[.,]\d)", re.IGNORECASE)
        found += [(one.start(), one.end(), letter) for one in pattern.finditer(words)]
    found.sort(key=lambda one: (one[0], -one[1]))
    kept: list[tuple[int, int, str]] = []
    for one in found:
        if not kept or one[0] >= kept[-1][1]:
            kept.append(one)
    return kept


def _loosely(option: str) -> str:
    """Make a pattern of an option's text: any white space for each, no full stop at its end."""
    parts = option.strip().rstrip(".").split()
    return r"\s{1,3}".join(re.escape(part) for part in parts) or r"(?!)"
