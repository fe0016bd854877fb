"""What programs see of the meaning of a text in other words: names, what figures count, denials, duties, what is gone.

Where no reader compares (a small model's opinion is worth little) this is all there is, so it looks for what goes wrong
in near copies: a "not" that went, a figure beside another unit, a third left out. What is truly reworded is let be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from functools import lru_cache

from teams.engine.checks.figures import names_grounded
from teams.engine.checks.known import Known
from teams.engine.checks.measures import beside, quantities, told_otherwise
from teams.engine.checks.phrases import TABLES, base, words
from teams.engine.checks.telling import telling
from teams.engine.tongue import is_in, tongue
from tools.counting import plain_words, sentences

NAMES_LOST = 0.2
"""Share of the names that may go: a second mention becomes "she", a place "there"."""
ALIKE = 0.7
"""Share of telling words from which two sentences say the same but for a small word."""
IN_ORDER = 0.6
"""Share of all their words that they have in the same order."""
_FEWEST = 3
"""Telling words of a sentence that can be found again."""
SAME_ORDER = 0.75
"""Share of words in the same order from which a text is a copy with words exchanged."""
_SHORT = 12
"""Words of a text too short to be told in another order."""
_PARTS, _OF_A_PART = 3, 8
"""A text is looked at in thirds, each by the telling words that it has alone; fewer say little."""
_MORE_DENIALS = {
    "en": ("nobody", "no one", "nothing", "nowhere", "nor", "hardly"),
    "de": ("niemand\\w*", "nichts", "nirgends"),
    "fr": ("personne", "rien", "nulle"),
    "es": ("nadie", "nada", "tampoco"),
    "it": ("nessuno", "niente", "nulla"),
    "pt": ("ninguém", "nada", "tampouco"),
    "nl": ("niemand", "niets", "nergens"),
}
_DENIES_BY_SENSE = re.compile(
    r"\b(?:free|fail\w*|refus\w*|lack\w*|except\w*|unless|only|at most|up to|instead|avoid\w*|stop\w*|prevent\w*"
    r"|exclud\w*|forbid\w*|prohibit\w*|miss\w*|absen\w*|un\w{3,}|in(?:valid|capable|complete|sufficient)|impossible"
    r"|less|fewer|more|else|other|despite|regardless|however)\b",
    re.IGNORECASE,
)
_SENTENCES, _FOUND_AGAIN = 5, 0.35
"""Sentences from which it is told whether a text is about the same, and the share that has to be found again."""
_UNITS = telling(
    "days euros pounds dollars crowns percent hours weeks months years metres kilometres kilos litres degrees"
)
_SUM = re.compile(
    r"(?<![\d.,])(\d{1,6})\s?(%|percent|prozent|euros?|pounds?|dollars?|crowns|cents?|francs?|€|£)(?!\w)|([€£$])(\d{1,6})(?![\d]|[.,]\d)",
    re.IGNORECASE,
)
_DUTY = {
    "en": "must|have to|has to|required|obliged|shall|need to|needs to",
    "de": "muss|müssen|musst|verpflichtet|hat zu|haben zu",
    "fr": "doit|doivent|devez|obligé\\w*",
    "es": "debe|deben|tiene que|tienen que|obligad\\w+",
}
_LEAVE = {
    "en": "may|can|could|might|allowed|free to",
    "de": "darf|dürfen|kann|können|könnte\\w*",
    "fr": "peut|peuvent|pouvez|pourrai\\w+",
    "es": "puede|pueden|podría\\w*",
}


def unfaithful(original: str, result: str, wording: str = "") -> Iterator[str]:
    """Yield what a result can be seen to say otherwise than its original, or not to say."""
    tag = base(tongue(original) or "en")
    yield from _names(original, result, wording, tag)
    yield from _counted_otherwise(original, result)
    yield from _turned(original, result, tag)
    yield from _gone(original, result)


def foreign(original: str, result: str) -> Iterator[str]:
    """Yield whether a result is in another language than its original."""
    own = tongue(original)
    if own and is_in(result, own) is False:
        yield f"it is not in the language of the text ({own})"


def near_copy(original: str, result: str) -> Iterator[str]:
    """Yield whether a result is the original with single words exchanged."""
    if min(len(plain_words(original)), len(plain_words(result))) < _SHORT:
        return
    if (share := _in_order(original, result)) > SAME_ORDER:
        yield f"{share:.0%} of its words stand in the same order in the text: build the sentences anew"


def _names(original: str, result: str, wording: str, tag: str) -> Iterator[str]:
    every, lost = names_grounded(original, [""], tag=tag), names_grounded(original, [result], tag=tag)
    if len(lost) > NAMES_LOST * len(every):
        yield f"{len(lost)} of {len(every)} names are lost: {', '.join(lost[:4])}"
    said = f"{original}\n{wording}".casefold()
    for name in names_grounded(_without_headings(result), [original, wording], tag=tag)[:3]:
        # European from Europe, Lisbon's from Lisbon: a name may take another ending.
        if not any(part[:5].casefold() in said for part in name.split()):
            yield f"a name that nobody gave: {name!r}"


def _without_headings(text: str) -> str:
    lines = [line for line in text.split("\n") if line.strip()]
    return "\n".join(line for line in lines if line.rstrip()[-1] in '.!?…:;"”»)' or len(line.split()) > 10)


def _counted_otherwise(original: str, result: str) -> Iterator[str]:
    """Yield figures that stand beside another unit than the text has them: 21 euros for 21 days."""
    known = Known()
    known.add("text", original)
    stated = quantities(known)
    there = [*beside(original), *_sums(original)]
    for value, unit in dict.fromkeys([*beside(result), *_sums(result)]):
        own = {one for number, one in there if number == value}
        spelt = len(re.findall(rf"(?<![\d.,]){value:g}(?![\d]|[.,]\d)", original))
        bare = spelt > sum(n == value for n, _ in there)
        is_converted = told_otherwise(value, f"{value:g} {unit}", stated, ())
        if own and unit not in own and not bare and not is_converted:
            yield f"{value:g} counts {', '.join(sorted(own))} in the text, not {unit}"


def _sums(text: str) -> list[tuple[float, str]]:
    """Return whole sums of money and percentages, which are no measures."""
    found = [(m[1] or m[4], m[2] or m[3]) for m in _SUM.finditer(text)]
    return [
        (float(many), "percent" if what.casefold() in ("%", "percent", "prozent") else "money") for many, what in found
    ]


def _turned(original: str, result: str, tag: str) -> Iterator[str]:
    """Yield sentences that say the same as one of the text but for a denial or a duty."""
    theirs = [(sentence, telling(sentence)) for sentence in sentences(original)]
    for sentence in sentences(result):
        old = _same_sentence(sentence, theirs)
        if old and (fault := _small_word(old, sentence, tag)):
            yield f"{fault}: {sentence[:70]!r} where the text says {old[:70]!r}"


def _same_sentence(sentence: str, theirs: Sequence[tuple[str, set[str]]]) -> str:
    said = telling(sentence)
    if len(said) < _FEWEST:
        return ""
    share, best = max(((len(said & own) / max(len(said), len(own), 1), old) for old, own in theirs), default=(0.0, ""))
    return best if share >= ALIKE and _in_order(best, sentence) >= IN_ORDER else ""


def _in_order(old: str, new: str) -> float:
    """Return which share of the words of two texts is the same in the same order."""
    one, other = plain_words(old), plain_words(new)
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / max(len(one), len(other), 1)


def _small_word(old: str, new: str, tag: str) -> str:
    """Say which small word that turns a sentence came or went."""
    denied = _denial(tag)
    was, now = bool(denied.search(old)), bool(denied.search(new))
    if was != now and not _DENIES_BY_SENSE.search(f"{old} {new}"):
        return "a denial is gone" if was else "a denial came in"
    if was or now or tag not in _DUTY:
        return ""
    duty, leave = _word(_DUTY[tag]), _word(_LEAVE[tag])
    if duty.search(old) and leave.search(new) and not (duty.search(new) or leave.search(old)):
        return "a duty became a choice"
    if leave.search(old) and duty.search(new) and not (leave.search(new) or duty.search(old)):
        return "a choice became a duty"
    return ""


@lru_cache(maxsize=16)
def _denial(tag: str) -> re.Pattern[str]:
    known = tag if tag in TABLES else "en"
    return _word("|".join((words("negations", (known,)), *_MORE_DENIALS.get(known, ()))), TABLES[known].spaced)


@lru_cache(maxsize=64)
def _word(alternatives: str, spaced: bool = True) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)" if spaced else f"(?:{alternatives})", re.IGNORECASE)


def _gone(original: str, result: str) -> Iterator[str]:
    """Yield parts of a text of which no telling word is found again, and whether it is another text altogether."""
    found, there = sentences(original), telling(result)
    matter = [_matter(sentence) for sentence in found]
    again = sum(bool(said & there) for said in matter if said)
    if (told := sum(map(bool, matter))) >= _SENTENCES and again < _FOUND_AGAIN * told:
        yield f"of {told} sentences only {again} are found again by a word other than names and figures"
    size = -(-len(found) // _PARTS) if len(found) >= 2 * _PARTS else max(1, len(found))
    parts = [found[n : n + size] for n in range(0, len(found), size)]
    own = [telling(" ".join(part)) for part in parts]
    for number, (part, said) in enumerate(zip(parts, own, strict=True)):
        alone = said - set().union(*(other for n, other in enumerate(own) if n != number))
        if len(alone) >= _OF_A_PART and not alone & there:
            yield f"nothing of this is in it: {' '.join(part)[:80]!r}"


def _matter(sentence: str) -> set[str]:
    """The telling words of a sentence without names and figures, which another matter may have too."""
    names = telling(" ".join(re.findall(r"(?<=\w )[A-ZÀ-Þ]\w+", sentence)))
    return {word for word in telling(sentence) - names if not any(map(str.isdigit, word))} - _UNITS
