"""What a store is made of, as one hash: the data's bytes, the settings that shape chats, the encoder, and the code."""

from __future__ import annotations

import hashlib
import json
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from training.config import Data
from training.store import FORMAT

DECIDING = (
    "action_text",
    "chats",
    "fingerprint",
    "flatten",
    "prepare",
    "reading",
    "repeats",
    "rows",
    "store",
    "workers",
)
"""Modules whose words decide what a store holds, beside those that the encoder's own key speaks for."""
_SETTLED = 2 * 10**9
"""Nanoseconds after which a changed file would have another time of change, on any file system."""
Stamps: TypeAlias = list[tuple[str, int, int, int]]


def store_key(data: Data, hashes: dict[str, str], encoder: str) -> str:
    """Return the SHA-256 of all that decides what a store holds."""
    folder = Path(__file__).parent
    modules = [(folder / f"{name}.py").read_bytes() for name in DECIDING]
    said = {
        "format": FORMAT,
        "code": [hashlib.sha256(source).hexdigest() for source in modules],
        "encoder": encoder,
        "data": data.model_dump(mode="json", exclude={"paths", "mix"}),
        "files": [(Path(path).suffix, content) for path, content in hashes.items()],  # wherever they lie
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def stamps_of(data: Data) -> Stamps:
    """Return of each file what changes with it; the last of it can't be set back. UsageError: as `reading.files`."""
    from training.reading import files

    found = [(str(file.absolute()), file.stat()) for file, _ in files(data)]
    return [(name, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns) for name, stat in found]


def hashes_of(data: Data, stamps: Stamps, folder: Path) -> dict[str, str]:
    """Return the hash of each file; of files that are as they were, as it was remembered in a folder.

    Each of a node's processes asks, each time; reading all of a large data set takes minutes.
    """
    from training.reading import sources

    asked = json.dumps([stamps, [str(path) for path in data.paths], data.verdict])
    memory = folder / "hashes" / f"{hashlib.sha256(asked.encode()).hexdigest()[:24]}.json"
    with suppress(OSError, ValueError):
        remembered = json.loads(memory.read_text(encoding="utf-8"))
        if isinstance(remembered, dict):
            return remembered
    hashes = sources(data)
    if time.time_ns() - max((changed for *_, changed in stamps), default=0) > _SETTLED:
        with suppress(OSError):  # a place that can only be read is as good
            memory.parent.mkdir(parents=True, exist_ok=True)
            fresh = memory.with_suffix(f".{os.getpid()}")
            try:
                fresh.write_text(json.dumps(hashes), encoding="utf-8")
                fresh.replace(memory)
            finally:
                fresh.unlink(missing_ok=True)
    return hashes
