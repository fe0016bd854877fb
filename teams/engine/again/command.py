"""The words of `python -m teams replay | branch | keep | forget`, and what is done at them."""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import Any

from agents.command_line import path
from teams.engine.again.terminal import agreed, name_of, tell
from teams.engine.terminal_text import inert

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
_FORMS = (
    "as plain text; where the role's replies have a form, JSON of that form; a call of a tool as "
    'JSON: {"name": "TOOL", "arguments": {…}}'
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
    branch.add_argument("--role-prompt", type=path, metavar="FILE", help="what its role is told from "
                        "then on, whole and as it is: no template")  # fmt: skip
    branch.add_argument("--model", action="append", default=[], metavar="[ROLE=]MODEL", help="who plays a role "
                        "from then on, in this chat and after it; without ROLE= the one whose turn it is; "
                        "repeatable")  # fmt: skip
    branch.add_argument("--at", action="append", default=[], metavar="[NAME=]MODEL", help="where a model of the run "
                        "is now, NAME being what it is called there: one of which only the name was kept, or that has "
                        "moved; repeatable")  # fmt: skip
    branch.add_argument("--answer", type=path, metavar="FILE", help=f"what is said at that turn, {_FORMS}")
    branch.add_argument("--record", default="", metavar="ID", help="whose way is gone; default: a pair that came of "
                        "it")  # fmt: skip
    branch.add_argument("--who", "--as", default="", metavar="NAME", help="who branches; default: the user's name")
    branch.add_argument("--max-tokens", type=int, metavar="N", help="end when so many tokens are spent")
    branch.add_argument("--rejected", type=int, metavar="N", help="branch each of the newest N rejected pairs, from "
                        "the first turn of --role on; in CHAT's place a skill may stand: only its pairs")  # fmt: skip
    branch.add_argument("--role", default="", metavar="ROLE", help="with --rejected: who is asked anew, as its script "
                        "says by now, or as --role-prompt does: its section of a script, or the whole of one, "
                        "changed")  # fmt: skip
    branch.add_argument("--yes", action="store_true", help="with --rejected: don't ask whether it is worth it")
    branch.add_argument("--go-on", type=int, metavar="N", help="go on with branch N, in place of a new one")
    keep = commands.add_parser("keep", help="take a branch's pair into the data, or leave it", description=_KEEP)
    _run(keep)
    keep.add_argument("branch", type=int, metavar="N", help="the branch's number")
    keep.add_argument("which", choices=("branch", "original"))
    keep.add_argument("--who", "--as", default="", metavar="NAME", help="who decides; default: the user's name")
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
    sys.stderr.write(" ".join(inert(str(error)).split()) + "\n")
    return code


def _replay(asked: argparse.Namespace) -> int:
    from teams.engine.again.replay import replay

    code, told = asyncio.run(replay(asked.run, asked.record, tell))
    same = sum(one.result == "same" for one in told)
    tell(f"{same} of {len(told)} the same." if told else "There is no chat on its way: nothing was said for it.")
    return code


def _branch(asked: argparse.Namespace) -> int:
    from teams.engine.again.branch_command import branch

    return branch(asked)


def _keep(asked: argparse.Namespace) -> int:
    from agents.hand import Conflict
    from teams.engine.again.keeping import keep
    from teams.engine.ending import refresh

    try:
        said = keep(asked.run, asked.branch, asked.which, name_of(asked.who), asked.base)
        for line in filter(None, (*said.splitlines(), refresh(asked.run))):
            tell(line)
    except Conflict as conflict:
        return _failed(conflict, CONFLICT)
    return 0


def _forget(asked: argparse.Namespace) -> int:
    from teams.engine.again.forget import forget

    return forget(asked.run, asked.seed, tell, (lambda: True) if asked.yes else _sure)


def _sure() -> bool:
    return agreed("Remove it? It can't be had back.", "nothing was removed")


_COMMANDS = {"replay": _replay, "branch": _branch, "keep": _keep, "forget": _forget}
