"""Planted faults are caught by the check that is there for them; good conversations of many kinds pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from teams.conversation.checks import figures_from_talk
from teams.conversation.examining import audit_task
from tests.teams.conversation.faults import CHAIN, SUMS, Case, bad, good, judged, says

GOOD, BAD = good(), bad()


@pytest.mark.parametrize("name", GOOD)
def test_a_good_conversation_passes(name: str) -> None:
    verdict = judged(GOOD[name])
    assert verdict.accepted, verdict.reasons


@pytest.mark.parametrize("name", BAD)
def test_a_fault_is_caught_by_its_check(name: str) -> None:
    verdict = judged(BAD[name])
    assert not verdict.accepted
    assert any(reason.startswith(f"{BAD[name].caught_by}:") for reason in verdict.reasons), verdict.reasons


def test_what_follows_from_several_turns_is_given_to_the_auditor_to_work_out() -> None:
    told = [{**turn, "sort": "infer"} if turn["number"] > 1 else turn for turn in SUMS.instruction.facts["turns"]]
    facts = {**SUMS.instruction.facts, "turns": [{**turn, "expression": ""} for turn in told]}
    kind = "reasoning_in_turns"
    pair = replace(SUMS, kind=kind, instruction=replace(SUMS.instruction, kind=kind, facts=facts))
    pair = says(pair, 3, "258 bottles; it was 310 last year.")
    assert list(figures_from_talk(SUMS))
    assert not list(figures_from_talk(pair))
    assert "Figures to work out yourself" in audit_task(pair)
    assert "'310'" in audit_task(pair)
    assert "Figures to work out yourself" not in audit_task(SUMS)


@pytest.mark.parametrize("is_same", [True, False])
def test_a_blind_answer_in_other_words_is_read_before_it_counts_as_another(is_same: bool) -> None:
    turns = [dict(turn) for turn in CHAIN.instruction.facts["turns"]]
    at = next(n for n, turn in enumerate(turns) if turn["number"] == 2)
    turns[at] |= {"key": "the snow that had fallen on the young ice", "expression": ""}
    pair = replace(CHAIN, instruction=replace(CHAIN.instruction, facts={**CHAIN.instruction.facts, "turns": turns}))
    case = Case(pair, truth={2: "the crew broke through the snow again and again"}, same=is_same)
    reasons = judged(case).reasons
    assert any(reason.startswith("blind_agreement: turn 2") for reason in reasons) is not is_same, reasons
