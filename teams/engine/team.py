"""A skill as an AutoGen `Team`: one seed through one path of its flows, every message of every chat streamed.

    team = teams.tool_use.team(model_client)
    await Console(team.run_stream(task=Path("loans.py").read_text()))

It can be a participant of other teams. What it leaves out of the batch engine: fan-out, quotas, refills, the journal.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import AsyncExitStack
from random import Random
from typing import Any

from autogen_agentchat.base import TaskResult, Team
from autogen_agentchat.messages import BaseAgentEvent, BaseChatMessage, StopMessage, TextMessage
from autogen_core import CancellationToken
from autogen_core.models import ChatCompletionClient
from pydantic import BaseModel

from agents.chat_log import ChatLog
from agents.meter import Meter
from agents.models.model import Abilities, Model
from teams.engine.flow import Drop, Flow, Scene, Skill, Staging
from teams.engine.hold import aside, converse, seat
from teams.engine.options import RunOptions
from teams.engine.records import Pair, Record
from teams.engine.seed_of import seed_of
from teams.engine.verdict import run_checks

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
    ) -> None:
        """`kinds` names the kind to take at a flow (`{"instruct": "several_calls"}`); others are drawn from the seed."""
        self._skill, self._kinds = skill, dict(kinds or {})
        self._options = RunOptions(seeds=(), language=language, tools=tuple(tools))
        self._model = Model(model_client.__class__.__name__, model_client, abilities or _abilities(model_client))
        self._turns = 0
        self.pair: Pair | None = None
        """The pair of the last run, if it came to one."""

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
        """Stream every message of every chat on the way; the last but one holds the pair, the last is a `TaskResult`."""
        said: list[Spoken] = list(_messages(task))
        if output_task_messages:
            for message in said:
                yield message
        text = "\n".join(m.to_text() for m in said if isinstance(m, BaseChatMessage))
        why = ""
        try:
            async for message in self._travel(text, cancellation_token or CancellationToken()):
                said.append(message)
                yield message
        except Drop as drop:
            why = f"declined: {drop}"
        if self.pair is None:
            closing: BaseChatMessage = StopMessage(content=why or "no pair came of it", source=self.name)
        else:
            verdict = run_checks(self.pair, self._skill.checks).as_dict()
            pair = {"messages": list(self.pair.messages), "tools": list(self.pair.tools), "verdict": verdict}
            closing = TextMessage(content=json.dumps(pair, ensure_ascii=False), source=self.name)
        yield closing
        yield TaskResult(messages=[*said, closing], stop_reason=why or "the pair is made")

    async def _travel(self, text: str, token: CancellationToken) -> AsyncGenerator[Spoken, None]:
        """Take the seed through the flows, one kind and one child at each."""
        from teams.engine.live import Live
        from teams.engine.running import stage

        self.pair = None
        record: Record = seed_of(text, self._skill.name)
        if reason := self._skill.declines(record):
            raise Drop(reason)
        seeds = [record]
        async with AsyncExitStack() as stack:
            hand = await stack.enter_async_context(stage(self._skill, self._options, lambda: iter(seeds), 1, Live()))
            for flow in self._skill.flows:
                if token.is_cancelled():
                    raise Drop("cancelled")
                kind = self._kind(flow, record)
                async with hand.scene(f"{record.id}/{flow.label}-{kind.name}", record, kind, 1, self._for) as scene:
                    children: Sequence[Record] = []
                    async for message in self._hold(flow, scene):
                        if isinstance(message, list):
                            children = message
                        else:
                            yield message
                if children:
                    record = children[0]
                elif not flow.passes_on:
                    raise Drop(f"nothing came of {flow.label}")
            self.pair = record if isinstance(record, Pair) else None

    async def _hold(self, flow: Flow, scene: Scene) -> AsyncGenerator[Spoken | list[Record], None]:
        """Hold one flow's chat, streaming it; the last item is the list of its children."""
        log, meter = ChatLog(scene.chat_id, None), Meter()
        staging = await flow.direct(scene)
        if not isinstance(staging, Staging):
            yield list(staging)
            return

        async def ask(place: Any, opening: str) -> str:
            return await aside(scene, place, opening, self._for, log, meter)

        scene.ask = ask
        cast = seat(scene, staging, self._for, log, meter)
        async for message in converse(cast, staging.opening, log):
            if not isinstance(message, TaskResult):
                yield message
        yield list(await flow.harvest(scene, cast.talk))

    def _kind(self, flow: Flow, record: Record) -> Any:
        suited = [k for k in flow.kinds if flow.suits is None or k.name in flow.suits.get(record.kind, ())]
        wanted = self._kinds.get(flow.label)
        chosen = [k for k in suited if k.name == wanted] if wanted else suited
        if not chosen:
            raise Drop(f"no kind of {flow.label} suits {record.kind}" + (f" and is {wanted}" if wanted else ""))
        return Random(f"{record.id}:{flow.label}").choice(chosen)

    def _for(self, role: str) -> Model:
        return self._model

    async def reset(self) -> None:
        self.pair = None

    async def pause(self) -> None:
        raise NotImplementedError("a skill can't be paused in a chat; run it in the batch engine, which can be stopped")

    async def resume(self) -> None:
        raise NotImplementedError("a skill can't be paused in a chat; run it in the batch engine, which can be stopped")

    async def save_state(self) -> Mapping[str, Any]:
        return {}

    async def load_state(self, state: Mapping[str, Any]) -> None:
        """Every run starts from its seed; there is nothing to load."""


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
