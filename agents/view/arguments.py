"""How commands over a run read their words: mistakes are one line, and flags are given whole."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from agents.errors import UsageError


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong, as a `UsageError`."""

    def __init__(self, **options: object) -> None:
        super().__init__(**{"allow_abbrev": False, **options})  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog}: {' '.join(message.split())}; --help says what there is")

    def read(self, words: Sequence[str]) -> argparse.Namespace | None:
        """Return what is asked; None where help was asked for, and given. Raises `UsageError`."""
        try:
            return self.parse_args(list(words))
        except SystemExit:
            return None


def folder(text: str) -> Path:
    """A run's folder; an empty word (a variable that is not set) is none, and must not mean the current folder."""
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty path is no run; name the folder a run printed at its end")
    return Path(text)
