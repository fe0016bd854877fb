"""`python -m eval compare A B`: two models over the same items, or two data sets from the same seeds."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from agents.command_line import path
from agents.errors import UsageError
from eval.arguments import add_spending, count
from eval.folder import RESULTS, write_whole


def add(commands: Any) -> None:
    """Add the command to an argument parser's subparsers."""
    made: argparse.ArgumentParser = commands.add_parser(
        "compare",
        help="compare two models over the same items, or two data sets from the same seeds",
        description="Compare two models over the same items (folders that `bench` or `orca score` left), or two data "
        "sets from the same seeds (run folders, or exported .jsonl files): differences of B less A with intervals, "
        "exact paired tests, and what changed.",
    )
    made.add_argument("first", type=path, metavar="A", help="the one to start from: untrained, or before")
    made.add_argument("second", type=path, metavar="B", help="the other: trained, or after")
    made.add_argument("--out", type=path, metavar="DIR", help="also write compare.md, .html, .json and changed.csv")
    made.add_argument(
        "--judge", default="", metavar="MODEL",
        help="data sets only: have a model say which of two pairs of one seed teaches better, in both orders",
    )  # fmt: skip
    made.add_argument(
        "--sample", type=count, default=100, metavar="N", help="with --judge: at most so many pairs; default: 100"
    )
    add_spending(made)


def main(asked: argparse.Namespace) -> int:
    """Compare, print, and write where asked. Return 0, or 3 where the budget ended before the judge had.

    Raise `UsageError`, `StoreError` in one line.
    """
    if not asked.judge and (asked.estimate or asked.price or asked.max_cost is not None):
        raise UsageError("--estimate, --price and --max-cost are of a judge; name one with --judge, or leave them out")
    kinds = [_kind(place) for place in (asked.first, asked.second)]
    if kinds[0] != kinds[1]:
        raise UsageError(f"{asked.first} is {kinds[0]} and {asked.second} is {kinds[1]}; compare two of one kind")
    if kinds[0] == "a data set":
        from eval.compare.data_command import compare_data

        return compare_data(asked)
    if asked.judge:
        raise UsageError("--judge is for two data sets; two models were judged when they were evaluated")
    return _models(asked)


def _models(asked: argparse.Namespace) -> int:
    from eval.compare.models import compare
    from eval.compare.page import html
    from eval.compare.telling import as_markdown, changed_csv, text

    found = compare(asked.first, asked.second)
    sys.stdout.write(text(found))
    if asked.out:
        write_whole(asked.out / "compare.md", as_markdown(found))
        write_whole(asked.out / "compare.html", html(found))
        write_whole(asked.out / "compare.json", json.dumps(asdict(found), indent=1) + "\n")
        write_whole(asked.out / "changed.csv", changed_csv(found))
        sys.stdout.write(f"\nwritten: {asked.out}/compare.html, compare.md, compare.json, changed.csv\n")
    return 0


def _kind(place: Path) -> str:
    if (place / RESULTS).is_file():
        return "an evaluation's folder"
    if place.is_file() or any((place / name).exists() for name in ("pairs.jsonl", "run.db", "rejected.jsonl")):
        return "a data set"
    if not place.exists():
        raise UsageError(f"there is no {place}; name two folders of evaluations, or two runs or exported files")
    raise UsageError(
        f"{place} is neither an evaluation's folder (it has no {RESULTS}) nor a run's (no pairs.jsonl); "
        "python -m eval bench … --out FOLDER writes the one, python -m teams the other"
    )
