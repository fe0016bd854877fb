"""What coding is made of: ten transformations, 25 kinds of task, eight goals of refinement, five voices.

The kinds are the paper's twenty and five more; each has its forerunner among benchmarks: HumanEval and MBPP for code
from words, HumanEvalPack for mending and explaining, CRUXEval for outputs and inputs, CanItEdit for changes, DS-1000
for libraries, CodeXGLUE for translation and documentation, Spider for queries, CyberSecEval for unsafe code. Which
kinds suit which material is ours. Each kind's evidence is in its form, and every form's truth is carried out.
"""

from __future__ import annotations

from typing import Any

from teams.coding.forms import (
    COMPLEXITY,
    CONFLICTED,
    DEDUCED,
    DOCUMENTED,
    EXPLAINED,
    FILLED,
    GROWN,
    INJECTED,
    LIBRARY,
    LOCATED,
    MENDED,
    MODIFIED,
    OPTIMISED,
    PREDICTED,
    QUERIED,
    REFACTORED,
    REVIEWED,
    SCRIPTED,
    SECURED,
    TESTED,
    TRACED,
    TRANSLATED,
    WRITTEN,
    Task,
)
from teams.coding.looks import has_code, has_examples, has_rules, has_steps, has_tables
from teams.coding.words import script
from teams.engine.flow import Kind
from teams.engine.stages.asking import Asking, Goal, Transformation


def _made(name: str, words: tuple[int, int], source: str = "paper", **how: Any) -> Transformation:
    return Transformation(name, script.brief(name), source, words, **how)


TRANSFORMATIONS = (
    _made("isolated_function", (30, 350), looks=has_code, may_copy=True),
    _made("small_module", (90, 700), looks=has_code, may_copy=True),
    _made("small_program", (70, 600), "ours", looks=has_code, may_copy=True),
    _made("spec_sheet", (130, 500), looks=has_rules),
    _made("usage_examples", (60, 500), looks=has_examples, may_copy=True),
    _made("algorithm", (130, 450), looks=has_steps),
    _made("problem_statement", (120, 450)),
    _made("tables", (90, 600), "ours", looks=has_tables),
    _made("data_files", (70, 450), "ours", looks=has_code),
    _made("identity", (0, 0), "paper", is_seed=True),
)

_WRITE_GOALS = "more_requirements edge_cases constraint other_language real_life contradiction"
_READ_GOALS = "larger_case other_language real_life"
_CHANGE_GOALS = "more_requirements edge_cases real_life"


def _asks(name: str, source: str, form: Task, goals: str, *, small: bool = False, tools: str = "run_program") -> Asking:
    return Asking(name, script.brief(name), source, form, tuple(tools.split()), small, tuple(goals.split()), True, 1)


KINDS = (
    _asks("from_spec", "HumanEval", WRITTEN, _WRITE_GOALS),
    _asks("from_examples", "MBPP", WRITTEN, "edge_cases constraint other_language"),
    _asks("fill_in", "paper", FILLED, _CHANGE_GOALS),
    _asks("predict_output", "CRUXEval", PREDICTED, _READ_GOALS, small=True),
    _asks("deduce_input", "CRUXEval", DEDUCED, _READ_GOALS),
    _asks("counterexample", "ours", DEDUCED, "larger_case real_life"),
    _asks("trace_state", "paper", TRACED, "larger_case real_life"),
    _asks("fix_bug", "HumanEvalPack", MENDED, "second_bug edge_cases other_language real_life"),
    _asks("fix_injected", "ours", INJECTED, "more_requirements other_language"),
    _asks("locate_fault", "ours", LOCATED, "more_requirements other_language"),
    _asks("explain", "HumanEvalPack", EXPLAINED, "larger_case other_language real_life"),
    _asks("review", "paper", REVIEWED, "second_bug other_language real_life"),
    _asks("refactor", "paper", REFACTORED, "constraint other_language real_life"),
    _asks("optimise", "paper", OPTIMISED, "edge_cases constraint real_life"),
    _asks("translate", "CodeXGLUE", TRANSLATED, "edge_cases other_language constraint"),
    _asks("write_tests", "paper", TESTED, "more_requirements other_language real_life"),
    _asks("write_docs", "CodeXGLUE", DOCUMENTED, "edge_cases real_life"),
    _asks("modify", "CanItEdit", MODIFIED, "more_requirements edge_cases real_life"),
    _asks("use_library", "DS-1000", LIBRARY, "more_requirements edge_cases real_life"),
    _asks("query", "Spider", QUERIED, "more_requirements edge_cases real_life"),
    _asks("design", "paper", GROWN, "more_requirements edge_cases constraint"),
    _asks("complexity", "paper", COMPLEXITY, "larger_case real_life"),
    _asks("security_fix", "CyberSecEval", SECURED, "second_bug real_life"),
    _asks("script", "paper", SCRIPTED, "more_requirements edge_cases other_language real_life"),
    _asks("conflicting", "paper", CONFLICTED, "real_life"),
)

_FROM_CODE = """
    predict_output deduce_input counterexample trace_state fix_bug fix_injected locate_fault explain review refactor
    optimise translate write_tests write_docs modify complexity security_fix fill_in
    """
_FROM_WORDS = (
    "from_spec from_examples use_library design query script conflicting translate predict_output fix_injected"
)
_SUITED = {
    "isolated_function": f"{_FROM_CODE} from_spec from_examples",
    "small_module": f"{_FROM_CODE} design from_spec",
    "small_program": "predict_output trace_state fix_bug explain review refactor translate modify script fix_injected",
    "spec_sheet": "from_spec from_examples conflicting design modify fill_in write_tests security_fix use_library",
    "usage_examples": "from_examples deduce_input write_tests write_docs use_library counterexample",
    "algorithm": "design optimise complexity trace_state explain from_spec counterexample fill_in",
    "problem_statement": "from_spec design optimise translate use_library complexity conflicting script",
    "tables": "query script from_spec",
    "data_files": "script use_library from_spec query security_fix",
    "identity": f"{_FROM_CODE} {_FROM_WORDS}",
}
SUITS = {material: tuple(dict.fromkeys(kinds.split())) for material, kinds in _SUITED.items()}
"""Which kinds of task suit which kind of material."""


def _aims(name: str, source: str = "paper", **how: Any) -> Goal:
    return Goal(name, script.brief(name), source, **how)


GOALS = (
    _aims("more_requirements"),
    _aims("edge_cases"),
    _aims("constraint"),
    _aims("second_bug"),
    _aims("larger_case"),
    _aims("other_language"),
    _aims("real_life", "ours"),
    _aims("contradiction", becomes="conflicting"),
)

VOICES = tuple(
    Kind(name, script.brief(name), source="ours")
    for name in ("ticket", "in_a_hurry", "learner", "plain_task", "other_trade")
)
"""Who asks: drawn for each chat."""
