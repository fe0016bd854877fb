"""All of an HTML page whose every word is meant to be read, a chapter of a book, as Markdown.

Extraction of main text guesses what is menu and what is not; in a book, it would take short lines of talk for menus.
"""

from __future__ import annotations

import re
from typing import Any

_NOT_READ = frozenset(("script", "style", "head", "nav", "template", "svg", "math", "noscript", "object", "iframe"))
_NAMES = """
p div section article main aside header footer blockquote li dt dd h1 h2 h3 h4 h5 h6 figcaption ul ol dl body hr address
figure details summary tr td th caption center
"""
_BLOCKS = frozenset(_NAMES.split())
LICENCE = '//*[contains(@class, "pg-boilerplate") or @id = "pg-header" or @id = "pg-footer"]'
"""What Project Gutenberg puts around its books."""


def parsed(html: str) -> Any:
    """Return the tree of a page, or None if there is nothing in it."""
    import lxml.html
    from lxml import etree

    reader = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        return lxml.html.document_fromstring(html.encode(), parser=reader)
    except etree.ParserError:
        return None


def whole_text(html: str) -> str:
    """Return all text of a page as Markdown, "" if there is none."""
    tree = parsed(html)
    if tree is None:
        return ""
    for licence in tree.xpath(LICENCE):
        licence.drop_tree()
    setting = _Setting()
    setting.walk(tree)
    setting.end()
    text = "\n\n".join(setting.blocks)
    return re.sub(r"^(- .*)\n\n(?=- )", r"\1\n", text, flags=re.M)


class _Setting:
    """Blocks of text while a tree is walked. Its depth is bounded by what the parser lets through (256)."""

    def __init__(self) -> None:
        self.blocks: list[str] = []
        self._parts: list[str] = []
        self._mark = ""

    def walk(self, element: Any) -> None:
        tag = element.tag
        if tag in _NOT_READ:
            return
        if tag in ("table", "pre"):
            self.end()
            self._whole(element)
            return
        if tag == "br":
            self._parts.append("\n")
        is_block = tag in _BLOCKS
        if is_block:
            self.end()
            self._mark = "- " if tag == "li" else "#" * int(tag[1]) + " " if re.fullmatch("h[1-6]", tag) else self._mark
        self._parts.append(_spaced(element.text))
        for child in element:
            if isinstance(child.tag, str):
                self.walk(child)
            self._parts.append(_spaced(child.tail))
        if is_block:
            self.end()
            self._mark = ""

    def end(self) -> None:
        """Close the block that is open."""
        lines = [" ".join(line.split()) for line in "".join(self._parts).split("\n")]
        text = "\n".join(line for line in lines if line)
        self._parts = []
        if text:
            self.blocks.append(self._mark + (" ".join(text.split()) if self._mark else text))
            self._mark = ""

    def _whole(self, element: Any) -> None:
        if element.tag == "pre":
            text = element.text_content().strip("\n")
            self.blocks += [f"```\n{text}\n```"] if text.strip() else []
            return
        rows = [[" ".join(cell.text_content().split()) for cell in row.iter("td", "th")] for row in element.iter("tr")]
        self.blocks += [drawn] if (drawn := table(rows)) else []


def _spaced(text: str | None) -> str:
    return re.sub(r"\s+", " ", text or "")


def table(rows: list[list[str]]) -> str:
    """Return rows of cells as a Markdown table; one column or one row, which only places things, as its paragraphs."""
    rows = [[cell.replace("|", "/") for cell in row] for row in rows if any(row)]
    width = max(map(len, rows), default=0)
    if len(rows) < 2 or width < 2:
        return "\n\n".join(cell for row in rows for cell in row if cell)
    drawn = ["| " + " | ".join([*row, *[""] * (width - len(row))]) + " |" for row in rows]
    return "\n".join([drawn[0], "|" + "---|" * width, *drawn[1:]])
