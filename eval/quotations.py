"""Is a quotation in the text it is said to be from? Judges copy by hand: marks, case, spaces and typography may differ.

Words and figures may not: what is compared are a text's letters and digits, in order. A quotation that leaves something
out is as many quotations as it has pieces.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_OPEN, _CLOSE = "\"“„«‟'‘‚‹`", "\"”“»'’›`"
_PAIRS = {'"': '"', "“": '”"', "„": "“”", "«": "»", "‘": "’"}
_BETWEEN = re.compile(rf"(?<=[{_CLOSE}])\s*(?:…|\.{{3}}|[;,&+/]|and|or|\n[ \t]*[-*•]?)\s*(?=[{_OPEN}])")
"""What stands between two quotations: on one line, or each on its own."""
_REMARK = re.compile(rf"[{_CLOSE}]\s*[(\[–—-]")
"""Where a quotation may end, and a remark begin that itself quotes something: "on Tuesday" (not "on Monday")."""
_LEFT_OUT = re.compile(r"\[?(?:…|\.{3,}|(?:\. ){2,}\.)\]?")
_MARKS = re.compile(r"[\W_]+")
# A sign, a point or a comma inside a number is part of the number: 1.5 is not found in 15, nor 5 in 1.5.
_NUMBER = re.compile(r"\d+(?:[.,]\d+)+")
_THOUSANDS = re.compile(r",(?=\d{3}(?:\D|$))")
_LEAST_CLOSE = 12
"""Letters of a quotation from which on it may be written with other spaces than the text: "don't" and "do n't"."""


def flat(text: str) -> str:
    """Return a text's words and figures in one spelling, one space before, between and after them."""
    text = unicodedata.normalize("NFKD", text)
    text = "".join(
        letter for letter in text if not unicodedata.combining(letter) and letter not in "\u00ad\u200b\u200d"
    )
    text = _NUMBER.sub(lambda found: re.sub("[.,]", "point", _THOUSANDS.sub("", found[0])), text.casefold())
    return f" {_MARKS.sub(' ', text).strip()} "


def pieces(quotation: str) -> list[str]:
    """Return the quotations on one line, without their marks, each cut where it leaves something out."""
    return [piece for one in _quoted(quotation.strip()) for piece in map(str.strip, _LEFT_OUT.split(one)) if piece]


def _quoted(line: str) -> Iterator[str]:
    for one in map(str.strip, _BETWEEN.split(line)):
        # What stands behind the closing mark is a remark of whoever quotes.
        end = max((one.rfind(mark) for mark in _PAIRS.get(one[:1], "")), default=-1)
        yield (one[:end] if end > 0 else one).strip(_OPEN + _CLOSE)


class Quotable:
    """A text that is quoted from."""

    def __init__(self, text: str) -> None:
        self._flat = flat(text)
        self._close = self._flat.replace(" ", "")

    def __contains__(self, quotation: object) -> bool:
        """Whether the words stand in the text, one after the other. Nothing but marks is in no text."""
        words = flat(str(quotation))
        if not words.strip():
            return False
        close = words.replace(" ", "")
        return words in self._flat or (len(close) >= _LEAST_CLOSE and close in self._close)

    def lacks(self, line: str) -> list[str]:
        """Return the pieces of a line of quotations that do not stand in the text."""
        return [piece for piece in pieces(line) if flat(piece).strip() and not self._holds(piece)]

    def _holds(self, piece: str) -> bool:
        return piece in self or any(piece[: end.start()] in self for end in _REMARK.finditer(piece))
