"""Which items of two evaluations are the same, and which are left out of a comparison and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eval.folder import Marked
from eval.results import Result

ITSELF = {
    "model", "speaker", "endpoint", "at_once", "cost", "spent", "usage", "seconds", "started", "ended", "time", "when",
    "date", "folder", "out", "command", "host", "excluded_by_set", "undefined", "leaked",
    "incomplete", "fewer", "held_out",
}  # fmt: skip
"""What `about` says of the model or of the day: it may differ."""
COUNTS = {
    "verdicts", "retried", "failed", "contradictions", "failures", "calls", "cost", "tokens", "agreement",
    "compared", "for_first", "failure_rate", "first_rate",
}  # fmt: skip
"""What a judge or an extractor did, beside what it is."""


@dataclass(frozen=True)
class Same:
    """One item that both answered."""

    first: Marked
    second: Marked

    @property
    def id(self) -> str:
        """The item's."""
        return self.first.id


@dataclass(frozen=True)
class Pairing:
    """The items of a task that can be compared, and a count of those that can't, by reason."""

    same: tuple[Same, ...]
    left_out: Mapping[str, int]
    asked_otherwise: int
    """Of `same`: what was asked is not word for word the same."""


def pair(first: Sequence[Marked], second: Sequence[Marked]) -> Pairing:
    """Pair the items of one task by id. What has another target under the same id is another item, and left out."""
    others = {one.id: one for one in second}
    left: Counter[str] = Counter()
    same: list[Same] = []
    for one in first:
        other = others.pop(one.id, None)
        if why := _why_not(one, other):
            left[why] += 1
        elif other is not None:
            same.append(Same(one, other))
    left["only in B"] += len(others)
    asked = sum(one.first.turns != one.second.turns for one in same)
    return Pairing(tuple(same), {why: number for why, number in left.items() if number}, asked)


def _why_not(one: Marked, other: Marked | None) -> str:
    if other is None:
        return "only in A"
    if one.target != other.target or one.group != other.group:
        return "another target or group under the same id"
    if one.excluded or other.excluded:
        return "excluded in " + " and ".join(side for side, it in (("A", one), ("B", other)) if it.excluded)
    return ""


def earned(same: Sequence[Same], metric: str) -> list[Same]:
    """Return those that have this metric on both sides."""
    return [one for one in same if metric in one.first.values and metric in one.second.values]


def unlike(first: Result, second: Result) -> Iterator[str]:
    """Yield, in words, in what two results of one task were not measured alike."""
    if first.mean != second.mean:
        yield f"the mean is {first.mean} in A and {second.mean} in B"
    one, other = dict(_flat(first.about)), dict(_flat(second.about))
    for name in dict.fromkeys([*one, *other]):
        here, there = (side.get(name, "(not said)") for side in (one, other))
        moved = name == "data" and one.get("data_hash") == other.get("data_hash") is not None
        if here != there and not moved:
            yield f"{name} is {_short(here)} in A and {_short(there)} in B"


def failed_share(result: Result) -> float | None:
    """Return which share of its questions the judge left without a verdict; None without a judge, or where untold."""
    judge = result.about.get("judge")
    if not isinstance(judge, dict):
        return None
    verdicts, failed = judge.get("verdicts"), judge.get("failed")
    if not isinstance(verdicts, int) or not isinstance(failed, int) or not verdicts + failed:
        return None
    return failed / (verdicts + failed)


def _flat(about: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in about.items():
        if (not before and name in ITSELF) or (before and name in COUNTS):
            continue
        if isinstance(value, dict) and value:
            yield from _flat(value, f"{before}{name}: ")
        elif value not in (None, "", [], {}):
            yield f"{before}{name}", value


def _short(value: Any) -> str:
    words = str(value)
    return words if len(words) <= 80 else f"{words[:79]}…"
