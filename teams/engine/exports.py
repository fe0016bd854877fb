"""Which exports were made of a run, so that what is to be forgotten can be taken out of them too.

`exports.jsonl` in the run's folder has a line for each. It is a file of its own: the journal belongs to the run, which
may be going on, and what people decided is something else.
"""

from __future__ import annotations

import json
import os
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

NAME = "exports.jsonl"


@dataclass(frozen=True)
class Exported:
    """One export."""

    path: str
    """Inside the run's folder relative to it, else absolute."""
    format: str
    reasoning: bool
    size: int
    """Bytes, and the time of its last change: by these it is known again."""
    mtime_ns: int
    at: float

    def place(self, run: Path) -> Path:
        """Return where it lies."""
        return run / self.path

    def is_unchanged(self, run: Path) -> bool:
        """Say whether the file is still as it was written."""
        try:
            found = self.place(run).stat()
        except OSError:
            return False
        return (found.st_size, found.st_mtime_ns) == (self.size, self.mtime_ns)


def note(run: Path, path: Path, format: str, reasoning: bool) -> None:
    """Write an export down. Where the run's folder can't be written, nothing in it can be forgotten either."""
    with suppress(OSError):
        real, found = path.resolve(), path.stat()
        inside = real.is_relative_to(run.resolve())
        shown = real.relative_to(run.resolve()) if inside else real
        made = Exported(str(shown), format, reasoning, found.st_size, found.st_mtime_ns, time.time())
        line = json.dumps(asdict(made)) + "\n"
        # One write at the end of the file: several may export at once, and one that is killed leaves a line cut.
        file = os.open(run / NAME, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)


def noted(run: Path) -> list[Exported]:
    """Return the exports of a run, the newest of each path; lines that can't be read are passed over."""
    try:
        lines = (run / NAME).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return []
    found: dict[str, Exported] = {}
    for line in lines:
        with suppress(ValueError, TypeError):
            made = Exported(**json.loads(line))
            found[made.path] = made
    return list(found.values())
