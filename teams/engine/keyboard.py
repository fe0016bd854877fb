"""The person's side of the terminal: lines they type, asked for without holding up anything else."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shlex
import socket
import sys
import tempfile
import termios
import unicodedata
from pathlib import Path
from typing import Any, TextIO

from agents.chat_log import storable
from agents.errors import UsageError

MOST = 1 << 24
"""Characters of one line; a paste may be long, but has an end."""
_NO_PASTE_MARKS = "\x1b[?2004l"
"""Ends what `readline` asks terminals for: marks around what is pasted."""


class Left(Exception):
    """The person is gone: Ctrl-C, or the terminal was closed."""


class Keyboard:
    """Asks for lines, one at a time. Close it at the end."""

    def __init__(self, out: TextIO) -> None:
        """`out`: where prompts are shown, a terminal like standard input."""
        self._out = out
        self._child: asyncio.subprocess.Process | None = None
        self._requests: asyncio.StreamWriter | None = None
        self._lines: asyncio.StreamReader | None = None
        self._before: Any = None

    async def line(self, prompt: str) -> str | None:
        """Return the line typed after `prompt`, or None for Ctrl-D. Raises `Left`.

        Where this is cancelled, the terminal is left as it was.
        """
        try:
            if self._child is None:
                await self._start()
            assert self._requests
            assert self._lines
            self._requests.write(json.dumps({"prompt": prompt}).encode() + b"\n")
            answer = await self._lines.readline()
        except asyncio.CancelledError:
            await self.close()
            raise
        except (OSError, ValueError):  # it ended, or the line has none
            answer = b""
        said = json.loads(answer) if answer else {"end": "left"}
        if "text" in said:
            return clean(said["text"])
        if said["end"] == "left":
            await self.close()
            raise Left
        return None

    async def _start(self) -> None:
        with contextlib.suppress(termios.error):
            self._before = termios.tcgetattr(sys.stdin.fileno())
        ours, theirs = socket.socketpair()
        with theirs:
            script = str(Path(__file__).with_name("typed.py"))
            self._child = await asyncio.create_subprocess_exec(
                *(sys.executable, "-I", "-S", script, str(theirs.fileno())),
                stdout=self._out.fileno(),
                pass_fds=[theirs.fileno()],
            )
        self._lines, self._requests = await asyncio.open_connection(sock=ours, limit=MOST)

    async def edited(self, words: str) -> str | None:
        """Let the person change `words` in their own editor; None where it could not be started or failed.

        Raises `UsageError` where none is set.
        """
        editor = os.environ.get("VISUAL") or os.environ.get("EDITOR") or ""
        if not editor.strip():
            raise UsageError("no editor is set: put its command into EDITOR")
        with tempfile.NamedTemporaryFile("w+", encoding="utf-8", suffix=".txt") as file:
            file.write(words)
            file.flush()
            try:
                child = await asyncio.create_subprocess_exec(
                    *shlex.split(editor), file.name, stdout=self._out.fileno(), stderr=self._out.fileno()
                )
            except (OSError, ValueError) as error:
                raise UsageError(f"the editor {editor!r} can't be started: {error}") from None
            try:
                code = await child.wait()
            except asyncio.CancelledError:
                child.terminate()
                raise
            # Read by its name: many editors put another file in its place.
            return None if code else clean(Path(file.name).read_text(encoding="utf-8", errors="replace").rstrip("\n"))

    async def close(self) -> None:
        """Stop reading and give the terminal back as it was. Harmless twice."""
        child, self._child = self._child, None
        if self._requests:
            self._requests.close()
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            child.kill()  # one that was stopped in the background would not hear anything else
        await child.wait()
        with contextlib.suppress(OSError, ValueError, termios.error):
            number = sys.stdin.fileno()
            if self._before and os.tcgetpgrp(number) == os.getpgrp():  # from behind, this would stop us
                if termios.tcgetattr(number)[3] != self._before[3]:
                    self._out.write(_NO_PASTE_MARKS + "\n")
                    self._out.flush()
                termios.tcsetattr(number, termios.TCSADRAIN, self._before)


def clean(text: str) -> str:
    """Return what a person typed or pasted, without control characters: they are no words."""
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    return storable("".join(char for char in kept if char in "\n\t" or unicodedata.category(char) != "Cc"))
