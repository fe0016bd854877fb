"""A stub of an OpenAI-compatible endpoint, as a process of its own: no model, but limits, faults and latency at will.

    python -m tests.benchmarks.stub --port 8000 --latency 0.05 --rate 100 --stray 0.05 --faults 0.03

It answers with a fixed text, the last user turn (`--echo`), a smallest instance of the JSON schema asked for, a call
of a tool offered, or what `--script module:function` returns for a request. `GET /stats` counts, `POST /config`
changes any field of `Config` while it runs, `POST /reset` sets the counts to nothing. Equal requests get equal
answers. A request costs about 0.05 ms of CPU: a raw protocol, no framework.
"""

import argparse
import asyncio
import contextlib
import dataclasses
import heapq
import importlib
import random
import re
import subprocess
import sys
import time
import urllib.request
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from tests.benchmarks.instances import smallest

Answer = str | dict[str, Any]
"""What a script returns for a request: the reply's text, or a whole `message`."""
_LENGTH = re.compile(rb"\r\ncontent-length:\s*(\d+)", re.IGNORECASE)


@dataclass
class Config:
    """How the stub behaves. Times in seconds, shares from 0 to 1."""

    latency: float = 0.05
    rate: float = 0.0
    """Requests a second it accepts (a token bucket); 0 for any."""
    burst: float = 10.0
    """Size of the bucket."""
    stray: float = 0.0
    """Share refused with 429 for no cause, at once."""
    faults: float = 0.0
    """Share that ends in 500, after the latency."""
    retry_after: float | None = 1.0
    """Header sent with each 429; None sends none."""
    capacity: int = 0
    """Requests worked on at a time; others queue. 0 for any."""
    crowding: float = 0.0
    """What each request in flight adds to the latency, as a share of it: a server that batches."""
    size: int = 200
    """Characters of an answer."""
    echo: bool = False
    tools: bool = True
    """Call a tool where tools are offered and no tool has answered yet."""
    seed: int = 0


@dataclass
class Counts:
    """What happened so far."""

    served: int = 0
    refused: int = 0
    faulty: int = 0
    repeated: int = 0
    """Requests accepted whose very bytes had been accepted before."""
    in_flight: int = 0
    most_in_flight: int = 0
    began: float = field(default_factory=time.monotonic)
    began_cpu: float = field(default_factory=time.process_time)
    served_in: dict[int, int] = field(default_factory=dict)
    """By second since the start."""
    refused_in: dict[int, int] = field(default_factory=dict)


class Stub:
    """The state behind all connections."""

    def __init__(self, config: Config | None = None, script: Callable[[dict[str, Any]], Answer] | None = None) -> None:
        self.config = config or Config()
        self.script = script
        self.reset()

    def reset(self) -> None:
        """Count from nothing, with a full bucket."""
        self.counts = Counts()
        self.seen: set[int] = set()
        self.random = random.Random(self.config.seed)
        self._bucket, self._filled = self.config.burst, time.monotonic()
        self._workers: list[float] = []

    def refusal(self) -> bool:
        """Say whether the next request is refused, and count it."""
        config, counts, now = self.config, self.counts, time.monotonic()
        is_refused = bool(config.stray) and self.random.random() < config.stray
        if config.rate and not is_refused:
            self._bucket = min(config.burst, self._bucket + (now - self._filled) * config.rate)
            self._filled = now
            is_refused = self._bucket < 1
            self._bucket -= not is_refused
        if is_refused:
            counts.refused += 1
            second = int(now - counts.began)
            counts.refused_in[second] = counts.refused_in.get(second, 0) + 1
        return is_refused

    def delay(self) -> float:
        """Return seconds until the answer to a request that came now."""
        config, now = self.config, time.monotonic()
        latency = config.latency * (1 + config.crowding * self.counts.in_flight)
        if not config.capacity:
            return latency
        free = heapq.heappop(self._workers) if len(self._workers) >= config.capacity else now
        ready = max(now, free) + latency
        heapq.heappush(self._workers, ready)
        return ready - now

    def accept(self, raw: bytes) -> None:
        """Count a request as begun."""
        counts, key = self.counts, hash(raw)
        counts.repeated += key in self.seen
        self.seen.add(key)
        counts.in_flight += 1
        counts.most_in_flight = max(counts.most_in_flight, counts.in_flight)

    def finish(self, raw: bytes) -> bytes:
        """Return the response to a request whose time is up."""
        counts = self.counts
        counts.in_flight -= 1
        if self.config.faults and self.random.random() < self.config.faults:
            counts.faulty += 1
            return response(500, b'{"error": {"message": "stub fault"}}')
        counts.served += 1
        second = int(time.monotonic() - counts.began)
        counts.served_in[second] = counts.served_in.get(second, 0) + 1
        return response(200, orjson.dumps(self.completion(raw)))

    def completion(self, raw: bytes) -> dict[str, Any]:
        """Return the answer to a request: a pure function of its bytes and the settings."""
        mark = zlib.crc32(raw)
        message = self._message(raw, mark)
        calls = "tool_calls" in message
        used = {"prompt_tokens": len(raw) // 4, "completion_tokens": len(str(message.get("content") or message)) // 4}
        return {
            "id": f"stub-{mark:08x}",
            "object": "chat.completion",
            "model": "stub",
            "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}],
            "usage": used | {"total_tokens": sum(used.values())},
        }

    def _message(self, raw: bytes, mark: int) -> dict[str, Any]:
        if self.script is not None:
            said = self.script(orjson.loads(raw))
            return said if isinstance(said, dict) else {"role": "assistant", "content": said}
        content: str | None = (f"Answer {mark:08x}. " + "lorem ipsum " * (self.config.size // 12 + 1))[
            : self.config.size
        ]
        # Parsed only where the answer depends on it: parsing costs more than all the rest.
        if b'"response_format"' in raw or b'"tools"' in raw or self.config.echo:
            body = orjson.loads(raw)
            if self.config.tools and (call := _tool_call(body, mark)):
                return {"role": "assistant", "content": None, "tool_calls": [call]}
            if schema := ((body.get("response_format") or {}).get("json_schema") or {}).get("schema"):
                content = orjson.dumps(smallest(schema, mark)).decode()
            elif "response_format" in body:
                content = f'{{"answer": "{mark:08x}"}}'
            elif self.config.echo:
                content = next((m["content"] for m in reversed(body["messages"]) if m["role"] == "user"), "")
        return {"role": "assistant", "content": content}


def _tool_call(body: dict[str, Any], mark: int) -> dict[str, Any] | None:
    """Return a call of one tool offered: where the conversation waits for one, with the least arguments."""
    offered, choice = body.get("tools") or [], body.get("tool_choice", "auto")
    has_result = body["messages"][-1]["role"] == "tool"
    if not offered or choice == "none" or (has_result and choice == "auto"):
        return None
    functions = [tool["function"] for tool in offered]
    if isinstance(choice, dict):
        functions = [f for f in functions if f["name"] == choice["function"]["name"]]
    function = functions[mark % len(functions)]
    arguments = orjson.dumps(smallest(function.get("parameters") or {"type": "object"}, mark)).decode()
    return {
        "id": f"call_{mark:08x}",
        "type": "function",
        "function": {"name": function["name"], "arguments": arguments},
    }


def response(status: int, body: bytes, extra: bytes = b"") -> bytes:
    """Return a whole HTTP response."""
    return b"HTTP/1.1 %d X\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n%s" % (
        status,
        len(body),
        extra,
        body,
    )


class Connection(asyncio.Protocol):
    """One client's connection: requests one after the other, kept alive."""

    def __init__(self, stub: Stub) -> None:
        self.stub = stub
        self._received = b""
        self._needed = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.WriteTransport = transport  # type: ignore[assignment]
        self._loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        self._received = self._received + data if self._received else data
        while self._received and len(self._received) >= self._needed:
            head = self._received.find(b"\r\n\r\n")
            if head < 0:
                return
            length = _LENGTH.search(self._received, 0, head + 2)
            self._needed = head + 4 + (int(length[1]) if length else 0)
            if len(self._received) < self._needed:
                return
            request, body = self._received[:head], self._received[head + 4 : self._needed]
            self._received, self._needed = self._received[self._needed :], 0
            self._answer(request, body)

    def _answer(self, request: bytes, body: bytes) -> None:
        stub = self.stub
        if b"/chat/completions" not in request[: request.find(b"\r\n")]:
            self._transport.write(_about(stub, request, body))
        elif stub.refusal():
            after = stub.config.retry_after
            extra = b"" if after is None else b"Retry-After: %g\r\n" % after
            self._transport.write(response(429, b'{"error": {"message": "stub: too many requests"}}', extra))
        else:
            delay = stub.delay()
            stub.accept(body)
            self._loop.call_later(delay, self._finish, body)

    def _finish(self, body: bytes) -> None:
        answer = self.stub.finish(body)
        if not self._transport.is_closing():
            self._transport.write(answer)


def _about(stub: Stub, request: bytes, body: bytes) -> bytes:
    """Answer what is not a completion."""
    path = request.split(b" ", 2)[1]
    if path.endswith(b"/models"):
        return response(200, b'{"object": "list", "data": [{"id": "stub", "object": "model"}]}')
    if path.endswith(b"/config"):
        for name, value in orjson.loads(body).items():
            setattr(stub.config, name, value)
        stub.reset()
    elif path.endswith(b"/reset"):
        stub.reset()
    elif not path.endswith(b"/stats"):
        return response(404, b'{"error": {"message": "stub: no such path"}}')
    counts = dataclasses.asdict(stub.counts)
    counts["cpu"] = time.process_time() - counts.pop("began_cpu")
    counts["seconds"] = time.monotonic() - counts.pop("began")
    return response(200, orjson.dumps(counts, option=orjson.OPT_NON_STR_KEYS))


@dataclass(frozen=True)
class Running:
    """A stub in a process of its own."""

    url: str
    """The base address, ending in /v1."""
    pid: int

    def stats(self) -> dict[str, Any]:
        """Return the counts; `cpu` and `seconds` are those since the last reset."""
        counts: dict[str, Any] = self._ask("stats", None)
        return counts

    def config(self, **changes: Any) -> None:
        """Change fields of `Config`; the counts start anew."""
        self._ask("config", changes)

    def _ask(self, path: str, body: Any) -> Any:
        data = None if body is None else orjson.dumps(body)
        with urllib.request.urlopen(f"{self.url}/{path}", data=data, timeout=30) as answer:
            return orjson.loads(answer.read())


@contextlib.contextmanager
def running(script: str | None = None, **config: Any) -> Iterator[Running]:
    """Run a stub in a child process while the block runs. `script` is `module:function`."""
    flags = [f"--{name.replace('_', '-')}={value}" for name, value in config.items()]
    command = [
        sys.executable,
        "-m",
        "tests.benchmarks.stub",
        "--port=0",
        *flags,
        *([f"--script={script}"] if script else []),
    ]
    root = Path(__file__).parents[2]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=root) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            if not url:
                raise RuntimeError("the stub did not start; its complaint is above")
            yield Running(url, process.pid)
        finally:
            process.terminate()


async def serve(stub: Stub, port: int = 0) -> asyncio.Server:
    """Serve on loopback, in this process; the server's socket tells the port."""
    return await asyncio.get_running_loop().create_server(lambda: Connection(stub), "127.0.0.1", port, backlog=2048)


async def _main(stub: Stub, port: int) -> None:
    server = await serve(stub, port)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


def _settings(arguments: list[str] | None = None) -> tuple[Stub, int]:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--script", help="module:function, called with each request")
    for item in dataclasses.fields(Config):
        kind = _boolean if isinstance(item.default, bool) else type(item.default)
        parser.add_argument(f"--{item.name.replace('_', '-')}", type=kind, default=item.default)
    values = vars(parser.parse_args(arguments))
    port, script = values.pop("port"), values.pop("script")
    if script:
        module, _, name = script.partition(":")
        script = getattr(importlib.import_module(module), name)
    return Stub(Config(**values), script), port


def _boolean(text: str) -> bool:
    return text.lower() in ("1", "true", "yes")


if __name__ == "__main__":
    with contextlib.suppress(ImportError):
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(_main(*_settings()))
