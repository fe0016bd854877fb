"""The store of an evaluation: every reply of every model, under a hash of all that it depends on.

Nothing is paid for twice: a request whose model, messages and sampling are the same is answered from here, whichever
task or command asks it. One SQLite file; each reply is in it before anything is made of it, so that a process killed
at any moment has lost the calls in flight and nothing else.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from agents.errors import CallError, UsageError
from agents.journal import hold_folder
from eval.records import Message, Reply, Speaker

_TABLES = """
CREATE TABLE IF NOT EXISTS replies (key TEXT PRIMARY KEY, role TEXT, model TEXT, request TEXT, reply TEXT,
  prompt_tokens INTEGER, completion_tokens INTEGER, cost REAL, seconds REAL) WITHOUT ROWID;
"""
VERSION = 1


class StoreError(Exception):
    """The store can't be written or read: the evaluation ends, what is in the file stays."""


@dataclass
class Spent:
    """What was asked through a store since it was opened."""

    calls: int = 0
    replayed: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0
    unpriced: int = 0
    """Calls of models whose price is not known; `cost` lacks them."""


def digest(value: Any) -> str:
    """Hash any JSON value: 128 bits, hexadecimal, the same on every machine."""
    raw = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    return hashlib.blake2b(raw, digest_size=16).hexdigest()


class Store:
    """The one writer of an evaluation folder. Raise `UsageError` where the folder can't be used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / "eval.db"
        self._lock = hold_folder(folder, "eval.lock", "folder", "--out")
        self.spent: dict[str, Spent] = {}
        """By role: `model`, `judge`, `extractor`."""
        self._waiting: dict[str, asyncio.Future[Reply]] = {}
        try:
            self._db = sqlite3.connect(self.path, isolation_level=None)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")
            (version,) = self._db.execute("PRAGMA user_version").fetchone()
            if version not in (0, VERSION):
                raise UsageError(f"{self.path} was written by another version; choose another --out folder")
            self._db.executescript(f"{_TABLES} PRAGMA user_version={VERSION};")
        except sqlite3.DatabaseError as error:
            self._lock.close()
            raise UsageError(f"{self.path} can't be used: {error}; choose another --out folder") from None
        except BaseException:
            self._lock.close()
            raise

    async def ask(
        self,
        speaker: Speaker,
        messages: Sequence[Message],
        *,
        role: str,
        max_tokens: int,
        temperature: float = 0.0,
        nth: int = 0,
        top_logprobs: int = 0,
    ) -> Reply:
        """Return the stored reply, or ask `speaker` and store what comes. `nth` tells tries of one request apart.

        Raise `CallError`, `EndpointError` as the speaker does; a failed call is not stored, and is asked again.
        """
        sent = [dict(message) for message in messages]
        request = {
            "messages": sent,
            "max_tokens": max_tokens,
            "temperature": temperature,
            "nth": nth,
            "top_logprobs": top_logprobs,
        }
        key = digest([speaker.name, request])
        if found := self._find(key):
            self._of(role).replayed += 1
            return found
        if key in self._waiting:  # asked this moment for another item
            self._of(role).replayed += 1
            return await asyncio.shield(self._waiting[key])
        future: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[key] = future
        try:
            began = time.monotonic()
            reply = await speaker.say(
                sent,
                max_tokens=max_tokens,
                temperature=temperature,
                seed=nth if temperature > 0 else None,
                top_logprobs=top_logprobs,
            )
            self._keep(key, role, speaker, request, reply, time.monotonic() - began)
            future.set_result(reply)
            return reply
        except BaseException as error:
            future.set_exception(error if isinstance(error, Exception) else CallError("stopped"))
            future.exception()  # nobody may be waiting
            raise
        finally:
            del self._waiting[key]

    def _of(self, role: str) -> Spent:
        return self.spent.setdefault(role, Spent())

    def _find(self, key: str) -> Reply | None:
        try:
            row = self._db.execute("SELECT reply FROM replies WHERE key=?", (key,)).fetchone()
            return Reply(**json.loads(row[0])) if row else None
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise StoreError(f"{self.path} can't be read: {error}; choose another --out folder") from None

    def _keep(
        self, key: str, role: str, speaker: Speaker, request: dict[str, Any], reply: Reply, seconds: float
    ) -> None:
        spent, cost = self._of(role), speaker.cost(reply.prompt_tokens, reply.completion_tokens)
        spent.calls += 1
        spent.prompt_tokens += reply.prompt_tokens
        spent.completion_tokens += reply.completion_tokens
        spent.cost += cost or 0.0
        spent.unpriced += cost is None
        row = (
            key, role, speaker.name, json.dumps(request), json.dumps(asdict(reply)),
            reply.prompt_tokens, reply.completion_tokens, cost, seconds,
        )  # fmt: skip
        try:
            self._db.execute("INSERT OR REPLACE INTO replies VALUES (?,?,?,?,?,?,?,?,?)", row)
        except sqlite3.Error as error:
            raise StoreError(
                f"{self.path} can't be written: {error}; what was written stays: free some space and start again"
            ) from None

    def close(self) -> None:
        """Let go of the file. Harmless twice."""
        self._db.close()
        self._lock.close()

    def __enter__(self) -> Store:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
