"""Conversations by a strong writer who saw only what each request shows, judged again by every later version.

`recorded.py` says how they are kept. The failures are honest: slips of the writer that a reader found, and pairs that
checks of that day rejected wrongly.
"""

from __future__ import annotations

from typing import Any

import pytest

from teams.conversation import skill
from teams.conversation.examining import papers
from teams.engine.verdict import run_checks
from tests.teams.conversation.recorded import FILE, pairs

RECORDED = [pytest.param(pair, line, id=pair.id.removeprefix("conversation/")) for pair, line in pairs()]
SLIPS = {
    # "Since the lane was painted": nobody had said that it was, nor since when.
    "conversation/bicycle_count_report.md:1-35/persona/standing_rule-1": "answers_supported",
    # The second answer names one reason as the whole of it, the last says that it is half.
    "conversation/pairs.jsonl:1-1/earlier_pair/self_affirmation-1": "answers_supported",
}
REJECTED_WRONGLY = {
    # "in winter" was read as the name Winter, which was to go.
    "conversation/bicycle_count_report.md:37-56/draft/stepwise_refinement-1/short_sentences",
    # Flash cards end without a full stop.
    "conversation/ferry_crossing_cut.md:1-23/identity/follow_ups-1",
}


@pytest.mark.parametrize(("pair", "line"), RECORDED)
def test_the_programs_find_nothing_wrong(pair: Any, line: Any) -> None:
    verdict = run_checks(pair, skill.checks)
    assert verdict.accepted, verdict.reasons


@pytest.mark.parametrize(("pair", "line"), RECORDED)
def test_readers_accepted_all_but_the_slips(pair: Any, line: Any) -> None:
    failed = {check["check"] for check in line["said"] if not check["passed"]}
    if pair.id in SLIPS:
        assert failed == {SLIPS[pair.id]}
    else:
        assert not failed
        assert line["accepted"] or pair.id in REJECTED_WRONGLY


@pytest.mark.parametrize(("pair", "line"), RECORDED)
def test_every_turn_that_leans_is_shown_alone_to_somebody(pair: Any, line: Any) -> None:
    alone = [paper for paper in papers(pair) if paper.is_alone]
    assert alone
    assert all(len(paper.text) < 1200 for paper in alone), "the talk before it is not shown"


def test_recordings_hold_no_addresses_of_a_machine() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert not any(word in text for word in ("127.0.0.1", "/work/", "/root/", "/home/", "/tmp/"))
