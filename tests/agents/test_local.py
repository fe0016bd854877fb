"""The built-in model, for real: the smallest one, in llama.cpp's server, on this machine. Form only, never content."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from autogen_core import FunctionCall
from autogen_core.models import (
    AssistantMessage,
    FunctionExecutionResult,
    FunctionExecutionResultMessage,
    LLMMessage,
    SystemMessage,
    UserMessage,
)
from hypothesis import given
from hypothesis import strategies as st

from agents.errors import CallError, EndpointError
from agents.models import machine
from agents.models.actions import action_schema, compact_grammar, decode, encode
from agents.models.connect import Models, connect
from agents.models.local import LocalClient, Plan, plan
from agents.models.weights import LOCAL, cached

GIGA = 1 << 30
HELLO = [SystemMessage(content="You are kind."), UserMessage(content="Say hello.", source="user")]
ADD = {
    "name": "add",
    "description": "Add two numbers.",
    "parameters": {
        "type": "object",
        "properties": {"a": {"type": "integer", "maximum": 99}, "b": {"type": "integer", "maximum": 99}},
        "required": ["a", "b"],
    },
}
needs_model = pytest.mark.local_model


# -- how large


@given(st.integers(1, 64), st.integers(0, 512 * GIGA), st.none() | st.integers(1, 500), st.integers(10**8, 40 * 10**9))
def test_any_machine_gets_a_plan_that_fits_or_a_clear_no(
    cpus: int, memory: int, at_once: int | None, size: int
) -> None:
    try:
        chosen = plan(size, cpus, memory, at_once)
    except EndpointError as error:
        assert "GB" in str(error)
        assert memory < 3 * size + GIGA
        return
    assert isinstance(chosen, Plan)
    assert 1 <= chosen.slots <= (at_once or 8)
    assert chosen.context >= 4096
    assert 1 <= chosen.threads <= max(cpus, 4)
    assert size + chosen.keep * 2**20 < memory


def test_this_machine_is_measured_within_reason() -> None:
    assert 1 <= machine.cores() <= (os.cpu_count() or 1)
    assert 0 < machine.free_memory() < 1 << 50


# -- the smallest model


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def models() -> AsyncIterator[Models]:
    """One server for all tests that leave it as they found it."""
    models = await connect(["local:tiny"], environ={})
    yield models
    await models.close()


shared = pytest.mark.asyncio(loop_scope="module")


def client_of(models: Models) -> LocalClient:
    client = models.default.client
    assert isinstance(client, LocalClient)
    return client


@needs_model
@shared
async def test_it_answers_and_holds_to_forms(models: Models) -> None:
    model = models.default
    assert model.name == "local:SmolLM2-135M-Instruct.Q4_1"
    assert (model.abilities.tools, model.abilities.schemas, model.abilities.small) == ("actions", "grammar", True)
    assert (model.abilities.context or 0) >= 4096
    reply = await model.client.create(HELLO, extra_create_args={"max_tokens": 12, "seed": 1})
    assert reply.content
    assert 0 < reply.usage.completion_tokens <= 12

    # An action, by the compact grammar: no white space, and always one that can be decoded.
    grammar = compact_grammar(action_schema([ADD], allow_final=False))
    extra = {"grammar": grammar, "max_tokens": 300}
    replies = await asyncio.gather(
        *(
            model.client.create(encode(HELLO, [ADD], allow_final=False), extra_create_args={**extra, "seed": seed})
            for seed in range(4)
        )
    )
    for reply in replies:
        [call] = decode(str(reply.content), [ADD]).content
        assert isinstance(call, FunctionCall)
        assert set(json.loads(call.arguments)) == {"a", "b"}
        assert '": ' not in str(reply.content).split('"arguments"')[1]


@needs_model
@shared
@pytest.mark.parametrize(
    "schema",
    [
        {"type": "object", "properties": {"a": {"$ref": "#/$defs/n"}}, "$defs": {"n": {"enum": ["x", "y"]}}},
        {"type": "array", "items": {"type": "string", "maxLength": 5, "format": "uri"}, "minItems": 1, "maxItems": 2},
        {"title": "T", "type": "object", "properties": {"n": {"type": ["integer", "null"], "maximum": 9}}},
        {"anyOf": [{"const": "yes"}, {"const": "no"}], "default": "no", "description": "one\ntwo"},
    ],
)
async def test_the_runtime_understands_our_grammars(models: Models, schema: dict[str, Any]) -> None:
    extra = {"grammar": compact_grammar(schema), "max_tokens": 60}
    reply = await models.default.client.create(HELLO, extra_create_args=extra)
    json.loads(str(reply.content))


@needs_model
@shared
async def test_what_is_too_long_costs_one_call_not_the_server(models: Models) -> None:
    flood = [UserMessage(content="word " * 9000, source="user")]
    with pytest.raises(CallError, match="context"):
        await models.default.client.create(flood)
    assert (await models.default.client.create(HELLO, extra_create_args={"max_tokens": 4})).content


@needs_model
@shared
async def test_only_we_may_ask(models: Models) -> None:
    server = client_of(models)._server
    assert server.url.startswith("http://127.0.0.1:")
    async with aiohttp.ClientSession() as session:
        for headers in ({}, {"Authorization": "Bearer guess"}):
            async with session.post(f"{server.url}/chat/completions", json={}, headers=headers) as answer:
                assert answer.status == 401


@needs_model
async def test_calls_survive_the_death_of_the_server_once() -> None:
    told: list[str] = []
    models = await connect(["local:tiny"], environ={}, tell=told.append)
    client, server = client_of(models), client_of(models)._server
    call = asyncio.create_task(client.create(HELLO, extra_create_args={"max_tokens": 200, "ignore_eos": True}))
    await asyncio.sleep(0.3)
    assert server._process
    server._process.kill()
    assert (await call).usage.completion_tokens == 200
    assert any("started again" in line for line in told)
    server._process.kill()
    with pytest.raises(EndpointError, match="died"):
        await client.create(HELLO)
    await models.close()


@needs_model
async def test_closing_ends_the_server_and_a_call_in_flight() -> None:
    models = await connect(["local:tiny"], environ={})
    server = client_of(models)._server
    assert server._process
    pid = server._process.pid
    call = asyncio.create_task(client_of(models).create(HELLO, extra_create_args={"max_tokens": 4000}))
    await asyncio.sleep(0.3)
    call.cancel()
    await models.close()
    await models.close()
    assert not alive(pid)


@needs_model
async def test_a_file_that_only_looks_like_a_model_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "broken.gguf").write_bytes(b"GGUF" + b"\0" * 4096)
    with pytest.raises(EndpointError) as told:
        await connect([str(tmp_path / "broken.gguf")], environ={})
    assert "broken.gguf" in str(told.value)
    assert "\n" not in str(told.value)


@needs_model
async def test_a_gguf_file_of_ones_own() -> None:
    file = cached(LOCAL["tiny"])
    models = await connect([str(file)], environ={}, at_once=2)
    assert models.default.name == "gguf:SmolLM2-135M-Instruct.Q4_1.gguf"
    assert models.default.at_once == 2
    await models.close()


@needs_model
@pytest.mark.slow
async def test_the_model_for_users_calls_a_tool_and_reads_its_result() -> None:
    tool = {
        "name": "calculator",
        "description": "Evaluate an arithmetic expression.",
        "parameters": {
            "type": "object",
            "properties": {"expression": {"type": "string", "pattern": "^[0-9+*/(). -]{3,40}$"}},
            "required": ["expression"],
        },
    }
    models = await connect(["local"], environ={})
    say = models.default.client.create
    chat: list[LLMMessage] = [
        SystemMessage(content="You solve word problems with a calculator."),
        UserMessage(content="A shop sold 47 muffins at $3 each and 12 cakes at $18 each. Dollars?", source="user"),
    ]
    grammar = compact_grammar(action_schema([tool], allow_final=False))
    extra = {"grammar": grammar, "max_tokens": 200, "temperature": 0.0}
    reply = await say(encode(chat, [tool], allow_final=False), extra_create_args=extra)
    action = decode(str(reply.content), [tool])
    [call] = action.content
    assert isinstance(call, FunctionCall)
    result = FunctionExecutionResult(call_id=call.id, name=call.name, content="357", is_error=False)
    chat += [AssistantMessage(content=[call], source="x", thought=action.thought)]
    chat += [FunctionExecutionResultMessage(content=[result])]
    extra["grammar"] = compact_grammar(action_schema([]))
    answer = decode(str((await say(encode(chat, [tool]), extra_create_args=extra)).content), [tool])
    await models.close()
    assert "357" in str(answer.content)


# -- the parent's end, however it comes

PARENT = """
import asyncio, time
from agents.models.connect import connect
async def main():
    models = await connect(["local:tiny"], environ={})
    print(models.default.client._server._process.pid, flush=True)
    await asyncio.sleep(600)
asyncio.run(main())
"""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@needs_model
@pytest.mark.parametrize("deadly", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_server_dies_with_its_parent(deadly: signal.Signals) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert parent.stdout
    server = int(parent.stdout.readline())
    assert alive(server)
    parent.send_signal(deadly)
    parent.wait(timeout=30)
    for _ in range(100):
        if not alive(server):
            return
        time.sleep(0.1)
    pytest.fail("the server outlived its parent")
