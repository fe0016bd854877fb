"""What kind of document a file is, by its first bytes; a suffix only says that it is worth a look."""

from __future__ import annotations

import os
import re
import zipfile
from importlib.util import find_spec
from typing import IO

from teams.engine.seeds_text import is_binary

SUFFIXES = {
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".epub": "epub",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
}
NEEDS = {"html": "trafilatura", "pdf": "pypdf", "docx": "docx", "epub": "trafilatura", "parquet": "pyarrow"}
"""The module each kind is read with; all come with the extra `documents`."""
_HTML = re.compile(
    rb"\s*(<!--(?:(?!-->).){0,2000}-->\s*)*(<\?xml[^>]{0,200}>\s*)?(<!doctype\s+html|<html[\s>])", re.I | re.S
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOM = b"\xef\xbb\xbf"


def kind_of(suffix: str, stream: IO[bytes]) -> str:
    """Return `pdf`, `html`, …; `locked`, `broken` or `binary` for what only claims to be one; "" for anything else.

    `stream` is left at its beginning. A file whose suffix lies is what its content says.
    """
    head = stream.read(4096)
    stream.seek(0)
    if b"%PDF-" in head[:1024]:
        return "pdf"
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(b"PK\x03\x04"):
        return _zipped(stream)
    if head.startswith(_OLE):
        return _compound(stream)
    if _HTML.match(head.removeprefix(_BOM)):
        return "binary" if is_binary(head) else "html"
    said = SUFFIXES.get(suffix, "")
    if said in ("html", "jsonl") and is_binary(head):
        return "binary"
    return said if said in ("html", "jsonl") else ("broken" if said else "")


def _zipped(stream: IO[bytes]) -> str:
    """What a zip archive holds: told by the entries every such document must have."""
    try:
        with zipfile.ZipFile(stream) as archive:
            names = set(archive.namelist()[:20_000])
    except Exception:  # zipfile raises a dozen kinds of error over broken archives
        return "broken"
    finally:
        stream.seek(0)
    if "word/document.xml" in names:
        return "docx"
    return "epub" if "META-INF/container.xml" in names else ""


def _compound(stream: IO[bytes]) -> str:
    """An old office file, or the wrapping of a new one that is encrypted."""
    head = stream.read(65_536)
    stream.seek(-min(65_536, os.fstat(stream.fileno()).st_size), os.SEEK_END)
    tail = stream.read(65_536)
    stream.seek(0)
    return "locked" if "EncryptedPackage".encode("utf-16-le") in head + tail else ""


def is_readable(kind: str) -> bool:
    """Whether what reads this kind is installed."""
    return kind not in NEEDS or find_spec(NEEDS[kind]) is not None
