"""What the client sends and what it makes of the answers, with real servers on loopback."""

import asyncio
import itertools
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from autogen_core import CancellationToken, FunctionCall
from autogen_core.models import (
    AssistantMessage,
    ChatCompletionClient,
    FunctionExecutionResult,
    FunctionExecutionResultMessage,
    LLMMessage,
    SystemMessage,
    UserMessage,
)
from autogen_core.tools import FunctionTool
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from agents.errors import CallError, Refused, UsageError
from agents.models import wire
from agents.models.client import LeanClient
from agents.models.limiter import Limiter

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
KEY = "sk-very-secret-0123456789"


@pytest.fixture
async def serve() -> AsyncIterator[Callable[[Handler], Awaitable[str]]]:
    """Serve a handler at any path; return the base address."""
    runners = []

    async def start(handler: Handler) -> str:
        app = web.Application(client_max_size=2**26)
        app.router.add_route("*", "/{path:.*}", handler)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        runners.append(runner)
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}/v1"

    yield start
    for runner in runners:
        await runner.cleanup()


def completion(message: dict[str, Any] | str, reason: str = "stop", **more: Any) -> dict[str, Any]:
    """Return an answer as endpoints give it."""
    message = {"role": "assistant", "content": message} if isinstance(message, str) else message
    usage = {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10}
    return {"choices": [{"index": 0, "message": message, "finish_reason": reason}], "usage": usage} | more


def made(answer: dict[str, Any], sent: int = 100) -> Any:
    """Return the result made of an answer."""
    return wire.result(answer, sent=sent, turn=4)


def user(text: str) -> UserMessage:
    return UserMessage(content=text, source="user")


class Verdict(BaseModel):
    reason: str
    score: int = 0
    tags: list[str] = []


async def add(a: int, b: int) -> int:
    """Add two numbers."""
    return a + b


# --- one call ---------------------------------------------------------------------------------------------------------


async def test_a_call_there_and_back(serve: Any) -> None:
    seen: list[Any] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append((request.path, request.headers.get("Authorization"), await request.json()))
        return web.json_response(completion("Hello!"))

    client = LeanClient("small", await serve(handler), KEY, create_args={"temperature": 0.5, "seed": 1})
    result = await client.create(
        [SystemMessage(content="Be kind."), user("Hi")], extra_create_args={"temperature": 0.9, "min_p": 0.1}
    )
    await client.close()
    assert result.content == "Hello!"
    assert result.finish_reason == "stop"
    assert (result.usage.prompt_tokens, result.usage.completion_tokens) == (7, 3)
    assert client.total_usage() == client.actual_usage() == result.usage
    messages = [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"}]
    body = {"model": "small", "messages": messages, "temperature": 0.9, "seed": 1, "min_p": 0.1}
    assert seen == [("/v1/chat/completions", f"Bearer {KEY}", body)]


async def test_tools_there_and_back(serve: Any) -> None:
    """A call comes back, its result is sent, and the talk goes on as the endpoint would have written it."""
    bodies: list[Any] = []

    async def handler(request: web.Request) -> web.Response:
        bodies.append(await request.json())
        if len(bodies) > 1:
            return web.json_response(completion("It is 5."))
        call = {"id": "c1", "type": "function", "function": {"name": "add", "arguments": '{"a": 2, "b": 3}'}}
        message = {"role": "assistant", "content": "Let me add.", "tool_calls": [call]}
        return web.json_response(completion(message, "tool_calls"))

    tool = FunctionTool(add, description="Add two numbers.")
    client = LeanClient("small", await serve(handler))
    first = await client.create([user("2+3?")], tools=[tool], tool_choice=tool)
    assert first.finish_reason == "function_calls"
    assert first.content == [FunctionCall(id="c1", name="add", arguments='{"a": 2, "b": 3}')]
    assert first.thought == "Let me add."
    outcome = FunctionExecutionResult(content="5", name="add", call_id="c1", is_error=False)
    talk: list[LLMMessage] = [
        user("2+3?"),
        AssistantMessage(content=first.content, thought=first.thought, source="assistant"),
        FunctionExecutionResultMessage(content=[outcome]),
    ]
    second = await client.create(talk, tools=[tool], tool_choice="required")
    await client.close()
    assert second.content == "It is 5."
    assert bodies[0]["tool_choice"] == {"type": "function", "function": {"name": "add"}}
    assert bodies[1]["tool_choice"] == "required"
    function = bodies[0]["tools"][0]["function"]
    assert function["name"] == "add"
    assert set(function["parameters"]["required"]) == {"a", "b"}
    assert [m["role"] for m in bodies[1]["messages"]] == ["user", "assistant", "tool"]
    assert bodies[1]["messages"][1]["content"] == "Let me add."
    assert bodies[1]["messages"][1]["tool_calls"][0]["function"]["arguments"] == '{"a": 2, "b": 3}'
    assert bodies[1]["messages"][2] == {"role": "tool", "tool_call_id": "c1", "content": "5"}


def test_structured_output_is_asked_for_strictly() -> None:
    client = LeanClient("small", "http://127.0.0.1:1/v1")
    assert client.body([user("x")], json_output=True)["response_format"] == {"type": "json_object"}
    form = client.body([user("x")], json_output=Verdict)["response_format"]["json_schema"]
    assert form["strict"] is True
    assert list(form["schema"]["properties"]) == form["schema"]["required"] == ["reason", "score", "tags"]
    assert form["schema"]["additionalProperties"] is False
    assert "default" not in json.dumps(form)
    other = {"type": "json_schema", "json_schema": {"name": "mine", "schema": {}}}
    body = client.body([user("x")], json_output=True, extra_create_args={"response_format": other, "grammar": "g"})
    assert body["response_format"] == other
    assert body["grammar"] == "g"


async def test_create_stream_yields_the_text_then_the_result(serve: Any) -> None:
    async def handler(request: web.Request) -> web.Response:
        return web.json_response(completion("Hello!"))

    client = LeanClient("small", await serve(handler))
    pieces = [piece async for piece in client.create_stream([user("Hi")])]
    await client.close()
    assert pieces[0] == "Hello!"
    assert pieces[1].content == "Hello!"  # type: ignore[union-attr]


async def test_raw_chat_and_models(serve: Any) -> None:
    async def handler(request: web.Request) -> web.Response:
        if request.path.endswith("/models"):
            return web.json_response({"data": [{"id": "small"}, {"id": "large"}, "odd"]})
        return web.json_response(completion(json.dumps(await request.json()), extra=[1]))

    client = LeanClient("small", await serve(handler))
    answer = await client.chat({"messages": [], "n_probs": 3})
    assert answer["extra"] == [1]
    assert json.loads(answer["choices"][0]["message"]["content"]) == {"model": "small", "messages": [], "n_probs": 3}
    assert await client.models() == ["small", "large"]
    await client.close()


async def test_many_at_once_share_the_connections(serve: Any) -> None:
    async def handler(request: web.Request) -> web.Response:
        body = await request.json()
        await asyncio.sleep(0.01)
        return web.json_response(completion(body["messages"][0]["content"]))

    client = LeanClient("small", await serve(handler), limiter=Limiter(256, start=20_000))
    results = await asyncio.gather(*(client.create([user(f"question {i}")]) for i in range(1024)))
    assert [r.content for r in results] == [f"question {i}" for i in range(1024)]
    assert client.endpoint.limiter.in_flight == 0
    connector = client.endpoint._open().connector
    assert connector is not None
    assert not connector._acquired
    assert client.actual_usage().prompt_tokens == 7 * 1024
    await client.close()


@pytest.mark.parametrize("by_token", [True, False])
async def test_cancelled_in_flight_nothing_leaks(serve: Any, by_token: bool) -> None:
    async def handler(request: web.Request) -> web.Response:
        body = await request.json()
        if body["messages"][0]["content"] == "slow":
            await asyncio.sleep(60)
        return web.json_response(completion("done"))

    client = LeanClient("small", await serve(handler), limiter=Limiter(8, start=20_000))
    token = CancellationToken()
    tasks = [asyncio.ensure_future(client.create([user("slow")], cancellation_token=token)) for _ in range(30)]
    await asyncio.sleep(0.2)
    assert client.endpoint.limiter.in_flight == 8
    if by_token:
        token.cancel()
    else:
        for task in tasks:
            task.cancel()
    ends = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(end, asyncio.CancelledError) for end in ends)
    assert client.endpoint.limiter.in_flight == client.endpoint.limiter.waiting == 0
    connector = client.endpoint._open().connector
    assert connector is not None
    assert not connector._acquired
    assert (await client.create([user("quick")])).content == "done"
    await client.close()


async def test_gzip_is_unpacked(serve: Any) -> None:
    async def handler(request: web.Request) -> web.Response:
        response = web.json_response(completion("ä" * 100_000))
        response.enable_compression(web.ContentCoding.gzip)
        return response

    client = LeanClient("small", await serve(handler))
    assert (await client.create([user("x")])).content == "ä" * 100_000
    await client.close()


async def test_lone_surrogates_neither_way_break_a_call(serve: Any) -> None:
    async def handler(request: web.Request) -> web.Response:
        said = (await request.json())["messages"][0]["content"]
        text = json.dumps(completion(f"\ud800 {said}"))  # escaped: JSON can say what UTF-8 can't
        return web.Response(text=text, content_type="application/json")

    client = LeanClient("small", await serve(handler))
    result = await client.create([user("a\udc00b")])
    assert result.content == "? a?b"
    await client.close()


def test_one_client_in_two_event_loops() -> None:
    """A second `asyncio.run` finds its own connections and its own limiter."""

    async def main(client: LeanClient) -> str:
        async def handler(request: web.Request) -> web.Response:
            return web.json_response(completion("ok"))

        app = web.Application()
        app.router.add_post("/v1/chat/completions", handler)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        result = await client.create([user("x")])
        await client.close()
        await runner.cleanup()
        return str(result.content)

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    client = LeanClient("small", f"http://127.0.0.1:{port}/v1")
    assert asyncio.run(main(client)) == asyncio.run(main(client)) == "ok"


# --- answers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "reason", "content", "thought"),
    [
        ({"content": "x", "reasoning_content": "hm"}, "stop", "x", "hm"),
        ({"content": "x", "reasoning": "hm"}, "stop", "x", "hm"),
        ({"content": "<think>\nhm\n</think>\n\nx"}, "stop", "x", "hm"),
        ({"content": "hm\n</think>\n\nx"}, "stop", "x", "hm"),
        ({"content": "<think>hm, long"}, "length", "", "hm, long"),
        ({"content": "The tag </think> ends a thought."}, "stop", "The tag </think> ends a thought.", None),
        ({"content": "Use <think> and </think>\n."}, "stop", "Use <think> and </think>\n.", None),
        ({"content": None}, "stop", "", None),
        ({"content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}, "stop", "ab", None),
    ],
)
def test_thoughts_are_kept_apart(message: Any, reason: str, content: str, thought: str | None) -> None:
    result = made(completion(message, reason))
    assert (result.content, result.thought, result.finish_reason) == (content, thought, reason)


def test_finish_reasons_are_kept() -> None:
    call = {"id": "c", "function": {"name": "f", "arguments": '{"a'}}
    assert made(completion("x", "length")).finish_reason == "length"
    assert made(completion("x", "content_filter")).finish_reason == "content_filter"
    assert made(completion("x", "eos")).finish_reason == "unknown"
    assert made(completion({"tool_calls": [call]}, "length")).finish_reason == "length"
    assert made(completion({"tool_calls": [call]}, "content_filter")).finish_reason == "content_filter"
    assert made(completion({"tool_calls": [call]}, "stop")).finish_reason == "function_calls"
    refusal = made(completion({"content": None, "refusal": "I can't."}))
    assert (refusal.finish_reason, refusal.content) == ("content_filter", "I can't.")


def test_odd_tool_calls_become_proper_ones() -> None:
    calls = [{"function": {"name": "a.b c", "arguments": {"x": 1}}}, {"id": "", "function": {"name": "g"}}, "odd"]
    result = made(completion({"content": None, "tool_calls": calls}, "tool_calls"))
    assert result.content == [
        FunctionCall(id="call_4_0", name="a_b_c", arguments='{"x":1}'),
        FunctionCall(id="call_4_1", name="g", arguments="{}"),
    ]
    old = made(completion({"content": None, "function_call": {"name": "g", "arguments": "{}"}}, "function_call"))
    assert old.content == [FunctionCall(id="call_4_0", name="g", arguments="{}")]


@pytest.mark.parametrize("usage", [None, {}, {"prompt_tokens": None}, {"prompt_tokens": "7", "completion_tokens": 1}])
def test_missing_usage_is_estimated_and_says_so(usage: Any) -> None:
    result = made(completion("x" * 40) | {"usage": usage}, sent=400)
    assert isinstance(result.usage, wire.EstimatedUsage)
    assert (result.usage.prompt_tokens, result.usage.completion_tokens) == (100, 10)
    assert not isinstance(made(completion("x")).usage, wire.EstimatedUsage)


SAID = {"prompt_tokens": 100, "completion_tokens": 3}


@pytest.mark.parametrize(
    ("more", "cached"),
    [
        ({"usage": {**SAID, "prompt_tokens_details": {"cached_tokens": 64}}}, 64),
        ({"usage": {**SAID, "prompt_cache_hit_tokens": 64, "prompt_cache_miss_tokens": 36}}, 64),
        ({"usage": SAID, "timings": {"cache_n": 64, "prompt_n": 36}}, 64),
        ({"usage": {**SAID, "prompt_tokens_details": {"cached_tokens": 0}}}, 0),
        ({"usage": {**SAID, "prompt_tokens_details": {"cached_tokens": 900}}}, 100),
        ({"usage": {**SAID, "prompt_tokens_details": None}, "timings": {"cache_n": 5}}, 5),
        ({"usage": {**SAID, "prompt_tokens_details": {"cached_tokens": None}}}, None),
        ({"usage": {**SAID, "prompt_tokens_details": ["cached_tokens"]}, "timings": "fast"}, None),
        ({"usage": {**SAID, "prompt_cache_hit_tokens": -4}}, None),
        ({"usage": SAID, "tokens_cached": 64}, None),
        ({"usage": None, "timings": {"cache_n": 5}}, None),
    ],
)
def test_what_a_server_says_of_its_cache(more: dict[str, Any], cached: int | None) -> None:
    usage = made(completion("x") | more).usage
    assert getattr(usage, "cached_tokens", None) == cached
    if isinstance(more["usage"], dict):
        assert (usage.prompt_tokens, usage.completion_tokens) == (100, 3)


@pytest.mark.parametrize("answer", [{}, {"choices": []}, {"choices": None}, {"choices": [1]}, {"choices": [{}]}])
def test_an_answer_without_a_message_is_refused(answer: Any) -> None:
    with pytest.raises(Refused, match="no message"):
        made(answer)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
message_fields = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(("content", "tool_calls", "function_call", "reasoning_content", "refusal"), json_values),
)


@given(message_fields, json_values, json_values)
def test_any_json_is_a_result_or_refused(message: Any, reason: Any, usage: Any) -> None:
    try:
        result = made({"choices": [{"message": message, "finish_reason": reason}], "usage": usage})
    except CallError:
        return
    assert result.usage.prompt_tokens >= 0


# --- messages ---------------------------------------------------------------------------------------------------------

words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=12)
calls_strategy = st.lists(st.builds(FunctionCall, id=words, name=st.just("f"), arguments=words), min_size=1, max_size=2)
results_strategy = st.lists(
    st.builds(FunctionExecutionResult, content=words, name=st.just("f"), call_id=words, is_error=st.just(False)),
    min_size=1,
    max_size=2,
)
any_message: st.SearchStrategy[Any] = st.one_of(
    st.builds(SystemMessage, content=words),
    st.builds(UserMessage, content=words | st.lists(words, min_size=1, max_size=3), source=st.just("user")),
    st.builds(AssistantMessage, content=words, source=st.just("a")),
    st.builds(AssistantMessage, content=calls_strategy, thought=st.none() | words, source=st.just("a")),
    st.builds(FunctionExecutionResultMessage, content=results_strategy),
)


def said(messages: list[Any]) -> list[str]:
    """Return all words of AutoGen's messages, in order."""
    out: list[str] = []
    for message in messages:
        if isinstance(message.content, str):
            out.append(message.content)
            continue
        out += [message.thought] if getattr(message, "thought", None) else []
        out += [
            c if isinstance(c, str) else c.arguments if isinstance(c, FunctionCall) else c.content
            for c in message.content
        ]
    return out


def sent(turns: list[dict[str, Any]]) -> list[str]:
    """Return all pieces of text on the wire, in order."""
    out: list[str] = []
    for turn in turns:
        content = turn["content"]
        out += [p["text"] for p in content] if isinstance(content, list) else [content] if content else []
        out += [call["function"]["arguments"] for call in turn.get("tool_calls", ())]
    return out


@given(st.lists(any_message, max_size=8))
def test_no_message_is_lost_or_reordered(messages: list[Any]) -> None:
    assert sent(wire.turns(messages)) == said(messages)


@given(st.lists(any_message, max_size=8), st.booleans())
def test_strict_templates_get_all_words_in_order(messages: list[Any], system: bool) -> None:
    turns = wire.turns(messages, system=system, merge_roles=True)
    text, place = "\n\n".join(sent(turns)), 0
    for piece in said(messages):
        place = text.find(piece, place)
        assert place >= 0
        place += len(piece)
    roles = [turn["role"] for turn in turns]
    assert "system" not in roles[1:]
    assert system or "system" not in roles
    for one, other in itertools.pairwise(turns):
        is_call = "tool_calls" in one or "tool_calls" in other
        assert one["role"] != other["role"] or one["role"] == "tool" or is_call


def test_system_folds_into_the_first_user_turn() -> None:
    talk: list[LLMMessage] = [SystemMessage(content="Be kind."), user("Hi"), user("there")]
    assert wire.turns(talk, system=False) == [
        {"role": "user", "content": "Be kind.\n\nHi"},
        {"role": "user", "content": "there"},
    ]
    assert wire.turns(talk, system=False, merge_roles=True) == [{"role": "user", "content": "Be kind.\n\nHi\n\nthere"}]
    opening = wire.turns([SystemMessage(content="S"), AssistantMessage(content="A", source="a")], system=False)
    assert [t["role"] for t in opening] == ["user", "assistant"]


@given(st.lists(any_message, max_size=6))
def test_equal_messages_make_equal_requests(messages: list[Any]) -> None:
    one, other = (LeanClient("m", "http://127.0.0.1:1/v1", merge_roles=True) for _ in range(2))
    assert one.body(messages) == other.body(messages)


# --- saving and loading -----------------------------------------------------------------------------------------------


def test_saved_without_its_key_and_loaded_only_with_one() -> None:
    client = LeanClient("m", "http://127.0.0.1:1/v1", KEY, create_args={"seed": 3}, timeout=9, merge_roles=True)
    saved = client.dump_component()
    assert KEY not in saved.model_dump_json()
    masked = json.loads(saved.model_dump_json())
    with pytest.raises(UsageError, match="masked when it was saved"):
        ChatCompletionClient.load_component(masked)
    masked["config"]["api_key"] = "sk-other"
    loaded = ChatCompletionClient.load_component(masked)
    assert isinstance(loaded, LeanClient)
    assert loaded.body([user("x")]) == client.body([user("x")])
    assert loaded.endpoint.patience.attempt == 9


def test_saved_and_loaded_without_any_key() -> None:
    saved = LeanClient("m", "http://127.0.0.1:1/v1").dump_component()
    loaded = ChatCompletionClient.load_component(json.loads(saved.model_dump_json()))
    assert isinstance(loaded, LeanClient)
    assert loaded.model_info == LeanClient("m", "http://127.0.0.1:1/v1").model_info


@pytest.mark.parametrize("address", ["", "localhost:8000", "ftp://x/v1", "http://", "/v1", "http://[::1"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UsageError, match="http://host:port/v1"):
        LeanClient("m", address)


@pytest.mark.parametrize("key", ["sk\nX-Evil: 1", "**********"])
def test_what_is_no_key_is_refused(key: str) -> None:
    with pytest.raises(UsageError, match="the key for"):
        LeanClient("m", "http://127.0.0.1:1/v1", key)


def test_token_counts_are_estimates() -> None:
    client = LeanClient("m", "http://127.0.0.1:1/v1")
    assert client.count_tokens([user("x" * 400)]) == 100
    assert client.remaining_tokens([user("x" * 400)]) < client.remaining_tokens([])
