"""Open exported teams in a real AutoGen Studio and run them there: `python -m tests.benchmarks.studio VENV [SKILL …]`.

VENV is a virtual environment with AutoGen Studio on AutoGen 0.7.5, apart from ours since its pins differ:

    python -m venv VENV && VENV/bin/pip install autogenstudio
    VENV/bin/pip install --no-deps autogen-core==0.7.5 autogen-agentchat==0.7.5 autogen-ext==0.7.5

Studio is started on loopback with a folder of its own, against an endpoint that answers with who asked. For each skill
the exported file goes through Studio's validation, is stored as a team, and runs in a session over its websocket; what
Studio kept of the run is read back. Everything is stopped and removed at the end.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import ClientError, ClientSession, ClientTimeout, web

from teams.engine.studio.command import export_studio

SKILLS = ("reading_comprehension", "tool_use", "fermi", "conversation")
WHO = "guestuser@gmail.com"
"""What Studio calls whoever uses it without signing in."""
SEED = "Ida lends a saw for three days; after that a day costs two euros."


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


async def answer(request: web.Request) -> web.Response:
    """Say who asked, as the system message has it, and how much they were shown."""
    asked = await request.json()
    system, *rest = asked["messages"]
    name = re.search(r"You are (\w+)\. All hear", system["content"])
    said = f"{name[1] if name else 'nobody'} after {len(rest)} messages, with {request.headers['Authorization']}"
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}
    usage = {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15}
    return web.json_response({"id": "x", "object": "chat.completion", "created": 0, "model": asked["model"],
                              "choices": [choice], "usage": usage})  # fmt: skip


@asynccontextmanager
async def endpoint() -> AsyncIterator[str]:
    """Serve the answers; yield the base URL."""
    app = web.Application()
    app.router.add_post("/v1/chat/completions", answer)
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def studio(venv: Path, folder: Path) -> AsyncIterator[str]:
    """Start Studio and yield the address of its API."""
    port = free_port()
    words = ["ui", "--host", "127.0.0.1", "--port", str(port), "--appdir", str(folder)]
    # HOME: it writes below it whatever it is told.
    where = {**os.environ, "HOME": str(folder), "OPENAI_API_KEY": "of-studio"} | {"NO_PROXY": "*", "PYTHONPATH": ""}
    with (folder / "log").open("wb") as log:
        child = await asyncio.create_subprocess_exec(
            str(venv / "bin" / "autogenstudio"), *words, cwd=folder, env=where, stdout=log, stderr=log
        )
    try:
        yield f"http://127.0.0.1:{port}/api"
    finally:
        child.terminate()
        await child.wait()


async def wait_for(client: ClientSession, api: str) -> str:
    """Wait until Studio answers; return its version."""
    for _ in range(240):
        try:
            async with client.get(f"{api}/version") as reply:
                return str((await reply.json())["data"]["version"])
        except (TimeoutError, ClientError, KeyError, ValueError):
            await asyncio.sleep(0.5)
    raise SystemExit("Studio does not answer")


async def post(client: ClientSession, url: str, value: Any) -> Any:
    async with client.post(url, json=value) as reply:
        said = await reply.json()
        if reply.status != 200:
            raise SystemExit(f"{url}: {reply.status} {said}")
        return said


async def run_there(client: ClientSession, api: str, team: dict[str, Any]) -> tuple[str, list[str]]:
    """Take a team through Studio: validated, stored, run over the websocket. Return how it ended and who spoke."""
    checked = await post(client, f"{api}/validate/", {"component": team})
    if not checked["is_valid"]:
        raise SystemExit(f"not valid to Studio: {checked['errors']}")
    stored = (await post(client, f"{api}/teams/", {"user_id": WHO, "component": team}))["data"]
    session = (await post(client, f"{api}/sessions/", {"user_id": WHO, "team_id": stored["id"], "name": "s"}))["data"]
    run = (await post(client, f"{api}/runs/", {"user_id": WHO, "session_id": session["id"]}))["data"]["run_id"]
    async with client.ws_connect(f"{api}/ws/runs/{run}") as line:
        await line.send_json({"type": "start", "task": SEED, "team_config": stored["component"]})
        while (heard := await line.receive_json(timeout=120))["type"] not in ("result", "error"):
            pass
        for _ in range(50):  # it stops what nobody listens to: stay till it says that the run is over
            async with client.get(f"{api}/sessions/{session['id']}/runs", params={"user_id": WHO}) as reply:
                (kept,) = (await reply.json())["data"]["runs"]
            if kept["status"] not in ("created", "active"):
                break
            await asyncio.sleep(0.1)
    messages = [message["config"] for message in kept["messages"]]
    said = [f"{one['source']}: {one['content']}" for one in messages if one.get("type") == "TextMessage"]
    return f"{kept['status']} {heard.get('error', '')}".strip(), said


async def main(venv: Path, names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        async with endpoint() as url, studio(venv, folder) as api, ClientSession(timeout=ClientTimeout(60)) as client:
            print(f"AutoGen Studio {await wait_for(client, api)} at {api}")
            for name in names:
                out = folder / f"{name}.json"
                export_studio(name, out, lambda line: None, model=f"{url}:stub")
                team = json.loads(out.read_text("utf-8"))
                ended, said = await run_there(client, api, team)
                speakers = [agent["config"]["name"] for agent in team["config"]["participants"]]
                kept = [line.split(":")[0] for line in said]
                verdict = "as exported" if kept == ["user", *speakers] else "NOT as exported"
                print(f"{name}: {ended}; kept {len(said)} messages, {verdict}: {', '.join(kept)}\n   last: {said[-1:]}")


if __name__ == "__main__":
    if len(sys.argv) < 2 or not (Path(sys.argv[1]) / "bin" / "autogenstudio").exists():
        raise SystemExit(__doc__)
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2:] or list(SKILLS)))
