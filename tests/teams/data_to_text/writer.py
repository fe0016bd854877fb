"""An apprentice that plays the roles of data to text: plain data on any text, requests right by construction.

It works from what it is shown; what it asked it remembers by the question, and answers by the same programs that a
careful worker would use.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

from agents.models.scripted import Request
from teams.data_to_text.data.model import Column, Data, Table, plain_number
from teams.data_to_text.data.plan import compared, rows_of, unit_of
from teams.data_to_text.data.replies import REPLIES, layout, written
from teams.data_to_text.data.sheet import read_sheet
from teams.data_to_text.forms.base import DataForm
from teams.data_to_text.forms.formula import Formula
from teams.data_to_text.forms.query import Query
from teams.data_to_text.forms.rows import DrawnOut, Planned, Reshaped, Returned, RowsForm
from teams.data_to_text.forms.told import Anomalies, Described
from teams.data_to_text.forms.value import Absent, Figure, Statement
from teams.data_to_text.kinds import BY_NAME, GOALS
from teams.engine.stages.asking import Asking
from tests.teams.stages.writer import Apprentice, _said, _schema, _text
from tools.formats import read_csv
from tools.markup import fences, tables

_WORD = re.compile(r"[^\W\d_]{5,12}")


class Recorder(Apprentice):
    """Replies by role, for whole runs of the skill without a model."""

    def __init__(self) -> None:
        super().__init__()
        self.items: dict[str, tuple[DataForm, Mapping[str, Any], Data]] = {}
        """Items written, with their form and the data they are about, by their question."""
        self.answers |= {
            "data_writer": self.record,
            "request_writer": self.ask,
            "assistant": self.hand_over,
            "editor": self.edit,
            "solver": self.sit,
        }

    def choose(self, request: Request) -> str:
        ways = re.findall(r"^- (\w+):", _said(request), re.MULTILINE)
        ways = [way for way in ways if way != "identity"]  # articles are no data
        return json.dumps({"why": "It counts things.", "chosen": Random(request.chat).sample(ways, min(4, len(ways)))})

    # Data

    def record(self, request: Request) -> str:
        task = _said(request)
        rows, columns = (int(n) for n in re.findall(r"about (\d+) rows and (\d+) columns", task)[0])
        words = list(dict.fromkeys(word.capitalize() for word in _WORD.findall(_text(request)))) or ["Thing", "Place"]
        random = Random(task)
        main = _visits(words, rows, columns, linked="One table;" not in task, random=random)
        tables = [main] if "One table;" in task else [_places(words), main]
        made = {"why": "It counts things, and so can we.", "fits": True, "title": f"Visits to {words[0]}",
                "note": "Counted at the door by those who had the key.", "tables": tables}  # fmt: skip
        return json.dumps(made, ensure_ascii=False)

    # Requests

    def ask(self, request: Request) -> str:
        wanted = _schema(request)["properties"]["items"]
        item = self.item(_text(request), wanted["items"]["properties"], request.chat)
        items = [item] if item else []
        return json.dumps({"items": items, "left_out": "" if items else "nothing of the sort"}, ensure_ascii=False)

    def item(self, passage: str, fields: Mapping[str, Any], place: str) -> dict[str, Any]:
        data, random = read_sheet(passage), Random(f"{place}{len(self.items)}")
        words = random.sample(sorted(set(_WORD.findall(passage))) * 3, 6)
        question = (
            f"For our book of {' and '.join(words[:3])} number {len(self.items) + 700} this is needed, units as there."
        )
        form = _kind(place.rstrip("0123456789")).form
        assert isinstance(form, DataForm)
        made = _drafted(form, data, fields, random)
        if made is None:
            return {}
        if "marks" in fields:
            question += " Say holds or fails."
        units = {column.unit for table in data.tables for column in table.columns if column.unit}
        question += f" All in {', '.join(sorted(units))}." if "muddled" in fields and units else ""
        made["question"] = question
        self.items[question] = form, made, data
        return {name: made[name] for name in fields}

    def edit(self, request: Request) -> str:
        fields = _schema(request)["properties"]
        passage = _text(request)
        made: dict[str, Any] = {}
        if "edits" in fields:
            edit = _row_more(passage)
            made["edits"] = [edit]
            passage = passage.replace(edit["find"], edit["put"])
        made["item"] = self.item(passage, fields["item"]["properties"], f"{request.chat}{request.turn}")
        return json.dumps(made, ensure_ascii=False)

    # Answers

    def hand_over(self, request: Request) -> str:
        task = str(request.messages[1].content)
        question = next((q for q in self.items if q in task), "")
        if not question:
            return _looked_up(task)
        return _answer(*self.items[question], task)

    def sit(self, request: Request) -> str:
        paper = _said(request)
        question = next((q for q in self.items if q in paper), "")
        form, draft, data = self.items.get(question, (None, {}, None))
        answer: Any = ""
        if isinstance(form, Statement):
            answer = draft["marks"]["if_true"]
        elif isinstance(form, Figure) and data is not None:
            key = compared(data.only(*draft["tables"]), draft["plan"])
            answer = key if isinstance(key, str) else float(key)
        return json.dumps(
            {"thought": "It was worked out.", "answerable": bool(answer) or answer == 0.0, "answer": answer}
        )


def _visits(words: list[str], rows: int, columns: int, *, linked: bool, random: Random) -> dict[str, Any]:
    made = [
        ("at", "moment", "", "key", ""), ("load", "number", "kg", "plain", ""), ("fee", "number", "kg", "plain", ""),
        ("who", "text", "", "plain", ""), ("parts", "text", "", "plain", ""), ("sort", "text", "", "plain", ""),
    ]  # fmt: skip
    if linked:
        made.insert(1, ("place", "text", "", "plain", "places"))
    made = made[: max(2, columns)]
    cells = []
    for n in range(rows):
        held = {
            "at": f"2024-{3 + n // 28:02}-{1 + n % 28:02} {7 + n % 9:02}:30", "load": str(21 + n * 7 + random.randint(0, 5)),
            "fee": f"{n * 3 + 14}.5", "who": words[(n * 3) % len(words)] + f" {n}", "parts": f"{words[0]}, {words[-1]}",
            "sort": words[n % 2], "place": f"Place {n % 3 + 1}",
        }  # fmt: skip
        cells.append([held[name] for name, *_ in made])
    keys = ("name", "type", "unit", "role", "points_at")
    return {"name": "visits", "columns": [dict(zip(keys, column, strict=True)) for column in made], "rows": cells}


def _places(words: list[str]) -> dict[str, Any]:
    keys = ("name", "type", "unit", "role", "points_at")
    columns = [("place", "text", "", "key", ""), ("beds", "number", "", "plain", "")]
    rows = [[f"Place {n}", str(30 + n * n * 5)] for n in range(1, 5)]
    return {"name": "places", "columns": [dict(zip(keys, column, strict=True)) for column in columns], "rows": rows}


def _measured(data: Data) -> tuple[Table, Column] | None:
    for table in data.tables[::-1]:
        for column in table.of_type("number"):
            held = [row[table.at(column.name)] for row in table.rows]
            if not column.is_key and len({cell for cell in held if cell}) > 3:
                return table, column
    return None


def _value(table: Table, how: str, column: str = "", label: str = "") -> dict[str, Any]:
    return {"table": table.name, "joined": "", "where": [], "how": how, "column": column, "label": label}


def _drafted(  # noqa: C901  # a line or two for each form
    form: DataForm, data: Data, fields: Mapping[str, Any], random: Random
) -> dict[str, Any] | None:
    """A draft of the form that has these fields, or None where the data hold none."""
    found = _measured(data)
    if found is None:
        return None
    table, column = found
    every = [t.name for t in data.tables]
    first, second = _value(table, "sum", column.name), _value(table, "max", column.name)
    alone = {"first": first, "between": "alone", "second": first}
    points = ["It says how much there is of it.", "It says which is the largest of them."]
    made: dict[str, Any] = {"tables": every, "points": points, "table": table.name, "rows": 3, "count": 2}
    if "cells" in fields:
        many = fields["cells"]["minItems"]
        made["cells"] = [
            {"table": table.name, "row": n % len(table.rows) + 1, "column": column.name} for n in range(many)
        ]
        if len(table.rows) < many or "" in [row[table.at(column.name)] for row in table.rows[:many]]:
            return None
        between = {"first": second, "between": "difference", "second": _value(table, "mean", column.name)}
        count = fields.get("worked_out", {}).get("minItems", 0)
        made["worked_out"] = [{"says": "all of it", "plan": alone}, {"says": "how far the largest lies above the mean", "plan": between}][:count]  # fmt: skip
    if "marks" in fields:
        total = compared(data, alone)
        made |= {"plan": alone, "relation": "is_more_than", "claimed": "1", "marks": {"if_true": "holds", "if_false": "fails"},
                 "statement": f"All {column.name} together come to more than 1."}  # fmt: skip
        if not isinstance(total, Fraction) or total <= 1:
            return None
    elif "plan" in fields and "between" in fields["plan"]["properties"]:
        both = {"first": second, "between": "percent_of", "second": first}
        made["plan"] = both if isinstance(form, Figure) and form.two else alone
    elif "plan" in fields:
        made["plan"] = _rows_plan(form, table, column)
        if made["plan"] is None:
            return None
    if "lacking" in fields:
        made |= {"lacking": f"a column for the {column.name} of next year", "near": f"{column.name} of this year"}
    if "muddled" in fields:
        made["muddled"] = [c.name for c in table.of_type("number", "moment", "date") if not c.is_key and not c.refers][
            :1
        ]
    if "way" in fields:
        made |= {"way": "columns_to_rows", "down": "", "across": "what", "held": "much"}
    if "prose" in fields:
        columns = [c.name for c in table.columns if c.type in ("text", "number")][:3]
        if len(columns) < 2:
            return None
        told = [
            f"Of {row[table.at(columns[0])]} it is told that " + " and that ".join(f"the {c} was {row[table.at(c)]}" for c in columns[1:] if row[table.at(c)])
            for row in table.rows[:3]
        ]  # fmt: skip
        made |= {
            "columns": columns,
            "prose": ". ".join(["Those who kept the book wrote down what they saw, and nothing beside it", *told])
            + ".",
        }
    if "query" in fields:
        made["query"] = f'SELECT SUM("{column.name}") AS total FROM "{table.name}"'
    if "formula" in fields:
        letter = chr(65 + table.at(column.name))
        made["formula"] = f"=SUM({letter}2:{letter}{len(table.rows) + 1})"
    return made


def _rows_plan(form: DataForm, table: Table, column: Column) -> dict[str, Any] | None:
    held = sorted({Fraction(row[table.at(column.name)]) for row in table.rows if row[table.at(column.name)]})
    link = next((c for c in table.columns if c.refers), None)
    group = next((c for c in table.columns if c.type == "text" and not c.is_key), None)
    where = [{"column": column.name, "is": ">=", "value": plain_number(held[-min(4, len(held) - 1)])}]
    joins = isinstance(form, Planned) and form.joins
    if (joins and not link) or (isinstance(form, Planned) and form.groups and not group):
        return None
    plan: dict[str, Any] = {"table": table.name, "joined": link.refers if joins and link else "", "where": where, "by": [],
                            "measures": [], "sort": [], "take": 0, "columns": []}  # fmt: skip
    if isinstance(form, Planned) and form.groups and group:
        summed = {"how": "sum", "column": column.name, "name": "together"}
        plan |= {"where": [], "by": [group.name], "measures": [summed]}
    return plan


def _row_more(passage: str) -> dict[str, str]:
    data = read_sheet(passage)
    table = data.tables[-1]
    lines = passage.rstrip().split("\n")
    row = list(table.rows[-1])
    for n, column in enumerate(table.columns):
        if column.is_key:
            row[n] = _next(column, [r[n] for r in table.rows])
        elif column.type == "number" and not column.refers and row[n]:
            row[n] = plain_number(Fraction(row[n]) + 3)
    return {"find": lines[-1], "put": f"{lines[-1]}\n| {' | '.join(row)} |"}


def _next(column: Column, cells: list[str]) -> str:
    if column.type in ("moment", "date"):
        return f"2031{max(cells)[4:]}"
    return "990099" if column.type == "number" else "Quite another"


def _kind(chat: str) -> Asking:
    """The kind that is asked for in a chat, by its name: a goal may make another of it."""
    goal = next((goal for goal in GOALS if goal.becomes and chat.endswith(goal.name)), None)
    names = re.findall(r"[a-z_]+", chat)
    name = goal.becomes if goal else next(name for name in reversed(names) if name in BY_NAME)
    return BY_NAME[name]


def _answer(form: DataForm, draft: Mapping[str, Any], data: Data, task: str) -> str:
    """What a careful worker answers, who has the data and reads in the message how the answer is wanted."""
    if isinstance(form, RowsForm):
        return _rows(_key(form, draft, data), task)
    if isinstance(form, Statement):
        return f"**{draft['marks']['if_true']}**, for together they come to more."
    if isinstance(form, Absent):
        return f"That is not in the data: they lack {draft['lacking']}."
    if isinstance(form, Figure):
        return f"**{_value_of(draft, data)}** is what it comes to."
    if isinstance(form, Formula):
        return f"```\n{draft['formula']}\n```\n\nIt adds up the column, and leaves empty cells out."
    if isinstance(form, Query):
        return f"```sql\n{draft['query']}\n```\n\nIt adds up the column, and leaves empty cells out."
    if isinstance(form, Described):
        named = ", ".join(c.name for t in data.only(*draft["tables"]).tables for c in t.columns)
        return f"{' '.join(draft['points'])} The columns are {named}."
    if isinstance(form, Anomalies):
        lines = [" ".join(line.split()) for line in task.split("\n") if re.search(r"\d", line)]
        names = ", ".join(c.name for t in data.tables for c in t.columns)
        return "\n".join([*(f"Doubtful: {line.strip('|,{} ')}." for line in lines), f"Look at {names}."])
    return _told(form, draft, data)


def _key(form: RowsForm, draft: Mapping[str, Any], data: Data) -> Table:
    if isinstance(form, Planned | Returned):
        return rows_of(data.only(*draft["tables"]), draft["plan"])
    if isinstance(form, Reshaped | DrawnOut):
        return form.key(draft, data)
    return data.table(draft["table"])


def _rows(key: Table, task: str) -> str:
    plain = replace(key, columns=tuple(replace(c, refers="", is_key=False) for c in key.columns))
    name = next((name for name in REPLIES if layout(name, plain) in task), "json")
    return written(name, plain)


def _value_of(draft: Mapping[str, Any], data: Data) -> str:
    data = data.only(*draft["tables"])
    key = compared(data, draft["plan"])
    unit = unit_of(data, draft["plan"])
    return key if isinstance(key, str) else f"{float(key):.6f}".rstrip("0").rstrip(".") + (f" {unit}" if unit else "")


def _told(form: DataForm, draft: Mapping[str, Any], data: Data) -> str:
    facts = form.posed(draft, data, Random(1), "en").facts
    shown = read_sheet(facts["sheet"])
    told = []
    for name, row, column in facts["must"]:
        table = shown.table(name)
        cell = table.rows[row - 1][table.at(column)]
        told.append(f"the {column.replace('_', ' ')} {cell}")
    worked = [f"{one['says']} {one['value']} {one['unit']}".strip() for one in facts["worked"]]
    return f"In the book stand {'; '.join([*told, *worked])}."


_ASKED = {
    "sum": r"(?:add up|values of) (.+?)(?: add up to| over all rows)",
    "max": r"(?:largest value of|How high does) (.+?)(?:\?| go at most)",
    "min": r"(?:smallest value of|How low does) (.+?)(?:\?| go\?)",
}


def _looked_up(task: str) -> str:
    """What a program's own request comes to, where the data come as records, a Markdown table or CSV."""
    records = _records(task)
    if not records:
        return "It is not there."
    for how, pattern in _ASKED.items():
        if (found := re.search(pattern, task)) and (name := found[1].replace(" ", "_")) in records[0]:
            values = [Fraction(str(record[name])) for record in records if str(record[name] or "").strip()]
            key = {"sum": sum(values), "max": max(values), "min": min(values)}[how]
            return f"**{plain_number(key)}** is what it comes to."
    return _rows(_table(records), task)


def _table(records: list[dict[str, Any]]) -> Table:
    rows = [tuple("" if cell is None else str(cell) for cell in record.values()) for record in records]
    numbers = [all(re.fullmatch(r"-?\d+(\.\d+)?|", row[n]) for row in rows) for n in range(len(rows[0]))]
    names = zip(records[0], numbers, strict=True)
    return Table(
        "paragraphs", tuple(Column(name, "number" if number else "text") for name, number in names), tuple(rows)
    )


def _records(task: str) -> list[dict[str, Any]]:
    for block in fences(task):
        try:
            held = json.loads(block.body)
        except ValueError:
            if block.label in ("csv", "tsv") and "\n…" not in block.body:
                return _listed(max((read_csv(block.body, sign) for sign in ",;\t|"), key=lambda rows: len(rows[0])))
            continue
        return next((one for one in held.values() if isinstance(one, list)), []) if isinstance(held, dict) else []
    return next((_listed([list(t.columns), *map(list, t.rows)]) for t in tables(task) if "…" not in str(t.rows)), [])


def _listed(rows: list[list[str]]) -> list[dict[str, Any]]:
    names = [re.sub(r" \(.*\)$", "", name) for name in rows[0]]
    return [dict(zip(names, row, strict=False)) for row in rows[1:]]
