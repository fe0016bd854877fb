"""What the page asks: the overview, lists, one thing's whole story, and what is new. Nothing here changes anything."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, Any

from aiohttp import web

from agents.errors import UsageError
from agents.view import lists
from agents.view.answers import answer
from agents.view.finding import asked
from agents.view.index import NO_WORDS
from agents.view.run import Run
from agents.view.snippets import snippets

if TYPE_CHECKING:
    from agents.view.server import Viewer


class Questions:
    """Answers the GET requests of one viewer."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Name what can be asked."""
        for name in ("overview", "changes", "facets", "pairs", "story", "siblings", "chat", "prompt", "raw"):
            router.add_get(f"/api/{name}", getattr(self, name), allow_head=False)
        router.add_get("/api/branches", self.branches, allow_head=False)
        router.add_get("/api/branch", self.branch, allow_head=False)

    async def overview(self, request: web.Request) -> web.Response:
        return answer(await self._viewer.ask_index(self._viewer.read_overview))

    async def changes(self, request: web.Request) -> web.Response:
        self._viewer.index.asked()
        return answer({"changed": await self._viewer.wait_for_news(number(request, "since", 0))})

    async def facets(self, request: web.Request) -> web.Response:
        return answer(await self._viewer.ask_index(lists.facets))

    async def pairs(self, request: web.Request) -> web.Response:
        wanted = asked({name: request.query.getall(name) for name in request.query})
        if wanted.q.strip() and not self._viewer.index.full_text:
            raise UsageError(NO_WORDS)

        def read(db: sqlite3.Connection) -> dict[str, Any]:
            found = lists.pairs(db, wanted)
            return {**found, "rows": snippets(self._viewer.run, self._viewer.hand, found["rows"], wanted.q)}

        return answer(await self._viewer.ask_index(read))

    async def story(self, request: web.Request) -> web.Response:
        from agents.view.story import story

        return answer(await self._viewer.ask(story, self._viewer.run, self._viewer.hand, word(request, "id")))

    async def siblings(self, request: web.Request) -> web.Response:
        from agents.view.siblings import siblings

        return answer(await self._viewer.ask(siblings, self._viewer.run, self._viewer.hand, word(request, "id")))

    async def chat(self, request: web.Request) -> web.Response:
        from agents.view.conversation import conversation

        return answer(await self._viewer.ask(conversation, self._of(request), word(request, "id")))

    async def prompt(self, request: web.Request) -> web.Response:
        from agents.view.conversation import prompt

        hash = word(request, "hash")
        return answer({"hash": hash, "text": await self._viewer.ask(prompt, self._of(request), hash)})

    async def raw(self, request: web.Request) -> web.Response:
        from agents.view.conversation import raw

        chat, turn = word(request, "chat"), number(request, "turn")
        return answer(await self._viewer.ask(raw, self._of(request), chat, turn))

    async def branches(self, request: web.Request) -> web.Response:
        from agents.view.branches import branches_of

        return answer(await self._viewer.ask(branches_of, self._viewer.run, self._viewer.hand, word(request, "record")))

    async def branch(self, request: web.Request) -> web.Response:
        from agents.view.branches import branch

        return answer(await self._viewer.ask(branch, self._viewer.run, self._viewer.hand, number(request, "n")))

    def _of(self, request: web.Request) -> Run:
        """The run, or the branch of it that is asked about."""
        run = self._viewer.run
        return run.branch(number(request, "branch")) if request.query.get("branch") else run


def word(request: web.Request, name: str) -> str:
    """Return a parameter. Raises `UsageError` where it is missing."""
    value = request.query.get(name, "")
    if not value:
        raise UsageError(f"say which: {request.path}?{name}=…")
    return value.encode("utf-8", "replace").decode()


def number(request: web.Request, name: str, usual: int | None = None) -> int:
    """Return a parameter that is a whole number. Raises `UsageError`."""
    text = request.query.get(name, "" if usual is None else str(usual))
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise UsageError(f"{name} is a whole number: {request.path}?{name}=1")
    return int(text)
