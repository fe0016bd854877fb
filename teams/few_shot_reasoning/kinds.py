"""What few-shot reasoning is made of: seven transformations, 24 kinds of task, seven goals of refinement.

The paper names the skill and shows none of it. Kinds follow published tasks: rule learning on lists and words, label
learning with and without meaning, chains of thought, invented languages, programming by example. In most of them a
program draws the rule and knows the answer (`is_computed` of the form); where only a reader can tell, those who sit the
message blind have to agree. Which kinds suit which material is ours.
"""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from teams.engine.stages.asking import Asking, Goal, Transformation
from teams.few_shot_reasoning.forms.coded import Coded
from teams.few_shot_reasoning.forms.computed import Computed
from teams.few_shot_reasoning.forms.meant import Analogy, Styled
from teams.few_shot_reasoning.forms.reckoned import Reckoned
from teams.few_shot_reasoning.forms.task import Task
from teams.few_shot_reasoning.forms.written import Extracted, Remapped
from teams.few_shot_reasoning.looks import has_pairs, has_table, has_words
from teams.few_shot_reasoning.words import script


def _made(name: str, words: tuple[int, int], source: str = "ours", **how: Any) -> Transformation:
    return Transformation(name, script.brief(name), source, words, **how)


TRANSFORMATIONS = (
    _made("pattern_sheet", (130, 420)),
    _made("record_sheet", (90, 380), looks=has_table),
    _made("label_book", (180, 600)),
    _made("lexicon", (90, 400), looks=has_words),
    _made("procedure_sheet", (180, 550)),
    _made("relation_map", (70, 380), looks=has_pairs),
    _made("identity", (0, 0), "paper", is_seed=True),
)
SMALL_TRANSFORMATIONS = ("identity",)
"""With a small model the program takes words from the text itself."""


@dataclass(frozen=True)
class Asked(Asking):
    """A kind of few-shot task."""

    form: Task = field(default_factory=lambda: Computed("letters"))
    per_chat: int = 1
    """What makes tasks differ is drawn for each chat."""


_LISTED = "fewer_shots second_rule out_of_distribution longer_query wrong_shot"
_WRITTEN = "surface_cue longer_query out_of_distribution"


def _asks(name: str, source: str, form: Task, goals: str, *, small: bool = False, **how: Any) -> Asked:
    return Asked(name, script.brief(name), source, form, (), small, tuple(goals.split()), **how)


KINDS = (
    _asks("number_function", "BIG-bench", Computed("figures"), "fewer_shots second_rule out_of_distribution wrong_shot without_reasons", small=True),
    _asks("novel_operator", "BIG-bench", Computed("operators"), "fewer_shots out_of_distribution wrong_shot", small=True),
    _asks("string_manipulation", "FlashFill", Computed("letters"), "fewer_shots longer_query second_rule wrong_shot without_reasons", small=True),
    _asks("number_list", "Rule 2020", Computed("rows"), f"{_LISTED} without_reasons", small=True),
    _asks("word_list", "Rule 2020", Computed("phrases"), "fewer_shots longer_query second_rule wrong_shot without_reasons", small=True),
    _asks("grid_induction", "ARC", Computed("grids"), "fewer_shots longer_query out_of_distribution wrong_shot", small=True),
    _asks("label_by_example", "RULEX", Computed("sorted"), "fewer_shots surface_cue second_rule"),
    _asks("arbitrary_labels", "symbol tuning", Computed("marked"), "fewer_shots surface_cue longer_query", small=True),
    _asks("remapped_labels", "symbol tuning", Remapped(), _WRITTEN),
    _asks("novel_words", "Lake 2019", Computed("commands"), "fewer_shots longer_query"),
    _asks("format_transfer", "FlashFill", Computed("formats"), "fewer_shots wrong_shot"),
    _asks("extraction_by_example", "FLAN", Extracted(), _WRITTEN),
    _asks("style_transfer", "Reif 2022", Styled(), "longer_query out_of_distribution"),
    _asks("analogy", "BATS", Analogy(), "out_of_distribution"),
    _asks("rule_with_exceptions", "RULEX", Computed("letters_but", "phrases_but", "figures_but"), "fewer_shots surface_cue out_of_distribution wrong_shot without_reasons"),
    _asks("math_cot", "Wei 2022", Reckoned(), "longer_query out_of_distribution surface_cue"),
    _asks("logic_cot", "PrOntoQA", Computed("deduction"), "fewer_shots longer_query without_reasons"),
    _asks("tracking_cot", "BIG-bench Hard", Computed("tracking"), "fewer_shots longer_query without_reasons"),
    _asks("translation_puzzle", "linguistics olympiads", Computed("tongue"), "fewer_shots longer_query"),
    _asks("morphology", "SIGMORPHON", Computed("inflection"), "fewer_shots longer_query wrong_shot"),
    _asks("code_by_example", "MBPP", Coded(), "", needs_sandbox=True),
    _asks("table_transform", "Foofah", Computed("tables"), "fewer_shots longer_query"),
    _asks("noisy_exemplar", "ours", Computed("letters", "figures", "phrases", noisy=True), "", small=True),
    _asks("house_rule", "ours", Computed("house"), "wrong_shot", needs_sandbox=True),
)  # fmt: skip
BY_NAME = {kind.name: kind for kind in KINDS}

_DRAWN = "number_function novel_operator number_list grid_induction morphology"
_SUITED = {
    "pattern_sheet": f"house_rule rule_with_exceptions code_by_example {_DRAWN}",
    "record_sheet": "label_by_example format_transfer table_transform house_rule extraction_by_example novel_operator",
    "label_book": "remapped_labels extraction_by_example style_transfer arbitrary_labels noisy_exemplar",
    "lexicon": """
        translation_puzzle novel_words string_manipulation word_list arbitrary_labels rule_with_exceptions logic_cot
        tracking_cot code_by_example noisy_exemplar morphology
        """,
    "procedure_sheet": "math_cot tracking_cot house_rule number_function number_list code_by_example",
    "relation_map": "analogy novel_words logic_cot string_manipulation word_list translation_puzzle",
    "identity": " ".join(kind.name for kind in KINDS),
}
SUITS = {material: tuple(kinds.split()) for material, kinds in _SUITED.items()}
"""Which kinds of task suit which kind of material."""


def _aims(name: str, source: str, **how: Any) -> Goal:
    return Goal(name, script.brief(name), source, **how)


GOALS = (
    _aims("fewer_shots", "ours"),
    _aims("longer_query", "Lake 2019"),
    _aims("second_rule", "RULEX"),
    _aims("surface_cue", "ours"),
    _aims("wrong_shot", "ours"),
    _aims("without_reasons", "Wei 2022"),
    _aims("out_of_distribution", "symbol tuning"),
)
