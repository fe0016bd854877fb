"""How endpoints fail, one by one, on real sockets: each fault is mended, or ends in one clear line, never in a hang."""

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import orjson
import pytest
from autogen_core.models import UserMessage
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import CallError, EndpointError, Refused
from agents.models import endpoint as endpoint_module
from agents.models.client import LeanClient
from agents.models.endpoint import NoAnswer, Patience
from agents.models.limiter import Limiter
from agents.models.payload import pause_asked

KEY = "sk-very-secret-0123456789"
QUICK = Patience(attempt=1.0, total=20.0, attempts=4, first_pause=0.01, down=0.5, connect=1.0)
GOOD = orjson.dumps({"choices": [{"message": {"content": "ok"}, "finish_reason": "stop"}]})


def reply(status: int, body: bytes = b"", headers: str = "", *, length: int | None = None) -> bytes:
    """Return a raw HTTP response; `length` is what it claims, true unless given."""
    size = len(body) if length is None else length
    return f"HTTP/1.1 {status} X\r\nContent-Length: {size}\r\n{headers}\r\n".encode() + body


def error(status: int, message: str, headers: str = "") -> bytes:
    """Return an error as OpenAI-compatible servers report it."""
    return reply(status, orjson.dumps({"error": {"message": message, "code": None}}), headers)


class Raw:
    """A server that answers each request with the next of `replies` (the last for ever), byte for byte.

    A reply is bytes; None closes the connection; a callable writes itself.
    """

    def __init__(self, *replies: Any) -> None:
        self.replies = replies
        self.requests: list[bytes] = []
        self.at: list[float] = []
        self.tasks: set[asyncio.Task[Any] | None] = set()

    async def start(self, port: int = 0) -> str:
        self.server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.port = self.server.sockets[0].getsockname()[1]
        return f"http://127.0.0.1:{self.port}/v1"

    async def stop(self) -> None:
        self.server.close()
        for task in self.tasks:
            if task is not None:
                task.cancel()
        await asyncio.gather(*(t for t in self.tasks if t is not None), return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.tasks.add(asyncio.current_task())
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next((int(x[15:]) for x in head.split(b"\r\n") if x.lower().startswith(b"content-length:")), 0)
                await reader.readexactly(length)
                answer = self.replies[min(len(self.requests), len(self.replies) - 1)]
                self.requests.append(head)
                self.at.append(time.monotonic())
                if answer is None:
                    return
                if callable(answer):
                    await answer(writer)
                    return
                writer.write(answer)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@pytest.fixture
async def serve() -> AsyncIterator[Callable[..., Awaitable[tuple[Raw, LeanClient]]]]:
    """Start a server with such replies, and a client of it."""
    servers: list[Raw] = []
    clients: list[LeanClient] = []

    async def start(*replies: Any, patience: Patience = QUICK) -> tuple[Raw, LeanClient]:
        server = Raw(*replies)
        servers.append(server)
        clients.append(LeanClient("small", await server.start(), KEY, patience=patience, limiter=Limiter(8)))
        return server, clients[-1]

    yield start
    for client in clients:
        assert client.endpoint.limiter.in_flight == 0
        await client.close()
    for server in servers:
        await server.stop()


async def ask(client: LeanClient) -> str:
    """Ask something; return the answer's text."""
    return str((await client.create([UserMessage(content="Hi", source="user")])).content)


async def drip(writer: asyncio.StreamWriter) -> None:
    """Promise much and send a byte now and then, without end."""
    writer.write(b"HTTP/1.1 200 X\r\nContent-Length: 100000\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def flood(writer: asyncio.StreamWriter) -> None:
    """Send without end."""
    writer.write(b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n")
    while True:
        writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
        await writer.drain()


async def reset(writer: asyncio.StreamWriter) -> None:
    """Break off in the middle of the body, with a reset."""
    writer.write(reply(200, GOOD[:10], length=len(GOOD)))
    await writer.drain()
    writer.transport.abort()


async def hang(writer: asyncio.StreamWriter) -> None:
    """Never answer."""
    await asyncio.sleep(60)


TRANSIENT = {
    "408": error(408, "slow"),
    "409": error(409, "busy"),
    "429": error(429, "later"),
    "500": error(500, "oops"),
    "502 page": reply(502, b"<html><body>Bad gateway</body></html>", "Content-Type: text/html\r\n"),
    "503": error(503, "full", "Retry-After: 0\r\n"),
    "529": error(529, "overloaded"),
    "closed before an answer": None,
    "truncated body": lambda w: _close_after(w, reply(200, GOOD[:10], length=len(GOOD))),
    "truncated JSON": reply(200, GOOD[:-5]),
    "reset in the body": reset,
    "bad gzip": reply(200, b"\x1f\x8b not really", "Content-Encoding: gzip\r\n"),
    "no HTTP": b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
    "slow drip": drip,
    "empty 200": reply(200),
    "error in a 200": reply(200, b'{"error": {"message": "upstream died", "code": 502}}'),
}


async def _close_after(writer: asyncio.StreamWriter, data: bytes) -> None:
    writer.write(data)
    await writer.drain()


@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=TRANSIENT.keys())
async def test_a_passing_fault_is_tried_again(serve: Any, fault: Any) -> None:
    server, client = await serve(fault, reply(200, GOOD))
    assert await ask(client) == "ok"
    assert len(server.requests) == 2


@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=TRANSIENT.keys())
async def test_a_lasting_fault_ends_the_call_after_bounded_attempts(serve: Any, fault: Any) -> None:
    patience = Patience(attempt=0.3, total=20, attempts=3, first_pause=0.01)
    server, client = await serve(fault, patience=patience)
    with pytest.raises(CallError, match=r"http://127.0.0.1:\d+/v1: .*gave up after 3 attempts") as caught:
        await ask(client)
    assert len(server.requests) == 3
    assert "\n" not in str(caught.value)


async def test_the_whole_call_is_bounded_too(serve: Any) -> None:
    server, client = await serve(error(500, "no"), patience=Patience(attempts=1000, total=0.5, first_pause=0.1))
    began = time.monotonic()
    with pytest.raises(CallError, match=r"gave up after 0 s|gave up after 1 s"):
        await ask(client)
    assert time.monotonic() - began < 5
    assert len(server.requests) < 20


async def test_no_answer_at_all_ends(serve: Any) -> None:
    _, client = await serve(hang, patience=Patience(attempt=0.2, attempts=2, first_pause=0.01))
    with pytest.raises(CallError, match=r"no whole answer within 0.2 s"):
        await ask(client)


async def test_an_answer_without_end_is_dropped(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint_module, "LARGEST_ANSWER", 2**20)
    server, client = await serve(flood, patience=Patience(attempt=20))
    with pytest.raises(CallError, match="over 1 MiB"):
        await ask(client)
    assert len(server.requests) == 1


async def test_a_packed_answer_without_end_is_dropped(serve: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint_module, "LARGEST_ANSWER", 2**20)
    bomb = gzip.compress(b" " * 2**26)
    _, client = await serve(reply(200, bomb, "Content-Encoding: gzip\r\n"), patience=Patience(attempts=1))
    with pytest.raises(CallError):
        await ask(client)


HOPELESS = {
    "401": (error(401, f"Incorrect API key provided: {KEY}."), "answers 401, the key is wrong"),
    "402": (error(402, "pay"), "no credit"),
    "403": (error(403, "not you"), "may not do this: not you"),
    "405": (reply(405), "does not take chat completions"),
    "501": (error(501, "no"), "does not support"),
    "quota used up": (
        reply(429, b'{"error": {"message": "You exceeded your quota", "code": "insufficient_quota"}}'),
        "no credit: You exceeded",
    ),
    "a web page": (reply(200, b"<!doctype html><title>x</title>", "Content-Type: text/html\r\n"), "ends in /v1"),
    "401 in a 200": (reply(200, b'{"error": {"message": "who?", "code": 401}}'), "answers 401"),
}


@pytest.mark.parametrize(("fault", "words"), HOPELESS.values(), ids=HOPELESS.keys())
async def test_what_no_other_call_would_mend_is_said_at_once(serve: Any, fault: Any, words: str) -> None:
    server, client = await serve(fault)
    with pytest.raises(EndpointError, match=words) as caught:
        await ask(client)
    assert len(server.requests) == 1
    assert f"127.0.0.1:{server.port}" in str(caught.value)
    assert KEY not in str(caught.value)


DOUBTFUL = {
    "403": error(403, "blocked"),
    "403 page": reply(403, b"<html>Attention Required!</html>", "Content-Type: text/html\r\n"),
    "404": error(404, "no"),
    "405": reply(405),
    "307": reply(307, b"", "Location: http://127.0.0.1:9/blocked\r\n"),
}
MANY = endpoint_module.REFUSED_IN_A_ROW


@pytest.mark.parametrize("fault", DOUBTFUL.values(), ids=DOUBTFUL.keys())
async def test_one_text_that_a_firewall_dislikes_fails_only_its_call(serve: Any, fault: Any) -> None:
    server, client = await serve(reply(200, GOOD), fault, reply(200, GOOD))
    assert await ask(client) == "ok"
    with pytest.raises(CallError, match=r"answers \d\d\d"):
        await ask(client)
    assert await ask(client) == "ok"
    assert len(server.requests) == 3


@pytest.mark.parametrize("fault", DOUBTFUL.values(), ids=DOUBTFUL.keys())
async def test_an_endpoint_that_refuses_everything_from_now_on_ends_the_run(serve: Any, fault: Any) -> None:
    server, client = await serve(reply(200, GOOD), fault)
    assert await ask(client) == "ok"
    for _ in range(MANY - 1):
        with pytest.raises(CallError):
            await ask(client)
    with pytest.raises(EndpointError, match=r"answers \d\d\d"):
        await ask(client)
    assert len([head for head in server.requests if head.startswith(b"POST")]) == 1 + MANY + 1, "the last was harmless"


async def test_many_disliked_texts_in_a_row_end_nothing_while_others_are_answered(serve: Any) -> None:
    refusals = [error(403, "blocked")] * MANY
    server, client = await serve(reply(200, GOOD), *refusals, reply(200, GOOD), *refusals, reply(200, GOOD))
    assert await ask(client) == "ok"
    for _ in range(2 * MANY):
        with pytest.raises(CallError, match="blocked"):
            await ask(client)
    assert len(server.requests) == 1 + 2 * (MANY + 1)


async def test_a_run_gone_on_with_bears_a_disliked_text_as_its_first(serve: Any) -> None:
    _, client = await serve(error(403, "blocked"), reply(200, GOOD))
    client.endpoint.is_known = True
    with pytest.raises(CallError, match="blocked"):
        await ask(client)
    assert await ask(client) == "ok"
    _, client = await serve(error(403, "not you any more"))
    client.endpoint.is_known = True
    with pytest.raises(EndpointError, match="not you any more"):
        await ask(client)


@pytest.mark.parametrize("status", [401, 402])
async def test_a_key_that_ends_in_the_middle_ends_the_run_at_once(serve: Any, status: int) -> None:
    _, client = await serve(reply(200, GOOD), error(status, "expired"))
    assert await ask(client) == "ok"
    with pytest.raises(EndpointError, match="expired"):
        await ask(client)


async def test_silence_has_a_bound_of_its_own(serve: Any) -> None:
    patience = Patience(attempt=0.2, attempts=8, silences=2, first_pause=0.01)
    server, client = await serve(hang, patience=patience)
    with pytest.raises(NoAnswer, match="gave up after 2 attempts"):
        await ask(client)
    assert len(server.requests) == 2
    _, client = await serve(*[error(500, "oops")] * 3, reply(200, GOOD), patience=patience)
    assert await ask(client) == "ok"


async def test_an_unknown_model_is_told_which_there_are(serve: Any) -> None:
    listed = reply(200, b'{"data": [{"id": "large"}, {"id": "huge"}]}')
    _, client = await serve(error(404, "The model `small` does not exist."), listed)
    with pytest.raises(EndpointError, match=r"does not exist.*asked for 'small', it offers: large, huge"):
        await ask(client)


async def test_an_unknown_path_is_told_how_addresses_look(serve: Any) -> None:
    _, client = await serve(error(404, "Not Found"))
    with pytest.raises(EndpointError, match="usually ends in /v1"):
        await ask(client)


@pytest.mark.parametrize("status", [400, 413, 422])
async def test_a_refused_request_fails_only_its_call_in_the_servers_words(serve: Any, status: int) -> None:
    server, client = await serve(error(status, "context is 8192 tokens,\nyou sent 9000"), reply(200, GOOD))
    with pytest.raises(CallError, match=f"HTTP {status}: context is 8192 tokens, you sent 9000"):
        await ask(client)
    assert len(server.requests) == 1
    assert await ask(client) == "ok"


@pytest.mark.parametrize(
    ("status", "said", "is_final"),
    [
        (413, "", True),
        (400, "This model's maximum context length is 8192 tokens.", True),
        (400, "the request exceeds the available context size", True),
        (400, "Prompt is too long", True),
        (400, "json_schema is not supported", False),
        (422, "unknown field context", False),
    ],
)
async def test_what_is_too_long_for_a_model_stays_so(serve: Any, status: int, said: str, is_final: bool) -> None:
    """What is kept for another try must have one: a wrong setting can be mended, too small a window never will be."""
    _, client = await serve(error(status, said))
    with pytest.raises(CallError) as caught:
        await ask(client)
    assert isinstance(caught.value, Refused) == is_final


async def test_a_redirect_is_named_not_followed(serve: Any) -> None:
    elsewhere, _ = await serve(reply(200, GOOD))
    target = f"http://127.0.0.1:{elsewhere.port}/v1/chat/completions?token={KEY}"
    server, client = await serve(reply(307, b"", f"Location: {target}\r\n"))
    with pytest.raises(EndpointError, match=rf"points to http://127.0.0.1:{elsewhere.port}/v1") as caught:
        await ask(client)
    assert KEY not in str(caught.value)
    assert elsewhere.requests == []
    assert len(server.requests) == 1


async def test_cookies_are_not_kept(serve: Any) -> None:
    server, client = await serve(reply(200, GOOD, "Set-Cookie: a=b\r\n"))
    await ask(client)
    await ask(client)
    assert b"ookie" not in server.requests[1]


async def test_nobody_there_is_said_at_once() -> None:
    server = Raw(b"")
    address = await server.start()
    await server.stop()
    client = LeanClient("small", address, KEY, patience=QUICK)
    began = time.monotonic()
    with pytest.raises(EndpointError, match=rf"cannot reach {address}: .*is the server running"):
        await ask(client)
    assert time.monotonic() - began < 2
    await client.close()


async def test_an_endpoint_that_goes_down_is_waited_for(serve: Any) -> None:
    server, client = await serve(reply(200, GOOD), patience=Patience(attempts=2, first_pause=0.01, down=5))
    assert await ask(client) == "ok"
    await server.stop()
    call = asyncio.ensure_future(ask(client))
    await asyncio.sleep(0.4)
    assert not call.done()
    await server.start(server.port)
    assert await call == "ok"


async def test_an_endpoint_that_stays_down_ends_the_run(serve: Any) -> None:
    server, client = await serve(reply(200, GOOD))
    assert await ask(client) == "ok"
    await server.stop()
    calls = await asyncio.gather(*(ask(client) for _ in range(5)), return_exceptions=True)
    for ended in calls:
        assert isinstance(ended, EndpointError)
        assert "answered before but has been down for 0.5 s" in str(ended)


async def test_retry_after_is_waited_for_and_only_by_its_call(serve: Any) -> None:
    server, client = await serve(error(429, "later", "Retry-After: 1\r\n"), reply(200, GOOD))
    first = asyncio.ensure_future(ask(client))
    await asyncio.sleep(0.2)
    assert await ask(client) == "ok"
    assert not first.done()
    assert await first == "ok"
    assert server.at[1] - server.at[0] < 0.9
    assert 1.0 <= server.at[2] - server.at[0] < 5


async def test_a_kept_connection_the_server_closed_is_replaced(serve: Any) -> None:
    server, client = await serve(reply(200, GOOD, "Connection: keep-alive\r\n"), None, reply(200, GOOD))
    assert await ask(client) == "ok"
    assert await ask(client) == "ok"
    assert len(server.requests) == 3


@given(st.floats(0, 80_000, allow_nan=False))
def test_retry_after_in_seconds(seconds: float) -> None:
    assert pause_asked({"Retry-After": repr(seconds)}) == pytest.approx(seconds)
    assert pause_asked({"retry-after-ms": repr(seconds), "Retry-After": "5"}) == pytest.approx(seconds / 1000)


@given(st.integers(-10_000, 80_000), st.datetimes(datetime(1980, 1, 1), datetime(2090, 1, 1)))
def test_retry_after_as_a_date(seconds: int, now: datetime) -> None:
    now = now.replace(tzinfo=UTC, microsecond=0)
    date = format_datetime(now + timedelta(seconds=seconds), usegmt=True)
    assert pause_asked({"Retry-After": date}, now) == max(0, seconds)


@given(st.text(max_size=30))
def test_any_retry_after_is_a_pause_or_none(text: str) -> None:
    for headers in ({"Retry-After": text}, {"retry-after-ms": text}):
        pause = pause_asked(headers)
        assert pause is None or 0 <= pause <= 86_400


@pytest.mark.parametrize("text", ["inf", "-inf", "nan", "1e999", "-5", "soon", ""])
def test_odd_retry_after(text: str) -> None:
    assert pause_asked({"Retry-After": text}) in (None, 0.0, 86_400.0)
