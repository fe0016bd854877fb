"""How our command lines read their words: mistakes are one line, and nothing is taken for something else."""

from __future__ import annotations

import argparse
import difflib
import math
import re
import shlex
import sys
from pathlib import Path
from typing import NoReturn


class Parser(argparse.ArgumentParser):
    """Says in one line what is wrong, with the flag that was perhaps meant. Flags are given whole."""

    def __init__(self, **options: object) -> None:
        super().__init__(**{"allow_abbrev": False, **options})  # type: ignore[arg-type]

    def error(self, message: str) -> NoReturn:
        """Print one line and exit with 2."""
        unknown = re.match(r"unrecognized arguments: (.*)", message, re.DOTALL)
        words = self._guess(unknown.group(1)) if unknown else message
        sys.stderr.write(f"{self.prog}: {' '.join(words.split())}; --help says what there is\n")
        sys.exit(2)

    def _guess(self, words: str) -> str:
        first = words.split()[0].partition("=")[0]
        near = difflib.get_close_matches(first, self._option_string_actions, 1, 0.75)
        return f"there is no {first}" + (f"; did you mean {near[0]}?" if near else "")


def path(text: str) -> Path:
    """A path; an empty word (a variable that is not set) is none, and must not mean the current folder."""
    if not text.strip():
        raise argparse.ArgumentTypeError("an empty path")
    return Path(text)


def typed(*words: object, module: str = "teams") -> str:
    """Return a command as a person can type it, or copy it, whatever stands in its words."""
    return shlex.join(["python", "-m", module, *map(str, words)])


def number(text: str) -> float:
    """A finite number."""
    value = float(text)
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text} is no number to count to")
    return value
