"""A skill as an AutoGen `Team`: in `Console`, nested in another team, stopped by a token, over stock clients."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest
from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.base import TaskResult, Team
from autogen_agentchat.conditions import MaxMessageTermination
from autogen_agentchat.messages import (
    BaseChatMessage,
    StopMessage,
    TextMessage,
    ToolCallExecutionEvent,
    ToolCallRequestEvent,
)
from autogen_agentchat.teams import RoundRobinGroupChat
from autogen_agentchat.ui import Console
from autogen_core import CancellationToken
from autogen_core.models import CreateResult, ModelInfo, RequestUsage
from autogen_ext.models.replay import ReplayChatCompletionClient

from agents.errors import CallError
from agents.models.scripted import call
from teams.tool_use import team
from tests.teams.library import CODE, NOTES, REQUESTS, writer

KINDS = {"instruct": "one_call", "transform": "own_functions", "refine": "more_steps"}


pytestmark = pytest.mark.usefixtures("no_sandbox")


def spoken(result: TaskResult) -> list[tuple[str, str]]:
    return [(type(m).__name__, m.source) for m in result.messages]


def made(result: TaskResult) -> dict[str, Any]:
    last = result.messages[-1]
    assert isinstance(last, TextMessage)
    value: dict[str, Any] = json.loads(last.content)
    return value


async def test_the_console_shows_every_message_and_the_pair() -> None:
    shown = io.StringIO()
    with redirect_stdout(shown):
        result = await Console(team(writer(), kinds=KINDS).run_stream(task=CODE))
    assert isinstance(result, TaskResult)
    who = {source for _, source in spoken(result)}
    assert {"user", "clerk", "api_writer", "requester", "gate", "assistant", "tool_use"} <= who
    calls = [c.name for m in result.messages if isinstance(m, ToolCallRequestEvent) for c in m.content]
    assert calls[-3:] == ["find_member", "lend", "final_answer"]
    answers = [m for m in result.messages if isinstance(m, ToolCallExecutionEvent)]
    assert len(answers) == len(calls)
    pair = made(result)
    assert [m["role"] for m in pair["messages"]][:3] == ["system", "user", "assistant"]
    assert {c["check"] for c in pair["verdict"]["checks"]} > {"arguments_legal"} or pair["verdict"]["checks"]
    for source in ("clerk", "requester", "assistant", "tool_use"):
        assert f"({source})" in shown.getvalue() or f"{source} -" in shown.getvalue()
    assert result.stop_reason == "the pair is made"


async def test_a_refinement_that_fails_leaves_the_request_as_it_was() -> None:
    client = writer(suggester=lambda request: CallError("no idea"))
    result = await team(client, kinds=KINDS).run(task=CODE)
    calls = [m["tool_calls"][0]["function"]["name"] for m in made(result)["messages"] if m.get("tool_calls")]
    assert calls == ["lend"]


async def test_it_is_a_participant_of_another_team() -> None:
    inner = team(writer(), kinds=KINDS)
    info = ModelInfo(vision=False, function_calling=False, json_output=False, family="unknown", structured_output=False)
    critic = AssistantAgent("critic", ReplayChatCompletionClient(["A fine pair."], model_info=info))
    outer = RoundRobinGroupChat([inner, critic], termination_condition=MaxMessageTermination(10_000), max_turns=2)
    streamed = [message async for message in outer.run_stream(task=CODE)]
    result = streamed[-1]
    assert isinstance(result, TaskResult)
    assert spoken(result)[0] == ("TextMessage", "user")
    assert [m for m in streamed if getattr(m, "source", "") == "requester"], "the inner chats are streamed outside too"
    words = [m for m in result.messages if isinstance(m, TextMessage)]
    assert words[-1].content == "A fine pair."
    assert [m for m in words if m.source == "tool_use" and "tool_calls" in m.content]
    assert sum(m.to_text() == CODE for m in result.messages if isinstance(m, BaseChatMessage)) == 1
    assert isinstance(inner, Team)


async def test_it_can_be_run_again_and_forgets() -> None:
    skill = team(writer(), kinds=KINDS)
    first = await skill.run(task=CODE)
    assert skill.pair is not None
    await skill.reset()
    assert skill.pair is None
    second = await skill.run(task=CODE, output_task_messages=False)
    assert made(first) == made(second)
    assert spoken(first)[1:] == spoken(second), "the task is left out, nothing else"


async def test_a_seed_of_no_use_is_declined_with_the_reason() -> None:
    result = await team(writer()).run(task="Once upon a time there was no code at all.")
    last = result.messages[-1]
    assert isinstance(last, StopMessage)
    assert "neither code nor an API description" in last.content
    assert result.stop_reason == last.content


@pytest.mark.parametrize("task", [None, []])
async def test_without_a_task_it_says_what_it_needs(task: Any) -> None:
    with pytest.raises(ValueError, match="needs a task"):
        await team(writer()).run(task=task)


def stuck(role: str) -> tuple[Any, asyncio.Event, list[str]]:
    """Return a client whose `role` never answers, an event set when it is asked, and who was asked at all."""
    reached, ended = asyncio.Event(), []

    async def never(request: Any) -> Any:
        reached.set()
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            ended.append(request.role)
            raise

    return writer(**{role: never}), reached, ended


@pytest.mark.parametrize("role", ["api_writer", "requester", "assistant"])
async def test_a_token_stops_it_in_the_middle_of_a_call(role: str) -> None:
    client, reached, ended = stuck(role)
    token = CancellationToken()
    going = asyncio.create_task(team(client, kinds=KINDS).run(task=CODE, cancellation_token=token))
    await asyncio.wait_for(reached.wait(), 20)
    token.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(going, 20)
    assert ended == [role], "the call itself was called off"
    left = [t for t in asyncio.all_tasks() if t is not asyncio.current_task()]
    assert not left, "nothing goes on behind"


async def test_who_leaves_the_stream_leaves_nothing_behind() -> None:
    client = writer()
    stream = team(client, kinds=KINDS).run_stream(task=CODE)
    async for message in stream:
        if getattr(message, "source", "") == "requester":
            break
    await stream.aclose()
    asked = len(client.asked)
    await asyncio.sleep(0.2)
    assert len(client.asked) == asked


async def test_what_a_chat_failed_with_is_raised() -> None:
    with pytest.raises(CallError, match="the server had enough"):
        await team(writer(requester=lambda request: CallError("the server had enough")), kinds=KINDS).run(task=CODE)


async def test_tools_are_given_by_option(tmp_path: Path) -> None:
    file = tmp_path / "weather.py"
    file.write_text(
        "from tools import tool\n\n@tool\nasync def weather_in(city: str) -> str:\n"
        '    "Say what the weather is in a city."\n    return f"rain in {city}"\n'
    )
    steps = [call("weather_in", city="Bern"), call("failed", reason="It rains, so nobody will come for the book.")]

    def assistant(request: Any) -> Any:
        results = sum(m.type == "FunctionExecutionResultMessage" for m in request.messages)
        return steps[min(results, 1)]

    client = writer(assistant=assistant)
    result = await team(client, kinds=KINDS, tools=[f"{file}:weather_in"]).run(task=CODE)
    pair = made(result)
    assert "weather_in" in [schema["function"]["name"] for schema in pair["tools"]]
    assert [m["content"] for m in pair["messages"] if m["role"] == "tool"] == ["rain in Bern"]


async def test_autogens_own_replay_client_will_do() -> None:
    """A stock client, in the order in which the roles speak; it says it neither calls tools nor holds to forms."""
    notes = json.dumps(NOTES)
    request = {
        "missing": "a function that orders a book from another library",
        "request": REQUESTS["no_such_function"]["request"],
    }
    failed = {
        "thought": "No function orders books.",
        "action": "failed",
        "arguments": {"reason": "I can't order books from another library; I can only lend ours."},
    }
    info = ModelInfo(vision=False, function_calling=False, json_output=False, family="unknown", structured_output=False)
    audit = {"claims": [], "serves_all": True, "because": "It says what it can't do."}
    plain = {"why": "An apology needs no form.", "choice": 0, "wording": ""}
    replies: list[str | CreateResult] = [notes, *map(json.dumps, (request, plain, failed, audit))]
    client = ReplayChatCompletionClient(replies, model_info=info)
    kinds = {"transform": "own_functions", "instruct": "no_such_function"}
    result = await team(client, kinds=kinds).run(task=CODE)
    pair = made(result)
    assert "only lend ours" in pair["messages"][-1]["content"]
    assert pair["verdict"]["judged_by"] == ["model", "program"]


async def test_it_can_neither_be_dumped_nor_paused_and_says_so() -> None:
    skill = team(writer())
    with pytest.raises(NotImplementedError, match="team\\(model_client\\)"):
        skill.dump_component()
    for way in (skill.pause, skill.resume):
        with pytest.raises(NotImplementedError, match="batch engine"):
            await way()
    assert await skill.save_state() == {}


def test_a_kind_for_a_flow_there_is_not() -> None:
    with pytest.raises(ValueError, match="no flow nonsense"):
        team(writer(), kinds={"nonsense": "x"})


async def test_a_kind_there_is_not_ends_in_a_reason() -> None:
    result = await team(writer(), kinds={"instruct": "nonsense"}).run(task=CODE)
    assert "nonsense" in str(result.stop_reason)


UNUSED: tuple[Callable[..., Any], ...] = (RequestUsage,)
