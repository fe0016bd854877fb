"""Stanzas, lines and about how many syllables a line has."""

from __future__ import annotations

import re
import unicodedata

from teams.engine.demands.rule import unmarked

_BREAK = re.compile(r"\n[ \t]*\n+")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_GROUPS = re.compile(r"[aeiouy]+")
_HIATUS = re.compile(r"ia|io(?!u)|iu|eo(?!u)|ua(?!r|l)|uo|ya|ui(?=n)|oe(?=t|m)|ie(?=t|n)|ea(?=t|l|$)")
"""Two vowels that are two syllables in some words and one in others."""
_OPEN = re.compile(
    r"(?:[aeiou]r|[ai]re|our|ower|ire|ier|eer|il|ile|ial|ual|ern|ism|thm)$|every|heaven|even|power|flower"
)
_SYLLABIC_ES = re.compile(r"(?:s|z|x|c|g|sh|ch)es$")
_ED = re.compile(r"[^aeiou]ed$")
_SYLLABIC_ED = re.compile(r"[td]ed$")
_LE = re.compile(r"[^aeiouy]les?$")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u30fc]")
_SMALL_KANA = re.compile(r"[ゃゅょャュョぁぃぅぇぉァィゥェォ]")


def verse_of(text: str) -> list[list[str]]:
    """Return the stanzas of a poem, each its lines, without marks of Markdown and without a title.

    A first line that stands alone over a stanza, or is marked as a heading, is a title.
    """
    plain = unmarked(text.replace("\r\n", "\n")).strip()
    stanzas = [[line.strip() for line in block.split("\n") if line.strip()] for block in _BREAK.split(plain)]
    stanzas = [stanza for stanza in stanzas if any(c.isalpha() for line in stanza for c in line)]
    if len(stanzas) > 1 and len(stanzas[0]) == 1 and len(stanzas[1]) > 1:
        return stanzas[1:]
    if stanzas and text.lstrip().startswith(("#", "**")) and len(stanzas[0]) > 1:
        return [stanzas[0][1:], *stanzas[1:]]
    return stanzas


def syllables(line: str, tag: str = "en") -> tuple[int, int] | None:
    """Return the fewest and most syllables of a line, by its spelling; None for scripts that don't show them.

    English spelling leaves some words open ("fire", "every", "poem"); in other alphabets a group of vowels is one
    syllable, at most two. Kana count each, small ones aside.
    """
    kana = len(_KANA.findall(line)) - len(_SMALL_KANA.findall(line))
    words = _WORD.findall(line)
    if kana:
        return (kana, kana) if not re.search(r"[\u3400-\u9fff]", line) else None
    if not words or any(ord(c) > 0x24F for word in words for c in unicodedata.normalize("NFC", word)):
        return None
    english = not tag or tag.split("-")[0] == "en"
    counts = [_english(word) if english else _spelled(word) for word in words]
    return sum(least for least, _ in counts), sum(most for _, most in counts)


def _english(word: str) -> tuple[int, int]:
    bare = re.sub(r"['’](?:s|d|t|m|ll|re|ve)?$", "", word.lower()).replace("’", "").replace("'", "") or word.lower()
    count = len(_GROUPS.findall(bare))
    count -= count > 1 and _has_silent_e(bare)
    count = max(1, count)
    most = count + min(2, len(_HIATUS.findall(bare)))
    inside = re.search(r"[aeiouy][^aeiouy]+e(?:ly|ful|less|ment|times|thing|where|one)", bare)
    least = count - (1 if inside and count > 1 else 0)
    if _OPEN.search(bare):
        least, most = (max(1, least - (count > 1)), most + (count == 1))
    return least, most


def _has_silent_e(word: str) -> bool:
    if _LE.search(word):
        return False
    if word.endswith("ed"):
        return bool(_ED.search(word)) and not _SYLLABIC_ED.search(word)
    return bool(re.search(r"[^aeiouy]es?$", word)) and not _SYLLABIC_ES.search(word)


def _spelled(word: str) -> tuple[int, int]:
    flat = unicodedata.normalize("NFD", word.lower())
    letters = "".join(c for c in flat if not unicodedata.combining(c))
    groups = re.findall(r"[aeiouy]+", letters)
    count = max(1, len(groups))
    silent = count > 1 and letters.endswith(("e", "es", "ent"))
    return count - silent, count + sum(len(group) > 1 for group in groups)
