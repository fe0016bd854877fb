"""Find a quotation in the text it is taken from, and find what an answer quotes.

A quotation is the same words in the same order. What printing changes is let be: the style of quotation marks,
dashes and spaces, ligatures, soft hyphens, line breaks. A word that differs is another text.
"""

import re
import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from teams.engine.checks.conversation import short


@dataclass(frozen=True)
class Span:
    """A place in a text, in characters, the end not included."""

    start: int
    end: int


_PRINTED = re.compile(
    r"[\u00ad\u200b-\u200d\u2060\ufeff]+"  # seen by nobody
    r"|\s*[–—―]\s*|\s*(?<![\w-])--+(?![\w-])\s*|\s+-\s+|(?<=\w)--(?=\w)|[‐‑‒−]"
    r"|\s+|[“”„‟«»]|[‘’‚‛‹›´`]|…|[\ufb00-\ufb06]|\w[\u0300-\u036f]+"
)
"""What is written in several ways. No alternative can run twice over the same spaces: each run is matched once."""
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])-[ \t]*\n\s*(?=[^\W\d_])")
_ELLIPSIS = re.compile(r"\s*[\[(]?(?:\.\s?\.\s?\.|…)[\])]?\s*")
_MARKS = " \n\t\"'“”„‟«»‘’‚‛‹›「」『』"
_ATTEMPTS = 4_000_000
"""Characters compared while looking for a place where a quotation does not cut a word."""
_SHORTEST_PIECE = 2


@dataclass(frozen=True)
class _Folded:
    """A text in one style of printing, with the place each character comes from, and one past the last."""

    text: str
    places: "array[int]"


_LONG = 1000
"""Characters of a text in which quotations are looked for; shorter ones would drive those out of the memory."""


def _folded(text: str, any_case: bool, joined: bool) -> _Folded:
    return (_folded_text if len(text) > _LONG else _folded_quote)(text, any_case, joined)


@lru_cache(maxsize=96)
def _folded_text(text: str, any_case: bool, joined: bool) -> _Folded:
    return _fold(text, any_case, joined)


@lru_cache(maxsize=1024)
def _folded_quote(text: str, any_case: bool, joined: bool) -> _Folded:
    return _fold(text, any_case, joined)


def _fold(text: str, any_case: bool, joined: bool) -> _Folded:
    pieces: list[str] = []
    places = array("I")
    last = 0
    found = _PRINTED.finditer(text) if not joined else _either(text)
    for match in found:
        if match.start() > last:
            pieces.append(text[last : match.start()])
            places.extend(range(last, match.start()))
        written = _written(match.group(), joined)
        pieces.append(written)
        places.extend([match.start()] * len(written))
        last = match.end()
    pieces.append(text[last:])
    places.extend(range(last, len(text) + 1))
    whole = "".join(pieces)
    return _Folded(_lowered(whole) if any_case else whole, places)


_JOINED = re.compile(f"{_BROKEN_WORD.pattern}|{_PRINTED.pattern}")


def _either(text: str) -> Iterator[re.Match[str]]:
    return _JOINED.finditer(text)


def _lowered(text: str) -> str:
    """Lower the case, letter by letter where that would change the length."""
    low = text.lower()
    return low if len(low) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _written(mark: str, joined: bool) -> str:
    if mark.isspace():
        return " "
    if mark.strip()[:1] in ("-", "–", "—", "―", "‐", "‑", "‒", "−"):
        return "" if joined and "\n" in mark and mark[0] == "-" else "-"
    if mark[0] in "“”„‟«»":
        return '"'
    if mark[0] in "‘’‚‛‹›´`":
        return "'"
    if mark == "…":
        return "..."
    return "" if mark[0] in "\u00ad\u200b\u200c\u200d\u2060\ufeff" else unicodedata.normalize("NFKC", mark)


def locate(quote: str, text: str, *, any_case: bool = False) -> Span | None:
    """Return where a quotation stands in a text, None if it does not.

    Exactly as it is goes first, then whatever the printing; then with a word joined that the text breaks at the end
    of a line, then without a comma or full stop that closes the quotation by custom only. An ellipsis stands for any
    words left out between its pieces, which have to come in order. A quotation does not begin or end inside a word.
    """
    exact = quote.strip()
    if exact and not any_case and (start := _find(exact, text, 0)) is not None:
        return Span(start, start + len(exact))
    bare = quote.strip(_MARKS)
    for wanted in dict.fromkeys((quote.strip(), bare, bare.rstrip(",.").strip(_MARKS))):
        for joined in (False, True):
            if (joined and not _BROKEN_WORD.search(text)) or not wanted:
                continue
            if span := _pieces(wanted, _folded(text, any_case, joined), any_case, joined):
                return span
    return None


def spans_occur(quotes: Iterable[str], text: str, *, any_case: bool = False) -> list[str]:
    """Return what is wrong with quotations that must stand in a text: those that do not, and empty ones."""
    faults = []
    for quote in quotes:
        if not quote.strip(_MARKS):
            faults.append("an empty quotation")
        elif locate(quote, text, any_case=any_case) is None:
            faults.append(f"not in the text: {short(quote)!r}")
    return faults


def _pieces(quote: str, folded: _Folded, any_case: bool, joined: bool) -> Span | None:
    whole = _folded(quote, any_case, joined).text
    if (start := _find(whole, folded.text, 0)) is not None:
        return Span(folded.places[start], folded.places[start + len(whole)])
    pieces = [_folded(piece, any_case, joined).text for piece in _ELLIPSIS.split(quote)]
    pieces = [piece for piece in pieces if piece.strip()]
    if not pieces or any(len(piece) < _SHORTEST_PIECE for piece in pieces) or pieces == [whole]:
        return None
    first, at = None, 0
    for piece in pieces:
        if (found := _find(piece, folded.text, at)) is None:
            return None
        first = found if first is None else first
        at = found + len(piece)
    return Span(folded.places[first or 0], folded.places[at])


def _find(quote: str, text: str, start: int) -> int | None:
    """Return where a quotation begins that cuts no word at either end."""
    for _ in range(max(10, _ATTEMPTS // max(1, len(quote)))):
        start = text.find(quote, start)
        if start < 0:
            return None
        if not _cuts(text, start) and not _cuts(text, start + len(quote)):
            return start
        start += 1
    return None


def _cuts(text: str, at: int) -> bool:
    # Scripts from CJK on put no space between words: any place may be between two.
    return 0 < at < len(text) and all(c.isalnum() and c < "\u2e80" for c in text[at - 1 : at + 1])


_QUOTED = re.compile(
    r"“([^“”]{2,3000})”|„([^„“”]{2,3000})[“”]|«([^«»]{2,3000})»|»([^«»]{2,3000})«|‹([^‹›]{2,1000})›"
    r"|「([^「」]{2,3000})」|『([^『』]{2,3000})』|\"([^\"\n]{2,3000})\"|(?<!\w)[‘‚]([^‘’\n]{2,300}(?:’\w[^‘’\n]{0,300}){0,8})[’‘](?!\w)"
    r"|(?<!\w)'([^'\n]{2,300}(?:'\w[^'\n]{0,300}){0,8})'(?!\w)"
)
_UNSPACED = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af]")


def quotations_in(answer: str, *, words: int = 3) -> list[str]:
    """Return what stands between quotation marks of any language's style and has at least so many words.

    Shorter ones are terms or titles more often than quotations. In scripts without spaces two characters are a word.
    """
    found = (next(part for part in match.groups() if part is not None) for match in _QUOTED.finditer(answer))
    return [quote.strip() for quote in found if _length(quote) >= words]


def _length(quote: str) -> int:
    return max(len(quote.split()), len(_UNSPACED.findall(quote)) // 2)


_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]{1,300}`|^[ \t]*>[^\n]*", re.DOTALL | re.MULTILINE)


def without_quotations(text: str, *, code: bool = True) -> str:
    """Return a text of the same length in which what is quoted, and what is code, is blank."""
    if code:
        text = _CODE.sub(_blank, text)
    return _QUOTED.sub(_blank, text)


def _blank(match: re.Match[str]) -> str:
    return "".join("\n" if c == "\n" else " " for c in match.group())
