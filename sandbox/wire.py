"""One container's standard streams, attached: requests go in as JSON lines, each answer wakes who asked."""

import asyncio
import json
import select
from collections.abc import Iterable
from typing import Any

from sandbox import SandboxError

GRACE = 10.0
"""Seconds the runner may be late, beyond the time a program was given."""
LONGEST_LINE = 32 << 20
STDOUT = 1
HEADER = 8


class Wire(asyncio.Protocol):
    """Speaks with a runner through the engine's attach stream.

    The stream comes in frames: one byte for the stream's number, three of nothing, four for the length, then the bytes.
    """

    def __init__(self) -> None:
        self.lost: str | None = None
        """Why there will be no more answers; None while there may be."""
        self._transport: asyncio.Transport | None = None
        self._ready = self._future()
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._asked = 0
        self._header = bytearray()
        self._left = 0
        self._stream = 0
        self._line = bytearray()
        self._complaints = bytearray()

    @property
    def at_rest(self) -> bool:
        """Whether the runner lives and says nothing, as it should where nobody asked: what there is to read is its end.

        Looks at the stream itself, for the loop may not have come to it yet.
        """
        if self.lost is not None or self._transport is None or self._transport.is_closing():
            return False
        stream = select.poll()
        stream.register(self._transport.get_extra_info("socket").fileno(), select.POLLIN)
        return not stream.poll(0)

    # -- Asking --------------------------------------------------------------------------------------------------

    async def ask(self, do: str, timeout: float, **fields: Any) -> dict[str, Any]:
        """Send a request and wait for its answer.

        Raises `SandboxError` if the container dies, the runner does not keep time, or the container is cleared for
        another chat. If the caller is cancelled, the program (or, for a call, its session) is killed.
        """
        number = self._send(do, timeout=timeout, **fields)
        answer = self._waiting[number] = self._future()
        try:
            async with asyncio.timeout(timeout + GRACE):
                return await answer
        except TimeoutError:
            if number in self._waiting:
                self.close("the runner does not answer")
            raise SandboxError("the container does not answer any more and was given up") from None
        except asyncio.CancelledError:
            if self.lost is None and number in self._waiting:
                self._send("close", session=fields.get("session", number))
            raise
        finally:
            self._waiting.pop(number, None)

    async def ready(self, timeout: float) -> None:
        """Wait until the runner has started. Raises `SandboxError` if it does not."""
        try:
            async with asyncio.timeout(timeout):
                await self._ready
        except TimeoutError:
            self.close("the runner did not start")
            raise SandboxError(f"the runner did not start within {timeout:g} s") from None

    async def reset(self, timeout: float) -> None:
        """Have everything in the container but the runner killed and deleted, and the runner started anew.

        Who still waits for an answer hears `SandboxError` now: the container is about to be another chat's, which
        neither the time limit nor the cancelling of an earlier one may touch.
        """
        overdue, self._waiting = self._waiting, {}
        fail(overdue.values(), "the lease of this sandbox is over")
        self._ready = self._future()
        self._send("reset")
        await self.ready(timeout)

    def close(self, why: str) -> None:
        """Hang up. The runner ends, and its container with it."""
        if self.lost is None:
            self.lost = why
            if self._transport:
                self._transport.abort()
            self._fail()

    @staticmethod
    def _future() -> asyncio.Future[dict[str, Any]]:
        return asyncio.get_running_loop().create_future()

    def _send(self, do: str, **fields: Any) -> int:
        if self.lost is not None or self._transport is None:
            raise SandboxError(f"the container is gone: {self.lost}")
        self._asked += 1
        self._transport.write(json.dumps({"id": self._asked, "do": do, **fields}).encode() + b"\n")
        return self._asked

    # -- Hearing -------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Take frames apart, wherever they were cut."""
        view = memoryview(data)
        while view:
            if not self._left:
                needed = HEADER - len(self._header)
                self._header += view[:needed]
                view = view[needed:]
                if len(self._header) == HEADER:
                    self._left = int.from_bytes(self._header[4:], "big")
                    self._stream = self._header[0]
                    self._header.clear()
                continue
            piece, view = bytes(view[: self._left]), view[self._left :]
            self._left -= len(piece)
            if self._stream == STDOUT:
                self._hear(piece)
            else:
                self._complaints = (self._complaints + piece)[-2_000:]

    def _hear(self, piece: bytes) -> None:
        *ends, rest = piece.split(b"\n")
        for end in ends:
            self._answer(bytes(self._line + end))
            self._line.clear()
        self._line += rest
        if len(self._line) > LONGEST_LINE:
            self.close("the runner sent a line without end")

    def _answer(self, line: bytes) -> None:
        try:
            answer = json.loads(line)
            waiting = self._ready if "ready" in answer else self._waiting.get(answer["id"])
        except (ValueError, TypeError, KeyError):
            self.close("the runner sent something that is no answer")
            return
        if waiting and not waiting.done():  # else whoever asked was cancelled
            waiting.set_result(answer)

    def connection_lost(self, error: Exception | None) -> None:
        if self.lost is None:
            said = self._complaints.decode("utf-8", "replace").strip().splitlines()
            self.lost = said[-1] if said else "it was killed"
        self._fail()

    def _fail(self) -> None:
        fail((self._ready, *self._waiting.values()), f"the container ended: {self.lost}")


def fail(futures: Iterable[asyncio.Future[dict[str, Any]]], why: str) -> None:
    """Raise `SandboxError` in whoever waits for one of these."""
    for waiting in futures:
        if not waiting.done():
            waiting.set_exception(SandboxError(why))
            waiting.exception()  # seen: nobody may be waiting
