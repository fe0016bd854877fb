"""Data told in words: what has to be told is named cell by cell and worked out by plan, the rest a reader judges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import Any

from teams.data_to_text.data.changes import planted
from teams.data_to_text.data.dresses import TABLES as TABULAR
from teams.data_to_text.data.dresses import drawn, dressed
from teams.data_to_text.data.model import Column, Data, Table, Unsound, plain_number
from teams.data_to_text.data.plan import COMPARED, compared, unit_of, worked_out
from teams.data_to_text.forms.base import REQUEST, TABLES, DataForm, Shown, posed, show
from teams.data_to_text.grounds import Grounds
from teams.data_to_text.telling import is_rounded, tells
from teams.engine.checks.spelling import in_digits
from teams.engine.checks.told import told_in
from teams.engine.schemas import closed, several, text
from teams.engine.stages.forms import Asked, Draft, Facts

MARKS = ("[[", "]]")
"""Around a cell that is highlighted."""
_CELL = closed(
    {
        "table": text(1, 40, ""),
        "row": {"type": "integer", "minimum": 1, "description": "of the table, from 1"},
        "column": text(1, 60, ""),
    }
)
_WORKED = closed({"says": text(5, 200, "what it is, in words"), "plan": COMPARED})
_POINTS = several(text(10, 300, ""), 2, 5, "what a good text brings out or does, each a full sentence")


@dataclass(frozen=True)
class Told(DataForm):
    """A text about data."""

    dresses: tuple[str, ...] = TABULAR[:-1]
    cells: tuple[int, int] = (2, 8)
    """Fewest and most cells that have to be told."""
    worked: tuple[int, int] = (0, 2)
    """Fewest and most figures that have to be worked out for it."""
    part: str = "all"
    """What the user shows: `all` rows, the `rows` of the cells named (and then all of their cells have to be told), or
    all rows with the cells named `marked`."""
    tables: int = 1
    """Tables that have to be shown at least."""

    name = "told"
    shape = "prose"
    is_closed = False

    def draft(self, small: bool) -> dict[str, Any]:
        meaning = "cells the text can't do without" if self.part != "rows" else "one cell of each row the user shows"
        made: dict[str, Any] = {
            "tables": {**TABLES, "minItems": self.tables},
            "cells": several(_CELL, self.cells[0], self.cells[1], meaning),
            "points": _POINTS,
        }
        if self.worked[1]:
            made["worked_out"] = several(_WORKED, *self.worked, "figures the text has to work out and tell")
        return {**made, "question": REQUEST}

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        shown = data.only(*draft["tables"])
        if len(shown.tables) < max(self.tables, len(draft["tables"])):
            names = ", ".join(t.name for t in data.tables)
            yield f"there are only the tables {names}; {self.tables} at least are shown"
            return
        held = [_cell(shown, one) for one in draft["cells"]]
        if len(set(held)) < len(held):
            yield "a cell is named twice"
        for table, row, column, cell in held:
            if not cell:
                yield f"{table}, row {row}, {column.name} is empty: there is nothing to tell"
        if self.part == "marked" and len({row for _, row, _, _ in held}) > 3:
            yield "the cells lie in more than three rows: a sentence can't hold them"
        for one in draft.get("worked_out", ()):
            result = compared(shown, one["plan"])
            if isinstance(result, Fraction) and result == 0 and one["plan"]["between"] == "difference":
                yield f"{one['says']!r} comes to 0"

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        data = data.only(*draft["tables"])
        named = [_cell(data, one) for one in draft["cells"]]
        if self.part == "rows":
            data, named = _cut(data, named)
        shown = _marked(data, named, random) if self.part == "marked" else show(data, self.dresses, random)
        worked = []
        for one in draft.get("worked_out", ()):
            result = compared(data, one["plan"])
            said = result if isinstance(result, str) else plain_number(result)
            worked.append({"says": one["says"], "value": said, "unit": unit_of(data, one["plan"])})
        must = [[table, row, column.name] for table, row, column, _ in named]
        notes = [f"To be told: {column.name} = {cell}" for _, _, column, cell in named]
        notes += [f"To be worked out: {one['says']} = {one['value']} {one['unit']}".strip() for one in worked]
        return posed(draft["question"], shown, random, tag, must=must, worked=worked, notes=notes,
                     points=[point.strip() for point in draft["points"]])  # fmt: skip

    def said(self, facts: Facts) -> Any:
        return facts.get("must")


Named = tuple[str, int, Column, str]


def _cell(data: Data, one: Mapping[str, Any]) -> Named:
    table = data.table(one["table"])
    if not 1 <= one["row"] <= len(table.rows):
        raise Unsound(f"{table.name} has {len(table.rows)} rows; there is no row {one['row']}")
    n = table.at(one["column"])
    return table.name, one["row"], table.columns[n], table.rows[one["row"] - 1][n]


def _cut(data: Data, named: Sequence[Named]) -> tuple[Data, list[Named]]:
    """Leave the rows that are named, and name all of their cells."""
    tables, wanted = [], []
    for table in data.tables:
        rows = sorted({row for name, row, _, _ in named if name == table.name})
        if not rows:
            continue
        kept = Table(
            table.name, tuple(replace(c, refers="") for c in table.columns), tuple(table.rows[n - 1] for n in rows)
        )
        tables.append(kept)
        for m, cells in enumerate(kept.rows, 1):
            wanted += [
                (table.name, m, c, cell)
                for c, cell in zip(kept.columns, cells, strict=True)
                if cell and c.type != "yes_no"
            ]
    return replace(data, tables=tuple(tables)), wanted


def _marked(data: Data, named: Sequence[Named], random: Random) -> Shown:
    """Show tables with the cells named between marks."""
    dress = drawn(data, ("markdown", "html", "grid"), random)
    places = {(table, row, column.name) for table, row, column, _ in named}
    tables = []
    for table in data.tables:
        rows = tuple(
            tuple(
                f"{MARKS[0]}{cell}{MARKS[1]}" if (table.name, n, c.name) in places else cell
                for c, cell in zip(table.columns, row, strict=True)
            )
            for n, row in enumerate(table.rows, 1)
        )
        tables.append(replace(table, rows=rows))
    return Shown(data, dress, dressed(replace(data, tables=tuple(tables)), dress))


def untold(answer: str, facts: Facts, data: Data, tag: str, *, values: bool = True) -> list[str]:
    """Return what an answer had to tell and does not; without `values`, not what it should have come to."""
    faults = []
    for name, row, column in facts.get("must", ()):
        table = data.table(name)
        cell = table.rows[row - 1][table.at(column)]
        if not tells(answer, table.column(column), cell, tag):
            faults.append(f"{column} of row {row} ({cell}) is not told")
    figures = {one.value for line in answer.split("\n") for one in told_in(in_digits(line), tag)}
    for one in facts.get("worked", ()):
        value = one["value"]
        if _is_number(value):
            held = Fraction(value)
            near = {
                *figures,
                *(figure / 100 for figure in figures),
                *(figure * 100 for figure in figures if one["unit"] == "%"),
            }
            if not any(is_rounded(figure, held) or abs(abs(figure) - abs(held)) <= abs(held) / 100 for figure in near):
                faults.append(_unworked(one, values))
        elif not tells(answer, Column("name"), value, tag):
            faults.append(_unworked(one, values))
    return faults


def _unworked(one: Mapping[str, str], values: bool) -> str:
    shown = f" ({one['value']} {one['unit']}".rstrip() + ")" if values else ""
    return f"{one['says']}{shown} is not told, or not right"


def _is_number(said: str) -> bool:
    try:
        Fraction(said)
    except (ValueError, ZeroDivisionError):
        return False
    return True


def grounds_of(facts: Facts, data: Data, tag: str) -> Grounds:
    """Return what an answer about these data may rest on."""
    worked = [Fraction(one["value"]) for one in facts.get("worked", ()) if _is_number(one["value"])]
    if facts.get("form") in ("figure", "statement"):
        worked += _steps_of(facts["plan"], data)
    said = [str(facts["question"]), *(one["said"] for one in facts.get("planted", ()))]
    return Grounds(data, tuple(said), tuple(worked), tag)


def _steps_of(plan: Mapping[str, Any], data: Data) -> list[Fraction]:
    """What the values of a plan come to, and what they come to together."""
    made = [worked_out(data, plan["first"]), compared(data, plan)]
    made += [worked_out(data, plan["second"])] if plan["between"] != "alone" else []
    if plan["between"] != "alone" and all(isinstance(one, Fraction) for one in made):
        made += [made[0] - made[2], made[0] + made[2]]  # type: ignore[operator]
    return [one for one in made if isinstance(one, Fraction)]


@dataclass(frozen=True)
class Described(DataForm):
    """What a set of data is made of: its columns, types, keys and links, for somebody who has to work with them."""

    dresses: tuple[str, ...] = ("markdown", "csv", "csv_tab", "json", "jsonl", "xml", "sql", "html", "yaml", "turtle")

    name = "described"
    shape = "prose"
    is_closed = False

    def draft(self, small: bool) -> dict[str, Any]:
        return {"tables": TABLES, "points": _POINTS, "question": REQUEST}

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        if len(data.only(*draft["tables"]).tables) < len(set(draft["tables"])):
            yield f"there are only the tables {', '.join(t.name for t in data.tables)}"

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        data = data.only(*draft["tables"])
        columns = [column.name for table in data.tables for column in table.columns]
        return posed(draft["question"], show(data, self.dresses, random), random, tag, columns=columns,
                     points=list(draft["points"]))  # fmt: skip


@dataclass(frozen=True)
class Anomalies(DataForm):
    """What is wrong with a set of data: a program puts the faults in, so that it is known which there are."""

    dresses: tuple[str, ...] = ("markdown", "csv", "csv_semicolon", "csv_tab", "fixed", "json", "jsonl", "html")

    name = "anomalies"
    shape = "prose"
    is_closed = False

    def draft(self, small: bool) -> dict[str, Any]:
        count = {"type": "integer", "minimum": 2, "maximum": 3, "description": "faults the program puts in"}
        return {"table": text(1, 40, "five rows at least"), "count": count, "question": REQUEST}

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        table = data.table(draft["table"])
        if len(table.rows) < 5:
            yield f"{table.name} has {len(table.rows)} rows: in so few nothing stands out"

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        data = data.only(draft["table"])
        table, found = planted(data.tables[0], draft["count"], random)
        shown = replace(data, tables=(table,))
        dress = drawn(shown, self.dresses, random)
        # What JSON holds as a number is one: a cell that is none would be told by its quotes.
        block = dressed(_as_text(shown, found), dress)
        known = [one.as_dict() for one in found]
        return posed(draft["question"], Shown(data, dress, block), random, tag, planted=known, rows=len(table.rows),
                     points=[f"It says that {one.said}." for one in found])  # fmt: skip


def _as_text(data: Data, found: Sequence[Any]) -> Data:
    off = {one.column for one in found if one.sort == "impossible_date"}
    table = data.tables[0]
    columns = tuple(replace(c, type="text") if c.name in off else c for c in table.columns)
    return replace(data, tables=(replace(table, columns=columns),))


def unnoted(answer: str, facts: Facts, tag: str) -> list[str]:
    """Return the planted faults that an answer does not name: where they are, and what stands there."""
    faults = []
    for one in facts["planted"]:
        number = Column(one["column"] or "label", "number" if one["sort"] in ("outlier", "negative") else "text")
        has_cell = not one["cell"] or one["sort"] in ("missing",) or tells(answer, number, one["cell"], tag)
        has_column = not one["column"] or one["sort"] != "missing" or _mentions(answer, one["column"])
        has_row = _mentions(answer, one["label"]) or _counts_to(answer, one["row"])
        if not (has_cell and has_row and has_column):
            faults.append(f"it does not note that {one['said']}")
    return faults


def _mentions(answer: str, name: str) -> bool:
    return tells(answer.replace("_", " "), Column("name"), name.replace("_", " "))


def _counts_to(answer: str, row: int) -> bool:
    """Say whether an answer numbers a row, the heading counted or not."""
    number = rf"(?:{row}|{row + 1})(?:st|nd|rd|th|e|er|re|ème|º|ª)?"
    return re.search(rf"(?<![\w.,]){number}(?!\w|[.,]\d)", answer) is not None
