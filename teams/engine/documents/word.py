"""The text of a DOCX in reading order, as Markdown: headings, lists and tables kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO, Any

from teams.engine.documents.blocks import MAX_TEXT, Block, Found, Unreadable
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


def _table(table: Any) -> str:
    """A Markdown table; a table of one column or one row, which only places things on the page, is its paragraphs."""
    rows = [[_cell(cell, table) for cell in row.tc_lst] for row in table._tbl.tr_lst]
    rows = [row for row in rows if any(row)]
    width = max(map(len, rows), default=0)
    if len(rows) < 2 or width < 2:
        return "\n\n".join(text for row in rows for text in row if text)
    drawn = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    return "\n".join([drawn[0], "|" + "---|" * width, *drawn[1:]])


def _cell(cell: Any, table: Any) -> str:
    from docx.table import _Cell

    return " ".join(_Cell(cell, table).text.split()).replace("|", "/")
