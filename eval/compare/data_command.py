"""Compare two data sets as the user asked: print, judge, write."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import UsageError
from agents.view.plain import one_line
from eval.folder import write_whole

if TYPE_CHECKING:
    from eval.compare.dataset import DataSet
    from eval.compare.teaching import Match, WinRate


def compare_data(asked: argparse.Namespace) -> int:
    """Compare, print, and write where asked. Return 0. Raise `UsageError`, `EndpointError`, `StoreError`."""
    from eval.compare.data import compare
    from eval.compare.data_telling import as_markdown, html, text

    if asked.judge and not asked.out:
        raise UsageError("--judge keeps what is said in --out DIR, so that nothing is paid for twice; name one")
    found, one, other = compare(asked.first, asked.second)
    won = _judged(asked, one, other) if asked.judge else None
    sys.stdout.write(text(found, won))
    if asked.out:
        write_whole(asked.out / "compare.md", as_markdown(found, won))
        write_whole(asked.out / "compare.html", html(found, won))
        told = {**asdict(found), "judged": asdict(won) if won else None}
        write_whole(asked.out / "compare.json", json.dumps(told, indent=1, default=str) + "\n")
        sys.stdout.write(f"\nwritten: {asked.out}/compare.html, compare.md, compare.json\n")
    return 0


def _judged(asked: argparse.Namespace, one: DataSet, other: DataSet) -> WinRate:
    from eval.compare.teaching import matches, sample

    found = matches(one, other)
    if not found:
        raise UsageError("no two pairs are of one seed and kind: there is nothing to judge; leave out --judge")
    return asyncio.run(_ask(asked.judge, asked.out, sample(found, asked.sample), len(found)))


async def _ask(model: str, folder: Path, chosen: list[Match], matched: int) -> WinRate:
    from agents.models.connect import AT_ONCE
    from eval.compare.teaching import judge_all, talk
    from eval.judging import Judge
    from eval.speakers import close_all, open_speakers
    from eval.store import Store

    characters = sum(len(talk(match.first.row)) + len(talk(match.second.row)) for match in chosen)
    speakers = await open_speakers({"judge": model}, at_once=AT_ONCE, tell=_tell)
    try:
        speaker = speakers["judge"]
        tokens = 2 * (characters // 4 + 700 * len(chosen))
        cost = speaker.cost(tokens, 20 * len(chosen))
        price = "its price is not known" if cost is None else f"about {cost:.2f} US dollars"
        _tell(f"{2 * len(chosen)} calls of {speaker.name}, about {tokens:,} prompt tokens: {price}; "
              "what is stored already costs nothing")  # fmt: skip
        with Store(folder) as store:
            return await judge_all(Judge(speaker, store), chosen, matched, speaker.at_once)
    finally:
        await close_all(speakers)


def _tell(line: str) -> None:
    sys.stdout.write(f"{one_line(line)}\n")
    sys.stdout.flush()
