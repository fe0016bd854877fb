"""Letters of options that are told but not chosen: negated, ruled out, only thought of, or one of several."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ONE = r"[*_(\[\"']{0,3}(?:options? |choices? |answers? )?[*_(\[\"']{0,3}[A-P][)\].*_\"']{0,3}(?![\w'’])"
_JOIN = r"(?:\s{0,2},?\s{0,2}(?:and|or|nor|und|oder|et|ou|y|o|e|&|/)\s{0,2}|\s{0,2},\s{1,2})"
_LIST = rf"{_ONE}(?:{_JOIN}{_ONE}){{0,8}}"
_RULED_OUT = re.compile(
    r"(?:\b(?:rul(?:e|es|ed|ing) out|eliminat(?:e|es|ed|ing)|exclud(?:e|es|ed|ing)|discard(?:s|ed|ing)?|reject(?:s|ed"
    r"|ing)?"
    r"|not|neither|never|instead of|rather than|unlike|than|why|between|could be|might be|may be|either|nicht"
    r"|first (?:thought|instinct|guess|impression)(?: was| is| would be)?|tempted to (?:say|pick|choose|go with|answer)"
    r"|you(?: had|[’']ve|r)? (?:suggest(?:ed|ion was)|said|chose|picked|guess(?:ed| was)|answer(?:ed| was)))"
    rf"|n[’']t)\s{{1,2}}(?:be |both |the )?({_LIST})",
    re.IGNORECASE,
)
_WRONG = re.compile(
    rf"(?<![\w'’])({_LIST})\s{{1,2}}(?:(?:is|are|was|were|would be|can be|seems?|looks?|does|do|has|have|gives?|sind"
    rf"|ist|son|sono|y)\b\s?)"
    r"(?:all |both |clearly |also |obviously |therefore |just |simply |then )?"
    r"(?:not\b|n[’']t|wrong|incorrect|false|ruled out|out\b|eliminated|excluded|made up|too |falsch|sbagliat|falso)",
    re.IGNORECASE,
)
_SAID_WRONG = re.compile(rf"\b(?:wrong|incorrect|false|falsch)\s?[:(]\s?({_LIST})", re.IGNORECASE)
_NOT_ITSELF = re.compile(
    rf"(?<![\w'’])({_LIST})\s{{1,2}}(?:isn[’']t|aren[’']t|doesn[’']t|don[’']t|can[’']t|cannot|won[’']t|no lo es)",
    re.IGNORECASE,
)
_LETTER = re.compile(r"(?<![A-Za-z])[A-Pa-p](?![A-Za-z])")
_NEXT = re.compile(rf"[)\].*_\"']{{0,3}}\s{{0,2}},?\s{{0,2}}(?:and|or|und|oder|et|ou|y|o|e|&|/)\s{{0,2}}({_ONE})")
_BEFORE = re.compile(
    r"\b(?:both|either)\s[*_(\[]{0,3}$|(?<![\w'’])[A-P][)\]*_]{0,3}\s(?:and|or|&|und|oder|et|ou|y"
    r"|e)\s[*_(\[]{0,3}(?:option )?$"
)


def unwanted(words: str, letters: str) -> frozenset[int]:
    """Return the places of letters that do not count."""
    return frozenset(_unwanted(words, letters))


def _unwanted(words: str, letters: str) -> Iterator[int]:
    for pattern in (_RULED_OUT, _WRONG, _SAID_WRONG, _NOT_ITSELF):
        for found in pattern.finditer(words):
            for one in _LETTER.finditer(words, found.start(1), found.end(1)):
                # "it's not a lichen": a small letter is an option's only where it is bracketed or named.
                if one[0].isupper() or words[one.start() - 1 : one.start()] in ("(", '"'):
                    yield one.start()


def several(words: str, at: int, letters: str, bad: frozenset[int]) -> bool:
    """Say whether the letter at `at` is told together with another ("A or D", "both A and C") that isn't taken back."""
    if _BEFORE.search(words[max(0, at - 24) : at]):
        return True
    joined = _NEXT.match(words, at + 1)
    if not joined:
        return False
    other = _LETTER.search(words, joined.start(1), joined.end(1))
    return bool(other) and other is not None and other.start() not in bad and other[0] in letters
