"""`python -m agents.view blame RUN [ROLE]`: what came of a role's work, so that one sees which prompt to mend."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any

from agents.errors import UsageError
from agents.hand import Hand
from agents.view.arguments import Parser, folder
from agents.view.blaming import as_dict, blamed
from agents.view.paper import Paper, count, seconds
from agents.view.plain import one_line
from agents.view.run import Run, open_run
from agents.view.stopping import quietly


def main(words: Sequence[str]) -> int:
    """Carry out `blame RUN [ROLE]`; return the exit code."""
    return quietly(lambda: _main(words))


def _main(words: Sequence[str]) -> int:
    parser = Parser(prog="python -m agents.view blame", description=(__doc__ or "").partition(": ")[2])
    parser.add_argument("run", type=folder, metavar="RUN", help="the run's folder")
    parser.add_argument("role", nargs="?", default="", metavar="ROLE", help="one role; default: all, side by side")
    parser.add_argument("--json", action="store_true", help="write JSON")
    asked = parser.read(words)
    if asked is None:
        return 0
    with open_run(asked.run) as run:
        return command(run, Hand(run.folder), asked.role, Paper(), as_json=asked.json)


def command(run: Run, hand: Hand, role: str, paper: Paper, *, as_json: bool = False) -> int:
    """Write what came of one role's work, or of each. Raises `UsageError` for a role that never spoke."""
    prices = run.meta("prices") or {}
    parts = sorted((as_dict(part, prices) for part in blamed(run, hand, _progress).values()), key=_rank)
    found = [part for part in parts if not role or part["role"] == role]
    if role and not found:
        known = ", ".join(sorted(part["role"] for part in parts))
        raise UsageError(f"no role {role!r} spoke in this run; there spoke: {known or 'nobody'}")
    if as_json:
        told = {"run": run.folder.resolve().name, "roles": found}
        paper.stream.write(f"{json.dumps(told, ensure_ascii=True, indent=2)}\n")
    elif role:
        _write_one(paper, found[0])
    else:
        _write_all(paper, found)
    return 0


def _progress(seeds: int) -> None:
    """Say how far it is, where somebody waits: a long journal takes a minute."""
    if seeds % 500 == 0 and sys.stderr.isatty():
        sys.stderr.write(f"\r{seeds:,} seeds read\r")


def _rank(part: Mapping[str, Any]) -> tuple[Any, ...]:
    """Those first whose work was lost most often."""
    return -(part["rejected"] + part["failed"]), part["role"]


def _write_all(paper: Paper, parts: Sequence[Mapping[str, Any]]) -> None:
    if not parts:
        paper.line("nobody has spoken in this run")
        return
    heads: tuple[str, ...] = (
        *("role", "accepted", "rejected", "chats", "failed", "calls", "again", "tokens", "time", "cost"),
        "oftenest",
    )
    rows = [_cells(part) for part in parts]
    if not any(part["cost"] for part in parts):
        heads, rows = heads[:-2] + heads[-1:], [row[:-2] + row[-1:] for row in rows]
    widths = [max(len(row[at]) for row in (heads, *rows)) for at in range(len(heads))]
    for row in (heads, *rows):
        first, *numbers, reason = row
        shown = "  ".join(cell.rjust(width) for cell, width in zip(numbers, widths[1:], strict=False))
        paper.line((first.ljust(widths[0]), "bold"), f"  {shown}  ", (reason, "dim"))
    paper.line(("blame ROLE says more of one; prompt ROLE shows what it was told in a chat", "dim"))


def _cells(part: Mapping[str, Any]) -> tuple[str, ...]:
    """One line of the table, and what the role's work was lost to oftenest."""
    counts = (count(part[key]) for key in ("accepted", "rejected", "chats", "failed", "calls", "retries"))
    lost = [*part["reasons"][:1], *part["failures"][:1]]
    why = one_line(max(lost, key=lambda reason: reason[1])[0], 40) if lost else ""
    tokens = count(part["prompt_tokens"] + part["completion_tokens"])
    return (part["role"], *counts, tokens, seconds(part["seconds"]), _cost(part), why)


def _write_one(paper: Paper, part: Mapping[str, Any]) -> None:
    paper.line((part["role"], "bold"), f"  {', '.join(part['stages'])}  played by {', '.join(part['models'])}")
    share = f" ({part['accepted'] / part['pairs']:.0%})" if part["pairs"] else ""
    paper.line(
        f"{count(part['accepted'])} of {count(part['pairs'])} pairs it had a part in were accepted{share}", indent=2
    )
    _reasons(paper, "rejected for", part["reasons"])
    refused = f", {count(part['refused'])} of them for want of a usable reply of its own" if part["refused"] else ""
    paper.line(f"{count(part['failed'])} of {count(part['chats'])} chats it sat in yielded nothing{refused}", indent=2)
    _reasons(paper, "because", part["failures"])
    tokens = f"{count(part['prompt_tokens'])} + {count(part['completion_tokens'])} tokens"
    again = f"{count(part['retries'])} replies could not be used"
    paper.line(f"{count(part['calls'])} calls, {again}; {tokens}, {seconds(part['seconds'])}, {_cost(part)}", indent=2)
    if part["kinds"]:
        paper.line("by kind", indent=2)
        wide = max(len(kind["kind"]) for kind in part["kinds"])
    for kind in part["kinds"]:
        counts = f"{count(kind['accepted']):>6} accepted {count(kind['rejected']):>6} rejected"
        paper.line(f"{kind['kind']:{wide}} {counts}", indent=4)


def _reasons(paper: Paper, word: str, reasons: Sequence[tuple[str, int]]) -> None:
    for name, number in reasons:
        paper.line(f"{count(number):>6} × ", (f"{word} {name}", "bad"), indent=2)


def _cost(part: Mapping[str, Any]) -> str:
    return "cost unknown" if part["cost"] is None else f"${part['cost']:.4f}"
