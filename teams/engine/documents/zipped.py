"""Zip archives from anywhere: what they would unpack to is bounded before anything is unpacked."""

from __future__ import annotations

import zipfile
from typing import IO

from teams.engine.documents.blocks import MAX_PART, MAX_UNPACKED, Unreadable
from teams.engine.seeds_walk import Skip

MAX_ENTRIES = 20_000


def opened(stream: IO[bytes]) -> zipfile.ZipFile:
    """Return the archive. Raises `Unreadable` if it is broken, locked, or a bomb.

    An entry is never read beyond the size it states, so the stated sizes can be trusted as bounds.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, EOFError):
        raise Unreadable(Skip.BROKEN) from None
    entries = archive.infolist()
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise Unreadable(Skip.UNPACKS)
    if any(entry.file_size > MAX_PART for entry in entries if _is_markup(entry.filename)):
        raise Unreadable(Skip.UNPACKS)
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(Skip.LOCKED)
    return archive


def _is_markup(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".xhtml", ".html", ".htm", ".opf", ".ncx"))
