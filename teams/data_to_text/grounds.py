"""What can be told of data: cells, what they are called, what sums them up."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property
from statistics import median

from teams.data_to_text.data.model import Column, Data, Table
from teams.data_to_text.telling import figures_in
from teams.engine.checks.told import measure
from teams.engine.stages.forms.short import words


@dataclass(frozen=True)
class Cell:
    """One cell that has a name of its own."""

    table: str
    row: int
    column: Column
    text: str
    label: str
    """What its row is called; '' if it has no name."""


def cells(data: Data) -> Iterator[Cell]:
    for table in data.tables:
        names = label_column(table)
        at = table.at(names.name) if names else None
        for m, row in enumerate(table.rows):
            for column, text in zip(table.columns, row, strict=True):
                if text:
                    yield Cell(table.name, m, column, text, row[at] if at is not None else "")


def label_column(table: Table) -> Column | None:
    """Return the column whose cells name the rows."""
    if table.key:
        return table.key
    for column in table.of_type("text", "date", "moment"):
        held = [row[table.at(column.name)] for row in table.rows]
        if len(set(held)) == len(held) and "" not in held:
            return column
    return None


_COUNTED_IN = {
    10**3: re.compile(r"\b(?:thousands?|tausend|1000|k|milliers?|miles)\b", re.IGNORECASE),
    10**6: re.compile(r"\b(?:millions?|mio|millionen|millones)\b", re.IGNORECASE),
}
"""Units in which 9.3 stands for 9,300."""


@dataclass(frozen=True)
class Grounds:
    """What can be told of data: cells, what sums them up, and what follows from two of them."""

    data: Data
    said: tuple[str, ...] = ()
    """What the user wrote beside the data."""
    extra: tuple[Fraction, ...] = ()
    """Figures worked out by plan."""
    tag: str = ""

    @cached_property
    def cells(self) -> tuple[Cell, ...]:
        return tuple(cells(self.data))

    @cached_property
    def stated(self) -> frozenset[Fraction]:
        held = {Fraction(cell.text) for cell in self.cells if cell.column.type == "number"}
        for text in (
            self.data.title,
            self.data.note,
            *self.said,
            *(c.text for c in self.cells if c.column.type == "text"),
        ):
            held |= {one.value for one in figures_in(text, self.tag)}
            held |= {Fraction(n) for n in re.findall(r"\d+", text) if len(n) < 12}
        for name in (c.name for t in self.data.tables for c in t.columns):
            held |= {Fraction(n) for n in re.findall(r"\d+", name)}
        return frozenset(held)

    @cached_property
    def summed(self) -> frozenset[Fraction]:
        """What is counted, summed, averaged of a column or a group."""
        found: set[Fraction] = set()
        for table in self.data.tables:
            for rows in _groups(table):
                found |= set(_sums(table, rows))
        return frozenset(found | set(self.extra))

    @cached_property
    def shares(self) -> frozenset[Fraction]:
        """What may be told in per cent: shares of rows and of sums, and what is told so already."""
        found = set(self.extra)
        for table in self.data.tables:
            for rows in _groups(table):
                found |= set(_shares(table, rows))
        has_shares = any(
            re.fullmatch(r"%|per ?cent|percent|Prozent", c.unit) for t in self.data.tables for c in t.columns
        )
        said = {
            one.value for text in (self.data.note, *self.said) for one in figures_in(text, self.tag) if one.unit == "%"
        }
        texts = {one.value for c in self.cells if c.column.type == "text" for one in figures_in(c.text, self.tag)}
        return frozenset(found | said | texts | (self.stated | self.summed if has_shares else set()))

    @cached_property
    def scales(self) -> tuple[int, ...]:
        """Factors by which the numbers of some columns are less than what they count."""
        units = " ".join(c.unit for t in self.data.tables for c in t.columns)
        return tuple(scale for scale, said in _COUNTED_IN.items() if said.search(units))

    @cached_property
    def totals(self) -> frozenset[Fraction]:
        """Sums of columns, of which a cell may be said to be a share."""
        held: set[Fraction] = set()
        for table in self.data.tables:
            for column in table.of_type("number"):
                numbers = [v for v in table.values(column.name) if isinstance(v, Fraction)]
                held.add(sum(numbers, Fraction(0)))
                held.add(sum(numbers, Fraction(0)) / max(1, len(numbers)))
        return frozenset(held)

    @cached_property
    def columns(self) -> Mapping[tuple[str, str], tuple[tuple[Fraction, ...], Fraction]]:
        """The numbers of each column that has some, and their sum."""
        found = {}
        for table in self.data.tables:
            for column in table.of_type("number"):
                held = tuple(v for v in table.values(column.name) if isinstance(v, Fraction))
                if held:
                    found[table.name, column.name] = held, sum(held, Fraction(0))
        return found

    @cached_property
    def spans(self) -> frozenset[Fraction]:
        """Seconds between any two days or moments of a column."""
        found: set[Fraction] = set()
        for table in self.data.tables:
            for column in table.of_type("date", "moment"):
                held = [row[table.at(column.name)] for row in table.rows]
                at = {datetime.fromisoformat(f"{cell}-01-01"[:10] if len(cell) < 10 else cell) for cell in held if cell}
                found |= {Fraction((a - b).total_seconds()) for a in at for b in at if a > b}
        return frozenset(found)

    def numbers(self, column: tuple[str, str]) -> tuple[Fraction, ...]:
        """Return the numbers of a column, given by its table and its name."""
        return self.columns[column][0] if column in self.columns else ()

    @cached_property
    def units(self) -> Mapping[tuple[str, str], str]:
        """The unit of each column of numbers by the name it has everywhere; '' where it has none that is known."""
        return {(t.name, c.name): measure(c.unit) for t in self.data.tables for c in t.of_type("number")}

    @cached_property
    def by_column(self) -> Mapping[tuple[str, str], frozenset[Fraction]]:
        """What may be told of each column: its numbers, and what sums them up, in all and by group."""
        found: dict[tuple[str, str], frozenset[Fraction]] = {}
        for table in self.data.tables:
            groups = list(_groups(table))
            for n, column in enumerate(table.columns):
                if column.type == "number":
                    held = [sorted(Fraction(row[n]) for row in rows if row[n]) for rows in groups]
                    told = {v for numbers in held if numbers for v in (*numbers, *_summing_up(numbers))}
                    found[table.name, column.name] = frozenset(told)
        return found

    @cached_property
    def labels(self) -> Mapping[str, list[int]]:
        """Names of rows, folded, with the places in `rows` of those that have them."""
        found: dict[str, list[int]] = {}
        for n, (_, label, _cells) in enumerate(self.rows):
            for name in _calls(label):
                found.setdefault(name, []).append(n)
        return found

    @cached_property
    def rows(self) -> tuple[tuple[str, str, tuple[Cell, ...]], ...]:
        """Table, name and cells of each row."""
        made: dict[tuple[str, int], list[Cell]] = {}
        for cell in self.cells:
            made.setdefault((cell.table, cell.row), []).append(cell)
        return tuple((table, held[0].label, tuple(held)) for (table, _), held in made.items())

    def named_in(self, text: str) -> list[int]:
        """Return the rows a text names."""
        if text not in self._named:
            self._named[text] = self._read_names(text)
        return self._named[text]

    @cached_property
    def _named(self) -> dict[str, list[int]]:
        return {}

    @cached_property
    def _longest_first(self) -> tuple[str, ...]:
        return tuple(sorted(self.labels, key=len, reverse=True))

    def _read_names(self, text: str) -> list[int]:
        folded = f" {' '.join(words(text))} "
        found: dict[int, None] = {}
        for name in self._longest_first:
            if f" {name} " in folded:
                folded = folded.replace(f" {name} ", "  ")
                found |= dict.fromkeys(self.labels[name])
        # Every day of March is 2024: what most rows are called names none of them.
        return list(found) if len(found) < max(3, len(self.rows) * 0.7) else []


def _calls(label: str) -> list[str]:
    """What a row may be called: its label, a day by its words too."""
    if re.fullmatch(r"\d{4}-\d\d(-\d\d)?( \d\d:\d\d)?", label):
        return []
    folded = " ".join(words(label))
    return [folded] if folded and not re.fullmatch(r"\d{1,2}", folded) else []


def _groups(table: Table) -> Iterator[tuple[tuple[str, ...], ...]]:
    yield table.rows
    for n, column in enumerate(table.columns):
        if column.type in ("text", "yes_no") and not column.is_key:
            held = [row[n] for row in table.rows]
            for name in dict.fromkeys(held):
                if len(set(held)) <= 12:
                    yield tuple(row for row in table.rows if row[n] == name)
        if column.type in ("date", "moment"):
            for cut in (4, 7, 10):
                held = [row[n][:cut] for row in table.rows]
                if 1 < len(set(held)) < len(held):
                    yield from (
                        tuple(r for r, c in zip(table.rows, held, strict=True) if c == name) for name in set(held)
                    )
    half = len(table.rows) // 2
    if half >= 2:
        yield table.rows[:half]
        yield table.rows[-half:]


def _sums(table: Table, rows: Sequence[tuple[str, ...]]) -> Iterator[Fraction]:
    yield Fraction(len(rows))
    if len(rows) < 2:
        return  # its cells are told of it alone
    for n, column in enumerate(table.columns):
        if column.type == "yes_no":
            yes = sum(row[n] == "true" for row in rows)
            yield from (Fraction(yes), Fraction(len(rows) - yes))
        if column.type in ("text", "yes_no"):
            yield Fraction(len({row[n] for row in rows}))
            yield from (Fraction(sum(r[n] == name for r in rows)) for name in {row[n] for row in rows})
        if column.type != "number":
            yield Fraction(sum(not row[n] for row in rows))
            continue
        numbers = sorted(Fraction(row[n]) for row in rows if row[n])
        yield Fraction(len(numbers))
        yield Fraction(len(rows) - len(numbers))
        if numbers and (column.is_key or column.refers):
            yield numbers[-1] - numbers[0]  # of years one may say how many; nobody adds up what names rows
        elif numbers:
            yield from _summing_up(numbers)


def _summing_up(numbers: Sequence[Fraction]) -> Iterator[Fraction]:
    """Sum, mean, median and range of sorted numbers."""
    total = sum(numbers, Fraction(0))
    yield from (total, total / len(numbers), Fraction(median(numbers)), numbers[-1] - numbers[0])


def _shares(table: Table, rows: Sequence[tuple[str, ...]]) -> Iterator[Fraction]:
    """Shares of some rows in all of them: of their number, and of the sum of each column."""
    yield Fraction(len(rows), max(1, len(table.rows))) * 100
    for n, column in enumerate(table.columns):
        if column.type == "number":
            whole = sum((Fraction(r[n]) for r in table.rows if r[n]), Fraction(0))
            if whole:
                yield sum((Fraction(r[n]) for r in rows if r[n]), Fraction(0)) / whole * 100
        elif column.type in ("text", "yes_no"):
            held = [row[n] for row in rows]
            yield from (Fraction(held.count(name), len(held)) * 100 for name in set(held))
