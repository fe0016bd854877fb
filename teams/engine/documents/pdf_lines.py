"""The lines of a PDF's pages into paragraphs and headings, by where they stand and how large they are.

A PDF knows no paragraphs, only where glyphs are. A gap larger than usual, a larger size, a line that ends early or a
bullet begin a new paragraph; a hyphen at the end of a line is mended unless the word is written with it elsewhere.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Line:
    """One line as it is set on a page."""

    text: str
    top: float = 0.0
    """Height of its base line above the page's foot, in points."""
    size: float = 0.0
    """Height of its letters, in points."""
    is_typed: bool = False
    """Set in a typewriter face: code, mostly."""
    left: float = 0.0


@dataclass(frozen=True)
class Page:
    """The lines of one page, in the order in which they are drawn."""

    number: int
    lines: Sequence[Line]


# Running heads and feet

_EDGE = 3
"""Lines at the head and at the foot of a page that may be repeated ones."""
_NEAR = 4
"""Pages within which a running head comes again; left and right pages may differ."""
_ROMAN = re.compile(r"\b(?=[ivxlc])(x[cl]|l?x{0,3})(i[xv]|v?i{0,3})\b", re.I)
_PAGE_OF = re.compile(r"(page|seite|página|pagina|стр\.?|p\.)?\s*#\s*(of|/|von|de|di|sur|из)\s*#", re.I)


def without_running(pages: Sequence[Page]) -> list[Page]:
    """Return the pages without the lines that come again at the head or foot of others near by, and page numbers."""
    usual = _Measure.of(pages)
    edges = [(_edge(page.lines, usual, top=True), _edge(page.lines, usual, top=False)) for page in pages]
    seen = [
        tuple({_key(page.lines[at].text) for at in end} for end in ends)
        for page, ends in zip(pages, edges, strict=True)
    ]
    totals = [Counter(key for ends in seen for key in ends[end]) for end in (0, 1)]
    made = []
    for at, page in enumerate(pages):
        gone = set()
        for end in (0, 1):
            near = [seen[n][end] for n in range(max(0, at - _NEAR), min(len(seen), at + _NEAR + 1)) if n != at]
            again = {key for keys in near for key in keys if totals[end][key] >= 3}
            for place in edges[at][end]:
                key = _key(page.lines[place].text)
                gone |= {place} if key in again or _PAGE_OF.fullmatch(key) else set()
        made.append(Page(page.number, [line for place, line in enumerate(page.lines) if place not in gone]))
    return made


def _edge(lines: Sequence[Line], usual: _Measure, *, top: bool) -> list[int]:
    """Which lines may be a running head (or foot): the outermost ones, as far as a gap parts them from the text.

    Pages may be drawn in any order, so that the height of a line decides. A heading is larger than the text is.
    """
    order = sorted(range(len(lines)), key=lambda at: -lines[at].top if top else lines[at].top)
    outer = order[: _EDGE + 1]
    found: list[int] = []
    for count in range(1, min(_EDGE, len(outer)) + 1):
        is_last = count == len(outer)
        gap = 0.0 if is_last else abs(lines[outer[count - 1]].top - lines[outer[count]].top)
        if is_last or gap > usual.gap * 1.4:
            found = outer[:count]
    return [at for at in found if not usual.level(lines[at])]


def _key(text: str) -> str:
    """What stays of a line when its numbers change."""
    short = " ".join(text.split())
    if len(short) < 8 and _ROMAN.fullmatch(short.strip("-–— .")):
        return "#"
    return re.sub(r"\d+", "#", short).strip("-–—|· ").casefold()


# Paragraphs

_BULLET = re.compile(r"([•●▪◦‣∙*·–—-]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+\S")
_MARK = re.compile(r"[•●▪◦‣∙·]\s*")
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_LIGATURE = re.compile("[" + "".join(_LIGATURES) + "]")
_COMPOUND = re.compile(r"\w+(?:-\w+)+")
_SPACELESS = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def compounds(pages: Sequence[Page]) -> frozenset[str]:
    """Return the words written with a hyphen within a line, in small letters."""
    return frozenset(w.casefold() for page in pages for line in page.lines for w in _COMPOUND.findall(line.text))


@dataclass
class _Measure:
    """What is usual in a document."""

    size: float
    """Of its letters."""
    width: float
    """Characters in a full line."""
    gap: float
    """Between base lines of one paragraph."""

    @classmethod
    def of(cls, pages: Sequence[Page]) -> _Measure:
        sizes: Counter[float] = Counter()
        widths, gaps = [], []
        for page in pages:
            for line in page.lines:
                sizes[round(line.size, 1)] += len(line.text)
                widths.append(len(line.text))
            gaps += [round(a.top - b.top, 1) for a, b in zip(page.lines, page.lines[1:], strict=False) if a.top > b.top]
        widths.sort()
        size = sizes.most_common(1)[0][0] if sizes else 0.0
        wide = widths[int(len(widths) * 0.8)] if widths else 0
        near = [gap for gap in gaps if not size or gap < size * 2]
        return cls(size, wide, median(near) if near else 0.0)

    def level(self, line: Line) -> int:
        """1 to 3 for a heading, 0 for what is none. A size that is not told makes none."""
        if self.size <= 0 or line.is_typed or len(line.text) > 150 or not re.search(r"[^\W\d_]{2}", line.text):
            return 0
        ratio = line.size / self.size
        return 1 if ratio >= 1.6 else 2 if ratio >= 1.3 else 3 if ratio >= 1.12 else 0


def joined(pages: Sequence[Page], known: frozenset[str]) -> Iterator[tuple[int, str]]:
    """Yield the text of each page with its number; a paragraph that runs on stays on the page it begins on."""
    usual = _Measure.of(pages)
    held: tuple[int, list[str]] | None = None
    for page in pages:
        paragraphs = _paragraphs(page.lines, usual, known)
        if held is not None and paragraphs and _runs_on(held[1][-1], paragraphs[0]):
            held[1][-1] = _join(held[1][-1], paragraphs.pop(0), known)
        if not paragraphs:
            continue
        if held is not None:
            yield held[0], "\n\n".join(held[1])
        held = (page.number, paragraphs)
    if held is not None:
        yield held[0], "\n\n".join(held[1])


def _runs_on(before: str, after: str) -> bool:
    if before.startswith(("#", "```")) or after.startswith(("#", "```")) or _BULLET.match(after):
        return False
    return before[-1] not in '.!?:;。！？"”)' and (after[0].islower() or _SPACELESS.match(after) is not None)


def _paragraphs(lines: Sequence[Line], usual: _Measure, known: frozenset[str]) -> list[str]:
    made: list[str] = []
    before: Line | None = None
    for line in lines:
        text = _LIGATURE.sub(lambda found: _LIGATURES[found[0]], line.text)
        level = usual.level(line)
        how = _how(before, line, usual) if before is not None else "apart"
        if level:
            goes_on = how != "apart" and before is not None and usual.level(before) == level
            made[-1:] = [f"{made[-1]} {text}"] if goes_on else [*made[-1:], "#" * level + " " + text]
        elif line.is_typed:
            goes_on = before is not None and before.is_typed and made[-1].endswith("\n```")
            made[-1:] = [made[-1][:-3] + text + "\n```"] if goes_on else [*made[-1:], f"```\n{text}\n```"]
        elif how == "apart" or not made:
            made.append(_MARK.sub("- ", text, count=1) if _MARK.match(text) else text)
        elif how == "below":
            made[-1] += "\n" + (_MARK.sub("- ", text, count=1) if _MARK.match(text) else text)
        else:
            made[-1] = _join(made[-1], text, known)
        before = line
    return made


def _how(before: Line, line: Line, usual: _Measure) -> str:
    """How a line stands to the one before it: `apart` from it, `below` it as in a list or a table, or `on` with it."""
    if usual.level(before) != usual.level(line) or before.is_typed != line.is_typed:
        return "apart"
    gap = before.top - line.top
    if usual.gap and gap > usual.gap * 1.35:
        return "apart"
    if _BULLET.match(line.text):
        return "below"
    ends_early = len(before.text) < usual.width * 0.7
    if ends_early and before.text[-1] in ".!?:":
        return "apart"
    return "below" if ends_early and gap > 0 else "on"


def _join(before: str, after: str, known: frozenset[str]) -> str:
    """Put two parts of a paragraph together; a word cut by a hyphen becomes whole."""
    if before.endswith("\xad"):
        return before[:-1] + after
    cut = re.search(r"([^\W\d_]+)-$", before)
    rest = re.match(r"[^\W\d_]+", after)
    if cut and rest and rest[0][0].islower():
        return (before if f"{cut[1]}-{rest[0]}".casefold() in known else before[:-1]) + after
    if before.endswith("-") or (_SPACELESS.match(before[-1]) and _SPACELESS.match(after[0])):
        return before + after
    return f"{before} {after}"
