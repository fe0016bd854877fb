"""Lines of a document into pieces that know where in it they stand: their page, their chapter, their row."""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterable, Iterator

from teams.engine.documents.blocks import Block, Place
from teams.engine.seeds_text import Piece, is_fence, lines_of, pieces

_HEADING = re.compile(r"#{1,6} +(\S.*)|((?i:chapter|section|part) +(?:\d+|[ivxlc]+)\b.*)")
_LONGEST = 160


class Places:
    """Where the lines of a document stand, forgotten once a piece was made of them."""

    def __init__(self) -> None:
        self._pages: deque[tuple[int, Place]] = deque()
        self._chapters: deque[tuple[int, str]] = deque()
        self._fenced = False

    def block(self, line: int, place: Place) -> None:
        """Be told that a block begins on a line."""
        if place:
            self._pages.append((line, place))

    def watch(self, lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        """Pass lines on, noting the headings among them."""
        for number, text in lines:
            if is_fence(text):
                self._fenced = not self._fenced
            found = None if self._fenced else _HEADING.match(text)
            title = " ".join((found[1] or found[2]).split()).strip("#* ") if found else ""
            if title and len(title) <= _LONGEST:
                self._chapters.append((number, title))
            yield number, text

    def of(self, piece: Piece) -> dict[str, str | int]:
        """Return where a piece stands; pieces are asked for in their order."""
        _drop_before(self._pages, piece.first)
        _drop_before(self._chapters, piece.first)
        place: dict[str, str | int] = {}
        if self._pages:
            place.update(self._pages[0][1])
            last = [where for line, where in self._pages if line <= piece.last][-1:]
            if last and "page" in last[0] and last[0]["page"] != place.get("page"):
                place["last_page"] = last[0]["page"]
        if self._chapters and self._chapters[0][0] <= piece.last:
            place["chapter"] = self._chapters[0][1]
        return place


def _drop_before(known: deque[tuple[int, Place]] | deque[tuple[int, str]], line: int) -> None:
    """Forget what a later entry replaced before `line`."""
    while len(known) > 1 and known[1][0] <= line:
        known.popleft()


def cut(lines: Iterable[tuple[int, str]], places: Places | None = None) -> Iterator[tuple[Piece, dict[str, str | int]]]:
    """Cut numbered lines into pieces, each with its place."""
    known = places or Places()
    for piece in pieces(known.watch(lines)):
        yield piece, known.of(piece)


def lines_of_blocks(blocks: Iterable[Block], places: Places) -> Iterator[tuple[int, str]]:
    """Yield the lines of a document's blocks with their numbers, an empty one between two blocks."""
    number = 1
    for block in blocks:
        if number > 1:
            yield number, "\n"
            number += 1
        places.block(number, block.place)
        text = block.text.rstrip("\n") + "\n"
        last = number
        for line, part in lines_of(io.StringIO(text)):
            last = number + line - 1
            yield last, part
        number = last + 1
