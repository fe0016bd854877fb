"""The real command in a process of its own, and endpoints with faults to point it at."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.benchmarks import script
from tests.teams.library import CODE

ROOT = Path(__file__).parents[2]
NO_ENGINE = "unix:///nowhere/docker.sock"
MEMBER, BOOK = script._member("0"), script._book("0")
"""Whom and what the scripted library's requests are about, at branch 0."""
Reply = tuple[int, Any]
"""Status and body of an answer."""


def environment(**changes: str) -> dict[str, str]:
    """This process's environment without an engine, and without keys that a developer may have set."""
    keys = ("OPENAI_API_KEY", "AGENTINSTRUCT_API_KEY", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if name not in keys}
    return {**kept, "DOCKER_HOST": NO_ENGINE, "PYTHONPATH": str(ROOT), **changes}


def tool_use(*flags: object, cwd: Path = ROOT, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m teams.tool_use` to its end."""
    command = [sys.executable, "-m", "teams.tool_use", *map(str, flags)]
    return subprocess.run(
        command, cwd=cwd, env=environment(**changes), capture_output=True, text=True, errors="replace", timeout=120
    )


def teams(*words: object, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run `python -m teams` to its end."""
    command = [sys.executable, "-m", "teams", *map(str, words)]
    return subprocess.run(command, cwd=ROOT, env=environment(**changes), capture_output=True, text=True, timeout=60)


def last(done: subprocess.CompletedProcess[str]) -> str:
    """Return the last line of standard error, having seen that there is no traceback."""
    assert "Traceback" not in done.stderr, done.stderr
    return done.stderr.splitlines()[-1] if done.stderr else ""


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def seeds(folder: Path, count: int = 1) -> Path:
    """Write so many small modules, alike but for the number of their branch."""
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / f"desk{number}.py").write_text(CODE.replace("Lend a book", f"At branch {number}, lend a book"))
    return folder


def well(body: dict[str, Any]) -> Reply:
    """Answer as the scripted library would."""
    return 200, completion(script.answer(body))


def completion(message: dict[str, Any], finish: str = "stop") -> dict[str, Any]:
    finish = "tool_calls" if message.get("tool_calls") else finish
    usage = {"prompt_tokens": 100, "completion_tokens": 10}
    return {"model": "stub", "choices": [{"index": 0, "message": message, "finish_reason": finish}], "usage": usage}


def said(text: str, finish: str = "stop") -> Reply:
    return 200, completion({"role": "assistant", "content": text}, finish)


def error(status: int, message: str) -> Reply:
    return status, {"error": {"message": message}}


def role_of(body: dict[str, Any]) -> str:
    """Whose reply is asked for, where it has a form."""
    return str(((body.get("response_format") or {}).get("json_schema") or {}).get("name", ""))


class Endpoint:
    """What was asked of an endpoint, and under which key."""

    def __init__(self, seconds: float) -> None:
        self.url = ""
        self.seconds = seconds
        """How long an answer takes, from now on."""
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str | None] = []

    @property
    def model(self) -> str:
        return f"{self.url}:stub"


@contextmanager
def endpoint(answer: Callable[[dict[str, Any]], Reply] = well, seconds: float = 0.0) -> Iterator[Endpoint]:
    """Serve `answer` on loopback, from a thread, each reply after so many seconds."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    made = Endpoint(seconds)

    async def chat(request: web.Request) -> web.Response:
        body = await request.json()
        made.asked.append(body)
        made.keys.append(request.headers.get("Authorization"))
        await asyncio.sleep(made.seconds)
        status, value = answer(body)
        if isinstance(value, str):
            return web.Response(status=status, text=value)
        return web.json_response(value, status=status)

    async def models(request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": "stub"}]})

    async def start() -> web.AppRunner:
        app = web.Application()
        app.add_routes([web.post("/v1/chat/completions", chat), web.get("/v1/models", models)])
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return runner

    runner = asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    try:
        yield made
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
