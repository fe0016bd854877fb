"""A small safe part of a spreadsheet's formulas: read by a grammar, carried out on a grid, nothing else.

What is known: numbers, texts, TRUE and FALSE, cells and ranges (with or without $), + - * / ^ & %, comparisons, and the
functions below. No names, no other sheets, no macros, nothing that reads or writes outside the grid.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache, partial
from statistics import median
from typing import Any

from teams.data_to_text.data.dresses import letters, native
from teams.data_to_text.data.model import Table

Held = Fraction | str | bool | None
LONGEST, DEEPEST = 600, 40
_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<text>\"(?:[^\"]|\"\")*\")|(?P<range>\$?[A-Z]{1,2}\$?\d{1,4}(?::\$?[A-Z]{1,2}\$?\d{1,4})?(?![\w(]))"
    r"|(?P<columns>\$?[A-Z]{1,2}:\$?[A-Z]{1,2}(?!\w))|(?P<name>[A-Z][A-Z.]*)|(?P<sign><=|>=|<>|[-+*/^&=<>(),;%]))",
    re.IGNORECASE,
)  # fmt: skip
_CELL = re.compile(r"\$?([A-Z]{1,2})\$?(\d{1,4})", re.IGNORECASE)


class BadFormula(ValueError):
    """A formula that can't be read or carried out; says why in a line."""


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
            left = _lifted(partial(_compare, sign=sign), left, self.joined())
        self.depth -= 1
        return left

    def joined(self) -> Any:
        left = self.summed()
        while self.take("&"):
            left = _lifted(lambda a, b: _text(a) + _text(b), left, self.summed())
        return left

    def summed(self) -> Any:
        left = self.multiplied()
        while sign := self.take("+", "-"):
            right = self.multiplied()
            left = _lifted(partial(_plus, sign=sign), left, right)
        return left

    def multiplied(self) -> Any:
        left = self.raised()
        while sign := self.take("*", "/"):
            left = _lifted(partial(_times, sign=sign), left, self.raised())
        return left

    def raised(self) -> Any:
        left = self.signed()  # in a sheet -2^2 is 4
        while self.take("^"):
            left = _lifted(_power, left, self.signed())
        return left

    def signed(self) -> Any:
        if sign := self.take("-", "+"):
            self.deeper()
            return _lifted(lambda a, _: -_number(a) if sign == "-" else _number(a), self.signed(), None)
        left = self.single()
        while self.take("%"):
            left = _lifted(lambda a, _: _number(a) / 100, left, None)
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
                return given[1] if isinstance(given[0], _Failed) else given[0]
            failed = next((one for one in _flat(*given) if isinstance(one, _Failed)), None)
            return failed if failed and name != "IF" else FUNCTIONS[name](*given)
        except _Failed as failure:
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


class _Failed(BadFormula):
    """A value that a sheet shows as #N/A or #DIV/0!; it goes through a formula like any other."""


def _column(said: str) -> int:
    n = 0
    for char in said.upper():
        n = n * 26 + ord(char) - 64
    return n - 1


def _lifted(of: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Apply to single values, or cell by cell to blocks."""
    if not isinstance(left, list) and not isinstance(right, list):
        return _kept(of, left, right)
    rows = len(left) if isinstance(left, list) else len(right)
    width = len(left[0]) if isinstance(left, list) else len(right[0])

    def pick(block: Any, m: int, n: int) -> Any:
        if not isinstance(block, list):
            return block
        if m >= len(block) or n >= len(block[0]):
            return _Failed("ranges of different sizes")
        return block[m][n]

    return [[_kept(of, pick(left, m, n), pick(right, m, n)) for n in range(width)] for m in range(rows)]


def _kept(of: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Apply to two values; what can't be worked out is a value too."""
    for one in (left, right):
        if isinstance(one, _Failed):
            return one
    try:
        return of(left, right)
    except _Failed as failure:
        return failure


def _number(held: Any) -> Fraction:
    if isinstance(held, bool):
        return Fraction(int(held))
    if held is None or held == "":
        return Fraction(0)
    if isinstance(held, Fraction):
        return held
    try:
        return Fraction(str(held))
    except (ValueError, ZeroDivisionError):
        raise _Failed(f"{str(held)[:40]!r} is no number") from None


def _text(held: Any) -> str:
    if isinstance(held, bool):
        return str(held).upper()
    if isinstance(held, Fraction):
        return str(held.numerator) if held.denominator == 1 else f"{float(held):.10g}"
    return "" if held is None else str(held)


def _plus(left: Any, right: Any, sign: str) -> Fraction:
    return _number(left) + (_number(right) if sign == "+" else -_number(right))


def _times(left: Any, right: Any, sign: str) -> Fraction:
    a, b = _number(left), _number(right)
    if sign == "*":
        return a * b
    if not b:
        raise _Failed("it divides by 0")
    return a / b


def _power(left: Any, right: Any) -> Fraction:
    base, power = _number(left), _number(right)
    if abs(power) > 64 or abs(base) > 10**12:
        raise _Failed("too large a power")
    if power.denominator == 1 and (base or power >= 0):
        return base ** int(power)
    if base < 0:
        raise _Failed("a root of what is below zero")
    return Fraction(float(base) ** float(power))


def _compare(left: Any, right: Any, sign: str) -> bool:
    if left is None:
        left = "" if isinstance(right, str) else Fraction(0)
    if right is None:
        right = "" if isinstance(left, str) else Fraction(0)
    a: Any = left.casefold() if isinstance(left, str) else left
    b: Any = right.casefold() if isinstance(right, str) else right
    if isinstance(a, str) != isinstance(b, str):
        return (
            sign == "<>" or (sign in ("<", "<=") and isinstance(b, str)) or (sign in (">", ">=") and isinstance(a, str))
        )
    return bool({"=": a == b, "<>": a != b, "<": a < b, ">": a > b, "<=": a <= b, ">=": a >= b}[sign])


# Functions


def _flat(*given: Any) -> list[Any]:
    found: list[Any] = []
    for one in given:
        found += [cell for row in one for cell in row] if isinstance(one, list) else [one]
    return found


def _numbers(*given: Any) -> list[Fraction]:
    loose = [_number(one) for one in given if not isinstance(one, list) and one is not None]
    held = [c for one in given if isinstance(one, list) for c in _flat(one)]
    return loose + [cell for cell in held if isinstance(cell, Fraction)]


def _of(numbers: Sequence[Fraction], what: Callable[[Sequence[Fraction]], Fraction]) -> Fraction:
    if not numbers:
        raise _Failed("there are no numbers")
    return what(numbers)


def _criterion(given: Any) -> Callable[[Any], bool]:
    if not isinstance(given, str):
        return lambda cell: cell is not None and not isinstance(cell, str) and _compare(cell, given, "=")
    match = re.match(r"(<=|>=|<>|[<>=])?(.*)$", given, re.DOTALL)
    assert match
    sign, said = match[1] or "=", match[2]
    wanted: Any = said
    if re.fullmatch(r"-?\d+(?:\.\d+)?", said.strip()):
        wanted = Fraction(said.strip())
    elif said.upper() in ("TRUE", "FALSE"):
        wanted = said.upper() == "TRUE"
    elif re.search(r"[*?]", said) and sign in ("=", "<>"):
        pattern = re.compile(re.escape(said).replace(r"\*", ".*").replace(r"\?", "."), re.IGNORECASE | re.DOTALL)
        return lambda cell: bool(isinstance(cell, str) and pattern.fullmatch(cell)) == (sign == "=")

    def fits(cell: Any) -> bool:
        if cell is None:
            return sign == "<>" or (wanted == "" and sign == "=")
        if isinstance(cell, str) != isinstance(wanted, str):
            return sign == "<>"
        return _compare(cell, wanted, sign)

    return fits


def _where(*pairs: Any) -> list[int]:
    if len(pairs) % 2 or not pairs:
        raise BadFormula("conditions come in pairs: a range and what holds for it")
    tests = [(_flat(pairs[n]), _criterion(pairs[n + 1])) for n in range(0, len(pairs), 2)]
    if len({len(cells) for cells, _ in tests}) > 1:
        raise _Failed("ranges of different sizes")
    return [n for n in range(len(tests[0][0])) if all(test(cells[n]) for cells, test in tests)]


def _picked(block: Any, places: Sequence[int]) -> list[Fraction]:
    cells = _flat(block)
    return [cells[n] for n in places if n < len(cells) and isinstance(cells[n], Fraction)]


def _if(test: Any, yes: Any = True, no: Any = False) -> Any:
    if isinstance(test, _Failed):
        raise test
    found = yes if _truth(test) else no
    if isinstance(found, _Failed):
        raise found
    return found


def _truth(held: Any) -> bool:
    return held if isinstance(held, bool) else bool(_number(held))


def _rounded(held: Any, digits: Any = Fraction(0)) -> Fraction:
    number, scale = _number(held), Fraction(10) ** max(-9, min(9, int(_number(digits))))
    scaled = abs(number) * scale + Fraction(1, 2)
    return Fraction(scaled.numerator // scaled.denominator) / scale * (1 if number >= 0 else -1)


def _index(block: Any, row: Any, column: Any = None) -> Any:
    rows = block if isinstance(block, list) else [[block]]
    m, n = int(_number(row)), int(_number(column)) if column is not None else 1
    if column is None and len(rows) == 1:
        m, n = 1, m
    if not (1 <= m <= len(rows) and 1 <= n <= len(rows[0])):
        raise _Failed("INDEX outside of its range")
    return rows[m - 1][n - 1]


def _match(wanted: Any, block: Any, how: Any = Fraction(1)) -> Fraction:
    if _number(how) != 0:
        raise BadFormula("MATCH is known with 0 as its third argument only")
    for n, cell in enumerate(_flat(block), 1):
        if cell is not None and _compare(cell, wanted, "="):
            return Fraction(n)
    raise _Failed("nothing matches")


def _vlookup(wanted: Any, block: Any, column: Any, near: Any = True) -> Any:
    if _truth(near):
        raise BadFormula("VLOOKUP is known with FALSE as its fourth argument only")
    return _index(block, _match(wanted, [[row[0]] for row in block], Fraction(0)), column)


def _xlookup(wanted: Any, where: Any, what: Any, otherwise: Any = None) -> Any:
    try:
        return _flat(what)[int(_match(wanted, where, Fraction(0))) - 1]
    except _Failed:
        if otherwise is None:
            raise
        return otherwise


def _sumproduct(*blocks: Any) -> Fraction:
    made = blocks[0]
    for block in blocks[1:]:
        made = _lifted(lambda a, b: _number(a) * _number(b), made, block)
    return sum((_number(cell) for cell in _flat(made)), Fraction(0))


def _nth(block: Any, place: Any, largest: bool) -> Fraction:
    numbers, n = sorted(_numbers(block), reverse=largest), int(_number(place))
    if not 1 <= n <= len(numbers):
        raise _Failed("there are not so many numbers")
    return numbers[n - 1]


def _mean(numbers: Sequence[Fraction]) -> Fraction:
    return sum(numbers, Fraction(0)) / len(numbers)


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "SUM": lambda *g: sum(_numbers(*g), Fraction(0)),
    "AVERAGE": lambda *g: _of(_numbers(*g), _mean),
    "MIN": lambda *g: _of(_numbers(*g), min),
    "MAX": lambda *g: _of(_numbers(*g), max),
    "MEDIAN": lambda *g: _of(_numbers(*g), lambda n: Fraction(median(n))),
    "COUNT": lambda *g: Fraction(len(_numbers(*g))),
    "COUNTA": lambda *g: Fraction(sum(one is not None and one != "" for one in _flat(*g))),
    "COUNTBLANK": lambda b: Fraction(sum(one is None or one == "" for one in _flat(b))),
    "COUNTIF": lambda b, c: Fraction(len(_where(b, c))),
    "COUNTIFS": lambda *g: Fraction(len(_where(*g))),
    "SUMIF": lambda b, c, s=None: sum(_picked(b if s is None else s, _where(b, c)), Fraction(0)),
    "SUMIFS": lambda s, *g: sum(_picked(s, _where(*g)), Fraction(0)),
    "AVERAGEIF": lambda b, c, s=None: _of(_picked(b if s is None else s, _where(b, c)), _mean),
    "AVERAGEIFS": lambda s, *g: _of(_picked(s, _where(*g)), _mean),
    "MAXIFS": lambda s, *g: max(_picked(s, _where(*g)), default=Fraction(0)),
    "MINIFS": lambda s, *g: min(_picked(s, _where(*g)), default=Fraction(0)),
    "SUMPRODUCT": _sumproduct,
    "ROUND": _rounded,
    "ABS": lambda n: abs(_number(n)),
    "INT": lambda n: Fraction(_number(n).numerator // _number(n).denominator),
    "MOD": lambda a, b: (
        _number(a) - _number(b) * ((_number(a) / _number(b)).__floor__())
        if _number(b)
        else _power(Fraction(-1), Fraction(1, 2))
    ),
    "SQRT": lambda n: _power(n, Fraction(1, 2)),
    "LARGE": lambda b, n: _nth(b, n, True),
    "SMALL": lambda b, n: _nth(b, n, False),
    "RANK": lambda n, b, up=Fraction(0): Fraction(
        1 + sum((x < _number(n)) if _number(up) else (x > _number(n)) for x in _numbers(b))
    ),
    "IF": _if,
    "IFERROR": lambda a, b: b,
    "AND": lambda *g: all(_truth(one) for one in _flat(*g)),
    "OR": lambda *g: any(_truth(one) for one in _flat(*g)),
    "NOT": lambda one: not _truth(one),
    "INDEX": _index,
    "MATCH": _match,
    "VLOOKUP": _vlookup,
    "XLOOKUP": _xlookup,
    "CONCAT": lambda *g: "".join(map(_text, _flat(*g))),
    "CONCATENATE": lambda *g: "".join(map(_text, _flat(*g))),
    "LEN": lambda s: Fraction(len(_text(s))),
    "LEFT": lambda s, n=Fraction(1): _text(s)[: int(_number(n))],
    "RIGHT": lambda s, n=Fraction(1): _text(s)[-int(_number(n)) :] if _number(n) > 0 else "",
    "MID": lambda s, a, n: _text(s)[int(_number(a)) - 1 : int(_number(a)) - 1 + int(_number(n))],
    "UPPER": lambda s: _text(s).upper(),
    "LOWER": lambda s: _text(s).lower(),
    "TRIM": lambda s: " ".join(_text(s).split()),
    "YEAR": lambda s: _number(_text(s)[:4]),
    "MONTH": lambda s: _number(_text(s)[5:7]),
    "DAY": lambda s: _number(_text(s)[8:10]),
}


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
    if isinstance(found, _Failed):
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
    return _text(held)


def place(table: Table, column: str, row: int) -> str:
    """Return the address of a cell: row 1 is the first below the heading."""
    return f"{letters(table.at(column))}{row + 1}"
