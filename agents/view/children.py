"""Runs what needs the engine as a child process, `python -m teams …`: a viewer can neither block nor break it."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from agents.errors import UsageError
from agents.view.run import Run, open_run

BEGUN_WITHIN, EXPORTED_WITHIN = 60.0, 1800.0
"""Seconds till a branch has its folder, and till an export is written."""
_LOOK = 0.1


class Children:
    """The child processes of one viewer. A branch goes on when the viewer ends: what it asks is paid for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        self._branching = asyncio.Lock()
        self._going: set[asyncio.Task[None]] = set()

    async def export(self, form: str) -> str:
        """Write an export into the run folder; return what was said of it. Raises `UsageError`."""
        child = await _start("export", str(self._folder), "--format", form)
        try:
            out, err = await asyncio.wait_for(child.communicate(), EXPORTED_WITHIN)
        except TimeoutError:
            child.kill()
            raise UsageError(
                f"the export took too long; write it by python -m teams export {self._folder.name} --format {form}"
            ) from None
        if child.returncode:
            raise UsageError(_last_line(err) or f"the export ended with {child.returncode}")
        return out.decode("utf-8", "replace").strip()

    async def branch(self, record: str, chat: str, turn: int, changes: Mapping[str, str], who: str) -> int:
        """Begin a branch; return its number as soon as it has one. Raises `UsageError`."""
        words = ["branch", str(self._folder), chat, "--turn", str(turn), "--record", record, "--as", who]
        with tempfile.TemporaryDirectory(prefix="agentinstruct-branch-") as place:
            for name, flag in (("prompt", "--role-prompt"), ("answer", "--answer")):
                if name in changes:
                    file = Path(place) / f"{name}.txt"
                    file.write_text(changes[name], encoding="utf-8", errors="replace")
                    words += [flag, str(file)]
            if "model" in changes:
                words += ["--model", changes["model"]]
            # One at a time: the new number tells which branch it is.
            async with self._branching:
                before = set(_numbers(self._folder))
                child = await _start(*words)
                return await self._number(child, before, chat)

    async def _number(self, child: asyncio.subprocess.Process, before: set[int], chat: str) -> int:
        said = asyncio.ensure_future(child.communicate())
        with suppress(TimeoutError):
            async with asyncio.timeout(BEGUN_WITHIN):
                while True:
                    for number in sorted(set(_numbers(self._folder)) - before):
                        if await asyncio.to_thread(_is_of, self._folder, number, chat):
                            self._let_go(said)
                            return number
                    if said.done():
                        break
                    await asyncio.sleep(_LOOK)
        if not said.done():
            child.kill()
        _, err = await said
        raise UsageError(_last_line(err) or "the branch did not begin; try python -m agents.view branch in a terminal")

    def _let_go(self, said: asyncio.Future[tuple[bytes, bytes]]) -> None:
        """Read on what a branch says, so that it never waits for a reader."""

        async def read() -> None:
            with suppress(Exception):
                await said

        task = asyncio.ensure_future(read())
        self._going.add(task)
        task.add_done_callback(self._going.discard)


async def _start(*words: str) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8:replace"}
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "teams", *words),
        stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=pipe, env=environment, start_new_session=True,
    )  # fmt: skip


def _numbers(folder: Path) -> list[int]:
    try:
        return [int(entry.name) for entry in os.scandir(folder / "branches") if entry.name.isdecimal()]
    except OSError:
        return []


def _is_of(folder: Path, number: int, chat: str) -> bool:
    """Say whether a branch has begun and is one of a chat."""
    try:
        with open_run(folder) as run, _branch(run, number) as branch:
            about = branch.meta("branch")
            return isinstance(about, dict) and about.get("of") == chat
    except UsageError:
        return False


def _branch(run: Run, number: int) -> Run:
    return run.branch(number)


def _last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    return lines[-1][:500] if lines else ""
