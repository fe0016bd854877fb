"""What in the look of a passage shows that it is not of its kind: no code, no rules, no tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

_CODE = re.compile(r"(?:def |class |function |const |let |local |sub |#include|\w[\w *]*\([^)]*\)\s*\{|if\b.*[:{]$|for\b.*[:{]$|while\b.*[:{]$|.*;$|.*=|\$ )")  # fmt: skip  # noqa: E501  # data
_EXAMPLE = re.compile(r">>>|\$|#|//|=>|→|.*\w\(.*\)")
_RULE = re.compile(r"(?:\d+[.)]|[-*])\s+\S")
_LOOKED_AT = 240
"""Characters of a line: what it is shows at its beginning."""


def _lines(text: str, pattern: re.Pattern[str]) -> int:
    """Count the lines that look so."""
    return sum(pattern.match(line.strip()[:_LOOKED_AT]) is not None for line in text.splitlines())


def has_code(text: str) -> Iterator[str]:
    if _lines(text, _CODE) < 4 and "```" not in text:
        yield "there is hardly any code or file content in it"


def has_rules(text: str) -> Iterator[str]:
    if _lines(text, _RULE) < 3:
        yield "its rules have to be numbered, one a line: three at least"


def has_examples(text: str) -> Iterator[str]:
    if _lines(text, _EXAMPLE) < 5:
        yield "eight examples are wanted, each a call on a line of its own with what it gives"


def has_steps(text: str) -> Iterator[str]:
    if not re.search(r"\d", text):
        yield "there is no case in it worked through with its values"


def has_tables(text: str) -> Iterator[str]:
    low = text.casefold()
    if low.count("create table") < 2 or "insert into" not in low:
        yield "it needs two tables at least, with CREATE TABLE and INSERT INTO"
