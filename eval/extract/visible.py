"""What of an answer is meant for the reader: no thinking, no loops, no more than can be read in bounded time.

Everything left out is blanked, character for character, so that places in what remains are places in the answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 60_000
"""Characters that are read, from the end: an answer longer than a book chapter has its verdict there."""
_TAIL = 2_400
_TURNS, _LOOP = 5, 60
_THINKING = re.compile(r"<(/?)(think|thinking|thought|reasoning)>", re.IGNORECASE)
_CORRECTION = re.compile(
    r"\b(?:wait|actually|correction|scratch that|on second thought|on reflection|let me (?:correct|rethink|re-?check)"
    r"|i made (?:a|an) (?:mistake|error)|sorry, (?:i|that|the)|no, final|my mistake|correctly|moment mal|halt)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Visible:
    """The readable part of an answer."""

    words: str
    begin: int = 0
    """Where in the answer `words` starts."""
    loop: bool = False
    """It ends in the same words over and over."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return a place in the answer from a place in `words`."""
        return self.begin + start, self.begin + end

    def corrections(self) -> Iterator[int]:
        """Yield where the writer took something back, the last first; at most eight."""
        starts = [found.start() for found in _CORRECTION.finditer(self.words)]
        yield from reversed(starts[-8:])


def visible(answer: str) -> Visible:
    """Return what is left of an answer without its thinking; nothing is left of one cut off before it answered."""
    begin = max(0, len(answer) - LONGEST)
    words = _without_thinking(answer)[begin:]
    return Visible(words, begin, loops(words))


def blank(words: str, start: int, end: int) -> str:
    """Return the words with a part made spaces; its line breaks stay."""
    return words[:start] + re.sub(r"[^\n]", " ", words[start:end]) + words[end:]


def blank_all(words: str, pattern: re.Pattern[str]) -> str:
    """Return the words with all matches made spaces; line breaks stay."""
    return pattern.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), words)


def loops(words: str) -> bool:
    """Say whether the words end in a piece repeated five times or more, over sixty characters at least.

    The prefix function of the reversed tail gives the shortest period of each of its suffixes, in linear time.
    """
    tail = words.rstrip()[-_TAIL:][::-1]
    borders = [0] * len(tail)
    for at in range(1, len(tail)):
        length = borders[at - 1]
        while length and tail[at] != tail[length]:
            length = borders[length - 1]
        borders[at] = length + (tail[at] == tail[length])
    for at in range(_LOOP - 1, len(tail)):
        period = at + 1 - borders[at]
        unit = tail[:period].strip()
        if (at + 1) // period >= _TURNS and any(map(str.isalnum, unit)) and not unit.isdigit():
            return True
    return False


def _without_thinking(answer: str) -> str:
    """Blank closed thinking, what stands before a closing mark whose opening was in the prompt, and all after an
    opening that was never closed."""
    left_out: list[tuple[int, int]] = []
    opened: int | None = None
    for mark in _THINKING.finditer(answer):
        closing = bool(mark[1])
        if not closing and opened is None:
            opened = mark.start()
        elif closing and opened is not None:
            left_out.append((opened, mark.end()))
            opened = None
        elif closing and mark[2].lower().startswith("think"):
            left_out = [(0, mark.end())]
    if opened is not None:
        left_out.append((opened, len(answer)))
    pieces, kept = [], 0
    for start, end in left_out:
        pieces += [answer[kept:start], re.sub(r"[^\n]", " ", answer[start:end])]
        kept = end
    return "".join([*pieces, answer[kept:]])
