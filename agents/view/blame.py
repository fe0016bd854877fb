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
from agents.view.hints import Hints
from agents.view.paper import Paper
from agents.view.run import Run, open_run
from agents.view.stopping import quietly
from agents.view.text_blame import Say, write_all, write_one


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
        return command(run, Hand(run.folder), asked.role, Paper(), Hints(asked.run), as_json=asked.json)


def command(run: Run, hand: Hand, role: str, paper: Paper, say: Say, *, as_json: bool = False) -> int:
    """Write what came of one role's work, or of each. Raises `UsageError` for a role that never spoke."""
    prices = run.meta("prices") or {}
    parts = sorted((as_dict(part, prices) for part in blamed(run, hand, _progress).values()), key=_rank)
    found = [part for part in parts if not role or part["role"] == role]
    if role and not found:
        known = ", ".join(sorted(part["role"] for part in parts))
        raise UsageError(f"no role {role!r} spoke in this run; there spoke: {known or 'nobody'}")
    if as_json:
        roles = [{**part, "words": _places(run, part["role"])} for part in found]
        told = {"run": run.folder.resolve().name, "roles": roles}
        paper.stream.write(f"{json.dumps(told, ensure_ascii=True, indent=2)}\n")
    elif role:
        write_one(paper, found[0], _places(run, role), say)
    else:
        write_all(paper, found, say)
    return 0


def _progress(seeds: int) -> None:
    """Say how far it is, where somebody waits: a long journal takes a minute."""
    if seeds % 500 == 0 and sys.stderr.isatty():
        sys.stderr.write(f"\r{seeds:,} seeds read\r")


def _rank(part: Mapping[str, Any]) -> tuple[Any, ...]:
    """Those first of whom most is known to be wrong; then those whose work was lost most often."""
    return -(part["quoted"] + part["refused"]), -(part["rejected"] + part["failed"]), part["role"]


def _places(run: Run, role: str) -> list[str]:
    """Name the files a role's words stand in, as the run noted them."""
    if not run.has("words"):
        return []
    return [place for (place,) in run.rows("SELECT DISTINCT place FROM words WHERE role=? ORDER BY place", (role,))]
