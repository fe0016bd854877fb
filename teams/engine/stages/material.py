"""Seeds and passages as prompts show them: fenced, so that what they say is never taken for instructions."""

from __future__ import annotations

import re
from random import Random

from teams.engine.records import Passage, Record, Seed
from teams.engine.seeds_text import neutralise

MATERIAL = "text"
"""The tag around material."""
SMALL_WORDS = 260
"""Words of a seed that a small model is shown: it reads slowly (40 to 60 tokens a second on two cores) and loses the
thread of more."""
_GAP = "[\\s\u200b-\u200d\u2060\ufeff]*"
"""What a reader does not see within a tag."""
_PROSE_WORDS = 30
"""Words of a paragraph that says something of its own."""
_PROSE = re.compile(r"[.!?][\"'”’)]*$")
_MARKUP = re.compile(r"[#>|*\-+=]|\d+[.)] ")
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


def prose_piece(text: str, random: Random, most_words: int = 110) -> str:
    """Draw whole paragraphs of prose that follow one another, `most_words` at most or one; '' where there are none."""
    paragraphs = [" ".join(p.split()) for p in _BREAK.split(text.strip())]
    fit = [len(p.split()) >= _PROSE_WORDS and bool(_PROSE.search(p)) and not _MARKUP.match(p) for p in paragraphs]
    begins = [n for n, is_fit in enumerate(fit) if is_fit and len(paragraphs[n].split()) <= most_words]
    if not begins:
        return ""
    first = last = random.choice(begins)
    count = len(paragraphs[first].split())
    while last + 1 < len(fit) and fit[last + 1] and (count := count + len(paragraphs[last + 1].split())) <= most_words:
        last += 1
    return "\n\n".join(paragraphs[first : last + 1])


def _cut(paragraph: str, most_words: int) -> str:
    kept: list[str] = []
    for sentence in re.split(r"(?<=[.!?])\s+", paragraph):
        if kept and sum(len(s.split()) for s in kept) + len(sentence.split()) > most_words:
            break
        kept.append(sentence)
    words = " ".join(kept).split(" ")
    return " ".join(words[: most_words * 2])
