"""A site served on loopback to one browser context, which has this server as its proxy and so reaches nothing else.

Whatever address a page asks for, the request comes here: the site's own host is answered, every other one refused and
remembered. Nothing is passed on.
"""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tools.web.backend import answer
from tools.web.markup import draw
from tools.web.pages import Redirect
from tools.web.spec import Site
from tools.web.state import State

HOST = "site.test"
"""The name under which a browser knows the site: the port it is served on is of no chat's concern."""
MOST_BODY = 100_000
MOST_REQUESTS = 400
"""Requests of one chat; a page that reloads itself for ever is stopped here."""
_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store", "X-DNS-Prefetch-Control": "off"}


class SiteServer:
    """One visitor's site. `state` is what they have made of it."""

    def __init__(self, site: Site, state: State) -> None:
        self.site, self.state = site, state
        self.refused: list[str] = []
        """Addresses outside the site that were asked for."""
        self.requests = 0
        self._server: asyncio.Server | None = None
        self.address = ""

    async def start(self) -> None:
        from aiohttp import web

        served = web.Server(self._handle)
        self._runner = web.ServerRunner(served)
        await self._runner.setup()
        loop = asyncio.get_running_loop()
        assert self._runner.server is not None
        self._server = await loop.create_server(self._runner.server, "127.0.0.1", 0)
        self.address = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def close(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._runner.cleanup()

    async def _handle(self, request: Any) -> Any:
        from aiohttp import web

        # As a proxy is asked: the whole address stands in the request's line, and CONNECT names only a host.
        target = urlsplit(request.raw_path if "://" in request.raw_path else f"http://{request.host}{request.raw_path}")
        self.requests += 1
        if request.method not in ("GET", "POST") or target.hostname != HOST or target.scheme != "http":
            if len(self.refused) < 100:
                self.refused.append(str(request.raw_path)[:200])
            return web.Response(status=403, text="not part of this site", headers=_HEADERS)
        if self.requests > MOST_REQUESTS:
            return web.Response(status=429, text="too many requests", headers=_HEADERS)
        url = target.path + (f"?{target.query}" if target.query else "")
        body: dict[str, str] = {}
        if request.method == "POST":
            raw = (await request.read())[:MOST_BODY]
            body = dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True)[:60])
        page = answer(self.site, self.state, request.method, url, body)
        if isinstance(page, Redirect):
            return web.Response(status=303, headers={**_HEADERS, "Location": page.path})
        text = draw(page, self.site.language)
        return web.Response(status=page.status, text=text, content_type="text/html", headers=_HEADERS)
