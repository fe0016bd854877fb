"""Whether an answer that has chosen goes on to prefer something else: "B. … On reflection, C is better".

Read is what comes after the choice: a sentence that takes something back and names another option, one that calls
another option the better one, a first or last line that is another label and no more. Where the choice is named again
after that, it stands. Wordings are those of the tables; of languages without one only the last line is read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from teams.engine.checks.phrases import TABLES, words

Names = Callable[[str], set[str]]
"""Which options a piece of an answer names, by label or words."""
_CLAUSE = re.compile(r"[,;:，；：、،؛]\s*|\s[–—-]\s|(?:^|\s)(?:but|aber|mais|pero|ma|mas|maar|но)\s")
_UNDECIDED = re.compile(
    r"(?<!\w)(?:if|unless|when|were|had|would|only|might|may|could|at first|wenn|falls|würde|könnte|si|serait|pourrait"
    r"|sería|podría|se|sarebbe|potrebbe|seria|poderia|als|zou|если|бы|если бы|إذا|لو)(?!\w)|如果|若|なら|면(?!\w)",
    re.IGNORECASE,
)
_UNSPACED = ("zh", "ja", "ko")
_LONE = re.compile(r"\A[\s*_>#(\[（-]*([A-Za-z0-9])[\s*_)\]）.:-]*\Z")

_HEADS = 2
"""Labels on lines of their own beyond which they are headings."""


@lru_cache(maxsize=8)
def wording(sort: str) -> re.Pattern[str]:
    """Return one expression for a sort of wordings in all languages, bounded where a language parts its words."""
    spaced = words(sort, [tag for tag in TABLES if tag not in _UNSPACED])
    return re.compile(rf"(?<!\w)(?:{spaced})(?!\w)|{words(sort, _UNSPACED)}", re.IGNORECASE)


def taken_back(sentences: Sequence[str], chosen: str, labels: str, named: Names, announced: Names) -> bool:
    """Say whether sentences that choose an option go on to prefer another one.

    `labels` are those on offer, `named` the options a piece speaks of, `announced` those it says are the answer.
    """
    first = next((n for n, sentence in enumerate(sentences) if chosen in named(sentence)), 0)
    for n in range(first, len(sentences)):
        if _turns(sentences, n, chosen, named) and chosen not in announced("\n".join(sentences[n:])):
            return True
    return not {opening_label(sentences, labels), closing_label(sentences, labels)} <= {None, chosen}


def has_second_thoughts(sentences: Sequence[str], named: Names) -> bool:
    """Say whether a sentence takes something back and speaks of an option behind that, or the next one does."""
    for sentence, following in pairwise([*sentences, ""]):
        turned = wording("reconsiders").search(sentence)
        if turned and named(sentence[turned.end() :] + " " + following):
            return True
    return False


def _turns(sentences: Sequence[str], n: int, chosen: str, named: Names) -> bool:
    sentence = sentences[n]
    turned = wording("reconsiders").search(sentence)
    if turned:
        return _takes_back(sentence[turned.end() :], chosen, named) or (
            not named(sentence[turned.end() :])
            and n + 1 < len(sentences)
            and _takes_back(sentences[n + 1], chosen, named)
        )
    if _UNDECIDED.search(sentence):
        return False
    return any(_is_preferred(clause, chosen, named) for clause in _CLAUSE.split(sentence))


def _takes_back(said: str, chosen: str, named: Names) -> bool:
    """Does a clause name another option without striking it out, or strike out the one that was chosen?"""
    for clause in _CLAUSE.split(said):
        is_struck = bool(wording("rejects").search(clause))
        if named(clause) and (chosen in named(clause)) == is_struck:
            return True
    return False


def _is_preferred(clause: str, chosen: str, named: Names) -> bool:
    """Does a clause end in saying of another option that it is the better one?"""
    said = clause.strip(" *_.!。！\"'”’)")
    told = wording("prefers").search(said)
    if not told or wording("rejects").search(said[: told.start()]):
        return False
    before, compared = named(said[: told.start()]), named(said[told.start() :])
    # "C is better than A" compares two that are wrong; "better than" the choice takes it back.
    return bool(before) and chosen not in before and (not compared or chosen in compared)


def opening_label(sentences: Sequence[str], labels: str) -> str | None:
    """Return the label that is the whole first line, as `closing_label` does the last."""
    return _lone(sentences, labels, 0)


def closing_label(sentences: Sequence[str], labels: str) -> str | None:
    """Return the label that is the whole last line, in capitals; None where labels head what is said of each option."""
    return _lone(sentences, labels, -1)


def _lone(sentences: Sequence[str], labels: str, at: int) -> str | None:
    lines = [match[1].upper() if (match := _LONE.match(sentence)) else "" for sentence in sentences]
    alone = {label for label in lines if label and label in labels.upper()}
    return lines[at] if len(lines) > 1 and lines[at] in alone and len(alone) <= _HEADS else None
