"""Items with a small model: the program words them whole, from the data; the model only answers.

It picks what can be asked of any data and has one answer: a sum, a count, the largest; rows that fit a condition; the
same rows in another form. Questions are English sentences with the names of tables and columns put in.
"""

from __future__ import annotations

from collections.abc import Mapping
from random import Random
from typing import Any

from teams.data_to_text.data.model import Column, Data, Table, Unsound
from teams.data_to_text.data.sheet import read_sheet
from teams.data_to_text.grounds import label_column
from teams.data_to_text.words import script
from teams.engine.flow import Drop, Scene
from teams.engine.records import Passage
from teams.engine.stages.material import text_of
from teams.engine.stages.small import SmallDesk, SmallWay
from teams.engine.tongue import is_english

WORDER = script.role("request_writer", hears=("desk",), forgetful=True)
"""Never asked: all is worded here."""
_FIGURE = {
    "sum": ("What do all values of {column} add up to?", "Please add up {column} over all rows. What is the total?"),
    "max": ("What is the largest value of {column}?", "How high does {column} go at most?"),
    "min": ("What is the smallest value of {column}?", "How low does {column} go?"),
    "mean": ("What is the mean of {column} over all rows?", "On average, how much is {column}?"),
    "range": ("How far apart are the largest and the smallest {column}?",),
}
_NAMED = {
    "name_of_max": ("Which {label} has the largest {column}?", "For which {label} is {column} highest?"),
    "name_of_min": ("Which {label} has the smallest {column}?", "For which {label} is {column} lowest?"),
}
_ROWS = ("List the rows where {column} is {more} {limit}, {columns} only, the largest {column} first.",
         "I only need rows with {column} {more} {limit}: {columns}. Sort them by {column}, descending.")  # fmt: skip
_CONVERT = ("Turn this into the layout below. Keep every row and every value.",
            "Our import needs these rows in the layout below. Nothing may be lost or added.")  # fmt: skip


def _said(name: str) -> str:
    return name.replace("_", " ")


def _alone(how: str, table: Table, column: str, label: str = "") -> dict[str, Any]:
    value = {"table": table.name, "joined": "", "where": [], "how": how, "column": column, "label": label}
    return {"first": value, "between": "alone", "second": value}


def _figure(data: Data, table: Table, random: Random) -> dict[str, Any]:
    column, label = random.choice(_measures(table)), label_column(table)
    whole = all("." not in row[table.at(column.name)] for row in table.rows) and len(table.rows) <= 12
    ways = [*_FIGURE] if whole else ["max", "min"]
    ways += [*_NAMED] if label else []
    how = random.choice(ways)
    words = {"column": _said(column.name), "label": _said(label.name) if label else ""}
    question = random.choice({**_FIGURE, **_NAMED}[how]).format(**words)
    plan = _alone(how, table, column.name, label.name if label and how in _NAMED else "")
    return {"tables": [table.name], "plan": plan, "question": question}


def _filtered(data: Data, table: Table, random: Random) -> dict[str, Any]:
    column, label = random.choice(_measures(table)), label_column(table)
    if label is None:
        raise Drop("its rows have no names")
    held = sorted({row[table.at(column.name)] for row in table.rows if row[table.at(column.name)]}, key=float)
    if len(held) < 4:
        raise Drop(f"{column.name} has too few different values")
    limit = held[-min(len(held) - 1, random.randint(3, 5))]
    names = [label.name, column.name]
    words = {"column": _said(column.name), "more": "more than", "limit": limit, "columns": " and ".join(names)}
    where = [{"column": column.name, "is": ">", "value": limit}]
    plan = {"table": table.name, "joined": "", "where": where, "by": [], "measures": [],
            "sort": [{"column": column.name, "direction": "descending"}], "take": 0, "columns": names}  # fmt: skip
    return {"tables": [table.name], "plan": plan, "question": random.choice(_ROWS).format(**words)}


def _converted(data: Data, table: Table, random: Random) -> dict[str, Any]:
    if len(table.rows) > 12:
        raise Drop("too many rows for a small model to type off")
    return {"table": table.name, "question": random.choice(_CONVERT)}


def _measures(table: Table) -> list[Column]:
    found = [c for c in table.of_type("number") if not c.is_key and not c.refers]
    if not found:
        raise Drop("it holds no numbers to ask about")
    return found


_MADE = {"aggregation": _figure, "filter_sort": _filtered, "conversion": _converted}


def desk(scene: Scene) -> SmallDesk | None:
    """Set up an item of one kind. Raises `Drop` where the data hold nothing for it."""
    passage = scene.record
    assert isinstance(passage, Passage)
    if not is_english(scene.language):  # the wordings are English
        return None
    try:
        data = read_sheet(text_of(passage))
    except Unsound as error:
        raise Drop(f"its data can't be read: {error}") from None
    table = scene.random.choice(data.tables)
    item: Mapping[str, Any] = _MADE[scene.kind.name](data, table, scene.random)
    return SmallDesk(WORDER.name, (), {}, lambda said, before: "", lambda taken: item)


WAY = SmallWay(WORDER, desk)
