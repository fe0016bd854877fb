"""The text of a PDF, page by page: paragraphs whole again, headings by their size, running heads and feet gone."""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from typing import IO, Any

from teams.engine.documents.blocks import MAX_FILE, MAX_TEXT, Block, Found, Note, Unreadable
from teams.engine.documents.pdf_lines import Line, Page, compounds, joined, without_running
from teams.engine.seeds_text import clean
from teams.engine.seeds_walk import Skip

MAX_PAGES = 3_000
_FEW = 20
"""Characters a page below which a PDF is taken to be scanned: some scanners print their name."""


def read_pdf(stream: IO[bytes]) -> Found:
    """Yield a block for each page; its `page` counts from 1. None after each page that was looked at."""
    if stream.seek(0, io.SEEK_END) > MAX_FILE["pdf"]:
        raise Unreadable(Skip.TOO_LARGE)
    stream.seek(0)
    warnings.simplefilter("ignore")
    pages: list[Page] = []
    notes: list[Note] = []
    size = 0
    for number, page in _pages(stream):
        try:
            lines = _lines(page)
        except (MemoryError, Unreadable):
            raise
        except Exception:  # one broken page costs itself
            notes.append(Note(f"#page={number}", Skip.BROKEN))
            lines = []
        pages.append(Page(number, lines))
        size += sum(len(line.text) for line in lines)
        yield None
        if size > MAX_TEXT or number >= MAX_PAGES:
            break
    if size < _FEW * max(1, len(pages)):
        raise Unreadable(Skip.BROKEN if len(notes) == len(pages) > 0 else Skip.NO_TEXT_LAYER)
    yield from notes
    yield from _blocks(pages)


def _blocks(pages: list[Page]) -> Iterator[Block]:
    pages = without_running(pages)
    known = compounds(pages)
    for page, text in joined(pages, known):
        yield Block(clean(text), {"page": page})


def _pages(stream: IO[bytes]) -> Iterator[tuple[int, Any]]:
    """The pages with their numbers. Raises `Unreadable`."""
    from pypdf import PdfReader
    from pypdf.errors import DependencyError, PyPdfError

    try:
        reader = PdfReader(stream, strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(Skip.LOCKED)
        count = len(reader.pages)
    except DependencyError:
        raise Unreadable(Skip.LOCKED) from None
    except (PyPdfError, RecursionError, OSError, ValueError, KeyError, TypeError, AttributeError, IndexError):
        raise Unreadable(Skip.BROKEN) from None
    if not count:
        raise Unreadable(Skip.BROKEN)
    for number in range(count):
        yield number + 1, reader.pages[number]


class _Setting:
    """Lines while pieces of text arrive, in the order in which the page draws them."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._parts: list[str] = []
        self._height, self._top, self._left = 0.0, 0.0, 0.0
        self._typed = 0

    def take(self, text: str, matrix: Any, text_matrix: Any, font: Any, size: float) -> None:
        """Be told of a piece of text, as `extract_text(visitor_text=…)` does."""
        for number, part in enumerate(text.split("\n")):
            if number:
                self.end()
            if part.strip() and not any(one.strip() for one in self._parts):
                self._top = matrix[3] * text_matrix[5] + matrix[5]
                self._left = matrix[0] * text_matrix[4] + matrix[4]
            if part.strip():
                self._height = max(self._height, abs(size * text_matrix[3] * matrix[3]))
                self._typed += len(part) if _is_typewriter(font) else 0
            self._parts.append(part)

    def end(self) -> None:
        text = "".join(self._parts).replace("\xa0", " ").rstrip()
        if text.strip():
            is_typed = self._typed > len(text.strip()) * 0.8
            self.lines.append(Line(text if is_typed else text.strip(), self._top, self._height, is_typed, self._left))
        self._parts, self._height, self._typed = [], 0.0, 0


def _is_typewriter(font: Any) -> bool:
    name = str(font.get("/BaseFont", "")) if font is not None else ""
    return any(word in name for word in ("Courier", "Mono", "Consol", "CMTT", "Typewriter"))


def _lines(page: Any) -> list[Line]:
    setting = _Setting()
    page.extract_text(visitor_text=setting.take)
    setting.end()
    return setting.lines
