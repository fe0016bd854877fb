"""An OpenAI-compatible endpoint on loopback with the habits of real ones: what it can't, refuses, and ignores."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web


@dataclass
class Habits:
    """What the endpoint does. `refuse` holds request fields it answers 400 to, `ignore` those it passes over."""

    models: tuple[str, ...] = ("small-chat",)
    refuse: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    no_system: bool = False
    key: str | None = None
    status: int = 200
    context: int | None = None
    say: str = "Hello!"
    requests: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str | None] = field(default_factory=list)


@asynccontextmanager
async def endpoint(habits: Habits) -> AsyncIterator[str]:
    """Serve with these habits; yields the base URL."""

    async def models(request: web.Request) -> web.Response:
        habits.keys.append(request.headers.get("Authorization"))
        more = {"max_model_len": habits.context} if habits.context else {}
        return web.json_response({"object": "list", "data": [{"id": name, **more} for name in habits.models]})

    async def chat(request: web.Request) -> web.Response:
        body = await request.json()
        habits.requests.append(body)
        habits.keys.append(request.headers.get("Authorization"))
        return _answer(habits, body, request.headers.get("Authorization"))

    app = web.Application()
    azure = web.post("/openai/deployments/{name}/chat/completions", chat)
    app.add_routes([web.get("/v1/models", models), web.post("/v1/chat/completions", chat), azure])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


def _answer(habits: Habits, body: dict[str, Any], key: str | None) -> web.Response:
    if habits.key and key != f"Bearer {habits.key}":
        return _error(401, "Incorrect API key provided")
    if habits.status != 200:
        return _error(habits.status, "not today")
    if body["model"] not in habits.models:
        return _error(404, f"The model {body['model']} does not exist")
    if refused := [name for name in habits.refuse if body.get(name)]:
        return _error(400, f"{refused[0]} is not supported by this model")
    if habits.no_system and any(message["role"] == "system" for message in body["messages"]):
        return _error(400, "System role not supported")
    message: dict[str, Any] = {"role": "assistant", "content": habits.say}
    if body.get("response_format") and "response_format" not in habits.ignore:
        message["content"] = json.dumps({"colour": "red", "warm": True})
    if body.get("tools") and "tools" not in habits.ignore:
        function = {"name": "get_weather", "arguments": '{"city": "Bern"}'}
        message = {"content": None, "tool_calls": [{"id": "x1", "type": "function", "function": function}]}
    finish = "tool_calls" if "tool_calls" in message else "stop"
    choice = {"index": 0, "finish_reason": finish, "message": message}
    usage = {"prompt_tokens": 9, "completion_tokens": 3}
    return web.json_response({"model": body["model"], "choices": [choice], "usage": usage})


def _error(status: int, message: str) -> web.Response:
    return web.json_response({"error": {"message": message}}, status=status)
