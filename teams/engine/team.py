"""A skill as an AutoGen `Team`: one seed through one path of its flows, every message of every chat streamed.

    team = teams.tool_use.team(model_client)
    await Console(team.run_stream(task=Path("loans.py").read_text()))

It can be a participant of other teams. What it leaves out of the batch engine: fan-out, quotas, refills, the journal.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, suppress
from dataclasses import replace
from random import Random
from typing import Any

from autogen_agentchat.base import TaskResult, Team
from autogen_agentchat.messages import BaseAgentEvent, BaseChatMessage, StopMessage, TextMessage
from autogen_core import CancellationToken
from autogen_core.models import ChatCompletionClient
from pydantic import BaseModel

from agents.chat_log import ChatLog
from agents.errors import CallError
from agents.meter import Meter
from agents.models.model import Abilities, Model
from sandbox import SandboxError
from teams.engine.flow import Drop, Flow, Scene, Skill, Staging
from teams.engine.hold import aside, converse, seat
from teams.engine.options import RunOptions
from teams.engine.records import Pair, Record, without
from teams.engine.seed_of import seed_of
from teams.engine.stagehand import Stagehand
from teams.engine.verdict import Finding, Verdict, examined, verdict_of

Spoken = BaseAgentEvent | BaseChatMessage


class SkillTeam(Team):
    """`skill` on one seed: the task's text is the seed. Ends with the pair and its verdict as a message of its own."""

    component_type = "team"
    component_config_schema = BaseModel

    def __init__(
        self,
        skill: Skill,
        model_client: ChatCompletionClient,
        *,
        abilities: Abilities | None = None,
        kinds: Mapping[str, str] | None = None,
        language: str = "",
        tools: Sequence[str] = (),
        mcp: Sequence[str] = (),
    ) -> None:
        """Make the team.

        `abilities` says what the client can do, where its `model_info` is not to be believed. `kinds` names the kind to
        take at a flow (`{"instruct": "several_calls"}`); others are drawn from the seed. `tools` and `mcp` are as on
        the command line.
        """
        if unknown := set(kinds or {}) - {flow.label for flow in skill.flows}:
            raise ValueError(f"no flow {', '.join(sorted(unknown))}; there are: {[f.label for f in skill.flows]}")
        self._skill, self._kinds = skill, dict(kinds or {})
        self._options = RunOptions(seeds=(), language=language, tools=tuple(tools), mcp=tuple(mcp))
        self._model = Model(model_client.__class__.__name__, model_client, abilities or _abilities(model_client))
        self.pair: Pair | None = None
        """The pair of the last run, if it came to one."""
        self.verdict: Verdict | None = None
        """What the skill's checks, and its judge, found of that pair."""

    @property
    def name(self) -> str:
        return self._skill.name

    @property
    def description(self) -> str:
        return f"makes a {self._skill.name} training pair from the text it is given"

    async def run(self, *, task: Any = None, **options: Any) -> TaskResult:
        result: TaskResult | None = None
        async for message in self.run_stream(task=task, **options):
            if isinstance(message, TaskResult):
                result = message
        assert result is not None
        return result

    async def run_stream(
        self,
        *,
        task: Any = None,
        cancellation_token: CancellationToken | None = None,
        output_task_messages: bool = True,
    ) -> AsyncGenerator[Spoken | TaskResult, None]:
        """Stream every message of every chat on the way; the last but one holds the pair, the last is a `TaskResult`.

        A cancelled token stops it at once with `CancelledError`, as in AutoGen's own teams. Raises what a chat failed
        with, and `ValueError` without a task.
        """
        given = _messages(task)
        if not given:
            raise ValueError(f"{self.name} needs a task: the text of a seed, as in run_stream(task=code)")
        said: list[Spoken] = list(given) if output_task_messages else []
        for message in said:
            yield message
        text = "\n".join(m.to_text() for m in given)
        why = ""
        try:
            async with aclosing(_until(self._travel(text), cancellation_token)) as stream:
                async for message in stream:
                    said.append(message)
                    yield message
        except Drop as drop:
            why = f"declined: {drop}"
        if self.pair is None or self.verdict is None:
            closing: BaseChatMessage = StopMessage(content=why or "no pair came of it", source=self.name)
        else:
            found = self.verdict.as_dict()
            pair = {"messages": list(self.pair.messages), "tools": list(self.pair.tools), "verdict": found}
            closing = TextMessage(content=json.dumps(pair, ensure_ascii=False), source=self.name)
        yield closing
        yield TaskResult(messages=[*said, closing], stop_reason=why or closing_reason(self.pair))

    async def _travel(self, text: str) -> AsyncGenerator[Spoken, None]:
        """Take the seed through the flows, one kind and one child at each."""
        from teams.engine.props import lacking, open_tools
        from teams.engine.running import stage

        self.pair = self.verdict = None
        seed = seed_of(text, self._skill.name, self._skill.prefers)
        record: Record = seed
        if reason := self._skill.declines(seed):
            raise Drop(reason)
        for reason in (await lacking([self._skill])).values():
            raise SandboxError(reason)
        async with AsyncExitStack() as stack:
            tools = await open_tools(stack, self._options, _Logged())
            opened = stage(self._skill, self._options, lambda: iter([seed]), 1, _Logged(), tools)
            hand = await stack.enter_async_context(opened)
            for flow in self._skill.flows:
                async with aclosing(self._pass(flow, record, hand)) as stream:
                    async for message in stream:
                        if isinstance(message, list):
                            record = message[0]
                        else:
                            yield message
            if isinstance(record, Pair):
                self.pair = record
                async for message in self._judge(record, hand):
                    yield message

    async def _pass(self, flow: Flow, record: Record, hand: Stagehand) -> AsyncGenerator[Spoken | list[Record], None]:
        """Take a record through one flow; the last item is a list that begins with what goes on."""
        children: list[Record] = []
        try:
            async with aclosing(self._stop_at(flow, record, hand)) as stream:
                async for message in stream:
                    if isinstance(message, list):
                        children = message
                    else:
                        yield message
        except (Drop, CallError):
            if not (flow.passes_on or flow.is_optional):
                raise
        if not children and not (flow.passes_on or flow.is_optional):
            raise Drop(f"nothing came of {flow.label}")
        yield children or [without(record, flow.label) if flow.is_optional else record]

    async def _judge(self, pair: Pair, hand: Stagehand) -> AsyncGenerator[Spoken, None]:
        """Run the checks, and where all passed hold the judge's chat."""
        self.verdict = await verdict_of(pair, self._skill.checks, self._skill.slow_checks)
        if not self.verdict.accepted or self._skill.judge is None:
            return
        notes: dict[str, Any] = {}
        silent = [Finding("judged", False, "the judge gave no usable reply", "model")]
        try:
            async with aclosing(self._aside(self._skill.judge, pair, hand, notes)) as stream:
                async for message in stream:
                    yield message
        except (Drop, CallError) as error:
            silent = [Finding("judged", False, f"the judge came to no verdict: {error}"[:500], "model")]
        findings = examined(notes.get("findings", silent), self._model.abilities.small)
        self.verdict = Verdict((*self.verdict.findings, *findings))

    async def _aside(
        self, flow: Flow, record: Record, hand: Stagehand, notes: dict[str, Any]
    ) -> AsyncGenerator[Spoken, None]:
        """Hold a chat that yields notes instead of records: a judge's, a chooser's."""
        direct = flow.direct

        async def noted(scene: Scene) -> Staging | Sequence[Record]:
            scene.notes = notes
            return await direct(scene)

        async with aclosing(self._stop_at(replace(flow, direct=noted), record, hand)) as stream:
            async for message in stream:
                if not isinstance(message, list):
                    yield message

    async def _stop_at(
        self, flow: Flow, record: Record, hand: Stagehand
    ) -> AsyncGenerator[Spoken | list[Record], None]:
        """Hold the chat of one flow over a record; the last item is the list of what came of it."""
        among: Sequence[str] = ()
        if flow.choose and not self._kinds.get(flow.label) and not self._model.abilities.small:
            notes: dict[str, Any] = {"kinds": tuple(kind.name for kind in flow.kinds)}
            with suppress(CallError):  # as in the engine: a chooser that fails leaves it to the draw
                async with aclosing(self._aside(flow.choose, record, hand, notes)) as aside:
                    async for said in aside:
                        yield said
            among = notes.get("chosen", ())
        kind = self._kind(flow, record, among)
        chat = f"{record.id}/{flow.label}-{kind.name}"
        async with (
            hand.scene(chat, record, kind, 1, self._for) as scene,
            aclosing(self._hold(flow, scene)) as stream,
        ):
            async for message in stream:
                yield message

    async def _hold(self, flow: Flow, scene: Scene) -> AsyncGenerator[Spoken | list[Record], None]:
        """Hold one flow's chat, streaming it; the last item is the list of its children."""
        log, meter = ChatLog(scene.chat_id, None), Meter()
        staging = await flow.direct(scene)
        if not isinstance(staging, Staging):
            yield list(staging)
            return
        # Asides are not streamed: what a simulator is asked stands in the chat as the result of a call.
        asides = itertools.count(1)

        async def ask(place: Any, opening: str) -> str:
            own = ChatLog(f"{scene.chat_id}/aside-{next(asides)}", None)
            return await aside(scene, place, opening, self._for, own, meter)

        scene.ask = ask
        cast = seat(scene, staging, self._for, log, meter)
        async with aclosing(converse(cast, staging.opening, log)) as stream:
            async for message in stream:
                if not isinstance(message, TaskResult):
                    yield message
        if failure := cast.failure():
            raise failure
        yield list(await flow.harvest(scene, cast.talk))

    def _kind(self, flow: Flow, record: Record, among: Sequence[str] = ()) -> Any:
        suited = [k for k in flow.kinds if flow.suits is None or k.name in flow.suits.get(record.kind, ())]
        suited = [k for k in suited if k.name in among] or suited
        wanted = self._kinds.get(flow.label)
        chosen = [k for k in suited if k.name == wanted] if wanted else suited
        if not chosen:
            raise Drop(f"no kind of {flow.label} suits {record.kind}" + (f" and is {wanted}" if wanted else ""))
        return Random(f"{record.id}:{flow.label}").choice(chosen)

    def _for(self, role: str) -> Model:
        return self._model

    async def reset(self) -> None:
        self.pair = self.verdict = None

    async def pause(self) -> None:
        raise NotImplementedError("a skill can't be paused in a chat; run it in the batch engine, which can be stopped")

    async def resume(self) -> None:
        raise NotImplementedError("a skill can't be paused in a chat; run it in the batch engine, which can be stopped")

    def _to_config(self) -> BaseModel:
        raise NotImplementedError(
            f"the team {self.name} can't be dumped as a component: its chats are made anew for every seed; "
            f"make it again with teams.{self.name}.team(model_client)"
        )

    async def save_state(self) -> Mapping[str, Any]:
        return {}

    async def load_state(self, state: Mapping[str, Any]) -> None:
        """Every run starts from its seed; there is nothing to load."""


def closing_reason(pair: Pair | None) -> str:
    return "the pair is made" if pair else "no pair came of it"


async def _until(stream: AsyncGenerator[Spoken, None], token: CancellationToken | None) -> AsyncGenerator[Spoken, None]:
    """Pass a stream on until the token is cancelled: then stop it where it is and raise `CancelledError`."""
    async with aclosing(stream):
        while True:
            coming = asyncio.ensure_future(anext(stream))
            if token:
                token.link_future(coming)
            try:
                message = await coming
            except StopAsyncIteration:
                return
            finally:
                coming.cancel()
            yield message


class _Logged:
    """Says what a run would say on the terminal, where a program that holds a team can hear it."""

    def line(self, text: str) -> None:
        logging.getLogger("teams").info(text)

    def watch(self, engine: Any) -> None: ...


def _messages(task: Any) -> Sequence[BaseChatMessage]:
    if isinstance(task, str):
        return [TextMessage(content=task, source="user")]
    return [task] if isinstance(task, BaseChatMessage) else list(task or ())


def _abilities(client: ChatCompletionClient) -> Abilities:
    """Take AutoGen's own word for what a client can do."""
    info = client.model_info
    tools: Any = "native" if info["function_calling"] else "actions"
    schemas: Any = "native" if info.get("structured_output") else "prompt"
    return Abilities(tools=tools, schemas=schemas)
