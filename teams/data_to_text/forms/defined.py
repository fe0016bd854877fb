"""Definitions of tables: they are made, filled with the data, and have to refuse what keys and links forbid."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from sandbox import Sandbox
from teams.data_to_text import sandboxed
from teams.data_to_text.data.graphs import in_order, quoted
from teams.data_to_text.data.model import Data, Table, value
from teams.data_to_text.forms.base import REQUEST, TABLES, data_of, posed
from teams.data_to_text.forms.executed import POINTS, Executed, blocks_of
from teams.engine.stages.forms import Asked, Draft, Facts
from teams.engine.verdict import Finding


@dataclass(frozen=True)
class Defined(Executed):
    """Tables defined for data: the statements run, take all rows, and refuse what the data's keys and links forbid."""

    dresses: tuple[str, ...] = ("markdown", "csv", "json", "xml", "yaml")

    name = "defined"

    def draft(self, small: bool) -> dict[str, Any]:
        return {"tables": TABLES, "points": POINTS, "question": REQUEST}

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        shown = data.only(*draft["tables"])
        if len(shown.tables) < len(set(draft["tables"])):
            yield f"there are only the tables {', '.join(t.name for t in data.tables)}"
        if not any(t.key for t in shown.tables):
            yield "no table shown has a key: there is nothing to be enforced"

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        from teams.data_to_text.forms.base import show

        data = data.only(*draft["tables"])
        rules = [f"{t.name}.{t.key.name} is the key" for t in data.tables if t.key]
        rules += [f"{t.name}.{c.name} points at {c.refers}" for t in data.tables for c in t.columns if c.refers]
        return posed(draft["question"], show(data, self.dresses, random), random, tag, rules=rules,
                     points=[*draft["points"]], notes=rules)  # fmt: skip

    async def tried(self, box: Sandbox | None, draft: Draft, data: Data) -> list[str]:
        return []

    async def carried_out(self, box: Sandbox | None, facts: Facts, answer: str) -> list[Finding]:
        if box is None:
            return [Finding("tables_take_data", False, "there is no sandbox to carry it out in")]
        data = data_of(facts)
        fills = [fill for table in in_order(data) for fill in _fills(table)]
        wrong, what = _forbidden(data)
        fault = "there are no CREATE TABLE statements in the answer"
        for script in [b for b in blocks_of(answer, "sql", "sqlite") if "create table" in b.casefold()]:
            found = await sandboxed.tables_made(box, script, fills, wrong)
            fault = _definition_fault(found, data, what)
            if not fault:
                seen = f"{len(fills)} rows taken; refused, as they should be: {', '.join(what) or 'nothing to refuse'}"
                return [Finding("tables_take_data", True, seen, "sandbox")]
        return [Finding("tables_take_data", False, fault, "sandbox")]


def _fills(table: Table) -> list[Any]:
    names = ", ".join(quoted(c.name) for c in table.columns)
    statement = f"INSERT INTO {quoted(table.name)} ({names}) VALUES ({', '.join('?' * len(table.columns))})"
    return [[statement, [_bound(table, n, cell) for n, cell in enumerate(row)]] for row in table.rows]


def _bound(table: Table, n: int, cell: str) -> Any:
    held = value(table.columns[n], cell)
    if isinstance(held, Fraction):
        return int(held) if held.denominator == 1 else float(held)
    return int(held) if isinstance(held, bool) else (cell or None)


def _forbidden(data: Data) -> tuple[list[Any], list[str]]:
    """Rows that have to be refused, and what is wrong with each."""
    wrong, what = [], []
    for table in data.tables:
        if table.key:
            wrong.append(_fills(table)[0])
            what.append(f"a second row with the key of {table.name}")
        for n, column in enumerate(table.columns):
            if column.refers:
                fill = _fills(table)[0]
                row = list(fill[1])
                row[n] = "nothing-of-the-kind" if data.table(column.refers).key.type != "number" else 987654  # type: ignore[union-attr]
                if table.key:
                    at = table.at(table.key.name)
                    row[at] = 987655 if table.key.type == "number" else "quite-another"
                wrong.append([fill[0], row])
                what.append(f"a {column.name} that is no row of {column.refers}")
    return wrong, what


def _definition_fault(found: dict[str, Any], data: Data, what: Sequence[str]) -> str:
    if found["made"]:
        return f"the statements fail: {found['made'][:160]}"
    for table in data.tables:
        if table.name not in found["tables"]:
            return f"there is no table {table.name}"
        held = {name: kind for name, kind, _ in found["tables"][table.name]}
        if lost := [c.name for c in table.columns if c.name not in held]:
            return f"{table.name} has no column {', '.join(lost)}"
        for column in table.of_type("number"):
            if re.search(r"CHAR|TEXT|CLOB|DATE", held[column.name], re.IGNORECASE):
                return f"{table.name}.{column.name} holds numbers and is declared {held[column.name]}"
    if bad := [error for error in found["filled"] if error]:
        return f"{len(bad)} rows of the data are refused: {bad[0][:120]}"
    let_in = [one for one, error in zip(what, found["refused"], strict=True) if not error]
    return f"it takes {let_in[0]}" if let_in else ""
