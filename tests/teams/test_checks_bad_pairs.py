"""The sixteen pairs of the first sketch, none of them fit to train on: each is rejected, and for its own reasons."""

import json
from pathlib import Path

import pytest

from teams.engine.checks import TOOL_USE_CHECKS
from teams.engine.records import Pair
from teams.engine.verdict import run_checks
from tests.teams.fixtures.talks import pair

ROWS = [
    json.loads(line) for line in (Path(__file__).parent / "fixtures/sixteen_bad_pairs.jsonl").open(encoding="utf-8")
]

FENCED = {"no_call_in_prose", "answer_for_the_user", "kind_held"}
"""The assistant writes the call as JSON in a code fence, and that is its answer: no call is ever made."""
CODE_NAMES = {"names_no_function"}
"""The user speaks of book_id and member_id, or of the function `lend`."""
HOLE = {"no_placeholder"}
"""{book_id} was never filled in."""
EXPLAINS = {"no_talk_about_the_task", "request_is_the_users"}
"""The editor explained which calls to make, instead of rewriting what the user wants."""
INVENTS = {"answer_truthful"}
"""The assistant makes up ids: B001, 123."""

WHY = {
    "several_calls-1": FENCED | CODE_NAMES,
    "several_calls-2": FENCED | CODE_NAMES,
    "no_such_function-1": FENCED | CODE_NAMES | HOLE | INVENTS,
    "no_such_function-2": FENCED | CODE_NAMES | HOLE,
    "no_such_function-3": FENCED | CODE_NAMES | HOLE | INVENTS,
    "several_calls-2/unanswerable-1": FENCED | CODE_NAMES,
    # A walk through the code, with a result that no call ever gave.
    "several_calls-2/unanswerable-2": FENCED | CODE_NAMES,
    # "…you can call the `lend` function … Here's how you can do it in Python:", and Python is the answer.
    "no_such_function-1/more_steps-1": FENCED | CODE_NAMES | HOLE | EXPLAINS | INVENTS | {"not_cut_off"},
    # "Make a request to the `lend` function": an order to a programmer, with a null for the member.
    "no_such_function-1/more_steps-2": FENCED | CODE_NAMES | INVENTS | {"no_talk_about_the_task"},
    "several_calls-1/more_steps-1": FENCED | CODE_NAMES | EXPLAINS,
    "several_calls-1/more_steps-2": FENCED | CODE_NAMES | EXPLAINS,
    "no_such_function-2/unanswerable-1": FENCED | CODE_NAMES | HOLE,
    "several_calls-1/more_steps-3": FENCED | CODE_NAMES | EXPLAINS,
    # "No, the book … cannot be returned": the user answers, the assistant calls with "book_id" for a book.
    "no_such_function-2/unanswerable-2": FENCED | CODE_NAMES | HOLE | {"request_is_the_users"},
    "no_such_function-3/more_steps-2": FENCED | CODE_NAMES | EXPLAINS | INVENTS,
    "no_such_function-3/more_steps-1": FENCED | CODE_NAMES | EXPLAINS | INVENTS,
}


def name_of(row: dict[str, str]) -> str:
    return row["id"].removeprefix("loans.py/wider_functions/").removesuffix("/pair").removesuffix("/respond-plain")


def as_pair(row: dict[str, object]) -> Pair:
    """The sketch kept no facts: give it the outcome its kind wants, so that only its own faults reject it."""
    outcome = "failed" if row["kind"] == "no_such_function" else "final_answer"
    return pair(str(row["kind"]), row["messages"], row["tools"], outcome=outcome)  # type: ignore[arg-type]


def test_all_sixteen_are_here() -> None:
    assert {name_of(row) for row in ROWS} == WHY.keys()
    assert len(ROWS) == 16


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_each_is_rejected_for_its_reasons(row: dict[str, object]) -> None:
    verdict = run_checks(as_pair(row), TOOL_USE_CHECKS)
    assert not verdict.accepted
    failed = {finding.check for finding in verdict.findings if not finding.passed}
    assert WHY[name_of(row)] <= failed  # type: ignore[arg-type]


@pytest.mark.parametrize("row", ROWS, ids=name_of)
def test_evidence_names_what_is_wrong(row: dict[str, object]) -> None:
    said = json.dumps(row, ensure_ascii=False)
    evidence = " ".join(run_checks(as_pair(row), TOOL_USE_CHECKS).reasons)
    for value in ("{book_id}", "B001"):
        assert (value in evidence) == (value in said)
