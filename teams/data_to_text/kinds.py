"""What data to text is made of: ten transformations, 32 kinds of request, eight goals of refinement.

The paper names the skill and says that structured data are turned into text; the released rows go both ways. Kinds that
tell data in words follow published tasks, each named; those that query, convert and mend are what the released rows
ask for. Which kinds suit which data is ours.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from dataclasses import replace
from typing import Any

from teams.data_to_text import making
from teams.data_to_text.forms.defined import Defined
from teams.data_to_text.forms.formula import Formula
from teams.data_to_text.forms.query import Query
from teams.data_to_text.forms.rows import Converted, DrawnOut, Normalised, Planned, Repaired, Reshaped, Returned
from teams.data_to_text.forms.told import Anomalies, Described, Told
from teams.data_to_text.forms.value import Absent, Figure, Statement
from teams.data_to_text.making import Making
from teams.data_to_text.words import script
from teams.engine.stages.asking import Asking, Goal
from teams.engine.stages.forms import Form


def _made(name: str, source: str = "struct2text", **how: Any) -> Making:
    return Making(name, script.brief(name), source, **how)


TRANSFORMATIONS = (
    _made("table_extractor", rows=(6, 14), look=making.has_numbers),
    _made("record_structurer", tables=(2, 3), rows=(4, 10), look=making.is_linked),
    _made("graph_builder", tables=(2, 4), rows=(4, 10), columns=(2, 5), look=making.is_linked),
    _made("csv_builder", rows=(10, 22), columns=(4, 8), look=making.has_numbers),
    _made("time_series", "SumTime", rows=(8, 24), columns=(2, 4), look=making.is_series),
    _made("schema_designer", "Spider", tables=(2, 4), rows=(6, 12), columns=(3, 6), look=making.is_linked),
    _made("event_log", "RotoWire", rows=(8, 18), columns=(3, 6), look=making.is_log),
    _made("catalogue", "E2E NLG", rows=(4, 10), columns=(4, 8), look=making.has_key),
    _made("text_profile", "ours", by_program=making.profiled),
    _made("identity", "paper", by_program=making.read_seed, is_seed=True),
)
SMALL_TRANSFORMATIONS = ("text_profile", "identity")
"""Those that a program does alone: a small model's tables don't hold together."""

MORE, GAPS, UNITS, LIMITS, DERIVED, ABSENT, TWO, LINKED = (
    "more_data", "gaps_and_conflicts", "unit_mix", "limits", "derived_figures", "absent_wanted", "held_against", "linked_table",
)  # fmt: skip
_TOLD = (MORE, GAPS, LIMITS, DERIVED)
_ROWS = (MORE, GAPS)


def _asks(name: str, source: str, form: Form, goals: tuple[str, ...], tools: str = "", **how: Any) -> Asking:
    return Asking(name, script.brief(name), source, form, tuple(tools.split()), goals=goals, **how)


GRAPHIC = ("triples", "turtle")
KINDS = (
    # Told in words
    _asks("table_paragraph", "DART", Told(cells=(2, 8)), _TOLD, "calculator"),
    _asks("highlighted_cells", "ToTTo", Told(part="marked", cells=(2, 5), worked=(0, 0)), (MORE, LIMITS)),
    _asks("triples_to_text", "WebNLG", Told(GRAPHIC, part="rows", cells=(1, 3), worked=(0, 0)), (LIMITS,)),
    _asks(
        "meaning_representation",
        "E2E NLG",
        Told(("meaning", "dialogue_act"), part="rows", cells=(1, 2), worked=(0, 0)),
        (LIMITS,),
    ),
    _asks(
        "record_report",
        "struct2text",
        Told(("json", "xml", "xml_attributes", "yaml", "json_columns"), cells=(4, 10)),
        _TOLD,
        "calculator",
    ),
    _asks(
        "chart_caption",
        "Chart-to-Text",
        Told(("chart",), cells=(1, 5), worked=(0, 2)),
        (MORE, LIMITS, DERIVED),
        "calculator",
    ),
    _asks(
        "trend_narrative",
        "SumTime",
        Told(("csv", "csv_semicolon", "csv_tab", "markdown", "jsonl", "chart", "fixed"), cells=(2, 6), worked=(1, 3)),
        _TOLD,
        "calculator",
    ),
    _asks(
        "event_story",
        "RotoWire",
        Told(("log", "jsonl", "csv", "markdown", "xml"), cells=(3, 9), worked=(0, 2)),
        _TOLD,
        "calculator",
    ),
    _asks("comparison", "LogicNLG", Told(cells=(2, 6), worked=(1, 3)), (MORE, LIMITS, GAPS), "calculator"),
    _asks("superlative", "Logic2Text", Told(cells=(1, 4), worked=(1, 2)), (MORE, LIMITS, GAPS), "calculator"),
    _asks(
        "multi_table_report",
        "struct2text",
        Told((*["markdown", "json", "xml", "yaml", "html", "csv", "sql"],), cells=(4, 10), worked=(1, 3), tables=2),
        _TOLD,
        "calculator",
    ),
    _asks("schema_description", "struct2text", Described(), (LINKED, LIMITS)),
    _asks("anomaly_note", "Abedjan 2016", Anomalies(), (MORE, LIMITS)),
    # One value
    _asks(
        "aggregation",
        "WikiTableQuestions",
        Figure(),
        (MORE, GAPS, TWO, ABSENT, LINKED),
        "calculator run_python",
        is_small=True,
    ),
    _asks("two_values", "FinQA", Figure(two=True), (MORE, GAPS, ABSENT), "calculator run_python"),
    _asks("fact_check", "TabFact", Statement(), (MORE, GAPS), "calculator run_python"),
    _asks("absent_value", "SQuAD 2.0", Absent(), (MORE,)),
    # Rows
    _asks("filter_sort", "struct2text", Planned(), (*_ROWS, LINKED), "run_python", is_small=True),
    _asks("group_summary", "struct2text", Planned(groups=True), (*_ROWS, LINKED), "run_python"),
    _asks("join_tables", "Spider", Planned(joins=True), (MORE, GAPS), "run_python"),
    _asks("conversion", "struct2text", Converted(), (MORE, UNITS), "run_python", is_small=True),
    _asks("normalise_values", "struct2text", Normalised(), (MORE,), "run_python"),
    _asks("reshape", "Wickham 2014", Reshaped(), (MORE, GAPS), "run_python"),
    _asks("repair_file", "Pollock", Repaired(), (MORE,), "run_python"),
    _asks("text_to_records", "struct2text", DrawnOut(replies=("json", "jsonl", "yaml", "xml", "xml_attributes")), ()),
    _asks("text_to_table", "Text-to-Table", DrawnOut(replies=("csv", "csv_semicolon", "csv_tab", "markdown")), ()),
    _asks("text_to_graph", "WebNLG+ 2020", DrawnOut(replies=("turtle",)), ()),
    # Carried out
    _asks("sql_query", "Spider", Query(), (LINKED, MORE, GAPS), needs_sandbox=True),
    _asks("sparql_query", "LC-QuAD", Query("sparql"), (LINKED, MORE), needs_sandbox=True),
    _asks("query_result", "CRUXEval", Returned(), (MORE, GAPS, LINKED)),
    _asks("sheet_formula", "NL2Formula", Formula(), (MORE, GAPS), "calculator"),
    _asks("table_definition", "struct2text", Defined(), (LINKED, MORE), needs_sandbox=True),
)

_FLAT = "table_paragraph highlighted_cells superlative comparison aggregation two_values fact_check absent_value filter_sort conversion normalise_values schema_description sheet_formula"
_LINKED = "join_tables multi_table_report sql_query table_definition schema_description query_result absent_value"
_SUITED = {
    "table_extractor": f"{_FLAT} group_summary reshape text_to_table text_to_records chart_caption anomaly_note record_report query_result",
    "record_structurer": f"{_LINKED} record_report text_to_records conversion aggregation table_paragraph triples_to_text fact_check",
    "graph_builder": "triples_to_text sparql_query text_to_graph multi_table_report join_tables schema_description absent_value conversion fact_check",
    "csv_builder": f"{_FLAT} group_summary anomaly_note repair_file query_result table_paragraph reshape two_values",
    "time_series": "trend_narrative chart_caption aggregation two_values fact_check comparison superlative filter_sort reshape anomaly_note conversion sheet_formula highlighted_cells absent_value",
    "schema_designer": f"{_LINKED} group_summary aggregation filter_sort sparql_query two_values fact_check",
    "event_log": "event_story filter_sort group_summary aggregation two_values fact_check absent_value text_to_records conversion anomaly_note table_paragraph highlighted_cells normalise_values",
    "catalogue": f"meaning_representation triples_to_text {_FLAT} text_to_records text_to_graph repair_file record_report",
    "text_profile": "aggregation two_values fact_check filter_sort conversion comparison superlative sheet_formula table_paragraph",
    "identity": f"{_FLAT} group_summary reshape anomaly_note repair_file query_result sql_query chart_caption record_report",
}
SUITS = {made: tuple(dict.fromkeys(kinds.split())) for made, kinds in _SUITED.items()}
"""Which kinds of request suit which data."""


def _worked(form: Form) -> Form:
    """The same text, with figures that have to be worked out."""
    return replace(form, worked=(2, 4)) if isinstance(form, Told) else form


GOALS = (
    Goal(MORE, script.brief(MORE), "struct2text", edits=True),
    Goal(GAPS, script.brief(GAPS), "ours", edits=True),
    Goal(UNITS, script.brief(UNITS), "struct2text", becomes="normalise_values"),
    Goal(LIMITS, script.brief(LIMITS), "ours"),
    Goal(DERIVED, script.brief(DERIVED), "LogicNLG", refit=_worked),
    Goal(ABSENT, script.brief(ABSENT), "SQuAD 2.0", becomes="absent_value"),
    Goal(TWO, script.brief(TWO), "FinQA", becomes="two_values"),
    Goal(LINKED, script.brief(LINKED), "Spider", edits=True),
)
BY_NAME = {kind.name: kind for kind in KINDS}
