"""Search by meaning: Chroma and the embedding model, kept in a child process.

Both are heavy (seconds of import, most of a gigabyte) and compute in the foreground; in a child they touch neither our
memory nor our event loop. The child is asked line by line, see `tools.chroma_child`.
"""

import asyncio
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools import chroma_child
from tools.child import Child, ChildDied
from tools.errors import RetrievalError

if TYPE_CHECKING:
    from tools.index import Entry, Hit

BATCH = 64
"""Entries embedded between two signs of life."""


class VectorStore:
    """An index as a Chroma database in `folder`, or as a collection of the Chroma server at `server`."""

    def __init__(self, model: str, folder: Path, server: str = "") -> None:
        self._opening: dict[str, Any] = {"do": "open", "model": model, "folder": str(folder), "server": server}
        quiet = {"ANONYMIZED_TELEMETRY": "False", "TOKENIZERS_PARALLELISM": "false", "HF_HUB_DISABLE_TELEMETRY": "1"}
        offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"} if os.path.isdir(model) else {}
        # -P: the child must not import what happens to lie beside its own file.
        command = [sys.executable, "-P", chroma_child.__file__]
        self._child = Child(command, {**os.environ, **quiet, **offline})
        self._starting = asyncio.Lock()
        self._deaths: set[int] = set()
        """Which of its starts ended in death since the child last gave an answer."""

    async def open(self, key: str, entries: "list[Entry]") -> None:
        self._opening |= {"key": key, "count": len(entries)}
        while True:
            try:
                await self._build(entries)
                return
            except ChildDied as died:
                self._count(died)

    async def search(self, query: str, k: int) -> "list[Hit]":
        from tools.index import Hit

        while True:
            try:
                found = await self._ask({"do": "search", "query": query, "k": k})
            except ChildDied as died:
                self._count(died)
                continue
            self._deaths.clear()
            return [Hit(id, text, json.loads(metadata), score) for id, text, metadata, score in found["hits"]]

    async def close(self) -> None:
        await self._child.stop()

    async def _build(self, entries: "list[Entry]") -> None:
        if await self._opened():
            return
        for start in range(0, len(entries), BATCH):
            batch = [(e.id, e.text, json.dumps(dict(e.metadata), default=str)) for e in entries[start : start + BATCH]]
            await self._child.ask({"do": "add", "entries": batch})
        await self._child.ask({"do": "commit"})

    async def _ask(self, message: dict[str, Any]) -> dict[str, Any]:
        if len(self._deaths) > 1:
            raise RetrievalError("the retrieval process died, and again after a new start")
        async with self._starting:  # nobody may ask a child that was started again before it has opened the index
            if not self._child.alive and not await self._opened():
                raise RetrievalError("the index is gone: something has removed it from the cache or the server")
        return await self._child.ask(message)

    async def _opened(self) -> bool:
        """Start a child and let it open the index; False if it isn't there, and the child waits for entries."""
        await self._child.start()
        return bool((await self._child.ask(self._opening))["built"])

    def _count(self, died: ChildDied) -> None:
        self._deaths.add(died.start)
        if len(self._deaths) > 1:
            raise RetrievalError(f"the retrieval process died, and again after a new start{died}") from None
