"""Which words of a text say something, in languages whose small words are listed nowhere too."""

from __future__ import annotations

import re

from teams.engine.checks.known import STOP_WORDS, stem

_LEAST = 4
"""Letters of a word that says something; shorter ones are mostly small words in any language with an alphabet."""
_SMALL_WORDS = """
after again against all already also although always another any anything around away back because before being
both came come comes did done down each either else enough even ever every everything far few find first give given
gives goes going good here himself herself however itself last least less likely long made make makes many may
might more most much must neither never next none nothing now off often once only other others over own part place
put quite rather really same say saying says see seems several since someone somebody something still such sure
take takes tell tells text themselves then thing things think those though through time together too under until
upon very way well went were whether while whole whose why without write writer writes written yes yet within
unless during nobody per
"""
_SMALL = STOP_WORDS | frozenset(_SMALL_WORDS.split())
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")


def telling(text: str) -> set[str]:
    """Return the stems of the words that say something; figures too.

    Where nothing parts words (Chinese, Japanese), two characters that stand together are a word.
    """
    pairs = {run[n : n + 2] for run in _UNSPACED.findall(text) for n in range(len(run) - 1)}
    return pairs | {stem(word) for word in _WORD.findall(_UNSPACED.sub(" ", text)) if _says_something(word)}


def _says_something(word: str) -> bool:
    if word.isdigit():
        return True
    least = _LEAST if word[0].lower() != word[0].upper() else 2  # letters without capitals say more
    return word.casefold() not in _SMALL and len(word) >= least
