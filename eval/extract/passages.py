"""The short answer within chat prose, as reading sets (DROP, SQuAD) want it: a name, a number, a date, or several.

In this order: a form · a cue ("Answer: …") · bold · a list · quotation marks · the whole, where it is short · what
stands behind the last "was", "on", "by", … of the only sentence. `how` is "not_given" where the writer finds no answer
in the passage, which SQuAD 2 counts as one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from eval.extract.hedges import cut_off, last_hedge, not_given
from eval.extract.marks import bare, bolds, clause, cues, forms
from eval.extract.visible import blank, visible
from eval.records import Extracted

_BULLET = re.compile(r"^[ \t]{0,6}(?:[-*•]|\d{1,2}[.)])[ \t]{1,3}(\S[^\n]{0,200})$", re.MULTILINE)
_QUOTED = re.compile(r"(?<!\w)[\"“«„]([^\"“”«»\n]{1,120})[\"”»“](?!\w)")
_UNIT = re.compile(
    r"(\$?-?\d[\d,]*(?:\.\d+)?)[\s-](?:yards?|points?|percent|years?|people|days?|months?|games?|touchdowns?|goals?"
    r"|times|"
    r"miles?|km|metres?|meters?|troops|men|soldiers|dollars|yds?)",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r"(?:\b(?:was|were|is|are|by|on|in|at|of|from|called|named|to|between)|=)\s{1,2}"
    r"(?:(?:his|her|its|their|the|a|an)\s[a-z ]{1,40},\s)?((?:the )?(?:[A-Z\d$\"][^.!?\n]{0,100}?))\.?\s{0,3}$"
)
_CLEFT = re.compile(r"\b(?:It|That|This) (?:was|is) ([^.!?\n]{1,80}?),? (?:who|that|which)\b")
_SUBJECT = re.compile(
    r"^\s{0,20}([A-Z][\w'’-]{1,30}(?: [A-Z][\w'’-]{0,30}){1,4}) (?!was |is )[a-z]{2,20}(?:ed|t|ew|ote|ook"
    r"|id)\b[^\n]{0,120}\s{0,9}$"
)
_BOLD_LABEL = re.compile(r"\*{0,2}[A-Za-z][\w ]{0,30}:\*{0,2}\s{1,3}")
_SHORT = 6
_Found = tuple[str | tuple[str, ...], str, int, int]


def spans(answer: str) -> Extracted:
    """Return the short answer, a `str`, or a `tuple` of them where several are told; None where there is none.

    A number with its unit gives the number alone ("47 yards" is "47"), as the golds of DROP do.
    """
    seen = visible(answer)
    if seen.loop:
        return Extracted(None, "loop")
    found: _Found | None = None
    for start in seen.corrections():
        found = found or _first(blank(seen.words, 0, start), (_form, _cue, _bold))
    found = found or _first(seen.words, (_form, _cue))
    if found is None and not_given(seen.words):
        return Extracted(None, "not_given")
    hedge = last_hedge(seen.words)
    if hedge is not None and (found is None or found[2] < hedge):
        return Extracted(None, "hedge")
    found = found or _first(seen.words, (_bold, _list, _quoted, _named, _whole, _taken))
    if found is None:
        return Extracted(None, "cut" if cut_off(seen.words) else "")
    value, how, at, to = found
    return Extracted(value, how, seen.span(at, to))


def _first(words: str, finders: Sequence[Callable[[str], _Found | None]]) -> _Found | None:
    return next((found for finder in finders if (found := finder(words)) is not None), None)


def _tidy(words: str) -> str:
    """Return a short answer without marks, final full stop, and the unit of a number."""
    words = bare(words).strip()
    words = words[:-1].rstrip() if words.endswith((".", "!", ",", ";")) else words
    words = bare(words)
    unit = _UNIT.fullmatch(words)
    return unit[1] if unit else words


def _several(words: str) -> str | tuple[str, ...]:
    """Part "Harwich and Selby" and "Harwich, Selby": short names joined; a date with a comma stays whole."""
    parts = [part for part in re.split(r",\s(?:and\s|or\s)?|\s(?:and|und|et|y|&)\s", words) if part.strip()]
    named = all(re.fullmatch(r"(?:the )?[A-ZÄÖÜÉ][\w.'’-]*(?: [A-Z\d][\w.'’-]*){0,3}", part.strip()) for part in parts)
    return tuple(part.strip() for part in parts) if len(parts) > 1 and named else words


def _form(words: str) -> _Found | None:
    found = [one for one in forms(words) if _tidy(one.words)]
    return (_several(_tidy(found[-1].words)), found[-1].how, found[-1].start, found[-1].end) if found else None


def _cue(words: str) -> _Found | None:
    found = None
    for cue in cues(words):
        said = clause(cue.words)
        if _tidy(said) and not re.match(r"(?:not|that|unknown|unclear)\b", said):
            found = (_several(_tidy(said)), "answer_is", cue.start, cue.start + len(said))
    return found


def _bold(words: str) -> _Found | None:
    found = [one for one in bolds(words) if not one.words.endswith(":")]
    if not found:
        return None
    told = tuple(dict.fromkeys(_tidy(one.words) for one in found))
    joined = len(told) > 1 and all(
        re.fullmatch(r"\W{0,6}(?:and|und|et|y|&|,|\n)?\W{0,6}", words[one.end : two.start])
        for one, two in pairwise(found)
    )
    value = told if joined else _several(_tidy(found[-1].words))
    return value, "bold", found[0 if joined else -1].start, found[-1].end


def _list(words: str) -> _Found | None:
    found = list(_BULLET.finditer(words))
    if not found:
        return None
    told = tuple(_tidy(_BOLD_LABEL.sub("", one[1], count=1)) for one in found)
    return told if len(told) > 1 else told[0], "list", found[0].start(1), found[-1].end(1)


def _named(words: str) -> _Found | None:
    """Read "It was Ada who …", and "Ada Lowe wrote it.": the only sentence, with a name for its subject."""
    one = _CLEFT.search(words) or _SUBJECT.match(words)
    return (_several(_tidy(one[1])), "subject", one.start(1), one.end(1)) if one else None


def _quoted(words: str) -> _Found | None:
    found = list(_QUOTED.finditer(words))
    return (_tidy(found[-1][1]), "quoted", found[-1].start(1), found[-1].end(1)) if len(found) == 1 else None


def _whole(words: str) -> _Found | None:
    text = words.strip()
    if (
        not text
        or "\n" in text
        or len(text.split()) > _SHORT
        or re.search(r"\b(?:was|were|is|are|did|has|had)\b|=", text)
    ):
        return None
    return _several(_tidy(text)), "whole", words.find(text), words.find(text) + len(text)


def _taken(words: str) -> _Found | None:
    text = words.rstrip()
    if cut_off(text):
        return None
    begin = max([0, *(one.end() for one in re.finditer(r"[.!?]\s|\n", text[:-1]))])
    found = None
    for one in re.finditer(r"\b(?:was|were|is|are|by|on|in|at|of|from|called|named|to|between)\s|=\s", text[begin:]):
        rest = _TAKEN.match(text, begin + one.start())
        if rest:
            found = rest
            break
    return (_several(_tidy(found[1])), "sentence", found.start(1), found.end(1)) if found else None
