"""Spans on request: where they go, what is in them and what is not, and that nobody waits for a collector."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import otlp
from agents.errors import CallError, UsageError
from agents.meter import Stopped
from agents.otlp import check, endpoint
from agents.telemetry import TRACING, chat, seed_way, traced_run, watch
from agents.telemetry_calls import model_call, tool_call
from tests.agents.collector import collector, nowhere, told

ROOT = Path(__file__).parents[2]
SECRET = "Ida Brook's saw"
REPLY = {"content": f"{SECRET} is lent", "finish": "stop", "prompt_tokens": 7, "completion_tokens": 3}


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """As for somebody who has set nothing; and a short end."""
    import os

    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(otlp, "GRACE", 0.5)


class Agent:
    """What AutoGen's agents have of an agent."""

    name = "clerk"

    async def on_messages_stream(self, messages: Any, token: Any) -> AsyncGenerator[str, None]:
        with model_call("clerk", "http://h:1/v1:m", [["UserMessage", SECRET]], [], {"temperature": 0.5}) as span:
            span.answered(REPLY)
        with tool_call("clerk", "lend", {"what": SECRET}) as span:
            span.answered(f"lent: {SECRET}", False)
        yield "said"


async def held(id: str = "tool_use/a.py:1-2/own/instruct-one_call@2") -> None:
    agent = Agent()
    watch(agent)
    with chat(id):
        assert [said async for said in agent.on_messages_stream([], None)] == ["said"]


async def told_by_a_run(url: str, chats: int = 1) -> list[str]:
    said: list[str] = []
    async with traced_run(url, "tool_use", said.append):
        with seed_way("tool_use", "tool_use/a.py:1-2", 1):
            for number in range(chats):
                await held(f"tool_use/a.py:1-2/own/instruct-kind{number}")
    return said


# -- what is asked for


@pytest.mark.parametrize(
    ("url", "takes"),
    [
        ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
        ("https://collector/", "https://collector/v1/traces"),
        ("http://collector:4318/in/traces", "http://collector:4318/in/traces"),
        ("collector:4318", None),
        ("ftp://collector", None),
        ("http://", None),
        ("http://h:port", None),
    ],
)
def test_where_a_collector_takes_traces(url: str, takes: str | None) -> None:
    assert endpoint(url) == takes


@given(st.text() | st.from_regex(r"https?://[^\n]{0,20}"))
def test_any_text_is_an_address_or_none(text: str) -> None:
    found = endpoint(text)
    assert found is None or urlsplit(found).path.strip("/")
    if found is None:
        with pytest.raises(UsageError):
            check(text or "x")


@pytest.mark.parametrize(
    ("url", "says"), [("http://me:secret@h:1", "OTEL_EXPORTER_OTLP_HEADERS"), ("here", "http://HOST:4318")]
)
def test_an_address_that_can_not_be_is_refused(url: str, says: str) -> None:
    with pytest.raises(UsageError, match=says) as told_off:
        check(url)
    assert "secret" not in str(told_off.value)


def test_another_protocol_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
    with pytest.raises(UsageError, match="http/protobuf"):
        check("")
    check("http://127.0.0.1:4318")


async def test_settings_that_can_not_be_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "4")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "8")
    with pytest.raises(UsageError, match="OTEL_"):
        await told_by_a_run(nowhere())


def test_a_package_that_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    with pytest.raises(UsageError, match=r"pip install 'agentinstruct\[otel\]'"):
        check("http://127.0.0.1:4318")


def test_nothing_is_loaded_that_nobody_asked_for() -> None:
    """Not by the engine, and not while chats are held."""
    code = """
import asyncio, sys
import teams.engine.running
from agents.telemetry import chat, seed_way, traced_run
from agents.telemetry_calls import model_call, tool_call

async def held():
    async with traced_run(None, "tool_use", print):
        with seed_way("tool_use", "a", 1), chat("tool_use/a/instruct-k"):
            with model_call("r", "m", [], [], {}) as asked, tool_call("r", "t", {}) as called:
                asked.answered({})
                called.answered("", False)

asyncio.run(held())
ours = ("opentelemetry.sdk", "opentelemetry.exporter", "agents.otlp")
print(*(name for name in sys.modules if name.startswith(ours)))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


# -- what is told


async def test_names_attributes_and_parents() -> None:
    async with collector() as there:
        assert await told_by_a_run(there.url) == []
    assert set(there.paths) == {"/v1/traces"}
    assert {one["service.name"] for one in there.resources} == {"agentinstruct"}
    by_name = {span.name: span for span in there.named("")}
    run, seed = sorted(there.named("invoke_workflow tool_use"), key=lambda span: span.start_time_unix_nano)[:2]
    inner = ["invoke_workflow tool_use/instruct", "invoke_agent clerk"]
    chain = [seed, *(by_name[name] for name in inner)]
    assert [child.parent_span_id for child in chain] == [b"", *(one.span_id for one in chain[:2])]
    assert [link.span_id for link in seed.links] == [run.span_id]
    assert run.trace_id != seed.trace_id
    asked, tool = by_name["chat m"], by_name["execute_tool lend"]
    assert {asked.parent_span_id, tool.parent_span_id} == {chain[2].span_id}
    assert {span.trace_id for span in (*chain, asked, tool)} == {seed.trace_id}
    here = {"gen_ai.conversation.id": "tool_use/a.py:1-2/own/instruct-kind0", "gen_ai.agent.name": "clerk"}
    assert told(asked) == here | {
        "gen_ai.operation.name": "chat",
        "gen_ai.request.model": "m",
        "gen_ai.provider.name": "openai",
        "server.address": "h",
        "server.port": 1,
        "gen_ai.request.temperature": 0.5,
        "gen_ai.response.finish_reasons": ["stop"],
        "gen_ai.usage.input_tokens": 7,
        "gen_ai.usage.output_tokens": 3,
    }
    of_tool = {"gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "lend", "gen_ai.tool.type": "function"}
    assert told(tool) == here | of_tool
    assert told(chain[1])["agentinstruct.kind"] == "kind0"
    assert asked.kind == 3, "a call of a model is a client's"
    assert tool.kind == 1


async def test_contents_are_told_only_to_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    async with collector() as there:
        await told_by_a_run(there.url)
        assert SECRET.encode() not in there.raw
        assert there.spans
        monkeypatch.setenv("OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT", "true")
        await told_by_a_run(there.url)
    asked = told(there.named("chat m")[-1])
    text = {"type": "text", "content": SECRET}
    assert json.loads(asked["gen_ai.input.messages"]) == [{"role": "user", "parts": [text]}]
    (reply,) = json.loads(asked["gen_ai.output.messages"])
    assert (reply["role"], reply["finish_reason"]) == ("assistant", "stop")
    tool = told(there.named("execute_tool")[-1])
    assert json.loads(tool["gen_ai.tool.call.arguments"]) == {"what": SECRET}
    assert tool["gen_ai.tool.call.result"] == f"lent: {SECRET}"


async def test_of_an_error_only_its_class_is_told() -> None:
    async with collector() as there, traced_run(there.url, "tool_use", print):
        for error in (CallError(SECRET), Stopped(SECRET)):
            with pytest.raises(type(error)), chat("tool_use/a/instruct-k"), model_call("r", "m", [], [], {}):
                raise error
        with chat("tool_use/a/respond-k"), tool_call("r", "lend", {}) as span:
            span.answered("no such saw", True)
    assert SECRET.encode() not in there.raw
    failed = {(span.name, told(span).get("error.type")) for span in there.spans if span.status.code == 2}
    assert failed == {("invoke_workflow tool_use/instruct", "CallError"), ("chat m", "CallError")}
    assert told(there.named("execute_tool")[0])["error.type"] == "tool_error"


async def test_a_chat_beside_a_chat_belongs_to_the_tool_that_asks() -> None:
    async with collector() as there, traced_run(there.url, "tool_use", print):
        with (
            chat("tool_use/a/respond-k"),
            tool_call("assistant", "find", {}),
            chat("tool_use/a/respond-k/aside-0-1"),
        ):
            pass
    (tool,), (aside,) = there.named("execute_tool"), there.named("invoke_workflow tool_use/aside")
    assert aside.parent_span_id == tool.span_id


async def test_runs_beside_one_another_have_each_their_own() -> None:
    async with collector() as one, collector() as other:
        await asyncio.gather(told_by_a_run(one.url, 3), told_by_a_run(other.url, 5), held())
    assert (len(one.named("chat m")), len(other.named("chat m"))) == (3, 5)
    assert not {span.trace_id for span in one.spans} & {span.trace_id for span in other.spans}


async def test_the_environment_is_heard_and_the_flag_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    async with collector() as there, collector() as other:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", other.url)
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-key=k")
        monkeypatch.setenv("OTEL_SERVICE_NAME", "ours")
        await told_by_a_run("")
        assert (len(other.spans), len(there.spans)) == (6, 0)
        await told_by_a_run(there.url)
        assert (len(other.spans), len(there.spans)) == (6, 6)
        assert {one["service.name"] for one in there.resources} == {"ours"}
        assert there.headers[0]["x-key"] == "k"
        for name, value in (("OTEL_TRACES_SAMPLER", "always_off"), ("OTEL_SDK_DISABLED", "true")):
            monkeypatch.setenv(name, value)
            assert await told_by_a_run(there.url) == []
            monkeypatch.delenv(name)
        assert len(there.spans) == 6


# -- faults


@pytest.mark.parametrize(
    ("fault", "why"),
    [("refuses", "Bad Request"), ("is busy", ""), ("hangs", ""), ("is away", "nobody answers there")],
)
async def test_a_collector_out_of_order_costs_one_line(fault: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """More spans than are kept for it: what does not fit is lost too, and nobody waits."""
    monkeypatch.setenv("OTEL_BSP_MAX_QUEUE_SIZE", "8")
    monkeypatch.setenv("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "4")
    status = {"refuses": 400, "is busy": 503}.get(fault, 200)
    async with collector(status, hangs=fault == "hangs") as there:
        url = nowhere() if fault == "is away" else there.url
        said = await asyncio.wait_for(told_by_a_run(url, chats=30), 20)
        assert len(said) == 1
        assert said[0].startswith(f"OpenTelemetry: 122 of 122 spans could not be delivered to {url}/v1/traces")
        assert why in said[0]
        assert "\n" not in said[0]
        assert there.spans == []


async def test_a_password_of_the_environment_stays_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", nowhere().replace("//", "//me:secret@"))
    (said,) = await told_by_a_run("")
    assert "/v1/traces: nobody answers there" in said
    assert "secret" not in said


async def test_what_went_through_before_is_not_called_lost() -> None:
    said: list[str] = []
    async with collector() as there, traced_run(there.url, "tool_use", said.append):
        await held()
        tracing = TRACING.get()
        assert tracing is not None
        await asyncio.to_thread(tracing._processor.force_flush)
        there.status = 400
        await held()
    assert len(there.spans) == 4
    assert said[0].startswith("OpenTelemetry: 5 of 9 spans")
