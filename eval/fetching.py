"""Fetch a file of a public repository once, into the user's cache."""

from __future__ import annotations

import hashlib
import http.client
import os
import tempfile
import urllib.request
from pathlib import Path
from urllib.parse import quote, urlsplit

from agents.errors import UsageError

LARGEST = 512 * 2**20
"""Bytes of one file."""
_SECONDS = 60


def cache_folder() -> Path:
    """Return where fetched benchmarks are kept: `AGENTINSTRUCT_CACHE`, or the user's cache."""
    import platformdirs

    return Path(os.environ.get("AGENTINSTRUCT_CACHE") or platformdirs.user_cache_dir("agentinstruct")) / "benchmarks"


def fetched(name: str, url: str, file: str) -> Path:
    """Return the local copy of `url/file`, fetched if it is not there yet.

    Raise `UsageError` where it can't be had; a file that came in part is not kept.
    """
    # By its address too: another commit of the repository is another file.
    kept = cache_folder() / name / hashlib.sha256(url.encode()).hexdigest()[:12] / file
    if kept.is_file():
        return kept
    address = f"{url.rstrip('/')}/{quote(file)}"
    instead = f"or give a local copy with --data {name}=PATH"
    if os.environ.get("HF_HUB_OFFLINE") == "1" and urlsplit(address).hostname not in ("127.0.0.1", "localhost"):
        raise UsageError(f"{name}: {address} is not in the cache, and HF_HUB_OFFLINE=1 forbids to fetch it; {instead}")
    kept.parent.mkdir(parents=True, exist_ok=True)
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS) as answer:
            data = answer.read(LARGEST + 1)
            told = answer.headers.get("Content-Length")
    except (http.client.HTTPException, OSError, ValueError) as error:
        why = getattr(error, "reason", None) or error
        raise UsageError(
            f"{name}: {address} can't be fetched ({why}); is there a network? Try again, {instead}"
        ) from None
    if len(data) > LARGEST or (told and told.isdecimal() and len(data) != int(told)):
        raise UsageError(f"{name}: {address} did not come whole ({len(data):,} bytes); try again, {instead}")
    with tempfile.NamedTemporaryFile(dir=kept.parent, delete=False) as part:
        part.write(data)
    Path(part.name).replace(kept)
    return kept
