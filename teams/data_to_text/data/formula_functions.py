"""The functions a formula may call, each as a sheet works it out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from statistics import median
from typing import Any

from teams.data_to_text.data.formula_values import (
    BadFormula,
    Failed,
    compare,
    flat,
    lifted,
    number_of,
    power_of,
    text_of,
)


def _numbers(*given: Any) -> list[Fraction]:
    loose = [number_of(one) for one in given if not isinstance(one, list) and one is not None]
    held = [c for one in given if isinstance(one, list) for c in flat(one)]
    return loose + [cell for cell in held if isinstance(cell, Fraction)]


def _of(numbers: Sequence[Fraction], what: Callable[[Sequence[Fraction]], Fraction]) -> Fraction:
    if not numbers:
        raise Failed("there are no numbers")
    return what(numbers)


def _criterion(given: Any) -> Callable[[Any], bool]:
    if not isinstance(given, str):
        return lambda cell: cell is not None and not isinstance(cell, str) and compare(cell, given, "=")
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
        return compare(cell, wanted, sign)

    return fits


def _where(*pairs: Any) -> list[int]:
    if len(pairs) % 2 or not pairs:
        raise BadFormula("conditions come in pairs: a range and what holds for it")
    tests = [(flat(pairs[n]), _criterion(pairs[n + 1])) for n in range(0, len(pairs), 2)]
    if len({len(cells) for cells, _ in tests}) > 1:
        raise Failed("ranges of different sizes")
    return [n for n in range(len(tests[0][0])) if all(test(cells[n]) for cells, test in tests)]


def _picked(block: Any, places: Sequence[int]) -> list[Fraction]:
    cells = flat(block)
    return [cells[n] for n in places if n < len(cells) and isinstance(cells[n], Fraction)]


def _if(test: Any, yes: Any = True, no: Any = False) -> Any:
    if isinstance(test, Failed):
        raise test
    found = yes if _truth(test) else no
    if isinstance(found, Failed):
        raise found
    return found


def _truth(held: Any) -> bool:
    return held if isinstance(held, bool) else bool(number_of(held))


def _rounded(held: Any, digits: Any = Fraction(0)) -> Fraction:
    number, scale = number_of(held), Fraction(10) ** max(-9, min(9, int(number_of(digits))))
    scaled = abs(number) * scale + Fraction(1, 2)
    return Fraction(scaled.numerator // scaled.denominator) / scale * (1 if number >= 0 else -1)


def _index(block: Any, row: Any, column: Any = None) -> Any:
    rows = block if isinstance(block, list) else [[block]]
    m, n = int(number_of(row)), int(number_of(column)) if column is not None else 1
    if column is None and len(rows) == 1:
        m, n = 1, m
    if not (1 <= m <= len(rows) and 1 <= n <= len(rows[0])):
        raise Failed("INDEX outside of its range")
    return rows[m - 1][n - 1]


def _match(wanted: Any, block: Any, how: Any = Fraction(1)) -> Fraction:
    if number_of(how) != 0:
        raise BadFormula("MATCH is known with 0 as its third argument only")
    for n, cell in enumerate(flat(block), 1):
        if cell is not None and compare(cell, wanted, "="):
            return Fraction(n)
    raise Failed("nothing matches")


def _vlookup(wanted: Any, block: Any, column: Any, near: Any = True) -> Any:
    if _truth(near):
        raise BadFormula("VLOOKUP is known with FALSE as its fourth argument only")
    return _index(block, _match(wanted, [[row[0]] for row in block], Fraction(0)), column)


def _xlookup(wanted: Any, where: Any, what: Any, otherwise: Any = None) -> Any:
    try:
        return flat(what)[int(_match(wanted, where, Fraction(0))) - 1]
    except Failed:
        if otherwise is None:
            raise
        return otherwise


def _sumproduct(*blocks: Any) -> Fraction:
    made = blocks[0]
    for block in blocks[1:]:
        made = lifted(lambda a, b: number_of(a) * number_of(b), made, block)
    return sum((number_of(cell) for cell in flat(made)), Fraction(0))


def _nth(block: Any, place: Any, largest: bool) -> Fraction:
    numbers, n = sorted(_numbers(block), reverse=largest), int(number_of(place))
    if not 1 <= n <= len(numbers):
        raise Failed("there are not so many numbers")
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
    "COUNTA": lambda *g: Fraction(sum(one is not None and one != "" for one in flat(*g))),
    "COUNTBLANK": lambda b: Fraction(sum(one is None or one == "" for one in flat(b))),
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
    "ABS": lambda n: abs(number_of(n)),
    "INT": lambda n: Fraction(number_of(n).numerator // number_of(n).denominator),
    "MOD": lambda a, b: (
        number_of(a) - number_of(b) * ((number_of(a) / number_of(b)).__floor__())
        if number_of(b)
        else power_of(Fraction(-1), Fraction(1, 2))
    ),
    "SQRT": lambda n: power_of(n, Fraction(1, 2)),
    "LARGE": lambda b, n: _nth(b, n, True),
    "SMALL": lambda b, n: _nth(b, n, False),
    "RANK": lambda n, b, up=Fraction(0): Fraction(
        1 + sum((x < number_of(n)) if number_of(up) else (x > number_of(n)) for x in _numbers(b))
    ),
    "IF": _if,
    "IFERROR": lambda a, b: b,
    "AND": lambda *g: all(_truth(one) for one in flat(*g)),
    "OR": lambda *g: any(_truth(one) for one in flat(*g)),
    "NOT": lambda one: not _truth(one),
    "INDEX": _index,
    "MATCH": _match,
    "VLOOKUP": _vlookup,
    "XLOOKUP": _xlookup,
    "CONCAT": lambda *g: "".join(map(text_of, flat(*g))),
    "CONCATENATE": lambda *g: "".join(map(text_of, flat(*g))),
    "LEN": lambda s: Fraction(len(text_of(s))),
    "LEFT": lambda s, n=Fraction(1): text_of(s)[: int(number_of(n))],
    "RIGHT": lambda s, n=Fraction(1): text_of(s)[-int(number_of(n)) :] if number_of(n) > 0 else "",
    "MID": lambda s, a, n: text_of(s)[int(number_of(a)) - 1 : int(number_of(a)) - 1 + int(number_of(n))],
    "UPPER": lambda s: text_of(s).upper(),
    "LOWER": lambda s: text_of(s).lower(),
    "TRIM": lambda s: " ".join(text_of(s).split()),
    "YEAR": lambda s: number_of(text_of(s)[:4]),
    "MONTH": lambda s: number_of(text_of(s)[5:7]),
    "DAY": lambda s: number_of(text_of(s)[8:10]),
}
