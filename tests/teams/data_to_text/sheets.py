"""Sheets of data that tests of this skill share."""

from __future__ import annotations

from teams.data_to_text.data.sheet import read_sheet

FERRIES = """# Ferries in March

Counted at the pier; an empty cell means that nobody counted.

## boats
| boat (text, key) | home (text) | built (date) | load (number in t) | runs (yes_no) |
|---|---|---|---|---|
| Ida | Lund, north pier | 1998-03-04 | 12.5 | true |
| Eva | Holm | 2003-11-20 | 43 | false |
| Ulla | Holm |  | 27 | true |
| Bo | Sand | 2011-01-31 | 34 | true |
| Per | Sand | 2015-06-01 | 18.25 | true |

## trips
| trip (number, key) | boat (text, of boats) | at (moment) | people (number) |
|---|---|---|---|
| 1 | Ida | 2024-03-01 07:30 | 40 |
| 2 | Eva | 2024-03-01 08:15 | 55 |
| 3 | Ida | 2024-03-02 07:30 | 31 |
| 4 | Bo | 2024-03-02 09:00 | 62 |
| 5 | Ulla | 2024-03-03 07:30 | 18 |"""
RIVER = """# Level of the river at the bridge

Read at seven in the morning.

## levels
| day (date, key) | level (number in cm) | rain (number in mm) |
|---|---|---|
| 2024-03-01 | 112 | 0 |
| 2024-03-02 | 118 | 4.5 |
| 2024-03-03 | 164 | 31 |
| 2024-03-04 | 187 | 12 |
| 2024-03-05 | 171 | 0 |
| 2024-03-06 | 149 | 0 |
| 2024-03-07 | 133 | 1.5 |"""
FERRY_DATA, RIVER_DATA = read_sheet(FERRIES), read_sheet(RIVER)


def value(
    table: str, how: str, column: str = "", label: str = "", joined: str = "", *where: tuple[str, str, str]
) -> dict:  # type: ignore[type-arg]
    """Return a plan of one value."""
    conditions = [{"column": c, "is": i, "value": v} for c, i, v in where]
    return {"table": table, "joined": joined, "where": conditions, "how": how, "column": column, "label": label}


def alone(plan: dict) -> dict:  # type: ignore[type-arg]
    return {"first": plan, "between": "alone", "second": plan}


def rows(table: str, **given: object) -> dict:  # type: ignore[type-arg]
    """Return a plan of rows."""
    return {
        "table": table,
        "joined": "",
        "where": [],
        "by": [],
        "measures": [],
        "sort": [],
        "take": 0,
        "columns": [],
        **given,
    }
