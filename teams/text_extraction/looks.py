"""What in the look of a passage shows that it is not of its kind, in any language; complaints to its writer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from teams.engine.checks.quotes import quotations_in
from teams.engine.checks.structure import table_in

_FIGURE = re.compile(r"(?<!\w)\d[\d.,:/]*")
_CLAUSE = re.compile(r"^\s*(?:§\s*)?\(?\d{1,2}(?:\.\d{1,2})?[.)]?\s+\S|^\s*§\s*\d+", re.MULTILINE)
_HEAD = re.compile(
    r"(?:^\s*(?:>\s?)*(?:\*\*)?[^\W\d_][\w -]{0,14}(?:\*\*)?\s?[:：](?:\*\*)?\s*\S.*\n){3,}", re.MULTILINE
)
_NAMED_LINE = re.compile(r"^\s*(?:[-*•]\s)?(?:\*\*)?[^\W\d_][\w ()/.-]{0,40}(?:\*\*)?\s?[:：]\s*\S", re.MULTILINE)
_SECTION = re.compile(r"^\s*(?:#{1,4}\s+\S|\d{1,2}\.?\s+\S.{2,60}$|[A-ZÀ-Þ][^.!?\n]{3,60}$)", re.MULTILINE)


def has_figures(fewest: int) -> Callable[[str], Iterator[str]]:
    """So many figures, dates or amounts at least."""

    def look(passage: str) -> Iterator[str]:
        found = len(_FIGURE.findall(passage))
        if found < fewest:
            yield f"it has {found} figures; there is little to look up: {fewest} at least, dates and amounts among them"

    return look


def has_clauses(passage: str) -> Iterator[str]:
    """Clauses with numbers before them."""
    yield from has_figures(6)(passage)
    if len(_CLAUSE.findall(passage)) < 4:
        yield "four clauses at least have to be numbered, each at the beginning of a line"


def has_messages(passage: str) -> Iterator[str]:
    """Several messages, each under lines such as From, To, Date."""
    if len(_HEAD.findall(passage)) < 2:
        yield "each message begins with lines of its own for sender, receiver, date and subject, `From: …`"


def has_table(passage: str) -> Iterator[str]:
    """A table, prose around it, and lines of `name: value`."""
    table = table_in(passage)
    if table is None or len(table.rows) < 5 or not table.is_even:
        yield "it needs a Markdown table with a header, six rows or so, and as many cells in each row"
    if len(_NAMED_LINE.findall(passage)) < 2:
        yield "a few lines of the form `name: value` are missing"


def has_quotations(passage: str) -> Iterator[str]:
    """People speak in their own words."""
    yield from has_figures(4)(passage)
    if not quotations_in(passage):
        yield "nobody is quoted: two people at least say something in quotation marks"


def has_sections(passage: str) -> Iterator[str]:
    """Sections with headings."""
    yield from has_figures(12)(passage)
    if len(_SECTION.findall(passage)) < 3:
        yield "a long document has headings, on lines of their own: three at least"
