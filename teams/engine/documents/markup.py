"""The main text of an HTML page as Markdown: headings, lists and tables kept, navigation, banners and footers gone."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import IO

from teams.engine.documents.blocks import MAX_FILE, Block, Unreadable
from teams.engine.seeds_text import HEAD, clean, encoding_of
from teams.engine.seeds_walk import Skip

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.:-]{2,40})""", re.I)


def read_html(stream: IO[bytes]) -> Iterator[Block]:
    """Yield the one block of an HTML file."""
    raw = stream.read(MAX_FILE["html"] + 1)
    if len(raw) > MAX_FILE["html"]:
        raise Unreadable(Skip.TOO_LARGE)
    text = main_text(decoded(raw))
    if not text:
        raise Unreadable(Skip.NO_MAIN_TEXT)
    yield Block(text)


def decoded(raw: bytes) -> str:
    """The text of an HTML file: by byte order mark, as UTF-8 if it is that, as it says itself, or by a guess."""
    whole = len(raw) < HEAD
    encoding = encoding_of(raw[:HEAD], is_whole=whole) if _is_unicode(raw[:HEAD], whole) else _said(raw[:2048])
    encoding = encoding or encoding_of(raw[:HEAD], is_whole=whole) or "utf-8"
    return clean(raw.decode(encoding, "replace"))


def _is_unicode(head: bytes, is_whole: bool) -> bool:
    if head.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    try:
        (head if is_whole else head[:-3]).decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _said(head: bytes) -> str | None:
    found = _CHARSET.search(head)
    name = (found[1] or found[2]).decode() if found else ""
    try:
        return codecs.lookup(name).name if name and codecs.lookup(name)._is_text_encoding else None
    except LookupError:
        return None


def main_text(html: str) -> str:
    """Return the main text of a page as Markdown, "" if there is none."""
    from trafilatura import extract

    made = extract(html, output_format="markdown", include_comments=False, include_tables=True, favor_recall=True)
    return _tidy(made or "")


def whole_text(html: str) -> str:
    """Return all text of a page whose every word is meant to be read (a chapter of a book), a paragraph each."""
    import lxml.html

    tree = lxml.html.document_fromstring(html.encode(), parser=lxml.html.HTMLParser(encoding="utf-8"))
    paragraphs = []
    for block in tree.iter("p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "td", "pre", "blockquote", "dt", "dd", "div"):
        has_blocks = block.tag != "pre" and any(True for _ in block.iter("p", "li", "td", "div") if _ is not block)
        words = "" if has_blocks else " ".join(block.text_content().split())
        if words:
            mark = "#" * int(block.tag[1]) + " " if block.tag[0] == "h" else "- " if block.tag == "li" else ""
            paragraphs.append(mark + words)
    return "\n\n".join(paragraphs)


def _tidy(text: str) -> str:
    """Table rows and paragraphs without the white space that is left at their ends."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+$", "", text, flags=re.M)).strip()
