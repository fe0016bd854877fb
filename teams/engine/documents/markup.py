"""The main text of an HTML page as Markdown: headings, lists and tables kept, navigation, banners and footers gone."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import IO, Any

from teams.engine.documents.blocks import MAX_FILE, Block, Unreadable
from teams.engine.documents.chapters import parsed
from teams.engine.seeds_text import HEAD, clean, encoding_of, words_in
from teams.engine.seeds_walk import Skip

_CHARSET = re.compile(
    rb"""charset\s*=\s*["']?\s*([\w.:-]{2,40})|<\?xml[^>]{0,100}encoding\s*=\s*["']([\w.:-]{2,40})""", re.I
)

_FEW = 5
"""Words of which a page has more, if it has anything to say."""


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

    how: dict[str, Any] = {"output_format": "markdown", "include_comments": False, "include_tables": True}
    made = _tidy(extract(html, **how) or "")
    if words_in(made) <= _FEW:
        return ""
    title = _title(html)
    return f"# {title}\n\n{made}" if title and title not in made else made


def _title(html: str) -> str:
    """The one heading of the first rank, which extraction drops where it stands outside of the text."""
    tree = parsed(html)
    found = [" ".join(heading.text_content().split()) for heading in tree.iter("h1")] if tree is not None else []
    return found[0] if len(found) == 1 and len(found[0]) < 200 else ""


def _tidy(text: str) -> str:
    """Markdown as people write it: no escapes but those in code, no marks of links to headings, no white space left."""
    parts = re.split(r"(^```.*?^```)", text, flags=re.M | re.S)
    parts[::2] = [_HEADING.sub(r"\1", _ESCAPE.sub(r"\1", part)) for part in parts[::2]]
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+$", "", "".join(parts), flags=re.M)).strip()


_ESCAPE = re.compile(r"\\([_<>*\[\]#`~.!(){}+-])")
_HEADING = re.compile(r"^ ?(#{1,6} .*?) *[#¶]?$", re.M)
