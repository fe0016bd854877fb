"""Write a file whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import orjson

from agents.errors import UsageError


def write_lines(path: Path, rows: Iterable[Any]) -> int:
    """Write JSON Lines beside `path` and put them in its place when complete; return how many. Memory: one row."""
    part = path.with_name(f".{path.name}.part")
    count = 0
    try:
        with part.open("wb") as file:
            for row in rows:
                file.write(orjson.dumps(row) + b"\n")
                count += 1
        os.replace(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise UsageError(
            f"can't write {path}: {error.strerror}; the journal holds everything, run again later"
        ) from None
    return count
