"""Runs what needs the engine as a child process, `python -m teams …`: a viewer can neither block nor break it."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from agents.errors import UsageError

CONFLICT = 4
"""Exit code of `python -m teams keep` where somebody was quicker."""
LONGEST = 4096
"""Bytes of one word of a command: ids, names of models and of people."""
BEGUN_WITHIN, DONE_WITHIN = 300.0, 1800.0
"""Seconds till a branch says its number, which it has when its models are there, and till an export is written."""
_BEGUN = re.compile(rb"branch (\d+) of ")
"""How a branch begins to speak."""


class Overtaken(Exception):
    """Somebody decided about it meanwhile."""


class Children:
    """The child processes of one viewer. A branch goes on when the viewer ends: what it asks is paid for."""

    def __init__(self, folder: Path) -> None:
        self._folder = str(folder.absolute())
        self._reading: set[asyncio.Task[None]] = set()

    async def export(self, form: str) -> str:
        """Write an export into the run folder; return what was said of it. Raises `UsageError`."""
        return await _said("export", self._folder, "--format", form)

    async def keep(self, number: int, which: str, who: str, base: int) -> str:
        """Take a branch's pair into the data, or the original back; return what was said.

        `base` is the newest act that was seen on either. Raises `UsageError`, and `Overtaken` where there is a newer.
        """
        return await _said("keep", self._folder, str(number), which, f"--who={who}", f"--base={base}")

    async def branch(self, record: str, chat: str, turn: int, changes: Mapping[str, str], who: str) -> int:
        """Begin a branch; return its number as soon as it has one. Raises `UsageError`."""
        words = ["branch", f"--turn={turn}", f"--record={record}", f"--who={who}"]
        with tempfile.TemporaryDirectory(prefix="agentinstruct-branch-") as place:
            for name, flag in (("prompt", "--role-prompt"), ("answer", "--answer")):
                if name in changes:
                    file = Path(place) / f"{name}.txt"
                    file.write_text(changes[name], encoding="utf-8", errors="replace")
                    words.append(f"{flag}={file}")
            if "model" in changes:
                words.append(f"--model={changes['model']}")
            child = await _start(*words, "--", self._folder, chat)
            return await self._number(child)

    async def _number(self, child: asyncio.subprocess.Process) -> int:
        assert child.stdout
        assert child.stderr
        line = b""
        try:
            line = await asyncio.wait_for(child.stdout.readline(), BEGUN_WITHIN)
        except TimeoutError:  # one that ends by itself is left to it: killing it would take its exit code from us
            child.kill()
        if found := _BEGUN.match(line):
            for stream in (child.stdout, child.stderr):
                self._read_on(stream)
            return int(found[1])
        _, err = await child.communicate()
        raise UsageError(_last_line(err) or "the branch did not begin; try python -m agents.view branch in a terminal")

    def _read_on(self, stream: asyncio.StreamReader) -> None:
        """Read what a branch says, so that it never waits for a reader."""

        async def read() -> None:
            while await stream.read(65536):
                pass

        task = asyncio.ensure_future(read())
        self._reading.add(task)
        task.add_done_callback(self._reading.discard)


async def _said(*words: str) -> str:
    """Run a command to its end; return what it said. Raises `UsageError` with its last words where it failed."""
    child = await _start(*words)
    try:
        out, err = await asyncio.wait_for(child.communicate(), DONE_WITHIN)
    except TimeoutError:
        child.kill()
        raise UsageError(f"this took too long; try python -m teams {words[0]} in a terminal") from None
    if child.returncode == CONFLICT and words[0] == "keep":
        raise Overtaken(_last_line(err))
    if child.returncode:
        raise UsageError(_last_line(err) or f"python -m teams {words[0]} ended with {child.returncode}")
    return out.decode("utf-8", "replace").strip()


async def _start(*words: str) -> asyncio.subprocess.Process:
    for word in words:
        if "\0" in word or len(word.encode("utf-8", "replace")) > LONGEST:
            raise UsageError(f"{word[:40]!r} can't be handed on: it is too long, or holds a character that is none")
    pipe = asyncio.subprocess.PIPE
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8:replace"}
    # In a session of its own: Ctrl-C is meant for the viewer.
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "teams", *words),
        stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=environment, start_new_session=True,
    )  # fmt: skip


def _last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:500] if lines else ""
