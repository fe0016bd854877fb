"""What the text view writes on: a terminal in colour, wrapped to its width, or a pipe in plain lines."""

from __future__ import annotations

import os
import shutil
import sys
from typing import IO, Literal

from agents.view.plain import inert, one_line, wrapped

Style = Literal["", "bold", "dim", "good", "bad", "lit", "head"]
_CODES: dict[str, str] = {"bold": "1", "dim": "2", "good": "32", "bad": "31", "lit": "7", "head": "1;36"}
Part = str | tuple[str, Style]
"""Words, or words in a style. Whatever they are, they are made inert."""


class Paper:
    """Writes lines. Only what is written through it reaches the terminal."""

    def __init__(self, stream: IO[str] | None = None) -> None:
        self.stream = stream or sys.stdout
        is_terminal = self.stream.isatty()
        self.is_coloured = is_terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self.width = max(30, min(shutil.get_terminal_size().columns, 160)) if is_terminal else 0
        """Columns to wrap at; 0: lines stay as long as they are."""
        reconfigure = getattr(self.stream, "reconfigure", None)
        if reconfigure:  # a terminal that knows few letters shows the others by their numbers
            reconfigure(errors="backslashreplace")

    def line(self, *parts: Part, indent: int = 0) -> None:
        """Write one line of parts, as long as it is."""
        said = "".join(self.styled(*part) if isinstance(part, tuple) else inert(part) for part in parts)
        self.stream.write(f"{' ' * indent}{said}\n")

    def text(self, text: str, indent: int = 0, style: Style = "") -> None:
        """Write a text of any number of lines, wrapped where this is a terminal."""
        whole = inert(text)
        lines = wrapped(whole, self.width - indent) if self.width else whole.split("\n")
        for line in lines:
            self.stream.write(f"{' ' * indent}{self.styled(line, style)}\n")

    def pieces(self, pieces: list[tuple[str, Style]], indent: int = 0) -> None:
        """Write a text of which parts have a style. Where there are no colours, those parts stand in brackets."""
        said = "".join(self._marked(text, style) for text, style in pieces)
        for line in said.split("\n"):
            self.stream.write(f"{' ' * indent}{line}\n")

    def fit(self, text: str, taken: int, most: int = 100) -> str:
        """Return a text as one line, cut to what of the width is not `taken`."""
        return one_line(text, max(20, min(most, self.width - taken)) if self.width else most)

    def head(self, text: str) -> None:
        """Write a heading, after an empty line."""
        self.stream.write("\n")
        self.line((text, "head"))

    def styled(self, text: str, style: Style = "") -> str:
        """Return inert words in a style, if there are colours."""
        shown = inert(text)
        return f"\x1b[{_CODES[style]}m{shown}\x1b[0m" if style and shown and self.is_coloured else shown

    def _marked(self, text: str, style: Style) -> str:
        if not style or not text:
            return inert(text)
        if not self.is_coloured:
            return inert(f"⟦{text}⟧")
        return "\n".join(self.styled(line, style) for line in inert(text).split("\n"))


def count(number: float) -> str:
    """Write a number with its thousands apart."""
    return f"{number:,.0f}"


def tokens(prompt: float, completion: float) -> str:
    """Write what was read and written; a model never reads nothing, so that two zeros were not counted."""
    return f"{count(prompt)} + {count(completion)} tokens" if prompt or completion else "no tokens counted"


def seconds(number: float) -> str:
    """Write a time: `0.4 s`, `12 s`, `3 min`, `5 h`."""
    if number < 120:
        return f"{number:.1f} s" if number < 10 else f"{number:.0f} s"
    return f"{number / 60:.0f} min" if number < 7200 else f"{number / 3600:,.0f} h"
