"""A lean AutoGen runtime for one team, through AgentChat's public `runtime=` parameter.

The stock runtime spends most of a chat's CPU on tracing spans nobody collects and on JSON copies of every message
for log records nobody reads (9 ms against 2.8 ms for a chat of eight messages), and shares badly between teams. This
one delivers messages and nothing else. It passes AutoGen's own group-chat tests; `runtime="stock"` takes theirs.
"""

from __future__ import annotations

import asyncio
import functools
import inspect
from collections.abc import Callable, Coroutine, Generator, Mapping
from contextvars import copy_context
from typing import Any

from autogen_core import (
    AgentId,
    AgentInstantiationContext,
    AgentMetadata,
    AgentRuntime,
    AgentType,
    CancellationToken,
    MessageContext,
    RoutedAgent,
    Subscription,
    TopicId,
)
from autogen_core._message_handler_context import MessageHandlerContext

NOTED = frozenset({"GroupChatStart", "GroupChatMessage", "GroupChatAgentResponse"})
"""Messages that are only taken note of, or answered with a request to the next speaker: their handlers are begun at
once, in the publisher's own step, and get a task only if they have to wait. A request to speak always gets one: what
agents and model clients do (time limits, cancel scopes) has to begin and end in one and the same task."""


class LeanRuntime(AgentRuntime):
    """Delivers the messages of one team. Make one for each; it goes with its team."""

    def __init__(self) -> None:
        self._factories: dict[str, Callable[[], Any]] = {}
        self._agents: dict[AgentId, Any] = {}
        self._subscriptions: list[Subscription] = []
        self._routes: dict[TopicId, list[AgentId]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        self.on_crash: Callable[[BaseException], None] | None = None
        """Called when a handler died of something AgentChat does not report itself (a cancellation, as a rule)."""

    async def send_message(
        self,
        message: Any,
        recipient: AgentId,
        *,
        sender: AgentId | None = None,
        cancellation_token: CancellationToken | None = None,
        message_id: str | None = None,
    ) -> Any:
        agent = await self._agent(recipient)
        context = _context(sender, None, True, cancellation_token, message_id)
        task = asyncio.ensure_future(self._deliver(agent, message, context))
        context.cancellation_token.link_future(task)
        return await task

    async def publish_message(
        self,
        message: Any,
        topic_id: TopicId,
        *,
        sender: AgentId | None = None,
        cancellation_token: CancellationToken | None = None,
        message_id: str | None = None,
    ) -> None:
        if topic_id not in self._routes:
            matching = (s.map_to_agent(topic_id) for s in self._subscriptions if s.is_match(topic_id))
            self._routes[topic_id] = list(dict.fromkeys(matching))
        for recipient in self._routes[topic_id]:
            if recipient != sender:
                # Order is kept: AgentChat's containers take their own lock, first come first served, before they do
                # anything, and both tasks and what is begun at once come there in the order they were published.
                agent = self._agents.get(recipient) or await self._agent(recipient)
                delivery = self._deliver(
                    agent, message, _context(sender, topic_id, False, cancellation_token, message_id)
                )
                if type(message).__name__ in NOTED:
                    self._begin(delivery)
                else:
                    self._keep(asyncio.create_task(delivery))

    def _begin(self, delivery: Coroutine[Any, Any, Any]) -> None:
        """Take a delivery to its first wait; most have none and need no task of their own."""
        context = copy_context()
        try:
            waits_for = context.run(delivery.send, None)
        except StopIteration:
            return
        except BaseException as error:
            self._crashed(error)
            return
        self._keep(asyncio.get_running_loop().create_task(_rest(delivery, waits_for), context=context))

    def _keep(self, task: asyncio.Task[Any]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        if error is not None:
            self._crashed(error)

    def _crashed(self, error: BaseException) -> None:
        if self.on_crash is not None:
            self.on_crash(error)

    async def close(self) -> None:
        """Cancel whatever still runs: hung tools, calls in flight. Call when the chat is over."""
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)
        # Runtime, containers and teams hold one another; let go, so that a chat's memory is free when the chat is over
        # and not when the garbage collector next comes by.
        for held in (self._agents, self._factories, self._subscriptions, self._routes):
            held.clear()

    @staticmethod
    async def _deliver(agent: Any, message: Any, context: MessageContext) -> Any:
        with MessageHandlerContext.populate_context(agent.id):
            return await agent.on_message(message, context)

    async def _agent(self, agent_id: AgentId) -> Any:
        if agent_id not in self._agents:
            factory = self._factories.get(agent_id.type)
            if factory is None:
                raise LookupError(f"no agent of type {agent_id.type!r} is registered")
            with AgentInstantiationContext.populate_context((self, agent_id)):
                made = factory()
                self._agents[agent_id] = await made if inspect.isawaitable(made) else made
        return self._agents[agent_id]

    # -- registration and state, as the protocol asks

    async def register_factory(
        self, type: str | AgentType, agent_factory: Callable[[], Any], *, expected_class: Any = None
    ) -> AgentType:
        agent_type = AgentType(type) if isinstance(type, str) else type
        if agent_type.type in self._factories:
            raise ValueError(f"agent type {agent_type.type!r} is registered already")
        self._factories[agent_type.type] = agent_factory
        return agent_type

    async def register_agent_instance(self, agent_instance: Any, agent_id: AgentId) -> AgentId:
        await agent_instance.bind_id_and_runtime(id=agent_id, runtime=self)
        self._agents[agent_id] = agent_instance
        self._factories.setdefault(agent_id.type, lambda: agent_instance)
        return agent_id

    async def try_get_underlying_agent_instance(self, id: AgentId, type: Any = object) -> Any:
        return await self._agent(id)

    async def get(self, id_or_type: Any, /, key: str = "default", *, lazy: bool = True) -> AgentId:
        if isinstance(id_or_type, AgentId):
            return id_or_type
        return AgentId(id_or_type if isinstance(id_or_type, str) else id_or_type.type, key)

    async def add_subscription(self, subscription: Subscription) -> None:
        self._subscriptions.append(subscription)
        self._routes.clear()

    async def remove_subscription(self, id: str) -> None:
        self._subscriptions = [s for s in self._subscriptions if s.id != id]
        self._routes.clear()

    def add_message_serializer(self, serializer: Any) -> None:
        """Nothing is serialised here."""

    async def agent_metadata(self, agent: AgentId) -> AgentMetadata:
        return (await self._agent(agent)).metadata  # type: ignore[no-any-return]

    async def agent_save_state(self, agent: AgentId) -> Mapping[str, Any]:
        return await (await self._agent(agent)).save_state()  # type: ignore[no-any-return]

    async def agent_load_state(self, agent: AgentId, state: Mapping[str, Any]) -> None:
        await (await self._agent(agent)).load_state(state)

    async def save_state(self) -> Mapping[str, Any]:
        return {str(agent_id): await agent.save_state() for agent_id, agent in self._agents.items()}

    async def load_state(self, state: Mapping[str, Any]) -> None:
        for name, agent_state in state.items():
            await (await self._agent(AgentId.from_str(name))).load_state(agent_state)


async def _rest(delivery: Coroutine[Any, Any, Any], waits_for: Any) -> Any:
    """Go on, in a task, with a coroutine that was begun outside of one."""
    return await _Going(delivery, waits_for)


class _Going:
    def __init__(self, delivery: Coroutine[Any, Any, Any], waits_for: Any) -> None:
        self._delivery, self._waits_for = delivery, waits_for

    def __await__(self) -> Generator[Any, Any, Any]:
        waits_for = self._waits_for
        while True:
            try:
                result = yield waits_for
            except BaseException as error:
                step = functools.partial(self._delivery.throw, error)
            else:
                step = functools.partial(self._delivery.send, result)
            try:
                waits_for = step()
            except StopIteration as end:
                return end.value


def remember_handlers() -> None:
    """Let AutoGen look up the message handlers of a class once, not each time a chat is made.

    AutoGen 0.7.5 walks through all attributes of a class for every agent it registers and for every one it makes. What
    it finds is the same each time: a function of the class. Its own functions do the looking; only their results are
    kept. Where a later version has no such functions, nothing happens.
    """
    for name in ("_discover_handlers", "_handles_types"):
        look_up = RoutedAgent.__dict__.get(name)
        if isinstance(look_up, classmethod):
            setattr(RoutedAgent, name, classmethod(functools.cache(look_up.__func__)))  # type: ignore[arg-type]


def _context(
    sender: AgentId | None, topic: TopicId | None, rpc: bool, token: CancellationToken | None, message_id: str | None
) -> MessageContext:
    return MessageContext(
        sender=sender,
        topic_id=topic,
        is_rpc=rpc,
        cancellation_token=token or CancellationToken(),
        message_id=message_id or "",
    )


remember_handlers()
