"""Text of models and documents for a terminal: nothing in it steers, it fits the width, and colours are ours alone."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, TextIO

JOINERS = "\u200c\u200d"
"""Invisible, but Persian and many emoji can't be written without them; they move nothing."""
CODES = {"dim": "2", "bold": "1", "red": "31", "green": "32", "yellow": "33", "magenta": "35", "cyan": "36"}


def inert(text: str) -> str:
    """Return text in which only newlines are left of what could steer a terminal; the rest is shown as marks.

    Escape becomes `␛`, a carriage return `␍`, other controls, bidi overrides and what has no shape `⟨U+202E⟩`.
    """
    return "".join(char if char.isprintable() or char == "\n" else _mark(char) for char in text)


def inert_line(text: str) -> str:
    """Return `inert` text in one line."""
    return inert(" ".join(text.split("\n")))


def _mark(char: str) -> str:
    code = ord(char)
    if char == "\t":
        return "    "
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    if char in JOINERS:
        return char
    if unicodedata.category(char) == "Zs":
        return " "
    return f"⟨U+{code:04X}⟩"


def columns(text: str) -> int:
    """Return how many columns of a terminal `inert` text takes."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


def _columns(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def wrapped(text: str, width: int, indent: str = "") -> list[str]:
    """Return the lines of `inert` text, each at most so many columns wide, indent included."""
    room = max(width - len(indent), 10)
    return [indent + part for line in text.split("\n") for part in _broken(line, room)]


def _broken(line: str, room: int) -> Iterator[str]:
    """Break one line at blanks where it can be, keeping its own indent in the first part."""
    while columns(line) > room:
        at = taken = 0
        for char in line:
            if taken + _columns(char) > room:
                break
            taken, at = taken + _columns(char), at + 1
        blank = line.rfind(" ", 0, at + 1)
        cut = blank if line[:blank].strip() and blank > 0 else at
        yield line[:cut]
        line = line[cut:].lstrip(" ") if cut == blank else line[cut:]
    yield line


def shortened(lines: list[str], most: int) -> list[str]:
    """Return at most so many lines, the last of which says how many were left out."""
    if len(lines) <= most:
        return lines
    kept = max(most - 1, 1)
    indent = lines[0][: len(lines[0]) - len(lines[0].lstrip())]
    return [*lines[:kept], f"{indent}… {len(lines) - kept} more lines"]


def readable(words: str) -> str:
    """Return a reply for people: JSON with names as a list of `name: value`, anything else as it is."""
    if not words.lstrip().startswith("{"):
        return words
    try:
        value = json.loads(words)
    except (ValueError, RecursionError):
        return words
    if not isinstance(value, dict) or not value:
        return words
    return "\n".join(f"{name}: {_value(given)}".replace(": \n", ":\n", 1) for name, given in value.items())


def reflowed(prompt: str) -> str:
    """Return a prompt whose paragraphs are one line each, however they were broken where it was written."""
    return re.sub(r"(?<=.{80})\n(?=[^\s\-*#|>`])", " ", prompt)


def _value(given: Any) -> str:
    if isinstance(given, str):
        return given if "\n" not in given else "\n" + "\n".join(f"    {line}" for line in given.split("\n"))
    if isinstance(given, list) and given and all(isinstance(one, str) for one in given):
        return "".join(f"\n    - {one}" for one in given)
    return json.dumps(given, ensure_ascii=False)


class Colours:
    """Puts text in colours where the terminal has them and the user wants them."""

    def __init__(self, out: TextIO, environ: Mapping[str, str] = os.environ) -> None:
        term = environ.get("TERM", "")
        self.are_on = out.isatty() and term not in ("", "dumb") and not environ.get("NO_COLOR")

    def put(self, text: str, *styles: str) -> str:
        """Return `inert` text in a style: a colour, `bold` or `dim`."""
        if not self.are_on or not text:
            return text
        return f"\x1b[{';'.join(CODES[style] for style in styles)}m{text}\x1b[0m"
