"""What a run made, a page at a time: pairs and what fell out on the way, in the order of their ids.

Ids begin with the skill and are primary keys: a page costs as much in a run of a million pairs as in one of ten.
"""

from __future__ import annotations

import heapq
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from agents.hand import Act, Hand, overlay, standing
from agents.view.conversation import read
from agents.view.lineage import STAYED_OUT
from agents.view.run import Run

VERDICTS = ("accepted", "rejected", "dropped")
PAGE = 20
_VERDICT = {True: "accepted", False: "rejected"}


@dataclass(frozen=True)
class Wanted:
    """Which of them to list; an empty field asks for nothing."""

    skill: str = ""
    kind: str = ""
    stage: str = ""
    verdict: str = ""
    failed: str = ""
    """Name of a check that failed."""


@dataclass(frozen=True)
class Entry:
    """One line of a list."""

    id: str
    verdict: str
    stage: str
    kind: str
    reason: str
    text: str = ""
    by_hand: bool = False


@dataclass
class Browser:
    """Lists a run as it is now."""

    run: Run
    hand: Hand
    touched: Mapping[str, list[Act]] = field(default_factory=dict)

    def page(self, wanted: Wanted, after: str = "", limit: int = PAGE) -> list[Entry]:
        """Return the entries that follow an id. Raises `UsageError`."""
        self.touched = self.hand.touched()
        with self.run.reading() as db:
            streams = (self._judged(db, wanted, after), self._dropped(db, wanted, after), self._kept(wanted, after))
            return list(islice(heapq.merge(*streams, key=lambda entry: entry.id), limit))

    def counts(self) -> dict[str, int]:
        """How many there are of each verdict, as people left them: what `page` lists of it."""
        self.touched = self.hand.touched()
        found = Counter(dict.fromkeys(VERDICTS, 0))
        for accepted, number in self.run.rows("SELECT accepted, count(*) FROM verdicts GROUP BY 1"):
            found[_VERDICT[bool(accepted)]] += number
        sql = "SELECT id, accepted FROM verdicts WHERE id IN (SELECT value FROM json_each(?))"
        for id, accepted in self.run.rows(sql, (json.dumps(list(self.touched)),)):
            found[_VERDICT[bool(accepted)]] -= 1
            found[self._entry(id, bool(accepted), {}).verdict] += 1
        found.update(entry.verdict for entry in self._kept(Wanted(), ""))
        (fallen,) = self.run.rows(f"SELECT count(*) FROM drops d LEFT JOIN chats c ON c.id=d.id WHERE {STAYED_OUT}")[0]
        return {**found, "dropped": fallen}

    def _judged(self, db: sqlite3.Connection, wanted: Wanted, after: str) -> Iterator[Entry]:
        if wanted.verdict == "dropped":
            return
        where, values = ["v.id>?"], [max(after, f"{wanted.skill}/" if wanted.skill else "")]
        if wanted.skill:
            where.append("v.id<?")
            values.append(f"{wanted.skill}0")
        if wanted.verdict:  # what people said of others may make them so
            where.append("(v.accepted=? OR v.id IN (SELECT value FROM json_each(?)))")
            values += [str(int(wanted.verdict == "accepted")), json.dumps(list(self.touched))]
        if wanted.kind:
            where.append("EXISTS (SELECT 1 FROM records r WHERE r.id=v.id AND r.type='pair' AND r.kind=?)")
            values.append(wanted.kind)
        if wanted.stage:
            where.append("json_extract(v.row, '$.stage')=?")
            values.append(wanted.stage)
        if wanted.failed:
            failed = "json_extract(c.value, '$.check')=? AND NOT json_extract(c.value, '$.passed')"
            where.append(f"NOT v.accepted AND EXISTS (SELECT 1 FROM json_each(v.verdict, '$.checks') c WHERE {failed})")
            values.append(wanted.failed)
        sql = f"SELECT v.id, v.accepted, v.row FROM verdicts v WHERE {' AND '.join(where)} ORDER BY v.id"
        for id, accepted, row in db.execute(sql, values):
            entry = self._entry(id, bool(accepted), read(row, dict))
            if wanted.verdict in ("", entry.verdict):
                yield entry

    def _kept(self, wanted: Wanted, after: str) -> Iterator[Entry]:
        """Pairs of branches that people put into the data."""
        for id, acts in self.touched.items():
            row = overlay(None, acts) if id > after else None
            if row is None or not id.startswith(f"{wanted.skill}/" if wanted.skill else ""):
                continue
            entry = self._entry(id, bool((row.get("verdict") or {}).get("accepted")), row)
            asked = {"kind": entry.kind, "stage": entry.stage, "verdict": entry.verdict, "failed": _check(entry.reason)}
            if all(getattr(wanted, field) in ("", had) for field, had in asked.items()):
                yield entry

    def _entry(self, id: str, accepted: bool, row: Mapping[str, Any]) -> Entry:
        said = [act for act in standing(self.touched.get(id, ())) if act.act in ("accept", "reject")]
        failed = [check for check in (row.get("verdict") or {}).get("checks") or () if not check.get("passed")]
        reason = f"{failed[0].get('check')}: {failed[0].get('evidence')}" if failed else ""
        if said:
            accepted, reason = said[-1].act == "accept", str(said[-1].value.get("reason") or "")
        asked = [str(m.get("content") or "") for m in row.get("messages") or () if m.get("role") == "user"]
        kind = str((row.get("kinds") or {}).get("instruct") or "")
        return Entry(
            id, _VERDICT[accepted], str(row.get("stage") or ""), kind, reason, next(iter(asked), ""), bool(said)
        )

    def _dropped(self, db: sqlite3.Connection, wanted: Wanted, after: str) -> Iterator[Entry]:
        if wanted.verdict not in ("", "dropped") or wanted.failed:
            return
        where, values = [STAYED_OUT, "d.id>?"], [max(after, f"{wanted.skill}/" if wanted.skill else "")]
        if wanted.skill:
            where.append("d.id<?")
            values.append(f"{wanted.skill}0")
        for column, value in (("kind", wanted.kind), ("stage", wanted.stage)):
            if value:
                where.append(f"d.{column}=?")
                values.append(value)
        sql = "SELECT d.id, d.stage, d.kind, d.reasons FROM drops d LEFT JOIN chats c ON c.id=d.id WHERE "
        for id, stage, kind, reasons in db.execute(f"{sql}{' AND '.join(where)} ORDER BY d.id", values):
            yield Entry(id, "dropped", stage, kind, str(next(iter(read(reasons, list)), "")))


def _check(reason: str) -> str:
    return reason.partition(":")[0]
