"""An engine that goes one way again: the real flows, programs and checks, with what was answered before.

It goes the engine's own way from the seed on, and not from chat to chat over stored records, because records on their
way hold more than the journal has: facts that are no plain JSON, a passage changed in a refinement. Only where a chat
can't be held again, or yields something else now, does it go on from the record that stands, so that the chats after
it can still be told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from agents.change import unmarked
from agents.journal import Journal, JournalError
from agents.meter import Meter
from agents.models.model import Model
from teams.engine.again.rebuilt import rebuilt
from teams.engine.again.way import OneWay, Way
from teams.engine.engine import Engine
from teams.engine.failures import first_of
from teams.engine.flow import Flow, Kind, Skill
from teams.engine.mix import alone
from teams.engine.mix_journey import Journey
from teams.engine.records import Record, Seed, as_json
from teams.engine.stagehand import Stagehand


class Retracing(Engine):
    """One way of one seed, into a journal of its own."""

    one_way = OneWay

    def __init__(
        self,
        way: Way,
        skill: Skill,
        journal: Journal,
        model_for: Callable[[str], Model],
        meter: Meter,
        stagehand: Stagehand,
        **more: Any,
    ) -> None:
        """`journal` holds what was asked and answered on the way; `more` as the engine takes it."""
        parts = alone(skill)
        super().__init__(parts, journal, model_for, meter, stagehand, **more)
        self.way = way
        own = self.one_way(
            skill,
            parts.shares[skill.name],
            None,
            journal,
            self.of[skill.name],
            small=model_for("").abilities.small,
            choose=self._choose,
        )
        own.way = way
        self.draws = {skill.name: own}

    async def go(self, seed: Seed) -> None:
        """Go the way. Raises `JournalError` and `EndpointError`."""
        (skill,) = self.parts.skills.values()
        journey = Journey(skill, seed, self.way.target.round, f"{skill.version}:{seed.hash}")
        self.journal.post(("INSERT OR REPLACE INTO seeds VALUES (?,?)", (seed.id, as_json(seed))))
        try:
            await self._advance(seed, skill.flows, journey)
            await self.journal.commit()
        except* JournalError as failures:
            self._fail(first_of(failures))
        if self.fatal:
            raise self.fatal

    async def _held(
        self, flow: Flow, kind: Kind, record: Record, journey: Journey, chat_id: str
    ) -> Sequence[Record] | Exception | None:
        outcome = await super()._held(flow, kind, record, journey, chat_id)
        await self.journal.commit()
        return self._seen(flow, record, chat_id, outcome)

    def _seen(
        self, flow: Flow, record: Record, chat_id: str, outcome: Sequence[Record] | Exception | None
    ) -> Sequence[Record] | Exception | None:
        """Look at what a chat came to; return what is gone on with."""
        return self._on_the_way(outcome) if self.yields(record, chat_id, outcome) else self.stood(record, chat_id)

    def yields(self, record: Record, chat_id: str, outcome: Sequence[Record] | Exception | None) -> bool:
        """Say whether a chat yields now what the way goes on with, or never yielded anything for it."""
        rows = self.way.rows.get(chat_id)
        if not rows:
            return True
        if outcome is None or isinstance(outcome, Exception):
            return False
        made = {(child.id, type(child).__name__.lower()): as_json(child) for child in outcome}
        return all(made.get((row.id, row.type)) == row.record for row in rows)

    def stood(self, record: Record, chat_id: str) -> Sequence[Record]:
        """Return what a chat yielded in the run, made again of its rows."""
        return [rebuilt(row, record) for row in self.way.rows[chat_id]]

    def _on_the_way(self, outcome: Sequence[Record] | Exception | None) -> Sequence[Record] | Exception | None:
        """Leave out what came of a chat beside the way."""
        if outcome is None or isinstance(outcome, Exception):
            return outcome
        ids = self.way.ids
        return [child for child in outcome if unmarked(child.id) in ids] or outcome[:1]
