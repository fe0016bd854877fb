"""Replay, branch, keep, forget: what has to run the engine does so in another process, so that no viewer breaks it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

COMMANDS = ("replay", "branch", "keep", "forget")


def main(words: Sequence[str]) -> int:
    """Run `python -m teams` with the words of one of `COMMANDS`; what it says is passed on as it is said.

    Return its exit code. Ctrl-C reaches it too: it ends well by itself, and is waited for.
    """
    child = subprocess.Popen([sys.executable, "-m", "teams", *words])
    while True:
        try:
            return child.wait()
        except KeyboardInterrupt:
            continue
