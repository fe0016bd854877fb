"""Where spans go: OTLP over HTTP, in batches, from a thread beside the run, which never waits for it.

Everything else is as OpenTelemetry's SDK has it: its `OTEL_*` variables say endpoint, headers, limits, sampling, queue.
"""

from __future__ import annotations

import asyncio
import logging
import os
import re
import threading
from typing import Any
from urllib.parse import urlsplit

from agents.errors import UsageError

GRACE = 5.0
"""Seconds that a run's end waits for the last spans to be delivered."""
INSTALL = "pip install 'agentinstruct[otel]'"
_CONTENTS = "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT"
_NAME = "agentinstruct"


def check(url: str | None) -> None:
    """Refuse what can't be sent, before anything is spent. Raises `UsageError`."""
    if url is None:
        return
    try:
        import opentelemetry.exporter.otlp.proto.http.trace_exporter
        import opentelemetry.sdk.trace.export  # noqa: F401
    except ImportError as error:
        raise UsageError(f"--otel needs a package that is not installed ({error.name}): {INSTALL}") from None
    if not url:
        asked = os.environ.get("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") or os.environ.get("OTEL_EXPORTER_OTLP_PROTOCOL")
        if asked not in (None, "", "http/protobuf"):
            raise UsageError(f"--otel speaks http/protobuf, and the environment asks for {asked}; name the address: "
                             "--otel http://HOST:4318")  # fmt: skip
    elif "@" in url:
        raise UsageError("--otel must hold no password; set OTEL_EXPORTER_OTLP_HEADERS instead")
    elif endpoint(url) is None:
        raise UsageError(f"--otel {url!r} is no address of a collector; it is http://HOST:4318")


def endpoint(url: str) -> str | None:
    """Return the address that takes traces, of a collector's: the path is added where there is none. None: no URL."""
    try:
        place = urlsplit(url)
        if place.scheme not in ("http", "https") or not place.hostname or not url.isprintable() or place.port == 0:
            return None
    except ValueError:  # a port that is none
        return None
    return url if place.path.strip("/") else f"{place.scheme}://{place.netloc}/v1/traces"


def _shown(address: str | None) -> str:
    """Say where spans go, as the exporter finds it out, without the password that a variable may hold."""
    base = os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or "http://localhost:4318"
    whole = address or os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") or f"{base.rstrip('/')}/v1/traces"
    return re.sub(r"//[^/]*@", "//", whole)


class _Heard(logging.Handler):
    """Keeps the exporter's last complaint, which would break into what the terminal shows."""

    last = ""

    def emit(self, record: logging.LogRecord) -> None:
        said = " ".join(record.getMessage().split())
        if "Queue full" not in said and "shutdown" not in said.lower():  # what follows from it, not why
            _Heard.last = next((why for sign, why in _REASONS if sign in said), said.rpartition("reason: ")[2][:120])


_REASONS = (
    ("Failed to establish", "nobody answers there"),
    ("timed out", "no answer came in time"),
)
"""Signs of complaints that are long, and what they come to."""


class Tracing:
    """Makes spans and has them delivered; counts those that are not."""

    def __init__(self, url: str) -> None:
        """Open it. `url` is a collector's address, or '' for what the environment says. Raises `UsageError`."""
        check(url)
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider

        _quiet()
        self._where = _shown(endpoint(url) if url else None)
        self._counts = Counts()
        try:
            self._exporter = OTLPSpanExporter(endpoint=endpoint(url) if url else None)
            self._processor = self._counts.processor(self._exporter)
        except (ValueError, OSError) as error:
            raise UsageError(f"--otel: a variable OTEL_… holds what can't be used: {error}") from None
        self.contents = os.environ.get(_CONTENTS, "").strip().lower() in ("true", "span_only", "span_and_event")
        """Messages, arguments and results are told too."""
        named = "service.name=" in os.environ.get("OTEL_RESOURCE_ATTRIBUTES", "") or os.environ.get("OTEL_SERVICE_NAME")
        resource = Resource.create({} if named else {"service.name": _NAME})
        # Not the process's own provider: AutoGen would tell every message of every hop, others whatever they like.
        provider = TracerProvider(resource=resource, shutdown_on_exit=False)
        provider.add_span_processor(self._processor)
        self._tracer = provider.get_tracer(_NAME)

    def start(
        self, name: str, attributes: dict[str, Any], *, parent: Any = None, link: Any = None, client: bool = False
    ) -> Any:
        """Begin a span, under `parent` or as the root of a trace of its own."""
        from opentelemetry.context import Context
        from opentelemetry.trace import Link, SpanKind, set_span_in_context

        return self._tracer.start_span(
            name,
            context=Context() if parent is None else set_span_in_context(parent, Context()),
            kind=SpanKind.CLIENT if client else SpanKind.INTERNAL,
            attributes=attributes,
            links=[Link(link.get_span_context())] if link is not None else None,
        )

    async def close(self) -> str:
        """Deliver what is left, for `GRACE` seconds at most; say how many spans were not delivered, or ''."""
        ending = threading.Thread(target=self._processor.shutdown, daemon=True)
        ending.start()
        await asyncio.to_thread(ending.join, GRACE)
        if ending.is_alive():  # a thread of its own, and no more: whatever it waits for ends with the process
            threading.Thread(target=self._exporter.shutdown, daemon=True).start()
        if not (lost := self._counts.ended - self._counts.delivered):
            return ""
        why = f": {_Heard.last.rstrip('.')}" if _Heard.last else ""
        return f"OpenTelemetry: {lost} of {self._counts.ended} spans could not be delivered to {self._where}{why}."


class Counts:
    """How many spans ended, and how many the collector took."""

    def __init__(self) -> None:
        self.ended = self.delivered = 0

    def processor(self, exporter: Any) -> Any:
        """Return the SDK's batch processor over `exporter`, both counted."""
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

        counts = self

        class Delivering(SpanExporter):
            def export(self, spans: Any) -> SpanExportResult:
                result: SpanExportResult = exporter.export(spans)
                if result is SpanExportResult.SUCCESS:
                    counts.delivered += len(spans)
                return result

            def shutdown(self) -> None:
                exporter.shutdown()

        class Counting(BatchSpanProcessor):
            def on_end(self, span: Any) -> None:
                counts.ended += bool(span.context and span.context.trace_flags.sampled)
                super().on_end(span)

        return Counting(Delivering())


def _quiet() -> None:
    """Hear what the exporter complains of, for the life of the process: its thread may outlast the run.

    Where nobody listens, Python prints it.
    """
    _Heard.last = ""
    logger = logging.getLogger("opentelemetry")
    if not any(isinstance(handler, _Heard) for handler in logger.handlers):
        logger.addHandler(_Heard())
