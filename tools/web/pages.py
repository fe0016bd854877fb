"""What a page holds, before it is drawn: texts, links and forms, as data that a planner can walk through."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tools.web.spec import Field


@dataclass(frozen=True)
class Link:
    text: str
    href: str
    under: str = ""
    """The menu it shows in when the pointer is over it; '' if it always shows."""


@dataclass(frozen=True)
class Text:
    text: str
    level: int = 0
    """1 to 3 for a heading, 0 for a paragraph."""
    is_alert: bool = False
    under: str = ""
    """The button that unfolds it; '' if it always shows."""


@dataclass(frozen=True)
class Asked:
    """A form on a page."""

    action: str
    button: str
    fields: tuple[Field, ...] = ()
    hidden: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, str] = field(default_factory=dict)
    """What stands in it already."""
    method: str = "post"
    is_inline: bool = False
    """Part of a row or a bar, not a form by itself."""


@dataclass(frozen=True)
class Grid:
    """A table; a cell is a text, a link or a form of one button."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str | Link | Asked, ...], ...]


@dataclass(frozen=True)
class Cards:
    cards: tuple[tuple[str | Link, ...], ...]


@dataclass(frozen=True)
class Plan:
    """A drawing with marks that lead somewhere."""

    title: str
    marks: tuple[Link, ...]


Block = Link | Text | Asked | Grid | Cards | Plan


@dataclass(frozen=True)
class Page:
    """One page."""

    title: str
    path: str
    nav: tuple[Link, ...] = ()
    blocks: tuple[Block, ...] = ()
    dialog: tuple[Text | Asked, ...] = ()
    """What lies over the page and has to be dealt with first."""
    adverts: tuple[Link, ...] = ()
    status: int = 200
    fragment: str = ""


@dataclass(frozen=True)
class Redirect:
    """The answer to a form: where to look next."""

    path: str


def links_of(page: Page) -> Iterator[Link]:
    """Yield the links one can use: none while something lies over the page."""
    if page.dialog:
        return
    yield from page.nav
    for block in page.blocks:
        if isinstance(block, Link):
            yield block
        elif isinstance(block, Plan):
            yield from block.marks
        elif isinstance(block, Grid | Cards):
            rows: Sequence[Sequence[object]] = block.rows if isinstance(block, Grid) else block.cards
            yield from (cell for row in rows for cell in row if isinstance(cell, Link))


def forms_of(page: Page) -> Iterator[Asked]:
    """Yield the forms one can use, in the order in which they stand."""
    if page.dialog:
        yield from (part for part in page.dialog if isinstance(part, Asked))
        return
    for block in page.blocks:
        if isinstance(block, Asked):
            yield block
        elif isinstance(block, Grid):
            yield from (cell for row in block.rows for cell in row if isinstance(cell, Asked))


def texts_of(page: Page) -> Iterator[tuple[str, str]]:
    """Yield what can be read, each with the button that unfolds it."""
    if page.dialog:
        yield from ((part.text, "") for part in page.dialog if isinstance(part, Text))
        return
    for block in page.blocks:
        if isinstance(block, Text):
            yield block.text, block.under
        elif isinstance(block, Grid):
            for row in block.rows:
                yield " ".join(_words(cell) for cell in row), ""
        elif isinstance(block, Cards):
            for card in block.cards:
                yield " ".join(_words(cell) for cell in card), ""


def _words(cell: str | Link | Asked) -> str:
    return cell if isinstance(cell, str) else cell.text if isinstance(cell, Link) else cell.button
