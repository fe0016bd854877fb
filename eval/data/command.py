"""`python -m eval data RUN`: is the data good? What is bad is said first, as a page, as JSON and in short here."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.errors import UsageError
from eval.arguments import add_models, count, places, tell

if TYPE_CHECKING:
    from eval.data.build import Asked

SAMPLE = 500
STOPPED = 3
PAGE, FIGURES, REPLIES = "data.html", "data.json", "data.replies"


def add(commands: Any) -> None:
    """Add the command to those of `python -m eval` (`commands`: what `add_subparsers` returned)."""
    made = commands.add_parser(
        "data",
        help="report on a run's pairs: what is bad is said first",
        description="Report on the pairs of runs: coverage, lengths, repetition, refusals, contamination, cost, and on "
        "a sample variety; with --model how often that (small) model solves its pairs, with --judge if a judge agrees "
        "with the checks. Writes data.html and data.json; what is bad is said first.",
    )
    made.add_argument(
        "sources", nargs="+", type=Path, metavar="RUN", help="a run's folder, or a .jsonl or .parquet file of rows"
    )
    made.add_argument("--out", type=Path, metavar="FOLDER", help="where the report goes; default: the run's folder, "
                      "the current one for several or for a file")  # fmt: skip
    benchmarks = "texts must not stand in the data: files, folders, tasks of `python -m eval`, or paper for all of them"
    made.add_argument("--benchmarks", nargs="+", type=Path, default=[], metavar="NAME", help=f"whose {benchmarks}")
    made.add_argument("--data", action="append", default=[], metavar="TASK=PATH", help="a local copy of a benchmark")
    made.add_argument("--miniature", action="store_true", help="of benchmarks the packaged items: to see it work")
    made.add_argument("--tries", type=count, default=4, metavar="K", help="of the model at each pair; default: 4")
    add_models(made)
    made.add_argument("--sample", type=_count, default=SAMPLE, metavar="N",
                      help=f"pairs for what is reckoned on a sample; default: {SAMPLE}")  # fmt: skip
    made.add_argument("--seed", type=int, default=0, metavar="N", help="of the sample; default: 0")
    made.add_argument("--no-embeddings", action="store_true", help="leave out variety of meaning")


def main(asked: argparse.Namespace) -> int:
    """Make the report. Returns 0 whatever it finds, 3 where the budget ended before the sample.

    Raises `UsageError` for what can't be read or written, `EndpointError` and `StoreError` where nothing more can be
    asked: what was said is kept.
    """
    return asyncio.run(_main(asked))


async def _main(asked: argparse.Namespace) -> int:
    from eval.data.benchmarks import benchmarks_of
    from eval.data.build import Asked
    from eval.data.embedding import embedder
    from eval.data.sources import open_sources

    open_sources(asked.sources)  # refused here, before a model is started
    folder = _folder(asked)
    not_had: list[str] = []
    wanted = Asked(
        sample=asked.sample,
        seed=asked.seed,
        tries=asked.tries,
        benchmarks=benchmarks_of(asked.benchmarks, places(asked.data), asked.miniature, not_had.append),
        not_had=not_had,
        embed=None if asked.no_embeddings or not asked.sample else embedder,
        at_once=asked.at_once or 8,
    )
    for why in not_had:
        tell(f"Not looked for in the data: {why}")
    named = {role: text for role, text in (("model", asked.model), ("judge", asked.judge)) if text}
    if not named:
        return await run(asked, wanted)
    return await _with_models(asked, wanted, named, folder)


async def _with_models(asked: argparse.Namespace, wanted: Asked, named: Mapping[str, str], folder: Path) -> int:
    from eval.arguments import prices
    from eval.data.forecast import forecast
    from eval.data.models import Reader, Solver
    from eval.data.sources import open_sources
    from eval.estimate import lines, price_of, refuse_unpriced
    from eval.judging import Judge
    from eval.running import Stop
    from eval.speakers import Priced, close_all, open_speakers
    from eval.store import Store

    told = prices(asked.price)
    speakers = await open_speakers(named, at_once=wanted.at_once, tell=tell, template=asked.template)
    try:
        priced = {role: Priced(one, told.get(role)) for role, one in speakers.items()}
        known = {role: price_of(speaker) for role, speaker in priced.items()}
        refuse_unpriced(asked.max_cost, known)
        for line in lines(list(forecast(open_sources(asked.sources), wanted, priced)), known):
            tell(line)
        if asked.estimate:
            return 0
        with Store(folder / REPLIES) as store:
            stop = Stop(asked.max_cost)
            solver = Solver(priced["model"], store, stop) if "model" in priced else None
            judge = Reader(Judge(priced["judge"], store), stop) if "judge" in priced else None
            parts = {"model": solver, "judge": judge}
            code = await run(
                asked, replace(
                    wanted, solver=solver, judge=judge,
                    about_models=lambda: {role: part.about() for role, part in parts.items() if part},
                ),
            )  # fmt: skip
            if stop.why:
                tell(f"Stopped: {stop.why}. The report says what is missing; the same command goes on from here.")
            return STOPPED if stop.why else code
    finally:
        await close_all(speakers)


async def run(asked: argparse.Namespace, wanted: Asked) -> int:
    """Make the report that `wanted` (an `eval.data.build.Asked`) describes, of the sources the words name."""
    from eval.data.build import build
    from eval.data.page import page
    from eval.data.sources import open_sources
    from eval.data.text import lines
    from eval.data.writing import as_json, write_all

    folder = _folder(asked)
    report = await build(open_sources(asked.sources), wanted, _tell)
    write_all({folder / PAGE: page(report), folder / FIGURES: as_json(report)})
    sys.stdout.write("\n".join(lines(report)).encode("utf-8", "replace").decode("utf-8") + "\n")
    sys.stdout.write(f"{folder / PAGE}\n{folder / FIGURES}\n")
    return 0


def _folder(asked: argparse.Namespace) -> Path:
    """Where the report goes. Raise `UsageError` where that is a file."""
    only = asked.sources[0] if len(asked.sources) == 1 and asked.sources[0].is_dir() else Path()
    folder: Path = asked.out or only
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--out {folder} is a file; name a folder")
    return folder


def _tell(line: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"{line}\n")


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no number of pairs; 0 for no sample")
    return int(text)
