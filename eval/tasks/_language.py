"""What IFEval's checks need to know of language: sentences, words in capitals, and which language a text is in.

As lm-evaluation-harness has it: nltk's Punkt and its tokenizer, and langdetect. Where Punkt's trained data are not
installed its algorithm runs on a list of abbreviations of ours; where langdetect is not, py3langid stands in. What was
used is told with every score, since sentences may differ by a few in a thousand.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from agents.errors import UsageError

ABBREVIATIONS = (
    "mr mrs ms dr prof st jr sr gen lt col maj adm sen rep reps inc ltd co corp bros messrs ft vs v a.m p.m u.s u.s.a "
    "u.k u.n d.c n.y ph.d jan feb aug sep sept oct nov dec ave"
)
"""What a full stop belongs to without ending a sentence. `e.g.` ends one, as it does for Punkt's own data."""
_PUNKT = "tokenizers/punkt_tab/english/"


def sentences(text: str) -> list[str]:
    """Return the sentences of an English text."""
    return list(_splitter()[1](text))


def capital_words(text: str) -> list[str]:
    """Return the tokens in capitals: `DON'T` is two, `DO` and `N'T`, as the original counts."""
    from nltk.tokenize import word_tokenize

    return [word for word in word_tokenize(text, preserve_line=True) if word.isupper()]


def language_of(text: str) -> str | None:
    """Return the ISO 639-1 code of the language a text is in, None where nothing in it tells one."""
    return _detector()[1](text) if re.search(r"[^\W\d_]", text) else None


def means() -> dict[str, str]:
    """Return what sentences and languages are told by, on this machine."""
    return {"sentences": _splitter()[0], "language": _detector()[0]}


@cache
def _splitter() -> tuple[str, Callable[[str], list[str]]]:
    try:
        import nltk
        from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer, PunktTokenizer
    except ImportError:
        raise UsageError("ifeval counts sentences by nltk: pip install 'agentinstruct[eval]'") from None
    try:
        nltk.data.find(_PUNKT)
        return "punkt_tab", PunktTokenizer("english").tokenize
    except LookupError:
        parameters = PunktParameters()
        parameters.abbrev_types.update(ABBREVIATIONS.split())
        return "punkt, own abbreviations", PunktSentenceTokenizer(parameters).tokenize


@cache
def _detector() -> tuple[str, Callable[[str], str | None]]:
    try:
        import langdetect
    except ImportError:
        return "py3langid", _by_langid
    langdetect.DetectorFactory.seed = 0  # it draws at random otherwise, and a score would differ from run to run

    def detect(text: str) -> str | None:
        try:
            return str(langdetect.detect(text))
        except langdetect.LangDetectException:
            return None

    return "langdetect", detect


def _by_langid(text: str) -> str | None:
    import py3langid

    # Lower case: it was trained on little that is all in capitals.
    return str(py3langid.classify(text.lower())[0])
