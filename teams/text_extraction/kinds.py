"""What text extraction is made of: nine transformations, 25 kinds of request, seven goals of refinement.

The paper names the skill and says nothing of how it is made. The kinds follow the tasks of universal information
extraction and published taxonomies of others, each named; which of them suit which text is ours.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from teams.engine.stages.asking import Asking, Goal, Transformation
from teams.text_extraction import looks, wants
from teams.text_extraction.form import Extraction, from_two, nested, strict, with_words
from teams.text_extraction.words import script


def _made(name: str, words: tuple[int, int], look: Callable[[str], Iterator[str]], **how: Any) -> Transformation:
    return Transformation(name, script.brief(name), "ours", words, look, **how)


TRANSFORMATIONS = (
    _made("report", (220, 480), looks.has_figures(10)),
    _made("contract", (260, 560), looks.has_clauses),
    _made("clinical_note", (160, 380), looks.has_figures(8)),
    _made("email_thread", (220, 520), looks.has_messages),
    _made("product_page", (220, 480), looks.has_figures(10)),
    _made("news_item", (200, 420), looks.has_quotations),
    _made("mixed_format", (200, 460), looks.has_table),
    _made("long_document", (650, 1200), looks.has_sections),
    Transformation("identity", script.brief("identity"), "paper", (0, 0), is_seed=True),
)
SMALL_TRANSFORMATIONS = ("identity",)
"""A small model loses figures and names of the seed, and invents no others that agree."""

EXCLUDE, NEST, CONFLICT, BOTH, GONE, TWO, STRICT = (
    "exclusions", "nested", "conflicting_mentions", "value_and_words", "field_gone", "two_documents", "strict_format",
)  # fmt: skip
_LISTED = (EXCLUDE, TWO, STRICT)
_DATED = (EXCLUDE, BOTH, TWO, STRICT)
_FORMED = (NEST, CONFLICT, BOTH, GONE)
MANY, ONE = ("many",), ("one",)


def _asks(
    name: str,
    source: str,
    want: Callable[[Any, str], Iterator[str]],
    goals: tuple[str, ...],
    containers: tuple[str, ...] = MANY,
    *,
    small: bool = False,
    closed: bool = True,
    tools: str = "",
) -> Asking:
    look = wants.small_or(want) if small else want
    form = Extraction(look, closed, (*containers, "plain") if small and "plain" not in containers else containers)
    return Asking(name, script.brief(name), source, form, tuple(tools.split()), small, goals)


KINDS = (
    _asks("named_entities", "CoNLL-2003", wants.entities, (*_LISTED, NEST), ("many", "one")),
    _asks("aliases", "CoNLL-2012", wants.aliases, (EXCLUDE, TWO)),
    _asks("relations", "ACE 2005", wants.relations, (EXCLUDE, TWO, STRICT)),
    _asks("events", "ACE 2005", wants.events, (*_DATED, NEST, GONE)),
    _asks("frame", "FrameNet", wants.frames, (EXCLUDE, GONE, NEST)),
    _asks("keyphrases", "SemEval-2017 task 10", wants.keyphrases, (EXCLUDE,), ("plain",), closed=False),
    _asks("dates_times", "TimeML", wants.moments, (*_DATED, CONFLICT), small=True),
    _asks("quantities", "MeasEval", wants.quantities, (*_DATED, CONFLICT), small=True, tools="calculator"),
    _asks("table_records", "FeTaQA", wants.table_rows, (*_LISTED, NEST), tools="calculator"),
    _asks("form_filling", "FUNSD", wants.schema, _FORMED, ONE, tools="calculator"),
    _asks("slots", "MultiWOZ", wants.slots, _FORMED, ONE),
    _asks("quotations", "PARC 3", wants.speakers, (EXCLUDE, TWO)),
    _asks("definitions", "DEFT", wants.definitions, (EXCLUDE, STRICT)),
    _asks("duties", "ContractNLI", wants.duties, (EXCLUDE, NEST, TWO)),
    _asks("steps", "wikiHow", wants.steps, (EXCLUDE, NEST)),
    _asks("opinions", "SemEval-2016 task 5", wants.opinions, (EXCLUDE, NEST, TWO), closed=False),
    _asks("contacts", "CoNLL-2003", wants.contacts, (*_LISTED, NEST, GONE), small=True),
    _asks("citations", "Cora", wants.citations, (EXCLUDE, STRICT)),
    _asks("code_elements", "StackOverflow NER", wants.code, (EXCLUDE, STRICT, NEST)),
    _asks("causes", "BECAUSE 2.0", wants.causes, (EXCLUDE,)),
    _asks("absent_fields", "SQuAD 2.0", wants.absent, (BOTH, NEST), ONE),
    _asks("nothing_there", "SQuAD 2.0", wants.nothing, (), ("many", "plain")),
    _asks("conflicting", "ours", wants.conflicting, (BOTH, NEST), ("one", "many")),
    _asks("scattered", "DocRED", wants.scattered, (EXCLUDE, GONE, BOTH)),
    _asks("filtered", "ours", wants.filtered, (STRICT, BOTH, TWO), ("many", "plain")),
)

_ANY = "named_entities keyphrases filtered nothing_there scattered"
_SUITED = {
    "report": f"{_ANY} events relations dates_times quantities table_records form_filling causes conflicting absent_fields",
    "contract": f"{_ANY} duties definitions dates_times quantities form_filling absent_fields conflicting citations aliases",
    "clinical_note": f"{_ANY} quantities dates_times form_filling absent_fields events frame conflicting causes",
    "email_thread": f"{_ANY} slots contacts dates_times conflicting aliases events form_filling absent_fields",
    "product_page": f"{_ANY} opinions quantities table_records form_filling absent_fields contacts",
    "news_item": f"{_ANY} quotations aliases relations events frame causes conflicting dates_times",
    "mixed_format": f"{_ANY} table_records quantities conflicting absent_fields contacts dates_times",
    "long_document": f"{_ANY} duties aliases relations dates_times definitions steps citations events conflicting contacts",
    "identity": " ".join(kind.name for kind in KINDS),
}
SUITS = {passage: tuple(dict.fromkeys(kinds.split())) for passage, kinds in _SUITED.items()}
"""Which kinds of request suit which kind of passage."""

GOALS = (
    Goal(EXCLUDE, script.brief(EXCLUDE), "ours", new_key=True),
    Goal(NEST, script.brief(NEST), "ours", refit=nested),
    Goal(CONFLICT, script.brief(CONFLICT), "ours", edits=True, new_key=True),
    Goal(BOTH, script.brief(BOTH), "ours", refit=with_words),
    Goal(GONE, script.brief(GONE), "ours", edits=True, new_key=True),
    Goal(TWO, script.brief(TWO), "ours", edits=True, new_key=True, refit=from_two),
    Goal(STRICT, script.brief(STRICT), "ours", refit=strict),
)
