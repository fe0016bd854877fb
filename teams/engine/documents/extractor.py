"""The parent's side of reading documents: one child for many files, ended when it overruns, started again after."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from types import TracebackType
from typing import Any

from teams.engine.documents.blocks import MAX_BLOCK, Block, Note, Unreadable
from teams.engine.seeds_walk import Skip
from teams.engine.shadow import HOME

SECONDS = 30.0
"""Processor time for one step: an HTML or DOCX file, a page of a PDF, a chapter of an EPUB, some rows."""
MEMORY = 2_000_000_000
"""Bytes of address space of the child."""
_LONGEST = 12 * MAX_BLOCK
"""Bytes of one message: characters may be escaped."""


class Extractor:
    """Reads documents in a child. For one thread at a time; use it as a context manager, or call `close`."""

    def __init__(self, seconds: float = SECONDS, memory: int = MEMORY) -> None:
        self._seconds, self._memory = seconds, memory
        self._child: subprocess.Popen[bytes] | None = None
        self._channel: socket.socket | None = None
        self._lines: Iterator[bytes] = iter(())

    def __enter__(self) -> Extractor:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def pid(self) -> int | None:
        """The child's process id, None while there is none."""
        return self._child.pid if self._child is not None else None

    def close(self) -> None:
        """End the child, if there is one."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._child = None

    def read(self, kind: str, descriptor: int) -> Iterator[Block | Note]:
        """Yield what is in the open file. Raises `Unreadable`, also after some of it was yielded."""
        ended = False
        try:
            channel = self._ready()
            socket.send_fds(channel, [kind.encode()], [descriptor])
            for line in self._lines:
                message: dict[str, Any] = json.loads(line)
                if "end" in message:
                    ended = True
                    if message["end"]:
                        raise Unreadable(Skip(message["end"]))
                    return
                yield from _found(message)
            raise Unreadable(self._why())
        except TimeoutError:
            raise Unreadable(Skip.TOO_SLOW) from None
        except (OSError, ValueError, KeyError, TypeError):
            raise Unreadable(self._why()) from None
        finally:
            if not ended:  # or what is left of this file would be taken for the next one
                self.close()

    def _why(self) -> Skip:
        """Why the child is no more."""
        if self._child is None:
            return Skip.BROKEN
        try:
            code = self._child.wait(5)
        except subprocess.TimeoutExpired:
            return Skip.BROKEN
        return {-signal.SIGPROF: Skip.TOO_SLOW, -signal.SIGKILL: Skip.TOO_HUNGRY}.get(code, Skip.BROKEN)

    def _ready(self) -> socket.socket:
        if self._channel is not None and self._child is not None and self._child.poll() is None:
            return self._channel
        self.close()
        ours, theirs = socket.socketpair()
        limits = [str(theirs.fileno()), str(self._seconds), str(self._memory)]
        try:
            self._child = subprocess.Popen(
                # -P: what lies in the user's working folder must not be imported in the place of what we need.
                [sys.executable, "-P", "-m", "teams.engine.documents.worker", *limits],
                pass_fds=[theirs.fileno()],
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is the parent's to deal with
            )
        finally:
            theirs.close()
        # The child's own clock counts its work; this one is for a child that does nothing at all.
        ours.settimeout(max(60.0, 10 * self._seconds))
        self._channel, self._lines = ours, _lines(ours)
        return ours


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")}
    path = os.pathsep.join(filter(None, [HOME, os.environ.get("PYTHONPATH")]))
    # Threads and pools reserve address space by the gigabyte, which is counted against the limit.
    lean = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "ARROW_DEFAULT_MEMORY_POOL": "system"}
    return {**kept, **lean, "MALLOC_ARENA_MAX": "2", "PYTHONPATH": path, "HF_HUB_OFFLINE": "1"}


def _lines(channel: socket.socket) -> Iterator[bytes]:
    held = bytearray()
    while received := channel.recv(65_536):
        held += received
        while (at := held.find(b"\n")) >= 0:
            line = bytes(held[:at])
            del held[: at + 1]
            yield line
        if len(held) > _LONGEST:
            raise ValueError("no end of a message")


def _found(message: dict[str, Any]) -> Iterator[Block | Note]:
    if "text" in message:
        place = {str(name): value for name, value in message["place"].items() if isinstance(value, str | int)}
        yield Block(str(message["text"]), place)
    elif "reason" in message:
        yield Note(str(message["where"]), Skip(message["reason"]))
