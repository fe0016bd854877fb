"""Which exports were made of a run, so that what is to be forgotten can be taken out of them too.

`exports.jsonl` in the run's folder has a line for each. It is a file of its own: the journal belongs to the run, which
may be going on, and what people decided is something else.
"""

from __future__ import annotations

import hashlib
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
    """Bytes."""
    at: float
    sha256: str = ""
    """Of its bytes: by this it is known again, also where it was copied with its run, or edited at the same time."""
    mtime_ns: int = 0
    """Time of its last change; lines written before hashes were have it in their place."""

    def place(self, run: Path) -> Path:
        """Return where it lies."""
        return run / self.path

    def is_unchanged(self, run: Path) -> bool:
        """Say whether the file is still as it was written."""
        try:
            found = self.place(run).stat()
            if found.st_size != self.size:
                return False
            return _sha256(self.place(run)) == self.sha256 if self.sha256 else found.st_mtime_ns == self.mtime_ns
        except OSError:
            return False


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def edited(run: Path, path: Path) -> bool:
    """Say whether a file is one of a run's exports, and not as it was written any more: somebody's words are in it."""
    real = path.resolve()
    of = [made for made in noted(run) if made.sha256 and made.place(run).resolve() == real]
    return bool(of) and path.exists() and not of[-1].is_unchanged(run)


def note(run: Path, path: Path, format: str, reasoning: bool) -> None:
    """Write an export down. Where the run's folder can't be written, nothing in it can be forgotten either."""
    with suppress(OSError):
        real, found = path.resolve(), path.stat()
        inside = real.is_relative_to(run.resolve())
        shown = real.relative_to(run.resolve()) if inside else real
        made = Exported(str(shown), format, reasoning, found.st_size, time.time(), _sha256(path))
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
