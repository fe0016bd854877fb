"""The whole run at a glance: what came of it and when, why pairs fell, what was spent, and whether it goes on."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from agents.errors import UsageError
from agents.view.entries import read_json
from agents.view.index_tables import GRAINS
from agents.view.run import Run

LOST_AFTER = 15.0
"""Seconds without a pulse, after which a run that did not say it ended was killed or hangs."""
RATE_OVER = 120.0
"""Seconds over which the rate is taken."""
BUCKETS, REASONS = 200, 30
VERDICTS = ("accepted", "rejected", "dropped")
_OLD_USAGE = """
SELECT substr(chat, 1, instr(chat, '/') - 1), role, model, count(*), sum(prompt_tokens), sum(completion_tokens),
  sum(seconds) FROM calls GROUP BY 1, 2, 3
"""


class Overview:
    """Reads the overview of one run, again and again."""

    def __init__(self, run: Run, on_change: Callable[[], None] = lambda: None) -> None:
        """`on_change` is called, from another thread, when more is known than was told."""
        self._run, self._on_change = run, on_change
        self._old_usage: list[tuple[Any, ...]] = []
        self._summing: threading.Thread | None = None

    def read(self, db: sqlite3.Connection) -> dict[str, Any]:
        """Return all of it except how far the index is; `db` is the index."""
        meta = {key: read_json(value) for key, value in self._run.rows("SELECT key, value FROM meta")}
        about, models = _table(meta.get("about")), _table(meta.get("models"))
        pulses = self._pulses()
        pulse = pulses[-1][1] if pulses else None
        skills = sorted({skill for (skill,) in db.execute("SELECT DISTINCT skill FROM cube WHERE count > 0")})
        quotas = _table(about.get("quotas"))
        return {
            "run": {
                "folder": self._run.folder.resolve().name,
                "skills": sorted({*skills, *quotas} or {str(meta.get("skill") or "")} - {""}),
                "language": str(meta.get("language") or about.get("language") or ""),
                "models": sorted({str(name) for name in models.values()}),
                "pairs": sum(map(_figure, quotas.values())) if quotas else (pulse or {}).get("pairs"),
                "live": _live(pulses, time.time()),
                "stopping": (pulse or {}).get("stopping"),
            },
            "counts": {**_counts(db), **self._seeds(db, pulse)},
            "pulse": pulse,
            "rate": _rate(pulses),
            "over_time": over_time(db),
            "reasons": _reasons(db),
            "coverage": _coverage(db, _cells(about.get("asked"))),
            "usage": self._usage(_table(meta.get("prices"))),
        }

    def _pulses(self) -> list[tuple[float, dict[str, Any]]]:
        """The newest beats, oldest first: `(at, figures)`."""
        if not self._run.has("pulse"):
            return []
        sql = "SELECT at, figures FROM pulse WHERE at > (SELECT max(at) FROM pulse) - ? ORDER BY at"
        beats = [(at, read_json(figures)) for at, figures in self._run.rows(sql, (RATE_OVER,))]
        return [(at, figures) for at, figures in beats if isinstance(figures, dict) and isinstance(at, float)]

    def _seeds(self, db: sqlite3.Connection, pulse: Mapping[str, Any] | None) -> dict[str, Any]:
        if pulse:
            return {"seeds": pulse.get("seeds"), "seeds_ended": pulse.get("seeds_ended")}
        ((known,),) = db.execute("SELECT count(*) FROM facets WHERE what='seed' AND count > 0")
        ((ended,),) = self._run.rows("SELECT count(DISTINCT seed) FROM settled")
        # Of a journal that is older than its pulse, none is no number: not all of them noted which seeds were done.
        return {"seeds": max(known, ended), "seeds_ended": ended or None}

    def _usage(self, prices: Mapping[str, Sequence[float]]) -> list[dict[str, Any]]:
        """What was spent by skill, role and model."""
        rows = self._run.rows("SELECT * FROM usage ORDER BY calls DESC") if self._run.has("usage") else self._summed()
        names = ("skill", "role", "model", "calls", "prompt_tokens", "completion_tokens", "seconds")
        return [dict(zip(names, row, strict=True)) | {"cost": _cost(row, prices)} for row in rows]

    def _summed(self) -> list[tuple[Any, ...]]:
        """The usage of an older journal, which has to be read whole for it: nobody waits for that."""
        if self._summing is None:
            self._summing = threading.Thread(target=self._sum, name="usage", daemon=True)
            self._summing.start()
            self._summing.join(0.2)
        return self._old_usage

    def _sum(self) -> None:
        with suppress(UsageError):
            self._old_usage = self._run.rows(_OLD_USAGE)
            self._on_change()


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _cells(asked: Any) -> dict[str, list[Sequence[Any]]]:
    """What was asked for of each skill, as far as it can be read: kind, stage, count."""
    lists = {skill: of for skill, of in _table(asked).items() if isinstance(of, list)}
    return {skill: [cell for cell in of if isinstance(cell, list) and len(cell) == 3] for skill, of in lists.items()}


def _cost(row: Sequence[Any], prices: Mapping[str, Sequence[float]]) -> float | None:
    """US dollars of a row of usage, or None where there is no price, or nobody counted tokens."""
    price = prices.get(row[2])
    if not (isinstance(price, list) and len(price) == 2 and all(isinstance(one, int | float) for one in price)):
        return None
    if row[3] and not (_figure(row[4]) or _figure(row[5])):
        return None
    return (_figure(row[4]) * _figure(price[0]) + _figure(row[5]) * _figure(price[1])) / 1e6


def _figure(value: Any) -> float:
    """A number that stands in the journal; 0 where what stands there is none."""
    return value if isinstance(value, int | float) else 0


def _live(pulses: Sequence[tuple[float, Mapping[str, Any]]], now: float) -> str:
    if not pulses:
        return "unknown"
    at, figures = pulses[-1]
    if figures.get("ended"):
        return "ended"
    return "lost" if now - at > LOST_AFTER else "running"


def _rate(pulses: Sequence[tuple[float, Mapping[str, Any]]]) -> dict[str, float] | None:
    """How quickly calls were answered and pairs accepted of late; None for a run that does not go on."""
    if _live(pulses, time.time()) != "running":
        return None
    last, figures = pulses[-1]
    mine = [(at, beat) for at, beat in pulses if beat.get("pid") == figures.get("pid")]
    first, before = mine[0]
    if last - first < 1:
        return None
    made = {name: _figure(figures.get(name)) - _figure(before.get(name)) for name in ("calls", "accepted")}
    return {
        "calls_a_second": made["calls"] / (last - first),
        "pairs_an_hour": made["accepted"] / (last - first) * 3600,
    }


def _counts(db: sqlite3.Connection) -> dict[str, int]:
    found = dict(db.execute("SELECT verdict, sum(count) FROM cube GROUP BY verdict"))
    return {verdict: found.get(verdict, 0) for verdict in VERDICTS}


def over_time(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """Return at most `BUCKETS` moments with how many pairs there were by then."""
    for grain in reversed(GRAINS):
        ends = "SELECT min(moment), max(moment) FROM moments WHERE grain=? AND count > 0"
        first, last = db.execute(ends, (grain,)).fetchone()
        if first is None:
            return []
        if last - first + 1 >= BUCKETS / 2:
            break
    width = -(-(last - first + 1) // BUCKETS)
    sql = (
        "SELECT (moment - ?) / ?, verdict, sum(count) FROM moments WHERE grain=? AND count > 0 GROUP BY 1, 2 ORDER BY 1"
    )
    so_far = dict.fromkeys(VERDICTS, 0)
    made: dict[int, dict[str, Any]] = {}
    for bucket, verdict, count in db.execute(sql, (first, width, grain)):
        so_far[verdict] += count
        made[bucket] = {"at": (first + (bucket + 1) * width) * grain, **so_far}
    return list(made.values())


def _reasons(db: sqlite3.Connection) -> list[dict[str, Any]]:
    sql = "SELECT stage, reason, count FROM reasons WHERE count > 0 ORDER BY count DESC, stage, reason LIMIT ?"
    return [dict(zip(("stage", "reason", "count"), row, strict=True)) for row in db.execute(sql, (REASONS,))]


def _coverage(db: sqlite3.Connection, asked: Mapping[str, Sequence[Sequence[Any]]]) -> list[dict[str, Any]]:
    """What there is of every kind, asked for or not; what fell out before there was a pair is not told by kinds."""
    cells: dict[tuple[str, str, str], dict[str, Any]] = {}

    def cell(skill: str, kind: str, stage: str) -> dict[str, Any]:
        stage = "refine" if stage == "refine" else "instruct"
        empty = {"skill": skill, "kind": kind, "stage": stage, "accepted": 0, "rejected": 0, "asked": None}
        return cells.setdefault((skill, kind, stage), empty)

    for skill, of in asked.items():
        for kind, stage, count in of:
            cell(skill, str(kind), stage)["asked"] = count
    sql = "SELECT skill, kind, stage, verdict, count FROM cube WHERE count > 0 AND verdict <> 'dropped'"
    for skill, kind, stage, verdict, count in db.execute(sql):
        cell(skill, kind, stage)[verdict] += count
    return [cells[key] for key in sorted(cells)]
