"""How the rows of an answer differ from those of a key, however its form writes them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from teams.data_to_text.data.model import Column, Table
from teams.data_to_text.data.replies import Row


def same_cell(column: Column, one: str, other: str) -> bool:
    """Say whether two cells are the same, however the form writes them."""
    one, other = " ".join(one.split()), " ".join(other.split())
    if column.type == "number" and one and other:
        try:
            mine, theirs = Fraction(one), Fraction(other)
        except (ValueError, ZeroDivisionError):
            return False
        # What was reckoned is as exact as it is written, to two decimals at least.
        decimals = max(2, min(len(said.partition(".")[2]) for said in (one, other)))
        exact = abs(mine - theirs) <= Fraction(1, 2 * 10**decimals) and (one.count(".") + other.count("."))
        return mine == theirs or bool(exact)
    if column.type == "yes_no":
        return one.casefold() == other.casefold()
    return one == other


def differences(given: Sequence[Row], key: Table, *, ordered: bool) -> Iterator[str]:
    """Yield how the rows of an answer differ from a key; without `ordered`, in any order."""
    wanted = [dict(zip([c.name for c in key.columns], row, strict=True)) for row in key.rows]
    if len(given) != len(wanted):
        yield f"{len(given)} rows, where {len(wanted)} are right"
    left = list(given)
    for _number, row in enumerate(wanted):
        match = next((n for n, one in enumerate(left) if _same_row(key, one, row)), None)
        if match is None:
            yield f"there is no row {_said(row)}{_nearest(key, row, left)}"
        else:
            left.pop(match)
    yield from (f"{_said(row)} does not belong" for row in left[:2] if len(given) > len(wanted))
    if ordered and not left and len(given) == len(wanted):
        off = [n for n, (one, row) in enumerate(zip(given, wanted, strict=True), 1) if not _same_row(key, one, row)]
        if off:
            yield f"row {off[0]} stands at another place"


def _same_row(key: Table, one: Row, row: Row) -> bool:
    return all(same_cell(c, one[c.name], row[c.name]) for c in key.columns)


def _nearest(key: Table, row: Row, left: Sequence[Row]) -> str:
    def shared(one: Row) -> int:
        return sum(same_cell(c, one[c.name], row[c.name]) for c in key.columns)

    best = max(left, key=shared, default=None)
    if best is None or shared(best) * 2 < len(key.columns):
        return ""
    off = next(c for c in key.columns if not same_cell(c, best[c.name], row[c.name]))
    return f" ({off.name} is {best[off.name]!r} in the answer)"


def _said(row: Mapping[str, str]) -> str:
    return re.sub(r"\s+", " ", ", ".join(f"{k} {v!r}" for k, v in list(row.items())[:5]))[:200]
