"""Which of two data sets teaches better: pairs of one seed and kind, put to a judge in both orders."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from agents.errors import CallError
from agents.script import Script
from eval.compare.dataset import DataSet, Held, rows_of
from eval.compare.differences import coin
from eval.comparing import Comparison
from eval.comparing import compare as prefer
from eval.data.rows import Row, as_text
from eval.estimate import Share
from eval.fences import fenced
from eval.judging import Judge
from eval.results import interval
from eval.running import Stop, Together
from eval.store import digest
from eval.task import Metric

LONGEST = 12_000
"""Characters of one conversation that a judge is shown; a longer one is cut in the middle, and it is said there."""
_script = Script.beside(__file__)


@dataclass(frozen=True)
class Match:
    """One pair of each data set, of one seed and kind."""

    first: Held
    second: Held


@dataclass(frozen=True)
class Judged:
    """One match, decided."""

    first: str
    """The pair's id."""
    second: str
    kind: str
    share: float | None
    """For B, 0 to 1; None: no verdict."""
    torn: bool
    """Decided one way in one order and the other way in the other."""


@dataclass(frozen=True)
class WinRate:
    """What the judge made of all matches."""

    value: float | None
    """Per cent for B; an even match counts half."""
    low: float | None
    high: float | None
    p: float | None
    """Of the sign test over matches that are not even."""
    wins: int
    """For B."""
    ties: int
    losses: int
    no_verdict: int
    """Left out."""
    matched: int
    """Matches there are; `judged` holds those that were put to the judge."""
    judged: tuple[Judged, ...]
    judge: Mapping[str, Any]
    """Its record: model, words, failures, contradictions."""


def matches(one: DataSet, other: DataSet) -> list[Match]:
    """Pair the pairs of both by skill, kind and seed, in the order of their ids; what has no counterpart is left."""
    first, second = _by_birth(one), _by_birth(other)
    return [
        Match(a, b)
        for birth in sorted(first.keys() & second.keys())
        for a, b in zip(first[birth], second[birth], strict=False)
    ]


def sample(found: Sequence[Match], most: int) -> list[Match]:
    """Return at most so many, always the same: those whose ids have the lowest hashes."""
    return sorted(found, key=lambda match: digest([match.first.id, match.second.id]))[:most]


def _by_birth(data: DataSet) -> dict[tuple[str, str, str, str], list[Held]]:
    made: dict[tuple[str, str, str, str], list[Held]] = {}
    for item in sorted(data.items, key=lambda item: item.id):
        if item.seed:
            made.setdefault((item.skill, item.kind, item.stage, item.seed), []).append(item)
    return made


async def judge_all(
    judge: Judge, chosen: Sequence[Match], matched: int, at_once: int = 8, stop: Stop | None = None
) -> WinRate:
    """Put matches to the judge; once `stop` says so, no more of them.

    Raise `EndpointError`, `StoreError`: verdicts until then are in the store.
    """
    gate, stop = asyncio.Semaphore(at_once), stop or Stop()
    talks = {pair: talk(row) for pair, row in rows_of(shown_of(chosen)).items()}

    async def one(match: Match) -> Judged | None:
        async with gate:
            if stop.check(judge.store):
                return None
            try:
                return _judged(match, await _ask(judge, match, talks))
            except CallError:  # this call failed for good: no verdict, which is counted
                return _judged(match, None)

    async with Together() as group:
        tasks = [group.create_task(one(match)) for match in chosen]
    return _rate(judge, [done for task in tasks if (done := task.result()) is not None], matched)


def foreseen(chosen: Sequence[Match]) -> Share:
    """Return what the judge takes for both orders of each; a letter is a token or two."""
    calls = 2 * len(chosen)
    lengths = [len(talk(row)) for row in rows_of(shown_of(chosen)).values()]
    brief = len(_script.role("prefer").prompt.render(mark="", first="", second="", kind="", skill=""))
    return Share("pairs", "judge", calls, (2 * sum(lengths) + calls * brief) // 4, 2 * calls, 1500 * calls)


def shown_of(chosen: Sequence[Match]) -> list[Held]:
    """Return the pairs that the judge will be shown."""
    return [pair for match in chosen for pair in (match.first, match.second)]


async def _ask(judge: Judge, match: Match, talks: Mapping[Held, str]) -> Comparison:
    def facts(first: str, second: str) -> dict[str, Any]:
        fences = fenced({"example A": first, "example B": second})
        blocks = fences.blocks
        return {
            "mark": fences.mark, "first": blocks["example A"], "second": blocks["example B"],
            "kind": match.first.kind.replace("_", " "), "skill": match.first.skill.replace("_", " "),
        }  # fmt: skip

    # "Ours" is B's: the share that comes back is its.
    return await prefer(judge, _script, "prefer", talks[match.second], talks[match.first], facts)


def _judged(match: Match, found: Comparison | None) -> Judged:
    share, torn = (found.share, found.torn) if found else (None, False)
    return Judged(match.first.id, match.second.id, f"{match.first.skill} · {match.first.kind}", share, torn)


def _rate(judge: Judge, judged: Sequence[Judged], matched: int) -> WinRate:
    shares = [one.share for one in judged if one.share is not None]
    wins, losses = sum(share > 0.5 for share in shares), sum(share < 0.5 for share in shares)
    low, high = interval([[(share, 1.0) for share in shares]], Metric("win_rate"))
    return WinRate(
        100 * sum(shares) / len(shares) if shares else None,
        None if low is None else 100 * low,
        None if high is None else 100 * high,
        coin(wins, losses) if shares else None,
        wins,
        len(shares) - wins - losses,
        losses,
        len(judged) - len(shares),
        matched,
        tuple(judged),
        asdict(judge.record),
    )


def talk(row: Row) -> str:
    """Return a pair's conversation as a person reads it, calls and results in their places."""
    text = as_text(row)
    if len(text) <= LONGEST:
        return text
    half = LONGEST // 2
    return f"{text[:half]}\n\n[{len(text) - LONGEST} characters are left out here]\n\n{text[-half:]}"
