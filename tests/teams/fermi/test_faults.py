"""Planted faults are caught by the check that is there for them; good estimates of all forms pass."""

from __future__ import annotations

import pytest

from tests.teams.fermi.faults import bad, good, judged

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
