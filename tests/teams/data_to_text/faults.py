"""Answers about data that are good, and pairs with a fault planted: which check catches which.

    python -m tests.teams.data_to_text.faults

prints the table. Whoever reads or sits a paper here is honest: what they find stands beside the pair.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from agents.models.scripted import ScriptedClient
from teams.data_to_text import skill
from teams.data_to_text.data.replies import written
from teams.data_to_text.forms.base import DataForm
from teams.data_to_text.forms.rows import key_of
from teams.data_to_text.kinds import BY_NAME
from teams.engine.records import Pair, Seed
from teams.engine.verdict import Verdict
from tests.teams.data_to_text.sheets import FERRIES, FERRY_DATA, RIVER, RIVER_DATA, alone, rows, value
from tests.teams.judging import catches, verdict_of
from tests.teams.stages.writer import reading


@dataclass(frozen=True)
class Case:
    """A pair, and what honest people say of it."""

    pair: Pair
    blind: Any = None
    """What the paper comes to for whoever sits it blind; None: they give it up."""
    invented: Sequence[str] = ()
    """What an examiner finds unsupported."""
    same: bool = True
    """Whether a grader finds the key in the answer."""
    caught_by: str = ""


def made(kind: str, draft: Mapping[str, Any], answer: str | None = None, *, sheet: str = FERRIES, dress: str = "", reply: str = "",
         language: str = "", **facts: Any) -> Pair:  # fmt: skip
    """Make a pair as the flows do; without an answer, the rows that are right."""
    form = BY_NAME[kind].form
    assert isinstance(form, DataForm)
    drawn: dict[str, Any] = {**({"dresses": (dress,)} if dress else {}), **({"replies": (reply,)} if reply else {})}
    form = replace(form, **drawn)  # type: ignore[type-var]
    data = FERRY_DATA if sheet == FERRIES else RIVER_DATA
    assert list(form.complaints(draft, sheet)) == []
    asked = form.posed(draft, data, Random(kind), language or "en")
    known = {
        **asked.facts,
        "form": form.name,
        "ask": asked.text,
        "evidence": [],
        **({"language": language} if language else {}),
        **facts,
    }
    seed = Seed("data_to_text/case.txt:1-9", "Notes of a harbour.")
    instruction = seed.rewritten("table_extractor", sheet).ask(kind, asked.text, facts=known)
    said = written(known["reply"], key_of(known)) if answer is None else answer
    return instruction.answered([{"role": "user", "content": asked.text}, {"role": "assistant", "content": said}])


def _cells(*named: tuple[str, int, str]) -> list[dict[str, Any]]:
    return [{"table": table, "row": row, "column": column} for table, row, column in named]


POINTS = ["It says which boat carries most.", "It says how far the others lie behind."]
LOADS = {
    "tables": ["boats"], "cells": _cells(("boats", 2, "load"), ("boats", 1, "load"), ("boats", 4, "load")), "worked_out": [], "points": POINTS,
    "question": "I need a short paragraph for the harbour's newsletter: what can our boats carry, and which stands out?",
}  # fmt: skip
LOADS_ANSWER = "The Eva is the largest of the five: she can carry 43 t, 9 t more than the Bo, which takes 34 t. At the other end stands the Ida with 12.5 t. Together the boats carry 134.75 t, almost a third of it the Eva alone."
FLOOD = {
    "tables": ["levels"], "cells": _cells(("levels", 1, "level"), ("levels", 4, "level")),
    "worked_out": [{"says": "the rise from the first day to the highest level", "plan": {"first": value("levels", "max", "level"), "between": "difference", "second": value("levels", "sum", "level", "", "", ("day", "=", "2024-03-01"))}}],
    "points": ["It tells the rise and the fall.", "It names the day of the highest level."],
    "question": "How did the river behave in that week? Three sentences for the people downstream, with the rise over the first days.",
}  # fmt: skip
FLOOD_ANSWER = "The river stood at 112 cm on 1 March and rose by 75 cm to 187 cm on 4 March, most of it overnight to 3 March, when 31 mm of rain were read. From then on it fell every day, to 133 cm on 7 March. That is still 21 cm above where it began."
MARKED = {
    "tables": ["boats"],
    "cells": _cells(("boats", 4, "boat"), ("boats", 4, "built"), ("boats", 4, "load")),
    "points": POINTS,
    "question": "Some cells are in double brackets. Please write one sentence that says what they say together.",
}
SLOTS = {
    "tables": ["boats"],
    "cells": _cells(("boats", 1, "boat")),
    "points": POINTS,
    "question": "What would our telephone line say when somebody asks about this boat? Warm, one or two sentences.",
}
TRIPLES = {
    "tables": ["boats"],
    "cells": _cells(("boats", 4, "home"), ("boats", 5, "home")),
    "points": POINTS,
    "question": "Turn these statements into two sentences for the harbour guide, with nothing left out.",
}
FAULTY = {
    "table": "levels",
    "count": 2,
    "question": "Before these readings go into the flood model I want to know what in them can't be right.",
}
DESCRIBED = {
    "tables": ["boats", "trips"],
    "points": ["It says that trips.boat points at boats.", "It says that built may be empty."],
    "question": "I take over this collection tomorrow. What is in it, what is each column, and how do the two hang together?",
}
PEOPLE = {
    "tables": ["boats", "trips"],
    "plan": alone(value("trips", "sum", "people", "", "boats", ("home", "=", "Holm"))),
    "question": "How many people travelled in all on boats whose home is Holm?",
}
SHARE = {
    "tables": ["levels"],
    "plan": {
        "first": value("levels", "max", "level"),
        "between": "percent_change",
        "second": value("levels", "min", "level"),
    },
    "question": "By how many per cent was the highest level above the lowest?",
}
CLAIM = {
    "tables": ["boats"],
    "plan": alone(value("boats", "name_of_max", "load", "boat")),
    "relation": "is",
    "claimed": "Bo",
    "statement": "No boat carries more than the Bo.",
    "marks": {"if_true": "holds", "if_false": "fails"},
    "question": "A colleague claims what stands below of our boats. Say whether it holds or fails, and why.",
}
CREW = {
    "tables": ["boats", "trips"],
    "lacking": "a column for the crew",
    "near": "people on each trip",
    "question": "How many crew did the Bo have on board on 2 March?",
}
STRONG = {
    "tables": ["boats"],
    "plan": rows(
        "boats",
        where=[{"column": "load", "is": ">", "value": "20"}],
        sort=[{"column": "load", "direction": "descending"}],
        columns=["boat", "load"],
    ),
    "question": "For the winter work I need the boats that carry more than 20 t, the strongest first.",
}
BY_HOME = {
    "tables": ["boats"],
    "plan": rows(
        "boats",
        by=["home"],
        measures=[{"how": "count", "column": "", "name": "boats"}, {"how": "sum", "column": "load", "name": "load"}],
        sort=[{"column": "load", "direction": "descending"}],
    ),
    "question": "How many boats does each home have, and what can they carry together? The strongest home first.",
}
ALL_BOATS = {
    "table": "boats",
    "question": "The new booking page reads only what is shown below. Please bring all boats into it, nothing lost.",
}
MUDDLE = {
    "table": "levels",
    "muddled": ["level"],
    "question": "Three people wrote these down, each in their own way. I need the level in cm throughout, all else as it is.",
}
SIDEWAYS = {
    "table": "trips",
    "way": "rows_to_columns",
    "down": "at",
    "across": "boat",
    "held": "people",
    "question": "For the chart I need a line for each time of departure and a column for each boat, with the people in it.",
}
BROKEN = {
    "table": "boats",
    "question": "This file came out of the old program and won't load: lines are broken and commas run wild. Please mend it.",
}
PROSE = {
    "table": "boats",
    "rows": 2,
    "columns": ["boat", "home", "load"],
    "question": "From this note I need one record for each boat: its name, where it lies, what it carries.",
    "prose": "There are two boats one can hire at the moment. The Ida, which lies at Lund, north pier, is the smaller one and takes 12.5 tonnes; whoever has more to move asks for the Eva at Holm, which takes 43.",
}
SUMMED = {
    "table": "boats",
    "formula": '=SUMIFS(D2:D6,B2:B6,"Holm")',
    "points": ["It says which cells are added."],
    "question": "One cell should show what the boats at home in Holm can carry together, also when I change the figures.",
}
GIVEN_BACK = {
    "tables": ["boats", "trips"],
    "plan": rows(
        "trips",
        joined="boats",
        where=[{"column": "home", "is": "not", "value": "Sand"}],
        sort=[{"column": "people", "direction": "descending"}],
        columns=["boat", "people", "home"],
    ),
    "question": "I am learning SQL. What does this query give back from these tables?",
}
TRAM = "```\n=SUM(D2:D6)\n```\n\nIt adds up the loads."


def good() -> dict[str, Case]:
    """Pairs that pass."""
    faulty = made("anomaly_note", FAULTY, "x", sheet=RIVER, dress="markdown")
    noted = " ".join(f"In row {one['row']}, {one['said']}." for one in faulty.instruction.facts["planted"])
    return {
        "a paragraph on loads": Case(made("table_paragraph", LOADS, LOADS_ANSWER)),
        "the course of a flood": Case(made("trend_narrative", FLOOD, FLOOD_ANSWER, sheet=RIVER)),
        "a sentence from marked cells": Case(made("highlighted_cells", MARKED, "The Bo, built on 31 January 2011, can carry 34 t.")),
        "slots as speech": Case(made("meaning_representation", SLOTS, "That's the Ida: she lies at Lund, at the north pier, was built on 4 March 1998, carries up to 12.5 tonnes, and yes, she is running.")),
        "triples as sentences": Case(made("triples_to_text", TRIPLES, "The Bo, whose home is Sand, was built on 31 January 2011 and takes 34 t. The Per lies at Sand too; it dates from 1 June 2015, takes 18.25 t, and both are running.", dress="triples")),
        "faults noted": Case(replace(faulty, messages=(faulty.messages[0], {"role": "assistant", "content": noted}))),
        "columns described": Case(made("schema_description", DESCRIBED, "There are two tables. boats has a row for each boat, known by its name in boat; home is where it lies, built the day it was built (it may be empty), load what it carries in t, and runs whether it is in service. trips counts journeys by trip; its column boat points at boats, at is the departure, and people how many were on board.", dress="markdown")),
        "a sum over a link": Case(made("aggregation", PEOPLE, "**73** people: 55 on the Eva and 18 on the Ulla, the two boats at home in Holm."), blind=73),
        "per cent, worked out": Case(made("two_values", SHARE, "**67.0%**: the level rose from 112 cm to 187 cm, which is 75 cm more.", sheet=RIVER), blind=66.964),
        "a claim that fails": Case(made("fact_check", CLAIM, "**Fails.** The Eva carries 43 t, and the Bo only 34 t."), blind="fails"),
        "what is not there": Case(made("absent_value", CREW, "The data don't say how many crew there were. They only have the people on each trip, 62 on the Bo that day, without telling crew from passengers.")),
        "rows, filtered and sorted": Case(made("filter_sort", STRONG, reply="csv_semicolon")),
        "rows as XML": Case(made("group_summary", BY_HOME, reply="xml")),
        "everything, in YAML": Case(made("conversion", ALL_BOATS, reply="yaml", dress="csv")),
        "everything, in Turtle": Case(made("conversion", ALL_BOATS, reply="turtle", dress="json")),
        "one unit": Case(made("normalise_values", MUDDLE, sheet=RIVER, reply="json")),
        "turned on its side": Case(made("reshape", SIDEWAYS, reply="markdown")),
        "a file mended": Case(made("repair_file", BROKEN, reply="csv")),
        "records out of prose": Case(made("text_to_records", PROSE, reply="json")),
        "a formula": Case(made("sheet_formula", SUMMED, '```\n=SUMPRODUCT((B2:B6="Holm")*D2:D6)\n```\n\nIt takes the load of every row whose home is Holm, and adds them up.')),
        "what a query gives": Case(made("query_result", GIVEN_BACK, reply="markdown")),
    }  # fmt: skip


def bad() -> dict[str, Case]:
    """Pairs with a fault in them, each with the check that is there for it."""
    strong = made("filter_sort", STRONG, reply="json")
    wrong_order = (
        "```json\n" + json.dumps([{"boat": b, "load": n} for b, n in (("Bo", 34), ("Eva", 43), ("Ulla", 27))]) + "\n```"
    )
    faulty = made(
        "anomaly_note",
        FAULTY,
        "The readings look plausible as a whole, and nothing in them needs to be changed before use.",
        sheet=RIVER,
    )
    key = made("aggregation", PEOPLE, "**74** people travelled on the boats from Holm.")
    off_key = replace(key, instruction=replace(key.instruction, facts={**key.instruction.facts, "key": "74"}))
    return {
        "an invented figure": Case(made("table_paragraph", LOADS, f"{LOADS_ANSWER} Last year they made 318 trips."), caught_by="figures_follow"),
        "rows mixed up": Case(made("table_paragraph", LOADS, LOADS_ANSWER.replace("the Ida with 12.5 t", "the Ida with 18.25 t, and 12.5 t is the least")), caught_by="figures_follow"),
        "an invented name": Case(made("table_paragraph", LOADS, LOADS_ANSWER.replace("the Bo", "the Bo of captain Nilsson")), caught_by="names_in_data"),
        "a cell left out": Case(made("table_paragraph", LOADS, "The Eva is the largest: she can carry 43 t, more than any other boat of ours."), caught_by="cells_told"),
        "a wrong difference": Case(made("trend_narrative", FLOOD, FLOOD_ANSWER.replace("by 75 cm", "by 65 cm"), sheet=RIVER), caught_by="figures_follow"),
        "nothing worked out": Case(made("trend_narrative", FLOOD, "The river stood at 112 cm on 1 March. It stood at 187 cm on 4 March.", sheet=RIVER), caught_by="cells_told"),
        "a cause from nowhere": Case(made("trend_narrative", FLOOD, f"{FLOOD_ANSWER} The gates upstream had been opened.", sheet=RIVER), invented=["The gates upstream had been opened."], caught_by="answer_supported"),
        "a slot dropped": Case(made("meaning_representation", SLOTS, "That's the Ida from Lund, at the north pier; she carries up to 12.5 tonnes."), caught_by="cells_told"),
        "no fault noted": Case(faulty, caught_by="anomalies_noted"),
        "a column forgotten": Case(made("schema_description", DESCRIBED, "boats has boat, home, load and runs; trips has trip, boat, at and people, and its boat points at boats."), caught_by="columns_described"),
        "a key that is wrong": Case(off_key, blind=73, caught_by="key_follows"),
        "another result": Case(made("aggregation", PEOPLE, "**55** people travelled on the Eva from Holm."), blind=73, caught_by="answer_is_key"),
        "a plan beside its question": Case(made("aggregation", {**PEOPLE, "question": "How many people travelled on the Bo?"}, "**73** people travelled."), blind=62, caught_by="blind_agreement"),
        "agreed with the claim": Case(made("fact_check", CLAIM, "**Holds.** The Bo carries 34 t, and only the Eva has more."), blind="fails", caught_by="answer_is_key"),
        "what is not there, answered": Case(made("absent_value", CREW, "There were **62** crew on board of the Bo on 2 March."), same=False, caught_by="answer_is_key"),
        "another order": Case(replace(strong, messages=(strong.messages[0], {"role": "assistant", "content": wrong_order})), caught_by="rows_right"),
        "a number as text": Case(made("filter_sort", STRONG, '```json\n[{"boat": "Eva", "load": "43 t"}, {"boat": "Bo", "load": "34 t"}, {"boat": "Ulla", "load": "27 t"}]\n```', reply="json"), caught_by="rows_right"),
        "a gap filled": Case(made("conversion", ALL_BOATS, made("conversion", ALL_BOATS, reply="csv", dress="json").messages[1]["content"].replace("Holm,,27", "Holm,2007-05-01,27"), reply="csv", dress="json"), caught_by="rows_right"),
        "XML that is none": Case(made("group_summary", BY_HOME, "<boats>\n  <row><home>Holm</home><boats>2</boats><load>70</row>\n</boats>", reply="xml"), caught_by="rows_right"),
        "in another layout": Case(made("group_summary", BY_HOME, "| home | boats | load |\n|---|---|---|\n| Holm | 2 | 70 |", reply="csv"), caught_by="rows_right"),
        "a unit not brought over": Case(made("normalise_values", MUDDLE, made("normalise_values", MUDDLE, sheet=RIVER, reply="json").messages[1]["content"].replace("164", "1640"), sheet=RIVER, reply="json"), caught_by="rows_right"),
        "a constant for a formula": Case(made("sheet_formula", SUMMED, "```\n=43+27\n```\n\nIt gives what the boats at Holm carry."), caught_by="formula_gives_value"),
        "all for some": Case(made("sheet_formula", SUMMED, TRAM), caught_by="formula_gives_value"),
        "a refusal": Case(made("table_paragraph", LOADS, "I'm sorry, but I can't help with that request."), caught_by="answers_at_all"),
        "talk around it": Case(made("table_paragraph", LOADS, f"Certainly! Here is the paragraph you asked for:\n\n{LOADS_ANSWER}\n\nLet me know if you need anything else!"), caught_by="no_chatter"),
        "in English all the same": Case(made("table_paragraph", {**LOADS, "question": "Bitte ein kurzer Absatz für das Blatt des Hafens: Was können unsere Boote tragen, und welches fällt auf?"}, LOADS_ANSWER, language="de"), caught_by="in_the_tongue"),
    }  # fmt: skip


def judged(case: Case) -> Verdict:
    """Judge a pair with honest readers."""

    def sit(request: Any) -> str:
        given = case.blind
        asked = (
            request.extra.get("response_format", {})
            .get("json_schema", {})
            .get("schema", {})
            .get("properties", {})
            .get("answer", {})
        )
        blank = 0 if asked.get("type") == "number" else (asked.get("enum") or [""])[0]
        return json.dumps(
            {
                "thought": "Worked out on paper.",
                "answerable": given is not None,
                "answer": blank if given is None else given,
            }
        )

    def read(request: Any) -> str:
        return json.dumps(reading(request, same=case.same, invented=case.invented), ensure_ascii=False)

    client = ScriptedClient({"solver": sit, "examiner": read, "grader": read})
    return asyncio.run(verdict_of(skill, case.pair, client))


if __name__ == "__main__":
    print("\n".join(catches(good(), bad(), judged)))
