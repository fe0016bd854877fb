"""A viewer and who asks it over HTTP, with all that lets in."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp

from agents.view.server import Viewer

LIMIT = 60.0
"""Seconds within which everything comes."""


@dataclass
class Asking:
    """A viewer and who asks it."""

    viewer: Viewer
    session: aiohttp.ClientSession

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.viewer.port}"

    @property
    def let_in(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.viewer.token}", "Origin": self.address}

    async def get(self, path: str, **headers: str) -> tuple[int, Any]:
        async with self.session.get(f"{self.address}/api/{path}", headers=self.let_in | headers) as response:
            return response.status, await response.json()

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        async with self.session.post(f"{self.address}/api/{path}", headers=self.let_in, json=body) as response:
            return response.status, await response.json()


@asynccontextmanager
async def looking_into(folder: Path) -> AsyncIterator[Asking]:
    """Look into a run, once all of it is listed."""
    viewer = Viewer(folder, who="ann")
    await viewer.start(0)
    try:
        await until(lambda: viewer.index.is_built)
        async with aiohttp.ClientSession() as session:
            yield Asking(viewer, session)
    finally:
        await viewer.close()


async def until(is_so: Callable[[], bool | Awaitable[bool]]) -> None:
    """Wait till something is so."""
    end = time.monotonic() + LIMIT
    while True:
        found = is_so()
        if found if isinstance(found, bool) else await found:
            return
        assert time.monotonic() < end, "it never came"
        await asyncio.sleep(0.02)
