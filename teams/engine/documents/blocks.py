"""What readers of documents have in common: blocks of text, the reason why there are none, and limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from teams.engine.seeds_walk import Skip

Place = Mapping[str, str | int]
"""Where something stands in a document: `page`, `chapter`, `row`; pages and rows from 1."""

MAX_FILE = {"html": 20_000_000, "pdf": 300_000_000, "docx": 100_000_000, "epub": 200_000_000, "parquet": 1 << 40}
"""Bytes of a file that is opened at all."""
MAX_UNPACKED = 300_000_000
"""Bytes that the parts of a zipped document may have in all."""
MAX_PART = 40_000_000
"""Bytes of one part of a zipped document."""
MAX_TEXT = 4_000_000
"""Characters read of one document; more than the pieces that are made of it hold."""
MAX_BLOCK = 1_000_000
"""Characters in one message of the child; longer blocks are sent in parts."""


class Unreadable(Exception):
    """A document can't be read; `reason` says why."""

    def __init__(self, reason: Skip) -> None:
        super().__init__(str(reason))
        self.reason = reason


@dataclass(frozen=True)
class Block:
    """Lines of Markdown out of a document, in reading order."""

    text: str
    place: Place = field(default_factory=dict)


@dataclass(frozen=True)
class Note:
    """Something passed over within a document."""

    where: str
    """What stands behind the path in the report: `#page=3`, `:17`."""
    reason: Skip


Found = Iterator[Block | Note | None]
"""What a reader yields. None says: still at work, and something was done."""
