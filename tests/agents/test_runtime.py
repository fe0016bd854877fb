"""The lean runtime against AutoGen's own: the same chats, word for word; and what only ours does."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import pytest
from autogen_agentchat.agents import AssistantAgent, BaseChatAgent
from autogen_agentchat.base import Response, TaskResult
from autogen_agentchat.conditions import MaxMessageTermination, TextMentionTermination
from autogen_agentchat.messages import BaseChatMessage, TextMessage
from autogen_agentchat.teams import DiGraphBuilder, GraphFlow, RoundRobinGroupChat, SelectorGroupChat
from autogen_core import (
    AgentId,
    AgentRuntime,
    CancellationToken,
    MessageContext,
    RoutedAgent,
    SingleThreadedAgentRuntime,
    TopicId,
    TypeSubscription,
    message_handler,
)

from agents.models.scripted import ScriptedClient
from agents.runtime import NOTED, LeanRuntime


class Speaker(BaseChatAgent):
    """Says a number and how much it has heard."""

    def __init__(self, name: str, pause: float = 0.0) -> None:
        super().__init__(name, "a speaker")
        self._pause, self.heard, self.turns = pause, 0, 0

    @property
    def produced_message_types(self) -> tuple[type[BaseChatMessage], ...]:
        return (TextMessage,)

    async def on_messages(self, messages: Any, cancellation_token: CancellationToken) -> Response:
        await asyncio.sleep(self._pause)
        self.heard += len(messages)
        self.turns += 1
        return Response(chat_message=TextMessage(content=f"{self.name} {self.turns} {self.heard}", source=self.name))

    async def on_reset(self, cancellation_token: CancellationToken) -> None:
        self.heard = self.turns = 0


def round_robin(runtime: AgentRuntime | None) -> Any:
    return RoundRobinGroupChat([Speaker("a"), Speaker("b"), Speaker("c")], max_turns=7, runtime=runtime)


def selector(runtime: AgentRuntime | None) -> Any:
    return SelectorGroupChat(
        [Speaker("a"), Speaker("b")],
        ScriptedClient({"*": []}),
        selector_func=lambda thread: "a" if len(thread) % 3 else "b",
        allow_repeated_speaker=True,
        termination_condition=MaxMessageTermination(9),
        runtime=runtime,
    )


def graph(runtime: AgentRuntime | None) -> Any:
    a, b, c, d = Speaker("a"), Speaker("b", 0.02), Speaker("c"), Speaker("d")
    builder = DiGraphBuilder().add_node(a).add_node(b).add_node(c).add_node(d)
    builder.add_edge(a, b).add_edge(a, c).add_edge(b, d).add_edge(c, d)
    return GraphFlow(builder.get_participants(), graph=builder.build(), runtime=runtime)


def nested(runtime: AgentRuntime | None) -> Any:
    inner = RoundRobinGroupChat([Speaker("x"), Speaker("y")], max_turns=3, name="inner", runtime=runtime)
    return RoundRobinGroupChat([Speaker("a"), inner], max_turns=4, runtime=runtime)


def assistants(runtime: AgentRuntime | None) -> Any:
    clients = [ScriptedClient({name: ["one", "two", "STOP"]}) for name in "ab"]
    agents: list[Any] = [AssistantAgent(f"agent_{n}", client) for n, client in enumerate(clients)]
    return RoundRobinGroupChat(
        agents, termination_condition=TextMentionTermination("STOP", sources=["agent_0"]), runtime=runtime
    )


async def said(team: Any) -> tuple[list[tuple[str, str]], str | None]:
    result: TaskResult = await asyncio.wait_for(team.run(task="Go."), 10)
    return [(m.source, m.to_text()) for m in result.messages if isinstance(m, BaseChatMessage)], result.stop_reason


@pytest.mark.parametrize("make", [round_robin, selector, graph, nested, assistants])
async def test_chats_go_as_on_autogens_own_runtime(make: Callable[[AgentRuntime | None], Any]) -> None:
    lean = LeanRuntime()
    if make is nested:  # AutoGen embeds one runtime a team; a team in a team takes its parent's as well
        stock = SingleThreadedAgentRuntime(ignore_unhandled_exceptions=False)
        stock.start()
        theirs = await said(make(stock))
        await stock.stop_when_idle()
    else:
        theirs = await said(make(None))
    assert await said(make(lean)) == theirs
    assert len(theirs[0]) > 4
    await lean.close()


async def test_a_team_runs_on_and_can_be_reset_and_its_state_carried_over() -> None:
    for runtime in (None, LeanRuntime()):
        team = round_robin(runtime)
        first = await said(team)
        assert (await said(team))[0][1:] != first[0][1:], "it went on from where it was"
        await team.reset()
        assert await said(team) == first
        state = await team.save_state()
        other = round_robin(None if runtime is None else LeanRuntime())
        await other.load_state(state)
        assert (await other.save_state()).keys() == state.keys()


@dataclass
class GroupChatMessage:
    """Called as one of those that are begun at once."""

    number: int


assert GroupChatMessage.__name__ in NOTED


class Slow(RoutedAgent):
    """Takes messages one after the other, and its time with some."""

    def __init__(self, done: list[str]) -> None:
        super().__init__("slow")
        self._lock, self._done = asyncio.Lock(), done

    @message_handler
    async def take(self, message: GroupChatMessage, ctx: MessageContext) -> None:
        async with self._lock:
            if message.number == 13:
                raise ValueError("thirteen")
            if message.number % 3 == 0:
                await asyncio.sleep(0.01)
            self._done.append(f"{message.number} of {ctx.topic_id and ctx.topic_id.source}")


@pytest.fixture
async def slow() -> AsyncIterator[tuple[LeanRuntime, list[str]]]:
    runtime, done = LeanRuntime(), list[str]()
    await Slow.register(runtime, "slow", lambda: Slow(done))
    await runtime.add_subscription(TypeSubscription("news", "slow"))
    yield runtime, done
    await runtime.close()


async def test_messages_begun_at_once_keep_their_order_through_waits(slow: tuple[LeanRuntime, list[str]]) -> None:
    runtime, done = slow
    for number in range(10):
        await runtime.publish_message(GroupChatMessage(number), TopicId("news", "here"))
    await asyncio.sleep(0.2)
    assert done == [f"{number} of here" for number in range(10)]


async def test_a_handler_that_raises_is_reported_and_harms_nobody(slow: tuple[LeanRuntime, list[str]]) -> None:
    runtime, done = slow
    crashes: list[BaseException] = []
    runtime.on_crash = crashes.append
    for number in (12, 13, 14):  # the first waits, so that the second is in a task when it raises
        await runtime.publish_message(GroupChatMessage(number), TopicId("news", "here"))
    await asyncio.sleep(0.1)
    await runtime.publish_message(GroupChatMessage(13), TopicId("news", "here"))
    assert done == ["12 of here", "14 of here"]
    assert [str(error) for error in crashes] == ["thirteen", "thirteen"]


async def test_closing_cancels_what_still_runs_and_lets_go_of_the_chat() -> None:
    runtime = LeanRuntime()
    team = RoundRobinGroupChat([Speaker("a", pause=60)], max_turns=1, runtime=runtime)
    token = CancellationToken()
    task = asyncio.ensure_future(team.run(task="Go.", cancellation_token=token))
    await asyncio.sleep(0.05)
    token.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    before = len(asyncio.all_tasks())
    await runtime.close()
    assert len(asyncio.all_tasks()) <= min(before, 1)

    class Trace:
        """Something the agent holds."""

    runtime, trace = LeanRuntime(), Trace()
    team = RoundRobinGroupChat([Speaker("a")], max_turns=1, runtime=runtime)
    team._trace = trace  # type: ignore[attr-defined]
    seen = weakref.ref(trace)
    await team.run(task="Go.")
    gc.disable()  # what the collector would find, must go without it
    try:
        await runtime.close()
        del team, runtime, trace
        assert seen() is None
    finally:
        gc.enable()


async def test_requests_to_nobody_and_twice_the_same_name_are_refused() -> None:
    runtime = LeanRuntime()
    with pytest.raises(LookupError, match="no agent of type 'nobody'"):
        await runtime.send_message("hello", AgentId("nobody", "default"))
    await Slow.register(runtime, "slow", lambda: Slow([]))
    with pytest.raises(ValueError, match="registered already"):
        await Slow.register(runtime, "slow", lambda: Slow([]))
