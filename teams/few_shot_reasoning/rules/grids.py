"""Rules over small grids of signs, in the manner of ARC."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

from teams.few_shot_reasoning.rules.chain import Atom, Chain
from teams.few_shot_reasoning.rules.domain import Matter, Spec

Grid = list[list[int]]


def _columns(grid: Grid) -> Grid:
    return [list(column) for column in zip(*grid, strict=True)]


def _fallen(grid: Grid) -> Grid:
    settled = [sorted(column, key=bool) for column in _columns(grid)]
    return _columns(settled)


def _cropped(grid: Grid) -> Grid:
    rows = [n for n, row in enumerate(grid) if any(row)]
    columns = [n for n, column in enumerate(_columns(grid)) if any(column)]
    return [row[columns[0] : columns[-1] + 1] for row in grid[rows[0] : rows[-1] + 1]]


def _common(grid: Grid) -> int:
    counted = Counter(cell for row in grid for cell in row if cell).most_common(2)
    if len(counted) > 1 and counted[0][1] == counted[1][1]:
        raise ValueError("no sign is the commonest")
    return counted[0][0]


def _mapped(grid: Grid, change: Any) -> Grid:
    return [[change(cell) for cell in row] for row in grid]


def _common_only(grid: Grid) -> Grid:
    common = _common(grid)
    return _mapped(grid, lambda c: c if c == common else 0)


_PAIRS = tuple((a, b) for a in (1, 2, 3) for b in (1, 2, 3, 4) if a != b)
ATOMS = {
    "flip": Atom("mirror it left to right", lambda g: [row[::-1] for row in g]),
    "tip": Atom("mirror it top to bottom", lambda g: g[::-1]),
    "quarter": Atom("turn it a quarter clockwise", lambda g: _columns(g[::-1])),
    "back": Atom("turn it a quarter against the clock", lambda g: _columns(g)[::-1]),
    "half": Atom("turn it half round", lambda g: [row[::-1] for row in g[::-1]]),
    "transpose": Atom("make rows of its columns", _columns),
    "recolour": Atom("put {1} for every {0}", lambda g, a, b: _mapped(g, lambda c: b if c == a else c), _PAIRS),
    "swap": Atom("swap {0} and {1}", lambda g, a, b: _mapped(g, lambda c: {a: b, b: a}.get(c, c)), ((1, 2), (1, 3), (2, 3))),
    "clear": Atom("put 0 for every {0}", lambda g, a: _mapped(g, lambda c: 0 if c == a else c), ((1,), (2,), (3,))),
    "fall": Atom("let all signs but 0 fall to the bottom", _fallen),
    "slide": Atom("push all signs but 0 to the right", lambda g: [sorted(row, key=bool) for row in g]),
    "crop": Atom("cut away empty rows and columns at the edges", _cropped),
    "down": Atom("move every row down by one, the last to the top", lambda g: g[-1:] + g[:-1]),
    "along": Atom("move every column right by one, the last to the left", lambda g: [row[-1:] + row[:-1] for row in g]),
    "frame": Atom("put a frame of {0} around it", lambda g, k: _framed(g, k), ((4,), (5,), (1,))),
    "beside": Atom("put its mirror image to the right of it", lambda g: [row + row[::-1] for row in g]),
    "below": Atom("put it once more below itself", lambda g: g + g),
    "fill_rows": Atom("fill each row with its first sign that is not 0", lambda g: [[next((c for c in row if c), 0)] * len(row) for row in g]),
    "common_only": Atom("keep only the commonest sign", _common_only),
    "one_sign": Atom("put {0} for all signs but 0", lambda g, k: _mapped(g, lambda c: k if c else 0), ((5,), (7,))),
    "same": Atom("leave it", lambda g: g, is_drawn=False),
}  # fmt: skip
TESTS = {
    "even": Atom("an even number of cells is filled", lambda g: sum(bool(c) for row in g for c in row) % 2 == 0),
    "corner": Atom("the top left cell is filled", lambda g: bool(g[0][0])),
    "wide": Atom("it is wider than high", lambda g: len(g[0]) > len(g)),
}


def _framed(grid: Grid, sign: int) -> Grid:
    edge = [sign] * (len(grid[0]) + 2)
    return [edge, *([sign, *row, sign] for row in grid), edge]


class Grids(Chain):
    """A grid in, a grid out."""

    name = "grids"
    atoms, tests = ATOMS, TESTS
    lengths = (1, 1, 2)
    least = 3

    def wants(self, small: bool) -> dict[str, Any]:
        return {}

    def inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        return [self._grid(random, random.randint(3, 4), random.randint(3, 4)) for _ in range(18)]

    def odd_inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        return [self._grid(random, random.randint(2, 3), random.randint(6, 7)) for _ in range(6)]

    def long_inputs(self, spec: Spec, random: Random, matter: Matter) -> list[Any]:
        return [self._grid(random, 6, 6) for _ in range(6)]

    def _grid(self, random: Random, high: int, wide: int) -> Grid:
        while True:
            grid = [[random.choice((0, 0, 0, 1, 2, 3)) for _ in range(wide)] for _ in range(high)]
            if sum(bool(c) for row in grid for c in row) >= 3:
                return grid

    def shown(self, x: Any) -> str:
        return "\n".join(" ".join(map(str, row)) for row in x)

    def said(self, y: Any) -> str:
        return self.shown(y)
