"""Rows asked for in a form of data: the key is computed, the answer read back and held against it cell by cell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from teams.data_to_text.data.changes import broken_csv, long_of, messed, wide_of
from teams.data_to_text.data.differences import differences
from teams.data_to_text.data.dresses import ALL, drawn, dressed, fenced
from teams.data_to_text.data.graphs import sql
from teams.data_to_text.data.model import Column, Data, Table, Unsound
from teams.data_to_text.data.plan import ROWS, rows_of
from teams.data_to_text.data.queries import query_of
from teams.data_to_text.data.replies import Unread, layout, read
from teams.data_to_text.data.sheet import read_sheet, sheet
from teams.data_to_text.forms.base import REQUEST, TABLES, DataForm, Shown, posed, show
from teams.data_to_text.grounds import Grounds
from teams.data_to_text.telling import tells
from teams.data_to_text.ungrounded import ungrounded
from teams.engine.schemas import several, text
from teams.engine.stages.forms import Asked, Draft, Facts

FLAT = ("csv", "csv_semicolon", "csv_tab", "markdown", "json", "jsonl", "xml", "xml_attributes", "yaml")
MOST_ANSWERED = 20
"""Rows an answer is asked for at most: typing off more teaches nothing."""
BELOW = {"en": "Layout:", "de": "Aufbau:", "fr": "Format :", "es": "Formato:", "it": "Formato:", "pt": "Formato:",
         "nl": "Opmaak:", "ru": "Формат:", "ja": "形式：", "zh": "格式："}  # fmt: skip


@dataclass(frozen=True)
class RowsForm(DataForm):
    """Common: how the rows are asked for, and how an answer is read."""

    dresses: tuple[str, ...] = ALL
    replies: tuple[str, ...] = FLAT

    shape = "structured"
    is_settled = True

    def answer_of(self, key: Table, random: Random, without: str = "") -> str:
        """Draw the form of the answer, another than the dress the data come in."""
        fit = [
            name for name in self.replies if name != without and (name != "turtle" or key.key or len(key.columns) > 1)
        ]
        return random.choice(fit)

    def shape_of(self, facts: Facts) -> str:
        return "structured"

    def found(self, answer: str, facts: Facts) -> Any:
        try:
            return read(facts["reply"], answer, key_of(facts))
        except Unread:
            return None

    def agrees(self, value: Any, facts: Facts) -> bool:
        return value is not None and not list(differences(value, key_of(facts), ordered=facts["ordered"]))


def key_of(facts: Facts) -> Table:
    """Return the rows that are right."""
    return read_sheet(str(facts["key"])).tables[0]


def wanted(key: Table, reply: str, tag: str, *, ordered: bool, loose: bool = False) -> dict[str, Any]:
    """Return the facts of rows that are asked for, and what stands below the request."""
    if not key.rows or not 1 <= len(key.columns) <= 10:
        raise Unsound("nothing is left of it")
    plain = replace(key, columns=tuple(replace(c, refers="", is_key=False) for c in key.columns))
    said = BELOW.get((tag or "en").partition("-")[0], "→")
    return {
        "below": f"{said}\n\n{layout(reply, plain)}", "key": sheet(Data("Answer", "", (plain,))), "reply": reply,
        "ordered": ordered and reply != "turtle", "loose": loose, "tongue": "",
    }  # fmt: skip


def row_faults(answer: str, facts: Facts) -> list[str]:
    """Return how an answer differs from the rows that are right, or why it can't be read."""
    key = key_of(facts)
    try:
        given = read(facts["reply"], answer, key)
    except Unread as error:
        return [f"it is not in the form asked for: {error}"]
    if facts["loose"]:
        given, key = _folded(given), _folded_table(key)
    return list(differences(given, key, ordered=facts["ordered"]))[:4]


def few(data: Data, name: str) -> Data:
    """Return the data with one table only, and not more of its rows than are worth typing off."""
    table = data.only(name).table(name)
    return replace(data, tables=(replace(table, rows=table.rows[:MOST_ANSWERED]),))


def _folded(rows: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    return [{name: _fold(cell) for name, cell in row.items()} for row in rows]


def _fold(cell: str) -> str:
    return " ".join(cell.casefold().split()).strip(" .,;:\"'“”")


def _folded_table(key: Table) -> Table:
    places = {n for n, c in enumerate(key.columns) if c.type == "text"}
    rows = (tuple(_fold(cell) if n in places else cell for n, cell in enumerate(row)) for row in key.rows)
    return replace(key, rows=tuple(rows))


@dataclass(frozen=True)
class Planned(RowsForm):
    """Rows that follow from data by plan: filtered, sorted, grouped, joined."""

    dresses: tuple[str, ...] = (*ALL, "log")
    groups: bool = False
    joins: bool = False
    name = "planned"

    def draft(self, small: bool) -> dict[str, Any]:
        return {"tables": TABLES, "plan": ROWS, "question": REQUEST}

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        plan = draft["plan"]
        if self.groups and not plan["by"]:
            yield "it has to group: say by what, and what of each group is wanted"
        if self.joins and not plan["joined"]:
            yield "it has to join two tables, and joined is empty"
        if not (self.groups or plan["where"] or plan["sort"] or plan["joined"]):
            yield "it neither filters, nor sorts, nor joins"
        if plan["joined"] and plan["joined"] not in draft["tables"]:
            yield f"{plan['joined']} is joined and not shown"
        shown = data.only(*draft["tables"])
        key = rows_of(shown, plan)
        whole = shown.table(plan["table"])
        if not 1 <= len(key.rows) <= MOST_ANSWERED:
            yield f"{len(key.rows)} rows fit; 1 to {MOST_ANSWERED} are wanted"
        if plan["where"] and not plan["by"] and len(key.rows) == len(whole.rows):
            yield "all rows fit the conditions: they leave nothing out"

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        data = data.only(*draft["tables"])
        shown = show(data, self.dresses, random)
        key = rows_of(data, draft["plan"])
        facts = wanted(key, self.answer_of(key, random), tag, ordered=bool(draft["plan"]["sort"]))
        return posed(draft["question"], shown, random, tag, plan=draft["plan"], **facts)


@dataclass(frozen=True)
class Converted(RowsForm):
    """The same data in another form, nothing lost and nothing added."""

    dresses: tuple[str, ...] = (*ALL, "log", "key_values", "sql", "turtle", "dialogue_act")
    replies: tuple[str, ...] = (*FLAT, "turtle")
    name = "converted"

    def draft(self, small: bool) -> dict[str, Any]:
        return {"table": text(1, 40, ""), "question": REQUEST}

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        data.table(draft["table"])
        yield from ()

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        data = few(data, draft["table"])
        shown = show(data, self.dresses, random)
        reply = self.answer_of(data.tables[0], random, without=shown.dress)
        if reply == "turtle" and any(not any(row) for row in data.tables[0].rows):
            reply = "json"
        return posed(draft["question"], shown, random, tag, **wanted(data.tables[0], reply, tag, ordered=True))


@dataclass(frozen=True)
class Normalised(RowsForm):
    """Values that were written in every way, brought into one; a program made the muddle, and knows the way back."""

    dresses: tuple[str, ...] = ("markdown", "csv_tab", "csv_bar", "json", "jsonl", "fixed", "xml", "html", "yaml")
    name = "normalised"

    def draft(self, small: bool) -> dict[str, Any]:
        muddled = several(text(1, 60, ""), 1, 3, "columns of numbers, days or yes and no whose cells come in every way")
        return {"table": text(1, 40, ""), "muddled": muddled, "question": REQUEST}

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        table = data.table(draft["table"])
        for name in draft["muddled"]:
            column = table.column(name)
            if column.type == "text":
                yield f"{name} is text: numbers, days or yes and no can be muddled so that their meaning stays plain"
            elif column.unit and column.unit not in draft["question"]:
                yield f"the question does not say that {name} is wanted in {column.unit}"

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        data = few(data, draft["table"])
        muddled = messed(data.tables[0], draft["muddled"], random, tag)
        dress = drawn(data.with_table(muddled), self.dresses, random)
        block = dressed(data.with_table(muddled), dress)
        facts = wanted(data.tables[0], self.answer_of(muddled, random), tag, ordered=True)
        return posed(draft["question"], Shown(data, dress, block), random, tag, muddled=list(draft["muddled"]), **facts)


@dataclass(frozen=True)
class Reshaped(RowsForm):
    """A table turned on its side: columns into rows, or rows into columns."""

    dresses: tuple[str, ...] = ("markdown", "csv", "csv_semicolon", "csv_tab", "json", "jsonl", "html", "fixed")
    name = "reshaped"

    def draft(self, small: bool) -> dict[str, Any]:
        turned, else_new = "rows to columns: the column", "else the name of the new column"
        return {
            "table": text(1, 40, ""),
            "way": {"enum": ["columns_to_rows", "rows_to_columns"]},
            "down": text(0, 60, "rows to columns: the column that names the new rows; else empty"),
            "across": text(1, 60, f"{turned} whose values become columns; {else_new} that says where a number stood"),
            "held": text(1, 60, f"{turned} whose cells are filled in; {else_new} of numbers"),
            "question": REQUEST,
        }  # fmt: skip

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        key = self.key(draft, data)
        if len(key.rows) > MOST_ANSWERED + 10:
            yield f"it comes to {len(key.rows)} rows; {MOST_ANSWERED + 10} at most"

    def key(self, draft: Draft, data: Data) -> Table:
        table = data.table(draft["table"])
        if draft["way"] == "columns_to_rows":
            return long_of(table, draft["across"], draft["held"])
        return wide_of(table, draft["down"], draft["across"], draft["held"])

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        key = self.key(draft, data)
        data = data.only(draft["table"])
        facts = wanted(key, self.answer_of(key, random), tag, ordered=False)
        return posed(draft["question"], show(data, self.dresses, random), random, tag, **facts)


@dataclass(frozen=True)
class Repaired(RowsForm):
    """A file that does not load, mended; a program broke it, so that it knows what was in it."""

    replies: tuple[str, ...] = ("csv", "csv_semicolon", "csv_tab", "json", "jsonl")
    name = "repaired"

    def draft(self, small: bool) -> dict[str, Any]:
        return {"table": text(1, 40, "with a column of text, best one with commas in it"), "question": REQUEST}

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        table = data.table(draft["table"])
        if len(table.rows) < 4 or len(table.columns) < 3:
            size = f"{len(table.rows)} rows and {len(table.columns)} columns"
            yield f"{table.name} has {size}; 4 and 3 at least are needed"
        commas = [c.name for n, c in enumerate(table.columns) if any("," in row[n] for row in table.rows)]
        if len(commas) > 1 or any('"' in cell for row in table.rows for cell in row):
            yield "where two columns have commas, or quotes stand in a cell, nobody can tell what belongs where"

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        data = few(data, draft["table"])
        block, done = broken_csv(data.tables[0], random)
        if len(done) < 2:
            raise Unsound("there is hardly anything in it that could break: a text with commas would help")
        shown = Shown(data, "csv", fenced(block, ""))
        facts = wanted(data.tables[0], self.answer_of(data.tables[0], random), tag, ordered=True)
        return posed(draft["question"], shown, random, tag, damage=done, notes=done, **facts)


@dataclass(frozen=True)
class DrawnOut(RowsForm):
    """Text into structure: the writer tells the data in prose, the user shows only that, and wants the data."""

    replies: tuple[str, ...] = FLAT
    name = "drawn_out"

    def draft(self, small: bool) -> dict[str, Any]:
        return {
            "table": text(1, 40, "two to eight rows of it will be told"),
            "rows": {"type": "integer", "minimum": 2, "maximum": 8, "description": "so many of its first are told"},
            "columns": several(text(1, 60, ""), 2, 7, "what of each row is told and wanted; no yes_no"),
            "prose": text(150, 3500, "the text the user shows: it tells every one of these cells and no other figures"),
            "question": REQUEST,
        }  # fmt: skip

    def key(self, draft: Draft, data: Data) -> Table:
        table = data.table(draft["table"])
        places = [table.at(name) for name in dict.fromkeys(draft["columns"])]
        columns = tuple(replace(table.columns[n], refers="") for n in places)
        return Table(table.name, columns, tuple(tuple(row[n] for n in places) for row in table.rows[: draft["rows"]]))

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        key, prose = self.key(draft, data), draft["prose"]
        if len(key.rows) < draft["rows"]:
            yield f"{key.name} has only {len(key.rows)} rows"
        for column in key.columns:
            if column.type == "yes_no":
                yield f"{column.name} is true or false, which no program finds in prose: leave it out"
        for number, row in enumerate(key.rows, 1):
            for column, cell in zip(key.columns, row, strict=True):
                if cell and not _stands(prose, column, cell):
                    exactly = " letter by letter" * (column.type == "text")
                    yield f"row {number}: the text does not tell {column.name} ({cell}){exactly}"
        shown = Data(data.title, data.note, (key,))
        yield from (f"the text tells more than the data: {fault}" for fault in ungrounded(prose, Grounds(shown))[:3])
        if any(mark in prose for mark in ("|", "{", "\t", "```")):
            yield "it is to be prose, not a table"

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        key = self.key(draft, data)
        data = Data(data.title, "", (replace(key, columns=tuple(replace(c, is_key=False) for c in key.columns)),))
        shown = Shown(data, "prose", draft["prose"].strip())
        facts = wanted(key, self.answer_of(key, random), tag, ordered=False, loose=True)
        return posed(draft["question"], shown, random, tag, **facts)


def _stands(prose: str, column: Column, cell: str) -> bool:
    if column.type == "text":
        return " ".join(cell.casefold().split()) in " ".join(prose.casefold().split())
    return tells(prose, column, cell)


@dataclass(frozen=True)
class Returned(RowsForm):
    """What a query gives back: a plan put into SQL by program, and carried out."""

    replies: tuple[str, ...] = ("markdown", "csv", "json")
    name = "returned"

    def draft(self, small: bool) -> dict[str, Any]:
        asks = {**REQUEST, "description": "as the user asks what the query gives back; the query is put below"}
        return {"tables": TABLES, "plan": ROWS, "question": asks}

    def faults(self, draft: Draft, data: Data) -> Iterator[str]:
        shown = data.only(*draft["tables"])
        key = rows_of(shown, draft["plan"])
        if not 1 <= len(key.rows) <= 12:
            yield f"the query gives {len(key.rows)} rows; 1 to 12 are wanted"
        query_of(shown, draft["plan"])

    def posed(self, draft: Draft, data: Data, random: Random, tag: str) -> Asked:
        data = data.only(*draft["tables"])
        query = query_of(data, draft["plan"])
        key = rows_of(data, draft["plan"])
        shown = (
            Shown(data, "sql", fenced(sql(data), "sql")) if random.random() < 0.6 else show(data, ("markdown",), random)
        )
        facts = wanted(key, self.answer_of(key, random), tag, ordered=bool(draft["plan"]["sort"]))
        facts["below"] = f"{fenced(query, 'sql')}\n\n{facts['below']}"
        return posed(draft["question"], shown, random, tag, query=query, plan=draft["plan"], **facts)
