"""One role's line to its model, for one chat: an AutoGen client that journals, replays, constrains and re-asks.

AutoGen's `AssistantAgent` talks to it as to any other model. Behind it stands a `Model`, whatever its endpoint can:
tools are called natively or through the action protocol, replies with a form are constrained, read and validated
here, and a reply that is empty, cut, malformed or not accepted is asked for again with the complaint.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from autogen_core import CancellationToken
from autogen_core.models import (
    AssistantMessage,
    ChatCompletionClient,
    CreateResult,
    FunctionExecutionResultMessage,
    LLMMessage,
    ModelInfo,
    RequestUsage,
    SystemMessage,
    UserMessage,
)
from autogen_core.tools import Tool, ToolSchema
from pydantic import BaseModel, ValidationError

from agents.chat_log import ChatLog, Reply
from agents.errors import CallError, Refused
from agents.meter import Call, Meter, StageMeter
from agents.models import actions, forms
from agents.models.complaints import call_complaint, in_short
from agents.models.limiter import GO_ON
from agents.models.model import Abilities, Model
from agents.models.person import ABILITIES as PERSONS
from agents.models.person import PersonClient, turn_of
from agents.models.replies import UNFINISHED, as_result, as_stored, plain
from agents.models.scripted import SPEAKING
from agents.onlooker import Turn
from agents.prefixes import rendered
from agents.role import Role
from agents.telemetry_calls import model_call

TRIES = 3
"""A reply is asked for at most so often: once, and again with the complaint. More rarely helps (measured on 1.5B)."""


@dataclass(frozen=True)
class Wants:
    """What a reply must be."""

    schema: Mapping[str, Any] | Callable[[], Mapping[str, Any] | None] | None = None
    """JSON schema; a function is asked anew for every reply."""
    accept: Callable[[Any], str | None] | None = None


class RoleClient(ChatCompletionClient):
    """What `role` says in one chat. Made for the chat, thrown away with it."""

    component_type = "model"

    def __init__(self, role: Role, model: Model, log: ChatLog, meter: Meter | StageMeter, wants: Wants) -> None:
        self._role, self._model, self._log, self._meter = role, model, log, meter
        self._wants = wants
        log.words_of(role.name, role.prompt.name or "")
        self._person = model.client if isinstance(model.client, PersonClient) else None
        self._narrow: Mapping[str, Any] | None = None
        self._schema: Mapping[str, Any] | None = None
        self.failure: BaseException | None = None
        """AutoGen turns every exception into `RuntimeError(text)`; the real one is kept here."""
        self.facts: Mapping[str, Any] = {}  # what the role's prompt was made with, as another in its place is

    # -- what the agent asks

    async def create(
        self,
        messages: Sequence[LLMMessage],
        *,
        tools: Sequence[Tool | ToolSchema] = (),
        tool_choice: Any = "auto",
        json_output: bool | type[BaseModel] | None = None,
        extra_create_args: Mapping[str, Any] = {},
        cancellation_token: CancellationToken | None = None,
    ) -> CreateResult:
        try:
            return await self._speak(self._view(messages), tools, cancellation_token)
        except BaseException as error:
            if isinstance(error, asyncio.CancelledError) and not _is_meant(cancellation_token):
                error = CallError("the model's client cancelled its own call")  # AgentChat would hang for ever
            self.failure = self.failure or error
            raise error from None

    async def _speak(
        self, messages: list[LLMMessage], tools: Sequence[Tool | ToolSchema], token: CancellationToken | None
    ) -> CreateResult:
        """Ask until the reply can be used, each time with what was wrong with the last."""
        # Schemas first: whether something is a `Tool`, a protocol, takes the interpreter long to say.
        schemas = [tool.schema if not isinstance(tool, dict) and isinstance(tool, Tool) else tool for tool in tools]
        if schemas and not self._role.must_call and self._rounds_used(messages) >= self._role.tool_rounds - 1:
            schemas = []  # the last round is for words: an agent cut off after a call would leave nothing to harvest
        self._narrow = self._wants.schema() if callable(self._wants.schema) else self._wants.schema
        self._schema = self._narrow or _form_of(self._role.output)
        complaint = ""
        for _ in range(TRIES):
            if change := self._log.change_for(self._role.name):
                self._model = change.models.get(self._role.name, self._model)
                messages = forms.with_prompt(messages, change.prompt_of(self._log.chat, self._role.name, self.facts))
            result, complaint = await self._ask(messages, schemas, token)
            complaint = complaint or self._complaint(result, schemas)
            self._log.replied(self._role.name, functools.partial(as_stored, result), complaint)
            if not complaint:
                return result if self._person else await self._or_instead(result, messages, schemas)
            self._log.unfit(complaint)
            said = result.content if isinstance(result.content, str) else str([c.name for c in result.content])
            messages = [
                *messages,
                AssistantMessage(content=said or "(nothing)", source=self._role.name),
                UserMessage(
                    content=f"That can't be used: {complaint}\nPlease give the whole reply again.", source="form"
                ),
            ]
        raise Refused(f"{self._role.name} gave no usable reply in {TRIES} tries; the last complaint: {complaint}")

    async def _ask(
        self, messages: Sequence[LLMMessage], schemas: Sequence[ToolSchema], token: CancellationToken | None
    ) -> tuple[CreateResult, str]:
        """One call, or its stored reply; and what is wrong with its form as an action, if it should have that."""
        able = PERSONS if self._log.was_person(self._role.name) else self._model.abilities
        native = able.tools == "native"
        schema = None if schemas and native else self._schema
        native_tools: Sequence[ToolSchema] = schemas if native else ()
        if schemas and not native:
            messages = actions.encode(messages, schemas, allow_final=not self._role.must_call)
            schema = actions.action_schema(schemas, not self._role.must_call, self._schema)
        extra = self._extra(schema, bool(native_tools), able)
        if schema and able.schemas == "prompt":
            # An action's schema stands with the tools, and those in the system message.
            messages = forms.with_schema(messages, schema, "system" if schemas else self._place())
        words = plain(messages)
        repeated = 0.0

        async def send() -> Reply:
            nonlocal repeated
            self._meter.check()
            speaking = SPEAKING.set((self._log.chat, self._role.name))
            going = GO_ON.set(self._meter.check)  # the budget may be spent by the time the call's turn comes
            try:
                choice: Any = {"tool_choice": "required"} if native_tools and self._role.must_call else {}
                repeated = self._meter.prefixes.repeated(self._model.name, rendered(words, native_tools))
                span = model_call(self._role.name, self._model.name, words, native_tools, extra)
                with self._meter.calling(), span:
                    reply = as_stored(
                        await self._model.client.create(
                            messages, tools=native_tools, extra_create_args=extra, cancellation_token=token, **choice
                        )
                    )
                    span.answered(reply)
                    return reply
            finally:
                GO_ON.reset(going)
                SPEAKING.reset(speaking)

        async def hear() -> Reply:
            self._meter.check()
            assert self._person
            return await self._person.onlooker.speak(self._turn(messages, schemas))

        request = [words, list(native_tools), schema, extra]
        ask = hear if self._person else send
        reply, replayed = await self._log.call(self._role.name, self._model.name, request, _system(messages), ask)
        if not self._person:
            self._count(reply, replayed, repeated)
        return self._read(reply, schemas, native)

    async def _or_instead(
        self, result: CreateResult, messages: Sequence[LLMMessage], schemas: Sequence[ToolSchema]
    ) -> CreateResult:
        """Return a usable reply, or what a person who looks on says in its place."""

        async def ask() -> Reply | None:
            return await self._log.onlooker.instead(self._turn(messages, schemas), as_stored(result))

        reply = await self._log.instead(self._role.name, _system(messages), ask)
        if reply is None:
            return result
        said, _ = self._read(reply, schemas, True)
        return result if self._complaint(said, schemas) else said

    def _turn(self, messages: Sequence[LLMMessage], schemas: Sequence[ToolSchema]) -> Turn:
        """This turn as a person is told of it; their words are looked at as a model's are."""

        def complaint(reply: Mapping[str, Any]) -> str:
            return self._complaint(self._read(dict(reply), schemas, True)[0], schemas)

        role, schema = self._role, self._schema
        return turn_of(
            self._log.chat, role.name, messages, schemas, must_call=role.must_call and bool(schemas), schema=schema,
            complaint=complaint,
        )  # fmt: skip

    def _place(self) -> forms.Place:
        """Where a schema in words stands: the later, the oftener it changes."""
        if callable(self._wants.schema) and self._narrow is not None:
            return "last"
        # A forgetful role has another opening at every turn.
        return "system" if self._narrow is None or self._role.forgetful else "opening"

    def _extra(self, schema: Mapping[str, Any] | None, has_tools: bool, able: Abilities) -> dict[str, Any]:
        """The request's other fields. Nothing here may differ between two runs over the same seeds."""
        extra: dict[str, Any] = {"temperature": self._role.temperature, "max_tokens": self._role.max_tokens}
        if has_tools:
            extra["parallel_tool_calls"] = False
        if schema is None or able.schemas == "prompt":
            return extra
        if able.schemas == "grammar":
            extra["grammar"] = actions.compact_grammar(schema)
            # Small models fall into one groove; a seed of each turn's own keeps the run repeatable.
            extra["seed"] = self._log.seed
        else:
            form = {"name": self._role.name, "schema": schema}
            extra["response_format"] = {"type": "json_schema", "json_schema": form}
        return extra

    # -- what the agent gets to see

    def _view(self, messages: Sequence[LLMMessage]) -> list[LLMMessage]:
        """Keep what this role hears; drop empty words; in a forgetful role all before the last thing it heard."""
        kept: list[LLMMessage] = []
        for message in messages:
            if isinstance(message, UserMessage):
                heard = self._role.hears is None or _source(message) in self._role.hears
                if not heard or not message.content:
                    continue
            kept.append(message)
        if self._role.forgetful:
            last = max((n for n, m in enumerate(kept) if isinstance(m, UserMessage)), default=0)
            kept = [m for n, m in enumerate(kept) if isinstance(m, SystemMessage) or n >= last]
        return kept

    @staticmethod
    def _rounds_used(messages: Sequence[LLMMessage]) -> int:
        rounds = 0
        for message in reversed(messages):
            if isinstance(message, UserMessage):
                break
            rounds += isinstance(message, FunctionExecutionResultMessage)
        return rounds

    # -- what came back

    def _read(self, reply: Reply, schemas: Sequence[ToolSchema], native: bool) -> tuple[CreateResult, str]:
        result, complaint = as_result(reply), ""
        if schemas and not native and isinstance(result.content, str) and result.finish_reason not in UNFINISHED:
            try:
                action = actions.decode(result.content, schemas)
                result.content, result.thought = action.content, action.thought or result.thought
            except ValueError as error:
                complaint = str(error)  # written for the model
        if isinstance(result.content, list):
            # One action a turn. Endpoints invent random ids; ours are the same in every run, so that later requests
            # are too.
            result.content = [replace(result.content[0], id=f"call_{self._log.turn}")]
        return result, complaint

    def _complaint(self, result: CreateResult, schemas: Sequence[ToolSchema]) -> str:
        """What is wrong with a reply, in words for the model; '' if nothing is."""
        if result.finish_reason == "length":
            return "it was cut off because it is too long; say it in fewer words."
        if result.finish_reason == "content_filter":
            return "a content filter stopped it; say it in other words."
        if isinstance(result.content, list):
            return call_complaint(result.content[0], [schema["name"] for schema in schemas])
        if not result.content.strip():
            return "it is empty."
        if schemas and self._role.must_call:
            return "reply by calling exactly one of the tools, with legal arguments, and nothing else."
        return self._form_complaint(result) if self._schema else ""

    def _form_complaint(self, result: CreateResult) -> str:
        """Validate a reply with a form; on success put the bare JSON in place of whatever stood around it."""
        try:
            value = actions.read_json(str(result.content))
            if self._role.output:
                value = self._role.output.model_validate(value).model_dump(mode="json", by_alias=True)
            if self._narrow and (problem := forms.schema_complaint(value, self._narrow)):
                return problem
        except (ValidationError, ValueError) as error:
            return in_short(error)
        result.content = forms.dump(value)
        return (self._wants.accept(value) or "") if self._wants.accept else ""

    def _count(self, reply: Reply, replayed: bool, repeated: float) -> None:
        prompt, completion = reply.get("prompt_tokens", 0), reply.get("completion_tokens", 0)
        price = self._model.price
        cost = price.cost(prompt, completion) if price else 0.0
        call = Call(prompt, completion, cost, replayed, repeated, reply.get("cached_tokens"))
        self._meter.count(self._role.name, call)

    # -- the rest of AutoGen's interface

    async def create_stream(
        self, messages: Sequence[LLMMessage], **options: Any
    ) -> AsyncGenerator[str | CreateResult, None]:
        yield await self.create(messages, **options)

    async def close(self) -> None:
        """The model outlives the chat."""

    def actual_usage(self) -> RequestUsage:
        return self._model.client.actual_usage()

    def total_usage(self) -> RequestUsage:
        return self._model.client.total_usage()

    def count_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        return sum(len(str(message.content)) for message in messages) // 4

    def remaining_tokens(self, messages: Sequence[LLMMessage], *, tools: Sequence[Tool | ToolSchema] = ()) -> int:
        return (self._model.abilities.context or 1 << 17) - self.count_tokens(messages)

    @property
    def capabilities(self) -> Any:
        return self._model.client.model_info

    @property
    def model_info(self) -> ModelInfo:
        """As AutoGen should see it: tools always work here, whatever the endpoint can."""
        return {**self._model.client.model_info, "function_calling": True, "json_output": True}


def _is_meant(token: CancellationToken | None) -> bool:
    """Say whether somebody outside wants this call to be cancelled."""
    task = asyncio.current_task()
    return bool((task and task.cancelling()) or (token and token.is_cancelled()))


@functools.cache
def _form_of(output: type[BaseModel] | None) -> Mapping[str, Any] | None:
    return output.model_json_schema() if output else None


def _system(messages: Sequence[LLMMessage]) -> str:
    return messages[0].content if messages and isinstance(messages[0], SystemMessage) else ""


def _source(message: UserMessage) -> str:
    return "task" if message.source == "user" else message.source
