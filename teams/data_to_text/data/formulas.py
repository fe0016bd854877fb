"""A small safe part of a spreadsheet's formulas: read by a grammar, carried out on a grid, nothing else.

What is known: numbers, texts, TRUE and FALSE, cells and ranges (with or without $), + - * / ^ & %, comparisons, and the
functions of `formula_functions`. No names, no other sheets, no macros, nothing that reads or writes outside the grid.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any

from teams.data_to_text.data.dresses import letters, native
from teams.data_to_text.data.formula_functions import FUNCTIONS
from teams.data_to_text.data.formula_values import (
    BadFormula,
    Failed,
    Held,
    compare,
    flat,
    lifted,
    number_of,
    plus,
    power_of,
    text_of,
    times,
)
from teams.data_to_text.data.model import Table

LONGEST, DEEPEST = 600, 40
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"(?:[^\"]|\"\")*\")|(?P<range>\$?[A-Z]{1,2}\$?\d{1,4}(?::\$?[A-Z]{1,2}\$?\d{1,4})?(?![\w(]))"
    r"|(?P<columns>\$?[A-Z]{1,2}:\$?[A-Z]{1,2}(?!\w))|(?P<name>[A-Z][A-Z.]*)|(?P<sign><=|>=|<>|[-+*/^&=<>(),;%]))",
    re.IGNORECASE,
)  # fmt: skip
_CELL = re.compile(r"\$?([A-Z]{1,2})\$?(\d{1,4})", re.IGNORECASE)


@dataclass(frozen=True)
class Grid:
    """Cells by column (from 0) and row (from 1, the heading is row 1)."""

    cells: Mapping[tuple[int, int], Held]
    width: int
    height: int


def grid_of(table: Table) -> Grid:
    """Return the sheet a table is shown as: its heading in row 1."""
    cells: dict[tuple[int, int], Held] = {}
    for n, column in enumerate(table.columns):
        cells[n, 1] = f"{column.name} ({column.unit})" if column.unit else column.name
        for m, row in enumerate(table.rows, 2):
            held = native(column, row[n])
            cells[n, m] = Fraction(row[n]) if column.type == "number" and row[n] else held
    return Grid(cells, len(table.columns), len(table.rows) + 1)


Block = list[list[Held]]


@dataclass
class _Reader:
    """Reads a formula and carries it out as it goes; branches of IF are all carried out, their errors kept."""

    tokens: Sequence[tuple[str, str]]
    grid: Grid
    at: int = 0
    depth: int = 0

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self, *signs: str) -> str:
        if self.peek() in signs and self.tokens[self.at][0] == "sign":
            self.at += 1
            return self.tokens[self.at - 1][1]
        return ""

    def want(self, sign: str) -> None:
        if not self.take(sign):
            raise BadFormula(f"{sign!r} is missing before {self.peek() or 'the end'!r}")

    def whole(self) -> Any:
        found = self.compared()
        if self.at < len(self.tokens):
            raise BadFormula(f"{self.peek()!r} is not expected there")
        return found

    def compared(self) -> Any:
        self.deeper()
        left = self.joined()
        while sign := self.take("=", "<>", "<", ">", "<=", ">="):
            left = lifted(partial(compare, sign=sign), left, self.joined())
        self.depth -= 1
        return left

    def joined(self) -> Any:
        left = self.summed()
        while self.take("&"):
            left = lifted(lambda a, b: text_of(a) + text_of(b), left, self.summed())
        return left

    def summed(self) -> Any:
        left = self.multiplied()
        while sign := self.take("+", "-"):
            right = self.multiplied()
            left = lifted(partial(plus, sign=sign), left, right)
        return left

    def multiplied(self) -> Any:
        left = self.raised()
        while sign := self.take("*", "/"):
            left = lifted(partial(times, sign=sign), left, self.raised())
        return left

    def raised(self) -> Any:
        left = self.signed()  # in a sheet -2^2 is 4
        while self.take("^"):
            left = lifted(power_of, left, self.signed())
        return left

    def signed(self) -> Any:
        if sign := self.take("-", "+"):
            self.deeper()
            return lifted(lambda a, _: -number_of(a) if sign == "-" else number_of(a), self.signed(), None)
        left = self.single()
        while self.take("%"):
            left = lifted(lambda a, _: number_of(a) / 100, left, None)
        return left

    def deeper(self) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadFormula("nested too deeply")

    def single(self) -> Any:
        if self.take("("):
            found = self.compared()
            self.want(")")
            return found
        if self.at >= len(self.tokens):
            raise BadFormula("it ends too early")
        kind, said = self.tokens[self.at]
        self.at += 1
        if kind == "number":
            return Fraction(said)
        if kind == "text":
            return said[1:-1].replace('""', '"')
        if kind in ("range", "columns"):
            return self.block(said) if ":" in said else self.block(said)[0][0]
        if kind == "name":
            return self.called(said.upper())
        raise BadFormula(f"{said!r} is not expected there")

    def block(self, said: str) -> Block:
        first, _, last = said.partition(":")
        if not _CELL.fullmatch(first):
            columns = sorted((_column(first.strip("$")), _column(last.strip("$"))))
            rows = [1, self.grid.height]
        else:
            ends = [_CELL.fullmatch(end) for end in (first, last or first)]
            columns = sorted(_column(end[1]) for end in ends if end)
            rows = sorted(int(end[2]) for end in ends if end)
        if columns[1] >= self.grid.width + 2 or rows[0] < 1 or rows[1] > 2000:
            raise BadFormula(f"{said} lies outside of the sheet")
        rows[1] = max(rows[0], min(rows[1], self.grid.height + 1))
        return [
            [self.grid.cells.get((n, m)) for n in range(columns[0], columns[1] + 1)]
            for m in range(rows[0], rows[1] + 1)
        ]

    def called(self, name: str) -> Any:
        if name in ("TRUE", "FALSE") and self.peek() != "(":
            return name == "TRUE"
        if name not in FUNCTIONS:
            raise BadFormula(f"{name} is not among the functions: {', '.join(FUNCTIONS)}")
        given = self.arguments()
        try:
            if name == "IFERROR" and len(given) == 2:
                return given[1] if isinstance(given[0], Failed) else given[0]
            failed = next((one for one in flat(*given) if isinstance(one, Failed)), None)
            return failed if failed and name != "IF" else FUNCTIONS[name](*given)
        except Failed as failure:
            return failure
        except (TypeError, IndexError):
            raise BadFormula(f"{name} does not take {len(given)} arguments") from None

    def arguments(self) -> list[Any]:
        self.want("(")
        given: list[Any] = []
        while not self.take(")"):
            if given and not self.take(",", ";"):
                raise BadFormula(f"a comma or ) is missing before {self.peek() or 'the end'!r}")
            given.append(self.compared())
        return given


def _column(said: str) -> int:
    n = 0
    for char in said.upper():
        n = n * 26 + ord(char) - 64
    return n - 1


@lru_cache(maxsize=256)
def _tokens(formula: str) -> tuple[tuple[str, str], ...]:
    body = formula.strip().removeprefix("=").strip()
    if not body or len(body) > LONGEST:
        raise BadFormula(f"a formula has 1 to {LONGEST} characters")
    found, at = [], 0
    while at < len(body):
        match = _TOKEN.match(body, at)
        if not match or match.end() == at:
            raise BadFormula(f"{body[at : at + 20]!r} can't be read")
        at = match.end()
        kind = str(match.lastgroup)
        found.append((kind, match[kind]))
        while at < len(body) and body[at].isspace():
            at += 1
    return tuple(found)


def computed(formula: str, table: Table) -> Held:
    """Return what a formula comes to in the sheet of a table. Raises `BadFormula`."""
    try:
        found = _Reader(_tokens(formula), grid_of(table)).whole()
    except RecursionError:
        raise BadFormula("nested too deeply") from None
    except (OverflowError, ZeroDivisionError) as error:
        raise BadFormula(str(error) or "it comes to nothing") from None
    if isinstance(found, Failed):
        raise found
    if isinstance(found, list):
        if len(found) == len(found[0]) == 1:
            found = found[0][0]
        else:
            raise BadFormula("it comes to a range of cells, not to one value")
    if isinstance(found, Fraction) and abs(found) > 10**15:
        raise BadFormula("it comes to more than a sheet can show")
    held: Held = Fraction(0) if found is None else found
    return held


def same(one: Held, other: Held) -> bool:
    """Say whether two results are the same."""
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return abs(one - other) <= abs(other) / 10**9
    return one == other


def shown(held: Held) -> str:
    return text_of(held)


def place(table: Table, column: str, row: int) -> str:
    """Return the address of a cell: row 1 is the first below the heading."""
    return f"{letters(table.at(column))}{row + 1}"
