"""Which options an answer to a select-all-that-apply question chooses, as letters in order.

In this order: boxes ticked in a list · a form · a cue · a text that is
only letters · letters that begin the lines of a list · letters called right · the texts of options that are told.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from eval.extract.hedges import last_hedge
from eval.extract.letters import LETTERS
from eval.extract.listing import judged, lines, option_places, without_echo
from eval.extract.marks import bare, clause, cues, forms
from eval.extract.mentions import unwanted
from eval.extract.visible import Visible, blank, visible
from eval.records import Extracted

_ONLY = re.compile(
    r"[\s*_(\[]{0,6}(?:options? |only )?([A-P](?:[\s,;/&)(\]\[*_.]{0,6}(?:and |und |et |y )?[A-P])*)[\s*_)\].]{0,6}",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"(?<![\w'’])([A-P](?:[)*]{0,2}(?:\s?,\s?|\s?&\s?|,?\s(?:and|und|et|y)\s)[(*]{0,2}[A-P])+"
    r"|(?<=[Oo]nly )[A-P])(?![\w'’])"
)
_Found = tuple[set[str], str, int, int]


def choices(answer: str, options: Sequence[str]) -> Extracted:
    """Return the letters an answer selects, a sorted `tuple`; None where it selects none, or refuses."""
    letters = LETTERS[: len(options)]
    seen = visible(answer)
    if seen.loop:
        return Extracted(None, "loop")
    words = (
        seen.words
        if lines(seen.words, letters) and "[" in seen.words
        else without_echo(seen.words, options, letters, least=len(options))
    )
    found = next(filter(None, (_marked(blank(words, 0, at), letters) for at in seen.corrections())), None)
    found = (
        found
        or _ticked(words, letters)
        or _marked(words, letters)
        or _listed(words, letters, options)
        or _told(words, letters, options)
    )
    return _extracted(found, seen)


def _extracted(found: _Found | None, seen: Visible) -> Extracted:
    hedge = last_hedge(seen.words)
    if found is None or not found[0] or (hedge is not None and found[2] < hedge):
        return Extracted(None, "hedge" if hedge is not None else "")
    return Extracted(tuple(sorted(found[0])), found[1], seen.span(found[2], found[3]))


def _ticked(words: str, letters: str) -> _Found | None:
    listed = lines(words, letters)
    if not any(one.ticked is not None for one in listed):
        return None
    return {one.letter for one in listed if one.ticked}, "ticked", listed[0].start, listed[-1].end


def _letters(words: str, letters: str) -> set[str]:
    whole = _ONLY.fullmatch(bare(words))
    return {one.upper() for one in re.findall(r"(?<![a-z])[A-P](?![a-z])", whole[1])} & set(letters) if whole else set()


def _marked(words: str, letters: str) -> _Found | None:
    found: _Found | None = None
    for marked in forms(words):
        told = _letters(marked.words, letters)
        found = (told, marked.how, marked.start, marked.end) if told else found
    if found:
        return found
    for cue in cues(words):
        said = clause(cue.words)
        listed = _LIST.match(said.lstrip("*_( "))
        told = _letters(said, letters) or (set(re.findall(r"[A-P]", listed[1])) & set(letters) if listed else set())
        found = (told, "answer_is", cue.start, cue.start + len(said)) if told else found
    return found


def _listed(words: str, letters: str, options: Sequence[str]) -> _Found | None:
    told = _letters(words.strip(), letters)
    if told:
        return told, "whole", 0, len(words)
    listed = lines(words, letters)
    if listed:
        good = judged(listed) or ([] if len({one.letter for one in listed}) == len(options) else listed)
        return ({one.letter for one in good}, "list", good[0].start, good[-1].end) if good else None
    return None


def _told(words: str, letters: str, options: Sequence[str]) -> _Found | None:
    bad = unwanted(words, letters)
    groups = [one for one in _LIST.finditer(words) if one.start(1) not in bad]
    if groups:
        return set(re.findall(r"[A-P]", groups[-1][1])) & set(letters), "letters", groups[-1].start(), groups[-1].end()
    places = option_places(words, options, letters)
    return ({letter for _, _, letter in places}, "option_text", places[0][0], places[-1][1]) if places else None
