"""Readers of answers: when they are asked, what they are shown, and what of their words a program takes."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from agents.models.scripted import Request, ScriptedClient
from teams.engine.stages.forms import CHOICE, LIST, NUMBER, ORDER, SHORT, STATEMENTS, Form
from teams.engine.verdict import Verdict
from teams.reading_comprehension import skill
from tests.teams.judging import verdict_of
from tests.teams.reading_comprehension.faults import Case, good, honest, replace_answer

OPTIONS = {"options": ["a weir that had broken twice and was never mended", "rain"], "key": "A"}


@pytest.mark.parametrize(
    ("form", "facts", "answer", "is_explained"),
    [
        (CHOICE, OPTIONS, "**A.**", False),
        (CHOICE, OPTIONS, "The answer is **A**: a weir that had broken twice and was never mended.", False),
        (CHOICE, OPTIONS, "**A.** Nobody in the valley had the money for it.", True),
        (SHORT, {"key": "the broken weir", "also": []}, "It was the broken weir.", False),
        (SHORT, {"key": "the broken weir", "also": []}, "The broken weir, which the flood of May had carried off.", True),
        (LIST, {"key": ["oats", "rye", "barley"]}, "They grew oats, rye and barley.", False),
        (STATEMENTS, {"key": {"1": True, "2": False}, "statements": ["The mill was sold.", "It burnt."]}, "1. True\n2. False", False),
        (STATEMENTS, {"key": {"1": True, "2": False}, "statements": ["The mill was sold.", "It burnt."]}, "1. True: its buyer is named.\n2. False: of a fire nobody speaks.", True),
        (ORDER, {"key": ["B", "A"], "items": ["the sale", "the flood"]}, "B, A", False),
        (NUMBER, {"key": "9", "unit": "days"}, "**9 days**", False),
        (SHORT, {"key": "堰", "also": []}, "堰。", False),
        (SHORT, {"key": "堰", "also": []}, "堰。五月の洪水で流されてしまったからです。", True),
    ],
)  # fmt: skip
def test_an_answer_that_says_clearly_more_than_its_key_is_explained(
    form: Form, facts: dict[str, Any], answer: str, is_explained: bool
) -> None:
    assert form.is_explained(answer, facts) is is_explained


async def judged(case: Case, **replies: Any) -> tuple[Verdict, list[Request]]:
    client = honest(case)
    client = ScriptedClient(
        {**client._answers, **{role: lambda request, said=said: said for role, said in replies.items()}}
    )
    return await verdict_of(skill, case.pair, client), client.asked


def readers(asked: list[Request]) -> list[str]:
    """Who was asked beside those who sit papers."""
    return [request.role for request in asked if request.role != "solver"]


def reader(asked: list[Request]) -> Request:
    return next(request for request in asked if request.role != "solver")


def short_case(answer: str) -> Case:
    case = good()["short"]
    return replace(case, pair=replace_answer(case.pair, answer))


async def test_reasons_cost_one_call_which_also_grades() -> None:
    _, asked = await judged(good()["short"])
    assert readers(asked) == ["examiner"]
    schema = reader(asked).extra["response_format"]["json_schema"]["schema"]
    assert set(schema["properties"]) == {"quote", "same", "unsupported"}


async def test_reasons_beside_a_letter_are_read_and_the_letter_is_left_to_the_program() -> None:
    verdict, asked = await judged(good()["assumption"])
    assert verdict.accepted
    assert readers(asked) == ["examiner"]
    assert set(reader(asked).extra["response_format"]["json_schema"]["schema"]["properties"]) == {"unsupported"}
    told = str(reader(asked).messages[-1].content)
    assert told.index("<text>") < told.index("The question:") < told.index("The key:") < told.index("<answer>")


async def test_a_bare_key_is_read_by_nobody_and_other_words_by_the_grader() -> None:
    _, asked = await judged(short_case("Because nobody else keeps it any more."))
    assert readers(asked) == []
    verdict, asked = await judged(short_case("Nobody else has it."))
    assert readers(asked) == ["grader"]
    assert "<text>" not in str(reader(asked).messages[-1].content)
    assert not verdict.accepted


async def test_a_grader_who_finds_the_key_has_to_show_where() -> None:
    case = short_case("Nobody else has it.")
    found, _ = await judged(case, grader={"quote": "nobody else has it", "same": True})
    invented, _ = await judged(case, grader={"quote": "nobody keeps it any more", "same": True})
    assert found.accepted
    assert [reason for reason in invented.reasons if "not words of the answer" in reason]


async def test_words_of_a_format_are_quoted_without_its_marks() -> None:
    case = good()["short"]
    answer = '{"answer": "Nobody else keeps it any more: \\"Had.\\", says Teresa of the jar at the school."}'
    case = replace(case, pair=replace_answer(case.pair, answer))
    verdict, _ = await judged(case, examiner={"quote": 'keeps it any more: "Had."', "same": True, "unsupported": []})
    assert not [reason for reason in verdict.reasons if reason.startswith("answer_is_key")]


async def test_a_complaint_counts_only_if_the_answer_says_what_it_quotes() -> None:
    case = good()["assumption"]
    real, _ = await judged(
        case,
        examiner={"unsupported": [{"quote": "Then nobody new was persuaded", "because": "the text has no such thing"}]},
    )
    dreamt, _ = await judged(
        case, examiner={"unsupported": [{"quote": "the mayor agrees", "because": "no mayor is spoken of"}]}
    )
    assert not real.accepted
    assert dreamt.accepted


async def test_a_small_model_reads_no_reasons() -> None:
    case = good()["assumption"]
    client = honest(case)
    await verdict_of(skill, case.pair, client, small=True)
    assert {request.role for request in client.asked} == {"solver"}


async def test_a_point_is_made_only_by_words_of_the_answer() -> None:
    case = good()["essay"]
    points = [{"point": "bicycles, not people", "quote": "bicycles that pass, not people", "made": True}]
    said = {"unsupported": [], "because": "a position, argued", "serves": True}
    shown = [*points, {"point": "others rose", "quote": "streets without a lane grew", "made": True}]
    dreamt = [{**point, "quote": "the mayor has counted them"} for point in shown]
    silent = [{**point, "quote": ""} for point in shown]
    a_word = [{**point, "quote": "the"} for point in shown]
    for given, is_taken in ((shown, True), (dreamt, False), (silent, False), (a_word, False)):
        verdict, _ = await judged(case, examiner={**said, "points": given})
        assert verdict.accepted is is_taken, verdict.reasons
