"""Plots as inline SVG, drawn here: bars that can be read on a telephone, with a title and a description for readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from markupsafe import Markup

WIDTH = 380
_LABEL, _VALUE, _ROW = 152, 58, 22
MOST = 40
"""Bars drawn; the table beside has all."""


@dataclass(frozen=True)
class Bar:
    """One row of a plot."""

    label: str
    value: float
    shown: str
    part: float = 0.0
    """Of the value, what is drawn as bad."""
    goal: float | None = None
    """Where a mark stands: what was asked for."""


def bars(name: str, title: str, told: str, rows: Sequence[Bar]) -> Markup:
    """Return horizontal bars. `name`: no other plot of the page has it. `told`: what who can't see them should know."""
    from markupsafe import Markup, escape

    rows = rows[:MOST]
    largest = max((max(row.value, row.goal or 0.0) for row in rows), default=0.0) or 1.0
    room = WIDTH - _LABEL - _VALUE
    height = _ROW * len(rows) + 4
    parts = [
        f'<svg class="plot" viewBox="0 0 {WIDTH} {height}" role="img" aria-labelledby="{name}-title {name}-told">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-told">{escape(told)}</desc>'
    ]
    for at, row in enumerate(rows):
        y = at * _ROW + 4
        wide = max(row.value and 1.0, room * row.value / largest)
        bad = wide * row.part / row.value if row.value else 0.0
        parts.append(
            f'<text class="label" x="{_LABEL - 6}" y="{y + 12}">{escape(_short(row.label))}</text>'
            f'<rect class="bar" x="{_LABEL}" y="{y + 2}" width="{wide:.1f}" height="13"></rect>'
            + (f'<rect class="wrong" x="{_LABEL}" y="{y + 2}" width="{bad:.1f}" height="13"></rect>' if bad else "")
            + (_goal(room * row.goal / largest, y) if row.goal else "")
            + f'<text class="value" x="{_LABEL + max(wide, room * (row.goal or 0) / largest) + 5:.1f}" y="{y + 12}">'
            f"{escape(row.shown)}</text>"
        )
    return Markup("".join(parts) + "</svg>")  # all that came from outside went through `escape`


def _goal(at: float, y: float) -> str:
    return f'<rect class="goal" x="{_LABEL + at - 1:.1f}" y="{y}" width="2" height="17"></rect>'


def _short(label: str) -> str:
    return label if len(label) <= 22 else label[:21] + "…"
