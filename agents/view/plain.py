"""Make a text harmless for a terminal: what would steer it becomes a mark that can be read.

What models and documents wrote may hold escape codes, marks that turn the writing round, or halves of characters. None
of it may reach a terminal as what it is. Lines stay lines, tabs become spaces.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator

TAB = "    "
_JOINERS = "\u200c\u200d"
"""Needed to write some scripts, and some pictures; they steer nothing."""
_SPACES = ("Zl", "Zp")
_UNSEEN = ("Cc", "Cf", "Cs", "Cn", *_SPACES)


class _Marks(dict[int, str]):
    """The mark for each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = made = _mark(code)
        return made


def _mark(code: int) -> str:
    letter = chr(code)
    if letter == "\n" or letter in _JOINERS:
        return letter
    if letter == "\t":
        return TAB
    if code < 0x20:
        return chr(0x2400 + code)  # Unicode has a picture of each
    if code == 0x7F:
        return "\u2421"
    # A variation of a letter is harmless; what has no name yet may be anything on some terminal.
    return f"[U+{code:04X}]" if unicodedata.category(letter) in _UNSEEN else letter


_MARKS = _Marks()


def inert(text: str) -> str:
    """Return a text that a terminal only shows. Harmless twice: what is inert stays as it is."""
    if text.isascii() and text.isprintable():
        return text
    return text.replace("\r\n", "\n").translate(_MARKS)


def one_line(text: str, most: int = 0) -> str:
    """Return a text as one inert line, cut to so many characters where `most` is given."""
    line = " ".join(text[: 4 * most if most else None].split())
    return inert(line if not most or len(line) <= most else f"{line[: most - 1].rstrip()}…")


def columns(text: str) -> int:
    """How many columns an inert line takes on a terminal."""
    if text.isascii():
        return len(text)
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return len(text) + wide - sum(bool(unicodedata.combining(letter)) for letter in text)


def wrapped(text: str, width: int) -> Iterator[str]:
    """Yield the lines of an inert text, none wider than `width` columns; what stands in front of a line is repeated."""
    for line in text.split("\n"):
        if columns(line) <= width:
            yield line
            continue
        begin = line[: len(line) - len(line.lstrip(" "))][: width // 2]
        narrow = min(width, max(10, width * len(line) // columns(line)))
        yield from textwrap.wrap(
            line, narrow, subsequent_indent=begin, break_on_hyphens=False, replace_whitespace=False, expand_tabs=False
        ) or [""]
