"""The chapters of an EPUB, in the order of its spine: a zip archive of HTML pages."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import IO, Any
from urllib.parse import unquote

from teams.engine.documents.blocks import MAX_TEXT, Block, Found, Note, Unreadable
from teams.engine.documents.chapters import whole_text
from teams.engine.documents.markup import decoded
from teams.engine.documents.zipped import opened
from teams.engine.seeds_walk import Skip

_PAGES = ("application/xhtml+xml", "text/html")
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Ways to scramble fonts, not text."""
_ABOUT_THE_BOOK = re.compile(
    r"""<(?:body|section|div|nav)\b[^>]{0,300}epub:type\s*=\s*["'][^"'>]{0,80}\b"""
    r"(cover|titlepage|copyright-page|toc|landmarks|index|loi|lot|page-list)\b"
)


def read_epub(stream: IO[bytes]) -> Found:
    """Yield a block for each chapter that has text."""
    archive = opened(stream)
    found = 0
    for name in _spine(archive):
        try:
            html = decoded(archive.read(name))
        except (KeyError, zipfile.BadZipFile, OSError, ValueError, EOFError):
            yield Note(f"#{posixpath.basename(name)}", Skip.BROKEN)
            continue
        text = "" if _ABOUT_THE_BOOK.search(html[:5_000]) else whole_text(html)
        if text:
            yield Block(text)
        else:
            yield None
        found += len(text)
        if found > MAX_TEXT:
            return
    if not found:
        raise Unreadable(Skip.NO_MAIN_TEXT)


def _spine(archive: zipfile.ZipFile) -> Iterator[str]:
    """The names of the pages in reading order. Raises `Unreadable`."""
    container = _xml(archive, "META-INF/container.xml")
    package = next((str(one.get("full-path")) for one in _all(container, "rootfile")), "")
    book = _xml(archive, package)
    locked = _locked(archive)
    items = {str(item.get("id")): item for item in _all(book, "item")}
    for reference in _all(book, "itemref"):
        item = items.get(str(reference.get("idref")))
        if item is None or reference.get("linear") == "no" or item.get("media-type") not in _PAGES:
            continue
        if "nav" in str(item.get("properties", "")).split():
            continue
        name = posixpath.normpath(posixpath.join(posixpath.dirname(package), unquote(str(item.get("href", "")))))
        if name in locked:
            raise Unreadable(Skip.LOCKED)
        yield name


def _locked(archive: zipfile.ZipFile) -> set[str]:
    """Names of what is encrypted otherwise than fonts are."""
    if "META-INF/encryption.xml" not in archive.namelist():
        return set()
    found = set()
    for data in _all(_xml(archive, "META-INF/encryption.xml"), "EncryptedData"):
        ways = {str(way.get("Algorithm")) for way in _all(data, "EncryptionMethod")}
        if not ways <= set(_FONTS):
            found |= {unquote(str(one.get("URI"))) for one in _all(data, "CipherReference")}
    return found


def _xml(archive: zipfile.ZipFile, name: str) -> Any:
    from lxml import etree

    safe = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(archive.read(name), safe)
    except (KeyError, zipfile.BadZipFile, OSError, ValueError, EOFError, etree.XMLSyntaxError):
        raise Unreadable(Skip.BROKEN) from None


def _all(tree: Any, name: str) -> Iterator[Any]:
    return iter(tree.iterfind(f".//{{*}}{name}"))
