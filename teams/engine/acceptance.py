"""Which pairs are kept: the last checks, the verdict with its evidence, and the count of what became of things."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import orjson

from agents.chat_log import storable
from agents.journal import Journal
from teams.engine.records import Pair
from teams.engine.verdict import Check, Verdict, run_checks

MOST_REASONS = 500
"""Different reasons counted apart; a reason may hold words of a seed, and there is no end to those."""


@dataclass
class Tally:
    """What became of things so far."""

    accepted: int = 0
    rejected: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    """Accepted pairs by instruction kind."""
    reasons: Counter[str] = field(default_factory=Counter)
    """Why things fell out, by stage and first words of the reason."""
    seeds: int = 0
    bugs: int = 0

    def fell_out(self, *reasons: str) -> None:
        """Count why something fell out."""
        for reason in reasons:
            known = reason in self.reasons or len(self.reasons) < MOST_REASONS
            self.reasons[reason if known else "other reasons"] += 1


class Acceptance:
    """Decides on pairs, writes verdicts down, and knows when there are enough."""

    def __init__(
        self,
        journal: Journal,
        pairs: int | None,
        late: Sequence[Check],
        keep: Callable[[Pair], None],
        row_of: Callable[[Pair, Verdict], dict[str, Any]],
        on_full: Callable[[], None],
    ) -> None:
        """`late` are the checks that compare a pair with those accepted before; `keep` remembers it for them."""
        self._journal, self._pairs = journal, pairs
        self._late, self._keep, self._row_of, self._on_full = late, keep, row_of, on_full
        self.tally = Tally()
        if journal.resumed:
            self._recount()

    def _recount(self) -> None:
        counted = "SELECT json_extract(row,'$.kinds.instruct'), count(*) FROM verdicts WHERE accepted=1 GROUP BY 1"
        for kind, number in self._journal.rows(counted):
            self.tally.by_kind[kind] += number
            self.tally.accepted += number
        self.tally.rejected += self._journal.rows("SELECT count(*) FROM verdicts WHERE accepted=0")[0][0]
        self._enough()

    @property
    def full(self) -> bool:
        """There are as many pairs as were asked for."""
        return self._pairs is not None and self.tally.accepted >= self._pairs

    def _enough(self) -> None:
        if self.full:
            self._on_full()

    def stands(self, pair: Pair, plan: str) -> bool:
        """Was this very pair judged before the run was gone on with? Then its verdict stands, and is counted.

        It is not judged again: whether it is the twin of another depends on which of them came first. A pair made by
        another script, of a seed since edited, or with other words in it, is forgotten and judged anew.
        """
        if not self._journal.resumed:
            return False
        found = self._journal.rows("SELECT accepted, plan, row FROM verdicts WHERE id=?", (pair.id,))
        if not found:
            return False
        accepted, made_by, row = found[0]
        if made_by == plan and json.loads(row).get("messages") == json.loads(json.dumps(pair.messages)):
            return True
        self.tally.accepted -= accepted
        self.tally.rejected -= not accepted
        self.tally.by_kind[pair.kind] -= accepted
        return False

    def forget(self, seed: str, round: int, plan: str) -> None:
        """Count no more what another plan made of a seed and this one did not: it is about to be deleted."""
        if not self._journal.resumed:
            return
        sql = (
            "SELECT accepted, json_extract(row,'$.kinds.instruct'), count(*) FROM verdicts WHERE plan<>? AND id IN "
            "(SELECT id FROM records WHERE seed=? AND round=?) GROUP BY 1, 2"
        )
        for accepted, kind, number in self._journal.rows(sql, (plan, seed, round)):
            self.tally.rejected -= 0 if accepted else number
            if accepted:
                self.tally.accepted -= number
                self.tally.by_kind[kind] -= number

    async def decide(self, pair: Pair, verdict: Verdict, plan: str) -> None:
        """Compare a pair that passed with those before it; write down the verdict."""
        if verdict.accepted:
            # Last, and with nothing awaited before the pair is kept: two twins must not both find no other.
            verdict = Verdict((*verdict.findings, *run_checks(pair, self._late).findings))
        if verdict.accepted:
            self._keep(pair)
        self._count(pair, verdict)
        found, row = _dump(verdict.as_dict()), _dump(self._row_of(pair, verdict))
        values = (pair.id, int(verdict.accepted), found, row, plan)
        await self._journal.commit(("INSERT OR REPLACE INTO verdicts VALUES (?,?,?,?,?)", values))

    def _count(self, pair: Pair, verdict: Verdict) -> None:
        if verdict.accepted:
            self.tally.accepted += 1
            self.tally.by_kind[pair.kind] += 1
            self._enough()
        else:
            self.tally.rejected += 1
            self.tally.fell_out(*(f.check for f in verdict.findings if not f.passed))


def _dump(value: Any) -> str:
    try:
        return orjson.dumps(value).decode()
    except TypeError:  # lone surrogates, numbers beyond 64 bits
        return storable(json.dumps(value, ensure_ascii=False))
