"""Natural languages: which one a text is in, and what a language's name or tag means."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from functools import cache, lru_cache
from typing import Any

from agents.errors import UsageError

FEWEST = 40
"""Letters below which a language is not told, except by its script."""
CERTAIN = 0.9
"""Probability below which it is not told."""
_SAMPLE = 1_200
"""Characters looked at, at the beginning, in the middle and at the end."""
_NOT_WORDS = re.compile(
    r"```.*?```|~~~.*?~~~|`[^`\n]*`|https?://\S+|www\.\S+|\S+@\S+|[\w./\\-]*[/\\]\S*|[^\W\d_]*[\d_]\w*|<[^>\n]{1,200}>",
    re.S,
)
_LETTER = re.compile(r"[^\W\d_]")
_SCRIPTS = {
    "ja": re.compile(r"[\u3040-\u30ff]"),
    "ko": re.compile(r"[\uac00-\ud7af]"),
    "th": re.compile(r"[\u0e00-\u0e7f]"),
    "ka": re.compile(r"[\u10a0-\u10ff]"),
    "hy": re.compile(r"[\u0530-\u058f]"),
    "el": re.compile(r"[\u0370-\u03ff\u1f00-\u1fff]"),
    "km": re.compile(r"[\u1780-\u17ff]"),
    "lo": re.compile(r"[\u0e80-\u0eff]"),
}
"""Scripts that one living language is written in."""
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_DENSE = 10
"""Letters that are enough in such a script, or in Chinese characters."""
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ji": "yi", "cmn": "zh", "yue": "zh", "fil": "tl"}
"""Tags that are told under another."""
_SPOKEN = {
    **dict.fromkeys(("ary", "arz", "apc", "ajp", "acm", "acq", "ars", "aeb", "arb"), "ar"),
    **dict.fromkeys(("wuu", "yue", "gan", "hak", "nan", "cmn"), "zh"),
    **dict.fromkeys(("nn", "nb"), "no"),
    "pcm": "en",
}
"""What is mostly spoken, and so like a written language that its sentences are divided among both."""
_NONE = ("zxx", "und", "mul")
"""No language at all, in the eyes of the model."""
_NEAR = ({"da", "no"}, {"hr", "bs", "sr", "sh"}, {"id", "ms"}, {"cs", "sk"}, {"pt", "gl"}, {"xh", "zu"}, {"nl", "af"})
"""Languages that are taken for each other."""


def tongue(text: str) -> str:
    """Return the BCP 47 primary tag of the language a text is mostly in: `de`. "" where it is too short or unsure.

    Also "" where `py3langid` is not installed, except for a script of one language.
    """
    return _tongue(_sample(text), is_known())


@lru_cache(maxsize=512)  # an answer is looked at before it is sent, and by several checks after
def _tongue(sample: str, is_known: bool) -> str:
    words = _NOT_WORDS.sub(" ", sample)
    letters = _LETTER.findall(words)
    if by_script := _by_script(words, len(letters)):
        return by_script
    if len(letters) < FEWEST:
        return ""
    guess, probability = _classify(" ".join(words.split())) if is_known else ("", 0.0)
    return guess if probability >= CERTAIN and guess not in _NONE else ""


def is_in(text: str, tag: str) -> bool | None:
    """Return whether a text is in a language, by tag or name (`de`, `de-AT`, `German`); None where that can't be told.

    Raises `UsageError` for a language that is not known.
    """
    told, wanted = tongue(text), _primary(_meant(tag))
    if not told or not wanted:
        return None
    told = _SAME.get(told, told)
    if told != wanted and any({told, wanted} <= near for near in _NEAR):
        return None
    return told == wanted


@cache
def _meant(name: str) -> str:
    return tag_of(name) if name else ""


def is_english(language: str) -> bool:
    """Whether a language asked for, by name or tag, is English; '' is."""
    return not language or language.casefold() in ("en", "english") or language[:3] == "en-"


def tag_of(name: str) -> str:
    """Return the BCP 47 tag of a language given by its English or own name or its tag: `German`, `de`, `de-AT`, `zh`.

    Raises `UsageError`, naming what would be right.
    """
    from babel import Locale, UnknownLocaleError

    asked = " ".join(name.split())
    if known := _names().get(asked.casefold()):
        return known
    try:
        tag = str(Locale.parse(asked.replace("-", "_"), sep="_")).replace("_", "-")
        if tag.partition("-")[0].casefold() == re.split(r"[-_]", asked)[0].casefold():
            return tag
    except (UnknownLocaleError, ValueError, TypeError):
        pass
    if own := _own_names().get(asked.casefold()):
        return own
    near = difflib.get_close_matches(asked.casefold(), [*_names(), *_own_names()], 1, 0.7)
    tag = (_names().get(near[0]) or _own_names()[near[0]]) if near else ""
    hint = f"did you mean {near[0].title()!r} ({tag})?" if near else "give its English name or its tag: 'German', 'de'"
    raise UsageError(f"{asked[:60]!r} is no language known here; {hint}")


def is_known() -> bool:
    """Whether languages can be told: `py3langid` is installed."""
    return _identifier() is not None


def _sample(text: str) -> str:
    if len(text) <= 3 * _SAMPLE:
        return text
    middle = len(text) // 2
    return f"{text[:_SAMPLE]}\n{text[middle : middle + _SAMPLE]}\n{text[-_SAMPLE:]}"


def _by_script(words: str, letters: int) -> str:
    """The language by its letters alone. Chinese characters count for Japanese once kana are there."""
    han = len(_HAN.findall(words))
    for tag, script in _SCRIPTS.items():
        own = len(script.findall(words))
        counted = own + (han if tag in ("ja", "ko") and own >= han * 0.1 else 0)
        if counted >= _DENSE and counted > letters * 0.5:
            return tag
    return "zh" if han >= _DENSE and han > letters * 0.5 else ""


def _primary(tag: str) -> str:
    primary = re.split(r"[-_]", tag.strip())[0].casefold()
    return _SAME.get(primary, primary)


def _classify(text: str) -> tuple[str, float]:
    folded: Counter[str] = Counter()
    for guess, probability in _identifier().rank(text):
        folded[_SPOKEN.get(guess, str(guess))] += probability
    return folded.most_common(1)[0]


@cache
def _identifier() -> Any:
    try:
        from py3langid.langid import MODEL_FILE, LanguageIdentifier
    except ImportError:
        return None
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@cache
def _names() -> dict[str, str]:
    """English names of languages, in small letters, with their tags."""
    from babel import Locale

    languages = Locale("en").languages
    return {name.casefold(): tag.replace("_", "-") for tag, name in languages.items() if tag != "mul" and tag != "und"}


@cache
def _own_names() -> dict[str, str]:
    """What speakers call their language, for tags of two letters."""
    from babel import Locale, UnknownLocaleError

    made = {}
    for tag in sorted(set(_names().values())):
        if len(tag) == 2:
            try:
                made[str(Locale.parse(tag).get_display_name()).casefold()] = tag
            except UnknownLocaleError:
                continue
    return made
