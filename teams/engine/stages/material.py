"""Seeds and passages as prompts show them: fenced, so that what they say is never taken for instructions."""

from __future__ import annotations

import re

from teams.engine.records import Passage, Record, Seed
from teams.engine.seeds_text import neutralise

MATERIAL = "text"
"""The tag around material."""
SMALL_WORDS = 260
"""Words of a seed that a small model is shown: it reads slowly (40 to 60 tokens a second on two cores) and loses the
thread of more."""
_GAP = "[\\s\u200b-\u200d\u2060\ufeff]*"
"""What a reader does not see within a tag."""
_BREAK = re.compile(r"\n\s*\n")


def shown(text: str, tag: str = MATERIAL) -> str:
    """Return `text` between tags it can't close, without anything a chat template would take for its own."""
    closing = re.compile(rf"<(?={_GAP}/?{_GAP}{tag}\b)", re.IGNORECASE)
    return f"<{tag}>\n{closing.sub('< ', neutralise(text)).strip()}\n</{tag}>"


def text_of(record: Record) -> str:
    """Return the text of a seed or passage as data: without control tokens, for they would end a turn in training."""
    assert isinstance(record, Seed | Passage)
    return neutralise(record.text).strip()


def excerpt(text: str, most_words: int = SMALL_WORDS) -> str:
    """Return as many whole paragraphs from the beginning as fit in `most_words`; at least one, cut at a sentence."""
    kept: list[str] = []
    count = 0
    for paragraph in _BREAK.split(text.strip()):
        words = len(paragraph.split())
        if kept and count + words > most_words:
            break
        kept.append(paragraph if words <= most_words else _cut(paragraph, most_words))
        count += words
    return "\n\n".join(kept)


def _cut(paragraph: str, most_words: int) -> str:
    kept: list[str] = []
    for sentence in re.split(r"(?<=[.!?])\s+", paragraph):
        if kept and sum(len(s.split()) for s in kept) + len(sentence.split()) > most_words:
            break
        kept.append(sentence)
    words = " ".join(kept).split(" ")
    return " ".join(words[: most_words * 2])
