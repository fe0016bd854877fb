"""Items a strong writer made from real texts, read by a reader: the checks must come to the same conclusion.

What models said is not kept, only what came of it. One pair was rejected for what it is; three more only by a look
at options that a program had made ("I only" within "I and II only"), which is mended since.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from teams.engine.verdict import run_checks
from teams.multiple_choice import BY_NAME
from teams.multiple_choice.checks import CHECKS
from tests.teams.recording import read

ITEMS = read(Path(__file__).with_name("recordings") / "items.jsonl")
BAD = {
    # It passes over four of the six wrong options.
    "flower_strips_study.md:1-21/process/case_vignette-1/more_options-2": "others_discussed",
}


def label(line: dict[str, Any]) -> str:
    return str(line["pair"]["id"]).removeprefix("multiple_choice/")


@pytest.mark.parametrize("line", [pytest.param(line, id=label(dict(line))) for line in ITEMS.pairs])
def test_the_checks_agree_with_the_reader(line: dict[str, Any]) -> None:
    verdict = run_checks(ITEMS.pair(line), CHECKS)
    failed = {finding.check for finding in verdict.findings if not finding.passed}
    assert failed == ({BAD[label(line)]} if label(line) in BAD else set()), verdict.reasons


def test_the_recording_is_of_many_kinds_and_goals() -> None:
    instructions = [record for name, record in ITEMS.records.items() if name.startswith("instruction ")]
    assert len({record["kind"] for record in instructions} & BY_NAME.keys()) >= 10
    assert len({goal for record in instructions for goal in record["refinements"]}) >= 5
    assert any(record["demands"] for record in instructions)
    assert set(BAD) <= {label(dict(line)) for line in ITEMS.pairs}


def test_it_holds_no_addresses_of_a_machine() -> None:
    text = json.dumps(ITEMS.pairs) + json.dumps(ITEMS.records)
    assert not any(word in text for word in ("127.0.0.1", "/work/", "/root/", "/home/", "/tmp/"))
