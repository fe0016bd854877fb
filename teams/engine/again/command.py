"""The words of `python -m teams replay | branch | keep | forget`, and what is done at them."""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from teams.engine.arguments import path

if TYPE_CHECKING:
    from teams.engine.again.branching import Branching

CONFLICT = 4
NAMES = ("replay", "branch", "keep", "forget")
_REPLAY = (
    "Hold all chats on the way to a record again, from the journal alone, and compare. Nothing is spent, the run stays "
    "as it is. Exit codes: 0 all the same, 1 something differs, 3 nothing differs but not all can be told."
)
_BRANCH = (
    "Hold a chat again with a change from one turn on, and go on to a pair: with another answer, or with its role "
    "asked anew, after another prompt or by another model. Only what was not asked before is paid for. "
    "Exit codes: 0 it came to a pair, 1 it did not, 3 the budget ended it, 130 interrupted."
)
_KEEP = (
    "Take a branch's pair into the data in place of the original, or put the original back. Either can be undone. "
    "Exit codes: 0 done, 2 it can't be, 4 somebody else decided about it since --base."
)
_FORGET = (
    "Remove all that came of a seed: from the journal, from what people decided, from branches, and from every file "
    "that was made of the run. What other seeds were shown of it goes too."
)


def add(commands: Any) -> None:
    """Add the commands to those of `python -m teams`."""
    replay = commands.add_parser("replay", help="hold a record's chats again from the journal", description=_REPLAY)
    _run(replay)
    replay.add_argument("record", metavar="RECORD", help="id of a pair, of what it came from, or of what fell out")
    branch = commands.add_parser("branch", help="hold a chat again with a change", description=_BRANCH)
    _run(branch)
    branch.add_argument("chat", nargs="?", metavar="CHAT", help="the chat's id")
    branch.add_argument("--turn", type=int, metavar="N", help="from which call of it on")
    branch.add_argument("--role-prompt", type=path, metavar="FILE", help="what its role is told from then on")
    branch.add_argument("--model", metavar="MODEL", help="who plays its role from then on")
    branch.add_argument("--answer", type=path, metavar="FILE", help="what is said at that turn")
    branch.add_argument("--record", default="", metavar="ID", help="whose way is gone; default: a pair that came of it")
    branch.add_argument("--who", default="", metavar="NAME", help="who branches; default: the user's name")
    branch.add_argument("--max-tokens", type=int, metavar="N", help="end when so many tokens are spent")
    branch.add_argument("--go-on", type=int, metavar="N", help="go on with branch N, in place of a new one")
    keep = commands.add_parser("keep", help="take a branch's pair into the data, or leave it", description=_KEEP)
    _run(keep)
    keep.add_argument("branch", type=int, metavar="N", help="the branch's number")
    keep.add_argument("which", choices=("branch", "original"))
    keep.add_argument("--who", default="", metavar="NAME", help="who decides; default: the user's name")
    keep.add_argument("--base", type=int, metavar="N", help="number of the newest decision about either that was seen")
    forget = commands.add_parser("forget", help="remove all that came of a seed", description=_FORGET)
    _run(forget)
    forget.add_argument("seed", metavar="SEED", help="a seed's id, or the path of a file: all seeds in it")
    forget.add_argument("--yes", action="store_true", help="don't ask")


def _run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("run", type=path, metavar="RUN", help="the run's folder")


def main(asked: argparse.Namespace) -> int:
    """Do what was asked; return the exit code. What is wrong is one line, never a traceback."""
    from agents.errors import EndpointError, UsageError
    from agents.journal import JournalError
    from sandbox import SandboxError
    from teams.engine.ending import OutputError
    from tools.errors import ToolError

    try:
        return _COMMANDS[asked.command](asked)
    except (UsageError, ToolError) as error:
        return _failed(error, 2)
    except (EndpointError, JournalError, OutputError, SandboxError) as error:
        return _failed(error, 1)


def _failed(error: Exception, code: int) -> int:
    sys.stderr.write(" ".join(_shown(str(error)).split()) + "\n")
    return code


def _replay(asked: argparse.Namespace) -> int:
    from teams.engine.again.replay import replay

    code, told = asyncio.run(replay(asked.run, asked.record, _print))
    same = sum(one.result == "same" for one in told)
    _print(f"{same} of {len(told)} the same." if told else "There is no chat on its way: nothing was said for it.")
    return code


def _branch(asked: argparse.Namespace) -> int:
    from agents.errors import EndpointError, UsageError
    from agents.journal import JournalError
    from teams.engine.again.branch import How, begin, go
    from teams.engine.again.branches import read

    if asked.max_tokens is not None and asked.max_tokens < 1:
        raise UsageError(f"--max-tokens must be more than 0, not {asked.max_tokens}")
    n = asked.go_on or begin(asked.run, _asked(asked))
    known = read(asked.run, n)
    _print(f"branch {n} of {known.of}, turn {known.turn} ({known.role})")
    spent: list[Any] = []

    def ready(engine: Branching) -> None:
        spent.append(engine.meter)
        _listen(engine, asked.run, n)

    try:
        branch = asyncio.run(go(asked.run, n, How(asked.max_tokens, on_ready=ready, tell=_print)))
    except (EndpointError, JournalError) as error:
        why = str(error).partition("; what was written stays")[0]
        raise type(error)(f"{why}; go on with: python -m teams branch {asked.run} --go-on {n}") from None
    return _told(asked.run, n, branch, spent[0])


def _asked(asked: argparse.Namespace) -> Any:
    from agents.errors import UsageError
    from teams.engine.again.asked import Asked

    if not asked.chat or asked.turn is None:
        raise UsageError("branch needs a CHAT and its --turn N, or --go-on N for a branch there is")
    prompt, answer = _text(asked.role_prompt), _text(asked.answer)
    return Asked(asked.chat, asked.turn, prompt, asked.model, answer, asked.record, _who(asked.who))


def _told(run: Path, n: int, branch: Any, meter: Any) -> int:
    from teams.engine.again.branches import DONE, GOING, verdict_of

    used = meter.total
    _print(
        f"{used.calls} calls, {used.prompt_tokens + used.completion_tokens} tokens; {used.replayed} from the journal"
    )
    if branch.state == DONE:
        row, accepted = verdict_of(run, n) or ({}, False)
        failed = [f"{one['check']}: {one['evidence']}" for one in row["verdict"]["checks"] if not one["passed"]]
        _print(f"accepted: {branch.pair}" if accepted else f"rejected: {branch.pair}: {'; '.join(failed)}")
        if accepted:
            _print(f"Take it into the data: python -m teams keep {run} {n} branch")
        return 0
    _print(branch.error or "interrupted")
    if branch.state == GOING or meter.stopping:
        _print(f"Go on: python -m teams branch {run} --go-on {n}")
        return 130 if branch.state == GOING else 3
    return 1


def _keep(asked: argparse.Namespace) -> int:
    from agents.hand import Conflict
    from teams.engine.again.keeping import keep

    try:
        _print(keep(asked.run, asked.branch, asked.which, _who(asked.who), asked.base))
    except Conflict as conflict:
        return _failed(conflict, CONFLICT)
    return 0


def _forget(asked: argparse.Namespace) -> int:
    from teams.engine.again.forget import forget

    return forget(asked.run, asked.seed, _print, (lambda: True) if asked.yes else _sure)


def _sure() -> bool:
    if not sys.stdin.isatty():
        from agents.errors import UsageError

        raise UsageError("nothing was removed: say --yes where nobody can be asked")
    return input("Remove it? It can't be had back. [y/N] ").strip().lower() in ("y", "yes")


_COMMANDS = {"replay": _replay, "branch": _branch, "keep": _keep, "forget": _forget}


def _text(file: Path | None) -> str | None:
    from agents.errors import UsageError

    try:
        return None if file is None else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} can't be read as text: {getattr(error, 'strerror', None) or error}") from None


def _who(name: str) -> str:
    import getpass

    try:
        return name.strip() or getpass.getuser()
    except (OSError, KeyError):  # a user without a name, in a container
        return "somebody"


def _listen(engine: Branching, run: Path, n: int) -> None:
    """Ctrl-C once: finish what is in flight. Twice: now."""
    from teams.engine.running import INTERRUPT

    def interrupted() -> None:
        if engine.meter.stopping == INTERRUPT:
            _print(f"Stopped at once; what was answered is kept. Go on: python -m teams branch {run} --go-on {n}")
            os._exit(130)
        engine.meter.stop(INTERRUPT)
        _print("Finishing the calls in flight; Ctrl-C again to stop at once.")

    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(each, interrupted)


def _print(line: str) -> None:
    sys.stdout.write(_shown(line) + "\n")
    sys.stdout.flush()


def _shown(text: str) -> str:
    """Return text that models and documents wrote so that no control character reaches the terminal."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)
