"""What the commands over a finished run read and say in a terminal."""

from __future__ import annotations

import sys
from pathlib import Path

from teams.engine.terminal_text import inert


def tell(line: str) -> None:
    """Print a line at once. Nothing in it can command a terminal."""
    sys.stdout.write(inert(line) + "\n")
    sys.stdout.flush()


def text_of(file: Path | None) -> str | None:
    """Return what a file says; None where none is given. Raises `UsageError`."""
    from agents.errors import UsageError

    try:
        return None if file is None else file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} can't be read as text: {getattr(error, 'strerror', None) or error}") from None


def name_of(who: str) -> str:
    """Return who acts: as told, or else the user's name."""
    import getpass

    try:
        return who.strip() or getpass.getuser()
    except (OSError, KeyError):  # a user without a name, in a container
        return "somebody"


def agreed(question: str, otherwise: str) -> bool:
    """Ask whether to go on. Raises `UsageError` where nobody can be asked: `otherwise` is what was not done."""
    if not sys.stdin.isatty():
        from agents.errors import UsageError

        raise UsageError(f"{otherwise}: say --yes where nobody can be asked")
    return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
