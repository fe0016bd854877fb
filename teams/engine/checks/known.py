"""What can be known at one point of a conversation, and whether a value comes from there however it is spelled."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from math import isclose
from typing import Any

from teams.engine.checks.spelling import Figures, figures, numbers

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_TOKEN = re.compile(r"[^\s,;!?\"'“”‘’(){}\[\]<>]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_STOPS = """
a an and are as at be been but by can could do does for from had has have he her his i if in into is it its me
my no not of on or our please she should so some than that the their them then there these they this to us was
we were what when where which who will with would you your i'm i'd i'll i've it's hi hello hey dear thanks thank
just also about up out get got need want like know let
"""
STOP_WORDS = frozenset(_STOPS.split())
FREE_TEXT = 4
"""A value of so many words that say something is a composition: most of them have to be known, not all."""
_SHARE_KNOWN = 0.7


@dataclass(frozen=True)
class Parameter:
    """The place a value is put: what the schema says of it."""

    name: str
    schema: Mapping[str, Any]

    @cached_property
    def description(self) -> str:
        return str(self.schema.get("description") or "")

    @cached_property
    def words(self) -> frozenset[str]:
        """Stems of what the name and its description say."""
        return frozenset(stems(f"{split_name(self.name)} {self.description}"))


@dataclass(frozen=True)
class Source:
    """A text values may come from."""

    label: str
    text: str
    by_user: bool = False
    keyed: tuple[tuple[float, str], ...] = ()
    """Its numbers whose unit is named elsewhere: in a result's key, in a description."""

    @cached_property
    def figures(self) -> Figures:
        return figures(self.text)

    @cached_property
    def numbers(self) -> frozenset[float]:
        """As in `figures`, without reading dates and times."""
        return frozenset(numbers(self.text))

    @cached_property
    def plain(self) -> str:
        return f" {plain(self.text)} "

    @cached_property
    def stems(self) -> frozenset[str]:
        return frozenset(stems(self.text))

    @cached_property
    def squashed(self) -> frozenset[str]:
        """Its tokens without marks: what ids are compared by."""
        return frozenset(squash(token) for token in _TOKEN.findall(self.text))


class Known:
    """Sources of values, oldest first."""

    def __init__(self, sources: Iterable[Source] = ()) -> None:
        self.sources = list(sources)

    def add(self, label: str, text: str, *, by_user: bool = False, keyed: Iterable[tuple[float, str]] = ()) -> None:
        self.sources.append(Source(label, text, by_user, tuple(keyed)))

    @property
    def user(self) -> list[Source]:
        return [source for source in self.sources if source.by_user]

    def numbers(self) -> set[float]:
        return {n for source in self.sources for n in source.numbers}

    def number(self, value: float) -> str | None:
        """Return who stated a number."""
        for source in reversed(self.sources):
            if any(isclose(value, n, rel_tol=1e-9, abs_tol=1e-12) for n in source.numbers):
                return source.label
        return None

    def verbatim(self, value: str) -> str | None:
        """Return who said a text as it is, spelling of case, spaces, hyphens and accents aside."""
        wanted = f" {plain(value)} "
        if not wanted.strip():
            return None
        return next((source.label for source in reversed(self.sources) if wanted in source.plain), None)

    def token(self, value: str) -> str | None:
        """Return who said an id, its marks aside: `B-1042` is `b1042`."""
        wanted = squash(value)
        if not wanted:
            return None
        return next((source.label for source in reversed(self.sources) if wanted in source.squashed), None)

    def piece(self, value: str) -> str | None:
        """Return who said a text as it is, inside a longer one too: a file's name, a part of an address."""
        wanted = re.compile(rf"(?<![^\W_]){re.escape(value)}(?![^\W_])", re.IGNORECASE)
        return next((source.label for source in reversed(self.sources) if wanted.search(source.text)), None)

    def word(self, word: str) -> str | None:
        """Return who used a word, in whatever form."""
        wanted = stem(word)
        return next((source.label for source in reversed(self.sources) if wanted in source.stems), None)

    def begins(self, start: str) -> str | None:
        """Return who used a word that begins so: `humid` for humidity."""
        wanted = f" {plain(start)}"
        return next((source.label for source in reversed(self.sources) if wanted in source.plain), None)

    def composed(self, value: str) -> tuple[str | None, list[str]]:
        """Return who said the words a text is made of, and the words nobody said.

        Short values need every word; of a longer composition most have to be known, and all its names and figures.
        """
        words = [w for w in _WORD.findall(_CAMEL.sub(" ", unfold(value))) if w.lower() not in STOP_WORDS]
        found = [self.word(word) or self._figure(word) for word in words]
        missing = [word for word, label in zip(words, found, strict=True) if label is None]
        labels = sorted({label for label in found if label})
        if not words or not labels:
            return None, missing or words
        firm = [w for w in missing if any(c.isdigit() for c in w) or (w[0].isupper() and not _opens(value, w))]
        # An address or a path is not composed; it is known or it is not.
        enough = (
            " " in value.strip()
            and len(words) >= FREE_TEXT
            and not firm
            and len(words) - len(missing) >= _SHARE_KNOWN * len(words)
        )
        return (" and ".join(labels[:2]), missing) if enough or not missing else (None, firm or missing)

    def _figure(self, word: str) -> str | None:
        said = figures(word).numbers
        return next((label for n in said if (label := self.number(n))), None)


def unfold(text: str) -> str:
    """Return text in one Unicode form."""
    return unicodedata.normalize("NFKC", text)


def plain(text: str) -> str:
    """Return text in lower case without accents, marks between words as single spaces."""
    return " ".join(re.findall(r"[^\W_]+(?:[.:@/][^\W_]+)*", _bare(text).casefold()))


def _bare(text: str) -> str:
    if text.isascii():
        return text
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def squash(text: str) -> str:
    """Return only letters and digits, in lower case."""
    return "".join(c for c in unfold(text).casefold() if c.isalnum())


def split_name(name: str) -> str:
    """Return a code name as words: `due_date` and `dueDate` are `due date`."""
    return _CAMEL.sub(" ", name).replace("_", " ").replace("-", " ").replace(".", " ").lower()


def split_camel(text: str) -> str:
    """Return text with the words of `camelCase` and `snake_case` apart."""
    return _CAMEL.sub(" ", text).replace("_", " ")


def stems(text: str) -> list[str]:
    """Return the stems of the words that say something."""
    words = _WORD.findall(_CAMEL.sub(" ", unfold(text)).replace("_", " "))
    return [stem(word) for word in words if word.lower() not in STOP_WORDS]


def stem(word: str) -> str:
    """Return what forms of an English word have in common, roughly: bookings, booked, booking → book."""
    word = re.sub(r"['’]s?$", "", _bare(word)).casefold()
    if any(c.isdigit() for c in word):
        return word
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "ery", "ed", "es", "er", "ly", "y", "s", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


def _opens(text: str, word: str) -> bool:
    """Say whether a word begins a sentence of the text: its capital then says nothing."""
    return bool(re.search(rf"(?:^|[.!?:]\s+|\n\s*){re.escape(word)}\b", text))
