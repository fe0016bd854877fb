"""What in the look of a sheet shows that it is not of its kind; complaints to its writer."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tools.counting import word_count

_NUMBERED = re.compile(r"^\s*\W{0,2}(\d{1,2})[.)]\s+\S", re.MULTILINE)
_MARKED = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s+\S", re.MULTILINE)


def has_notes(sheet: str) -> Iterator[str]:
    """Notes: several lines, none of them a page of prose."""
    lines = [line for line in sheet.splitlines() if line.strip()]
    if len(lines) < 4:
        yield f"it is a text of {len(lines)} paragraphs; write notes, each thing on a line of its own"
    elif max(word_count(line) for line in lines) > 90:
        yield "one of the notes is as long as a page; break it up"


def has_numbered_facts(sheet: str) -> Iterator[str]:
    """Facts numbered from 1, eight at least."""
    numbers = [int(n) for n in _NUMBERED.findall(sheet)]
    if numbers != list(range(1, len(numbers) + 1)) or len(numbers) < 8:
        yield "it has to be eight to twelve facts, numbered from 1, each on a line of its own"


def has_sample_and_rules(sheet: str) -> Iterator[str]:
    """A paragraph to be imitated, then rules on lines of their own."""
    paragraphs = [line for line in sheet.splitlines() if word_count(line) >= 8 and not _MARKED.match(line)]
    if sum(word_count(paragraph) for paragraph in paragraphs) < 50:
        yield "it has no sample of sixty words or more"
    if len(_MARKED.findall(sheet)) < 4:
        yield "the rules have to stand in a list, five at least"
