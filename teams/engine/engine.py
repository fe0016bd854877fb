"""Take seeds through the flows of skills: draw the kinds, hold the chats, keep what they yield, judge the pairs.

What is tried, `mix_draw` says, and writes down what it looked at. A chat that fails yields nothing
and one line in `rejected.jsonl`; its siblings never notice. Everything goes through the journal, so that a run can
stop at any point and go on.
"""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from typing import Any

from agents.chat_log import ChatLog, digest
from agents.errors import EndpointError
from agents.journal import Journal, JournalError, Statement
from agents.meter import Meter, StageMeter, Stopped
from agents.models.model import Model
from agents.onlooker import Onlooker
from teams.engine.acceptance import Acceptance
from teams.engine.checking import verdict_of
from teams.engine.failures import first_of, is_out_of_reach, reason_of, trace_of
from teams.engine.flow import Drop, Flow, Kind, Scene, Seat, Staging, noting
from teams.engine.hold import aside, hold, seat
from teams.engine.mix import Parts
from teams.engine.mix_draw import Declined, Drawn, Draws, cell_for
from teams.engine.mix_journey import Journey, is_settled, settle
from teams.engine.mix_shares import pairs_a_seed
from teams.engine.mix_turns import Turns, Weights
from teams.engine.records import Pair, Record, Seed, as_json, without
from teams.engine.said_by import SaidBy
from teams.engine.stagehand import Stagehand
from teams.engine.verdict import Check, Finding, Verdict, examined


class Engine:
    """The skills of a run over seeds, into one journal."""

    def __init__(
        self,
        parts: Parts,
        journal: Journal,
        model_for: Callable[[str], Model],
        meter: Meter,
        stagehand: Stagehand,
        *,
        pairs: int | None = None,
        runtime: str = "lean",
        late: Sequence[Check] = (),
        keep: Callable[[Pair], None] = lambda pair: None,
        row_of: Callable[[str, Pair, Verdict], dict[str, Any]] = lambda skill, pair, verdict: {},
        chosen: bool = True,
        chats: int | None = None,
        onlooker: Onlooker | None = None,
    ) -> None:
        """`chosen`: let a flow's chooser say what fits. `chats`: so many at a time; None: as many as there are."""
        self.parts, self.journal, self.meter, self.hand = parts, journal, meter, stagehand
        self.model_for, self.pairs, self.runtime = model_for, pairs, runtime
        self.onlooker = onlooker or Onlooker()
        self.said_by = SaidBy(self.onlooker, journal)
        self.fatal: Exception | None = None
        enough = f"{pairs} pairs accepted"
        self.quotas: dict[str, int | None] = dict(parts.counts(pairs)) if pairs else dict.fromkeys(parts.skills)
        self.acceptance = Acceptance(journal, self.quotas, late, keep, row_of, on_full=lambda: meter.stop(enough))
        self.tally, self.of = self.acceptance.tally, self.acceptance.of
        self._before = {name: tally.accepted for name, tally in self.of.items()}
        shares = {name: parts.shares[name].share for name in parts.skills}
        small = model_for("").abilities.small
        expected = {name: pairs_a_seed(skill, small) for name, skill in parts.skills.items()}
        self.weights = Weights(shares, self.quotas, self.of, expected)
        self._turns = Turns(parts.skills, chats, self.weights, newest_first=self.onlooker.steps)
        choose = self._choose if chosen else None
        self.draws = {
            name: Draws(
                skill, parts.shares[name], self.quotas[name], journal, self.of[name], small=small, choose=choose
            )
            for name, skill in parts.skills.items()
        }

    def _meter_of(self, name: str, stage: str) -> StageMeter:
        """The meter as one chat of a skill sees it: its calls end when the skill has all its pairs."""
        return self.meter.of(name, stage, lambda: self.acceptance.is_full(name))

    @property
    def new(self) -> dict[str, int]:
        """Pairs accepted since this run went on, by skill."""
        return {name: tally.accepted - self._before[name] for name, tally in self.of.items()}

    def is_over(self, name: str) -> bool:
        """Say whether nothing more is to be begun for a skill."""
        return bool(self.meter.stopping) or self.acceptance.is_full(name)

    # -- one seed

    async def travel(self, name: str, seed: Seed, round: int) -> None:
        """Take one seed through all flows of a skill, once. Never raises; a fatal error stops the run by the meter."""
        skill = self.parts.skills[name]
        journey = Journey(skill, seed, round, f"{skill.version}:{seed.hash}")
        try:
            if is_settled(self.journal, journey):
                return
            if self.journal.resumed:  # what another plan made of it is about to be overwritten
                self.journal.post(("DELETE FROM settled WHERE seed=? AND round=?", (seed.id, round)))
            self.tally.seeds += 1
            self.of[name].seeds += 1
            self.journal.post(("INSERT OR REPLACE INTO seeds VALUES (?,?)", (seed.id, as_json(seed))))
            if reason := skill.declines(seed):
                self._drop(journey, seed.id, "seed", "", [reason])
            else:
                await self._advance(seed, skill.flows, journey)
            self.of[name].ended += 1
            if not journey.stopped:
                self.acceptance.forget(name, seed.id, round, journey.plan)
                await self.journal.commit(*settle(journey))
        except* JournalError as failures:  # branches run in task groups
            self._fail(first_of(failures))

    async def _advance(self, record: Record, flows: Sequence[Flow], journey: Journey) -> None:
        """Take one record through the flows that remain, branching where one yields several."""
        if isinstance(record, Pair):
            await self._judge(record, journey)
            return
        flow, *rest = flows
        drawn = await self._drawn(flow, record, journey)
        async with asyncio.TaskGroup() as group:
            if drawn.passes:
                going = group.create_task(self._advance(record, rest, journey))
                going.add_done_callback(lambda _: self.draws[journey.skill.name].passed(record))
            for kind in drawn.kinds:
                group.create_task(self._branch(flow, kind, record, rest, journey))

    async def _branch(self, flow: Flow, kind: Kind, record: Record, rest: Sequence[Flow], journey: Journey) -> None:
        try:
            children = await self._chat(flow, kind, record, journey)
            async with asyncio.TaskGroup() as group:
                for child in children:
                    group.create_task(self._advance(child, rest, journey))
        finally:
            self.draws[journey.skill.name].ended(flow, kind, record)

    async def _drawn(self, flow: Flow, record: Record, journey: Journey) -> Drawn:
        """Draw what is tried on a record; nothing, where it is declined or the run ends."""
        if self.is_over(journey.skill.name):
            # As many as asked for, not one more: what is here waits, journaled, for a run that asks for more.
            journey.stopped = True
            return Drawn()
        try:
            return await self.draws[journey.skill.name].draw(flow, record, journey)
        except Stopped:
            return Drawn()
        except Declined as declined:
            self._drop(journey, record.id, flow.stage, "", [str(declined)])
            return Drawn()

    async def _choose(self, flow: Flow, names: Sequence[str], record: Record, journey: Journey) -> Sequence[str] | None:
        """Hold a flow's chooser over a record; None where it failed: then the draw is blind. Raises `Declined`."""
        assert flow.choose
        chooser, notes = flow.choose, {"kinds": tuple(names)}
        named = replace(chooser, direct=noting(chooser, notes), name=chooser.name or f"{flow.label}-chooser")
        chat_id = f"{record.id}/{named.label}-{named.kinds[0].name}"
        outcome = await self._held(named, named.kinds[0], record, journey, chat_id)
        if outcome is None:
            raise Stopped
        if isinstance(outcome, Drop):
            self._close(chat_id, "done", "")
            raise Declined(str(outcome))
        if isinstance(outcome, Exception):
            self._drop(journey, chat_id, named.stage, named.kinds[0].name, [reason_of(outcome)], outcome)
            return None
        fitting = [name for name in notes.get("chosen", ()) if name in names]
        if not fitting:
            raise Declined(str(notes.get("why") or "nothing that can be made here fits it"))
        return fitting

    # -- one chat

    async def _chat(self, flow: Flow, kind: Kind, record: Record, journey: Journey) -> Sequence[Record]:
        """Hold one chat and keep what it yields. What goes wrong in it is data too."""
        again = f"@{journey.round}" if isinstance(record, Seed) and journey.round > 1 else ""
        chat_id = f"{record.id}/{flow.label}-{kind.name}{again}"
        if flow.is_optional and self._fell_out(chat_id, journey):
            # Pairs may have been made of the record since: were the chat held now, there would be two of each.
            return [without(record, flow.label)]
        outcome = await self._held(flow, kind, record, journey, chat_id)
        if outcome is None:
            return []
        failure = outcome if isinstance(outcome, Exception) else None
        if failure:
            self._drop(journey, chat_id, flow.stage, kind.name, [reason_of(failure)], failure)
        if failure or not outcome:
            if flow.is_optional:
                return [without(record, flow.label)]
            if cell := cell_for(flow, kind, record):
                self.of[journey.skill.name].failed[cell] += 1
        if isinstance(outcome, Exception):
            return []
        born = (self._record(child, record, journey, chat_id, flow) for child in outcome if child is not record)
        self.journal.post(*born)
        self.said_by.born(outcome, record, chat_id)
        return outcome

    def _fell_out(self, chat_id: str, journey: Journey) -> bool:
        """Say whether a chat fell out in an earlier life of the run."""
        sql = "SELECT 1 FROM drops WHERE id=? AND plan=?"
        return self.journal.resumed and bool(self.journal.rows(sql, (chat_id, journey.plan)))

    async def _held(
        self, flow: Flow, kind: Kind, record: Record, journey: Journey, chat_id: str
    ) -> Sequence[Record] | Exception | None:
        """Hold one chat; return what it yields, or the error it fell out with, or None where the run ends first."""
        name = journey.skill.name
        try:
            async with self._turns.turn(name):
                if self.is_over(name):
                    journey.stopped = True
                    return None
                outcome = await self._hold(flow, kind, record, journey, chat_id)
            if self.journal.resumed:  # it may have fallen out before, of something that has since been mended
                self.journal.post(("DELETE FROM drops WHERE id=?", (chat_id,)))
            return outcome
        except (Stopped, asyncio.CancelledError) as stop:
            journey.stopped = True
            if isinstance(stop, asyncio.CancelledError):
                raise
            return None
        except (EndpointError, JournalError) as error:
            journey.stopped = True
            self._fail(error)
            return None
        except Exception as error:
            return error
        finally:
            self.onlooker.ended(chat_id)

    async def _hold(self, flow: Flow, kind: Kind, record: Record, journey: Journey, chat_id: str) -> Sequence[Record]:
        async with self.hand.scene(chat_id, record, kind, journey.round, self.model_for) as scene:
            staging = await flow.direct(scene)
            if not isinstance(staging, Staging):
                return staging
            meter = self._meter_of(journey.skill.name, flow.stage)
            scene.ask = self._asker(scene, meter, chat_id)
            log = ChatLog(chat_id, self.journal, self.onlooker)
            cast = seat(scene, staging, self.model_for, log, meter, self.runtime)
            names = json.dumps([place.name for place in staging.seats])
            self.journal.post(
                (
                    # A chat gone through again keeps its state until it comes to an end: what it yielded is there.
                    "INSERT INTO chats VALUES (?,?,?,?,?,?,?,?,?) ON CONFLICT (id) DO UPDATE SET cast=excluded.cast",
                    (chat_id, record.id, journey.seed.id, journey.round, flow.stage, kind.name, names, "open", ""),
                )
            )
            talk = await hold(cast, staging.opening, log)
            children = await flow.harvest(scene, talk)
            self._close(chat_id, "done", "")
            return children

    def _asker(self, scene: Scene, meter: StageMeter, chat_id: str) -> Callable[[Seat, str], Awaitable[str]]:
        """Asides go by what is asked: a tool call that is replayed asks nothing, so their order is not repeated."""
        asked: Counter[str] = Counter()

        async def ask(place: Seat, opening: str) -> str:
            key = digest([place.name, opening])[:12]
            asked[key] += 1
            log = ChatLog(f"{chat_id}/aside-{key}-{asked[key]}", self.journal, self.onlooker)
            return await aside(scene, place, opening, self.model_for, log, meter, self.runtime)

        return ask

    def _close(self, chat_id: str, state: str, error: str) -> None:
        self.journal.post(("UPDATE chats SET state=?, error=? WHERE id=?", (state, error, chat_id)))

    def _record(self, child: Record, parent: Record, journey: Journey, chat_id: str, flow: Flow) -> Statement:
        values = (child.id, type(child).__name__.lower(), parent.id, journey.seed.id, flow.stage, child.kind)
        return (
            "INSERT OR REPLACE INTO records VALUES (?,?,?,?,?,?,?,?,?,?)",
            (*values, journey.round, chat_id, journey.plan, as_json(child)),
        )

    # -- one pair

    async def _judge(self, pair: Pair, journey: Journey) -> None:
        """Judge a pair. A check that breaks costs the pair, not the run."""
        try:
            await self._judge_whole(pair, journey)
        except JournalError:
            raise
        except Exception as error:
            self._drop(journey, pair.id, "check", pair.kind, [reason_of(error)], error)

    async def _judge_whole(self, pair: Pair, journey: Journey) -> None:
        """Run the checks, then (if all passed) the judge's chat; keep the verdict with its evidence."""
        skill = journey.skill
        if await self.acceptance.stands(skill.name, pair, journey.plan):
            return
        verdict = await verdict_of(pair, skill)
        if verdict.accepted and skill.judge:
            findings = await self._judged(skill.judge, pair, journey)
            if findings is None:
                return
            verdict = Verdict((*verdict.findings, *findings))
        if self.acceptance.is_full(skill.name):
            # As many as asked for, not one more: this one waits, journaled, for a run that asks for more.
            journey.stopped = True
            return
        verdict = await self.acceptance.decide(skill.name, pair, verdict, journey.plan)
        self.onlooker.judged(pair.id, verdict.accepted, verdict.reasons)

    async def _judged(self, judge: Flow, pair: Pair, journey: Journey) -> Sequence[Finding] | None:
        """Hold the judge's chat; None where the pair has to wait for a run in which there is a judge for it."""
        notes: dict[str, Any] = {}
        kind = judge.kinds[0]
        chat_id = f"{pair.id}/{judge.label}-{kind.name}"
        outcome = await self._held(replace(judge, direct=noting(judge, notes)), kind, pair, journey, chat_id)
        if outcome is None:
            return None
        if isinstance(outcome, Exception):
            self._drop(journey, chat_id, judge.stage, kind.name, [reason_of(outcome)], outcome)
            if is_out_of_reach(outcome):
                # The pair is finished and paid for, and nobody has said a word against it: it waits, journaled.
                journey.stopped = True
                self.tally.unjudged += 1
                return None
        self.said_by.judged(pair, chat_id)
        silent = [Finding("judged", False, "the judge gave no usable reply", "model")]
        return examined(notes.get("findings", silent), self.model_for("").abilities.small)

    # -- what falls out

    def _drop(
        self, journey: Journey, id: str, stage: str, kind: str, reasons: list[str], error: Exception | None = None
    ) -> None:
        trace = trace_of(error)
        if trace:
            self.tally.bugs += 1
            self.of[journey.skill.name].bugs += 1
        self._close(id, "failed", trace or reasons[0])
        row = (id, journey.seed.id, journey.round, stage, kind, json.dumps(reasons, ensure_ascii=False))
        self.journal.post(
            ("DELETE FROM verdicts WHERE id=?", (id,)),  # what fell out is not accepted too
            ("INSERT OR REPLACE INTO drops VALUES (?,?,?,?,?,?,?)", (*row, journey.plan)),
        )
        self.onlooker.fell_out(id, stage, reasons)
        self.acceptance.fell_out(journey.skill.name, f"{stage}: {reasons[0].split(':')[0][:60]}")

    def _fail(self, error: Exception) -> None:
        self.fatal = self.fatal or error
        self.meter.stop(str(error))
