"""An engine that goes one way again, and from one turn of one chat on another one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agents.change import Change
from agents.onlooker import PERSON
from teams.engine.again.retracing import Retracing
from teams.engine.again.way import OneWay, chat_id
from teams.engine.flow import Flow, Kind
from teams.engine.mix_draw import Drawn
from teams.engine.mix_journey import Journey
from teams.engine.records import Pair, Record, Seed
from teams.engine.verdict import Finding


class Onward(OneWay):
    """After the change the way goes on to a pair, also where the run never came so far."""

    change: Change

    async def draw(self, flow: Flow, record: Record, journey: Journey) -> Drawn:
        """Return what the way has, and beyond its end the record itself where it may pass, or the first that suits."""
        if flow.label in self.way.kinds or not self.change.reached:
            return await super().draw(flow, record, journey)
        if flow.passes_on or flow.is_optional:
            return Drawn((), True)
        suiting = self._suiting(flow, record)
        return Drawn([kind for kind in flow.kinds if kind.name in suiting][:1])


class Branching(Retracing):
    """Until the change everything is as it was; after it the way goes on to a pair, along the same kinds.

    What is born where the ways part gets the change's mark at the end of its id, and so all that comes of it differs
    in its id from what the run made.
    """

    one_way = Onward

    def __init__(self, change: Change, *more: Any, **others: Any) -> None:
        super().__init__(*more, **others)
        self.change = change
        self.problem = ""
        """Why the turn was never come to."""
        self.whole: Pair | None = None
        """The pair as the run has it, where only its judge is heard again."""
        for draws in self.draws.values():
            assert isinstance(draws, Onward)
            draws.change = change
        before = self.way.chats[: self.way.chats.index(change.chat)]
        # Also where one can't be held again, and the way goes on from what was born in it.
        for chat, role in self.journal.rows("SELECT DISTINCT chat, role FROM calls WHERE model=?", (PERSON,)):
            if chat.partition("/aside-")[0] in before:
                self.onlooker.person_spoke(chat, role)

    def _seen(
        self, flow: Flow, record: Record, chat_id: str, outcome: Sequence[Record] | Exception | None
    ) -> Sequence[Record] | Exception | None:
        if chat_id == self.change.chat and not self.change.reached:
            why = outcome if isinstance(outcome, Exception) else f"the chat ends before its turn {self.change.turn} now"
            self.problem = str(why)
            return None
        if self.change.reached:
            return self._on_the_way(outcome)
        return super()._seen(flow, record, chat_id, outcome)

    async def _chat(self, flow: Flow, kind: Kind, record: Record, journey: Journey) -> Sequence[Record]:
        born = await super()._chat(flow, kind, record, journey)
        return [self._marked(child) for child in born] if self._parts(record, flow, kind, journey) else born

    async def _hold(self, flow: Flow, kind: Kind, record: Record, journey: Journey, chat_id: str) -> Sequence[Record]:
        children = await super()._hold(flow, kind, record, journey, chat_id)
        return [self._marked(child) for child in children] if self._parts(record, flow, kind, journey) else children

    def _parts(self, record: Record, flow: Flow, kind: Kind, journey: Journey) -> bool:
        """Say whether this is the chat in which the ways part. A judge's is not: nothing is born in it."""
        return chat_id(record.id, flow, kind.name, journey.round, journey.seed.id) == self.change.chat

    def _marked(self, record: Record) -> Record:
        if isinstance(record, Seed) or self.change.mark in record.id:
            return record
        return replace(record, id=record.id + self.change.mark)

    # -- the judge's chat as the one that differs

    async def _judge(self, pair: Pair, journey: Journey) -> None:
        judge = journey.skill.judge
        if judge and f"{pair.id}/{judge.label}-{judge.kinds[0].name}" == self.change.chat:
            self.whole = pair
            marked = replace(pair, id=pair.id + self.change.mark)
            self.journal.post(self._record(marked, pair, journey, self.change.chat, judge))
            pair = marked
        await super()._judge(pair, journey)

    async def _judged(self, judge: Flow, pair: Pair, journey: Journey) -> Sequence[Finding] | None:
        return await super()._judged(judge, self.whole or pair, journey)
