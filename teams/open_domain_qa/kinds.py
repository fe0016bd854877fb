"""What open-domain question answering is made of: nine transformations, 36 kinds of question, nine goals of refinement.

The paper names the skill and says that its mathematics come from here; it describes none of it. The kinds follow
published taxonomies: NF-CATS for questions that want an account, CRAG for facts, Graesser's classes for what is asked
about causes and concepts, the subjects of MATH, GSM8K and GAISE for what is worked out, UMWP for what can't be, Beyer's
categories of Stack Overflow questions for code. Which kinds suit which material is ours.

Each kind's evidence is in its form: a calculation and a program that agree, code that passes its tests, answers of
those who never saw the material, points for an examiner.
"""

from __future__ import annotations

from typing import Any

from teams.engine.stages.asking import Asking, Goal, Transformation
from teams.engine.stages.forms import Form
from teams.open_domain_qa.forms import (
    CLAIM,
    DERIVATION,
    DISCREPANCY,
    FORMULA,
    FUNCTION,
    KNOWN,
    KNOWN_LIST,
    PREMISE,
    PROBABILITY,
    QUERY,
    REASONED,
    WITHHELD,
    WORKED,
)
from teams.open_domain_qa.looks import has_beliefs, has_facts, has_links, has_quantities, has_table
from teams.open_domain_qa.words import script


def _made(name: str, words: tuple[int, int], source: str = "ours", **how: Any) -> Transformation:
    return Transformation(name, script.brief(name), source, words, **how)


TRANSFORMATIONS = (
    _made("fact_sheet", (120, 350), looks=has_facts),
    _made("concept_map", (120, 380), looks=has_links),
    _made("problem_situation", (110, 320), looks=has_quantities),
    _made("data_set", (60, 260), looks=has_table),
    _made("misconceptions", (140, 420), looks=has_beliefs),
    _made("topic_abstract", (170, 420)),
    _made("practice", (170, 450)),
    _made("dilemma", (130, 380)),
    _made("identity", (0, 0), "paper", is_seed=True),
)
SMALL_TRANSFORMATIONS = ("identity",)
"""A model of a few billion parameters invents its facts (measured on 1.5B with other skills): it asks from the seed."""

_WORKED_GOALS = "more_conditions joined reversed general_case withheld units_and_form disguised own_attempt"
_FACT_GOALS = "more_conditions joined planted_premise disguised"
_OPEN_GOALS = "more_conditions joined disguised"
_EXPLAINED_GOALS = "more_conditions planted_premise disguised own_attempt"
BOTH = "calculator run_python"


def _asks(
    name: str, source: str, form: Form, goals: str = _OPEN_GOALS, *, small: bool = False, tools: str = "",
    executed: bool = False,
) -> Asking:  # fmt: skip
    return Asking(name, script.brief(name), source, form, tuple(tools.split()), small, tuple(goals.split()), executed)


# What only an examiner can read is not asked of a small model: it has none, and its reasons are made up (seen on 1.5B).
KINDS = (
    _asks("factoid", "CRAG", KNOWN, _FACT_GOALS, small=True),
    _asks("conditioned_fact", "CRAG", KNOWN, _FACT_GOALS),
    _asks("set_list", "CRAG", KNOWN_LIST, "planted_premise disguised"),
    _asks("multi_hop", "CRAG", KNOWN, _FACT_GOALS),
    _asks("post_processing", "CRAG", WORKED, "joined units_and_form planted_premise", tools="calculator"),
    _asks("misconception", "TruthfulQA", PREMISE, "more_conditions disguised"),
    _asks("false_premise", "CRAG", PREMISE, "more_conditions"),
    _asks("definition", "Graesser", REASONED, "more_conditions disguised"),
    _asks("explanation", "NF-CATS", REASONED, _EXPLAINED_GOALS),
    _asks("why", "NF-CATS", REASONED, _EXPLAINED_GOALS),
    _asks("why_not", "Graesser", REASONED, "more_conditions disguised"),
    _asks("how_to", "NF-CATS", REASONED),
    _asks("comparison", "NF-CATS", REASONED),
    _asks("advice", "NF-CATS", REASONED, "more_conditions own_attempt"),
    _asks("debate", "NF-CATS", REASONED, "more_conditions"),
    _asks("cause_consequence", "Graesser", REASONED, "joined planted_premise"),
    _asks("enablement", "Graesser", REASONED),
    _asks("counterfactual", "Graesser", REASONED),
    _asks("prediction", "ours", REASONED),
    _asks("example", "Graesser", REASONED, "more_conditions"),
    _asks("troubleshoot", "ours", REASONED, "more_conditions own_attempt"),
    _asks("word_problem", "GSM8K", WORKED, _WORKED_GOALS, small=True, tools=BOTH),
    _asks("measure", "ours", WORKED, _WORKED_GOALS, tools=BOTH),
    _asks("counting", "MATH", WORKED, "more_conditions general_case withheld disguised own_attempt", tools=BOTH),
    _asks("geometry", "MATH", WORKED, _WORKED_GOALS, tools=BOTH),
    _asks("probability", "MATH", PROBABILITY, _WORKED_GOALS, tools=BOTH),
    _asks("statistics", "GAISE", WORKED, "more_conditions reversed withheld units_and_form own_attempt", tools=BOTH),
    _asks("optimisation", "ours", WORKED, "more_conditions withheld units_and_form disguised own_attempt", tools=BOTH),
    _asks("formula", "MATH", FORMULA, "more_conditions disguised", tools=BOTH),
    _asks("derivation", "MATH", DERIVATION, "more_conditions", tools=BOTH),
    _asks("proof", "MATH", CLAIM, "more_conditions own_attempt", executed=True),
    _asks("underdetermined", "UMWP", WITHHELD, "disguised", tools="calculator"),
    _asks("code_how_to", "Beyer", FUNCTION, "more_conditions own_attempt", tools="run_python", executed=True),
    _asks("sql_how_to", "ours", QUERY, "more_conditions own_attempt", tools="run_python", executed=True),
    _asks("tool_how_to", "Beyer", REASONED, "more_conditions own_attempt"),
    _asks("discrepancy", "Beyer", DISCREPANCY, "disguised", tools="run_python", executed=True),
)

_SUITED = {
    "fact_sheet": """
        factoid conditioned_fact set_list multi_hop post_processing misconception false_premise comparison prediction
        """,
    "concept_map": """
        definition explanation why why_not comparison cause_consequence enablement example multi_hop counterfactual
        derivation
        """,
    "problem_situation": """
        word_problem measure counting geometry probability optimisation formula derivation proof underdetermined
        """,
    "data_set": "statistics probability word_problem sql_how_to code_how_to tool_how_to comparison",
    "misconceptions": "misconception false_premise why_not explanation prediction definition",
    "topic_abstract": """
        definition explanation why why_not how_to cause_consequence enablement counterfactual prediction example debate
        false_premise set_list
        """,
    "practice": """
        how_to advice troubleshoot enablement comparison tool_how_to code_how_to sql_how_to discrepancy measure
        """,
    "dilemma": "debate advice comparison counterfactual prediction optimisation probability",
    "identity": " ".join(kind.name for kind in KINDS),
}
SUITS = {material: tuple(kinds.split()) for material, kinds in _SUITED.items()}
"""Which kinds of question suit which kind of material."""


def _aims(name: str, source: str, **how: Any) -> Goal:
    return Goal(name, script.brief(name), source, **how)


GOALS = (
    _aims("more_conditions", "paper"),
    _aims("joined", "Evol-Instruct"),
    _aims("reversed", "MetaMath", new_key=True),
    _aims("general_case", "ours", becomes="formula"),
    _aims("planted_premise", "paper", becomes="false_premise"),
    _aims("withheld", "paper", becomes="underdetermined", is_answerable=False),
    _aims("units_and_form", "ours"),
    _aims("disguised", "Evol-Instruct"),
    _aims("own_attempt", "ours"),
)
