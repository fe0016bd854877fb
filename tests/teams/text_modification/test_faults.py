"""Planted faults are caught by the check that should, good pairs pass, and the desk sends broken drafts back."""

from __future__ import annotations

import pytest

from teams.engine.stages.forms import closed
from teams.engine.verdict import run_checks
from teams.text_modification.checks import CHECKS
from tests.teams.text_modification.pairs import BAD, BY_NAME, DRAFTS, GOOD, Case

jsonschema = pytest.importorskip("jsonschema")


def name_of(case: Case) -> str:
    return case.name


@pytest.mark.parametrize("case", [*GOOD, *BAD, *DRAFTS], ids=name_of)
def test_drafts_hold_to_their_form(case: Case) -> None:
    schema = closed(BY_NAME[case.kind].form.draft(False))
    jsonschema.validate({**case.wants, "question": case.wording}, schema)


@pytest.mark.parametrize("case", GOOD, ids=name_of)
def test_good_pairs_pass_every_check(case: Case) -> None:
    assert not case.complaints()
    failed = [finding for finding in run_checks(case.pair(), CHECKS).findings if not finding.passed]
    assert not failed


@pytest.mark.parametrize("case", BAD, ids=name_of)
def test_bad_pairs_are_caught_by_the_check_that_should(case: Case) -> None:
    failed = {finding.check for finding in run_checks(case.pair(), CHECKS).findings if not finding.passed}
    assert case.caught_by in failed


@pytest.mark.parametrize("case", DRAFTS, ids=name_of)
def test_the_desk_says_what_is_wrong_with_a_draft(case: Case) -> None:
    assert case.caught_by in "; ".join(case.complaints())
