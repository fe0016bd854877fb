"""`python -m eval data RUN`: is the data good? What is bad is said first, as a page, as JSON and in short here."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import Any

from agents.errors import UsageError

SAMPLE = 500
PAGE, FIGURES = "data.html", "data.json"


def add(commands: Any) -> None:
    """Add the command to those of `python -m eval` (`commands`: what `add_subparsers` returned)."""
    made = commands.add_parser(
        "data",
        help="report on a run's pairs: what is bad is said first",
        description="Report on the pairs of runs: coverage, lengths, repetition, refusals, contamination, cost, and on "
        "a sample variety and difficulty. Writes data.html and data.json; what is bad is said first.",
    )
    made.add_argument(
        "sources", nargs="+", type=Path, metavar="RUN", help="a run's folder, or a .jsonl or .parquet file of rows"
    )
    made.add_argument("--out", type=Path, metavar="FOLDER", help="where the report goes; default: the run's folder, "
                      "the current one for several or for a file")  # fmt: skip
    made.add_argument("--benchmarks", nargs="+", type=Path, default=[], metavar="PATH",
                      help="files, or folders of files, whose texts must not stand in the data")  # fmt: skip
    made.add_argument("--sample", type=_count, default=SAMPLE, metavar="N",
                      help=f"pairs for what is reckoned on a sample; default: {SAMPLE}")  # fmt: skip
    made.add_argument("--seed", type=int, default=0, metavar="N", help="of the sample; default: 0")
    made.add_argument("--no-embeddings", action="store_true", help="leave out variety of meaning")


def main(asked: argparse.Namespace) -> int:
    """Make the report. Returns 0 whatever it finds; raises `UsageError` for what can't be read or written."""
    from eval.data.build import Asked
    from eval.data.contamination import read_benchmarks
    from eval.data.embedding import embedder

    embed = None if asked.no_embeddings or not asked.sample else embedder
    benchmarks = read_benchmarks(asked.benchmarks)
    return run(asked, Asked(sample=asked.sample, seed=asked.seed, benchmarks=benchmarks, embed=embed))


def run(asked: argparse.Namespace, wanted: Any) -> int:
    """Make the report that `wanted` (an `eval.data.build.Asked`) describes, of the sources the words name."""
    from eval.data.build import build
    from eval.data.page import page
    from eval.data.sources import open_sources
    from eval.data.text import lines
    from eval.data.writing import as_json, write_all

    sources = open_sources(asked.sources)
    folder = asked.out or _default(asked.sources)
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"--out {folder} is a file; name a folder")
    report = asyncio.run(build(sources, wanted, _tell))
    write_all({folder / PAGE: page(report), folder / FIGURES: as_json(report)})
    sys.stdout.write("\n".join(lines(report)).encode("utf-8", "replace").decode("utf-8") + "\n")
    sys.stdout.write(f"{folder / PAGE}\n{folder / FIGURES}\n")
    return 0


def _default(sources: list[Path]) -> Path:
    return sources[0] if len(sources) == 1 and sources[0].is_dir() else Path()


def _tell(line: str) -> None:
    if sys.stderr.isatty():
        sys.stderr.write(f"{line}\n")


def _count(text: str) -> int:
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"{text} is no number of pairs; 0 for no sample")
    return int(text)
