"""Planted faults are caught by the check that is there for them; good pieces of many kinds pass."""

from __future__ import annotations

import pytest

from tests.teams.creative_content.faults import Case, answered, bad, good, judged, recorded

GOOD, BAD = good(), bad()


@pytest.mark.parametrize("name", GOOD)
def test_a_good_pair_passes(name: str) -> None:
    verdict = judged(GOOD[name])
    assert verdict.accepted, verdict.reasons


@pytest.mark.parametrize("name", BAD)
def test_a_fault_is_caught_by_its_check(name: str) -> None:
    verdict = judged(BAD[name])
    assert not verdict.accepted
    assert any(reason.startswith(f"{BAD[name].caught_by}:") for reason in verdict.reasons), verdict.reasons


@pytest.mark.parametrize("better", ["first", "equal"])
def test_an_arbiter_swayed_by_the_place_decides_nothing(better: str) -> None:
    assert judged(Case(recorded("poem-1"), better=better)).accepted


def test_a_draft_that_was_never_revised_is_compared_with_nothing() -> None:
    verdict = judged(GOOD["scene"])
    assert "revision_not_worse" not in {finding.check for finding in verdict.findings}


def test_solvers_who_disagree_with_each_other_leave_no_answer() -> None:
    verdict = judged(Case(recorded("capital_words"), solved=("12", "14", "10")))
    assert any(reason.startswith("blind_agreement: 1 of 3") for reason in verdict.reasons), verdict.reasons


def test_the_wrapping_of_a_format_is_no_part_of_the_piece() -> None:
    pair = recorded("poem-1")
    titled = answered(pair, str(pair.messages[-1]["content"]).replace("Eighteen", "# Eighteen"))
    assert judged(Case(titled)).accepted
