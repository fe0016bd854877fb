"""One HTTP endpoint: sends a JSON request until it is answered, or says clearly why it can't be.

What a second try can mend (overload, a fault of the server, a lost connection) is tried again, with jittered pauses
and within bounds. What it can't is an `EndpointError` where no other call would do better, else a `CallError`. A 403,
404, 405 or redirect may be either: a firewall before the endpoint answers so to a text it dislikes, and one such text
must not end a run. So after several in a row a harmless request decides.
The key goes to the configured address only: no redirects, no cookies, and it is struck out of every message.
"""

import asyncio
import random
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn
from urllib.request import getproxies, proxy_bypass

import aiohttp
from yarl import URL

from agents.errors import CallError, EndpointError, Refused, UsageError
from agents.models.limiter import Limiter, Slot, shared_limiter
from agents.models.payload import as_bytes, counts_tokens, from_bytes, pause_asked, short

LARGEST_ANSWER = 32 * 2**20
"""Bytes of one answer, unpacked. The longest completion is far below; an endless one must not fill the memory."""
LONGEST_PAUSE = 60.0
"""Seconds a `Retry-After` is believed, at most."""
_AGAIN = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})
_OVERLOAD = frozenset({429, 503, 529})
_HOPELESS = {
    401: "the key is wrong or missing",
    402: "the account behind the key has no credit",
    403: "the key may not do this",
    404: "no such model or path",
    405: "it does not take chat completions at this path",
    501: "it does not support this",
}
_DOUBTFUL = frozenset({403, 404, 405})
_TOO_LONG = re.compile(
    rb"context.{0,40}(?:length|size|window|tokens)|(?:prompt|input|request).{0,20}too (?:long|large)", re.I
)
REFUSED_IN_A_ROW = 5
"""Doubtful refusals without an answer in between, before the endpoint is asked whether it still answers anything."""
_HARMLESS = [{"role": "user", "content": "Say hello."}]
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True)
class Patience:
    """How long to wait and how often to try. Seconds."""

    attempt: float = 300.0
    """For one answer, from sending to its last byte."""
    total: float = 3600.0
    """For one call, from its first attempt; time spent waiting for a slot again included."""
    attempts: int = 8
    silences: int = 8
    """Attempts that end without an answer."""
    first_pause: float = 0.5
    """Before the second attempt; doubles from there, up to 30."""
    down: float = 120.0
    """For an endpoint that answered before and now takes no connection."""
    connect: float = 20.0


class NotFound(EndpointError):
    """The endpoint knows no such model, or no such path (404)."""


class NoAnswer(CallError):
    """It took the request and said nothing until our patience was over, as often as we tried."""


class _Refused(Exception):
    """This request was refused in a way that may be the request's fault; `fatal` is what to raise if it isn't."""

    def __init__(self, fatal: EndpointError) -> None:
        super().__init__(str(fatal))
        self.fatal = fatal


class _Again(Exception):
    """An attempt failed in a way another may not."""

    def __init__(
        self,
        reason: str,
        *,
        pause: float | None = None,
        is_down: bool = False,
        is_silent: bool = False,
        attempts: int = 99,
    ) -> None:
        super().__init__(reason)
        self.pause, self.is_down, self.is_silent, self.attempts = pause, is_down, is_silent, attempts


class Endpoint:
    """An address, the key for it, and one session of kept-alive connections per event loop."""

    def __init__(
        self,
        base_url: str,
        api_key: str | None = None,
        *,
        limiter: Limiter | None = None,
        patience: Patience | None = None,
    ) -> None:
        url = _address(base_url)
        if api_key and set(api_key) == {"*"}:
            raise UsageError(
                f"the key for {url.host} was masked when it was saved ({api_key}); give the key itself again"
            )
        if api_key and url.user:
            raise UsageError(f"there is a key for {url.host} and a user in its address; give one of the two")
        if api_key and not api_key.isprintable():
            raise UsageError(f"the key for {url.host} holds a line break or other control character")
        self.url, self._address = url, str(url)
        self.patience = patience or Patience()
        self._key = api_key
        self._limiter = limiter
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if api_key:
            self._headers["Authorization"] = f"Bearer {api_key}"
        self._proxy = _proxy(url)
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._paths: dict[str, URL] = {}
        self.is_known = False
        """Set where the endpoint answered well in an earlier run, or through another connection."""
        self._has_answered, self._refusals = False, 0
        self._down_since: float | None = None

    @property
    def name(self) -> str:
        """Return the address as it may be shown."""
        return str(self.url.with_user(None))

    @property
    def limiter(self) -> Limiter:
        """Return who decides when a request may leave: the one given, or that of the endpoint in this event loop."""
        return self._limiter or shared_limiter(self._address, self._key)

    async def post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """Send `body` to `path` under the address; return the JSON object that comes back."""
        try:
            return await self._post(path, body)
        except _Refused as refused:
            raise await self._weighed(refused, path, body) from None

    async def _weighed(self, refused: _Refused, path: str, body: Mapping[str, Any]) -> Exception:
        """Return what a doubtful refusal comes to: the fault of this request, or the end of the run."""
        self._refusals += 1
        if self._has_answered and self._refusals % REFUSED_IN_A_ROW:
            return CallError(str(refused))
        try:
            await self._post(path, {"model": body.get("model"), "messages": _HARMLESS})
        except _Refused:
            return refused.fatal
        except CallError:  # this says nothing of what we ask; the next refusal asks again
            self._refusals -= 1
        return CallError(str(refused))

    async def _post(self, path: str, body: Mapping[str, Any]) -> dict[str, Any]:
        data = as_bytes(body)
        asked = body.get("max_tokens") or body.get("max_completion_tokens")
        tokens = len(data) / 4 + (asked if isinstance(asked, int) else 0)
        patience, tries, began = self.patience, 0, time.monotonic()
        while True:
            try:
                async with self.limiter.slot(tokens, again=tries > 0) as slot:
                    began = began if tries else time.monotonic()
                    return await self._attempt(path, data, slot)
            except _Again as error:
                tries += not error.is_down
                if tries >= min(patience.attempts, error.attempts):
                    kind = NoAnswer if error.is_silent else CallError
                    raise kind(f"{self.name}: {error} (gave up after {tries} attempts)") from None
                pause = self._pause(error, tries)
                if time.monotonic() - began + pause > patience.total:
                    raise CallError(f"{self.name}: {error} (gave up after {patience.total:.0f} s)") from None
            await asyncio.sleep(pause)

    async def get(self, path: str) -> dict[str, Any]:
        """Fetch `path` once; any failure is an `EndpointError`."""
        try:
            return await self._send("GET", path, None, None)
        except _Refused as refused:
            raise refused.fatal from None
        except (_Again, CallError) as error:
            raise EndpointError(f"{self.name}: {error}") from None

    async def close(self) -> None:
        """Close the connections; the next call opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def _attempt(self, path: str, data: bytes, slot: Slot) -> dict[str, Any]:
        answer = await self._send("POST", path, data, slot)
        self._has_answered, self._down_since, self._refusals = True, None, 0
        slot.served()
        return answer

    async def _send(self, method: str, path: str, data: bytes | None, slot: Slot | None) -> dict[str, Any]:
        url = self._paths.get(path) or self._paths.setdefault(path, _below(self.url, path))
        try:
            async with self._open().request(
                method, url, data=data, headers=self._headers, proxy=self._proxy, allow_redirects=False
            ) as response:
                raw = await _read(response)
                if response.status != 200:
                    self._complain(response.status, response.headers, raw, slot)
                return self._parsed(response, raw, slot)
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise self._unreachable(str(error.__cause__ or error)) from None
        except TimeoutError:
            if slot is not None:
                slot.failed(timed_out=True)
            told = f"no whole answer within {self.patience.attempt:g} s"
            raise _Again(told, is_silent=True, attempts=self.patience.silences) from None
        except (aiohttp.ClientPayloadError, aiohttp.ServerDisconnectedError, aiohttp.ClientOSError, OSError) as error:
            raise _Again(f"the connection broke before the answer was whole ({type(error).__name__})") from None
        except aiohttp.ClientError as error:
            raise _Again(f"what came back is not HTTP: {short(str(error))}", attempts=3) from None

    def _open(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._session.closed or self._loop is not loop:
            self._loop = loop
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=300, keepalive_timeout=30),
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=aiohttp.ClientTimeout(total=self.patience.attempt, sock_connect=self.patience.connect),
            )
        return self._session

    def _parsed(self, response: aiohttp.ClientResponse, raw: bytes, slot: Slot | None) -> dict[str, Any]:
        answer = from_bytes(raw)
        if not isinstance(answer, dict):
            what = "a web page" if "html" in response.content_type or raw.lstrip()[:1] == b"<" else "no JSON object"
            reason = f"answered with {what} instead of JSON: {self._clean(raw)!r}"
            if not self._has_answered and what == "a web page":
                raise EndpointError(f"{self.name} {reason}; is the address right? It usually ends in /v1")
            raise _Again(reason, attempts=3)
        if answer.get("error") and "choices" not in answer:
            error = answer["error"]
            code = error.get("code") if isinstance(error, dict) else None
            if isinstance(code, int) and 400 <= code < 600:  # routers report another server's refusal like this
                self._complain(code, response.headers, raw, slot)
            raise _Again(f"reported an error: {self._clean(raw)}", attempts=3)
        return answer

    def _complain(self, status: int, headers: Mapping[str, str], raw: bytes, slot: Slot | None) -> NoReturn:
        """Raise what an answer other than 200 means."""
        said = self._clean(raw)
        if status == 429 and b"insufficient_quota" in raw:
            status = 402
        if status in _AGAIN:
            pause = pause_asked(headers)
            if slot is not None and status in _OVERLOAD:
                slot.refused(pause, by_tokens=counts_tokens(headers, raw))
            raise _Again(f"HTTP {status}: {said}", pause=pause)
        if 300 <= status < 400:
            where = self._clean(headers.get("Location", "nowhere").partition("?")[0].encode())
            told = f"{self.name} answers {status} and points to {where}; if that is right, give it as address"
            raise self._doubtful(EndpointError(told))
        if status in _HOPELESS:
            fatal = (NotFound if status == 404 else EndpointError)(
                f"{self.name} answers {status}, {_HOPELESS[status]}: {said}"
            )
            raise self._doubtful(fatal) if status in _DOUBTFUL else fatal
        if status >= 500:
            raise _Again(f"HTTP {status}: {said}")
        # What is too long for it stays so: whoever waits to ask it again waits for ever.
        kind = Refused if status == 413 or _TOO_LONG.search(raw) else CallError
        raise kind(f"{self.name} refuses the request, HTTP {status}: {said}")

    def _doubtful(self, fatal: EndpointError) -> Exception:
        return _Refused(fatal) if self._has_answered or self.is_known else fatal

    def _unreachable(self, why: str) -> Exception:
        now = time.monotonic()
        if not self._has_answered:
            return EndpointError(f"cannot reach {self.name}: {why}; is the server running, and the address right?")
        self._down_since = self._down_since or now
        if now - self._down_since > self.patience.down:
            return EndpointError(f"{self.name} answered before but has been down for {self.patience.down:g} s: {why}")
        return _Again(f"cannot be reached any more: {why}", is_down=True)

    def _pause(self, error: _Again, tries: int) -> float:
        """Return seconds until the next attempt. Spread, so that calls refused together don't return together."""
        if error.is_down:
            return min(5.0, self.patience.down / 10) * random.uniform(0.5, 1.0)
        usual = min(30.0, self.patience.first_pause * 2.0 ** (tries - 1)) * random.uniform(0.5, 1.0)
        if error.pause is None:
            return usual
        asked = min(error.pause, LONGEST_PAUSE)
        asked += random.uniform(0, min(usual, 0.25 * asked))
        return max(asked, usual) if tries > 1 else asked

    def _clean(self, raw: bytes) -> str:
        """Return the server's own words, short and without the key."""
        text = raw[: 64 * 1024].decode("utf-8", "replace")
        answer = from_bytes(raw) if len(raw) < 64 * 1024 else None
        if isinstance(answer, dict):
            inner = answer.get("error") or answer
            text = str(inner.get("message") or inner.get("detail") or inner) if isinstance(inner, dict) else str(inner)
        text = text.replace(self._key, "…") if self._key else text
        return short(text) or "(nothing said)"


async def _read(response: aiohttp.ClientResponse) -> bytes:
    parts, size = [], 0
    while part := await response.content.readany():
        parts.append(part)
        size += len(part)
        if size > LARGEST_ANSWER:
            response.close()
            raise CallError(f"{response.url.host} sent an answer over {LARGEST_ANSWER // 2**20} MiB; it was dropped")
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _address(base_url: str) -> URL:
    try:
        url = URL(base_url.rstrip("/"))
    except ValueError:
        url = URL()
    if url.scheme not in ("http", "https") or not url.host:
        raise UsageError(f"{base_url!r} is no address of a model; it looks like http://host:port/v1")
    return url


def _below(url: URL, path: str) -> URL:
    return url.joinpath(*path.split("/")).with_query(url.query)


def _proxy(url: URL) -> str | None:
    """Return the proxy the environment names; never for this machine. aiohttp's own look-up would also send .netrc."""
    if url.host in _LOOPBACK or proxy_bypass(url.host or ""):
        return None
    return getproxies().get(url.scheme)
