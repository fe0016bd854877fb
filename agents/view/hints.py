"""Commands as they are to be typed: in the text view's own shell, or in the one it was called from."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Hints:
    """Says what to type over one run."""

    folder: Path
    in_shell: bool = False
    """Commands are asked for one after the other, of a run that is open."""

    def __call__(self, command: str, *words: str) -> str:
        """Return a command of the text view with its words, quoted where they need it."""
        said = shlex.join([command, *words])
        if self.in_shell:
            return said
        # The folder comes first: an id may begin with a dash, and a folder too.
        return f"python -m agents.view text {shlex.quote(str(self.folder))} {said}"

    def export(self) -> str:
        """Return the command that writes a run's data as people left it."""
        return f"python -m teams export {shlex.quote(str(self.folder))}"
