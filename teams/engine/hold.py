"""Hold one chat: seat the participants in an AutoGen group chat, let them talk, return what was said.

The only door between our flows and AutoGen's teams. It also carries what AutoGen 0.7.5 lacks: a chat that fails
keeps its real exception, a cancelled chat stops at once, a tool can't hang it.
"""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from autogen_agentchat.agents import AssistantAgent, BaseChatAgent
from autogen_agentchat.base import ChatAgent, Response, TaskResult, Team, TerminatedException, TerminationCondition
from autogen_agentchat.messages import BaseChatMessage, StopMessage, TextMessage
from autogen_agentchat.teams import RoundRobinGroupChat, SelectorGroupChat
from autogen_core import CancellationToken

from agents.chat_log import ChatLog
from agents.errors import CallError
from agents.meter import Meter, StageMeter, Stopped
from agents.models.model import Model
from agents.models.role_client import RoleClient, Wants
from agents.runtime import LeanRuntime
from agents.telemetry import chat, watch
from teams.engine.flow import Program, Scene, Seat, Staging
from teams.engine.spoken import Event, heard, write_down
from teams.engine.talk import Talk
from teams.engine.workbench import ChatWorkbench
from tools.bench import Bench, Benches

# AutoGen logs a traceback for every participant of a chat that failed; the failure itself is recorded once, by us.
logging.getLogger("autogen_core").setLevel(logging.CRITICAL)
MAX_TURNS = 60
"""No chat is longer, whatever its order says: an order that never ends must not spend for ever."""


class ProgramAgent(BaseChatAgent):
    """A participant that computes its words."""

    def __init__(self, program: Program, talk: Talk) -> None:
        super().__init__(program.name, program.description)
        self._program, self._talk = program, talk
        self.failure: BaseException | None = None

    @property
    def produced_message_types(self) -> Sequence[type[BaseChatMessage]]:
        return (TextMessage,)

    async def on_messages(self, messages: Sequence[BaseChatMessage], cancellation_token: CancellationToken) -> Response:
        try:
            words = self._program.speak(self._talk)
            text = await words if inspect.isawaitable(words) else words
        except BaseException as error:
            self.failure = error
            raise
        return Response(chat_message=TextMessage(content=str(text), source=self.name))

    async def on_reset(self, cancellation_token: CancellationToken) -> None:
        """Programs keep nothing of their own."""


class _Over(TerminationCondition):
    """Ends the chat when its order has no next speaker. Also keeps the `Talk` up to date, before anyone looks."""

    def __init__(
        self, talk: Talk, order: Callable[[Talk], str | None] | None, first: str, broken: Callable[[], bool]
    ) -> None:
        self._talk, self._order, self.next, self._over = talk, order, first, False
        self._broken = broken
        self._calls: dict[str, Any] = {}

    @property
    def terminated(self) -> bool:
        return self._over

    async def __call__(self, messages: Sequence[Event]) -> StopMessage | None:
        if self._over:
            raise TerminatedException("the chat is over")
        for message in messages:
            for said in heard(message, self._calls):
                self._talk.add(said)
        if self._broken():
            self._over = True
        elif self._order:
            following = self._order(self._talk)
            self._over = following is None
            self.next = following or self.next
        return StopMessage(content="said all", source="order") if self._over else None

    async def reset(self) -> None:
        self._over = False


@dataclass
class Cast:
    """A team ready to talk, with what must be looked at and put away afterwards."""

    team: Team
    talk: Talk
    agents: Sequence[ChatAgent]
    clients: Sequence[RoleClient]
    programs: Sequence[ProgramAgent]
    benches: Sequence[Bench]
    workbenches: Sequence[ChatWorkbench]
    runtime: LeanRuntime | None

    def failure(self) -> BaseException | None:
        """The exception that ended the chat, as it was raised."""
        failures = [client.failure for client in self.clients]
        failures += [program.failure for program in self.programs]
        failures += [workbench.failure for workbench in self.workbenches]
        return next((failure for failure in failures if failure), None)

    async def close(self) -> None:
        if self.runtime:
            await self.runtime.close()
        for bench in self.benches:
            await bench.close()


def seat(
    scene: Scene,
    staging: Staging,
    model_for: Callable[[str], Model],
    log: ChatLog,
    meter: Meter | StageMeter,
    runtime: str = "lean",
) -> Cast:
    """Make the agents of one chat and the AutoGen team they talk in."""
    talk = Talk()
    agents: list[ChatAgent | Team] = []
    clients: list[RoleClient] = []
    programs: list[ProgramAgent] = []
    benches: list[Bench] = []
    workbenches: list[ChatWorkbench] = []
    for place in staging.seats:
        if isinstance(place, Program):
            programs.append(ProgramAgent(place, talk))
            agents.append(programs[-1])
        else:
            client = RoleClient(place.role, model_for(place.name), log, meter, Wants(place.schema, place.accept))
            clients.append(client)
            bench = _bench(scene, place)
            if bench:
                benches.append(bench)
                workbenches.append(ChatWorkbench(bench, log, place.name))
            agents.append(_agent(scene, place, client, workbenches[-1] if bench else None))
    for agent in agents:
        watch(agent)
    lean = LeanRuntime() if runtime == "lean" else None
    over = _Over(talk, staging.order, agents[0].name, lambda: any(w.failure for w in workbenches))
    turns = staging.turns or (MAX_TURNS if staging.order else len(agents))
    if staging.order and len(agents) > 1:
        team: Team = SelectorGroupChat(
            agents,
            clients[0] if clients else _nobody(),
            selector_func=lambda _: over.next,
            termination_condition=over,
            max_turns=turns,
            allow_repeated_speaker=True,
            runtime=lean,
        )
    else:
        team = RoundRobinGroupChat(agents, termination_condition=over, max_turns=turns, runtime=lean)
    return Cast(
        team, talk, [a for a in agents if isinstance(a, ChatAgent)], clients, programs, benches, workbenches, lean
    )


def _nobody() -> Any:
    raise ValueError("a chat needs at least one role")


def _bench(scene: Scene, place: Seat) -> Bench | None:
    benches = [scene.bench(*place.role.tools)] if place.role.tools else []
    benches += [place.bench] if place.bench else []
    return Benches(*benches) if benches else None


def _agent(scene: Scene, place: Seat, client: RoleClient, workbench: ChatWorkbench | None) -> AssistantAgent:
    role = place.role
    facts = {
        "record": scene.record,
        "kind": scene.kind,
        "language": scene.language,
        "small": scene.small,
        **place.facts,
    }
    client.facts = facts
    return AssistantAgent(
        role.name,
        client,
        system_message=role.prompt.render(facts),
        workbench=workbench,
        max_tool_iterations=role.tool_rounds,
        # What a role's tools gave is its own affair; others hear only what it says, or what a tool says for it.
        tool_call_summary_formatter=lambda call, result: result.content if call.name in role.spoken_tools else "",
    )


async def converse(cast: Cast, opening: str, log: ChatLog) -> AsyncGenerator[Event | TaskResult, None]:
    """Let the team talk, writing every message down as it is spoken. Ends in what AutoGen's `run_stream` ends in."""
    token = CancellationToken()
    stream = cast.team.run_stream(task=opening, cancellation_token=token)
    try:
        async with aclosing(_ours(cast, stream, token) if cast.runtime else _theirs(stream, token)) as messages:
            async for message in messages:
                if not isinstance(message, TaskResult):
                    write_down(log, message)
                yield message
    except Exception as error:
        raise (cast.failure() or error) from None
    finally:
        token.cancel()
        await cast.close()


async def _ours(cast: Cast, stream: Any, token: CancellationToken) -> AsyncGenerator[Any, None]:
    """Pass on a chat's messages on our runtime, which ends with the chat: nothing goes on behind our back."""
    assert cast.runtime

    def crashed(error: BaseException) -> None:
        # AgentChat reports exceptions itself; what it does not (a cancellation) would hang the chat: end it soon.
        asyncio.get_running_loop().call_later(1.0, token.cancel)

    cast.runtime.on_crash = crashed
    try:
        async with aclosing(stream):
            async for message in stream:
                yield message
    except asyncio.CancelledError:
        if (task := asyncio.current_task()) and task.cancelling():
            raise
        raise cast.failure() or CallError("the chat was cancelled from within") from None


async def _theirs(stream: Any, token: CancellationToken) -> AsyncGenerator[Any, None]:
    """Pass on a chat's messages on AutoGen's runtime.

    It runs all remaining turns (and pays for them) when its generator is cancelled or left; only the token stops it.
    So it runs in a task of its own, and whoever leaves here pulls the token.
    """
    inner: asyncio.Queue[Any] = asyncio.Queue()

    async def drive() -> None:
        try:
            async for message in stream:
                inner.put_nowait(message)
        except BaseException as error:
            inner.put_nowait(error)
            if isinstance(error, asyncio.CancelledError):
                raise
        else:
            inner.put_nowait(None)

    task = asyncio.ensure_future(drive())
    try:
        while (message := await inner.get()) is not None:
            if isinstance(message, asyncio.CancelledError):
                raise CallError("the chat was cancelled from within")
            if isinstance(message, BaseException):
                raise message
            yield message
    finally:
        token.cancel()
        if not task.done():
            await asyncio.wait({task}, timeout=5)


async def hold(cast: Cast, opening: str, log: ChatLog) -> Talk:
    """Hold a chat to its end and return what was said."""
    with chat(log.chat):
        return await _to_the_end(cast, opening, log)


async def _to_the_end(cast: Cast, opening: str, log: ChatLog) -> Talk:
    result: TaskResult | None = None
    try:
        async for message in converse(cast, opening, log):
            if isinstance(message, TaskResult):
                result = message
    except (Stopped, asyncio.CancelledError):
        raise
    except Exception:
        log.end()
        raise
    log.end()
    if result is None or result.stop_reason == "The group chat is stopped." or cast.failure():
        raise cast.failure() or CallError(f"the chat ended abnormally: {result and result.stop_reason}")
    return cast.talk


async def aside(
    scene: Scene,
    place: Seat,
    opening: str,
    model_for: Callable[[str], Model],
    log: ChatLog,
    meter: Meter | StageMeter,
    runtime: str = "lean",
) -> str:
    """Hold a chat beside a chat, with one role, and return its words. Journaled under an id of its own."""
    # Whoever a role hears elsewhere, here it is what it is asked.
    staging = Staging(opening, [replace(place, role=replace(place.role, hears=None))])
    talk = await hold(seat(scene, staging, model_for, log, meter, runtime), opening, log)
    return talk.words(place.name)
