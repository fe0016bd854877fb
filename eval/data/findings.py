"""Findings: what was measured, against which limit, why it matters, and the pairs to look at. The worst comes first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from eval.data.thresholds import ORDER, TABLE, Severity

SHOWN = 8
"""Pairs named with a finding."""


@dataclass(frozen=True)
class PairLink:
    """Where a pair is to be found."""

    source: str
    """The run's folder, or the file."""
    id: str
    line: int
    note: str = ""
    is_run: bool = True

    def as_json(self) -> dict[str, Any]:
        """Return what goes into the report."""
        return {"source": self.source, "id": self.id, "line": self.line, "note": self.note, "is_run": self.is_run}


@dataclass(frozen=True)
class Finding:
    """One thing to say of the data."""

    key: str
    """Which line of the table of thresholds."""
    severity: Severity
    title: str
    measured: str
    n: int
    """Items it was reckoned over."""
    rank: float
    """The higher, the sooner it is said among those as bad."""
    pairs: Sequence[PairLink] = ()
    skill: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return what goes into the report."""
        threshold = TABLE.get(self.key)
        return {
            "severity": self.severity,
            "key": self.key,
            "skill": self.skill,
            "title": self.title,
            "measured": self.measured,
            "n": self.n,
            "threshold": threshold.limit() if threshold else "",
            "why": threshold.why if threshold else "",
            "pairs": [pair.as_json() for pair in self.pairs[:SHOWN]],
        }


def finding(
    key: str,
    title: str,
    value: float,
    n: int,
    measured: str = "",
    pairs: Sequence[PairLink] = (),
    skill: str = "",
) -> Finding | None:
    """Hold a value against its threshold; None where there are too few items to tell."""
    threshold = TABLE[key]
    severity = threshold.judge(value, n)
    if severity is None:
        return None
    shown = measured or f"{value:.2%} of {n:,}"
    # Of two as far beyond their limits, the one measured over more items.
    rank = threshold.excess(value) + min(n, 10**6) / 10**9
    return Finding(key, severity, title, shown, n, rank, pairs if severity != "good" else (), skill)


def note(key: str, title: str, measured: str, n: int = 0, pairs: Sequence[PairLink] = ()) -> Finding:
    """Say what is neither good nor bad, but must be known."""
    return Finding(key, "note", title, measured, n, 0.0, pairs)


def ordered(found: Iterable[Finding | None]) -> list[Finding]:
    """Return the findings, the worst first, what is good last."""
    return sorted(filter(None, found), key=lambda one: (ORDER.index(one.severity), -one.rank, one.title))
