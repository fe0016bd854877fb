"""Bars and radars as SVG: text that needs no script, no network and no library to be seen, and that says itself aloud.

Colours come from classes (`STYLE`), so that one drawing serves light and dark; what is published is hollow and dashed,
so that nothing hangs on a colour alone. Every string is escaped; a value that is missing is a gap, never a nought.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from agents.view.plain import one_line
from eval.report.numerals import number

COLOURS = (
    ("#2457b3", "#8fb3ff"), ("#a03c12", "#f2a37e"), ("#1f7a4d", "#7fd6a5"),
    ("#7a3fa0", "#d3a5f2"), ("#7d6200", "#e0c35a"), ("#0d6f7c", "#72cfdc"),
)  # fmt: skip
"""Light and dark; each is at least 4.5 : 1 on its ground."""
STYLE = (
    "svg.drawing{font:12px system-ui,sans-serif;color-scheme:light dark;max-width:100%;height:auto}"
    "svg.drawing text{fill:currentColor}"
    "svg.drawing .rule{stroke:currentColor;stroke-opacity:.25;fill:none}"
    "svg.drawing .whisker{stroke:currentColor;fill:none}"
    "svg.drawing .quiet{fill-opacity:.75}"
    + "".join(
        f"svg.drawing .s{n}{{color:light-dark({light},{dark})}}" for n, (light, dark) in enumerate(COLOURS)
    )
    + "svg.drawing .full{fill:currentColor;stroke:currentColor}"
    "svg.drawing .hollow{fill:none;stroke:currentColor;stroke-dasharray:4 3}"
    "svg.drawing .line{fill:none;stroke:currentColor;stroke-width:2}"
    "svg.drawing .dashed{stroke-dasharray:5 4}"
)  # fmt: skip
"""What a page that shows drawings puts into its style; `standalone` puts it into the drawing."""
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 4", "12 4")


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: a value with its interval, of one series."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    series: int = 0
    is_published: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a radar: a value for each axis, None where there is none."""

    name: str
    values: Sequence[float | None]
    is_published: bool = False


def text(words: str, most: int = 0) -> str:
    """Return words as markup that only shows them: escaped, on one line, nothing in them steering the page."""
    return escape(one_line(words, most))


def bars(title: str, rows: Sequence[Bar], unit: str = "", width: int = 380) -> str:
    """Draw horizontal bars from nought, each under its label, with a whisker for its interval."""
    shown = [one for one in rows if one.value is not None and math.isfinite(one.value)]
    reach = [v for one in shown for v in (one.value, one.low, one.high, 0.0) if v is not None and math.isfinite(v)]
    low, high = min(reach, default=0.0), max(reach, default=1.0)
    span = (high - low) or 1.0
    left, room = 6.0, width - 80.0

    def x(value: float) -> float:
        return left + room * (value - low) / span

    parts, y = [], 8
    for one in rows:
        told = "–" if one not in shown else f"{number(one.value, 1, signed=True)}{unit}"
        mark = " (published)" if one.is_published else ""
        parts.append(f'<text x="{left:.0f}" y="{y + 12}">{text(one.label, 60)}{mark}</text>')
        parts.append(f'<text x="{width - 4}" y="{y + 27}" text-anchor="end">{text(told)}</text>')
        if one in shown and one.value is not None:
            begin, end = sorted((x(0), x(one.value)))
            kind = "hollow" if one.is_published else "full"
            parts.append(
                f'<g class="s{one.series % len(COLOURS)}"><rect class="{kind}" x="{begin:.1f}" y="{y + 18}" '
                f'width="{max(end - begin, 0.5):.1f}" height="10"/></g>'
            )
            parts.append(_whisker(one, x, y + 23))
        y += 38
    parts.append(f'<path class="rule" d="M{x(0):.1f} 20V{y - 6}"/>')
    said = "; ".join(f"{one.label}: {number(one.value, 1, signed=True)}{unit}" for one in rows)
    return _drawing(title, said, width, y, parts)


def _whisker(one: Bar, x: object, y: float) -> str:
    if one.low is None or one.high is None or not callable(x):
        return ""
    begin, end = x(one.low), x(one.high)
    ends = f"M{begin:.1f} {y - 4}v8M{end:.1f} {y - 4}v8"
    return f'<path class="whisker" d="M{begin:.1f} {y}H{end:.1f}{ends}"/>'


def radar(
    title: str, axes: Sequence[str], lines: Sequence[Line], most: float = 10.0, least: float = 0.0, named: bool = True
) -> str:
    """Draw a line for each model over axes from `least` in the middle to `most` at the rim.

    With `named`, axes bear their names (for wide pages), else their numbers from 1 (for narrow ones, with a list
    beside). A value over `most` is drawn at the rim; one below `least` in the middle; both stand in the table beside.
    """
    width, radius = (840, 190) if named else (340, 132)
    middle = (width / 2, radius + 40)

    def point(axis: int, share: float) -> tuple[float, float]:
        angle = 2 * math.pi * axis / max(len(axes), 1) - math.pi / 2
        return middle[0] + radius * share * math.cos(angle), middle[1] + radius * share * math.sin(angle)

    parts = []
    for step in range(1, 6):
        ring = " ".join(f"{x:.1f},{y:.1f}" for x, y in (point(n, step / 5) for n in range(len(axes))))
        parts.append(f'<polygon class="rule" points="{ring}"/>')
    for place, name in enumerate(axes):
        x, y = point(place, 1)
        parts.append(f'<path class="rule" d="M{middle[0]:.1f} {middle[1]:.1f}L{x:.1f} {y:.1f}"/>')
        x, y = point(place, 1.07)
        anchor = "middle" if abs(x - middle[0]) < radius / 6 else "start" if x > middle[0] else "end"
        label = text(name, 44) if named else str(place + 1)
        parts.append(f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="{anchor}">{label}</text>')
    for step in (0, 5):
        told = f"{least + (most - least) * step / 5:g}"
        x, y = point(0, step / 5)
        parts.append(f'<text class="quiet" x="{x + 3:.1f}" y="{y + 12:.1f}" font-size="10">{told}</text>')
    for place, line in enumerate(lines):
        shares = [
            None if v is None or not math.isfinite(v) else (v - least) / ((most - least) or 1) for v in line.values
        ]
        parts.append(_line(place, line, [None if s is None else min(1.0, max(0.0, s)) for s in shares], point))
    y = middle[1] + radius + 30
    for place, line in enumerate(lines):
        y += 18
        mark = " (published)" if line.is_published else ""
        parts.append(
            f'<g class="s{place % len(COLOURS)}"><path class="line" {_dash(place)} d="M12 {y - 4:.0f}h30"/></g>'
            f'<text x="50" y="{y:.0f}">{text(line.name, 60 if named else 36)}{mark}</text>'
        )
    said = "; ".join(
        f"{line.name}: " + ", ".join(f"{axis} {number(v)}" for axis, v in zip(axes, line.values, strict=False))
        for line in lines
    )
    return _drawing(title, said, width, y + 12, parts)


def _dash(place: int) -> str:
    dash = _DASHES[place % len(_DASHES)]
    return f'stroke-dasharray="{dash}"' if dash else ""


def _line(nth: int, line: Line, shares: Sequence[float | None], point: object) -> str:
    """A closed path; broken where a value is missing, so that a gap is seen."""
    assert callable(point)
    path, dots, size = [], [], len(shares)
    for place, share in enumerate(shares):
        if share is None:
            continue
        x, y = point(place, share)
        dots.append(f'<circle class="{"hollow" if line.is_published else "full"}" cx="{x:.1f}" cy="{y:.1f}" r="2.5"/>')
        after = shares[(place + 1) % size]
        if after is not None and size > 1:
            to = point((place + 1) % size, after)
            path.append(f"M{x:.1f} {y:.1f}L{to[0]:.1f} {to[1]:.1f}")
    drawn = f'<path class="line" {_dash(nth)} d="{"".join(path)}"/>' if path else ""
    return f'<g class="s{nth % len(COLOURS)}">{drawn}{"".join(dots)}</g>'


def _drawing(title: str, said: str, width: float, height: float, parts: Sequence[str]) -> str:
    body = "".join(parts)
    id = "d" + hashlib.sha256(f"{title}\0{body}".encode("utf-8", "replace")).hexdigest()[:12]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="drawing" viewBox="0 0 {width:.0f} {height:.0f}" '
        f'width="{width:.0f}" height="{height:.0f}" role="img" aria-labelledby="{id} {id}-said">'
        f'<title id="{id}">{text(title)}</title><desc id="{id}-said">{text(said)}</desc>{body}</svg>'
    )


def standalone(drawing: str) -> str:
    """Return a drawing as a file of its own, with the style that a page would have given it."""
    head, rest = drawing.split(">", 1)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}><style>{STYLE}</style>{rest}\n'
