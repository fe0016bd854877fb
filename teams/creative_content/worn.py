"""The worn voice of language models: phrases, moves, names and endings, found by the English patterns of `worn.txt`.

A phrase here is one that models write far more often than people do. One of them proves nothing, so a piece is called
worn only from a number that grows with its length. Measured on prose by people (`test_worn.py` says on what), and on
pieces in the voice itself. What a request names itself is never counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from teams.engine.demands.rule import unmarked
from tools.counting import paragraphs, word_count


def _patterns() -> Mapping[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in Path(__file__).with_name("worn.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            lines = found.setdefault(line.strip("[]"), [])
        elif line and not line.startswith("#"):
            lines.append(line)
    return found


def _any(patterns: Sequence[str], flags: int = 0) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", flags)


_READ = _patterns()
_SORTS = (("phrase", _any(_READ["phrase"], re.IGNORECASE)), ("name", _any(_READ["name"])))
_ENDING = re.compile("|".join(_READ["ending"]))
_ADJECTIVE = r"([a-z]{3,}(?:y|ful|ous|ive|ing|ed|al|less|ic|ant|ent))"
_TRIPLE = re.compile(rf"\b{_ADJECTIVE}, {_ADJECTIVE},? and {_ADJECTIVE}\b")
FREE = 1
"""Worn phrases that any piece may have."""
WORDS_EACH = 450
"""Words for which it may have one more."""


@dataclass(frozen=True)
class Worn:
    """One worn place."""

    said: str
    sort: str
    """`phrase`, `name`, `ending`, `triple` (three adjectives in a row, the third and later ones)."""


def worn(text: str, asked: str = "") -> list[Worn]:
    """Return the worn places of an English text; what stands in `asked`, the request, is not held against it."""
    read = " ".join(unmarked(text).replace("’", "'").split("\t"))
    allowed = " ".join(asked.replace("’", "'").split()).casefold()
    found = [
        Worn(" ".join(match.group().split()), sort) for sort, pattern in _SORTS for match in pattern.finditer(read)
    ]
    last = (paragraphs(read) or [""])[-1]
    if match := _ENDING.search(last[-600:]):
        found.append(Worn(" ".join(match.group().split())[:80], "ending"))
    triples = [match.group() for match in _TRIPLE.finditer(read)]
    found += [Worn(said, "triple") for said in triples[1:]]
    return [one for one in dict.fromkeys(found) if one.said.casefold() not in allowed]


def too_worn(text: str, asked: str = "") -> list[Worn]:
    """Return the worn places of a text that has more of them than chance allows; else only its worn names."""
    found = worn(text, asked)
    if len(found) > FREE + word_count(text) / WORDS_EACH:
        return found
    return [one for one in found if one.sort == "name"]
