"""When two values that were copied from one text are the same, and whether a value is whole.

Words agree when they are the same but for case, printing, articles and the punctuation around them; what looks like
code is the same only sign by sign, for `-r` is not `-R`. Phrases agree when most of their words are the same, for
nobody agrees on where a phrase ends; but not where a "not" is lost, or the figures are others.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

from teams.engine.checks.phrases import TABLES
from teams.engine.checks.phrases import words as wordings
from teams.engine.checks.quotes import locate
from teams.engine.stages.forms.short import words

PHRASE = 0.6
"""Share of words (F1) two phrases have in common from which they are the same."""
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_SIGNED = re.compile(r"(?<![\w.)])[-−–](?=\d)")
_CODE = re.compile(r"[-/$.%@#&\\~]{1,2}[^\W\d]\S*|\S*(?:_|\(\)|::|=|\w[./\\]\w)\S*|[^\W\d]")
"""An option, a variable, a path, a call; a letter by itself."""
_ELLIPSIS = re.compile(r"\.\s?\.\s?\.|…")
_UNSPACED = ("zh", "ja")
_ELSEWHERE = ("mai", "noch")
"""A "not" of one language that is an everyday word of another: never and May, nor and still."""


@lru_cache(maxsize=2048)  # every record is held against every other
def same_words(one: str, other: str) -> bool:
    """Say whether two names, numbers as written, or identifiers are the same."""
    mine, theirs = _bare(one), _bare(other)
    if _CODE.fullmatch(mine) and _CODE.fullmatch(theirs):
        return mine == theirs
    if bool(_SIGNED.match(mine)) != bool(_SIGNED.match(theirs)):
        return False
    return words(one) == words(other) if words(one) else mine == theirs


@lru_cache(maxsize=2048)  # every record is held against every other
def same_phrase(one: str, other: str) -> bool:
    """Say whether two phrases are the same, wherever they end."""
    mine, theirs = words(one), words(other)
    if mine == theirs:
        return same_words(one, other)
    if not mine or not theirs or _denials(one) != _denials(other):
        return False
    figures, others = (Counter(_FIGURE.findall(said)) for said in (one, other))
    if figures - others and others - figures:
        return False
    common = sum((Counter(mine) & Counter(theirs)).values())
    return 2 * common / (len(mine) + len(theirs)) >= PHRASE


def is_cut(said: str, passage: str) -> bool:
    """Say whether words leave something out of the text that stands between them: "the tenant … may sublet"."""
    span = locate(said, passage, any_case=True) if _ELLIPSIS.search(said) else None
    return bool(span and not _ELLIPSIS.search(passage[span.start : span.end]))


def _bare(said: str) -> str:
    return said.strip(" \t\n\"'“”„‟«»‘’‚‛‹›`,;:")


def _denials(said: str) -> int:
    return len(_denying().findall(said))


@lru_cache(maxsize=1)
def _denying() -> re.Pattern[str]:
    listed = wordings("negations", [tag for tag in TABLES if tag not in _UNSPACED]).split("|")
    spaced = "|".join(word for word in listed if word not in _ELSEWHERE)
    return re.compile(rf"(?<!\w)(?:{spaced})(?!\w)|不|没|沒|ない|ません", re.IGNORECASE)
