"""A child process that is asked in lines of JSON and answers each with one."""

import asyncio
import contextlib
import json
import tempfile
from collections.abc import Mapping, Sequence
from typing import Any

from tools.errors import RetrievalError

PATIENCE = 900.0
"""Seconds one answer may take. Importing torch from a cold disk and loading a model takes a minute."""
STOP_SECONDS = 5.0
_MAX_LINE = 1 << 28


class ChildDied(Exception):
    """The child ended before it answered; the message is its last words, ready to be appended."""

    def __init__(self, last_words: str, start: int) -> None:
        super().__init__(last_words)
        self.start = start
        """Which of its starts it was, from 1: several who wait on one child all hear of one death."""


class Child:
    """Starts `command` when first told to. Answers come in the order of the questions."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str]) -> None:
        self._command, self._env = command, env
        self._lock = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._stderr: Any = None
        self._starts = 0

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.returncode is None

    @property
    def pid(self) -> int:
        """Its process id; 0 before it started."""
        return self._process.pid if self._process else 0

    async def start(self) -> None:
        """Start it, unless it runs."""
        async with self._lock:
            if self.alive:
                return
            self._starts += 1
            self._stderr = tempfile.TemporaryFile("w+b")  # noqa: SIM115 - read again when it dies
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=self._stderr,
                env=dict(self._env),
                limit=_MAX_LINE,
                start_new_session=True,  # Ctrl-C is for us; we tell the child
            )

    async def ask(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Send `message`, return the answer. Raises `ChildDied`, or `RetrievalError` with the child's own complaint."""
        async with self._lock:
            process = self._process
            if process is None or process.stdin is None or process.stdout is None:
                raise ChildDied("", self._starts)
            try:
                process.stdin.write(json.dumps(message).encode() + b"\n")
                await process.stdin.drain()
                async with asyncio.timeout(PATIENCE):
                    line = await process.stdout.readline()
            except (BrokenPipeError, ConnectionResetError):
                line = b""
            except BaseException:  # timed out or cancelled: a late answer would be taken for that to the next question
                await self._end()
                raise
            if not line.endswith(b"\n"):
                await self._end()
                raise ChildDied(self._last_words(), self._starts)
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise RetrievalError(str(answer["error"]))
        return answer

    async def stop(self) -> None:
        """End it: politely first."""
        async with self._lock:
            if self._process and self._process.stdin and self.alive:
                self._process.stdin.close()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._process.wait(), STOP_SECONDS)
            await self._end()

    async def _end(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            self._process = None

    def _last_words(self) -> str:
        self._stderr.seek(0)
        lines = [line for line in self._stderr.read(1 << 20).decode(errors="replace").splitlines() if line.strip()]
        return f": {lines[-1].strip()[:300]}" if lines else ""
