"""What the page may do: write down a person's act, branch a chat, keep a branch, export. Each is checked for its form.

What has to run the engine is done by `python -m teams …` in a child process: the viewer itself never does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import orjson
from aiohttp import web

from agents.errors import UsageError
from agents.hand import Act, check
from agents.view.answers import answer
from agents.view.branches import check_base, choice_of
from agents.view.children import Children, Overtaken
from agents.view.run import Missing

if TYPE_CHECKING:
    from agents.view.server import Viewer

FORMATS = ("messages", "sharegpt", "alpaca", "action-text", "dpo", "parquet")
"""Those of `python -m teams export`."""
CHANGES = ("prompt", "model", "answer")


class Acting:
    """Answers the POST requests of one viewer."""

    def __init__(self, viewer: Viewer) -> None:
        self._viewer = viewer
        self._children = Children(viewer.folder)

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Name what can be done."""
        for name in ("hand", "branch", "keep", "export"):
            router.add_post(f"/api/{name}", getattr(self, name))

    async def hand(self, request: web.Request) -> web.Response:
        asked = await fields(request, record=str, act=str, value=dict, base=int, who=str)
        if asked["act"] == "keep":
            raise UsageError("a branch is kept by POST /api/keep: its pair is read where it was made")

        def look() -> tuple[int, int] | None:
            hand, record = self._viewer.hand, asked["record"]
            check(record, asked["act"], asked["value"], asked["who"])
            if not self._viewer.run.rows("SELECT 1 FROM verdicts WHERE id=?", (record,)) and not hand.acts(record):
                raise Missing(f"no pair {record[:200]} in this run; there is one to decide on once it was judged")
            if asked["act"] != "undo":
                return None
            return choice_of(self._viewer.run, hand, record, asked["value"]["act"], asked["base"])

        def act() -> Act:
            hand, record = self._viewer.hand, asked["record"]
            return hand.act(record, asked["act"], asked["value"], who=asked["who"], base=asked["base"])

        chosen = await self._viewer.ask(look)
        if chosen:  # two acts, and the run's files: one of them alone would leave neither pair in the data, or both
            await self._kept(chosen[0], "original", asked["who"], chosen[1], look)
            made = (await self._viewer.ask(self._viewer.hand.acts, asked["record"]))[-1]
        else:
            made = await self._viewer.ask(act)
        self._viewer.index.poke()
        return answer(asdict(made))

    async def keep(self, request: web.Request) -> web.Response:
        asked = await fields(request, n=int, which=str, base=int, who=str)
        if asked["which"] not in ("branch", "original"):
            raise UsageError('"which" is "branch" or "original"')
        viewer = self._viewer
        seen = (viewer.run, viewer.hand, asked["n"], asked["base"], asked["who"])
        newest = await viewer.ask(check_base, *seen)
        said = await self._kept(asked["n"], asked["which"], asked["who"], newest, lambda: check_base(*seen))
        viewer.index.poke()
        return answer({"said": said})

    async def _kept(self, number: int, which: str, who: str, newest: int, look: Callable[[], object]) -> str:
        """Have a branch kept or left. `look` raises `Conflict` where somebody was quicker."""
        try:
            return await self._children.keep(number, which, who, newest)
        except Overtaken as overtaken:  # while the command started
            await self._viewer.ask(look)
            raise UsageError(f"{overtaken}: somebody of your name") from None

    async def branch(self, request: web.Request) -> web.Response:
        asked = await fields(request, record=str, chat=str, turn=int, changes=dict, who=str)
        changes = {name: value for name, value in asked["changes"].items() if value is not None}
        if not changes or set(changes) - set(CHANGES) or not all(isinstance(value, str) for value in changes.values()):
            raise UsageError(f"say in words what is to be different: one of {', '.join(CHANGES)}")
        number = await self._children.branch(asked["record"], asked["chat"], asked["turn"], changes, asked["who"])
        self._viewer.index.poke()
        return answer({"n": number})

    async def export(self, request: web.Request) -> web.Response:
        asked = await fields(request, format=str)
        if asked["format"] not in FORMATS:
            raise UsageError(f"there is no format {asked['format'][:40]!r}; there are: {', '.join(FORMATS)}")
        return answer({"written": await self._children.export(asked["format"])})


async def fields(request: web.Request, **wanted: type) -> dict[str, Any]:
    """Return the fields of a request's JSON body, each of its type. Raises `UsageError`."""
    if request.content_type != "application/json":
        raise UsageError("send JSON, and say so: Content-Type: application/json")
    raw = await request.read()
    try:
        body = await asyncio.to_thread(orjson.loads, raw)
    except orjson.JSONDecodeError as problem:
        raise UsageError(f"this is no JSON: {problem}") from None
    if not isinstance(body, Mapping):
        raise UsageError(f"send an object with {', '.join(wanted)}")
    for name, type_ in wanted.items():
        value: Any = body.get(name)
        if not isinstance(value, type_) or (isinstance(value, int) and not _is_number(value)):
            raise UsageError(f'"{name}" is missing or no {_NAMES[type_]}')
    return {name: body[name] for name in wanted}


def _is_number(value: int) -> bool:
    return not isinstance(value, bool) and 0 <= value < 2**53


_NAMES: Mapping[type, str] = {str: "text", int: "whole number", dict: "object"}
