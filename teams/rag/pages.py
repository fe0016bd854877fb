"""How a page looks among search results: its title, its words without marks, an address of no real site."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from teams.engine.checks.leaks import points_inside
from teams.engine.stages.forms import closed, text
from teams.rag.documents import on_one_line

SNIPPET = (110, 1_150)
"""Fewest and most characters of a snippet."""
_RESERVED = re.compile(r"(?:[\w-]+\.)*(?:example\.(?:com|org|net)|[\w-]+\.(?:example|test|invalid))", re.IGNORECASE)
_URL = re.compile(r"https?://([^/\s:]+)(?:/[^\s]*)?")
_DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


def document_faults(draft: Mapping[str, str]) -> Iterator[str]:
    """Yield what is wrong with a document by itself: its address, its date, its length, words of the workshop."""
    match = _URL.fullmatch(draft["url"].strip())
    if not match or not _RESERVED.fullmatch(match[1]):
        yield "its address has to be of a made-up site under example.com, .org or .net, or ending in .example or .test"
    if draft["date"].strip() and not _DATE.fullmatch(draft["date"].strip()):
        yield "its date has to be YYYY-MM-DD, or empty"
    count = len(on_one_line(draft["snippet"]))
    if not SNIPPET[0] <= count <= SNIPPET[1]:
        yield f"its snippet has {count} characters; {SNIPPET[0]} to {SNIPPET[1]} are wanted"
    yield from (f"it speaks of its own making: {fault}" for fault in points_inside(draft["snippet"]))


def title_of(part: str, whole: str, path: str, *, before: str = "") -> str:
    """Return what a page with this part of a text calls itself: its section and the whole, else its file's name.

    A part that begins in the middle of a section has its heading in what stands `before` it.
    """
    section, name = _heading(part) or _last_heading(before), _heading(whole)
    if section and name and section != name:
        return f"{section} - {name}"
    words = re.sub(r"[_-]+", " ", path.rsplit("/", 1)[-1].partition(".")[0]).strip().capitalize()
    known = section or name
    # One word at the head of a text says as little as that of many others.
    return known if " " in known or not words else " - ".join(filter(None, (known.capitalize(), words)))


def _last_heading(text: str) -> str:
    """Return the last heading of a text that is marked as one."""
    marked = re.findall(r"^#{1,6}[ \t]+(\S.*)$", text, re.MULTILINE)
    return _heading(f"# {marked[-1]}") if marked else ""


def _heading(text: str) -> str:
    """Return the first line of a text if it looks like a heading, without its marks."""
    lines = (line.strip() for line in text.splitlines())
    first = next((line for line in lines if line.strip("#*=_>- \t")), "")
    bare = on_one_line(first.strip("#*=_> \t"))
    return bare if 3 <= len(bare) <= 110 and not re.search(r"[.;,|]$|^[-|\d]", bare) else ""


def as_shown(text: str) -> str:
    """Return a text as a search engine shows it: headings and the marks of Markdown are gone."""
    lines = [line for line in text.splitlines() if not re.match(r"\s*(?:#{1,6} |\|[\s:|-]+$|[=-]{3,}\s*$)", line)]
    bare = re.sub(r"\*\*|__|(?<!\w)[*_](?=\S)|(?<=\S)[*_](?!\w)|`", "", "\n".join(lines))
    return re.sub(r"^\s*\||\|\s*$", "", bare, flags=re.MULTILINE).replace("|", "·")


DOCUMENT: Mapping[str, Any] = closed(
    {
        "title": text(4, 140, "as a page calls itself"),
        "url": text(12, 160, "of a made-up site: https://harbour.example.org/fees/2024"),
        "date": text(0, 10, "YYYY-MM-DD where the page shows one; else empty"),
        "snippet": text(80, 1_300, "its words, in one piece"),
    }
)
