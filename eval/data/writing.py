"""Write the report's files: each appears under its name only when all of it is on disk."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from agents.errors import UsageError


def as_json(value: object) -> bytes:
    """Return JSON for people and programs: indented, UTF-8; half characters become question marks."""
    text = json.dumps(value, ensure_ascii=False, indent=1, allow_nan=False)
    return (text + "\n").encode("utf-8", "replace")


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write several files, all of them or none as far as the disk allows. Raises `UsageError`.

    All are written beside their places first; only then do they take them.
    """
    scratch: dict[Path, Path] = {}
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            new = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
            scratch[new] = path
            with new.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for new, path in scratch.items():
            new.replace(path)
    except OSError as error:
        where = ", ".join(str(path) for path in files)
        raise UsageError(f"{where} can't be written: {error.strerror or error}; choose another --out folder") from None
    finally:
        for new in scratch:
            new.unlink(missing_ok=True)
