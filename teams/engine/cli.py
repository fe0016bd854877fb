"""The command line every skill shares, and a run of all: `python -m teams.<skill> --seeds FOLDER`."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import itertools
import os
import signal
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agents.command_line import Parser, number, path
from agents.errors import EndpointError, UsageError
from teams.engine.options import RunOptions

if TYPE_CHECKING:
    from teams.engine.engine import Engine
    from teams.engine.flow import Skill
    from teams.engine.live import Live
    from teams.engine.running import Outcome


def parser(skill: Skill | None) -> argparse.ArgumentParser:
    """Return the parser: a flag for each field of `RunOptions`. Without a skill, that of a run of all."""
    roles = f"Roles, for --model ROLE=…: {', '.join(skill.roles)}." if skill else "Roles: as each skill's --help says."
    made = Parser(
        prog=f"python -m teams.{skill.name}" if skill else "python -m teams --all",
        description=f"Make {skill.name} training pairs from seeds." if skill else _ALL,
        epilog="Exit codes: 0 done, 1 failure, 2 wrong use, 3 a budget ended it, 4 seeds exhausted, 130 interrupted. "
        f"{roles}",
    )

    def add(name: str, **how: Any) -> None:
        made.add_argument(f"--{name.replace('_', '-')}", help=_help(name), **how)

    add("seeds", nargs="+", action="extend", type=path, required=True, metavar="PATH")
    add("run", type=path, metavar="FOLDER")
    add("pairs", type=int, metavar="N")
    if skill is None:
        add("mix", type=path, metavar="FILE")
    add("transform", choices=("chosen", "random"), default="chosen")
    for name in ("model", "tools", "mcp"):
        add(name, action="append", default=[], metavar=name.upper())
    for name in ("watch", "step"):
        add(name, action="store_true")
    add("human", action="append", default=[], metavar="ROLE")
    add("at_once", type=int, metavar="N")
    add("language", default="")
    add("max_tokens", type=int, metavar="N")
    add("max_cost", type=number, metavar="X")
    add("max_minutes", type=number, metavar="X")
    add("price", metavar="IN,OUT")
    add("estimate", action="store_true")
    add("hold_out", type=number, default=0.0, metavar="SHARE")
    add("decontaminate", nargs="+", action="extend", type=path, default=[], metavar="FILE")
    add("chroma", metavar="URL")
    add("otel", nargs="?", const="", metavar="URL")
    add("runtime", choices=("lean", "stock"), default="lean")
    return made


def _help(field: str) -> str:
    """The text under a field of `RunOptions` is its help."""
    import ast
    import inspect

    body = ast.parse(inspect.getsource(sys.modules[RunOptions.__module__])).body
    fields = next(n for n in body if isinstance(n, ast.ClassDef)).body
    for one, following in itertools.pairwise(fields):
        named = isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name) and one.target.id == field
        if named and isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            return str(following.value.value).replace("%", "%%")
    raise LookupError(f"RunOptions.{field} has no docstring")


_ALL = "Make training pairs of all skills from seeds, in one run; with --pairs, each gets its share of a mix."


def main(skill: Skill | None, argv: Sequence[str] | None = None) -> None:
    """Run `skill`, or all of them, from the command line and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # names of files may be any bytes, and terminals any charset
    asked = vars(parser(skill).parse_args(argv))
    sys.exit(execute(skill, RunOptions(**asked)))


def execute(skill: Skill | None, options: RunOptions) -> int:
    """Run and return the exit code; users' mistakes and broken endpoints are one line, never a traceback."""
    from agents.journal import JournalError
    from sandbox import SandboxError
    from teams.engine.ending import OutputError
    from teams.engine.live import Live
    from teams.engine.registry import load
    from teams.engine.report import summary
    from teams.engine.shadow import foreign_package_problem
    from tools.errors import ToolError

    live = Live()
    if problem := foreign_package_problem():
        live.line(f"Note: {problem}.")
    try:
        outcome = asyncio.run(_run(skill or load(_names(options)), options, live))
    except (UsageError, ToolError) as error:
        return _failed(live, str(error), 2)
    except (EndpointError, JournalError, OutputError, SandboxError) as error:
        return _failed(live, str(error), 1)
    except KeyboardInterrupt:
        return _failed(live, "Stopped before the run began; nothing was spent but what is said above.", 130)
    with contextlib.suppress(OSError):  # whoever was to read it is gone: a closed pipe or terminal
        sys.stdout.write(summary(outcome, options))
        sys.stdout.flush()
    return outcome.code


def _names(options: RunOptions) -> list[str]:
    """The skills to import: those a mix names, or all there are."""
    from teams.engine.mix_files import read
    from teams.engine.registry import skills

    asked = read(options.mix) if options.mix else None
    return [name for name in skills() if asked is None or name in asked]


def _failed(live: Live, text: str, code: int) -> int:
    live.stop()
    live.line(" ".join(text.split()))
    return code


async def _run(skill: Skill | Sequence[Skill], options: RunOptions, live: Live) -> Outcome:
    from teams.engine.keyboard import Keyboard
    from teams.engine.running import run
    from teams.engine.stepping import Stepping, onlooker_for

    keyboard = Keyboard(live.out)
    onlooker = onlooker_for(options, live, keyboard)

    def ready(engine: Engine) -> None:
        listen(engine, live)
        if isinstance(onlooker, Stepping):
            onlooker.begin(engine.meter)

    try:
        return await run(skill, options, report=live, on_ready=ready, onlooker=onlooker)
    finally:
        await keyboard.close()
        live.stop()


def listen(engine: Engine, live: Live) -> None:
    """Ctrl-C once, or a terminal that is closed: finish what is in flight and end well. Twice: now."""
    from teams.engine.running import INTERRUPT

    asked = 0

    def interrupted() -> None:
        nonlocal asked
        asked += 1
        if asked > 1:
            live.line(f"Stopped at once; what was answered is kept. Go on with: --run {engine.journal.folder}")
            os._exit(130)
        engine.meter.stop(INTERRUPT)
        live.line("Finishing the calls in flight; Ctrl-C again to stop at once.")

    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(each) != signal.SIG_IGN:  # as nohup has it
            loop.add_signal_handler(each, interrupted)
