"""Queries, formulas and table definitions: the reference and the answer are carried out on the data shown and on a
second set made by program, so that what was only read off the first does not pass."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from random import Random
from typing import Any

from sandbox import Sandbox
from teams.data_to_text import sandboxed
from teams.data_to_text.data import formulas
from teams.data_to_text.data.changes import second
from teams.data_to_text.data.dresses import dressed, fenced, letters
from teams.data_to_text.data.graphs import GRAPHS, in_order, quoted, sql
from teams.data_to_text.data.model import Data, Table, value
from teams.data_to_text.forms.base import REQUEST, TABLES, DataForm, Shown, data_of, posed
from teams.data_to_text.sandboxed import QueryFailed, Ran, ran, same_rows
from teams.engine.schemas import several, text
from teams.engine.stages.forms import Asked, Draft, Facts
from teams.engine.verdict import Finding
from tools.markup import fences

POINTS = several(text(10, 300, ""), 1, 3, "what a good answer explains beside it, each a full sentence")
MOST, TRIES = 40, 6


class Executed(DataForm):
    """A form whose truth is carried out."""

    shape = "code"
    is_closed = False

    @abstractmethod
    async def tried(self, box: Sandbox | None, draft: Draft, data: Data) -> list[str]:
        """Carry out a draft and return what is wrong with it, as words to its writer."""

    @abstractmethod
    async def carried_out(self, box: Sandbox | None, facts: Facts, answer: str) -> list[Finding]:
        """Carry out the key and the answer and return what was found."""


def blocks_of(answer: str, *labels: str) -> list[str]:
    """Return the fenced blocks of an answer in one of some languages, or with none named, the last first."""
    found = [block.body for block in fences(answer) if block.label.casefold() in ("", *labels) and block.body.strip()]
    return found[::-1]


def another(data: Data, attempt: int) -> Data:
    """Return the second set of data, drawn by its own content."""
    return second(data, Random(f"{data.title}{attempt}"))


@dataclass(frozen=True)
class Query(Executed):
    """A query in SQL or SPARQL."""

    language: str = "sql"

    name = "query"

    def draft(self, small: bool) -> dict[str, Any]:
        query = text(15, 1500, f"the one query in {'SQLite' if self.language == 'sql' else 'SPARQL'} that answers it")
        return {"tables": TABLES, "query": query, "points": POINTS, "question": REQUEST}

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        if len(data.only(*draft["tables"]).tables) < len(set(draft["tables"])):
            yield f"there are only the tables {', '.join(t.name for t in data.tables)}"
        if why := sandboxed.refused(self.language, draft["query"]):
            yield f"the query: {why}"

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        data = data.only(*draft["tables"])
        if self.language == "sparql":
            shown = Shown(data, "turtle", dressed(data, "turtle"))
        else:
            most = random.choice([None, 4, None])
            block = sql(data, most_rows=most)
            shown = Shown(data, "sql", fenced(block, "sql"))
        return posed(draft["question"], shown, random, tag, query=draft["query"].strip(), language_of=self.language,
                     points=list(draft["points"]),
                     notes=[f"One query that does it: {draft['query'].strip()}"])  # fmt: skip

    def made(self, data: Data) -> str:
        return GRAPHS["turtle"].show(data) if self.language == "sparql" else sql(data)

    async def tried(self, box: Sandbox | None, draft: Draft, data: Data) -> list[str]:
        if box is None:
            return []
        data = data.only(*draft["tables"])
        try:
            first, *others = await self.runs(box, draft["query"], data)
        except QueryFailed as failure:
            return [f"the query: {failure}"]
        if first.error:
            return [f"the query: {first.error}"]
        if not first.rows or len(first.rows) > MOST:
            return [f"the query gives {len(first.rows)} rows of these data; 1 to {MOST} can be looked at"]
        if all(same_rows(first, other, ordered=False) for other in others):
            return ["the query gives the same rows whatever the data are: it does not read them"]
        return []

    async def runs(self, box: Sandbox, query: str, data: Data) -> list[Ran]:
        """Return what a query gives: of the data, then of other sets, the same for every query."""
        return await ran(
            box, self.language, query, [self.made(data), *(self.made(another(data, n)) for n in range(TRIES))]
        )

    async def carried_out(self, box: Sandbox | None, facts: Facts, answer: str) -> list[Finding]:
        if box is None:
            return [Finding("query_gives_rows", False, "there is no sandbox to carry it out in")]
        data, reference = data_of(facts), str(facts["query"])
        wanted = await self.runs(box, reference, data)
        ordered = await self._is_ordered(box, reference, data, wanted[0])
        fault = "there is no query in the answer"
        for query in blocks_of(answer, "sql", "sqlite", "sparql"):
            try:
                given = await self.runs(box, query, data)
            except QueryFailed as failure:
                fault = f"the query: {failure}"
                continue
            if fault := _difference(given, wanted, ordered):
                continue
            held = [n for n, one in enumerate(wanted) if not one.error]
            seen = f"the same rows as the reference on {len(held)} sets of data: {str(given[0].rows[:2])[:120]}"
            return [Finding("query_gives_rows", True, seen, "sandbox")]
        return [Finding("query_gives_rows", False, fault, "sandbox")]

    async def _is_ordered(self, box: Sandbox, query: str, data: Data, first: Ran) -> bool:
        """Does the reference ask for an order, and leave none of it open?"""
        if "order by" not in " ".join(query.casefold().split()):
            return False
        turned = replace(data, tables=tuple(replace(t, rows=t.rows[::-1]) for t in data.tables))
        again = (await ran(box, self.language, query, [self.made(turned)]))[0]
        return not again.error and again.rows == first.rows


def _difference(given: Sequence[Ran], wanted: Sequence[Ran], ordered: bool) -> str:
    for n, (one, other) in enumerate(zip(given, wanted, strict=True)):
        if other.error:
            continue
        where = "the data shown" if not n else "another set of data"
        if one.error:
            return f"the query: {one.error}"
        # The order was found to be whole for the data shown only.
        if not same_rows(other, one, ordered=ordered and not n):
            return f"of {where} the query gives {str(one.rows[:3])[:100]}, wanted is {str(other.rows[:3])[:100]}"
    return ""


@dataclass(frozen=True)
class Formula(Executed):
    """A formula for a cell of a sheet; it is carried out by our own reader of formulas, not by a sandbox."""

    dresses: tuple[str, ...] = ("grid",)

    name = "formula"

    def draft(self, small: bool) -> dict[str, Any]:
        formula = text(4, 500, 'that answers it, as one types it into a cell: =SUMIFS(C2:C9,B2:B9,"north")')
        return {"table": text(1, 40, ""), "formula": formula, "points": POINTS, "question": REQUEST}

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        table = data.table(draft["table"])
        first = self.result(draft["formula"], table)
        if first == "" or (isinstance(first, str) and first.startswith("could not")):
            yield f"the formula {first or 'comes to nothing'}"
            return
        others = [self.result(draft["formula"], one) for one in _same_height(data, table)]
        if all(other == first for other in others):
            yield "the formula gives the same whatever the cells hold: it does not read them"
        if isinstance(first, Fraction) and f" {formulas.shown(first)} " in f" {draft['question']} ":
            yield "the result stands in the question"

    def result(self, formula: str, table: Table) -> Any:
        try:
            return formulas.computed(formula, table)
        except formulas.BadFormula as error:
            return f"could not be carried out: {error}"

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        data = data.only(draft["table"])
        shown = Shown(data, "grid", dressed(data, "grid"))
        last = f"{letters(len(data.tables[0].columns) - 1)}{len(data.tables[0].rows) + 1}"
        return posed(draft["question"], shown, random, tag, formula=draft["formula"].strip(), last=last,
                     points=list(draft["points"]),
                     notes=[f"One formula that does it: {draft['formula'].strip()}"])  # fmt: skip

    async def tried(self, box: Sandbox | None, draft: Draft, data: Data) -> list[str]:
        return []  # faults has carried it out

    async def carried_out(self, box: Sandbox | None, facts: Facts, answer: str) -> list[Finding]:
        table = data_of(facts).tables[0]
        sets = [table, *_same_height(data_of(facts), table)]
        wanted = [self.result(facts["formula"], one) for one in sets]
        tries = formulas_in(answer)
        fault = "there is no formula in the answer"
        for formula in tries:
            given = [self.result(formula, one) for one in sets]
            off = [n for n, (one, other) in enumerate(zip(given, wanted, strict=True)) if not _same(one, other)]
            if not off:
                seen = f"{formula} gives {formulas.shown(wanted[0])}, and what is right on {len(sets) - 1} other sheets"
                return [Finding("formula_gives_value", True, seen)]
            fault = f"{formula} gives {_brief(given[off[0]])}, {_brief(wanted[off[0]])} is right"
            fault += " on another sheet with other cells" if off[0] else ""
        return [Finding("formula_gives_value", False, fault)]


def _same(one: Any, other: Any) -> bool:
    if isinstance(other, str) and other.startswith("could not"):
        return True  # the reference says nothing of this sheet
    return formulas.same(one, other)


def _brief(held: Any) -> str:
    return formulas.shown(held)[:80]


def _alone(data: Data, table: Table) -> Data:
    return data.only(table.name)


def _same_height(data: Data, table: Table) -> list[Table]:
    """Other sheets as high as this one: a formula names the rows it reads."""
    found = []
    for n in range(TRIES):
        other = another(_alone(data, table), n).tables[0]
        if len(other.rows) < len(table.rows):
            short = len(table.rows) - len(other.rows)
            other = replace(other, rows=(*other.rows, *(_fresh(table, other, k) for k in range(short))))
        found.append(replace(other, rows=other.rows[: len(table.rows)]))
    return found


def _fresh(table: Table, other: Table, n: int) -> tuple[str, ...]:
    """A row more, of cells that came up, with a key of its own."""
    row = list(other.rows[n % len(other.rows)])
    if table.key:
        at = table.at(table.key.name)
        used = {r[at] for r in other.rows}
        free = [r[at] for r in table.rows if r[at] not in used]
        row[at] = free[n % len(free)] if free else f"{row[at]}{n}"
    return tuple(row)


_FORMULA = re.compile(r"(?<!\S)=(?=[A-Za-z$(+\-\d\"])[^\n`]*")


def formulas_in(answer: str) -> list[str]:
    """Return what an answer gives as formulas: in blocks, in code, on lines of their own."""
    found = [
        line.strip() for block in fences(answer) for line in block.body.split("\n") if line.strip().startswith("=")
    ]
    found += [said.strip() for said in re.findall(r"`(=[^`\n]+)`", answer)]
    found += [line.strip() for line in answer.split("\n") if line.strip().startswith("=")]
    return list(dict.fromkeys(found or [m.group().strip() for m in _FORMULA.finditer(answer)]))


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
