"""What a chat holds: the `Sandbox` protocol on a container of the pool, and sessions in it."""

import asyncio
import json
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from sandbox import CallResult, Result, SandboxError, Session, SessionFailed
from sandbox.wire import Wire

LONGEST_CALL = 128 << 10
"""Bytes of one call's arguments as JSON: what fits a socket's buffer, so that the runner never waits for a session."""
LONGEST_VALUE = 256 << 10
"""Bytes of one call's return value as JSON."""
LONGEST_ERROR = 2_000
LARGEST_REQUEST = 8 << 20
"""Characters of code, input and files together."""


class Box:
    """A disposable machine behind a lease.

    The container comes at the first use and is replaced if it is lost, so that a chat goes on after a program that took
    its container down: only its sessions are gone.
    """

    def __init__(self, get: Callable[[Wire | None], Awaitable[Wire]], output: int) -> None:
        self._get = get
        self._output = output
        self._getting = asyncio.Lock()
        self.wire: Wire | None = None
        self.closed = False

    async def run_python(
        self, code: str, *, stdin: str = "", files: Mapping[str, str] = {}, timeout: float = 10
    ) -> Result:
        """Run `code` as `main.py` in an empty folder, next to `files`. Raises `SandboxError` if the container dies."""
        return await self._run("python", timeout, code=code, stdin=stdin, files=dict(files))

    async def run(
        self, command: Sequence[str], *, stdin: str = "", files: Mapping[str, str] = {}, timeout: float = 10
    ) -> Result:
        """Run a command (no shell) in an empty folder with `files`. Raises `SandboxError` if the container dies."""
        return await self._run("run", timeout, command=list(command), stdin=stdin, files=dict(files))

    async def open_session(self, code: str, class_name: str, *, timeout: float = 10) -> Session:
        """Execute `code`, make an instance of `class_name` without arguments, and keep it.

        Raises `SessionFailed` with the program's own error if the code does not run.
        """
        if len(code) > LARGEST_REQUEST:
            raise SessionFailed(too_large(len(code)))
        wire = await self._wire()
        fields = {"code": code, "class": class_name, "cap": self._output, "value_cap": LONGEST_VALUE}
        answer = await self._ask(wire, "open", timeout, stdin="", files={}, **fields)
        result = Result(**answer["result"])
        if result.timed_out:
            raise SessionFailed(f"TimeoutError: the code did not finish within {timeout:g} s", result)
        if "answer" not in answer:
            raise SessionFailed(f"the code ended its process (exit code {result.exit_code})", result)
        made = call_result(answer["answer"])
        if not made.ok:
            raise SessionFailed(made.error, Result(1, result.stdout, result.stderr, truncated=result.truncated))
        return BoxSession(self, wire, answer["id"])

    async def _run(self, do: str, timeout: float, **fields: Any) -> Result:
        size = sum(len(name) + len(text) for name, text in fields["files"].items())
        size += len(fields["stdin"]) + sum(map(len, fields.get("command", [fields.get("code", "")])))
        if size > LARGEST_REQUEST:
            return Result(2, "", too_large(size))
        answer = await self._ask(await self._wire(), do, timeout, cap=self._output, **fields)
        return Result(**answer["result"])

    async def _wire(self) -> Wire:
        async with self._getting:
            if not self.closed and (self.wire is None or self.wire.lost is not None):
                self.wire = await self._get(self.wire)
            if self.closed or self.wire is None:  # it may have come to its end while the container came
                raise SandboxError("the lease of this sandbox is over")
            return self.wire

    async def leave(self) -> Wire | None:
        """End the lease; return the container it held, once no task of the chat is about to get one."""
        self.closed = True
        async with self._getting:
            return self.wire

    async def _ask(self, wire: Wire, do: str, timeout: float, **fields: Any) -> dict[str, Any]:
        answer = await wire.ask(do, timeout, **fields)
        if "failed" in answer:
            wire.close(answer["failed"])
            raise SandboxError(f"the container cannot go on ({answer['failed']}) and was given up")
        return answer

    async def call(self, wire: Wire, session: int, method: str, text: str, timeout: float) -> CallResult:
        """Pass a call to a session and say what came of it."""
        if self.closed or wire.lost is not None:
            raise SandboxError("the session is gone with its container")
        answer = await self._ask(wire, "call", timeout, session=session, text=text)
        if "answer" in answer:
            return call_result(answer["answer"])
        if "result" not in answer:
            return CallResult(ok=False, error="the session is closed")
        ended = Result(**answer["result"])
        if ended.timed_out:
            late = f"TimeoutError: {method}() did not return within {timeout:g} s; the session is closed"
            return CallResult(ok=False, error=late)
        return CallResult(ok=False, error=f"{method}() ended the session (exit code {ended.exit_code})")

    async def end(self, wire: Wire, session: int) -> None:
        """Kill a session, if it is still there."""
        if not self.closed and wire.lost is None:
            await self._ask(wire, "close", 0, session=session)


class BoxSession:
    """A Python object in a box; one call at a time."""

    def __init__(self, box: Box, wire: Wire, number: int) -> None:
        self._box = box
        self._wire = wire
        self._number = number
        self._turn = asyncio.Lock()

    async def call(self, method: str, arguments: Mapping[str, Any], *, timeout: float = 5) -> CallResult:
        """Call a method with keyword arguments. A call that runs out of time or is cancelled closes the session."""
        try:
            text = json.dumps({"method": method, "arguments": dict(arguments)}, allow_nan=False)
        except (TypeError, ValueError, RecursionError) as error:
            return CallResult(ok=False, error=f"the arguments are not JSON: {error}")
        if len(text) > LONGEST_CALL:
            return CallResult(ok=False, error=f"the arguments take {len(text):,} bytes; at most {LONGEST_CALL:,} may")
        async with self._turn:
            return await self._box.call(self._wire, self._number, method, text, timeout)

    async def close(self) -> None:
        """End the session; closing twice does no harm."""
        async with self._turn:
            await self._box.end(self._wire, self._number)


def call_result(text: str) -> CallResult:
    """Read a session's answer. The program under test may have written it, so nothing in it is taken on trust."""
    try:
        answer = json.loads(text)
        # What would make no JSON again (NaN, lone surrogates) would fail far from here, in whoever stores it.
        json.dumps(answer, ensure_ascii=False, allow_nan=False).encode()
        ok, error, state = answer["ok"], answer.get("error", ""), answer.get("state", "")
        if not isinstance(ok, bool) or not isinstance(error, str) or not re.fullmatch("[0-9a-f]{64}|", state):
            raise TypeError
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return CallResult(ok=False, error="the session answered in no form that can be read")
    return CallResult(ok=ok, value=answer.get("value") if ok else None, error=error[:LONGEST_ERROR], state=state)


def too_large(size: int) -> str:
    return f"code, input and files take {size:,} characters; at most {LARGEST_REQUEST:,} may"
