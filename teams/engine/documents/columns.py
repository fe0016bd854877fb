"""Which column of a data set holds documents."""

from __future__ import annotations

from collections.abc import Iterable

TEXTS = (
    *("text", "content", "contents", "body", "article", "document", "passage", "story", "markdown", "raw_content"),
    *("page_content", "full_text", "abstract", "description", "context", "maintext"),
)
"""Names of columns of text, the most telling first."""
MESSAGES = frozenset(("messages", "conversations", "conversation", "dialog", "dialogue", "turns", "chosen", "rejected"))
MAX_ROWS = 1_000_000
"""Rows read of one file."""


def text_column(names: Iterable[str]) -> str | None:
    """Return which of these columns holds text: the first in `TEXTS`, in any case; None if none does."""
    known = {name.casefold(): name for name in reversed(list(names))}
    return next((known[name] for name in TEXTS if name in known), None)


def has_messages(names: Iterable[str]) -> bool:
    """Whether rows of these columns are conversations: what comes out of programs like this one, no documents."""
    return any(name.casefold() in MESSAGES for name in names)
