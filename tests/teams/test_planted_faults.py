"""Planted faults are caught by the check that is there for them; good pairs of many kinds pass. In every skill whose
pairs can be judged without a sandbox or a browser; those that need one have tests of their own beside their tables."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import pytest

SKILLS = (
    "analytical_reasoning", "brain_teaser", "creative_content", "data_to_text", "fermi", "few_shot_reasoning",
    "multiple_choice", "open_domain_qa", "rag", "reading_comprehension", "text_classification", "text_extraction",
)  # fmt: skip
TABLES: dict[str, ModuleType] = {skill: import_module(f"tests.teams.{skill}.faults") for skill in SKILLS}
GOOD = {f"{skill}: {name}": (skill, case) for skill in SKILLS for name, case in TABLES[skill].good().items()}
BAD = {f"{skill}: {name}": (skill, case) for skill in SKILLS for name, case in TABLES[skill].bad().items()}


@pytest.mark.parametrize("name", GOOD)
def test_a_good_pair_passes(name: str) -> None:
    skill, case = GOOD[name]
    verdict = TABLES[skill].judged(case)
    assert verdict.accepted, verdict.reasons


@pytest.mark.parametrize("name", BAD)
def test_a_fault_is_caught_by_its_check(name: str) -> None:
    skill, case = BAD[name]
    verdict = TABLES[skill].judged(case)
    assert not verdict.accepted
    assert any(reason.startswith(f"{case.caught_by}:") for reason in verdict.reasons), verdict.reasons


@pytest.mark.parametrize("skill", SKILLS)
def test_there_are_enough_of_both(skill: str) -> None:
    assert len(TABLES[skill].good()) >= 6
    assert len(TABLES[skill].bad()) >= 6
