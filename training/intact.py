"""Is a store still what was written? A copy is read through once; that it was well is remembered within it."""

from __future__ import annotations

import json
import os
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from training.errors import UsageError
from training.store import Store, damaged

REMEMBERED: Final = "intact.json"
_CHUNK = 1 << 24
_LARGE = 1 << 30
"""Bytes that take a while to read."""


def check_intact(store: Store, tell: Callable[[str], None]) -> None:
    """Hold each column against the sum it was written with, unless its files are as they were when that was done.

    A size says little: a copy that was broken off may be as long as the whole, and end in zeros. UsageError: some
    bytes are not those that were written.
    """
    stamps = _stamps(store)
    with suppress(OSError, ValueError):
        if json.loads((store.folder / REMEMBERED).read_text(encoding="utf-8")) == stamps:
            return
    if store.size > _LARGE:
        tell(f"reading {store.size / 2**30:.1f} GiB once, to see that all of it is as it was written")
    try:
        wrong = [name for name, written in store.sums.items() if _sum(store.folder / name) != written]
    except OSError as error:
        raise UsageError(f"can't read the store in {store.folder} ({error.strerror})") from error
    if wrong:
        raise damaged(store.folder, wrong)
    remember(store, stamps)


def remember(store: Store, stamps: list[list[str | int]] | None = None) -> None:
    """Note that a store is well: its files, with what changes when they do. One that can only be read is as good."""
    fresh = store.folder / f".{REMEMBERED}.{os.getpid()}"
    with suppress(OSError):
        try:
            fresh.write_text(json.dumps(stamps or _stamps(store)), encoding="utf-8")
            fresh.replace(store.folder / REMEMBERED)
        finally:
            fresh.unlink(missing_ok=True)


def _stamps(store: Store) -> list[list[str | int]]:
    found = [(name, (store.folder / name).stat()) for name in sorted(store.sums)]
    return [[name, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns] for name, stat in found]


def _sum(path: Path) -> int:
    found = 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found = zlib.crc32(chunk, found)
    return found
