"""How two texts differ, word by word, and which words of one come back in the other."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

MOST_WORDS = 2_000
"""Of texts longer than that, lines are compared and not words: comparing takes the square of their number."""
RUN = 8
"""So many words in a row that stand in both texts are no chance."""
# Scripts that set no spaces between words: there every character counts for one.
_ALONE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_WORD = re.compile(rf"[{_ALONE}]|[^\W{_ALONE}]+")
_PIECE = re.compile(rf"[{_ALONE}]|[^\s{_ALONE}]+\s*|\s+")


def differing(before: str, after: str) -> list[list[str]]:
    """Return what was kept, taken out and put in, in order: `["=" | "-" | "+", text]`.

    The texts of `=` and `-` together are `before`, those of `=` and `+` are `after`.
    """
    one, other = _PIECE.findall(before), _PIECE.findall(after)
    if max(len(one), len(other)) > MOST_WORDS:
        one, other = before.splitlines(keepends=True), after.splitlines(keepends=True)
    if max(len(one), len(other)) > MOST_WORDS:
        return (
            [[sign, text] for sign, text in (("-", before), ("+", after)) if text]
            if before != after
            else [["=", after]]
        )
    found: list[list[str]] = []
    for _, low, high, begin, end in difflib.SequenceMatcher(None, one, other, autojunk=False).get_opcodes():
        cut, put = "".join(one[low:high]), "".join(other[begin:end])
        if cut == put:
            _add(found, "=", cut)
        else:
            _add(found, "-", cut)
            _add(found, "+", put)
    return found


def _add(found: list[list[str]], sign: str, text: str) -> None:
    if text and found and found[-1][0] == sign:
        found[-1][1] += text
    elif text:
        found.append([sign, text])


def coming_back(text: str, others: Sequence[str]) -> list[list[int]]:
    """Return where in `text`, as `[from, to]` in characters, stand runs of 8 words or more that stand in `others` too.

    Case, punctuation and white space do not count.
    """
    known = {run for other in others for run in _runs(_words(other))}
    if not known:
        return []
    places = [match.span() for match in _WORD.finditer(text)]
    lit: list[list[int]] = []
    for at, run in enumerate(_runs(_words(text))):
        if run not in known:
            continue
        first, last = places[at][0], places[at + RUN - 1][1]
        if lit and first <= lit[-1][1]:
            lit[-1][1] = last
        else:
            lit.append([first, last])
    return lit


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]


def _runs(words: Sequence[str]) -> list[int]:
    """The hash of every run of words, in order."""
    return [hash(tuple(words[at : at + RUN])) for at in range(len(words) - RUN + 1)]
