"""Which kinds are tried on a record: those that suit it, fit it, and still lack pairs.

What is drawn is a pure function of the record, the skill and the round, but for two things: which cells of the skill
still lack pairs, and what a chooser says fits. So every draw is written down, and a run that goes on draws the same:
what was begun and paid for is ended, whatever was accepted since.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from agents.journal import Journal
from teams.engine.acceptance import Tally
from teams.engine.flow import Flow, Kind, Skill
from teams.engine.mix_journey import Journey
from teams.engine.mix_shares import Cell, Part, adds, cell_counts, cell_of, cells, doable, refined_kinds
from teams.engine.records import Instruction, Record, Seed

ROUNDS = 3
"""A seed is tried in so many rounds at most; after that it is exhausted."""
PASSES = ""
"""Stands among the kinds drawn for the record itself, which goes on too."""
HOPELESS = 40
"""So many failures in a cell without one pair accepted, and it is no longer waited for: others may be made."""


class Declined(Exception):
    """Nothing of a flow fits the record; the message says why."""


Choose = Callable[[Flow, Sequence[str], Record, Journey], Awaitable[Sequence[str] | None]]
"""Holds a flow's chooser over a record: the kinds that fit, or None where it came to no choice."""


@dataclass(frozen=True)
class Drawn:
    """What is tried on a record."""

    kinds: Sequence[Kind] = ()
    passes: bool = False
    """The record itself goes on."""

    @property
    def names(self) -> list[str]:
        return [*(kind.name for kind in self.kinds), *([PASSES] if self.passes else [])]


class Draws:
    """What one skill draws."""

    def __init__(
        self,
        skill: Skill,
        part: Part,
        pairs: int | None,
        journal: Journal,
        tally: Tally,
        *,
        small: bool,
        choose: Choose | None,
    ) -> None:
        """`pairs` are those this skill is to make; None has no quotas. Without `choose` all draws are blind."""
        self.skill, self._journal, self._tally, self._small = skill, journal, tally, small
        self._choose = None if small else choose
        weights = cells(skill, part, small)
        self._unwanted = {cell for cell, weight in weights.items() if not weight}
        self.quota: Mapping[Cell, int] = cell_counts(pairs, weights) if pairs else {}
        self._under_way: Counter[Cell] = Counter()
        """What is being made for each cell."""
        self._passing: dict[Cell, list[str]] = defaultdict(list)
        """Ids of instructions that go on as they are, as often as each does, by the cell that their pairs are for."""
        self._refining = [flow for flow in skill.flows if adds(flow)]

    async def draw(self, flow: Flow, record: Record, journey: Journey) -> Drawn:
        """Choose what to try, the same on every run. Raises `Declined`."""
        place = (journey.seed.id, journey.round, record.id, flow.label)
        if self._journal.resumed and (before := self._before(*place, journey.plan)) is not None:
            drawn = Drawn([kind for kind in flow.kinds if kind.name in before], PASSES in before)
        else:
            drawn = await self._draw(flow, record, journey)
            if drawn.names:  # what waits for another run, where more may be wanted, is drawn anew there
                self._keep(place, drawn.names, journey.plan)
        self._begun(flow, drawn.kinds, record, 1)
        if drawn.passes and isinstance(record, Instruction):
            self._passing[cell_of(record)].append(record.id)
        return drawn

    def passed(self, record: Record) -> None:
        """A record that went on as it is came to its end."""
        if isinstance(record, Instruction):
            self._passing[cell_of(record)].remove(record.id)

    def ended(self, flow: Flow, kind: Kind, record: Record) -> None:
        """A kind drawn came to its end, with all that came of it."""
        self._begun(flow, [kind], record, -1)

    def _begun(self, flow: Flow, kinds: Sequence[Kind], record: Record, number: int) -> None:
        if flow.counts or adds(flow):
            for cell in filter(None, (cell_for(flow, kind, record) for kind in kinds)):
                self._under_way[cell] += number

    def _before(self, seed: str, round: int, record: str, label: str, plan: str) -> list[str] | None:
        sql = "SELECT kinds FROM draws WHERE seed=? AND round=? AND record=? AND flow=? AND plan=?"
        found = self._journal.rows(sql, (seed, round, record, label, plan))
        return json.loads(found[0][0]) if found else None

    def _keep(self, place: tuple[str, int, str, str], names: Sequence[str], plan: str) -> None:
        row = (*place, json.dumps(list(names)), plan)
        self._journal.post(("INSERT OR REPLACE INTO draws VALUES (?,?,?,?,?,?)", row))

    async def _draw(self, flow: Flow, record: Record, journey: Journey) -> Drawn:
        is_bound = bool(self.quota) and journey.round < ROUNDS
        if isinstance(record, Instruction) and is_bound and not self._wanted(record, flow):
            return Drawn()
        passes = flow.passes_on
        if isinstance(record, Instruction) and adds(flow):
            own = cell_of(record)
            passes = own not in self._unwanted and (not is_bound or self._is_open(own))
        suited = self._suited(flow, record, is_bound)
        if isinstance(flow.sample, float) and not (suited and _is_held(flow, record, flow.sample)):
            return Drawn((), True)
        if suited and flow.choose and self._choose:
            suited = await self._fitting(flow, suited, record, journey, self._choose)
        most = 1 if isinstance(flow.sample, float) else flow.sample
        if most is not None and most < len(suited):
            hash = f"{journey.seed.hash}:{journey.round}:{flow.label}:{record.id}"
            suited = Random(hash).sample(suited, most)
        if is_bound and isinstance(record, Instruction) and adds(flow):
            # It is paid, but its answer is not: where enough of its kind are on their way, slower kinds keep their
            # places.
            passes = passes and self._has_place(record)
        return Drawn(suited, passes)

    # -- what suits

    def _suited(self, flow: Flow, record: Record, is_bound: bool) -> list[Kind]:
        """Return the kinds that suit a record and, where quotas bind, lead to cells that lack pairs."""
        suiting = self._suiting(flow, record)
        suited = [kind for kind in flow.kinds if kind.name in suiting]
        if flow.counts:
            lacking = [kind for kind in suited if self._lacks(kind.name, is_bound)]
            # Rather what nobody is at work on; but what the record cost is paid, and what is under way may fail.
            return [kind for kind in lacking if is_bound and self._has_room((kind.name, "instruct"))] or lacking
        if isinstance(record, Instruction) and adds(flow):
            open_ = self._open_goals(flow, record.kind, is_bound, has_room=True)
            return [goal for goal in suited if goal.name in open_]
        if isinstance(record, Instruction):
            return suited
        return [k for k in suited if self._leads(k.name)] if is_bound and isinstance(record, Seed) else suited

    def _suiting(self, flow: Flow, record: Record) -> list[str]:
        able = doable(flow, self._small)
        return able if flow.suits is None else [name for name in able if name in flow.suits.get(record.kind, ())]

    def _lacks(self, kind: str, is_bound: bool = True) -> bool:
        """Say whether pairs of a kind are wanted, or of what it is refined to."""
        is_own = self._is_open((kind, "instruct"), is_bound)
        return is_own or any(self._open_goals(flow, kind, is_bound) for flow in self._refining)

    def _leads(self, transform: str) -> bool:
        """Say whether a way to rewrite a seed leads to a kind that lacks pairs."""
        flows = [flow for flow in self.skill.flows if flow.counts]
        flows = [flow for flow in flows if flow.suits is not None and transform in flow.suits]
        return not flows or any(self._lacks(kind) for flow in flows for kind in (flow.suits or {})[transform])

    def _wanted(self, record: Instruction, flow: Flow) -> bool:
        """Say whether a paid instruction is worth going on with: for its own cell, or one it can be refined to."""
        if self._is_open(cell_of(record)):
            return True
        flows = self.skill.flows
        ahead = flows[next((n for n, one in enumerate(flows) if one is flow), 0) :]
        return any(self._open_goals(one, record.kind) for one in ahead if adds(one))

    def _open_goals(self, flow: Flow, kind: str, is_bound: bool = True, *, has_room: bool = False) -> list[str]:
        """Return the goals of a flow that lead from a kind to cells that lack pairs."""
        found = []
        for goal, made in refined_kinds(flow, kind, self._small).items():
            cell = (made, "refine")
            if self._is_open(cell, is_bound) and not (has_room and is_bound and not self._has_room(cell)):
                found.append(goal)
        return found

    def _is_open(self, cell: Cell, is_bound: bool = True) -> bool:
        """Say whether a cell lacks pairs. One that never yields any doesn't hold the others up for ever."""
        if cell in self._unwanted:
            return False
        if not is_bound or cell not in self.quota or self._lacks_pairs(cell):
            return True
        if any(self._lacks_pairs(one) for one in self.quota):
            return False
        return not self._is_hopeless(cell) or all(map(self._is_hopeless, self.quota))

    def _has_room(self, cell: Cell) -> bool:
        """Say whether a cell would lack pairs though all that is under way for it came to something."""
        if cell not in self.quota:
            return True
        return self._tally.cells[cell] + self._under_way[cell] < self.quota[cell] and not self._is_hopeless(cell)

    def _has_place(self, record: Instruction) -> bool:
        """Say whether the pair of an instruction would be lacking, should as many that go on come to something as did.

        Measured on six cells with answers of unequal speed, fullest less emptiest of two runs each: 0 and 0 instead of
        6 and 4 at 36 pairs that all pass, for a third more seeds; 2 and 0 instead of 9 and 5 at 60 pairs, 64 at once,
        of which four in five fall out, for 40 % more. At 120 of which every second falls out nothing is won: 5 and 2,
        before 2 and 2, for a tenth more.
        """
        cell = cell_of(record)
        others = {*self._passing[cell]} - {record.id}
        share = (self._tally.accepted + 1) / (self._tally.accepted + self._tally.failed.total() + 1)
        return not self._lacks_pairs(cell) or self._tally.cells[cell] + len(others) * share < self.quota[cell]

    def _lacks_pairs(self, cell: Cell) -> bool:
        return self._tally.cells[cell] < self.quota[cell] and not self._is_hopeless(cell)

    def _is_hopeless(self, cell: Cell) -> bool:
        return not self._tally.cells[cell] and self._tally.failed[cell] >= HOPELESS

    # -- what fits

    async def _fitting(
        self, flow: Flow, suited: list[Kind], record: Record, journey: Journey, choose: Choose
    ) -> list[Kind]:
        """Return the kinds a chooser finds fitting; all that suit, where it comes to no choice. Raises `Declined`."""
        # The same seed in a later round: what fits it has not changed.
        place = (journey.seed.id, 1, record.id, f"{flow.label}?")
        may_stand = journey.round > 1 or self._journal.resumed
        names: Sequence[str] | None = self._before(*place, journey.plan) if may_stand else None
        if names is None:
            names = await choose(flow, self._suiting(flow, record), record, journey)
            if names is None:
                return suited
            self._keep(place, names, journey.plan)
        return [kind for kind in suited if kind.name in names]


def cell_for(flow: Flow, kind: Kind, record: Record) -> Cell | None:
    """Return the cell a chat works for, as far as its pairs are counted."""
    if flow.counts:
        return kind.name, "instruct"
    if not isinstance(record, Instruction):
        return None
    made = refined_kinds(flow, record.kind, False).get(kind.name) if adds(flow) else None
    return (made, "refine") if made else cell_of(record)


def _is_held(flow: Flow, record: Record, share: float) -> bool:
    return Random(f"{flow.label}:{record.id}").random() < share
