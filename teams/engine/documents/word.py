"""The text of a DOCX in reading order, as Markdown: headings, lists and tables kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from teams.engine.documents.blocks import MAX_TEXT, Block, Found, Unreadable
from teams.engine.documents.chapters import table
from teams.engine.documents.zipped import opened
from teams.engine.seeds_walk import Skip

_HEADING = re.compile(r"heading ([1-9])")
_CONTENTS = re.compile(r"toc\b|table of (figures|authorities)|index \d")
_LONGEST_HEADING = 200


def read_docx(stream: IO[bytes]) -> Found:
    """Yield the document as one block; what `python-docx` parses, it parses without resolving entities."""
    opened(stream).close()
    stream.seek(0)
    from docx import Document

    lines: list[str] = []
    size = 0
    for text in _texts(Document(stream)):
        is_item = text.startswith(("- ", "1. ")) and lines and lines[-2].startswith(text[:2])
        if is_item:
            lines[-1:] = [text, ""]
        else:
            lines += [text, ""]
        size += len(text)
        if size > MAX_TEXT:
            break
    if not size:
        raise Unreadable(Skip.NO_MAIN_TEXT)
    yield Block("\n".join(lines).rstrip())


def _texts(document: Any) -> Iterator[str]:
    """Paragraphs and tables of the body in order; headers, footers and tables of contents are none of it."""
    from docx.table import Table

    for inner in document.iter_inner_content():
        text = _table(inner) if isinstance(inner, Table) else _paragraph(inner)
        if text:
            yield text


def _paragraph(paragraph: Any) -> str:
    text = re.sub(r"[ \t\xa0]+", " ", str(paragraph.text)).strip()
    style = str(paragraph.style.name if paragraph.style is not None else "").lower()
    if not text or _CONTENTS.match(style):
        return ""
    heading = _HEADING.match(style)
    if (heading or style == "title") and len(text) <= _LONGEST_HEADING:
        return "#" * min(6, int(heading[1]) if heading else 1) + " " + " ".join(text.split())
    if style.startswith("list number"):
        return f"1. {text}"
    properties = paragraph._p.pPr
    is_listed = properties is not None and properties.numPr is not None
    return f"- {text}" if is_listed or style.startswith("list") else text


def _table(found: Any) -> str:
    return table([[_cell(cell, found) for cell in row.tc_lst] for row in found._tbl.tr_lst])


def _cell(cell: Any, found: Any) -> str:
    from docx.table import _Cell

    return " ".join(_Cell(cell, found).text.split())
