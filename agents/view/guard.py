"""Who may ask what: only who holds the token, from a page of this very address; and what every answer says of itself.

The page's own files hold nothing of the run and are served to anybody. The checks of host and origin keep pages of
other sites out, which a browser lets send requests to this machine but not read our token.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aiohttp import web

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
"""Of every answer: nothing but our own scripts and styles ever runs or loads, and nothing is kept or framed."""
LARGEST = 8 * 2**20
"""Bytes of a request's body."""


class Guard:
    """Holds the token of one viewer."""

    def __init__(self, token: str, port: int) -> None:
        self._token = token.encode()
        self.hosts = {f"{name}:{port}" for name in ("127.0.0.1", "localhost", "[::1]")}

    def refusal(self, request: web.BaseRequest) -> str | None:
        """Say why a request for data is refused, or None."""
        headers: Mapping[str, str] = request.headers
        here = f"open it as {min(self.hosts)}"
        if len(request.headers.getall("Host", [])) != 1 or headers["Host"].lower() not in self.hosts:
            return f"this viewer answers only to its own address: {here}"
        origins = request.headers.getall("Origin", [])
        if any(origin.lower() not in {f"http://{host}" for host in self.hosts} for origin in origins):
            return f"this viewer answers only to its own page: {here}"
        if request.method != "GET" and not origins:
            return "nothing is written for who does not say where the request comes from: send an Origin"
        given = headers.get("Authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, b"Bearer " + self._token):
            return "the token is missing or wrong: open the address that this viewer printed when it started"
        return None
