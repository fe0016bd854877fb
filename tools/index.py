"""Search in many short texts: the functions of a code base, the passages of a library.

An index is built once, before its first search, from up to `limit` entries chosen by their content's hash; the same
entries give the same index, whatever order they come in, and it is kept in the user's cache under a hash of them all.
Search is by meaning (Chroma and a sentence-transformers model, both in a child process), or, where no embedding model
can be had, by words (SQLite's full text).
"""

import asyncio
import hashlib
import heapq
import json
import logging
from collections.abc import AsyncIterable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from tools.embeddings import Embeddings, cache_folder, find_embeddings
from tools.errors import RetrievalError
from tools.registry import supplied

LIMIT = 5_000
MAX_TEXT = 8_000
"""Characters of an entry's text that are kept; an embedding model reads far less."""
LEXICAL = "lexical"
"""In place of a model's name: search by words."""
_FORMAT = "1"
"""Part of every index's key: raise it when indexes built before must not be found again."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """A text that can be found."""

    id: str
    text: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """Whatever whoever finds it needs to know, as JSON; not searched."""


@dataclass(frozen=True)
class Hit:
    """An entry that was found."""

    id: str
    text: str
    metadata: Mapping[str, Any]
    score: float
    """How near: cosine similarity, at most 1; by words, BM25, from 0 up. Comparable within one index only."""


Entries = Iterable[Entry] | AsyncIterable[Entry]


class Store(Protocol):
    """Where the entries of an index lie, and what finds them."""

    async def open(self, key: str, entries: list[Entry]) -> None:
        """Find what was stored under `key`, or store `entries` under it, all or none."""
        ...

    async def search(self, query: str, k: int) -> list[Hit]: ...

    async def close(self) -> None: ...


class Index:
    """Entries that can be searched.

    `entries` are streamed, and may be a function that yields them. `model` names an embedding model (a folder, or a
    name on the hub); '' is MiniLM, `lexical` none. `server` is the URL of a Chroma server (`http://host:8000`) to use
    instead of the cache folder. `say` is told in one line when search will be by words for want of a model.
    """

    def __init__(
        self,
        entries: Entries | Callable[[], Entries],
        *,
        model: str = "",
        server: str = "",
        cache: Path | None = None,
        limit: int = LIMIT,
        say: Callable[[str], None] = _log.warning,
    ) -> None:
        self._entries, self._model, self._server, self._say = entries, model, server, say
        self._folder = (cache or cache_folder()) / "index"
        self._limit = limit
        self._building: asyncio.Task[Store | None] | None = None
        self.size = 0
        """Number of entries, once it is ready."""

    async def ready(self) -> None:
        """Wait until it is built. However many wait, it is built once. Raises `RetrievalError`."""
        await self._store()

    async def search(self, query: str, k: int = 5) -> list[Hit]:
        """Return the `k` entries nearest to `query`, best first; equals in the order of their ids."""
        store = await self._store()
        if store is None or k < 1 or not query.strip():
            return []
        return await store.search(query[:MAX_TEXT], min(k, self.size))

    async def close(self) -> None:
        """End the child process. Searched again, it starts again."""
        if self._building and self._building.done() and not self._building.cancelled():
            if not self._building.exception() and (store := self._building.result()):
                await store.close()
        elif self._building:
            self._building.cancel()
            await asyncio.wait({self._building})

    async def _store(self) -> Store | None:
        # A task of its own: the chat that happened to search first may be cancelled, the others still wait.
        if self._building is None:
            self._building = asyncio.create_task(self._build())
        return await asyncio.shield(self._building)

    async def _build(self) -> Store | None:
        try:
            entries = await choose(self._entries, self._limit)
        except Exception as error:
            raise RetrievalError(f"what is to be indexed can't be read: {type(error).__name__}: {error}") from error
        self._entries, self.size = (), len(entries)
        if not entries:
            return None
        store, identity = await self._open_store()
        try:
            await store.open(_key(entries, identity), entries)
        except BaseException:
            await store.close()
            raise
        return store

    async def _open_store(self) -> tuple[Store, str]:
        from tools.lexical import LexicalStore
        from tools.vectors import VectorStore

        embeddings: Embeddings | None = None
        if self._model != LEXICAL:
            said: list[str] = []
            embeddings = await asyncio.to_thread(find_embeddings, self._model, said.append)
            for line in said:  # here, not there: who listens need not know of threads
                self._say(line)
        if embeddings is None:
            if self._server:
                raise RetrievalError("a Chroma server is of no use without an embedding model")
            return LexicalStore(self._folder), LEXICAL
        return VectorStore(embeddings.path, self._folder, self._server), embeddings.identity


@supplied
class ApiIndex(Index):
    """Functions, to be found by what they do."""


@supplied
class DocumentIndex(Index):
    """Passages of text, to be found by what they say."""


async def choose(entries: Entries | Callable[[], Entries], limit: int = LIMIT) -> list[Entry]:
    """Return up to `limit` entries in the order of their hashes: the same ones, whatever order they come in.

    Holds no more than `limit` at a time. Of entries with one id, the one with the lowest hash is kept.
    """
    kept: list[tuple[int, Entry]] = []  # a heap whose first is the highest hash, which is the next to go
    hashes: set[int] = set()
    seen = 0
    async for entry in _stream(entries() if callable(entries) else entries):
        if (seen := seen + 1) % 100 == 0:
            await asyncio.sleep(0)  # a plain iterator parses files as it goes; the chats must have their turn
        entry = Entry(entry.id, _clean(entry.text)[:MAX_TEXT], entry.metadata)
        number = int.from_bytes(_hash(entry)[:16])
        if number in hashes or not entry.text.strip():
            continue
        hashes.add(number)
        heapq.heappush(kept, _Highest((-number, entry)))
        if len(kept) > limit:
            hashes.discard(-heapq.heappop(kept)[0])
    chosen: dict[str, Entry] = {}
    for _, entry in sorted(kept, key=lambda pair: -pair[0]):
        chosen.setdefault(entry.id, entry)
    return list(chosen.values())


class _Highest(tuple[int, Entry]):
    """Compared by the hash alone: entries have no order."""

    def __lt__(self, other: tuple[Any, ...]) -> bool:
        return bool(self[0] < other[0])


async def _stream(entries: Entries) -> AsyncIterable[Entry]:
    if isinstance(entries, AsyncIterable):
        async for entry in entries:
            yield entry
    else:
        for entry in entries:
            yield entry


def _clean(text: str) -> str:
    """Replace lone surrogates and NULs, which neither UTF-8 nor a database can hold."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")


def _hash(entry: Entry) -> bytes:
    content = json.dumps([entry.id, entry.text, dict(entry.metadata)], sort_keys=True, default=str)
    return hashlib.sha256(content.encode("utf-8", "replace")).digest()


def _key(entries: Iterable[Entry], identity: str) -> str:
    key = hashlib.sha256(f"{_FORMAT} {identity}\n".encode())
    for entry in entries:
        key.update(_hash(entry))
    return key.hexdigest()[:40]
