"""Spans of a run by OpenTelemetry's GenAI conventions, for who asked for them (`--otel`); nothing at all otherwise.

    invoke_workflow tool_use                 the run, a trace of its own that the others link to
    invoke_workflow tool_use                 one seed's way through a skill: the root of a trace
      invoke_workflow tool_use/instruct      one chat, `gen_ai.conversation.id` is its id
        invoke_agent requester               one turn of a participant
          chat gpt-4o                        one call of a model; each try is one
          execute_tool calculator            one call of a tool

Names and attributes are those of the OpenTelemetry GenAI semantic conventions 0.1.0, which are in development; what is
ours alone begins with `agentinstruct.`. A run is not one trace: with its millions of spans no store would take it, and
its root would come last. What is replayed from a journal is not asked again and has no span.

Messages are not in the spans, unless `OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT` asks for them.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agents.meter import Stopped

if TYPE_CHECKING:
    from agents.otlp import Tracing

Attributes = dict[str, Any]
TRACING: ContextVar[Tracing | None] = ContextVar("tracing", default=None)
"""Where spans of this run go. A variable of the context: runs beside one another have each their own."""


@dataclass
class _Way:
    """One seed's way; its span begins with the first chat, so that a seed which is settled leaves none."""

    tracing: Tracing
    skill: str
    seed: str
    round: int
    run: Any
    span: Any = None

    def begun(self) -> Any:
        if self.span is None:
            more = {"agentinstruct.seed": self.seed, "agentinstruct.round": self.round}
            self.span = self.tracing.start(*_workflow(self.skill, more), link=self.run)
        return self.span


@dataclass
class Chat:
    """A chat that is being held."""

    span: Any
    id: str
    speaking: dict[str, Any] = field(default_factory=dict)
    """Spans of the turns that are going on, by participant."""
    calling: list[Any] = field(default_factory=list)
    """Spans of the tools being called."""

    def of(self, role: str) -> Any:
        return self.speaking.get(role, self.span)

    def innermost(self) -> Any:
        """What asks, where somebody beside the chat is asked: a tool that is being called, or the turn."""
        return next(reversed(self.calling or [*self.speaking.values()] or [self.span]))


_RUN: ContextVar[Any] = ContextVar("run", default=None)
_WAY: ContextVar[_Way | None] = ContextVar("way", default=None)
CHAT: ContextVar[Chat | None] = ContextVar("chat", default=None)


@asynccontextmanager
async def traced_run(url: str | None, name: str, say: Callable[[str], None]) -> AsyncIterator[None]:
    """Send the spans of what is done here to `url` ('': where the environment says); None sends none.

    Says at the end in one line how many spans could not be delivered. A collector that is away costs five seconds there
    and nothing before. Raises `UsageError` where that can't be done at all.
    """
    if url is None:
        yield
        return
    from agents.otlp import Tracing

    tracing = Tracing(url)
    span = tracing.start(*_workflow(name, {}))
    tokens = (TRACING.set(tracing), _RUN.set(span))
    try:
        with _ending(span):
            yield
    finally:
        TRACING.reset(tokens[0])
        _RUN.reset(tokens[1])
        if problem := await tracing.close():
            say(problem)


@contextmanager
def seed_way(skill: str, seed: str, round: int) -> Iterator[None]:
    """One seed's way through a skill: its chats are one trace."""
    tracing = TRACING.get()
    if tracing is None:
        yield
        return
    way = _Way(tracing, skill, seed, round, _RUN.get())
    token = _WAY.set(way)
    try:
        yield
    finally:
        _WAY.reset(token)
        if way.span is not None:
            way.span.end()


@contextmanager
def chat(id: str) -> Iterator[None]:
    """One chat, held inside. One held beside another (`ask`) belongs to the turn that asked."""
    tracing, outer, way = TRACING.get(), CHAT.get(), _WAY.get()
    if tracing is None:
        yield
        return
    parent = outer.innermost() if outer else way.begun() if way else None
    span = tracing.start(*_workflow(*_named(id)), parent=parent)
    token = CHAT.set(Chat(span, id))
    try:
        with _ending(span):
            yield
    finally:
        CHAT.reset(token)


def watch(agent: Any) -> None:
    """Make a span of each turn of an AutoGen agent, while spans are wanted."""
    tracing = TRACING.get()
    if tracing is None:
        return
    speak = agent.on_messages_stream

    async def watched(*given: Any, **named: Any) -> AsyncGenerator[Any, None]:
        held = CHAT.get()
        if held is None:
            async for message in speak(*given, **named):
                yield message
            return
        about = {**in_chat("invoke_agent", held), "gen_ai.agent.name": agent.name}
        span = held.speaking[agent.name] = tracing.start(f"invoke_agent {agent.name}", about, parent=held.span)
        try:
            with _ending(span):
                async for message in speak(*given, **named):
                    yield message
        finally:
            held.speaking.pop(agent.name, None)

    agent.on_messages_stream = watched


@contextmanager
def _ending(span: Any) -> Iterator[None]:
    try:
        yield
    except BaseException as error:
        end(span, error)
        raise
    end(span, None)


def end(span: Any, error: BaseException | None) -> None:
    """End a span. Of an error only its class is told: its words may be a model's. A run's end is no error of a chat."""
    if error is not None and not isinstance(error, (Stopped, GeneratorExit)):
        from opentelemetry.trace import Status, StatusCode

        span.set_attribute("error.type", type(error).__qualname__)
        span.set_status(Status(StatusCode.ERROR))
    span.end()


def _workflow(name: str, more: Attributes) -> tuple[str, Attributes]:
    about = {"gen_ai.operation.name": "invoke_workflow", "gen_ai.agent.name": name, "gen_ai.workflow.name": name}
    return f"invoke_workflow {name}", {**about, **more}


def in_chat(operation: str, held: Chat) -> Attributes:
    return {"gen_ai.operation.name": operation, "gen_ai.conversation.id": held.id}


def _named(chat_id: str) -> tuple[str, Attributes]:
    """Name a chat's workflow by its skill and flow, of which there are few, and tell the rest in attributes."""
    skill, _, rest = chat_id.partition("/")
    label, _, kind = rest.rpartition("/")[2].rpartition("-")
    more = {"gen_ai.conversation.id": chat_id, "agentinstruct.skill": skill}
    if label.startswith("aside-"):
        return f"{skill}/aside", more
    return f"{skill}/{label}", {**more, "agentinstruct.kind": kind.partition("@")[0]}
