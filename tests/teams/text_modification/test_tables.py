"""The tables are sound: every kind has a brief of its own, suits some text, and can be asked for in its form."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from itertools import combinations

import jsonschema
import pytest

from teams.engine.flow import Kind
from teams.engine.stages.forms import closed
from teams.text_modification import skill
from teams.text_modification.kinds import GOALS, KINDS, SUITS, TRANSFORMATIONS
from teams.text_modification.words import script
from tests.teams.tables import brief_faults, suit_faults, unused_words
from tools.plugins import find_tool

ALIKE = 0.5
"""Share of words in common, in order, from which two briefs are nearly one."""
ENTRIES = (*TRANSFORMATIONS, *KINDS, *GOALS)
PAPER = """paraphrasing simplification expansion translation formatting sentiment annotation keyword_replacement removal
capitalisation styling content_rewriting normalisation plagiarism_rewording code_switching obfuscation entailment
vocabulary_limits"""


def test_the_papers_eighteen_kinds_are_there() -> None:
    assert {kind.name for kind in KINDS if kind.source == "paper"} == set(PAPER.split())


def test_every_name_stands_once() -> None:
    names = [entry.name for entry in ENTRIES]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_every_entry_has_a_source_and_a_brief(entry: object) -> None:
    sentences = re.findall(r"[.!?:](?:\s|$)", entry.brief)  # type: ignore[attr-defined]
    assert entry.source in ("paper", "ours")  # type: ignore[attr-defined]
    assert getattr(entry, "is_seed", False) or len(sentences) >= 3


def test_no_two_briefs_are_nearly_alike() -> None:
    briefs = {entry.name: entry.brief.split() for entry in ENTRIES}
    alike = {
        (a, b): share
        for a, b in combinations(briefs, 2)
        if (share := SequenceMatcher(None, briefs[a], briefs[b], autojunk=False).ratio()) > ALIKE
    }
    assert not alike


def test_every_kind_suits_a_text_and_every_text_a_kind() -> None:
    assert SUITS.keys() == {passage.name for passage in TRANSFORMATIONS}
    assert {name for kinds in SUITS.values() for name in kinds} == {kind.name for kind in KINDS}
    assert all(SUITS.values())


def test_goals_named_by_kinds_exist_and_each_is_used() -> None:
    assert {goal for kind in KINDS for goal in kind.goals} == {goal.name for goal in GOALS}


def test_tools_named_by_kinds_are_registered() -> None:
    for tool in {tool for kind in KINDS for tool in kind.tools}:
        assert find_tool(tool).name == tool


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_forms_are_schemas_that_end_in_the_wording(kind: object) -> None:
    draft = kind.form.draft(False)  # type: ignore[attr-defined]
    jsonschema.Draft202012Validator.check_schema(closed(draft))
    assert list(draft)[-1] == "question"


def test_no_prompt_hangs_on_kind_or_seed() -> None:
    for name in script:
        words = script.role(name).prompt.render(small=False, language="", record=None, kind=None)
        assert "{{" not in words
        assert len(words.split()) > 120 or name == "worder"  # a small model is told little


def test_scripts_avoid_the_words_of_machines() -> None:
    text = script.path.read_text(encoding="utf-8")
    outside_quotes = re.sub(r'"[^"\n]*(?:\n[^"\n]*)?"', "", text)
    assert not re.findall(r"\b(?:ensure|delve|comprehensive|leverage|utilize)\w*", outside_quotes)


def test_the_tables_hold_what_all_tables_hold() -> None:
    kept = [Kind(name, script.brief(name)) for name in script.briefs if name.endswith("_kept")]
    assert brief_faults([TRANSFORMATIONS, KINDS, GOALS]) == []
    assert suit_faults(SUITS, TRANSFORMATIONS, KINDS) == []
    assert unused_words(script, skill.roles, [*ENTRIES, *kept]) == []
    assert {kind.kept for kind in KINDS if kind.kept} == {kind.brief for kind in kept}
