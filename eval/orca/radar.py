"""Figure 4 of the paper, drawn as SVG: every model's score on every set, the teacher's 10 as a ring.

Lines differ in colour, dash and mark, so that they are told apart without colour; a set that a model has no score on
is a gap in its line. Title and description say in words what is seen; the table beside it holds the figures.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape

from eval.orca.arithmetic import sets_of
from eval.orca.table import NOTE, number
from eval.orca.task import MAIN
from eval.results import Result

_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#7a5c00")  # Okabe and Ito's, the yellow darkened
_DASHES = ("", "7 3", "2 3", "9 3 2 3", "4 2", "12 4")
_WIDTH, _CENTRE_X, _CENTRE_Y, _RADIUS = 860, 430, 370, 260
_TOP = 10.0
"""The teacher's ring."""


def radar(results: Sequence[Result]) -> str:
    """Return an SVG of one or more models' figures over their sets. Raise `ValueError` for none."""
    if not results:
        raise ValueError("a radar shows one model or more")
    names = sets_of(results)
    most = max([_TOP, *(value for one in results for name in names if (value := _value(one, name)) is not None)])
    edge = _TOP if most <= _TOP else math.ceil(most / 2) * 2
    height = _CENTRE_Y + _RADIUS + 110 + 22 * len(results)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" '
        'aria-labelledby="radar-title radar-text" font-family="system-ui, sans-serif" font-size="13">',
        '<title id="radar-title">Orca-Bench by skill</title>',
        f'<desc id="radar-text">{escape(described(results))}</desc>',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        *_grid(names, edge),
    ]
    for at, result in enumerate(results):
        parts += [*_line(result, names, edge, at), _legend(result, at)]
    for line, note in enumerate(("The heavy ring is the teacher's 10.", NOTE)):
        y = height - 34 + 19 * line
        parts.append(f'<text x="{_CENTRE_X}" y="{y}" text-anchor="middle" fill="#444">{escape(note)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def described(results: Sequence[Result]) -> str:
    """Return the picture in words: each model's mean, best and worst set."""
    told = []
    for result in results:
        there = {name: value for name in sets_of([result]) if (value := _value(result, name)) is not None}
        mean = number(result.figures[MAIN].value)
        worst, best = (min(there, key=there.__getitem__), max(there, key=there.__getitem__)) if there else ("", "")
        ends = f", from {there[worst]:.2f} ({worst}) to {there[best]:.2f} ({best})" if there else ""
        told.append(f"{result.model}: mean {mean} of 10{ends}.")
    return " ".join(told)


def _value(result: Result, name: str) -> float | None:
    figure = result.groups.get(name, {}).get(MAIN)
    return figure.value if figure else None


def _place(at: int, of: int, share: float) -> tuple[float, float]:
    angle = 2 * math.pi * at / of - math.pi / 2
    return _CENTRE_X + _RADIUS * share * math.cos(angle), _CENTRE_Y + _RADIUS * share * math.sin(angle)


def _grid(names: Sequence[str], edge: float) -> Iterator[str]:
    for mark in range(2, int(edge) + 1, 2):
        ring = 'stroke="#222" stroke-width="1.8"' if mark == _TOP else 'stroke="#ccc"'
        size = _RADIUS * mark / edge
        yield f'<circle cx="{_CENTRE_X}" cy="{_CENTRE_Y}" r="{size:.1f}" fill="none" {ring}/>'
        yield f'<text x="{_CENTRE_X + 4}" y="{_CENTRE_Y - size - 3:.1f}" fill="#555" font-size="11">{mark}</text>'
    for at, name in enumerate(names):
        x, y = _place(at, len(names), 1)
        yield f'<line x1="{_CENTRE_X}" y1="{_CENTRE_Y}" x2="{x:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        x, y = _place(at, len(names), 1.09)
        side = x - _CENTRE_X
        anchor = "middle" if abs(side) < 20 else "start" if side > 0 else "end"
        yield f'<text x="{x:.1f}" y="{y + 4:.1f}" text-anchor="{anchor}">{escape(name.replace("_", " "))}</text>'


def _line(result: Result, names: Sequence[str], edge: float, at: int) -> Iterator[str]:
    colour, dash = _COLOURS[at % len(_COLOURS)], _DASHES[at % len(_DASHES)]
    values = [_value(result, name) for name in names]
    points = [None if v is None else _place(n, len(names), v / edge) for n, v in enumerate(values)]
    style = f'fill="none" stroke="{colour}" stroke-width="2.2" stroke-dasharray="{dash}" stroke-linejoin="round"'
    drawn, pen = [], False
    for point in [*points, *points[:1]] if points[-1] else points:
        if point:
            drawn.append(f"{'L' if pen else 'M'}{point[0]:.1f} {point[1]:.1f}")
        pen = point is not None
    yield f'<path d="{" ".join(drawn)}" {style}/>'
    for name, value, point in zip(names, values, points, strict=True):
        if point and value is not None:
            told = escape(f"{result.model}, {name}: {value:.2f}")
            yield f'<g fill="{colour}">{_mark(*point, at)}<title>{told}</title></g>'


def _mark(x: float, y: float, at: int) -> str:
    if at % 3 == 0:
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.6"/>'
    if at % 3 == 1:
        return f'<rect x="{x - 3.3:.1f}" y="{y - 3.3:.1f}" width="6.6" height="6.6"/>'
    return f'<path d="M{x:.1f} {y - 4.4:.1f} l4.4 7.6 h-8.8 z"/>'


def _legend(result: Result, at: int) -> str:
    colour, dash = _COLOURS[at % len(_COLOURS)], _DASHES[at % len(_DASHES)]
    y = _CENTRE_Y + _RADIUS + 62 + 22 * at
    line = f'<line x1="250" y1="{y}" x2="290" y2="{y}" stroke="{colour}" stroke-width="2.2" stroke-dasharray="{dash}"/>'
    told = escape(f"{result.model}: {number(result.figures[MAIN].value)}")
    return f'{line}<g fill="{colour}">{_mark(270, y, at)}</g><text x="300" y="{y + 4}">{told}</text>'
