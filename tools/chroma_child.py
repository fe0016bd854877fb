"""The child process of `tools.vectors`: reads questions, one JSON a line, and writes one answer a line.

    {"do": "open", "model", "folder", "server", "key", "count"}    -> {"built": true if the index is there already}
    {"do": "add", "entries": [[id, text, metadata], …]}            -> {}
    {"do": "commit"}                                               -> {}
    {"do": "search", "query", "k"}                                 -> {"hits": [[id, text, metadata, score], …]}

What goes wrong is answered as {"error": …}. It imports nothing of ours, so that it can be started by its path.
A local index is built in a folder of another name, and one on a server in a collection of another name; both get their
own by one rename when all is in. What was killed half-way is never found, and cleared away by the next builder.
"""

import fcntl
import json
import os
import queue
import secrets
import shutil
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_COLLECTION = "entries"
_STALE = 24 * 3600
"""Seconds after which an unfinished collection on a server counts as abandoned."""
_DECIMALS = 5
"""Scores are rounded, so that the last bits, which differ between machines, never decide an order."""
_HNSW_SERVED = {"space": "cosine", "ef_construction": 200, "max_neighbors": 32}
_HNSW = _HNSW_SERVED | {"num_threads": 1}
"""One thread: with several, the graph depends on who was first."""


class Local:
    """Indexes as Chroma databases, one folder each."""

    def __init__(self, folder: str) -> None:
        self._root = Path(folder)
        self._lock: Any = None
        self._client: Any = None

    def find(self, key: str, count: int) -> Any:
        """Return the collection of a whole index, or None; then we are the one to build it."""
        self._root.mkdir(parents=True, exist_ok=True)
        self._final, self._scratch = self._root / key, self._root / f".{key}.building"
        self._lock = (self._root / f"{key}.lock").open("w")
        # Before the first look: opening a database writes to its folder, which another process may be replacing.
        fcntl.flock(self._lock, fcntl.LOCK_EX)  # released by the system, however we end
        if (collection := self._look(count)) is not None:
            self._lock.close()
            return collection
        for leftover in (self._scratch, self._final):
            shutil.rmtree(leftover, ignore_errors=True)
        return None

    def create(self, count: int) -> Any:
        self._client = _persistent(self._scratch)
        # Above the number of entries, so that what is stored is the log, and the graph is made the same way each time.
        sizes = {"batch_size": count + 1, "sync_threshold": count + 2, "ef_search": min(max(count, 100), 1000)}
        return self._client.create_collection(
            _COLLECTION, embedding_function=None, configuration={"hnsw": _HNSW | sizes}
        )

    def commit(self, count: int) -> Any:
        self._client.close()
        os.rename(self._scratch, self._final)
        collection = self._look(count)
        self._lock.close()
        return collection

    def _look(self, count: int) -> Any:
        if not (self._final / "chroma.sqlite3").is_file():
            return None
        try:
            collection = _persistent(self._final).get_collection(_COLLECTION, embedding_function=None)
            if collection.count() == count:
                return collection
        except Exception as error:  # damaged, or of another version of Chroma: built again
            sys.stderr.write(f"{self._final}: {error}\n")
        _forget()
        return None


class Server:
    """Indexes as collections of a Chroma server."""

    def __init__(self, url: str) -> None:
        import chromadb

        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url!r} is not the URL of a Chroma server, such as http://127.0.0.1:8000")
        secure = parts.scheme == "https"
        try:
            self._client = chromadb.HttpClient(
                host=parts.hostname, port=parts.port or (443 if secure else 8000), ssl=secure, settings=_settings()
            )
        except Exception as error:
            raise ValueError(f"no Chroma server answers at {url}: {_line(error)}") from None

    def find(self, key: str, count: int) -> Any:
        self._name = f"agentinstruct-{key}"
        for collection in self._client.list_collections(limit=1000):
            begun = (collection.metadata or {}).get("begun")
            if begun is not None and "-building-" in collection.name and time.time() - begun > _STALE:
                self._client.delete_collection(collection.name)
        return self._look(count)

    def create(self, count: int) -> Any:
        self._collection = self._client.create_collection(
            f"{self._name}-building-{secrets.token_hex(4)}",
            embedding_function=None,
            configuration={
                "hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": min(max(count, 100), 1000)}
            },
            metadata={"begun": int(time.time())},
        )
        return self._collection

    def commit(self, count: int) -> Any:
        try:
            self._collection.modify(name=self._name)
        except Exception:
            if (collection := self._look(count)) is None:
                raise
            self._client.delete_collection(self._collection.name)  # somebody else was quicker
            return collection
        return self._look(count)

    def _look(self, count: int) -> Any:
        from chromadb.errors import NotFoundError

        try:
            collection = self._client.get_collection(self._name, embedding_function=None)
        except NotFoundError:
            return None
        return collection if collection.count() == count else None


class Answers:
    """What the child can do, by name."""

    def __init__(self) -> None:
        self._collection: Any = None
        self._model: Any = None

    def open(self, model: str, folder: str, server: str, key: str, count: int) -> dict[str, Any]:
        self._model_name, self._count = model, count
        self._place = Server(server) if server else Local(folder)
        self._collection = self._place.find(key, count)
        if self._collection is not None:
            return {"built": True}
        self._load()  # before anything is made: a model that can't be loaded is the likeliest mistake
        self._collection = self._place.create(count)
        return {"built": False}

    def add(self, entries: list[tuple[str, str, str]]) -> dict[str, Any]:
        ids, texts, metadata = zip(*entries, strict=True)
        self._collection.add(
            ids=list(ids),
            documents=list(texts),
            embeddings=self._embed(list(texts)),
            metadatas=[{"json": each} for each in metadata],
        )
        return {}

    def commit(self) -> dict[str, Any]:
        self._collection = self._place.commit(self._count)
        if self._collection is None:
            raise OSError("the index was built, and can't be opened")
        return {}

    def search(self, query: str, k: int) -> dict[str, Any]:
        # A few more than asked for: among equals at the end of the list, ids decide, not the graph.
        found = self._collection.query(
            query_embeddings=self._embed([query]),
            n_results=min(2 * k + 10, self._count),
            include=["documents", "metadatas", "distances"],
        )
        hits = [
            (id, text, metadata["json"], round(1.0 - distance, _DECIMALS))
            for id, text, metadata, distance in zip(
                *(found[part][0] for part in ("ids", "documents", "metadatas", "distances")), strict=True
            )
        ]
        return {"hits": sorted(hits, key=lambda hit: (-hit[3], hit[0]))[:k]}

    def _embed(self, texts: list[str]) -> Any:
        return self._load().encode(texts, normalize_embeddings=True, show_progress_bar=False)

    def _load(self) -> Any:
        if self._model is None:
            from sentence_transformers import SentenceTransformer

            try:
                self._model = SentenceTransformer(self._model_name, device="cpu")
            except Exception as error:
                raise ValueError(f"the embedding model {self._model_name} can't be loaded: {_line(error)}") from None
        return self._model


def _persistent(path: Path) -> Any:
    import chromadb

    return chromadb.PersistentClient(str(path), settings=_settings())


def _forget() -> None:
    """Make Chroma open databases anew: it keeps those it opened, by path, even if that failed."""
    from chromadb.api.shared_system_client import SharedSystemClient

    SharedSystemClient.clear_system_cache()


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def _line(error: Exception) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)[:300]


def main() -> None:
    """Answer questions until there are no more, or whoever asks is gone."""
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # libraries that print must not speak into the answers
    questions: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(questions,), daemon=True).start()
    answers = Answers()
    while True:
        question = json.loads(questions.get())
        answer: Callable[..., dict[str, Any]] = getattr(answers, question.pop("do"))
        try:
            said = answer(**question)
        except Exception as error:
            said = {"error": _line(error)}
        channel.write(json.dumps(said) + "\n")
        channel.flush()


def _listen(questions: "queue.SimpleQueue[bytes]") -> None:
    for line in sys.stdin.buffer:
        questions.put(line)
    os._exit(0)  # at once, even in the middle of a computation: nobody wants the answer any more


if __name__ == "__main__":
    main()
