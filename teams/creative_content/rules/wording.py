"""Does a request say what its requirement checks? Figures and words by program in any language, limits in English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from teams.creative_content.rules.catalogue import RULES, Requirement
from teams.creative_content.rules.measure import flat
from teams.engine.checks.quotes import locate
from teams.engine.checks.spelling import numbers

_MOST = (
    r"at (?:the )?most|no (?:more|longer)|not (?:more|over|exceed|be longer)|max|up to|under|below|within|"
    r"fewer than|less than|or (?:less|fewer|under)|limit|only (?:takes?|holds?|room|fits?|\d+)|fits?|"
    r"room for|cuts? off|ceiling|cap|never (?:more|over)|over \d+ (?:is|are|and|gets)|tops?|stop at|half|"
    r"shorter than|short of|inside|budget|allowed|must not (?:go|run) (?:over|past)|none (?:over|longer)|"
    r"(?:don't|do not|can't|cannot|won't) (?:go|run) (?:over|past|beyond)"
)
_LEAST = r"at least|no (?:less|fewer|shorter)|not (?:less|under|fewer)|min|or more|more than|upwards|and up|below|under"
_ABOUT = r"about|around|roughly|some|or so|approximately|give or take|near|nearly|close to|more or less|round|-ish|say"
_NOT = (
    r"\b(?:no|nobody|not|never|none|nothing|neither|nor|without|nowhere|avoid|leave|leaving|keep|ban(?:ned|s)?|"
    r"forbid(?:den|s)?|skip|spare|cut|strike|struck|drop|free of|allergic|sick of|tired of|instead|minus|"
    r"out)\b|n't|n’t"
)
_BEFORE, _BEHIND = 80, 160
"""Characters around a wording in which the words it speaks of may stand: "in these words: …"."""
_ENDLESS = 4000
"""A limit from which nothing is limited."""
_CUES = {
    "words_out": _NOT,
    "no_questions": _NOT,
    "no_exclamations": _NOT,
    "no_speech": _NOT,
    "no_digits": rf"{_NOT}|words|spell|written out",
    "lipogram": _NOT,
    "opens_with": r"\b(?:begin|start|open|first|lead|kick|top)",
    "closes_with": r"\b(?:end|clos|finish|last|final|sign off|conclu|stop)",
    "phrase_returns": r"\b(?:times|twice|thrice|return|come|repeat|refrain|again|each|every|once|chorus)",
    "words_about": _ABOUT,
}
"""What an English wording says one of; a wording without it asks for something else."""


def misread(need: Requirement, request: str, tag: str = "en") -> Iterator[str]:
    """Yield why the words of a request do not ask for what a requirement checks, as words to its writer."""
    rule, wording = RULES[need["rule"]], need["wording"]
    place = locate(wording, request, any_case=True)
    if place is None:
        yield f"the request does not say {wording!r}: quote it letter by letter"
        return
    yield from _incomplete(need, rule.needs, rule.most_words)
    yield from _idle(need)
    english = not tag or tag.split("-")[0] in ("en", "english")
    for number in {need["from"], need["to"]} - {0}:
        if number not in numbers(wording) and (english or number > 12):
            yield f"{wording!r} does not name {number}, which {rule.name} checks"
    near = request[max(0, place.start - _BEFORE) : place.end + _BEHIND]
    for word in need["words"]:
        if flat(word) not in flat(near):
            yield f"{wording!r} does not name {word!r}, which {rule.name} checks"
    if english:
        yield from _of_another_sense(need, wording)


def _incomplete(need: Requirement, needs: str, most: int) -> Iterator[str]:
    low, high, words = need["from"], need["to"], need["words"]
    if "bounds" in needs and not (low or high):
        yield f"{need['rule']} needs `from` or `to`"
    if low and high and low > high:
        yield f"{need['rule']}: `from` is more than `to`"
    if "to" in needs.split() and not high:
        yield f"{need['rule']} needs `to`"
    if "words" in needs.split() and not 1 <= len(words) <= most:
        yield f"{need['rule']} needs one to {most} `words`"
    if "word" in needs.split() and len(words) != 1:
        yield f"{need['rule']} needs one entry in `words`"
    if need["rule"] in ("lipogram",) and words and len(words[0].strip()) != 1:
        yield "lipogram needs one letter in `words`"
    if not words and ("word" in needs):
        return
    if any(not re.search(r"\w", word) for word in words):
        yield f"{need['rule']}: a word without letters"


def _idle(need: Requirement) -> Iterator[str]:
    """Why any piece meets a requirement."""
    low, high = need["from"], need["to"]
    if "bounds" in RULES[need["rule"]].needs and not high and low == 1:
        yield f"{need['rule']} from 1 is met by any piece; ask for something that could be missed"
    if need["rule"] in ("word_count", "words_about", "characters") and high >= _ENDLESS:
        yield f"{high} is no limit for a piece of this skill; leave it out, or ask for a size that presses"


def _of_another_sense(need: Requirement, wording: str) -> Iterator[str]:
    said, name = wording.lower(), need["rule"]
    if (cue := _CUES.get(name)) and not re.search(cue, said):
        yield f"{wording!r} does not ask for what {name} checks"
    if name == "words_in" and re.search(r"\b(?:without|avoid|never (?:use|say|mention)|leave out)\b", said):
        yield f"{wording!r} keeps words out; words_in wants them in"
    if RULES[name].needs.startswith("bounds") and name not in ("phrase_returns",):
        low, high = need["from"], need["to"]
        if high and not low and not re.search(_MOST, said):
            yield f"{wording!r} sets no upper limit; say at most {high}, or give `from` too"
        if low and not high and not re.search(_LEAST, said):
            yield f"{wording!r} sets no lower limit; say at least {low}, or give `to` too"
        if low and low == high and re.search(rf"\b(?:{_ABOUT}|at most|at least)\b", said) and low > 5:
            yield f"{wording!r} leaves more room than exactly {low}"
