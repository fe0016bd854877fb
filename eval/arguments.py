"""Flags that several commands of `python -m eval` share, and reading what they say."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from agents.command_line import path
from agents.errors import UsageError
from agents.models.price import Price, parse_price


def add_models(command: argparse.ArgumentParser, *, judge: bool = True) -> None:
    """Add `--model`, `--judge` and what belongs to them."""
    command.add_argument("--model", metavar="MODEL", help="who is measured: as elsewhere (http://HOST:PORT/v1:NAME, "
                         "openai:NAME, local …), hf:FOLDER, or python:FILE.py:FUNCTION")  # fmt: skip
    if judge:
        command.add_argument("--judge", metavar="MODEL", help="who judges, where a task is judged")
    command.add_argument("--template", default="", metavar="FILE", help="a chat template for an hf: model that has "
                         "none; plain: ask it in plain words")  # fmt: skip
    add_spending(command)


def add_spending(command: argparse.ArgumentParser) -> None:
    """Add what says how much may be asked at a time, and for how much."""
    command.add_argument("--price", action="append", default=[], metavar="[ROLE=]IN,OUT", help="US dollars per million "
                         "prompt and completion tokens, of the model or of judge=, extractor=")  # fmt: skip
    command.add_argument("--at-once", type=_count, default=0, metavar="N", help="items in work at the same time")
    command.add_argument("--max-cost", type=_money, metavar="X", help="stop once so many US dollars are spent")
    command.add_argument("--estimate", action="store_true", help="say what it would cost, and stop")


def add_out(command: argparse.ArgumentParser, what: str) -> None:
    """Add `--out`."""
    command.add_argument("--out", type=path, metavar="FOLDER", help=what)


def prices(texts: Sequence[str]) -> dict[str, Price]:
    """Return the prices given, by role. Raise `UsageError` for what is none."""
    found = {}
    for text in texts:
        role, equals, price = text.rpartition("=")
        if equals and role not in ("model", "judge", "extractor"):
            raise UsageError(f"--price {text!r} is for no role; give model=IN,OUT, judge=IN,OUT or extractor=IN,OUT")
        found[role or "model"] = parse_price(price)
    return found


def places(texts: Sequence[str]) -> dict[str, Path]:
    """Return the local copies named by `--data TASK=PATH`. Raise `UsageError` for what is none."""
    found = {}
    for text in texts:
        task, equals, place = text.partition("=")
        if not equals or not task or not place:
            raise UsageError(f"--data {text!r} names no task; it is --data TASK=PATH")
        found[task] = Path(place).expanduser()
    return found


def _count(text: str) -> int:
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("give at least 1")
    return value


count = _count


def _money(text: str) -> float:
    value = float(text)
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no budget; give US dollars, such as 2.50")
    return value


def tell(line: str) -> None:
    """Tell the user a line, at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
