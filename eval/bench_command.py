"""`python -m eval bench`: put benchmarks to a model."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from agents.command_line import path
from eval.arguments import add_models, add_out, count, tell

_BENCH = (
    "Ask a model the items of benchmarks in a chat, without examples, as the paper does; read the answers out of what "
    "it says, and score them. Everything said is kept in FOLDER, and nothing is asked twice: the same command goes on "
    "after a stop. Data come from their hubs, from --data TASK=PATH, or with --miniature from a few items of our own."
)


def add(commands: Any) -> None:
    """Add the command's parser."""
    made = commands.add_parser("bench", help="put benchmarks to a model", description=_BENCH)
    made.add_argument("tasks", nargs="+", metavar="TASK", help="names as `python -m eval` lists them; paper: all that "
                      "the paper has; or FILE.py with a task of your own")  # fmt: skip
    add_models(made)
    add_out(made, "where results and replies go; default: evals/MODEL")
    made.add_argument("--data", action="append", default=[], metavar="TASK=PATH", help="a local copy of its data, laid "
                      "out as the original is")  # fmt: skip
    made.add_argument("--miniature", action="store_true", help="the packaged items of our own: to see it work")
    made.add_argument("--corpus", type=path, metavar="PATH", help="what tasks with retrieval search: a folder, "
                      "or texts as JSONL; default: what lies beside their data")  # fmt: skip
    made.add_argument("--documents", type=count, default=32, metavar="K", help="snippets in a prompt; default: 32")
    made.add_argument("--items", type=count, metavar="N", help="only so many of each task, drawn by their ids")
    made.add_argument("--max-tokens", type=count, metavar="N", help="new tokens of one answer; default: the task's")
    made.add_argument("--extractor", metavar="MODEL", help="asked where no program can read the answer; `judge` and "
                      "`model` name those")  # fmt: skip
    made.add_argument("--agreement", type=count, metavar="N", help="have the extractor read so many answers of each "
                      "task that the program reads, too, and tell how far they agree")  # fmt: skip
    made.add_argument("--votes", type=count, default=1, metavar="N", help="verdicts a judge gives on each question")
    made.add_argument("--no-swap", action="store_true", help="don't put two answers to the judge in both orders")
    made.add_argument("--trained-on", nargs="+", action="extend", type=path, default=[], metavar="PATH", help="runs or "
                      "exported files: items whose words occur there are counted, and scored apart")  # fmt: skip


def main(asked: argparse.Namespace) -> int:
    """Run the command; return its exit code."""
    from eval.benching import Bench

    return asyncio.run(Bench(asked, tell).run())
