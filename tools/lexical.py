"""Search by words: BM25 over stems, by SQLite's full-text index, where no embedding model can be had."""

import asyncio
import contextlib
import json
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tools.errors import RetrievalError

if TYPE_CHECKING:
    from tools.index import Entry, Hit

_JOINT = re.compile(r"_+|(?<=[^\W\d_A-Z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[^\W\d_])(?=\d)|(?<=\d)(?=[^\W\d_])")
"""Where a name such as `parseHTTPDate2_text` comes apart."""
_MAX_TERMS = 64
"""Words of a query that are looked for."""


class LexicalStore:
    """An index as one SQLite file in `folder`, named by its key."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder

    async def open(self, key: str, entries: "list[Entry]") -> None:
        self._file = self._folder / f"{key}.sqlite"
        try:
            await asyncio.to_thread(self._make, entries)
        except (OSError, sqlite3.Error) as error:
            raise RetrievalError(f"the index could not be built in {self._folder}: {error}") from None

    async def search(self, query: str, k: int) -> "list[Hit]":
        try:
            return await asyncio.to_thread(self._search, query, k)
        except sqlite3.Error as error:
            raise RetrievalError(f"the index {self._file} can't be searched: {error}") from None

    async def close(self) -> None:
        """Nothing is held open between searches."""

    def _make(self, entries: "list[Entry]") -> None:
        if self._file.exists():
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        # Under another name until it is whole: a build that is killed leaves nothing that would be taken for an index.
        handle, scratch = tempfile.mkstemp(dir=self._folder, prefix=".building-", suffix=".sqlite")
        os.close(handle)
        try:
            with contextlib.closing(sqlite3.connect(scratch)) as base, base:
                base.execute("PRAGMA journal_mode = OFF")
                base.execute(
                    "CREATE VIRTUAL TABLE entries USING fts5(id UNINDEXED, text UNINDEXED, metadata UNINDEXED, terms, "
                    "tokenize = 'porter unicode61')"
                )
                base.executemany(
                    "INSERT INTO entries VALUES (?, ?, ?, ?)",
                    (
                        (e.id, e.text, json.dumps(dict(e.metadata), default=str), " ".join(terms(e.text)))
                        for e in entries
                    ),
                )
            os.replace(scratch, self._file)
        finally:
            Path(scratch).unlink(missing_ok=True)

    def _search(self, query: str, k: int) -> "list[Hit]":
        from tools.index import Hit

        words = dict.fromkeys(terms(query))
        match = " OR ".join(f'"{word}"' for word in list(words)[:_MAX_TERMS])
        if not match:
            return []
        with contextlib.closing(sqlite3.connect(f"file:{self._file}?mode=ro", uri=True)) as base:
            rows = base.execute(
                "SELECT id, text, metadata, round(-bm25(entries), 6) AS score FROM entries WHERE entries MATCH ? "
                "ORDER BY score DESC, id LIMIT ?",
                (match, k),
            ).fetchall()
        return [Hit(id, text, json.loads(metadata), score) for id, text, metadata, score in rows]


def terms(text: str) -> Iterable[str]:
    """Yield the words of `text` in lower case; of `parseHTTPDate` and `parse_date` the parts, and the whole too."""
    for word in re.findall(r"\w+", text):
        yield word.lower()
        pieces = [piece for piece in _JOINT.split(word) if piece]
        if len(pieces) > 1:
            yield from (piece.lower() for piece in pieces)
