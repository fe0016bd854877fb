"""The scripted model, spoken to as AutoGen speaks to any."""

import asyncio
import json
from collections.abc import Iterator

import pytest
from autogen_agentchat.agents import AssistantAgent
from autogen_agentchat.messages import TextMessage
from autogen_core.models import CreateResult, RequestUsage, UserMessage
from autogen_core.tools import FunctionTool
from pydantic import BaseModel

from agents.errors import CallError, EndpointError
from agents.models.scripted import SPEAKING, Request, ScriptedClient, call

HELLO = [UserMessage(content="hello there", source="user")]


class Verdict(BaseModel):
    good: bool


async def say(client: ScriptedClient, chat: str, role: str) -> CreateResult:
    token = SPEAKING.set((chat, role))
    try:
        return await client.create(HELLO)
    finally:
        SPEAKING.reset(token)


@pytest.fixture(autouse=True)
def nobody_speaks() -> Iterator[None]:
    assert SPEAKING.get(None) is None
    yield
    assert SPEAKING.get(None) is None


async def test_every_role_says_its_answers_in_order_in_every_chat() -> None:
    client = ScriptedClient({"a": ["one", "two"], "b": [Verdict(good=True), {"x": "é"}]})
    assert [(await say(client, "1", "a")).content, (await say(client, "1", "a")).content] == ["one", "two"]
    assert (await say(client, "2", "a")).content == "one"
    assert json.loads(str((await say(client, "1", "b")).content)) == {"good": True}
    assert (await say(client, "1", "b")).content == '{"x": "é"}'


async def test_functions_are_given_the_request() -> None:
    async def later(request: Request) -> str:
        await asyncio.sleep(0)
        return f"{request.chat} {request.role} {request.turn} {request.last}"

    client = ScriptedClient({"a": later, "b": ["first", lambda request: request.last.upper()]})
    assert (await say(client, "c1", "a")).content == "c1 a 0 hello there"
    assert (await say(client, "c1", "a")).content == "c1 a 1 hello there"
    await say(client, "c1", "b")
    assert (await say(client, "c1", "b")).content == "HELLO THERE"
    assert [request.role for request in client.asked] == ["a", "a", "b", "b"]


async def test_calls_and_errors() -> None:
    client = ScriptedClient({"a": [call("add", a=1, name="x"), [call("f"), call("g")], EndpointError("down")]})
    [one] = (await say(client, "1", "a")).content
    assert not isinstance(one, str)
    assert (one.name, json.loads(one.arguments)) == ("add", {"a": 1, "name": "x"})
    two = (await say(client, "1", "a")).content
    assert len({c.id for c in [one, *two] if not isinstance(c, str)}) == 3
    with pytest.raises(EndpointError, match="down"):
        await say(client, "1", "a")


async def test_a_whole_result_is_passed_on() -> None:
    cut = CreateResult(finish_reason="length", content="and th", usage=RequestUsage(1, 2), cached=False)
    assert await say(ScriptedClient({"a": [cut]}), "1", "a") is cut


async def test_it_says_who_ran_out_of_answers() -> None:
    client = ScriptedClient({"writer": ["one"]})
    await say(client, "chat-7", "writer")
    with pytest.raises(CallError, match=r"'writer' has 1 answers.*'chat-7'.*hello there"):
        await say(client, "chat-7", "writer")
    with pytest.raises(CallError, match=r"no answers for 'judge'.*writer"):
        await say(client, "chat-7", "judge")
    with pytest.raises(CallError, match="must be a list"):
        await say(ScriptedClient({"a": "one"}), "1", "a")
    assert (await say(ScriptedClient({"*": ["else"]}), "1", "judge")).content == "else"


async def test_without_our_engine_a_script_of_one_role_needs_no_name() -> None:
    assert (await ScriptedClient({"a": ["hi"]}).create(HELLO)).content == "hi"
    with pytest.raises(CallError, match="which role speaks"):
        await ScriptedClient({"a": ["hi"], "b": ["ho"]}).create(HELLO)


async def test_it_lets_others_run_meanwhile() -> None:
    client, order = ScriptedClient({"a": lambda request: order.append(request.chat) or "x"}), []
    await asyncio.gather(say(client, "1", "a"), say(client, "2", "a"), asyncio.sleep(0))

    async def ticker() -> None:
        order.append("tick")

    order.clear()
    await asyncio.gather(say(client, "1", "a"), ticker())
    assert order == ["tick", "1"]


async def test_an_agent_of_autogens_calls_tools_through_it() -> None:
    async def add(a: int, b: int) -> int:
        return a + b

    client = ScriptedClient({"solver": [call("add", a=2, b=3), lambda request: f"It is {request.last}."]})
    agent = AssistantAgent(
        "solver",
        client,
        tools=[FunctionTool(add, description="Add.")],
        max_tool_iterations=3,
        reflect_on_tool_use=False,
    )
    result = await agent.run(task="2+3?")
    assert isinstance(result.messages[-1], TextMessage)
    assert result.messages[-1].content == "It is 5."
    assert client.asked[0].tools == ["add"]
    assert client.total_usage().completion_tokens > 0
