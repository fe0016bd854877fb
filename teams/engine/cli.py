"""The command line every skill shares: `python -m teams.<skill> --seeds FOLDER`."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from agents.errors import EndpointError, UsageError
from teams.engine.options import RunOptions

if TYPE_CHECKING:
    from teams.engine.engine import Engine
    from teams.engine.flow import Skill
    from teams.engine.live import Live
    from teams.engine.running import Outcome


def parser(skill: Skill) -> argparse.ArgumentParser:
    """Return the parser: a flag for each field of `RunOptions`."""
    made = argparse.ArgumentParser(
        prog=f"python -m teams.{skill.name}",
        description=f"Make {skill.name} training pairs from seeds.",
        epilog="Exit codes: 0 done, 1 failure, 2 wrong use, 3 a budget ended it, 4 seeds exhausted, 130 interrupted.",
    )
    add = made.add_argument
    add("--seeds", nargs="+", type=Path, required=True, metavar="PATH", help=_help("seeds"))
    add("--run", type=Path, metavar="FOLDER", help=_help("run"))
    add("--pairs", type=int, metavar="N", help=_help("pairs"))
    for name in ("model", "tools", "mcp"):
        add(f"--{name}", action="append", default=[], metavar=name.upper(), help=_help(name))
    add("--at-once", type=int, metavar="N", help=_help("at_once"))
    add("--language", default="", help=_help("language"))
    add("--max-tokens", type=int, metavar="N", help=_help("max_tokens"))
    add("--max-cost", type=float, metavar="X", help=_help("max_cost"))
    add("--max-minutes", type=float, metavar="X", help=_help("max_minutes"))
    add("--price", metavar="IN,OUT", help=_help("price"))
    add("--estimate", action="store_true", help=_help("estimate"))
    add("--hold-out", type=float, default=0.0, metavar="SHARE", help=_help("hold_out"))
    add("--decontaminate", nargs="+", type=Path, default=[], metavar="FILE", help=_help("decontaminate"))
    add("--chroma", metavar="URL", help=_help("chroma"))
    add("--runtime", choices=("lean", "stock"), default="lean", help=_help("runtime"))
    return made


def _help(field: str) -> str:
    """The text under a field of `RunOptions` is its help."""
    import ast
    import inspect

    body = ast.parse(inspect.getsource(sys.modules[RunOptions.__module__])).body
    fields = next(n for n in body if isinstance(n, ast.ClassDef)).body
    for one, following in zip(fields, fields[1:], strict=False):
        named = isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and one.target.id == field
        if named and isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            return str(following.value.value).replace("%", "%%")
    raise LookupError(f"RunOptions.{field} has no docstring")


def main(skill: Skill, argv: Sequence[str] | None = None) -> None:
    """Run `skill` from the command line and exit with its code."""
    asked = vars(parser(skill).parse_args(argv))
    options = RunOptions(**{k: tuple(v) if isinstance(v, list) else v for k, v in asked.items()})
    sys.exit(execute(skill, options))


def execute(skill: Skill, options: RunOptions) -> int:
    """Run and return the exit code; users' mistakes and broken endpoints are one line, never a traceback."""
    from agents.journal import JournalError
    from sandbox import SandboxError
    from teams.engine.live import Live
    from teams.engine.seeds import SeedError
    from tools.errors import ToolError

    live = Live()
    try:
        outcome = asyncio.run(_run(skill, options, live))
    except (UsageError, SeedError, ToolError) as error:
        live.stop()
        sys.stderr.write(f"{error}\n")
        return 2
    except (EndpointError, JournalError, SandboxError) as error:
        live.stop()
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(summary(outcome, options))
    return outcome.code


async def _run(skill: Skill, options: RunOptions, live: Live) -> Outcome:
    from teams.engine.running import run

    try:
        return await run(skill, options, report=live, on_ready=lambda engine: _listen(engine, live))
    finally:
        live.stop()


def _listen(engine: Engine, live: Live) -> None:
    """Ctrl-C once: finish what is in flight and end well. Twice: now."""

    def interrupted() -> None:
        if engine.meter.stopping == "interrupted":
            live.line("Stopped at once; what was answered is kept, the same --run goes on from there.")
            os._exit(130)
        engine.meter.stop("interrupted")
        live.line("Finishing the calls in flight; Ctrl-C again to stop at once.")

    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, interrupted)


def summary(outcome: Outcome, options: RunOptions) -> str:
    """Say how a run ended and where to look."""
    from teams.engine.live import clock
    from teams.engine.report import estimate, spent

    engine = outcome.engine
    lines = [f"{outcome.accepted} pairs accepted, {outcome.rejected} rejected: {outcome.why}."]
    if outcome.skipped:
        skipped = ", ".join(f"{n} {reason}" for reason, n in sorted(outcome.skipped.items()))
        lines.append(f"Files skipped: {skipped}.")
    if engine.tally.reasons:
        lines.append("What fell out, most frequent first:")
        lines += [f"  {number:5} {reason}" for reason, number in engine.tally.reasons.most_common(8)]
    lines += spent(engine)
    if options.estimate:
        lines += estimate(engine, options, clock)
    if engine.tally.bugs:
        lines.append(f"{engine.tally.bugs} chats failed in our own code; see the table `chats` of run.db.")
    folder = outcome.folder
    lines.append(f"Pairs: {folder}/pairs.jsonl   rejected: {folder}/rejected.jsonl   about them: {folder}/README.md")
    if outcome.code in (3, 130):
        lines.append(f"Go on with: --run {folder}")
    return "\n".join(lines) + "\n"
