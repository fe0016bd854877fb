"""See how a text is laid out, line by line and in linear time: fences, headings, items, tables."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MARKER = re.compile(r"(?:[-*+•–·‣]|\(?\d{1,3}[.)])[ \t]+(?=\S)")
"""The mark of a list's item, at the start of a stripped line."""
HEADING = re.compile(r"\s{0,3}(#{1,6})[ \t]+(\S.*)")
_BULLET = re.compile(r"([ \t]*)[-*+•–·‣][ \t]+(\S.*)")
_NUMBER = re.compile(r"([ \t]*)\(?(\d{1,3})[.)][ \t]+(\S.*)")
_FENCE = re.compile(r"[ \t]{0,3}(`{3,}|~{3,})[ \t]*([^`\n]*)$")


@dataclass(frozen=True)
class Item:
    """One item of a list."""

    text: str
    indent: int
    """Columns before its mark; a tab is four."""
    number: int | None = None
    """What a numbered item is numbered."""


@dataclass(frozen=True)
class Table:
    """A Markdown table."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Fence:
    """A fenced block of code."""

    label: str
    body: str
    closed: bool


def fences(text: str) -> list[Fence]:
    """Return the fenced blocks of `text` in their order."""
    return [Fence(label, "\n".join(body), closed) for kind, label, body, closed in _pieces(text) if kind == "fence"]


def unfenced(text: str) -> list[str]:
    """Return the lines of `text` outside fenced blocks; a block leaves an empty line."""
    found: list[str] = []
    for kind, _, lines, _ in _pieces(text):
        found += lines if kind == "text" else [""]
    return found


def blocks(text: str) -> list[str]:
    """Return what blank lines part, fenced blocks left out."""
    found: list[list[str]] = [[]]
    for line in unfenced(text):
        if line.strip():
            found[-1].append(line)
        elif found[-1]:
            found.append([])
    return ["\n".join(lines) for lines in found if lines]


def bullets(text: str) -> list[Item]:
    """Return the bulleted items, nested ones too."""
    return [
        Item(m.group(2).strip(), _columns(m.group(1)))
        for line in unfenced(text)
        if not is_ruler(line) and (m := _BULLET.match(line))
    ]


def numbered(text: str) -> list[Item]:
    """Return the numbered items, nested ones too."""
    return [
        Item(m.group(3).strip(), _columns(m.group(1)), int(m.group(2)))
        for line in unfenced(text)
        if (m := _NUMBER.match(line))
    ]


def headings(text: str) -> list[tuple[int, str]]:
    """Return level and words of every Markdown heading."""
    return [
        (len(m.group(1)), m.group(2).strip().rstrip("#").strip())
        for line in unfenced(text)
        if (m := HEADING.match(line))
    ]


def tables(text: str) -> list[Table]:
    """Return the Markdown tables: a header, a ruler with as many cells, and rows."""
    found: list[Table] = []
    lines = unfenced(text)
    at = 0
    while at + 1 < len(lines):
        header, ruler = cells(lines[at]), cells(lines[at + 1])
        if "|" not in lines[at] or not _is_table_ruler(lines[at + 1]) or len(header) != len(ruler):
            at += 1
            continue
        end = at + 2
        while end < len(lines) and "|" in lines[end]:
            end += 1
        found.append(Table(tuple(header), tuple(tuple(cells(line)) for line in lines[at + 2 : end])))
        at = end
    return found


def cells(line: str) -> list[str]:
    """Return the cells of a table's row; an escaped bar parts nothing."""
    inner = line.strip().replace(r"\|", "\0").removeprefix("|").removesuffix("|")
    return [cell.strip().replace("\0", "|") for cell in inner.split("|")]


def without_mark(line: str) -> str:
    """Return a line without blank around it and without the mark of a list's item."""
    stripped = line.strip()
    mark = MARKER.match(stripped)
    return stripped[mark.end() :] if mark else stripped


def is_ruler(line: str) -> bool:
    """Say whether a line only parts what is above from what is below: `---`, `***`, `|---|---|`."""
    stripped = line.strip()
    return len(stripped) >= 3 and not stripped.strip("-*_=|: ") and _is_table_or_rule(stripped)


def _is_table_or_rule(stripped: str) -> bool:
    return "|" in stripped or len(set(stripped.replace(" ", ""))) == 1


def _is_table_ruler(line: str) -> bool:
    return bool(line.strip()) and all(cell.strip(":") and not cell.strip(":").strip("-") for cell in cells(line))


def _columns(blank: str) -> int:
    return len(blank.replace("\t", "    "))


def _pieces(text: str) -> Iterator[tuple[str, str, list[str], bool]]:
    """Runs of lines: `text`, or `fence` with its label, its lines and whether it was closed."""
    plain: list[str] = []
    body: list[str] = []
    mark, label = "", ""
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if mark:
            if match and match.group(1).startswith(mark) and not match.group(2).strip():
                yield "fence", label, body, True
                mark, body = "", []
            else:
                body.append(line)
        elif match:
            yield "text", "", plain, True
            plain, mark, label = [], match.group(1), match.group(2).strip()
        else:
            plain.append(line)
    if mark:
        yield "fence", label, body, False
    else:
        yield "text", "", plain, True
