"""`python -m eval report FOLDER… --out DIR`: the paper's tables and figures with the user's models in them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agents.command_line import path
from agents.view.plain import one_line
from eval.folder import write_whole

if TYPE_CHECKING:
    from eval.report.cells import Column


def add(commands: Any) -> None:
    """Add the command to an argument parser's subparsers."""
    made: argparse.ArgumentParser = commands.add_parser(
        "report",
        help="write the paper's tables and figures with your models beside what was published",
        description="Write the paper's Tables 2 to 8 and Figures 1 and 4 with the models measured in these folders "
        "beside the published figures, marked as such: report.html (one file, no network), report.md, report.csv.",
    )
    made.add_argument("folders", nargs="+", type=path, metavar="FOLDER", help="what `bench` or `orca score` left")
    made.add_argument("--out", type=path, required=True, metavar="DIR", help="where the report is written")
    made.add_argument(
        "--baseline", default="", metavar="NAME",
        help="give changes over this model in per cent: one of the FOLDERs or its model's name, or a published model "
        "such as Mistral-7B-Instruct-v0.3",
    )  # fmt: skip


def main(asked: argparse.Namespace) -> int:
    """Write the report. Return 0. Raise `UsageError`, `StoreError` in one line."""
    from eval.report.cells import columns_of
    from eval.report.drawing import standalone
    from eval.report.figures import figures
    from eval.report.forms import as_csv, as_markdown, warnings
    from eval.report.tables import tables
    from eval.report.tables_page import as_html

    columns = columns_of(asked.folders)
    baseline = _named(asked.baseline, columns)
    made = tables(columns, baseline)
    drawn = figures(made, columns, baseline)
    write_whole(asked.out / "report.md", as_markdown(made, drawn, columns, baseline))
    write_whole(asked.out / "report.csv", as_csv(made, baseline))
    for one in drawn:
        if one.broad:
            write_whole(asked.out / one.file, standalone(one.broad))
    write_whole(asked.out / "report.html", as_html(made, drawn, columns, baseline))
    for line in warnings(columns):
        sys.stdout.write(f"! {one_line(line)}\n")
    sys.stdout.write(f"written: {asked.out}/report.html, report.md, report.csv\n")
    return 0


def _named(baseline: str, columns: Sequence[Column]) -> str:
    """The name of a baseline that may have been given as its folder."""
    for column in columns:
        if baseline and column.evaluation and Path(baseline).resolve() == column.evaluation.folder.resolve():
            return column.name
    return baseline
