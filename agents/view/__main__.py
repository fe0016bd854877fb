"""`python -m agents.view RUN`: open a page over a run's journal; other commands tell the same in text, or step in."""

from __future__ import annotations

import argparse
import getpass
import importlib
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from agents.view.plain import one_line

COMMANDS = {
    "text": "read a run in the terminal: list, open, next, grep, show prompts and what was stored",
    "blame": "tell what came of one role's work: accepted, rejected, cost",
    "trace": "print the family tree of a record",
    "replay": "go through a record's chats again from the journal, without spending",
    "branch": "hold a chat again from one of its turns on, with another prompt, model or answer",
    "keep": "take a branch's pair into the data, or the original back",
    "forget": "remove a seed with all that came of it",
}
MODULES = {"text": "agents.view.text", "blame": "agents.view.blame", "trace": "agents.view.tracing"}
"""Each with `main(words) -> int`. All else needs the engine: `agents.view.again` has a child do it."""
_EPILOG = (
    "commands:\n"
    + "\n".join(f"  {name:8} {what}" for name, what in COMMANDS.items())
    + ("\n\neach is called as python -m agents.view COMMAND RUN …; with --help it says more")
)


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong."""

    def error(self, message: str) -> NoReturn:
        """Print one line and exit with 2."""
        sys.stderr.write(f"{self.prog}: {one_line(message)}; --help says what there is\n")
        sys.exit(2)


def parser() -> Parser:
    """Return the parser of the page's command."""
    made = Parser(
        prog="python -m agents.view",
        description="Open a page over a run's journal in the browser, live while the run goes.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument("run", type=_folder, metavar="RUN", help="the run's folder, or COMMAND RUN …")
    made.add_argument("--port", type=_port, metavar="N", help="listen on this port of 127.0.0.1; default: a free one")
    made.add_argument("--no-browser", action="store_true", help="only print the address")
    made.add_argument("--as", "--who", dest="who", default="", metavar="NAME", help="who you are, for what you "
                      "decide; default: your name on this machine")  # fmt: skip
    return made


def _folder(text: str) -> Path:
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty path")
    return Path(text)


def _port(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number up to 65535")
    return int(text)


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code: 0 well, 1 failed, 2 wrong use."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        # A folder that is called like a command is written ./text.
        if words and words[0] in MODULES:
            made: int = importlib.import_module(MODULES[words[0]]).main(words[1:])
            return made
        if words and words[0] in COMMANDS:
            from agents.view.again import main as again

            return again(words)
        return _page(parser().parse_args(words))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # whoever read us has seen enough
        sys.stderr.close()
        return 0


def _page(asked: argparse.Namespace) -> int:
    from agents.errors import UsageError
    from agents.view.serving import serve

    try:
        serve(asked.run, port=asked.port, who=asked.who or _me(), browser=not asked.no_browser, say=_say)
    except UsageError as error:
        print(one_line(str(error)), file=sys.stderr)
        return 2
    return 0


def _say(line: str) -> None:
    print(one_line(line), flush=True)  # a folder from elsewhere may be called anything


def _me() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]  # names of files may be any bytes
    sys.exit(main())
