"""Which of two answers is better: put to a judge in both orders, weighed by how sure it is where its endpoint tells.

A judge that prefers whatever stands first does so in both orders: they cancel out to a half, and its record shows it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from agents.script import Script
from eval.judging import Judge, Verdict, mean
from eval.store import digest
from eval.verdicts import labels, shares

FIRST, SECOND = "A", "B"
TOP = 5
"""Rivals of the first token that are asked for: two would do if no judge ever began with a space or in bold."""
_read = labels({FIRST.lower(): 1.0, SECOND.lower(): 0.0})


@dataclass(frozen=True, slots=True)
class Order:
    """One way to put the two, and what came of it."""

    ours_first: bool
    share: float | None
    """For ours, from 0 to 1; None: no verdict."""
    weighed: bool
    """By log-probabilities; else by verdicts alone."""
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """What a judge made of two answers."""

    share: float | None
    """For ours: 1 is won, 0 lost; the mean over orders. None where one order has no verdict: half a swap is none."""
    torn: bool
    """The orders were decided in opposite ways."""
    orders: tuple[Order, ...]

    def row(self) -> dict[str, Any]:
        """Return it as evidence."""
        return asdict(self)


async def compare(
    judge: Judge,
    script: Script,
    role: str,
    ours: str,
    theirs: str,
    facts: Callable[[str, str], dict[str, Any]],
) -> Comparison:
    """Ask which of two answers is better. `facts(first, second)` makes what the prompt shows.

    The prompt must ask for one letter, A or B, as the first thing said. With votes, their shares are averaged. Where
    the judge does not swap, the order is settled by a hash of the answers: neither always stands first.
    """
    lot = bool(int(digest([ours, theirs]), 16) & 1)
    orders = tuple([await _one(judge, script, role, ours, theirs, facts, ours_first)
                    for ours_first in ((False, True) if judge.record.swap else (lot,))])  # fmt: skip
    known = [one.share for one in orders if one.share is not None]
    torn = len(known) > 1 and min(known) < 0.5 < max(known)
    if torn:
        judge.contradicted()
    return Comparison(mean(known) if len(known) == len(orders) else None, torn, orders)


async def _one(
    judge: Judge,
    script: Script,
    role: str,
    ours: str,
    theirs: str,
    facts: Callable[[str, str], dict[str, Any]],
    ours_first: bool,
) -> Order:
    shown = facts(ours, theirs) if ours_first else facts(theirs, ours)
    vote = await judge.vote(script, role, shown, _read, combine=mean, top_logprobs=TOP)
    found = [_share_of_first(one) for one in vote.verdicts]
    known = [share for share, _ in found if share is not None]
    words = tuple(one.words for one in vote.verdicts)
    if not known:
        return Order(ours_first, None, False, words)
    first = mean(known)
    judge.record.compared += 1
    judge.record.for_first += first
    return Order(ours_first, first if ours_first else 1 - first, any(weighed for _, weighed in found), words)


def _share_of_first(verdict: Verdict[float]) -> tuple[float | None, bool]:
    """How much of a verdict is for the answer that stood first, and whether log-probabilities say so."""
    if verdict.value is None:
        return None, False
    torn = shares(verdict.reply.logprobs if verdict.reply else None, (FIRST, SECOND))
    return (torn[FIRST], True) if torn else (verdict.value, False)
