"""Compare two data sets as the user asked: print, judge, write."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

from agents.errors import UsageError
from agents.view.plain import one_line
from eval.arguments import prices, tell
from eval.folder import write_whole
from eval.running import Stop

if TYPE_CHECKING:
    from eval.compare.dataset import DataSet
    from eval.compare.teaching import Match, WinRate

STOPPED = 3


def compare_data(asked: argparse.Namespace) -> int:
    """Compare, print, and write where asked. Return 0, or 3 where the budget ended before the judge had.

    Raise `UsageError`, `EndpointError`, `StoreError`.
    """
    from eval.compare.data import compare
    from eval.compare.data_telling import as_markdown, html, text

    if asked.judge and not asked.out:
        raise UsageError("--judge keeps what is said in --out DIR, so that nothing is paid for twice; name one")
    found, one, other = compare(asked.first, asked.second)
    stop = Stop(asked.max_cost)
    won = _judged(asked, one, other, stop) if asked.judge else None
    if asked.estimate:
        return 0
    sys.stdout.write(text(found, won))
    if asked.out:
        write_whole(asked.out / "compare.md", as_markdown(found, won))
        write_whole(asked.out / "compare.html", html(found, won))
        told = {**asdict(found), "judged": asdict(won) if won else None}
        write_whole(asked.out / "compare.json", json.dumps(told, indent=1, default=str) + "\n")
        sys.stdout.write(f"\nwritten: {asked.out}/compare.html, compare.md, compare.json\n")
    if stop.why:
        _tell(f"Stopped: {stop.why}. The same command goes on from here.")
    return STOPPED if stop.why else 0


def _judged(asked: argparse.Namespace, one: DataSet, other: DataSet, stop: Stop) -> WinRate | None:
    from eval.compare.teaching import matches, sample

    found = matches(one, other)
    if not found:
        raise UsageError("no two pairs are of one seed and kind: there is nothing to judge; leave out --judge")
    return asyncio.run(_ask(asked, sample(found, asked.sample), len(found), stop))


async def _ask(asked: argparse.Namespace, chosen: list[Match], matched: int, stop: Stop) -> WinRate | None:
    from agents.models.connect import AT_ONCE
    from eval.compare.teaching import foreseen, judge_all
    from eval.estimate import lines, price_of, refuse_unpriced
    from eval.judging import Judge
    from eval.speakers import Priced, close_all, open_speakers
    from eval.store import Store

    told = prices(asked.price)
    at_once = asked.at_once or AT_ONCE
    speakers = await open_speakers({"judge": asked.judge}, at_once=at_once, tell=_tell)
    try:
        speaker = Priced(speakers["judge"], told.get("judge") or told.get("model"))
        known = {"judge": price_of(speaker)}
        refuse_unpriced(asked.max_cost, known)
        for line in lines([foreseen(chosen)], known):
            tell(line)
        if asked.estimate:
            return None
        with Store(asked.out) as store:
            return await judge_all(Judge(speaker, store), chosen, matched, min(at_once, speaker.at_once), stop)
    finally:
        await close_all(speakers)


def _tell(line: str) -> None:
    sys.stdout.write(f"{one_line(line)}\n")
    sys.stdout.flush()
