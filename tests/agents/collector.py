"""An OTLP/HTTP collector on loopback: it decodes what it is sent, and can refuse, hang or be away."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


@dataclass
class Collector:
    status: int = 200
    hangs: bool = False
    url: str = ""
    raw: bytes = b""
    """All that came, as it came."""
    paths: list[str] = field(default_factory=list)
    headers: list[Any] = field(default_factory=list)
    resources: list[dict[str, Any]] = field(default_factory=list)
    spans: list[Any] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, request: web.Request) -> web.Response:
        if self.hangs:
            await self.ended.wait()
        body = await request.read()
        self.paths.append(request.path)
        self.headers.append(request.headers)
        if self.status == 200:
            self.raw += body
            decoded = ExportTraceServiceRequest.FromString(body)
            for resource in decoded.resource_spans:
                self.resources.append(told(resource.resource))
                self.spans += [span for scope in resource.scope_spans for span in scope.spans]
        return web.Response(status=self.status, body=b"", content_type="application/x-protobuf")

    def named(self, start: str) -> list[Any]:
        return [span for span in self.spans if span.name.startswith(start)]


def told(holder: Any) -> dict[str, Any]:
    """The attributes of a span or resource."""
    return {one.key: _value(one.value) for one in holder.attributes}


def _value(value: Any) -> Any:
    kind = value.WhichOneof("value")
    return [_value(one) for one in value.array_value.values] if kind == "array_value" else getattr(value, kind)


@asynccontextmanager
async def collector(status: int = 200, hangs: bool = False) -> AsyncIterator[Collector]:
    """Serve; a hanging one lets go at the end."""
    made = Collector(status, hangs)
    app = web.Application()
    app.router.add_post("/{path:.*}", made.take)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield made
    finally:
        made.ended.set()
        await runner.cleanup()


def nowhere() -> str:
    """An address where nobody listens."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{door.getsockname()[1]}"
