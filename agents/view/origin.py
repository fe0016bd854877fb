"""The text a pair was made from, and the file it stands in, as far as both can still be found.

Newer journals hold every seed. Of older ones the text is looked for in the file it was read from, and taken only where
its hash is the seed's; where that fails, what was said in the first chat over the seed holds it. No file is opened but
a regular one below the folders the run was given.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

from agents.view.conversation import read
from agents.view.lineage import homes, within
from agents.view.run import Run

MAX_BYTES = 16_000_000
"""Of a file that is read for a seed."""
_PLACE = re.compile(r"(?P<skill>[^/]*)/(?P<path>.*):(?P<first>\d+)-(?P<last>\d+)(?:~\d+)?\Z", re.DOTALL)
_PREFIX = re.compile(r"[^/]*~(\d+)/")


def origin(run: Run, id: str) -> dict[str, Any]:
    """Return a seed: `{"id", "path", "span", "text", "language", "file", "from"}`.

    `text` is None where it is lost; `from` says what it was taken from: `journal`, `file`, `chat`, or "". `file` is
    `{"text", "first", "last"}`, the whole file with the seed's lines, where it still stands and holds the seed.
    """
    stored = _stored(run, id)
    place = _PLACE.match(id)
    path = stored.get("path") or (place["path"] if place else "")
    span = stored.get("span") or ([int(place["first"]), int(place["last"])] if place else [1, 1])
    text, source = stored.get("text"), "journal"
    whole = _file(run, str(path))
    lines = _lines(whole, span) if whole is not None else None
    if text is None:
        text, source = _from_file(lines, stored.get("hash") or _hash(run, id)), "file"
    if text is None:
        text, source = _opening(run, id), "chat"
    file = None
    if whole is not None and lines and text and lines.strip() and lines.strip() in text:
        file = {"text": whole, "first": span[0], "last": span[1]}
    return {
        "id": id,
        "path": path,
        "span": list(span),
        "text": text,
        "language": stored.get("language") or "",
        "file": file,
        "from": source if text is not None else "",
    }


# -- what the journal says


def _stored(run: Run, id: str) -> dict[str, Any]:
    for home in homes(run, id):
        if home.has("seeds") and (found := home.rows("SELECT seed FROM seeds WHERE id=?", (id,))):
            return dict(read(found[0][0], dict))
    return {}


def _hash(run: Run, id: str) -> str:
    """The seed's hash: the plan by which its records were made ends in it."""
    asked = (
        ("SELECT plan FROM records WHERE seed=? LIMIT 1", (id,)),
        ("SELECT plan FROM drops WHERE id=? OR (id>? AND id<?) LIMIT 1", (id, *within(id))),
    )
    for home in homes(run, id):
        for sql, values in asked:
            if found := home.rows(sql, values):
                return str(found[0][0] or "").rpartition(":")[2]
    return ""


def _opening(run: Run, id: str) -> str | None:
    """What the first chat over a seed opened with."""
    sql = (
        "SELECT m.text FROM chats c JOIN messages m ON m.chat=c.id AND m.n=0 "
        "WHERE c.id>? AND c.id<? AND c.record=? ORDER BY c.rowid LIMIT 1"
    )
    for home in homes(run, id):
        if found := home.rows(sql, (*within(id), id)):
            return str(found[0][0])
    return None


# -- what the file says


def _file(run: Run, path: str) -> str | None:
    roots = run.meta("seeds") or (run.trunk.meta("seeds") if run.trunk else None) or []
    for place in _places([root for root in roots if isinstance(root, str)], path):
        try:
            raw = _read(place)
        except (OSError, ValueError):
            continue
        if raw is not None and b"\0" not in raw:
            return raw.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    return None


def _places(roots: Sequence[str], path: str) -> Iterator[Path]:
    """Where a seed's file may be: paths from a second folder on carry its name and number."""
    prefix = _PREFIX.match(path)
    number = int(prefix[1]) if prefix else 1
    if prefix and number > 1:
        path, roots = path[prefix.end() :], roots[number - 1 : number]
    relative = os.fsdecode(unquote_to_bytes(path))
    if "\0" in relative:
        return  # no file is called that
    for root in roots:
        base = os.path.realpath(root)
        if os.path.isfile(base):
            if os.path.basename(base) == relative:
                yield Path(base)
            continue
        place = os.path.realpath(os.path.join(base, relative))
        if place.startswith(base.rstrip("/") + "/"):
            yield Path(place)


def _read(place: Path) -> bytes | None:
    with os.fdopen(os.open(place, os.O_RDONLY | os.O_NONBLOCK), "rb") as stream:
        found = os.fstat(stream.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size > MAX_BYTES:
            return None
        return stream.read(MAX_BYTES)


def _lines(text: str, span: Sequence[int]) -> str:
    return "".join(text.splitlines(keepends=True)[max(0, span[0] - 1) : span[1]])


def _from_file(lines: str | None, hash: str) -> str | None:
    """Return the lines as the seed had them: with or without the line ends around them, as its hash says."""
    for text in (lines, (lines or "").rstrip("\n"), (lines or "").strip("\n"), (lines or "").strip()) if lines else ():
        if text and hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:32] == hash:
            return text
    return None
