"""Blind answers whose words are not the key's are read before they are called wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.models.scripted import Request, ScriptedClient
from teams.engine.stages.forms import SHORT
from teams.reading_comprehension import skill
from tests.teams.judging import verdict_of
from tests.teams.reading_comprehension.faults import MEETING, made

CHAIN = {
    "evidence": ["Nobody has asked for it in four years."],
    "question": "What does Teresa mean to do with the grey pea?",
    "answer": "sow it herself",
    "further": [
        {"question": "And why not wait, as was said in autumn?", "answer": "because nobody else keeps it any more"},
        {"question": "How many jars did the school have of it before?", "answer": ""},
    ],
}
ANSWERS = ["She means to sow it herself.", "Because nobody else keeps it any more.", "The text doesn't say."]
IN_OTHER_WORDS = ["sow it herself", "since the school's jar is gone, hers is the last", ""]
SAYS_NO = ["sow it herself", "since it sells well in spring", ""]


def reader(said: list[str], right: list[str]) -> ScriptedClient:
    """Somebody who sits the paper with `said`, and a grader who takes `right` for the key in other words."""

    def solve(request: Request) -> str:
        return json.dumps({"thought": "Read, and found.", "answerable": True, "answer": said})

    def grade(request: Request) -> str:
        task = str(request.messages[-1].content)
        is_same = right[1] in task or ANSWERS[1] in task
        return json.dumps({"quote": "Because nobody else keeps it" if ANSWERS[1] in task else said[1], "same": is_same})

    def examine(request: Request) -> str:
        fields: dict[str, Any] = {"quote": "Because nobody else keeps it any more", "same": True, "unsupported": []}
        return json.dumps(fields)

    return ScriptedClient({"solver": solve, "grader": grade, "examiner": examine})


@pytest.mark.parametrize(("said", "passes"), [(IN_OTHER_WORDS, True), (SAYS_NO, False)])
async def test_a_blind_answer_in_other_words_is_read(said: list[str], passes: bool) -> None:
    pair = made("follow_up_chain", MEETING, CHAIN, ANSWERS)
    verdict = await verdict_of(skill, pair, reader(said, IN_OTHER_WORDS))
    blind = next(finding for finding in verdict.findings if finding.check == "blind_agreement")
    assert blind.passed is passes, blind.evidence
    assert blind.evidence.startswith("2 of 2" if passes else "0 of 2")


@pytest.mark.parametrize(
    ("key", "said", "is_same"),
    [("3", "3.5", False), ("-5 °C", "5 °C", False), ("-5 °C", "−5 °C", True), ("12", "12, 13 and 14", True)],
)
def test_a_figure_within_another_is_not_the_key(key: str, said: str, is_same: bool) -> None:
    assert SHORT.agrees(said, {"key": key, "question": "How many?"}) == is_same
