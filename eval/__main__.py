"""`python -m eval`: benchmarks, Orca-Bench, the data's own report, comparisons, tables."""

from __future__ import annotations

import importlib
import os
import sys
import threading
from collections.abc import Sequence

from agents.command_line import Parser

COMMANDS = {
    "bench": "eval.bench_command",
    "harness": "eval.harness.command",
    "orca": "eval.orca.command",
    "orca-sum": "eval.orca_sum",
    "data": "eval.data.command",
    "compare": "eval.compare.command",
    "report": "eval.report.command",
}
"""Each with `add(commands)`, which adds its parser, and `main(asked) -> exit code`."""
_EACH = "python -m eval COMMAND --help says more of each. Without a command: a table of the benchmarks."


def parser() -> Parser:
    """Return the parser of all commands."""
    made = Parser(prog="python -m eval", description=__doc__, epilog=_EACH)
    commands = made.add_subparsers(dest="command", metavar=f"[{' | '.join(COMMANDS)}]")
    for module in COMMANDS.values():
        importlib.import_module(module).add(commands)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code.

    0: well. 1: an endpoint or a file failed; what was said until then is kept. 2: wrong use. 3: stopped before its end,
    by a budget or Ctrl-C; the same command goes on.
    """
    from agents.errors import CallError, EndpointError, UsageError
    from eval.store import StoreError

    asked = parser().parse_args(sys.argv[1:] if argv is None else list(argv))
    try:
        if asked.command is None:
            from eval.listing import list_tasks

            return list_tasks(print)
        code: int = importlib.import_module(COMMANDS[asked.command]).main(asked)
        return code
    except UsageError as error:
        print(f"python -m eval: {error}", file=sys.stderr)
        return 2
    except (EndpointError, StoreError, CallError, OSError) as error:
        print(f"python -m eval: {error}; the same command goes on from here", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("Stopped; what was said is kept, the same command goes on from here.", file=sys.stderr)
        return 3
    except BrokenPipeError:  # whoever read us has seen enough
        sys.stderr.close()
        return 0


if __name__ == "__main__":
    from eval.threads import CALLED

    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # names of files may be any bytes
    code = main()
    if any(thread.name == CALLED for thread in threading.enumerate()):  # a model is still talking: nobody waits for it
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)
