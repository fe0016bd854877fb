"""Looks up in a journal what stands of some ids now, as it is to be listed: pairs as people left them, and drops."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.hand import Act, overlay, standing
from agents.view.entries import Listed, of_drop, of_pair, read_json

FELL_OUT = """
SELECT d.rowid, d.id, d.seed, d.stage, d.kind, d.reasons,
  (SELECT record FROM records WHERE id = coalesce(c.record, d.id) LIMIT 1)
FROM drops d LEFT JOIN chats c ON c.id = d.id
WHERE d.id IN ({}) AND c.state IS NOT 'done' AND d.id NOT IN (SELECT id FROM verdicts)
"""
"""What fell out before there was a pair. A chat that failed and, in a run gone on with, came to its end, did not."""
UNREADABLE = {"verdict": {"checks": [{"check": "row", "evidence": "it can't be read in the journal"}]}, "messages": []}
"""What stands for a row that no engine can have written: it is listed, and hides no other."""
Found = tuple[int, Listed]
"""The row's number, even for a verdict's, odd for a drop's, and what is listed of it. Below zero: it has no row, and
the number is that of the act by which somebody took it into the data."""


class Gathering:
    """What is known of some ids in one moment of a journal."""

    def __init__(self, db: sqlite3.Connection, ids: Sequence[str], acts: Mapping[str, Sequence[Act]]) -> None:
        self._db, self._ids, self._acts = db, ids, acts

    def listed(self) -> dict[str, Found]:
        """Return what is listed of each id of which anything stands; without times, which the events know."""
        found = dict(self._pairs())
        found.update(self._drops(found.keys()))
        return found

    def _pairs(self) -> Iterator[tuple[str, Found]]:
        rows = {
            id: (number, row) for number, id, row in self._some("SELECT rowid, id, row FROM verdicts WHERE id IN ({})")
        }
        seeds = dict(self._some("SELECT id, seed FROM records WHERE id IN ({})"))
        for id in self._ids:
            number, text = rows.get(id, (None, None))
            machine = None if text is None else read_json(text)
            if text is not None and not isinstance(machine, dict):
                machine = UNREADABLE
            acts = self._acts.get(id, ())
            kept = None if number else _kept(acts)
            listed = _as_left(id, machine, acts, seeds.get(id), kept.at if kept else None)
            if listed is not None:
                yield id, (-kept.n if kept else 2 * number, listed)

    def _drops(self, pairs: Any) -> Iterator[tuple[str, Found]]:
        rows = [row for row in self._some(FELL_OUT) if row[1] not in pairs]
        models: dict[str, list[str]] = {}
        asked = "SELECT DISTINCT chat, model FROM calls WHERE chat IN ({})"
        for chat, model in self._some(asked, [row[1] for row in rows]):
            models.setdefault(chat, []).append(model)
        for number, id, seed, stage, kind, reasons, record in rows:
            said = read_json(reasons)
            drop = {"seed": seed, "stage": stage, "kind": kind, "reasons": said if isinstance(said, list) else ()}
            born = read_json(record) if record else None
            text = str(born.get("text") or "") if isinstance(born, dict) else ""
            yield id, (2 * number + 1, of_drop(id, drop, models.get(id, ()), text, None))

    def _some(self, sql: str, ids: Sequence[str] | None = None) -> Iterator[tuple[Any, ...]]:
        wanted = self._ids if ids is None else ids
        if wanted:
            yield from self._db.execute(sql.format(",".join("?" * len(wanted))), wanted)


def _as_left(
    id: str, machine: Mapping[str, Any] | None, acts: Sequence[Act], seed: str | None, at: float | None
) -> Listed | None:
    """Return what is listed of a pair as people left it, None if nothing."""
    try:
        row = overlay(machine, acts) if acts else machine
        return None if row is None else of_pair(id, row, seed, at)
    except (TypeError, ValueError, KeyError, AttributeError):
        return of_pair(id, UNREADABLE, seed if isinstance(seed, str) else None, at)


def _kept(acts: Sequence[Act]) -> Act | None:
    """The act by which a branch's pair was taken into the data."""
    return next((act for act in reversed(standing(acts)) if act.act == "keep"), None)
