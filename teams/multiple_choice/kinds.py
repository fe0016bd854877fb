"""What multiple choice is made of: seven transformations, 26 kinds of item, seven goals of refinement.

The paper names the skill and describes nothing of it. The item formats follow Haladyna, Downing and Rodriguez ("A
review of multiple-choice item-writing guidelines", 2002: HDR), the others published tests and taxonomies, each named.
"""

from __future__ import annotations

from typing import Any

from teams.engine.stages.asking import Asking, Goal, Transformation
from teams.engine.stages.forms import Form
from teams.multiple_choice.forms import (
    AllAbove,
    AssertionReason,
    Best,
    Case,
    Cloze,
    Combined,
    Figure,
    HowMany,
    Matching,
    NoneAbove,
    OneFalse,
    Ordered,
    Several,
    Spot,
    Tabled,
)
from teams.multiple_choice.forms.lettered import wider
from teams.multiple_choice.looks import (
    compares,
    gives_figures,
    lists_facts,
    numbers_steps,
    sets_beliefs_against_facts,
)
from teams.multiple_choice.words import script


def _made(name: str, words: tuple[int, int], **how: Any) -> Transformation:
    return Transformation(name, script.brief(name), "ours", words, **how)


TRANSFORMATIONS = (
    _made("key_facts", (150, 450), looks=lists_facts),
    _made("misconceptions", (120, 420), looks=sets_beliefs_against_facts),
    _made("case", (160, 420)),
    _made("quantities", (120, 350), looks=gives_figures),
    _made("comparison_table", (80, 350), looks=compares),
    _made("process", (150, 450), looks=numbers_steps),
    _made("identity", (0, 0), is_seed=True),
)
SMALL_TRANSFORMATIONS = ("identity",)
"""A model of a few billion parameters loses what is true when it rewrites."""

HARDER, TWINS, MORE, UP, MOVE, NONE, TWO = (
    "harder_distractors", "closer_twins", "more_options", "bloom_up", "move_key", "none_right", "two_facts",
)  # fmt: skip
_FREE = (HARDER, MORE, UP, NONE, TWO)
_TOLD = (HARDER, MORE, MOVE)
BEST, FOUR = Best(), Best(3, 3)


def _asks(
    name: str, source: str, form: Form, goals: tuple[str, ...] = (), *, small: bool = False, tools: str = ""
) -> Asking:
    return Asking(name, script.brief(name), source, form, tuple(tools.split()), small, goals)


KINDS = (
    _asks("single_best", "HDR: conventional", BEST, _FREE, small=True),
    _asks("negative_except", "HDR: negative", OneFalse(), (TWINS,)),
    _asks("none_above", "HDR: none of the above", NoneAbove(), (HARDER,)),
    _asks("all_above", "HDR: all of the above", AllAbove()),
    _asks("multiple_response", "HDR: multiple true-false", Several(), (TWINS,)),
    _asks("complex_statements", "HDR: complex multiple choice", Combined(), (TWINS,)),
    _asks("how_many_true", "UPSC civil service examination", HowMany(), (TWINS,)),
    _asks("matching", "HDR: matching", Matching()),
    _asks("cloze", "Taylor 1953", Cloze(), (HARDER, MORE), small=True),
    _asks("assertion_reason", "CBSE examinations", AssertionReason(), (TWINS,)),
    _asks("calculation", "AQuA-RAT", Figure(), (MORE, TWO), tools="calculator"),
    _asks("table_calculation", "HDR: context-dependent", Figure(over_table=True), (MORE, TWO), tools="calculator"),
    _asks("table_reading", "HDR: context-dependent", Tabled(), _TOLD),
    _asks("case_vignette", "MedQA", Case(), _TOLD),
    _asks("next_step", "NBME item-writing guide", Case(), _TOLD),
    _asks("ordering", "ours", Ordered()),
    _asks("analogy", "Miller Analogies Test", FOUR, (HARDER, MORE)),
    _asks("misconception", "Force Concept Inventory", Case(), (HARDER, MOVE)),
    _asks("two_tier", "Treagust 1988", FOUR, (HARDER,)),
    _asks("definition_term", "Bloom: remember", BEST, _FREE, small=True),
    _asks("error_spotting", "HDR: editing", Spot(), (TWINS,)),
    _asks("application", "Bloom: apply", Case(), (HARDER, MOVE)),
    _asks("deciding_test", "NGSS science practices", Case(), (HARDER, MORE)),
    _asks("prediction", "ARC", BEST, (HARDER, MORE, NONE, TWO), small=True),
    _asks("expert", "GPQA", FOUR, (MORE, TWO)),
    _asks("best_example", "Merrill and Tennyson 1977", BEST, (HARDER, MORE, NONE)),
)

_STATEMENTS = """
negative_except all_above none_above multiple_response complex_statements how_many_true assertion_reason
"""
_SUITED = {
    "key_facts": f"""
        single_best cloze matching definition_term best_example analogy prediction application expert {_STATEMENTS}
        """,
    "misconceptions": f"""
        misconception two_tier single_best prediction application deciding_test best_example error_spotting
        {_STATEMENTS}
        """,
    "case": "case_vignette next_step misconception deciding_test application prediction single_best two_tier",
    "quantities": "calculation table_calculation table_reading prediction application error_spotting",
    "comparison_table": """
        table_reading table_calculation matching best_example analogy complex_statements multiple_response
        negative_except case_vignette definition_term how_many_true
        """,
    "process": """
        ordering error_spotting next_step prediction single_best case_vignette negative_except how_many_true
        assertion_reason cloze deciding_test
        """,
    "identity": " ".join(kind.name for kind in KINDS),
}
SUITS = {passage: tuple(kinds.split()) for passage, kinds in _SUITED.items()}
"""Which kinds of item suit which kind of material."""

GOALS = (
    Goal(HARDER, script.brief(HARDER), "ours"),
    Goal(TWINS, script.brief(TWINS), "ours"),
    Goal(MORE, script.brief(MORE), "MMLU-Pro", refit=wider),
    Goal(UP, script.brief(UP), "Bloom", becomes="application"),
    Goal(MOVE, script.brief(MOVE), "ours", new_key=True),
    Goal(NONE, script.brief(NONE), "ours", becomes="none_above", refit=lambda form: NoneAbove(3, 5, always=True)),
    Goal(TWO, script.brief(TWO), "HotpotQA"),
)
