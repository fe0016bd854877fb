"""Take seeds through a skill's flows: draw the kinds, hold the chats, keep what they yield, judge the pairs.

What is tried is a pure function of the seed's content, the skill and the round; only which kinds still lack pairs
depends on what was accepted before, and that is written down when it was looked at. A chat that fails yields nothing
and one line in `rejected.jsonl`; its siblings never notice. Everything goes through the journal, so that a run can
stop at any point and go on.
"""

from __future__ import annotations

import asyncio
import json
import math
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from agents.chat_log import ChatLog, digest
from agents.errors import CallError, EndpointError
from agents.journal import Journal, JournalError, Statement
from agents.meter import Meter, StageMeter, Stopped
from agents.models.model import Model
from sandbox import SandboxError
from teams.engine.acceptance import Acceptance
from teams.engine.flow import Drop, Flow, Kind, Scene, Seat, Skill, Staging
from teams.engine.hold import aside, hold, seat
from teams.engine.records import Pair, Record, Seed, as_json
from teams.engine.stagehand import Stagehand
from teams.engine.verdict import Check, Finding, Verdict, run_checks

ROUNDS = 3
"""A seed is tried in so many rounds at most; after that it is exhausted."""


@dataclass
class Journey:
    """One seed in one round."""

    seed: Seed
    round: int
    plan: str
    """What its records are made by and from: the script's hash and the seed's. Those of another plan are made anew."""
    stopped: bool = False
    """The run ended before it was through: it is not settled and will be gone through again."""


class Engine:
    """One skill over seeds, into one journal."""

    def __init__(
        self,
        skill: Skill,
        journal: Journal,
        model_for: Callable[[str], Model],
        meter: Meter,
        stagehand: Stagehand,
        *,
        pairs: int | None = None,
        runtime: str = "lean",
        late: Sequence[Check] = (),
        keep: Callable[[Pair], None] = lambda pair: None,
        row_of: Callable[[Pair, Verdict], dict[str, Any]] = lambda pair, verdict: {},
    ) -> None:
        self.skill, self.journal, self.meter, self.hand = skill, journal, meter, stagehand
        self.model_for, self.pairs, self.runtime = model_for, pairs, runtime
        self.fatal: Exception | None = None
        enough = f"{pairs} pairs accepted"
        self._acceptance = Acceptance(journal, pairs, late, keep, row_of, on_full=lambda: meter.stop(enough))
        self.tally = self._acceptance.tally
        self._quota = self._quotas()

    def _quotas(self) -> dict[str, int]:
        """Share the pairs asked for among the kinds that are counted and can be drawn, or others would keep theirs."""
        kinds = {kind.name for flow in self.skill.flows if flow.counts for kind in self._doable(flow)}
        return {kind: math.ceil(self.pairs / len(kinds)) for kind in kinds} if self.pairs else {}

    def _doable(self, flow: Flow) -> list[Kind]:
        """Which kinds of a flow the model can do."""
        is_bound = flow.small_kinds is not None and self.model_for("").abilities.small
        return [kind for kind in flow.kinds if not is_bound or kind.name in (flow.small_kinds or ())]

    # -- one seed

    async def travel(self, seed: Seed, round: int) -> None:
        """Take one seed through all flows, once. Never raises; a fatal error stops the run through the meter."""
        journey = Journey(seed, round, f"{self.skill.version}:{seed.hash}")
        try:
            if self._settled(journey):
                return
            self.tally.seeds += 1
            if reason := self.skill.declines(seed):
                self._drop(journey, seed.id, "seed", "", [reason])
            else:
                await self._advance(seed, self.skill.flows, journey)
            if not journey.stopped:
                self._acceptance.forget(seed.id, round, journey.plan)
                await self.journal.commit(*self._settle(journey))
        except* JournalError as failures:  # branches run in task groups
            self._fail(first_of(failures))

    def _settled(self, journey: Journey) -> bool:
        id, round, plan = journey.seed.id, journey.round, journey.plan
        if not self.journal.resumed and round == 1:
            return False
        done = self.journal.rows("SELECT 1 FROM settled WHERE seed=? AND round=? AND plan=?", (id, round, plan))
        hopeless = self.journal.rows("SELECT 1 FROM drops WHERE id=? AND plan=?", (id, plan)) if round > 1 else []
        return bool(done or hopeless)

    @staticmethod
    def _settle(journey: Journey) -> list[Statement]:
        """Mark a round of a seed as gone through; what another plan made of it, and this one did not, goes."""
        old = (journey.seed.id, journey.round, journey.plan)
        return [
            ("DELETE FROM verdicts WHERE id IN (SELECT id FROM records WHERE seed=? AND round=? AND plan<>?)", old),
            ("DELETE FROM records WHERE seed=? AND round=? AND plan<>?", old),
            ("DELETE FROM drops WHERE seed=? AND round=? AND plan<>?", old),
            ("INSERT OR REPLACE INTO settled VALUES (?,?,?)", old),
        ]

    async def _advance(self, record: Record, flows: Sequence[Flow], journey: Journey) -> None:
        """Take one record through the flows that remain, branching where one yields several."""
        if isinstance(record, Pair):
            await self._judge(record, journey)
            return
        flow, *rest = flows
        async with asyncio.TaskGroup() as group:
            if flow.passes_on:
                group.create_task(self._advance(record, rest, journey))
            for kind in self._draw(flow, record, journey):
                group.create_task(self._branch(flow, kind, record, rest, journey))

    async def _branch(self, flow: Flow, kind: Kind, record: Record, rest: Sequence[Flow], journey: Journey) -> None:
        children = await self._chat(flow, kind, record, journey)
        async with asyncio.TaskGroup() as group:
            for child in children:
                group.create_task(self._advance(child, rest, journey))

    def _draw(self, flow: Flow, record: Record, journey: Journey) -> list[Kind]:
        """Choose the kinds to try, the same ones on every run.

        Kinds with quotas are written down: when the run is gone on with, others may lack pairs, and what was begun
        and paid for is to be ended.
        """
        if not flow.counts:
            return self._drawn(flow, record, journey)
        place = (journey.seed.id, journey.round, record.id, flow.label)
        if self.journal.resumed:
            sql = "SELECT kinds FROM draws WHERE seed=? AND round=? AND record=? AND flow=? AND plan=?"
            if before := self.journal.rows(sql, (*place, journey.plan)):
                names = json.loads(before[0][0])
                return [kind for kind in flow.kinds if kind.name in names]
        kinds = self._drawn(flow, record, journey)
        row = (*place, json.dumps([kind.name for kind in kinds]), journey.plan)
        self.journal.post(("INSERT OR REPLACE INTO draws VALUES (?,?,?,?,?,?)", row))
        return kinds

    def _drawn(self, flow: Flow, record: Record, journey: Journey) -> list[Kind]:
        suited = [k for k in self._doable(flow) if flow.suits is None or k.name in flow.suits.get(record.kind, ())]
        if flow.counts and self._quota and journey.round < ROUNDS:
            # In the last round quotas no longer bind: better more of one kind than fewer pairs than asked for. Nor do
            # they where none is open: what the record cost is paid.
            suited = [k for k in suited if self.tally.by_kind[k.name] < self._quota[k.name]] or suited
        if flow.sample is None or flow.sample >= len(suited):
            return suited
        return Random(f"{journey.seed.hash}:{journey.round}:{flow.label}:{record.id}").sample(suited, flow.sample)

    # -- one chat

    async def _chat(self, flow: Flow, kind: Kind, record: Record, journey: Journey) -> Sequence[Record]:
        """Hold one chat and keep what it yields. What goes wrong in it is data too."""
        again = f"@{journey.round}" if isinstance(record, Seed) and journey.round > 1 else ""
        chat_id = f"{record.id}/{flow.label}-{kind.name}{again}"
        if self.meter.stopping:
            journey.stopped = True
            return []
        try:
            children = await self._hold(flow, kind, record, journey, chat_id)
        except (Stopped, asyncio.CancelledError) as stop:
            journey.stopped = True
            if isinstance(stop, asyncio.CancelledError):
                raise
            return []
        except (EndpointError, JournalError) as error:
            journey.stopped = True
            self._fail(error)
            return []
        except Exception as error:
            self._drop(journey, chat_id, flow.stage, kind.name, [self._reason(error)], error)
            return []
        self.journal.post(*(self._record(child, record, journey, chat_id, flow) for child in children))
        return children

    async def _hold(self, flow: Flow, kind: Kind, record: Record, journey: Journey, chat_id: str) -> Sequence[Record]:
        async with self.hand.scene(chat_id, record, kind, journey.round, self.model_for) as scene:
            staging = await flow.direct(scene)
            if not isinstance(staging, Staging):
                return staging
            meter = self.meter.of(self.skill.name, flow.stage)
            scene.ask = self._asker(scene, meter)
            log = ChatLog(chat_id, self.journal)
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

    def _asker(self, scene: Scene, meter: StageMeter) -> Callable[[Seat, str], Awaitable[str]]:
        """Asides go by what is asked: a tool call that is replayed asks nothing, so their order is not repeated."""
        asked: Counter[str] = Counter()

        async def ask(place: Seat, opening: str) -> str:
            key = digest([place.name, opening])[:12]
            asked[key] += 1
            log = ChatLog(f"{scene.chat_id}/aside-{key}-{asked[key]}", self.journal)
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
            self._drop(journey, pair.id, "check", pair.kind, [self._reason(error)], error)

    async def _judge_whole(self, pair: Pair, journey: Journey) -> None:
        """Run the checks, then (if all passed) the judge's chat; keep the verdict with its evidence."""
        if self._acceptance.stands(pair, journey.plan):
            return
        verdict = run_checks(pair, self.skill.checks)
        if verdict.accepted and self.skill.judge:
            findings = await self._judged(self.skill.judge, pair, journey)
            if findings is None:
                return
            verdict = Verdict((*verdict.findings, *findings))
        if self._acceptance.full:
            # As many as asked for, not one more: this one waits, journaled, for a run that asks for more.
            journey.stopped = True
            return
        await self._acceptance.decide(pair, verdict, journey.plan)

    async def _judged(self, judge: Flow, pair: Pair, journey: Journey) -> Sequence[Finding] | None:
        notes: dict[str, Any] = {}

        async def direct(scene: Scene) -> Staging | Sequence[Record]:
            scene.notes = notes
            return await judge.direct(scene)

        await self._chat(replace(judge, direct=direct), judge.kinds[0], pair, journey)
        if journey.stopped:
            return None
        silent = [Finding("judged", False, "the judge gave no usable reply", "model")]
        return notes.get("findings", silent)  # type: ignore[no-any-return]

    # -- what falls out

    def _drop(
        self, journey: Journey, id: str, stage: str, kind: str, reasons: list[str], error: Exception | None = None
    ) -> None:
        unexpected = error is not None and not isinstance(error, (Drop, CallError, SandboxError))
        if unexpected:
            self.tally.bugs += 1
        trace = "".join(traceback.format_exception(error)) if unexpected and error else ""
        self._close(id, "failed", trace or reasons[0])
        row = (id, journey.seed.id, journey.round, stage, kind, json.dumps(reasons, ensure_ascii=False))
        self.journal.post(("INSERT OR REPLACE INTO drops VALUES (?,?,?,?,?,?,?)", (*row, journey.plan)))
        self.tally.fell_out(f"{stage}: {reasons[0].split(':')[0][:60]}")

    @staticmethod
    def _reason(error: Exception) -> str:
        if isinstance(error, Drop):
            return str(error)
        return f"{type(error).__name__}: {error}"[:500]

    def _fail(self, error: Exception) -> None:
        self.fatal = self.fatal or error
        self.meter.stop(str(error))


def first_of(failures: BaseExceptionGroup[JournalError]) -> JournalError:
    """Return one of the errors in a group: they all say the same."""
    error: BaseException = failures
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error  # type: ignore[return-value]
