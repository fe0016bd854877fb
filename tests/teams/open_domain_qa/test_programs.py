"""The programs in the chats of this skill: what they send back, and what is not tried without a sandbox."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from teams.engine.flow import Drop
from teams.engine.records import Instruction, Passage, Seed
from teams.engine.stages.instruct import Desk
from teams.engine.stages.refine import Workshop
from teams.engine.stages.respond import Proofreader
from teams.engine.talk import TASK, Said, Talk
from teams.open_domain_qa import ASKER, SETTING, skill, unreckoned
from teams.open_domain_qa.checks import BY_NAME
from teams.open_domain_qa.kinds import GOALS
from tests.teams.judging import scene_of
from tests.teams.open_domain_qa.faults import BAGS, BAGS_ANSWER, FACT, GAP, ICE, MATERIAL, made

GOAL = {goal.name: goal for goal in GOALS}


def said(source: str, words: Any, call: str | None = None) -> Said:
    return Said(source, words if isinstance(words, str) else json.dumps(words), call)


def scene(kind: Any, record: Any = None) -> Any:
    made_scene = scene_of(made("factoid", FACT, "Dewey."), kind)
    made_scene.record = record or material()
    return made_scene


def material() -> Passage:
    return Seed("open_domain_qa/a.txt:1-9", MATERIAL).rewritten("fact_sheet", MATERIAL)


def instruction(kind: str = "word_problem", draft: Any = BAGS, **facts: Any) -> Instruction:
    return made(kind, draft, "-", **facts).instruction


async def test_a_question_that_leans_on_the_material_goes_back() -> None:
    desk = Desk(scene(BY_NAME["factoid"]), ASKER.name, BY_NAME["factoid"], MATERIAL, SETTING)
    leaning = {**FACT, "question": "According to the passage, who published the classification of the study?"}
    answer = await desk.speak(Talk([said(ASKER.name, {"items": [leaning, FACT], "left_out": ""})]))
    assert answer.startswith("Item 1:")
    assert "According to the passage" in answer
    assert "'the study', which nobody named" in answer
    assert desk.good == [FACT]


async def test_what_has_to_be_executed_is_not_tried_without_a_sandbox() -> None:
    flow = next(flow for flow in skill.flows if flow.stage == "instruct")
    with pytest.raises(Drop, match="there is no sandbox"):
        await flow.direct(scene(BY_NAME["code_how_to"]))
    await flow.direct(scene(BY_NAME["word_problem"]))


def workshop(goal: str, kind: str = "word_problem", draft: Any = BAGS) -> Workshop:
    record = instruction(kind, draft)
    target = GOAL[goal].kind_of(BY_NAME[kind], BY_NAME)
    return Workshop(scene(GOAL[goal], record), "suggester", "editor", target, record, SETTING, "The question.")


async def edited(shop: Workshop, item: Any) -> str:
    talk = Talk([said(TASK, "…"), said("suggester", {"suggestions": ["Take out the size of the bags."]})])
    await shop.speak(talk)
    talk.add(said("editor", {"item": item}))
    return await shop.speak(talk)


async def test_a_withheld_quantity_makes_another_kind_of_question() -> None:
    shop = workshop("withheld")
    assert await edited(shop, GAP) == "That was all."
    assert shop.kind.name == "underdetermined"
    assert "whatever x is" in await edited(workshop("withheld"), {**GAP, "expression": "5 * 75 + 0 * x"})


async def test_a_premise_is_planted_in_a_question_of_fact() -> None:
    shop = workshop("planted_premise", "factoid", FACT)
    assert await edited(shop, ICE) == "That was all."
    assert shop.kind.name == "false_premise"


async def test_a_problem_turned_round_has_another_answer() -> None:
    same = {**BAGS, "question": BAGS["question"].replace("A mill pond", "The pond of a mill")}
    assert "same as before" in await edited(workshop("reversed"), same)


async def test_a_refined_question_is_born_of_its_new_kind() -> None:
    flow = next(flow for flow in skill.flows if flow.stage == "refine")
    record = instruction()
    of = scene(GOAL["withheld"], record)
    await flow.direct(of)
    shop = of.notes["shop"]
    await edited(shop, GAP)
    (born,) = await flow.harvest(of, Talk([]))
    assert isinstance(born, Instruction)
    assert (born.kind, born.stage, born.refinements) == ("underdetermined", "refine", ("withheld",))
    assert born.facts["answerable"] is False
    assert BAGS["question"] == born.facts["before"]["question"]


def proofreader(kind: str = "word_problem", draft: Any = BAGS) -> Proofreader:
    record = instruction(kind, draft)
    of = scene(BY_NAME[kind], record)
    return Proofreader(of, "assistant", BY_NAME[kind], [], unreckoned)


def test_figures_are_to_be_worked_out_with_a_tool() -> None:
    reader = proofreader()
    answer = reader.speak(Talk([said("assistant", BAGS_ANSWER)]))
    assert "work it out with calculator" in answer
    talk = Talk([said("assistant", BAGS_ANSWER), said("proofreader", answer)])
    talk.add(said("assistant", "153.75", "calculator"))
    talk.add(said("assistant", BAGS_ANSWER))
    assert reader.speak(talk) == "Sent."


def test_where_nothing_can_be_worked_out_no_tool_is_asked_for() -> None:
    reader = proofreader("underdetermined", GAP)
    assert reader.speak(Talk([said("assistant", "It can't be worked out: you don't say what a bag holds.")])) == "Sent."


def test_an_answer_whose_figure_can_not_be_read_goes_back() -> None:
    reader = proofreader()
    talk = Talk([said("assistant", "6.25", "calculator"), said("assistant", "A good many bags, I should say.")])
    assert "bold" in reader.speak(talk)


async def test_without_a_sandbox_the_pair_says_so() -> None:
    from teams.open_domain_qa.checks import carried_out

    pair = made("word_problem", BAGS, BAGS_ANSWER)
    (finding,) = await carried_out(scene_of(pair, BY_NAME["word_problem"]), pair)
    assert finding.passed
    assert "no sandbox" in finding.evidence
    assert finding.by == "program"
    small = scene_of(pair, BY_NAME["word_problem"], small=True)
    assert await carried_out(small, replace(pair)) == []
