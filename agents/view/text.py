"""`python -m agents.view text RUN`: look through a run in the terminal, by hand or one command at a time.

    python -m agents.view text runs/tool_use-1 list rejected
    python -m agents.view text runs/tool_use-1 open ID

Without a command it asks for one, again and again, and numbers what it lists: `open 3`. Nothing is
written, and nothing a model said is let loose on the terminal: all words go through `agents.view.paper`.
"""

from __future__ import annotations

import cmd
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress

from agents.errors import UsageError
from agents.view.arguments import Parser, folder
from agents.view.paper import Paper
from agents.view.plain import one_line
from agents.view.run import open_run
from agents.view.stopping import quietly
from agents.view.text_commands import HELP, completions, do, greet
from agents.view.text_session import Session


class Shell(cmd.Cmd):
    """Reads commands and carries them out, until it is told to stop."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.prompt = "> " if sys.stdin.isatty() and sys.stdout.isatty() else ""
        # Ids hold slashes, colons and dashes: a word to be completed ends at a space only.
        with suppress(ImportError):
            import readline

            readline.set_completer_delims(" ")

    def onecmd(self, line: str) -> bool:
        """Carry one line out; true where it says to stop."""
        try:
            words = shlex.split(line)
            if not words:
                return False
            if words[0] in ("quit", "exit", "q", "EOF"):
                return True
            do(self._session, words)
            sys.stdout.flush()
        except UsageError as error:
            sys.stderr.write(f"{one_line(str(error))}\n")
        except ValueError as error:  # of shlex: a quote that is not closed
            sys.stderr.write(f"{one_line(str(error))}: put words with spaces in quotes\n")
        except KeyboardInterrupt:
            sys.stderr.write("\n")
        return False

    def cmdloop(self, intro: str | None = None) -> None:
        """Go on until told to stop; Ctrl-C leaves what is going on, not the shell."""
        while True:
            try:
                super().cmdloop(intro)
                return
            except KeyboardInterrupt:
                sys.stderr.write("\n")

    def completenames(self, text: str, *ignored: object) -> list[str]:
        return completions(self._session, (), text)

    def completedefault(self, text: str, line: str, begidx: int, endidx: int) -> list[str]:
        try:
            return completions(self._session, line[:begidx].split(), text)
        except UsageError:  # nothing is open yet
            return []


def main(words: Sequence[str]) -> int:
    """Carry out `text RUN [COMMAND …]`; return the exit code."""
    return quietly(lambda: _main(words))


def _main(words: Sequence[str]) -> int:
    parser = Parser(
        prog="python -m agents.view text", description=(__doc__ or "").partition("\n")[0].partition(": ")[2]
    )
    parser.add_argument("run", type=folder, metavar="RUN", help="the run's folder")
    parser.add_argument("command", nargs="?", metavar="COMMAND", help=f"one of {', '.join(HELP)}; none: ask for them")
    split = next((n for n, word in enumerate(words) if not word.startswith("-")), len(words))
    asked = parser.read(words[: split + 2])
    if asked is None:
        return 0
    with open_run(asked.run) as run:
        session = Session(run, Paper(), in_shell=not asked.command)
        if asked.command:
            return do(session, words[split + 1 :])
        greet(session)
        Shell(session).cmdloop()
    return 0
