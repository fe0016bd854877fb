"""`python -m eval orca-sum`: build a set like the paper's Orca-Sum, which was not published."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from agents.errors import UsageError

_DESCRIPTION = """\
Build a set like Orca-Sum: documents of many summarisation sets, none of them in your training data, each with one
prompt written for its set. What was read and asked is kept in the folder: started again, it goes on.
"""
FEWER = 4
"""Exit code where there are fewer items than asked for."""


def add(commands: Any) -> None:
    """Add `orca-sum` to the commands of `python -m eval`."""
    top = commands.add_parser("orca-sum", help="build a set for judging summaries", description=_DESCRIPTION)
    actions = top.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("sets", help="the sets of the hub that are known here")
    build = actions.add_parser("build", help="build it", description=_DESCRIPTION)
    build.add_argument("--out", type=Path, required=True, metavar="FOLDER", help="where it is written, and goes on")
    build.add_argument(
        "--sets", default="", metavar="NAME,…", help="of the known sets only these (default: all of them)"
    )
    build.add_argument(
        "--from", dest="own", action="append", default=[], metavar="NAME=PATH#COLUMN",
        help="a file of your own (JSON, JSON lines, CSV, Parquet) and the column of its documents; NAME:DOMAIN=… says "
        "what they are about; without --sets, your files only",
    )  # fmt: skip
    build.add_argument(
        "--against", type=Path, nargs="+", default=[], metavar="RUN|FILE", help="training data to keep out"
    )
    build.add_argument("--model", default="", metavar="MODEL", help="writes the prompts of each set")
    build.add_argument("--prompts", default="", metavar="packaged|N", help="ours, or a model's for a set (40)")
    build.add_argument("--total", type=int, default=458, metavar="N", help="items, split evenly over the sets (458)")
    build.add_argument("--most", type=int, default=1000, metavar="N", help="documents drawn of a set (1000)")
    build.add_argument("--price", action="append", default=[], metavar="IN,OUT", help="US dollars per million prompt "
                       "and completion tokens of the model")  # fmt: skip
    build.add_argument("--estimate", action="store_true", help="say what writing prompts would take, and stop")
    build.add_argument("--seed", type=int, default=20240703, metavar="N")


def main(asked: argparse.Namespace) -> int:
    """Run the command. Return 0, or 4 where fewer items came of it than were asked for. Raise `UsageError`."""
    if asked.action == "sets":
        return _list()
    for name in ("total", "most"):
        if getattr(asked, name) < 1:
            raise UsageError(f"--{name} {getattr(asked, name)}: it is 1 or more")
    if (asked.prompts == "packaged") == bool(asked.model):
        raise UsageError("who writes the prompts? Give --model MODEL, or --prompts packaged for ours; not both")
    return asyncio.run(_build(asked))


async def _build(asked: argparse.Namespace) -> int:
    from eval.arguments import prices
    from eval.estimate import lines, price_of
    from eval.orca_sum.build import PROMPTS, Plan, build
    from eval.orca_sum.prompts import share
    from eval.orca_sum.sets import chosen
    from eval.speakers import Priced, close_all, open_speakers
    from eval.store import Store

    sets = chosen([name.strip() for name in asked.sets.split(",") if name.strip()], asked.own)
    count = PROMPTS
    if asked.prompts and asked.prompts != "packaged":
        if not asked.prompts.isdecimal() or int(asked.prompts) < 1:
            raise UsageError(f"--prompts {asked.prompts}: it is packaged, or a number from 1 on")
        count = int(asked.prompts)
    plan = Plan(sets, asked.out, asked.total, asked.most, count, asked.seed, asked.against)
    price = prices(asked.price).get("model")
    speakers = await open_speakers({"writer": asked.model}, tell=_tell) if asked.model else {}
    try:
        writer = Priced(speakers["writer"], price) if speakers else None
        if writer:
            for line in lines([share(len(sets), count)], {"writer": price_of(writer)}):
                _tell(line)
        if asked.estimate:
            return 0
        with Store(asked.out) as store:
            report = await build(plan, store, writer, _tell)
    finally:
        await close_all(speakers)
    left_out = sum(bool(one.left_out) for one in report.sets)
    _say(f"{asked.out}/orca_sum.jsonl: {report.items} items of {sum(bool(one.used) for one in report.sets)} sets")
    if left_out:
        _say(f"{left_out} sets are left out; {asked.out}/README.md says why")
    if report.missing > 0:
        _say(f"{report.missing} of {plan.total} items are missing: the sets hold no more")
    return FEWER if report.missing > 0 else 0


def _list() -> int:
    from eval.orca_sum.sets import registry

    for one in registry():
        _say(f"{one.name:<16} {one.domain:<14} {one.sure:<8} {one.licence:<16} {one.place}: {one.about}")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _tell(line: str) -> None:
    sys.stderr.write(f"{line}\n")
