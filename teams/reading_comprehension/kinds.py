"""What reading comprehension is made of: nine transformations, 43 kinds of question, three goals of refinement.

The transformations, the goals and fourteen kinds are the paper's (section 2.3, appendix A). It says that there are 43
kinds and prints no more; the others follow published taxonomies, each named. Literal comprehension counts once and
stands here twice, as the paper asks of it "a short answer or a list". Which kinds suit which transformation the paper
leaves open too: the table is ours.
"""

from __future__ import annotations

from typing import Any

from teams.engine.stages.asking import Asking, Goal, Transformation
from teams.engine.stages.forms import (
    CHAIN,
    CHOICE,
    FIVE,
    GAP,
    LIST,
    NUMBER,
    OPEN,
    ORDER,
    PAIRS,
    QUOTE,
    SHORT,
    STATEMENTS,
    Form,
)
from teams.reading_comprehension.looks import has_lines, has_speakers, has_steps, names_those_present
from teams.reading_comprehension.words import script


def _made(name: str, words: tuple[int, int], **how: Any) -> Transformation:
    return Transformation(name, script.brief(name), "paper", words, **how)


TRANSFORMATIONS = (
    _made("argument", (120, 260)),
    _made("debate", (280, 600), looks=has_speakers),
    _made("conversation", (220, 500), looks=has_speakers),
    _made("meeting", (280, 650), looks=names_those_present),
    _made("poem", (60, 260), looks=has_lines),
    _made("satire", (220, 480)),
    _made("instructional", (220, 500), looks=has_steps),
    _made("long_text", (600, 1100), tools=("search_documents",)),
    _made("identity", (0, 0), is_seed=True),
)
SMALL_TRANSFORMATIONS = ("identity",)
"""A model of a few billion parameters writes passages that hold nothing to ask about (measured on 1.5B)."""

EDITED, HARDER = ("no_longer_answerable", "another_answer"), "harder"
_FACTUAL = (*EDITED, HARDER)
_ARGUED = ("another_answer", HARDER)


def _asks(
    name: str, source: str, form: Form, goals: tuple[str, ...] = (HARDER,), *, small: bool = False, tools: str = ""
) -> Asking:
    return Asking(name, script.brief(name), source, form, tuple(tools.split()), small, goals)


KINDS = (
    _asks("literal", "paper", SHORT, _FACTUAL, small=True),
    _asks("literal_list", "paper", LIST, _FACTUAL),
    _asks("numerical", "paper", NUMBER, _FACTUAL, tools="calculator"),
    _asks("critical", "paper", STATEMENTS),
    _asks("evaluative", "paper", OPEN),
    _asks("cloze_word", "paper", GAP, EDITED, small=True),
    _asks("relationship", "paper", PAIRS),
    _asks("sequence", "paper", ORDER, _ARGUED),
    _asks("strengthen", "paper", FIVE, _ARGUED),
    _asks("weaken", "paper", FIVE, _ARGUED),
    _asks("assumption", "paper", FIVE, _ARGUED),
    _asks("flaw", "paper", FIVE, _ARGUED),
    _asks("inference", "paper", FIVE, _ARGUED),
    _asks("principle", "paper", FIVE, _ARGUED),
    _asks("method", "paper", FIVE, _ARGUED),
    _asks("paradox", "LSAT", FIVE),
    _asks("sufficient_assumption", "ReClor", FIVE, _ARGUED),
    _asks("supported", "ReClor", FIVE, _ARGUED),
    _asks("main_conclusion", "ReClor", FIVE),
    _asks("point_at_issue", "ReClor", FIVE, _ARGUED),
    _asks("role_of_statement", "ReClor", FIVE),
    _asks("evaluate", "ReClor", FIVE),
    _asks("parallel", "ReClor", FIVE),
    _asks("parallel_flaw", "ReClor", FIVE),
    _asks("apply_principle", "LSAT", FIVE, _ARGUED),
    _asks("main_idea", "RACE", CHOICE, small=True),
    _asks("purpose", "SAT", CHOICE),
    _asks("tone", "SAT", CHOICE, _ARGUED),
    _asks("viewpoints", "PISA", OPEN),
    _asks("word_in_context", "SAT", CHOICE, _ARGUED),
    _asks("referent", "CoQA", SHORT, _FACTUAL),
    _asks("cause_effect", "RACE", CHOICE, _FACTUAL),
    _asks("compare_contrast", "Barrett", OPEN),
    _asks("prediction", "Barrett", CHOICE, _ARGUED),
    _asks("multi_hop", "HotpotQA", SHORT, _FACTUAL),
    _asks("temporal", "DROP", NUMBER, _FACTUAL, tools="calculator"),
    _asks("unanswerable", "SQuAD 2.0", SHORT, ()),
    _asks("fact_opinion", "PISA", STATEMENTS),
    _asks("structure", "RACE", CHOICE),
    _asks("figurative", "PISA", OPEN),
    _asks("implied_meaning", "RACE", CHOICE, _ARGUED),
    _asks("application", "PISA", SHORT, _FACTUAL),
    _asks("evidence", "HotpotQA", QUOTE),
    _asks("follow_up_chain", "QuAC", CHAIN, ()),
)

BY_NAME = {kind.name: kind for kind in KINDS}

_ARGUED_KINDS = """
strengthen weaken assumption flaw inference principle method paradox sufficient_assumption supported main_conclusion
role_of_statement evaluate parallel parallel_flaw apply_principle compare_contrast multi_hop
"""
_SUITED = {
    "argument": _ARGUED_KINDS,
    "debate": """
        point_at_issue viewpoints implied_meaning strengthen weaken assumption flaw inference method role_of_statement
        evaluate fact_opinion critical
        """,
    "conversation": """
        point_at_issue viewpoints implied_meaning literal relationship unanswerable referent prediction multi_hop
        inference follow_up_chain
        """,
    "meeting": """
        point_at_issue viewpoints implied_meaning literal literal_list numerical relationship sequence temporal evidence
        multi_hop unanswerable follow_up_chain
        """,
    "poem": "evaluative cloze_word main_idea tone word_in_context figurative structure inference",
    "satire": """
        critical evaluative flaw purpose tone fact_opinion figurative implied_meaning main_idea apply_principle
        """,
    "instructional": """
        literal literal_list numerical cloze_word sequence temporal cause_effect unanswerable application evidence
        prediction
        """,
    "long_text": """
        literal literal_list numerical critical evaluative cloze_word relationship sequence main_idea cause_effect
        compare_contrast multi_hop temporal structure evidence purpose follow_up_chain unanswerable
        """,
    "identity": " ".join(
        kind.name for kind in KINDS if kind.name not in ("point_at_issue", "implied_meaning", "figurative")
    ),
}
SUITS = {passage: tuple(kinds.split()) for passage, kinds in _SUITED.items()}
"""Which kinds of question suit which kind of passage."""


def _aims(name: str, **how: Any) -> Goal:
    return Goal(name, script.brief(name), "paper", **how)


GOALS = (
    Goal(
        "no_longer_answerable",
        script.brief("no_longer_answerable"),
        "paper",
        True,
        is_answerable=False,
        asks_anew=False,
    ),
    Goal("another_answer", script.brief("another_answer"), "paper", True, new_key=True),
    Goal("harder", script.brief("harder"), "paper"),
)
