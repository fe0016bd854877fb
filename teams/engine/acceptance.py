"""Which pairs are kept: the last checks, the verdict with its evidence, and the count of what became of things."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from agents.chat_log import storable
from agents.journal import Journal
from teams.engine.mix_shares import Cell, cell_of
from teams.engine.records import Pair
from teams.engine.verdict import Check, Verdict, run_checks

MOST_REASONS = 500
"""Different reasons counted apart; a reason may hold words of a seed, and there is no end to those."""


@dataclass
class Tally:
    """What became of things so far, in all or of one skill."""

    accepted: int = 0
    rejected: int = 0
    cells: Counter[Cell] = field(default_factory=Counter)
    """Accepted pairs by kind and stage."""
    failed: Counter[Cell] = field(default_factory=Counter)
    """What was tried for a cell in this run and came to nothing."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Why things fell out, by stage and first words of the reason."""
    seeds: int = 0
    """Seeds begun in this run, and of them those gone through."""
    ended: int = 0
    bugs: int = 0
    unjudged: int = 0
    """Pairs that wait, as their judge could not be asked."""

    @property
    def by_kind(self) -> Counter[str]:
        """Accepted pairs by instruction kind."""
        found: Counter[str] = Counter()
        for (kind, _), number in self.cells.items():
            found[kind] += number
        return +found

    def fell_out(self, *reasons: str) -> None:
        """Count why something fell out."""
        for reason in reasons:
            known = reason in self.reasons or len(self.reasons) < MOST_REASONS
            self.reasons[reason if known else "other reasons"] += 1


_CELL = "json_extract(row,'$.kinds.instruct'), json_array_length(row,'$.kinds.refine')>0"
"""Where a stored row is counted: its kind, and whether it was refined."""


class Acceptance:
    """Decides on pairs, writes verdicts down, and knows when a skill has enough of them, and when all have."""

    def __init__(
        self,
        journal: Journal,
        quotas: Mapping[str, int | None],
        late: Sequence[Check],
        keep: Callable[[Pair], None],
        row_of: Callable[[str, Pair, Verdict], dict[str, Any]],
        on_full: Callable[[], None],
    ) -> None:
        """`quotas`: how many pairs each skill is to make; None knows no end.

        `late` are the checks that compare a pair with those accepted before; `keep` remembers it for them.
        """
        self._journal, self._quotas = journal, quotas
        self._late, self._keep, self._row_of, self._on_full = late, keep, row_of, on_full
        self.tally = Tally()
        """Of all skills together."""
        self.of = {name: Tally() for name in quotas}
        """Of each skill."""
        if journal.resumed:
            self._recount()

    def _recount(self) -> None:
        counted = f"SELECT json_extract(row,'$.skill'), accepted, {_CELL}, count(*) FROM verdicts GROUP BY 1, 2, 3, 4"
        for skill, accepted, kind, refined, number in self._journal.rows(counted):
            self._count(skill, (kind, "refine" if refined else "instruct"), accepted, number)
        self._enough()

    def _count(self, skill: str, cell: Cell, accepted: bool, number: int) -> None:
        for tally in filter(None, (self.tally, self.of.get(skill))):
            if accepted:
                tally.accepted += number
                tally.cells[cell] += number
            else:
                tally.rejected += number

    def is_full(self, skill: str) -> bool:
        """Say whether a skill has as many pairs as are asked of it."""
        quota = self._quotas[skill]
        return quota is not None and self.of[skill].accepted >= quota

    @property
    def all_full(self) -> bool:
        """Every skill has its pairs."""
        return all(map(self.is_full, self._quotas))

    def _enough(self) -> None:
        if self.all_full:
            self._on_full()

    def fell_out(self, skill: str, *reasons: str) -> None:
        """Count why something fell out."""
        self.tally.fell_out(*reasons)
        self.of[skill].fell_out(*reasons)

    async def stands(self, skill: str, pair: Pair, plan: str) -> bool:
        """Was this very pair judged before the run was gone on with? Then its verdict stands, and is counted.

        It is not judged again: whether it is the twin of another depends on which of them came first. A pair made by
        another script, of a seed since edited, or with other words in it, is forgotten and judged anew: its old verdict
        is gone before that, as whatever becomes of the new one, the old one says nothing of it.
        """
        if not self._journal.resumed:
            return False
        found = self._journal.rows("SELECT accepted, plan, row FROM verdicts WHERE id=?", (pair.id,))
        if not found:
            return False
        accepted, made_by, text = found[0]
        row = json.loads(text)
        if made_by == plan and row.get("messages") == json.loads(json.dumps(pair.messages)):
            return True
        kinds = row["kinds"]
        self._count(skill, (kinds["instruct"], "refine" if kinds["refine"] else "instruct"), accepted, -1)
        await self._journal.commit(("DELETE FROM verdicts WHERE id=?", (pair.id,)))
        return False

    def forget(self, skill: str, seed: str, round: int, plan: str) -> None:
        """Count no more what another plan made of a seed and this one did not: it is about to be deleted."""
        if not self._journal.resumed:
            return
        sql = (
            f"SELECT accepted, {_CELL}, count(*) FROM verdicts WHERE plan<>? AND id IN "
            "(SELECT id FROM records WHERE seed=? AND round=?) GROUP BY 1, 2, 3"
        )
        for accepted, kind, refined, number in self._journal.rows(sql, (plan, seed, round)):
            self._count(skill, (kind, "refine" if refined else "instruct"), accepted, -number)

    async def decide(self, skill: str, pair: Pair, verdict: Verdict, plan: str) -> Verdict:
        """Compare a pair that passed with those before it; write down the verdict and return it."""
        if verdict.accepted:
            # Last, and with nothing awaited before the pair is kept: two twins must not both find no other.
            verdict = Verdict((*verdict.findings, *run_checks(pair, self._late).findings))
        # Made before anything is counted: where a row can't be, there was no pair.
        found, row = _dump(verdict.as_dict()), _dump(self._row_of(skill, pair, verdict))
        if verdict.accepted:
            self._keep(pair)
        cell = cell_of(pair.instruction)
        self._count(skill, cell, verdict.accepted, 1)
        if verdict.accepted:
            self._enough()
        else:
            self.of[skill].failed[cell] += 1
            self.fell_out(skill, *(f.check for f in verdict.findings if not f.passed))
        values = (pair.id, int(verdict.accepted), found, row, plan)
        await self._journal.commit(("INSERT OR REPLACE INTO verdicts VALUES (?,?,?,?,?)", values))
        return verdict


def _dump(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # lone surrogates, numbers beyond 64 bits
        return storable(json.dumps(value, ensure_ascii=False))
