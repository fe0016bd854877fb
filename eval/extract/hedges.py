"""Words by which somebody says that they do not answer: refusals, "I can't decide", "none of these"."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEDGE = re.compile(
    r"\b(?:(?:i|we|one)\s(?:really\s|honestly\s|just\s)?(?:can(?:no|[’'])t|cannot|could(?:n[’']t| not)|am unable to"
    r"|was unable to)"
    r"|(?:and|but|,)\s(?:honestly\s)?(?:i\s)?(?:can(?:no|[’'])t|cannot)|i[’']m unable to|unable to)"
    r"\s(?:really\s|quite\s)?(?:decide|tell|say|determine|choose|pick|answer|help|judge|sort|work|see|count|find|read"
    r"|access|open|know|be sure|give|provide|assist)"
    r"|\b(?:hard|difficult|impossible) to (?:say|tell|decide)\b"
    r"|\bundecided\b|\bnone of (?:these|them|the (?:options|above|choices|answers))\b|\beither could\b"
    r"|\b(?:i don[’']t know|i do not know|not sure which|no idea)\b"
    r"|\bnot enough information\b|\binsufficient (?:information|data)\b|\bit (?:all )?depends\b|\bthat depends\b"
    r"|\bdepending on\b"
    r"|\bi[’']?(?:m| am) (?:sorry|afraid),? (?:but )?i\b|\bas an ai\b|^sorry, i can",
    re.IGNORECASE,
)
_NOT_GIVEN = re.compile(
    r"\b(?:doesn[’']t|does not|don[’']t|do not|did(?:n[’']t| not)) (?:say|mention|state|tell|specify|give|provide"
    r"|contain|indicate)\b"
    r"|\b(?:is|are|was)(?:n[’']t| not) (?:stated|mentioned|given|specified|provided|said)\b|\bno (?:answer"
    r"|information)\b",
    re.IGNORECASE,
)
_DANGLING = re.compile(
    r"(?:\b(?:makes|is|are|gives|equals|the|a|an|of|to|and|or|in|by|with|that|so|be|was|were|we|get|then|than|gets|"
    r"signed|has|have|from|at|on|for|would|this|adding|because)|[=+\-×*/,:(])$",
    re.IGNORECASE,
)


def last_hedge(words: str, options: Sequence[str] = ()) -> int | None:
    """Return where the last refusal to decide stands; options that say so themselves are no hedges when quoted."""
    said = " ".join(options).lower()
    at = None
    for found in _HEDGE.finditer(words):
        if found[0].lower() not in said:
            at = found.start()
    return at


def not_given(words: str) -> bool:
    """Say whether the writer finds no answer in the source."""
    return bool(_NOT_GIVEN.search(words))


def cut_off(words: str) -> bool:
    """Say whether the last sentence stops where no sentence can end."""
    return bool(_DANGLING.search(words.rstrip()[-40:]))
