"""What programs do to data so that the truth stays known: another set of the same shape, values written anyhow, faults
planted where one knows of them, a file broken on its way, a table turned on its side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from random import Random
from typing import Any

from teams.data_to_text.data.model import Column, Data, Table, Unsound, plain_number

_UNITS: Mapping[str, tuple[tuple[str, int], ...]] = {
    "kg": (("g", 1000),), "g": (("mg", 1000),), "t": (("kg", 1000),), "km": (("m", 1000),),
    "m": (("cm", 100), ("mm", 1000)), "cm": (("mm", 10),), "l": (("ml", 1000),), "kWh": (("Wh", 1000),),
    "MWh": (("kWh", 1000),), "kW": (("W", 1000),), "h": (("min", 60),), "min": (("s", 60),), "EUR": (("ct", 100),),
    "ha": (("m²", 10_000),), "GB": (("MB", 1000),), "MB": (("kB", 1000),),
}  # fmt: skip
"""Smaller units in which a value may be written instead."""
_YES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "en": (("yes", "Y", "true", "1"), ("no", "N", "false", "0")),
    "de": (("ja", "J", "wahr", "1"), ("nein", "N", "falsch", "0")),
    "fr": (("oui", "vrai", "1"), ("non", "faux", "0")), "es": (("sí", "verdadero", "1"), ("no", "falso", "0")),
}  # fmt: skip


def second(data: Data, random: Random) -> Data:
    """Return another set of data with the same tables, columns, keys and vocabulary, and other facts.

    Rows are dropped and mixed column by column, numbers are moved: what was read off the first set and written into a
    query as a constant is wrong for it.
    """
    made: list[Table] = []
    kept: dict[str, set[str]] = {}
    for table in sorted(data.tables, key=lambda t: sum(bool(c.refers) for c in t.columns)):
        rows = list(table.rows)
        if len(rows) > 3:
            rows = [row for n, row in enumerate(rows) if n == 0 or random.random() > 0.2]
        columns = [[row[n] for row in rows] for n in range(len(table.columns))]
        for n, column in enumerate(table.columns):
            if not column.is_key:
                columns[n] = _mixed(column, columns[n], random, kept.get(column.refers))
        mixed = tuple(zip(*columns, strict=True))
        if table.key:
            at = table.at(table.key.name)
            kept[table.name] = {row[at] for row in mixed}
        made.append(replace(table, rows=mixed))
    order = {t.name: t for t in made}
    return replace(data, tables=tuple(order[t.name] for t in data.tables))


def _mixed(column: Column, cells: Sequence[str], random: Random, keys: set[str] | None) -> list[str]:
    mixed = list(cells)
    random.shuffle(mixed)
    if keys is not None:
        return [cell if cell in keys else random.choice(sorted(keys)) for cell in mixed]
    if column.type == "number":
        return [_moved(cell, random) if cell else cell for cell in mixed]
    return mixed


def _moved(cell: str, random: Random) -> str:
    decimals = len(cell.partition(".")[2])
    held = Fraction(cell)
    step = max(abs(held) / 5, Fraction(1, 10**decimals))
    moved = held + step * Fraction(random.randint(-10, 10), 10)
    moved = Fraction(round(moved * 10**decimals), 10**decimals)
    return plain_number(abs(moved) if held >= 0 else moved)


# Values written anyhow


def messed(table: Table, names: Sequence[str], random: Random, tag: str = "en") -> Table:
    """Return a table in which the cells of some columns are written in every way people have, units with them.

    Everything in it is a text then. What each cell means is beyond doubt. Raises `Unsound` where a column can't be.
    """
    columns, rows = list(table.columns), [list(row) for row in table.rows]
    for name in names:
        n = table.at(name)
        column = table.columns[n]
        if (column.is_key and column.type not in ("date", "moment")) or column.refers:
            raise Unsound(f"{name} is what rows are known by: leave it as it is")
        for row in rows:
            row[n] = _anyhow(column, row[n], random, tag) if row[n] else row[n]
        columns[n] = Column(name)
    return Table(table.name, tuple(columns), tuple(map(tuple, rows)))


def _anyhow(column: Column, cell: str, random: Random, tag: str) -> str:
    if column.type == "number":
        return _number_anyhow(cell, column.unit, random, tag)
    if column.type in ("date", "moment"):
        return _day_anyhow(cell, random, tag)
    if column.type == "yes_no":
        words = _YES.get(tag, _YES["en"])[0 if cell == "true" else 1]
        return random.choice(words)
    return random.choice([cell, cell.upper(), f" {cell}", cell.replace(" ", "  ", 1), f"{cell} "])


def _number_anyhow(cell: str, unit: str, random: Random, tag: str) -> str:
    held, smaller = Fraction(cell), _UNITS.get(unit)
    if smaller and held and random.random() < 0.4:
        name, factor = random.choice(smaller)
        return f"{_in_words(plain_number(held * factor), tag)} {name}"
    said = _in_words(cell, tag)
    return f"{said} {unit}" if unit and random.random() < 0.7 else said


def _in_words(cell: str, tag: str) -> str:
    """A number with the signs of a language, thousands parted."""
    from babel.numbers import format_decimal  # lazy: heavy

    try:
        return str(format_decimal(cell, locale=(tag or "en").replace("-", "_"), decimal_quantization=False))
    except (ValueError, LookupError):
        return cell


def _day_anyhow(cell: str, random: Random, tag: str) -> str:
    from babel.dates import format_date  # lazy: heavy

    if len(cell) < 10:
        return cell
    day, clock = date.fromisoformat(cell[:10]), cell[10:]
    locale = (tag or "en").replace("-", "_")
    try:
        said = [
            format_date(day, form, locale=locale) for form in ("long", "d MMM yyyy", "yyyy/MM/dd", "EEEE, d MMMM yyyy")
        ]
    except (ValueError, LookupError):
        said = [day.strftime("%Y/%m/%d"), day.strftime("%Y%m%d")]
    return random.choice([*said, cell[:10]]) + clock


# Faults planted


@dataclass(frozen=True)
class Planted:
    """One fault that a program put into data."""

    sort: str
    """`outlier`, `duplicate`, `missing`, `negative`, `out_of_order` or `unit`."""
    row: int
    """From 1, in the table as it is shown."""
    label: str
    column: str
    cell: str
    """What stands there now."""
    was: str
    said: str
    """The fault in a sentence."""

    def as_dict(self) -> dict[str, Any]:
        return dict(vars(self))


def planted(table: Table, count: int, random: Random) -> tuple[Table, list[Planted]]:
    """Return a table with faults in it and what they are. Raises `Unsound` where it has no place for them."""
    places = _places(table, random)
    random.shuffle(places)
    rows: list[list[str]] = [list(row) for row in table.rows]
    found: list[Planted] = []
    used: set[int] = set()
    for sort, row, n in places:
        if row in used or len(found) == count or any(one.sort == sort for one in found):
            continue
        used.add(row)
        column, was = table.columns[n], rows[row][n]
        now = _spoiled(sort, was, column)
        rows[row][n] = now
        label = _label(table, table.rows[row], row)
        found.append(Planted(sort, row + 1, label, column.name, now, was, _said(sort, label, column, now)))
    if random.random() < 0.6 and len(found) >= 2 and len(rows) >= 5 and table.key:
        free = [row for row in range(len(rows) - 2) if row not in used]
        if free:
            row = random.choice(free)
            rows.append(list(rows[row]))
            label = _label(table, table.rows[row], row)
            said = f"{label} stands there twice, in rows {row + 1} and {len(rows)}"
            found.append(Planted("duplicate", len(rows), label, "", label, "", said))
    if len(found) < min(2, count):
        raise Unsound("there is no place in it for faults that one can be sure of")
    return replace(table, rows=tuple(map(tuple, rows))), found


def _label(table: Table, row: Sequence[str], n: int) -> str:
    key = table.key or next((c for c in table.columns if c.type in ("text", "date", "moment")), None)
    return row[table.at(key.name)] if key else f"row {n + 1}"


def _places(table: Table, random: Random) -> list[tuple[str, int, int]]:
    found: list[tuple[str, int, int]] = []
    for n, column in enumerate(table.columns):
        if column.is_key or column.refers:
            continue
        held = [(row, cells[n]) for row, cells in enumerate(table.rows) if cells[n]]
        numbers = [(row, Fraction(cell)) for row, cell in held] if column.type == "number" else []
        if len(numbers) > 4 and min(v for _, v in numbers) > 0:
            highest = max(v for _, v in numbers)
            found += [("outlier", row, n) for row, v in numbers if v * 100 > highest * 5]
            found += [("negative", row, n) for row, _ in numbers]
        if len(held) == len(table.rows) > 4:
            found += [("missing", row, n) for row, _ in held]
        if column.type in ("date", "moment") and len(held) > 4:
            found += [("impossible_date", row, n) for row, cell in held if len(cell) >= 10]
    return found


def _spoiled(sort: str, cell: str, column: Column) -> str:
    if sort == "outlier":
        return plain_number(Fraction(cell) * 100)
    if sort == "negative":
        return f"-{cell}"
    if sort == "impossible_date":
        return f"{cell[:5]}02-30{cell[10:]}"
    return ""


def _said(sort: str, label: str, column: Column, now: str) -> str:
    unit = f" {column.unit}" if column.unit else ""
    return {
        "outlier": f"{column.name} of {label} is {now}{unit}, far beyond all others: perhaps its point slipped",
        "negative": f"{column.name} of {label} is {now}{unit}, below zero where all others are above",
        "missing": f"{column.name} of {label} is missing",
        "impossible_date": f"{column.name} of {label} is {now}, a day that does not exist",
    }[sort]


# A file broken on its way


def broken_csv(table: Table, random: Random) -> tuple[str, list[str]]:
    """Return a table as a CSV file that doesn't load, and what was done to it.

    Every damage can be told from the rest of the file: commas without quotes, a line broken in two, the heading once
    more, commas too many, an empty line.
    """
    lines = [",".join(c.name for c in table.columns)]
    done: list[str] = []
    split = random.randrange(len(table.rows))
    again = random.randrange(2, max(3, len(table.rows)))
    for n, row in enumerate(table.rows):
        line = ",".join(row)
        if any("," in cell for cell in row):
            done.append(f"commas inside a text of row {n + 1} are not quoted")
        if n == split and "" not in row and len(row) > 2:
            cut = len(",".join(row[: len(row) // 2]))
            lines += [line[:cut], line[cut:]]
            done.append(f"row {n + 1} is broken into two lines")
        else:
            lines.append(line + ",," * (random.random() < 0.2))
        if n == again:
            lines += ["", lines[0]]
            done.append("the heading stands there twice")
    if any(line.endswith(",,") for line in lines):
        done.append("some lines end in idle commas")
    return "\n".join(lines), list(dict.fromkeys(done))


# Turned on its side


def long_of(table: Table, name: str, held: str) -> Table:
    """Return a table with a row for each number of it: key, name of the column, the number. Raises `Unsound`."""
    measures = table.of_type("number")
    if table.key is None or len(measures) < 2 or len({c.unit for c in measures}) > 1:
        raise Unsound("it takes a key and two columns of numbers of one unit at least")
    at = table.at(table.key.name)
    rows = [(row[at], c.name, row[table.at(c.name)]) for row in table.rows for c in measures]
    return Table(
        table.name, (Column(table.key.name), Column(name), Column(held, "number", measures[0].unit)), tuple(rows)
    )


def wide_of(table: Table, down: str, across: str, held: str) -> Table:
    """Return a table with a row for each value of one column and a column for each of another. Raises `Unsound`."""
    from teams.data_to_text.data.graphs import local_name

    places = [table.at(name) for name in (down, across, held)]
    found: dict[str, dict[str, str]] = {}
    heads: dict[str, str] = {}
    for row in table.rows:
        mine, theirs, cell = (row[n] for n in places)
        heads.setdefault(theirs, local_name(theirs))
        if theirs in found.setdefault(mine, {}):
            raise Unsound(f"{mine} has two values for {theirs}")
        found[mine][theirs] = cell
    if len(set(heads.values())) != len(heads) or not 2 <= len(heads) <= 8 or "" in found or len(found) < 2:
        raise Unsound(f"{across} does not make columns: two to eight names, all different")
    columns = [
        Column(down),
        *(Column(name, table.column(held).type, table.column(held).unit) for name in heads.values()),
    ]
    rows = [(mine, *(cells.get(theirs, "") for theirs in heads)) for mine, cells in found.items()]
    return Table(table.name, tuple(columns), tuple(rows))
