"""The viewer's own program: answers the page's questions about one run, on loopback, to who holds the token.

Whatever reads a file is done in a few threads, so that one slow search holds up nobody, and is stopped after `LIMIT`
seconds. Nothing here writes into the journal: people's acts go to `hand.db`, and what has to run the engine is done by
a child process.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

from agents.errors import UsageError
from agents.hand import Hand
from agents.view.acting import Acting
from agents.view.answers import error, guarding
from agents.view.guard import LARGEST, Guard
from agents.view.index import Index
from agents.view.overview import Overview
from agents.view.questions import Questions
from agents.view.run import Run, open_run

LIMIT = 10.0
"""Seconds for one question."""
PATIENCE = 20.0
"""Seconds for which a question for news waits."""
THREADS = 6
FIRST_PORT, PORTS = 8765, 30
"""Tried in turn where no port is named; then whatever is free."""
PAGE = Path(__file__).parent / "page"
TYPES = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".json": "application/json",
}
T = TypeVar("T")


class Viewer:
    """One run, looked at. `start` serves it, `close` ends everything."""

    def __init__(self, folder: Path, *, who: str = "") -> None:
        """Raises `UsageError` where there is no run. `who`: the name the page offers for acts."""
        self.folder, self.who = folder, who
        self._run = open_run(folder)
        self._inode = _inode(self._run)
        self.token = secrets.token_urlsafe(24)
        self.port = 0
        self.changed = 1
        """Grows whenever there may be something new to be seen."""
        self.index = Index(folder, self._something_changed)
        self.hand = Hand(folder)
        self._overview = Overview(self._run, self._something_changed)
        self._asked: set[sqlite3.Connection] = set()
        """Connections on which a question is just being answered."""
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="question")
        self._news = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._closing = False
        self._guard = Guard(self.token, 0)
        self._runner: web.AppRunner | None = None

    # -- serving

    async def start(self, port: int | None = None) -> None:
        """Serve on 127.0.0.1. Raises `UsageError` where the port is taken."""
        app = web.Application(middlewares=[guarding(lambda: self._guard)], client_max_size=LARGEST)
        Questions(self).add_to(app.router)
        Acting(self).add_to(app.router)
        app.router.add_get("/{name:[^/]*}", _page, allow_head=False)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0, handle_signals=False)
        await self._runner.setup()
        self.port = await self._listen(self._runner, port)
        self._guard = Guard(self.token, self.port)
        self.index.start()

    async def _listen(self, runner: web.AppRunner, port: int | None) -> int:
        tried = [port] if port is not None else [*range(FIRST_PORT, FIRST_PORT + PORTS), 0]
        for one in tried:
            site = web.TCPSite(runner, "127.0.0.1", one)
            try:
                await site.start()
            except OSError as problem:
                if one == tried[-1]:
                    why = problem.strerror or str(problem)
                    raise UsageError(f"can't listen on port {one}: {why}; choose another --port, or none") from None
                continue
            address: tuple[str, int] = runner.addresses[0]
            return address[1]
        raise AssertionError

    @property
    def url(self) -> str:
        """The address that lets in."""
        return f"http://127.0.0.1:{self.port}/?token={self.token}"

    async def close(self) -> None:
        """End all. Harmless twice."""
        self._closing = True
        self._news.set()
        _interrupt(list(self._asked))
        if self._runner:
            await self._runner.cleanup()
        await asyncio.to_thread(self.index.close)
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._run.close()

    # -- news

    def _something_changed(self) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        self.changed += 1
        self._news.set()
        self._news = asyncio.Event()

    async def wait_for_news(self, since: int) -> int:
        """Return `changed` as soon as it is not `since`, or after a while."""
        if self.changed == since and not self._closing:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._news.wait(), PATIENCE)
        return self.changed

    # -- asking

    @property
    def run(self) -> Run:
        """The run, opened anew where another journal was put in its place."""
        inode = _inode(self._run)
        if inode is not None and inode != self._inode:
            self._run, self._inode = open_run(self.folder), inode
            self._overview = Overview(self._run, self._something_changed)
        return self._run

    async def ask(self, question: Callable[..., T], *values: Any) -> T:
        """Answer a question in a thread."""
        self.index.asked()
        return await self._loop.run_in_executor(self._pool, question, *values)

    async def ask_index(self, question: Callable[[sqlite3.Connection], T]) -> T:
        """Answer a question to the index in a thread; it is interrupted when it takes too long."""
        mine: list[sqlite3.Connection] = []
        limits: list[asyncio.TimerHandle] = []

        def begun() -> None:  # not before: who waited for a thread has as long as others, and no longer
            limits.append(self._loop.call_later(LIMIT, _interrupt, mine))

        def work() -> T:
            with self.index.reading() as db:
                mine.append(db)
                self._loop.call_soon_threadsafe(begun)
                self._asked.add(db)
                try:
                    return question(db)
                finally:
                    mine.clear()
                    self._asked.discard(db)

        try:
            return await self.ask(work)
        finally:
            for limit in limits:
                limit.cancel()

    def read_overview(self, db: sqlite3.Connection) -> dict[str, Any]:
        """Return the overview; `db` is the index."""
        run = self.run
        made = self._overview.read(db)
        made["run"] |= {"folder": run.folder.resolve().name, "who": self.who}
        return made | {"index": self.how_far(), "changed": self.changed}

    def how_far(self) -> dict[str, Any]:
        """Say how far the index is."""
        index = self.index
        return {"done": index.done, "all": index.all, "full_text": index.full_text, "note": index.note} | {
            "ordered": index.is_ordered
        }


def _interrupt(asked: list[sqlite3.Connection]) -> None:
    for db in asked:
        db.interrupt()


def _inode(run: Run) -> int | None:
    try:
        return run.path.stat().st_ino
    except OSError:
        return None


async def _page(request: web.Request) -> web.StreamResponse:
    """Serve one of the page's own files, and nothing else."""
    name = request.match_info["name"] or "index.html"
    there = {path.name: path for path in PAGE.iterdir() if path.suffix in TYPES} if PAGE.is_dir() else {}
    if name not in there:
        return error(404, "there is nothing at this address")
    body = await asyncio.to_thread(there[name].read_bytes)
    return web.Response(body=body, content_type=TYPES[there[name].suffix], charset="utf-8")
