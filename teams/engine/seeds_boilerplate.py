"""What stands around a text and is none of it: licences of e-books, page numbers, tables of contents, menus, banners.

Lines are dropped one by one, or in runs that only together show what they are, while they stream by; those that stay
keep their numbers. In doubt a line stays: a reader stumbles over a menu, but never gets over a missing sentence.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from teams.engine.seeds_text import is_fence

Lines = Iterable[tuple[int, str]]
_START = re.compile(r"^\*{3} ?START OF (?:THE|THIS) PROJECT GUTENBERG.*$|^\*END\*THE SMALL PRINT.*$", re.M | re.I)
_END = re.compile(r"\*{3} ?END OF (?:THE|THIS) PROJECT GUTENBERG|End of (?:the )?Project Gutenberg", re.I)
_FRONT_MATTER = re.compile(r"\A---\n(?:[\w-]+:.*\n|[ \t]+.*\n|- .*\n|#.*\n)+---\n")
_LONGEST_LINE = 400
"""Characters of a line that is looked at; it also bounds what a pattern can be made to try."""
_LONGEST_RUN = 400
"""Lines held back at most while a run is looked at."""


def first_line(head: str) -> int:
    """Return the line at which a text begins, from 1: after an e-book's licence or metadata in its head."""
    found = _START.search(head)
    if found is None:
        found = _FRONT_MATTER.match(head.replace("\r\n", "\n"))
        return head[: found.end()].count("\n") + 1 if found else 1
    return head[: found.end()].count("\n") + 2


def without_boilerplate(lines: Lines, begins: int = 1) -> Iterator[tuple[int, str]]:
    """Yield the lines that are text, from line `begins` on."""
    own = _until_the_licence(((number, text) for number, text in lines if number >= begins), begins > 1)
    for drop in (_is_single, _is_contents, _is_links, _is_numbered_furniture):
        own = _fenced_apart(own, drop)
    return own


def _until_the_licence(lines: Lines, is_book: bool) -> Iterator[tuple[int, str]]:
    for number, text in lines:
        if is_book and _END.match(text):
            return
        yield number, text


# A filter looks at runs: lines that belong together in its eyes, with those that are blank between them.

Drop = Callable[[list[str] | None, str], bool]
"""Given None and a line: may the line be part of a run? Given a run's lines (and ""): is it to be dropped?"""


def _fenced_apart(lines: Lines, drop: Drop) -> Iterator[tuple[int, str]]:
    """Yield the lines without the runs to be dropped; code between fences is left alone."""
    fenced = False
    run: list[tuple[int, str]] = []
    for number, text in lines:
        if is_fence(text):
            fenced = not fenced
        stripped = text.strip()
        if not fenced and len(run) < _LONGEST_RUN and (drop(None, stripped) or (run and not stripped)):
            run.append((number, text))
            continue
        yield from _kept(run, drop)
        run = []
        if not fenced and drop(None, stripped):
            run.append((number, text))
        else:
            yield number, text
    yield from _kept(run, drop)


def _kept(run: list[tuple[int, str]], drop: Drop) -> Iterator[tuple[int, str]]:
    told = [text.strip() for _, text in run if text.strip()]
    if not told or not drop(told, ""):
        yield from run
    else:  # the blank lines stay, for they part the paragraphs around
        yield from ((number, text) for number, text in run if not text.strip())


# Lines that are never text

_BADGE = re.compile(r"(?:\[?!\[[^\]]*\]\([^)]*\)(?:\]\([^)]*\))?\s*)+")
_COMMENT = re.compile(r"<!--.*-->|\[TOC\]|\[\[_TOC_\]\]|\.\. (?:contents|toctree)::.*", re.I)
_CONSENT = re.compile(r"(?=.*\b(?:cookies?|privacy|partners)\b).*\[(?:accept|settings|reject|agree)", re.I)
_BANNER = re.compile(
    r"\[? ?advertisement\b.{0,60}|(?:\^|\[)? ?back to (?:the )?top ?\]?|skip to (?:main )?content"
    r"|(?:cookie settings|manage cookies|accept all cookies|accept all)\.?|share (?:this|on) [\w, ]{1,40}"
    r"|>+ ?(?:sign up|subscribe)\b.{0,120}|(?:this (?:site|website)|we) uses? cookies\b.{0,200}",
    re.I,
)
_MENU = frozenset(
    """home|login|log in|sign in|sign up|register|account|contact|contact us|about|about us|imprint|impressum|privacy
    privacy policy|cookies|cookie settings|menu|search|shop|cart|sitemap|terms|help|faq|share|print|next|previous|prev
    news|blog|careers|subscribe|newsletter|back to top|kontakt|datenschutz|startseite|anmelden|accueil|inicio|contacto
    contatti|accedi""".replace("\n    ", "|").split("|")
)
_BETWEEN = re.compile(r"\s+[|>»›·•/]\s+|\s{3,}")


def _is_single(run: list[str] | None, line: str) -> bool:
    if run is not None:
        return True
    if not line or len(line) > _LONGEST_LINE:
        return False
    is_known = any(pattern.fullmatch(line) for pattern in (_BADGE, _COMMENT, _BANNER))
    return is_known or _CONSENT.match(line) is not None or _is_menu(line)


def _is_menu(line: str) -> bool:
    """Whether a line is a menu or the path to a page: short words between bars, one of them as on any site."""
    if line[0] in "|-*#" or re.search(r"[.!?]\s|[.!?]$", line):
        return False
    entries = [entry.strip().casefold() for entry in _BETWEEN.split(line) if entry.strip()]
    if len(entries) < 3 or any(len(entry.split()) > 6 for entry in entries):
        return False
    known = sum(entry in _MENU for entry in entries)
    is_path = entries[0] == "home" and re.search(r" [>»›/] ", line) is not None
    return is_path or known >= 2


def is_furniture(line: str) -> bool:
    """Whether a line by itself is a banner, a menu, a badge or the foot of a page."""
    return _is_single(None, line) or _is_numbered_furniture(None, line)


# Tables of contents

_LEADERS = re.compile(r"\S.*?(?:\.{4,}|(?:\. ){3,}\.?|…{2,}|\t|_{4,}|(?:·\s?){4,})\s*(\d{1,4}|[ivxlc]{1,7})$", re.I)


def _is_contents(run: list[str] | None, line: str) -> bool:
    """Three entries or more that lead to pages in rising order; a price list with dots does not rise."""
    if run is None:
        return len(line) <= _LONGEST_LINE and _LEADERS.fullmatch(line) is not None
    pages = [int(found[1]) for text in run if (found := _LEADERS.fullmatch(text)) and found[1].isdigit()]
    return len(run) >= 3 and pages == sorted(pages)


_LINK_ITEM = re.compile(r"(?:[-*+]|\d+\.)?\s*\[[^\]]+\]\(#[^)]*\)")


def _is_links(run: list[str] | None, line: str) -> bool:
    """A Markdown table of contents: items that are nothing but links within the document."""
    if run is None:
        return len(line) <= _LONGEST_LINE and _LINK_ITEM.fullmatch(line) is not None
    return len(run) >= 3


# Heads and feet of pages

_FURNITURE = re.compile(
    r"(?:.{0,90}\s)?\[?\b(?:page|seite|página|pagina)\s+\d+(?:\s*(?:of|/|von|de)\s*\d+)?\]?|[-–—] ?\d+ ?[-–—]", re.I
)


def _is_numbered_furniture(run: list[str] | None, line: str) -> bool:
    """The foot of a page in text that was made for a printer: `Postel   [Page 4]`, `- 12 -`."""
    if run is not None:
        return True
    return _FURNITURE.fullmatch(line) is not None and not re.search(r"[.!?,:;]\s", line)
