"""The programs in the chats: what they send back, and in which words; what each goal of refinement wants; the judging."""

# ruff: noqa: E501  # rows of data

from __future__ import annotations

import json
from typing import Any

import pytest

from agents.models.scripted import Request, ScriptedClient
from teams.engine.records import Instruction, Seed
from teams.engine.stages.instruct import Desk
from teams.engine.stages.refine import Workshop, key_shown
from teams.engine.talk import Said, Talk
from teams.multiple_choice import BY_NAME, SETTING, dressed, skill
from teams.multiple_choice.drafting import goal_faults
from teams.multiple_choice.forms import Best
from teams.multiple_choice.judging import GUESSES, contested
from teams.multiple_choice.kinds import GOALS
from tests.teams.judging import scene_of, verdict_of
from tests.teams.multiple_choice.drafts import DRAFTS, SALT, SOUND
from tests.teams.multiple_choice.faults import EACH, TEXT, good, honest, made

GOAL = {goal.name: goal for goal in GOALS}
OTHER = {
    "option": "Salt makes the surface of the ice rough and so lets it slip away",
    "because": "roughness melts nothing",
}


def said(source: str, value: Any) -> Said:
    return Said(source, json.dumps(value))


def scene(kind: Any, record: Any = None) -> Any:
    made_scene = scene_of(made("single_best", DRAFTS["single_best"], EACH), kind)
    made_scene.record = record or Seed("multiple_choice/a.txt:1-9", TEXT).rewritten("identity", TEXT)
    return made_scene


def desk(kind: str) -> Desk:
    return Desk(scene(BY_NAME[kind]), "question_writer", BY_NAME[kind], TEXT, SETTING)


@pytest.mark.parametrize("kind", DRAFTS)
async def test_a_good_item_is_taken(kind: str) -> None:
    reader = desk(kind)
    assert (
        await reader.speak(Talk([said("question_writer", {"items": [DRAFTS[kind]], "left_out": ""})])) == "Thank you."
    )
    assert reader.good == [DRAFTS[kind]]


@pytest.mark.parametrize(
    ("kind", "change", "complaint"),
    [
        ("single_best", {"question": "According to the passage, why does salt melt the ice on the road?"}, "According to the passage"),
        ("case_vignette", {"case": f"{DRAFTS['case_vignette']['case']} This is the bicycle mentioned in the article."}, "nobody sees the text"),
        ("single_best", {"wrong": [SALT["wrong"][0], SALT["wrong"][0], SALT["wrong"][1]]}, "the same"),
        ("calculation", {"expression": "977 * 0.95"}, "977"),
    ],
)  # fmt: skip
async def test_a_broken_item_goes_back_with_what_would_be_right(
    kind: str, change: dict[str, Any], complaint: str
) -> None:
    reader = desk(kind)
    item = {**DRAFTS[kind], **change}
    answer = await reader.speak(Talk([said("question_writer", {"items": [item], "left_out": ""})]))
    assert complaint in answer
    assert "mended" in answer
    assert not reader.good


# Goals


def parent(kind: str = "single_best") -> Instruction:
    return made(kind, DRAFTS[kind], "-").instruction


def workshop(goal: str, before: Instruction) -> Workshop:
    kind = GOAL[goal].kind_of(BY_NAME[before.kind], BY_NAME)
    return Workshop(scene(GOAL[goal], before), "suggester", "editor", kind, before, SETTING, "The question: …")


async def handed(shop: Workshop, item: dict[str, Any]) -> str:
    suggestions = said("suggester", {"suggestions": ["Change it as is fit.", "Change another thing."]})
    return await shop.speak(Talk([suggestions, said("editor", {"item": {"evidence": [], **item}})]))


MORE = {
    **SALT,
    "wrong": [
        *SALT["wrong"],
        OTHER,
        {"option": "Salt draws warm water up from the ground below the road", "because": "nothing draws"},
    ],
}
MOVED = {
    **SALT,
    "question": "Why does rubbing two pieces of ice together melt them at a few degrees below zero, and which of these would be named by who thinks of salt on a road?",
    "right": SALT["wrong"][1]["option"],
    "wrong": [{"option": SALT["right"], "because": "there is no salt"}, SALT["wrong"][0], SALT["wrong"][2]],
}  # fmt: skip
REMOVED = {
    **SALT,
    "wrong": [
        *SALT["wrong"],
        {"option": "Salt water freezes at a higher temperature than pure water", "because": "lower"},
    ],
    "none": "None of the above",
}
RAISED = {
    "case": "A cook sets a bowl of cream into a bucket of crushed ice and finds that the cream stays liquid however long she stirs it. Her aunt throws two handfuls of salt into the ice; some of it melts, and the cream sets within minutes.",
    **SALT,
    "question": "Why does the cream set only after the salt was added?",
    "right": "The melting brine takes up heat and gets colder than ice alone",
    "wrong": [{"option": "The salt passes into the cream and makes it set at once", "because": "the bowl keeps them apart"},
              {"option": "The ice that has melted touches more of the bowl than before", "because": "at zero degrees cream stays liquid"}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("goal", "item", "kind"),
    [
        ("harder_distractors", {**SALT, "wrong": [*SALT["wrong"][:2], OTHER]}, "single_best"),
        ("more_options", MORE, "single_best"),
        ("none_right", REMOVED, "none_above"),
        ("bloom_up", RAISED, "application"),
        ("move_key", MOVED, "single_best"),
    ],
)
async def test_what_reaches_its_goal_is_taken(goal: str, item: dict[str, Any], kind: str) -> None:
    shop = workshop(goal, parent())
    assert (await handed(shop, item)).startswith("Begin again"), shop.problem
    assert len(shop.made) == 1
    assert shop.kind.name == kind


@pytest.mark.parametrize(
    ("goal", "item", "complaint"),
    [
        ("harder_distractors", SALT, "nothing was changed"),
        ("more_options", {**SALT, "wrong": [*SALT["wrong"], OTHER]}, "6 to ten"),
        ("more_options", {**MORE, "wrong": [OTHER, *MORE["wrong"][1:]]}, "word by word"),
        ("none_right", {**REMOVED, "right": "Another one that was never right there", "wrong": [{"option": SALT["right"], "because": "it isn't"}, *SALT["wrong"]]}, "is still there"),
        ("bloom_up", {**RAISED, "case": ""}, "same"),
        ("move_key", {**SALT, "question": "Why does salt on an icy road melt the ice there?"}, "the same as before"),
        ("move_key", {**MOVED, "wrong": [OTHER, *MOVED["wrong"][1:]]}, "word by word"),
        ("two_facts", {**SALT, "because": "said otherwise, the item being as it was"}, "nothing was changed"),
    ],
)  # fmt: skip
async def test_what_misses_its_goal_goes_back(goal: str, item: dict[str, Any], complaint: str) -> None:
    if goal == "bloom_up":
        faults = list(goal_faults(goal, parent().facts, parent().facts))
        assert any(complaint in fault for fault in faults)
        return
    shop = workshop(goal, parent())
    answer = await handed(shop, item)
    assert answer.startswith("It isn't ready yet"), answer
    assert complaint in answer
    assert not shop.made


def test_an_editor_sees_both_twins_and_every_calculation() -> None:
    shown = key_shown(parent("complex_statements"))
    for twin in SOUND["twins"]:
        assert twin["true"] in shown
        assert twin["false"] in shown
    assert "1200 * (1 - 2 * 0.05)" in key_shown(parent("calculation"))


# Judging


def test_a_row_holds_its_options_and_key() -> None:
    pair = good()["single best"].pair
    row = dressed(pair)
    assert row["options"][row["key"]] == SALT["right"]
    assert len(row["options"]) == 4


class Sittings:
    """What `contested` looks at of an invigilator."""

    def __init__(self, *given: dict[str, Any]) -> None:
        self.given = given


def test_only_doubted_options_are_contested_the_most_doubted_first() -> None:
    given = (
        {"answer": "A", "doubtful": ["C"]},
        {"answer": "B", "doubtful": []},
        {"answer": "A", "doubtful": ["C", "A"]},
    )
    assert contested("A", Sittings(*given)) == ["C", "B"]  # type: ignore[arg-type]
    assert contested(["A", "C"], Sittings({"answer": ["A", "B"], "doubtful": ["D"]})) == ["B", "C", "D"]  # type: ignore[arg-type]


async def calls_of(guess_right: int, doubt: bool = False) -> tuple[list[str], bool]:
    """Roles asked in the judging of a good pair whose key is guessed so often."""
    case = good()["a doubt that an advocate can't bear out" if doubt else "single best"]
    play = honest(case)._answers
    hits = iter([True] * guess_right + [False] * 9)

    def guess(request: Request) -> Any:
        shown = {line[3:]: line[0] for line in str(request.messages[-1].content).splitlines()}
        key = shown[SALT["right"]]
        return {"because": "it stands out", "guess": key if next(hits) else next(c for c in shown.values() if c != key)}

    client = ScriptedClient({**play, "guesser": guess})
    verdict = await verdict_of(skill, case.pair, client)
    return [request.role for request in client.asked], verdict.accepted


async def test_a_guess_is_asked_again_only_after_a_hit() -> None:
    before = ["solver", "solver", "examiner"]
    assert await calls_of(0) == ([*before, "guesser"], True)
    assert await calls_of(2) == (before + ["guesser"] * 3, True)
    assert await calls_of(GUESSES) == (before + ["guesser"] * GUESSES, False)


async def test_an_advocate_is_asked_only_where_a_solver_doubts() -> None:
    roles, accepted = await calls_of(0, doubt=True)
    assert roles == ["solver", "solver", "examiner", "advocate", "guesser"]
    assert accepted


def test_best_asks_a_small_model_for_three_short_wrong_options() -> None:
    assert Best().draft(True)["wrong"]["minItems"] == Best().draft(True)["wrong"]["maxItems"] == 3
