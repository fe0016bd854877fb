"""Tools of an MCP server, which is a program of its own that speaks over its standard input and output.

One process serves all chats of a run. It starts when its tools are first asked for, and once more if it dies.
"""

import asyncio
import contextlib
import logging
import shlex
import tempfile
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO, cast

from tools.bench import Answer
from tools.errors import ToolError
from tools.names import told_names

if TYPE_CHECKING:
    from mcp import ClientSession
    from mcp.types import CallToolResult

START_SECONDS = 60.0
"""Time for a server to start and list its tools; the first `npx` or `uvx` downloads it."""
STOP_SECONDS = 10.0
_PAGES = 100
"""Pages of tools that are read: one that lists without end must not fill our memory."""


class McpBench:
    """The tools of the MCP server that `command` starts (`"npx -y some-server /data"`, or the words in a list).

    The server sees a minimal environment; give it more with `env`. Times are in seconds.
    """

    def __init__(
        self,
        command: str | Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        start_seconds: float = START_SECONDS,
    ) -> None:
        try:
            self._words = shlex.split(command) if isinstance(command, str) else list(command)
        except ValueError as error:
            raise ToolError(f"--mcp {command!r} is not a command line: {error}") from None
        if not self._words:
            raise ToolError("--mcp needs the command that starts the server, such as --mcp 'python my_server.py'")
        self._env = dict(env) if env is not None else None
        self._start_seconds = start_seconds
        self._lock = asyncio.Lock()
        self._session: ClientSession | None = None
        self._schemas: list[Mapping[str, Any]] = []
        self._own_names: dict[str, str] = {}
        """What the server calls its tools, by what the model was told."""
        self._owner: asyncio.Task[None] | None = None
        self._deaths = 0
        """How often it died since it last gave an answer."""

    async def schemas(self) -> Sequence[Mapping[str, Any]]:
        await self._connected()
        return self._schemas

    async def prepare(self, name: str) -> None:
        await self._connected()

    async def call(self, name: str, arguments: Mapping[str, Any]) -> Answer:
        for _ in range(2):
            session = await self._connected()
            try:
                result = await session.call_tool(self._own_names.get(name, name), dict(arguments))
            except Exception as error:
                if (answer := await self._after(session, error)) is not None:
                    return answer
            else:
                self._deaths = 0
                return Answer(_as_text(result), result.isError)
        raise ToolError(f"the MCP server {shlex.join(self._words)} does not stay up")

    async def _after(self, session: "ClientSession", error: Exception) -> Answer | None:
        """Return what to tell the model of a call that raised; None if the server was gone and the call not made."""
        from anyio import BrokenResourceError, ClosedResourceError
        from mcp import McpError
        from mcp.types import CONNECTION_CLOSED

        if isinstance(error, McpError) and error.error.code != CONNECTION_CLOSED:
            return Answer(f"the tool server refused: {error}", is_error=True)
        if not isinstance(error, McpError | BrokenResourceError | ClosedResourceError):
            raise error
        await self._drop(session)
        if isinstance(error, McpError):  # it died with the call in hand, which may have had its effect: not made again
            return Answer("the tool's server died during the call", is_error=True, fault=True)
        return None

    async def _connected(self) -> "ClientSession":
        async with self._lock:
            if self._session is None:
                if self._deaths > 1:
                    raise ToolError(f"the MCP server {shlex.join(self._words)} died, and again after a new start")
                self._session = await self._start()
            return self._session

    async def _start(self) -> "ClientSession":
        started: asyncio.Future[ClientSession] = asyncio.get_running_loop().create_future()
        started.add_done_callback(lambda done: done.cancelled() or done.exception())  # what comes too late is no news
        with tempfile.TemporaryFile("w+", errors="replace") as file:
            stderr = cast(TextIO, file)
            self._owner = asyncio.create_task(self._own(started, stderr))
            try:
                async with asyncio.timeout(self._start_seconds):
                    return await asyncio.shield(started)
            except TimeoutError:
                reason = f"did not list its tools within {self._start_seconds:g} seconds"
            except ImportError:
                raise ToolError("MCP servers need the package mcp: pip install 'mcp>=1.11,<2'") from None
            except Exception as error:
                reason = f"could not be started: {str(error) or type(error).__name__}"
            finally:
                if not started.done() or started.cancelled() or started.exception():
                    await self._stop_owner()
            last = _last_line(stderr)
        raise ToolError(f"the MCP server {shlex.join(self._words)} {reason}{last}")

    async def _own(self, started: "asyncio.Future[ClientSession]", stderr: TextIO) -> None:
        """Hold the connection open: it must be closed by the very task that opened it."""
        try:
            from mcp import ClientSession, StdioServerParameters, stdio_client

            # A server that prints what is no message is passed over; `mcp` logs a traceback for each such line.
            logging.getLogger("mcp.client.stdio").setLevel(logging.CRITICAL)
            parameters = StdioServerParameters(command=self._words[0], args=self._words[1:], env=self._env)
            async with stdio_client(parameters, stderr) as (read, write), ClientSession(read, write) as session:
                await session.initialize()
                listed = await _list(session)
                told = told_names(schema["name"] for schema in listed)
                self._own_names = {told[own]: own for own in told}
                self._schemas = [{**schema, "name": told[schema["name"]]} for schema in listed]
                started.set_result(session)
                await asyncio.Event().wait()
        except asyncio.CancelledError:
            started.cancel()
        except BaseException as error:
            while isinstance(error, BaseExceptionGroup):  # anyio wraps what happened inside
                error = error.exceptions[0]
            if not started.done():
                started.set_exception(error)

    async def _drop(self, session: "ClientSession") -> None:
        async with self._lock:
            if self._session is session:  # of several calls that saw it die, the first counts
                self._session = None
                self._deaths += 1
                await self._stop_owner()

    async def _stop_owner(self) -> None:
        if self._owner is not None:
            self._owner.cancel()
            with contextlib.suppress(Exception):
                await asyncio.wait({self._owner}, timeout=STOP_SECONDS)
            self._owner = None

    async def close(self) -> None:
        """Stop the server. Asked for again, it starts again."""
        async with self._lock:
            self._session = None
            await self._stop_owner()


async def _list(session: "ClientSession") -> list[Mapping[str, Any]]:
    from mcp.types import PaginatedRequestParams

    schemas: list[Mapping[str, Any]] = []
    cursor: str | None = None
    for _ in range(_PAGES):
        page = await session.list_tools(params=PaginatedRequestParams(cursor=cursor))
        schemas += [
            {"name": t.name, "description": t.description or t.title or "", "parameters": t.inputSchema}
            for t in page.tools
        ]
        if not (cursor := page.nextCursor):
            break
    return schemas


def _as_text(result: "CallToolResult") -> str:
    """Return the words of a result; of what isn't words, only what it is."""
    parts = []
    for part in result.content:
        if part.type == "text":
            parts.append(part.text)
        elif part.type == "resource" and (words := getattr(part.resource, "text", None)):
            parts.append(words)
        else:
            parts.append(f"[{part.type}]")
    return "\n".join(parts)


def _last_line(stderr: TextIO) -> str:
    stderr.seek(0)
    lines = [line for line in stderr.read(100_000).splitlines() if line.strip()]
    return f"; it said: {lines[-1].strip()[:300]}" if lines else ""
